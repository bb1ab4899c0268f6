"""Whatever holds results, read once: a campaign, a file, or a folder of saved runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.store.about import read_about
from pyconc.store.files import told_clearly
from pyconc.store.journal import JOURNAL
from pyconc.store.measured import Side
from pyconc.store.one_file import PYPERF, read_one_file
from pyconc.store.pytest_benchmark import holds_saved_runs
from pyconc.store.rounds import Arm, Rounds, rounds_of
from pyconc.store.suites import Document, documents_of


class Read(NamedTuple):
    """What was read."""

    #: What it says of itself, as `campaign.json` does.
    about: dict[str, Any]
    rounds: dict[Arm, Rounds]
    #: By the label of a Python, ready to be compared.
    sides: dict[str, Side]
    #: Files of pyperf that hold all of it, by the names under which they are passed on.
    files: Mapping[str, Path]


def read(path: Path, *, compared: bool = False) -> Read:
    """Results as they are shown; Pythons without a finished round are left out.

    Args:
        compared: whether sides are wanted, too.

    Raises:
        UsageError: it cannot be read, or nothing was measured.
    """
    if path.is_file() or holds_saved_runs(path):
        about, content = read_one_file(path)
        label = about["interpreters"][0]["label"]
        found = _read(path, about, [Document(label, path, content)], compared)
        packed = ".gz" if path.name.endswith(".gz") else ""
        is_pyperf = about["profile"]["name"] == PYPERF
        return found._replace(
            sides={label: side._replace(name=str(path)) for label, side in found.sides.items()},
            files={f"python-{label}.json{packed}": path} if is_pyperf else {},
        )
    about = read_about(path)
    return _read(path, about, documents_of(path, about), compared)


def _read(path: Path, about: dict[str, Any], documents: Iterable[Document], compared: bool) -> Read:
    """One document at a time is held whole."""
    rounds: dict[Arm, Rounds] = {}
    sides, files = {}, {}
    for document in documents:
        with told_clearly(document.path):
            rounds.update(rounds_of(document.content))
        label = document.label
        if compared:
            from pyconc.store.read_side import side_of  # with pyperf, which not all who read need

            sides[label] = side_of(f"{path}@{label}", path, about, document)
        if document.path.name != JOURNAL:
            files[document.path.name] = document.path
    return Read(about, rounds, sides, files)
