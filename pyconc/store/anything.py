"""Whatever holds results, read by round: a campaign, a file, or a folder of saved runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyconc.store.about import read_about
from pyconc.store.files import told_clearly
from pyconc.store.one_file import read_one_file
from pyconc.store.pytest_benchmark import holds_saved_runs
from pyconc.store.rounds import Arm, Rounds, read_rounds, rounds_of


def read_anything(path: Path) -> tuple[Mapping[str, Any], dict[Arm, Rounds]]:
    """What it says of itself, as `campaign.json` does, and its rounds.

    Raises:
        UsageError: it cannot be read, or nothing was measured.
    """
    if path.is_file() or holds_saved_runs(path):
        about, document = read_one_file(path)
        with told_clearly(path):
            return about, rounds_of([document])
    about = read_about(path)
    return about, read_rounds(path, about)
