"""Whether what is to be written can be written, asked before anything is measured for it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from pyconc.errors import UsageError, brief
from pyconc.store.journal import refuse_taken

_OUTPUT = "choose another with -o"


def need_new_folder(folder: Path) -> None:
    """A folder for a campaign: none yet, or an empty one.

    Raises:
        UsageError: it holds something, or cannot be written.
    """
    need_folder(folder)
    if folder.exists():
        refuse_taken(folder)


def need_folder(folder: Path, remedy: str = _OUTPUT) -> None:
    """A folder that may be there already, whatever it holds. None is made.

    Raises:
        UsageError: it cannot be written.
    """
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    _need(place, folder, remedy)


def need_file(path: Path) -> None:
    """A file that may be there already, in a folder that is there.

    Raises:
        UsageError: it cannot be written.
    """
    if path.is_dir():
        raise UsageError(f"cannot write {brief(path)}: it is a folder; {_OUTPUT}")
    _need(path.parent, path, _OUTPUT)


def _need(place: Path, target: Path, remedy: str) -> None:
    """Raises UsageError about a target unless a place, a folder, can be written."""
    try:
        with TemporaryFile(dir=place):
            pass
    except OSError as error:
        why = brief(error.strerror or error)
        if place.exists() and not place.is_dir():  # systems say different things of it
            why = f"{brief(place)} is a file"
        raise UsageError(f"cannot write {brief(target)}: {why}; {remedy}") from None
