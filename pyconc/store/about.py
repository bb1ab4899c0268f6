"""`campaign.json`: what a campaign says of itself, read and checked here for all commands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.checked import (
    LIST,
    NAME,
    OBJECT,
    SECONDS,
    SHARE,
    TEXT,
    TRUTH,
    Kind,
    by_name,
    check,
    list_of,
    loads,
    maybe,
    number,
    shortly,
    whole,
)
from pyconc.errors import UsageError, brief
from pyconc.store.files import DAMAGE, read_bytes, told_clearly, why
from pyconc.store.journal import CAMPAIGN
from pyconc.store.recorded import MOST_ROUNDS

_COUNT = whole(0, 1 << 62)
_INTEGER = Kind("a whole number", lambda v: isinstance(v, int) and not isinstance(v, bool))
_ANY_TEXT, _ANY_TRUTH, _TEXTS = maybe(TEXT), maybe(TRUTH), by_name(TEXT)
_PACKAGES = Kind(
    "an object with the version of a package each",
    lambda v: isinstance(v, dict) and all(NAME.holds(each) for pair in v.items() for each in pair),
)
#: Of an environment that was made for it, as it is found again: no path that leads elsewhere.
_SNAPSHOT = Kind(
    "the name of an environment",
    lambda v: isinstance(v, str) and re.fullmatch("[0-9a-f]+", v) is not None,
)

_ABOUT: Mapping[str, Kind] = {
    "pyconc": TEXT, "started": TEXT, "finished": TRUTH, "failures": LIST, "profile": OBJECT,
    "seed": _INTEGER, "cases": list_of(NAME), "machine": OBJECT, "interpreters": LIST,
    "budget": SECONDS, "case_versions": by_name(_INTEGER), "own": OBJECT, "doctor": LIST,
    "left_out": LIST, "seconds": SECONDS, "timed_share": SHARE,
}  # fmt: skip
_NEEDED = (
    "pyconc", "started", "finished", "profile", "seed", "cases", "machine", "interpreters",
    "failures",
)  # fmt: skip
_PROFILE: Mapping[str, Kind] = {
    "name": NAME, "rounds": whole(0, MOST_ROUNDS), "most_rounds": whole(0, MOST_ROUNDS),
    "target": SHARE, "minutes": SECONDS, "values": whole(1, 1_000_000),
    "warmups": whole(0, 1_000_000), "min_time": SECONDS, "min_window": SECONDS,
    "round_time": SECONDS, "team_time": SECONDS, "steady": SHARE, "longest": SECONDS,
    "quick": TRUTH,
}  # fmt: skip
_MACHINE: Mapping[str, Kind] = {
    "host": _ANY_TEXT, "platform": _ANY_TEXT, "processor": _ANY_TEXT, "cpus": maybe(_COUNT),
}  # fmt: skip
_INTERPRETER: Mapping[str, Kind] = {
    "label": NAME, "implementation": _ANY_TEXT, "compiler": _ANY_TEXT, "gil": _ANY_TEXT,
    "optimized": _ANY_TRUTH, "lto": _ANY_TRUTH, "start_method": _ANY_TEXT, "skipped": _TEXTS,
    "spec": TEXT, "build": TEXT, "base": _ANY_TEXT, "executable": _ANY_TEXT, "version": _ANY_TEXT,
    "free_threaded": _ANY_TRUTH, "jit": _ANY_TEXT, "debug": _ANY_TRUTH, "tail_calls": _ANY_TRUTH,
    "frame_pointers": _ANY_TRUTH, "allocator": _ANY_TEXT, "bytecode_cached": _ANY_TRUTH,
    "switch_interval": maybe(number(1e-9, 1e9)), "packages": _PACKAGES,
    "missing": _TEXTS, "snapshot": _SNAPSHOT, "environment": TEXT, "hidden": list_of(NAME),
    "not_used": TEXT,
}  # fmt: skip
#: What is not said of an interpreter is not known.
_UNKNOWN = ("implementation", "compiler", "gil", "optimized", "lto", "start_method")
_FAILURE: Mapping[str, Kind] = {"case": TEXT, "python": TEXT, "reason": TEXT, "log": _ANY_TEXT}
_FINDING: Mapping[str, Kind] = dict.fromkeys(("check", "level", "says", "remedy"), TEXT)
_OWN: Mapping[str, Kind] = dict.fromkeys(("folders", "pythonpath", "packages"), list_of(TEXT))


def read_about(folder: Path) -> dict[str, Any]:
    """What a campaign says of itself.

    Raises:
        UsageError: the folder is no campaign, or its description is damaged.
    """
    path = folder / CAMPAIGN
    with told_clearly(folder, "cannot be read", "give a folder that `pyconc run` wrote"):
        if not folder.is_dir():
            raise UsageError(f"{brief(folder)} is not a folder; give one that `pyconc run` wrote")
        if not path.exists():
            raise UsageError(f"{brief(folder)} is not a campaign: it has no {CAMPAIGN}")
    content = read_bytes(path)
    try:
        about: dict[str, Any] = loads(content.decode("utf-8"))
        _check(about)
        for each in about["interpreters"]:
            each.update(
                {name: each.get(name) for name in _UNKNOWN}, skipped=each.get("skipped", {})
            )
    except DAMAGE as error:
        raise _damaged(path, why(error)) from None
    return about


def read_unfinished(folder: Path) -> dict[str, Any]:
    """The same of one that goes on, with all that this takes.

    Raises:
        UsageError: the folder is no campaign, its description is damaged, or it does not say what
            it takes.
    """
    about = read_about(folder)
    try:
        check(about, {}, needed=("budget", "case_versions"))
        for each in about["interpreters"]:
            check(each, {}, f"the interpreter {each['label']}", ("spec", "build"))
    except ValueError as error:
        raise _damaged(folder / CAMPAIGN, str(error)) from None
    return about


def _damaged(path: Path, cause: str) -> UsageError:
    return UsageError(f"{brief(path)} is damaged ({cause}); restore it, or measure again")


def _check(about: Any) -> None:
    check(about, _ABOUT, needed=_NEEDED)
    check(about["profile"], _PROFILE, "the profile", ("name",))
    check(about["machine"], _MACHINE, "the machine", tuple(_MACHINE))
    if not about["interpreters"]:
        raise ValueError("it has no interpreters")
    for each in about["interpreters"]:
        check(each, _INTERPRETER, "an interpreter", ("label",))
    for each in about["failures"]:
        check(each, _FAILURE, "a failure", ("case", "python", "reason"))
    for each in about.get("doctor", ()):
        check(each, _FINDING, "what the doctor found", tuple(_FINDING))
    check(about.get("own", {}), _OWN, "own cases")
    _refuse_twins("label", [each["label"].casefold() for each in about["interpreters"]])
    _refuse_twins("case", about["cases"])


def _refuse_twins(what: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the {what} {shortly(twin)} is there twice")


def campaign_id(about: Mapping[str, Any]) -> str:
    """What tells one campaign from another, in every file of it."""
    return f"{about['started']} {about['seed']}"
