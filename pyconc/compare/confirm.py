"""Suspects are measured again, both Pythons interleaved, before anything fails for them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path

from pyconc.compare.comparison import Comparison, compare
from pyconc.compare.rivals import sides_of
from pyconc.compare.thresholds import Thresholds
from pyconc.errors import UsageError
from pyconc.measure import campaign
from pyconc.measure.campaign import BEFORE_NOW
from pyconc.measure.collecting import Collected, collected
from pyconc.measure.environments import is_ours
from pyconc.measure.gauges.gauge import Gauge
from pyconc.measure.gauges.instructions import gauge_of
from pyconc.measure.interpreters import Arm
from pyconc.measure.places import Python, identify
from pyconc.measure.plan import PROFILES
from pyconc.measure.targets import need_new_folder
from pyconc.screen import say
from pyconc.store.about import read_about
from pyconc.store.journal import CAMPAIGN
from pyconc.store.measured import Side
from pyconc.store.packages import differing
from pyconc.store.read_side import read_side
from pyconc.store.suites import write_suites
from pyconc.suite.case import Case
from pyconc.suite.own import declared, for_one, recalled

#: As `full`, with as many rounds as it has at most.
_PROFILE = PROFILES["full"]._replace(rounds=PROFILES["full"].most_rounds)
_GIL = "+gil"


def new_folder() -> Path:
    """Where the campaign of a confirmation goes."""
    folder = campaign.default_folder()
    return folder.with_name(f"{folder.name}-confirm")


def confirm(
    comparison: Comparison, suspects: Sequence[str], thresholds: Thresholds, folder: Path
) -> Comparison:
    """The comparison with that of its suspects measured again, into a new folder.

    Raises:
        UsageError: a suspect, or a Python that it was measured on, is not here to be measured, or
            it failed. That must not pass for a confirmation, nor for the opposite.
    """
    need_new_folder(folder)
    place = comparison.base.path
    own = recalled(read_about(place), place) if (place / CAMPAIGN).exists() else declared()
    against = {each.case: each.matched.against for each in comparison.judged}
    pairs = [(case, against[case]) for case in suspects if against[case]]
    sides = _sides(comparison)[1:] if pairs else _sides(comparison)  # rivals are of one Python
    names = [*suspects, *dict.fromkeys(rival for _, rival in pairs)]
    pythons = [f"{_spec(side, name)}={name}" for name, side in sides]
    # What was installed is there as it was, by its name; before it had one it was for all sides.
    snapshots = {n: str(e.about["snapshot"]) for n, e in sides if e.about.get("snapshot")}
    own = own._replace(packages=tuple(e for e in own.packages if for_one(e)[0] is None))
    with redirect_stdout(sys.stderr):  # the standard output is for the comparison
        cases = _cases(names, comparison, collected(own, pythons, snapshots))
        gauge = _gauge(comparison)
        prepared = campaign.prepare(
            cases, gauge.profile(_PROFILE), pythons=pythons, own=own, snapshots=snapshots,
            gauge=gauge,
        )  # fmt: skip
        missing = [name for name, _ in sides if name not in prepared.places]
        if missing:
            causes = "; ".join(f"{left.name}: {left.cause}" for left in prepared.left)
            raise UsageError(f"nothing can be confirmed without {' and '.join(missing)}: {causes}")
        _refuse_other_packages(prepared.taking_part, dict(sides))
        outcome = campaign.run(prepared, folder)
        for path in write_suites(folder):
            say(f"results: {path}")
    if outcome.interrupted:
        raise KeyboardInterrupt
    measured = [read_side(f"{folder}@{name}") for name, _ in sides]
    base, head = sides_of(measured[0], pairs, ("rivals", "cases")) if pairs else measured
    again = compare(base, head, thresholds=thresholds)
    failed = [name for name in suspects if name not in {each.case for each in again.judged}]
    if failed:
        raise UsageError(
            f"{failed[0]} failed when it was measured again; "
            f"`pyconc run {failed[0]}` shows why, and {folder} has what was measured"
        )
    return comparison._replace(confirmation=again)


def _sides(comparison: Comparison) -> list[tuple[str, Side]]:
    return [("base", comparison.base), ("head", comparison.head)]


def _gauge(comparison: Comparison) -> Gauge:
    """What the sides were measured by.

    Raises:
        UsageError: it is not here.
    """
    counters = sorted(map(str, comparison.base.counters - {None}))
    return gauge_of({"counter": counters[0]} if counters else {})


def _cases(names: Sequence[str], comparison: Comparison, found: Collected) -> list[Case]:
    """The cases as they were measured."""
    measured = {e.case: e for e in comparison.base.measured.values()} | {
        e.case: e for e in comparison.head.measured.values()
    }
    by_id = {case.id: case for case in found.cases}
    for name in names:
        if name not in by_id:
            raise UsageError(
                f"{name} cannot be measured again, as the catalogue has no such case; "
                f"leave --confirm out"
            )
        version = measured[name].metadata.get("pyconc_version")
        if version not in (None, by_id[name].workload_class.version):
            raise UsageError(
                f"{name} cannot be measured again, as its workload is not what it was; "
                f"measure both sides anew"
            )
    return [by_id[name] for name in names]


def _spec(side: Side, name: str) -> str:
    """The Python of a side, as ``-p`` wants it, if it is here and still the same."""
    host = side.machine.get("hostname")
    if host not in (None, platform.node()):
        raise UsageError(f"{name.upper()} was measured on {host}; confirm it there")
    spec = str(side.about.get("spec") or "").rpartition("=")[0]  # its label goes
    spec = spec or str(side.setting("python_executable") or "")
    executable = spec.removesuffix(_GIL)
    python = identify(executable) if executable else None
    if python is None:
        raise UsageError(
            f"the Python of {name.upper()}, {executable or 'which is not named'}, is not here; "
            f"leave --confirm out"
        )
    if _changed(side, python):
        raise UsageError(
            f"{executable} is not what it was when {name.upper()} was measured; "
            f"measure both sides anew"
        )
    if not side.about.get("spec") and not side.about.get("packages") and is_ours(executable):
        executable = python.executable  # a file names what was made from it, with pyperf alone
    turned_on = python.free_threaded and side.about.get("gil") == "on"
    return f"{executable}{_GIL}" if turned_on else executable


def _refuse_other_packages(taking_part: Sequence[Arm], sides: Mapping[str, Side]) -> None:
    for arm in taking_part:
        before = sides[arm.label].about.get("packages", arm.packages)
        if changed := differing([before, arm.packages], BEFORE_NOW):
            raise UsageError(
                f"the packages of {arm.label.upper()} are not what they were: {changed[0]}; "
                f"measure both sides anew"
            )


def _changed(side: Side, python: Python) -> bool:
    """By its build, or where a file does not tell that, by its version."""
    if "build" in side.about:
        return bool(side.about["build"] != python.build)
    version = str(side.about.get("version", "")).split()
    return bool(version) and version[0] != python.build.split()[0]
