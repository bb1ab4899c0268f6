"""Where campaigns of identical code are kept, so that later comparisons know how much they differ.

`pyconc noise` keeps what it measured. A folder of pyperf files, of one benchmark run again and
again, is as good.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.checked import loads
from pyconc.errors import UsageError, brief
from pyconc.measure.targets import need_folder
from pyconc.statistics.history import History, Stored
from pyconc.store.files import DAMAGE, read_text, why
from pyconc.store.measured import Side
from pyconc.store.read_side import read_side

#: Names another folder than the user's own.
VARIABLE = "PYCONC_HISTORY"
_FORMAT = 1


def history_folder() -> Path:
    """The user's own, or the one that PYCONC_HISTORY names."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_path("pyconc")) / "history"


def need_history(folder: Path | None) -> None:
    """Raises UsageError for a folder of `keep` that cannot be written."""
    need_folder(folder or history_folder(), f"name another folder with --history or {VARIABLE}")


def keep(stored: Stored, campaign: str, folder: Path | None = None) -> Path:
    """Store a campaign, whole or not at all; once more is the same as once.

    Raises:
        UsageError: it cannot be written.
    """
    folder = folder or history_folder()
    name = hashlib.sha256(campaign.encode()).hexdigest()[:12]
    path = folder / f"{name}.json.gz"
    body = {
        "format": _FORMAT,
        "campaign": campaign,
        "machine": dict(stored.machine),
        "python": stored.python,
        "cases": [
            {"case": case, "version": version, "arms": [list(arm) for arm in arms]}
            for (case, version), arms in stored.costs.items()
        ],
    }
    # Each writer has a file of its own beside it, as two may keep the same campaign at once.
    beside = folder / f"{name}-{os.getpid()}-{threading.get_ident()}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(gzip.compress(json.dumps(body, allow_nan=False).encode(), mtime=0))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror or error}; name another folder with --history"
        ) from None
    return path


def read_history(folder: Path | None = None) -> History:
    """All campaigns that are kept in a folder, which need not be there unless it is named: as
    `keep` wrote them, or as pyperf files, each of which is a campaign with a single arm.

    Raises:
        UsageError: the folder that is named is not there, or a file in it cannot be read or is
            damaged.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(f"--history {folder} is not a folder; `pyconc noise --history` fills one")
    folder = folder or history_folder()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name another one with {VARIABLE}")
    paths = sorted(path for ending in ("*.json", "*.json.gz") for path in folder.glob(ending))
    return History([_read(path) for path in paths])


def _read(path: Path) -> Stored:
    try:
        body = loads(read_text(path))
        if "benchmarks" in body:
            side = read_side(str(path))
            if side.counters != {None}:
                raise UsageError(
                    f"{brief(path)} holds instructions, and a history is of time; remove it"
                )
            return stored_sides([side])
        return _stored(body)
    except DAMAGE as error:
        raise UsageError(f"{brief(path)} is damaged ({why(error)}); remove it") from None


def stored_sides(sides: Sequence[Side]) -> Stored:
    """What is to be kept of the arms of one campaign of one Python."""
    costs: dict[tuple[str, Any], list[list[float]]] = {}
    for side in sides:
        for case, measured in side.measured.items():
            version = measured.metadata.get("pyconc_version")
            costs.setdefault((case, version), []).append(list(measured.costs.values()))
    about = sides[0].about
    python = str(about.get("build") or sides[0].python)
    if about.get("free_threaded"):  # one build, and two Pythons
        python += f" GIL {about.get('gil')}"
    return Stored(sides[0].machine, python, costs)


def _stored(body: Mapping[str, Any]) -> Stored:
    if body["format"] != _FORMAT:
        raise ValueError(f"its format is {body['format']}, not {_FORMAT}")
    costs = {
        (str(each["case"]), each["version"]): [[_cost(c) for c in arm] for arm in each["arms"]]
        for each in body["cases"]
    }
    return Stored(dict(body["machine"]), str(body["python"]), costs)


def _cost(figure: object) -> float:
    if isinstance(figure, (int, float)) and not isinstance(figure, bool) and 0 < figure < math.inf:
        return float(figure)
    raise ValueError(f"{figure} is no cost")
