"""What a project that is to be installed is at this moment: its content, and its commit."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pyconc.measure.asking import said
from pyconc.store.journal import CAMPAIGN

#: ``git+https://host/project@branch#egg=project``, maybe after ``project @``.
_GIT = re.compile(r"(?:.*@ )?git\+(?P<url>\w+://(?:[^/@]*@)?[^@#]*)(?:@(?P<ref>[^@#]+))?(?:#.*)?")
_FILE = re.compile(r"(?:.* @ *|)(?P<url>file://.*)")
#: What building leaves in a project, and what is never part of one.
_LEFT_OUT = {".git", "__pycache__", "build", "dist", "node_modules"}
_ENDINGS = (".egg-info", ".pyc", ".pyo")
_TIMEOUT = 60
_BLOCK = 1 << 20


class Source(NamedTuple):
    """Where a package comes from that no index has."""

    url: str
    #: Tells what it holds from what it may hold later.
    content: str
    #: Its commit, with a "+" where files were changed since; None where there is none.
    said: str | None


def source(package: str) -> Source | None:
    """Of a path, or what names a repository; None of what its name and version tell.

    Args:
        package: as pip knows it.
    """
    git = _GIT.fullmatch(package)
    if git:
        commit = _commit_of(git["url"], git["ref"])
        return Source(git["url"], commit, commit[:12]) if commit else None
    path = path_of(package)
    return None if path is None else Source(path.as_uri(), content(path), _commit_in(path))


def path_of(package: str) -> Path | None:
    """What lies on this machine: an absolute path, or one as a URL."""
    if Path(package).is_absolute():
        return Path(package)
    found = _FILE.fullmatch(package)
    if found is None:
        return None
    from urllib.parse import unquote, urlsplit
    from urllib.request import url2pathname  # takes a while

    return Path(url2pathname(unquote(urlsplit(found["url"]).path)))


def content(path: Path) -> str:
    """Of a file or a project, without what is built from it, measured in it or ignored by git."""
    if path.is_file() and zipfile.is_zipfile(path):
        return _content_of_archive(path)
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(_files(path)):
        name = file.name if file == path else file.relative_to(path).as_posix()
        digest.update(f"{name}\0".encode(errors="surrogateescape"))
        try:
            with open(file, "rb") as opened:
                while block := opened.read(_BLOCK):
                    digest.update(block)
        except OSError:  # a link that leads nowhere, or a file that went just now
            digest.update(b"-")
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def _content_of_archive(path: Path) -> str:
    """Of a wheel, which knows when it was built."""
    with zipfile.ZipFile(path) as archive:
        held = sorted((each.filename, each.CRC, each.file_size) for each in archive.infolist())
    return hashlib.sha256(repr((path.name, held)).encode()).hexdigest()[:12]


def _files(folder: Path) -> Iterator[Path]:
    known = _git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if known:
        paths = [folder / name for name in known.split("\0") if name]
        measured = {path.parent for path in paths if path.name == CAMPAIGN}
        for path in paths:
            if measured.isdisjoint(path.parents) and not _is_left_out(path.relative_to(folder)):
                yield path
        return
    for place, below, names in os.walk(folder):
        if CAMPAIGN in names or "pyvenv.cfg" in names:
            below.clear()
            continue
        below[:] = [name for name in below if not _is_left_out(Path(name))]
        for name in names:
            if not _is_left_out(Path(name)):
                yield Path(place, name)


def _is_left_out(path: Path) -> bool:
    return any(part in _LEFT_OUT or part.endswith(_ENDINGS) for part in path.parts)


def _commit_in(path: Path) -> str | None:
    """Of the repository that tracks a project."""
    folder = path if path.is_dir() else path.parent
    if not _git(folder, "ls-files", "--", str(path)):
        return None
    commit = _git(folder, "rev-parse", "HEAD").strip()
    if not commit:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", str(path))
    return f"{commit[:12]}{'+' if changed.strip() else ''}"


def _commit_of(url: str, ref: str | None) -> str | None:
    """What a branch or tag is now; a commit is what it is."""
    answer = _git(Path(), "ls-remote", url, ref or "HEAD").split()
    return answer[0] if answer else ref


def _git(folder: Path, *arguments: str) -> str:
    """What git says; nothing where it fails, or is not there."""
    env = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return said(["git", "-C", str(folder), *arguments], env, _TIMEOUT)
