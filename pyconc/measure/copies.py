"""Copies in the user's cache of what workers import: of pyconc, and of what has neighbours that no
worker may see.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyconc
from pyconc.cache import cache_folder, locked
from pyconc.suite import catalog
from pyconc.suite.own import Own, package_root


def import_root() -> Path:
    """A folder with pyconc and the family files and nothing else, for the path of every worker.

    In a checkout that is the checkout. An installed pyconc has other packages beside it, made for
    one Python, which no other may see; it is copied into the user's cache.
    """
    package, families = Path(pyconc.__file__).parent, catalog.benchmarks_folder()
    if families.name == "benchmarks":
        return package.parent
    return copied((package, families))


def isolated(own: Own) -> Own:
    """Cases of the user's own, where every worker can import them.

    Those of a repository stay where they are; what is installed is copied as pyconc is.
    """
    return own._replace(folders=tuple(map(_isolated, own.folders)))


def _isolated(folder: Path) -> Path:
    root = package_root(folder)
    if not any(root.glob("*.dist-info")):
        return folder
    below = folder.relative_to(root)
    return copied(root / name for name in _installed_with(root, below.parts[0])) / below


def _installed_with(root: Path, name: str) -> list[str]:
    """What the distribution that has a package put beside it, the package included."""
    for distribution in importlib.metadata.distributions(path=[str(root)]):
        names = {file.parts[0] for file in distribution.files or ()}
        if name in names:
            left_out = {"..", "__pycache__"}
            return sorted(
                each
                for each in names - left_out
                if not each.endswith((".dist-info", ".pth")) and (root / each).exists()
            )
    return [name]


def copied(paths: Iterable[Path]) -> Path:
    """A folder in the cache with these files and folders and nothing else."""
    paths = list(paths)
    files = sorted(
        file
        for path in paths
        for file in (path.rglob("*") if path.is_dir() else [path])
        if file.is_file() and file.suffix != ".pyc"
    )
    state = repr([(str(path), path.stat().st_mtime_ns) for path in files])
    root = cache_folder() / "packages" / hashlib.sha256(state.encode()).hexdigest()[:12]
    with locked(root.with_suffix(".lock")):
        if not root.exists():
            fresh = root.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)  # of one that was killed
            fresh.mkdir()
            for path in paths:
                if path.is_dir():
                    shutil.copytree(path, fresh / path.name)
                else:
                    shutil.copy2(path, fresh)
            fresh.rename(root)
    return root
