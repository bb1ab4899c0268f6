"""Whether a rendered site is what rendering would give again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyconc import __version__
from pyconc.errors import UsageError, brief
from pyconc.store.files import read_text
from pyconc.store.pytest_benchmark import holds_saved_runs, saved_files
from pyconc.suite import catalog
from pyconc.suite.own import declared

#: What the rendering leaves in the site's folder.
STAMP = ".pyconc-site.json"


def state_of(folders: Sequence[Path], linked_from: Path | None = None) -> str:
    """A digest of all that a site is made from: the campaigns' files, and our own source.

    Args:
        linked_from: the folder of a site that links to the campaigns where they are.

    Raises:
        UsageError: a file cannot be read.
    """
    digest = hashlib.sha256(__version__.encode())
    if linked_from:
        places = [os.path.relpath(folder.resolve(), linked_from.resolve()) for folder in folders]
        digest.update(f"linked {places}".encode())
    for path in [*_sources(), *(path for folder in folders for path in _results(folder))]:
        try:
            digest.update(f"{path.parent.name}/{path.name}".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            why = error.strerror or error
            raise UsageError(f"cannot read {brief(path)}: {why}; make it readable") from None
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    package = Path(__file__).resolve().parents[1]
    for folder in (package, *catalog.with_ours(declared())):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".toml") and path.is_file():
                yield path


def _results(folder: Path) -> Iterator[Path]:
    """The files that are read: of a campaign, of saved runs, or the one that is given."""
    if folder.is_file():
        yield folder
    found = saved_files(folder) if holds_saved_runs(folder) else folder.glob("*")
    for path in sorted(found):
        ours = path.name.endswith((".json", ".json.gz", ".jsonl")) and path.name != STAMP
        if ours and path.is_file():
            yield path


def is_up_to_date(output: Path, state: str) -> bool:
    """Whether the site was rendered from this state, and every file of it is still there."""
    try:
        left = json.loads(read_text(output / STAMP))
        return left["state"] == state and all((output / name).exists() for name in left["files"])
    except (UsageError, OSError, ValueError, LookupError, TypeError):
        return False


def clear(output: Path) -> None:
    """Remove what an earlier rendering wrote, and nothing else.

    Raises:
        OSError: the folder cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    try:
        names = json.loads(read_text(output / STAMP))["files"]
    except (UsageError, ValueError, LookupError, TypeError):
        return
    for name in names if isinstance(names, list) else ():
        path = (output / name).resolve()
        if path.is_relative_to(output.resolve()):
            path.unlink(missing_ok=True)
    (output / STAMP).unlink()


def leave(output: Path, state: str, written: Iterable[Path]) -> None:
    """Remember what the site was rendered from, and its files.

    Raises:
        OSError: the folder cannot be written.
    """
    names = sorted(path.relative_to(output).as_posix() for path in written)
    text = json.dumps({"state": state, "files": names}, indent=0, allow_nan=False)
    (output / STAMP).write_text(f"{text}\n", "utf-8")
