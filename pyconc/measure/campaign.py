"""One campaign from start to end: choose, prepare, measure, and leave pyperf files behind."""

from __future__ import annotations

import datetime
import random
import signal
import time
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.errors import UsageError, brief
from pyconc.figures import counted
from pyconc.measure import doctor
from pyconc.measure.about import describe, describe_machine, ending
from pyconc.measure.announce import announce
from pyconc.measure.asking import PreparationError
from pyconc.measure.beside import settled
from pyconc.measure.collecting import Collected, collected
from pyconc.measure.copies import import_root, isolated
from pyconc.measure.gauges.gauge import Gauge
from pyconc.measure.gauges.instructions import gauge_of
from pyconc.measure.importing import unimportable
from pyconc.measure.interpreters import Arm, Left, probed, ready
from pyconc.measure.plan import (
    Plan,
    Profile,
    profile_named,
    rivals_among,
    with_controls,
    without_controls,
)
from pyconc.measure.progress import make_progress
from pyconc.measure.scheduler import Place, Scheduler
from pyconc.measure.state import State
from pyconc.measure.variables import padded, worker_environment
from pyconc.screen import say
from pyconc.store.about import read_unfinished
from pyconc.store.current import records_to_go_on
from pyconc.store.journal import CAMPAIGN, Journal, Record, write_json
from pyconc.store.packages import differing
from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.suite.own import Own, declared, recalled

#: Characters of a label.
_MOST_LABEL = 100
#: Whose packages are compared when a campaign goes on.
BEFORE_NOW = ("the campaign", "what is there now")


class Outcome(NamedTuple):
    """How a campaign ended."""

    folder: Path
    failures: list[Record]
    interrupted: bool
    #: Of the wall time, the share inside timed regions or their warmups.
    timed_share: float


class Prepared(NamedTuple):
    """A plan, and the Pythons that are ready to carry it out."""

    plan: Plan
    ids: list[str]
    taking_part: list[Arm]
    #: Pythons that cannot be prepared, and why.
    left: list[Left]
    places: dict[str, Place]
    #: Folders of family files, as workers are told of them.
    benchmarks: tuple[Path, ...]
    #: Cases of the user's own.
    own: Own
    #: What is measured by.
    gauge: Gauge = Gauge()


def choose(
    profile: Profile,
    names: Sequence[str],
    keywords: str | None,
    found: Collected | None = None,
) -> list[Case]:
    """The cases of a campaign: of those asked for, what belongs to the profile, and controls.

    A case that is named by its full id always belongs, and so do the controls and floors of what is
    selected. A whole profile has those that belong to it. Families that need what few have
    installed belong only where they are named, or what they need is.

    Args:
        found: every case that is known, if not what `collected` finds.

    Raises:
        UsageError: nothing matches.
    """
    found = collected() if found is None else found
    chosen = matching = found.select(names, keywords)
    if not names:
        unnamed = catalog.unnamed(found.cases, names, keywords)
        chosen = [case for case in chosen if case.id not in unnamed]
    belonging = [case for case in found.cases if case.quick or not profile.quick]
    chosen = [case for case in chosen if case in belonging or case.id in names]
    if not chosen:
        raise UsageError(_none_belongs(matching, profile))
    selected = bool(names) or keywords is not None
    return with_controls(found.cases, chosen, found.cases if selected else belonging)


def _none_belongs(matching: Sequence[Case], profile: Profile) -> str:
    other = ", or measure with --profile full" if profile.quick else ""
    return (
        f"none of {counted(len(matching), 'case')} that match, such as {matching[0].id}, is of the "
        f"profile {profile.name} without being named; name it in full{other}"
    )


def prepare(
    cases: Sequence[Case],
    profile: Profile,
    *,
    pythons: Sequence[str] = (),
    seed: int | None = None,
    budget: float | None = None,
    own: Own | None = None,
    unnamed: Container[str] = (),
    snapshots: Mapping[str, str] | None = None,
    gauge: Gauge | None = None,
) -> Prepared:
    """Find the Pythons and make them ready.

    Args:
        budget: seconds for the whole campaign; the profile's minutes for each Python without one.
        own: where cases of the user's own are and what workers are given, if not what is declared
            now.
        unnamed: ids of cases that are left out without a word where no Python can run them.
        snapshots: what was installed for another campaign, by the labels of the Pythons that are to
            be given the same.
        gauge: what is measured by; time, if nothing is said. The profile is as it wants it.

    Raises:
        UsageError: no case can run, or a Python cannot be used.
    """
    _refuse_long_labels(pythons)
    gauge = gauge or Gauge()
    root = import_root()
    own = declared() if own is None else own
    prepared, left = ready(pythons, worker_environment(root), own.packages, snapshots)
    packages = {case.workload_class.__module__.partition(".")[0] for case in cases}
    try:
        beside = settled(isolated(own), prepared, packages)
    except PreparationError as error:
        raise UsageError(str(error)) from None
    benchmarks = (root / catalog.benchmarks_folder().name, *beside.own.folders)
    environment = {label: worker_environment(root, *path) for label, path in beside.path.items()}
    taking_part, left = probed(prepared, benchmarks, environment, left)
    for arm in taking_part:
        _skip(arm, cases, {**environment[arm.label], **arm.env}, gauge)
        if arm.label in beside.hidden:
            arm.about["hidden"] = beside.hidden[arm.label]
    runnable = {arm.label: arm.able(cases) for arm in taking_part}
    asked = without_controls(cases)
    if not any(case in asked for cases in runnable.values() for case in cases):
        raise UsageError(f"none of these cases can run: {_why_none(asked, taking_part)}")
    cases = [
        case for case in cases
        if case.id not in unnamed or any(case.id not in arm.skipped for arm in taking_part)
    ]  # fmt: skip
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    seconds = budget or profile.minutes * 60 * len(taking_part)
    environments = padded([{**environment[arm.label], **arm.env} for arm in taking_part])
    places = {
        arm.label: Place(arm.executable, env, gauge.under)
        for arm, env in zip(taking_part, environments)
    }
    for arm in taking_part:
        if why := gauge.unusable(arm.executable, places[arm.label].env):
            raise UsageError(f"nothing can be measured on {arm.label}: {why}")
    plan = Plan(profile, seed, runnable, seconds, rivals_among(cases))
    ids = [case.id for case in cases]
    return Prepared(plan, ids, taking_part, left, places, benchmarks, own, gauge)


def _skip(arm: Arm, cases: Sequence[Case], env: Mapping[str, str], gauge: Gauge) -> None:
    """Note what an arm skips of these cases beside what its Python said, and why."""
    for case in cases:
        if case.family in arm.lacking:
            arm.skipped[case.id] = arm.lacking[case.family]
        if said := gauge.leaves_out(case):
            arm.skipped[case.id] = said
    arm.skipped.update(unimportable(arm.able(cases), arm.executable, env))


def _refuse_long_labels(pythons: Sequence[str]) -> None:
    """A label is part of the names of files."""
    for name in pythons:
        label = name.rpartition("=")[2] if "=" in name else ""
        if len(label) > _MOST_LABEL:
            raise UsageError(
                f"-p {brief(name, 60)}: its label has {len(label)} characters, and is part of the "
                f"name of a file; use up to {_MOST_LABEL}"
            )


def _why_none(cases: Sequence[Case], taking_part: Sequence[Arm]) -> str:
    reasons = dict.fromkeys(arm.skipped[case.id] for arm in taking_part for case in cases)
    first, *others = reasons
    more = f", and {counted(len(others), 'other reason')}" if others else ""
    for arm in taking_part:
        for name, why in arm.about.get("missing", {}).items():
            return f"{first}{more}; {name} cannot be installed on {arm.label}: {why}"
    if any("module" in reason for reason in reasons):
        return f"{first}{more}; `pyconc run --with PACKAGE` installs what workers lack"
    return f"{first}{more}; name another Python with -p, or choose others of `pyconc list`"


def run(prepared: Prepared, folder: Path) -> Outcome:
    """Measure into a new folder.

    Raises:
        UsageError: the folder cannot be used.
    """
    about = {**describe(prepared), "own": prepared.own.as_json(folder)}
    journal = Journal.create(folder, about)
    found = doctor.examine([place.executable for place in prepared.places.values()], seconds=0.5)
    about["doctor"] = [each._asdict() for each in found]
    if not _is_written(folder / CAMPAIGN, about):
        journal.close()
        raise UsageError(f"cannot write {folder / CAMPAIGN}; make room, or choose another with -o")
    return _measure(prepared, State(), journal, about)


def resume(folder: Path) -> Outcome:
    """Go on where a campaign was stopped, with the same plan on the same Pythons. What is refused
    leaves the folder as it was.

    Raises:
        UsageError: the folder is no campaign or lacks its journal, another process measures into
            it, or its machine, cases or Pythons are no longer what they were.
    """
    about = read_unfinished(folder)
    journal = Journal(folder)
    try:
        records = records_to_go_on(folder, about, may_lack=int(journal.is_torn))
        prepared = _as_it_was(folder, about)
        if journal.drop_torn_line():
            say("the last line of the journal was torn and is dropped; its round is done again")
    except BaseException:
        journal.forsake()
        raise
    return _measure(prepared, State(records), journal, about)


def _as_it_was(folder: Path, about: dict[str, Any]) -> Prepared:
    _refuse_other_machine(folder, about["machine"])
    own = recalled(about, folder)
    pythons = [each["spec"] for each in about["interpreters"]]
    found = collected(own, pythons, snapshots_of(about))
    by_id = {case.id: case for case in found.cases}
    versions = about["case_versions"]
    changed = [
        name for name in dict.fromkeys([*versions, *about["cases"]])
        if name not in by_id or by_id[name].workload_class.version != versions.get(name)
    ]  # fmt: skip
    if changed:
        raise UsageError(
            f"{folder}: {changed[0]} is not what it was when the campaign began; measure again"
        )
    prepared = prepare(
        [by_id[name] for name in about["cases"]], _profile(about),
        pythons=pythons,
        seed=about["seed"], budget=about["budget"], own=own, snapshots=snapshots_of(about),
        gauge=gauge_of(about),
    )  # fmt: skip
    causes = {left.name: left.cause for left in prepared.left}
    now = {arm.label: arm for arm in prepared.taking_part}
    for each in about["interpreters"]:
        label, arm = each["label"], now.get(each["label"])
        if arm is None and each["spec"] in causes:
            raise UsageError(f"{folder}: Python {label}: {causes[each['spec']]}; measure again")
        if arm is None or arm.about["build"] != each["build"]:
            raise UsageError(f"{folder}: Python {label} is not what it was; measure again")
        if changed := differing([each.get("packages") or arm.packages, arm.packages], BEFORE_NOW):
            raise UsageError(
                f"{folder}: the packages of {label} are not what they were: {changed[0]}; "
                f"put them back, or measure again"
            )
    return prepared


def _refuse_other_machine(folder: Path, before: Mapping[str, Any]) -> None:
    here = describe_machine()
    for name in ("host", "platform"):
        if before[name] != here[name]:
            raise UsageError(
                f"{folder} was measured on another {name}, {brief(before[name])}, and not on "
                f"{here[name]}; go on there, or measure again"
            )


def _profile(about: dict[str, Any]) -> Profile:
    said = about["profile"]
    known = {name: said[name] for name in Profile._fields if name in said}
    return profile_named(said["name"])._replace(**known)


def snapshots_of(about: Mapping[str, Any]) -> dict[str, str]:
    """What was installed for the Pythons of a campaign, by their labels, as it can be had again."""
    return {
        each["label"]: str(each["snapshot"])
        for each in about["interpreters"]
        if each.get("snapshot")
    }


def _measure(prepared: Prepared, state: State, journal: Journal, about: dict[str, Any]) -> Outcome:
    plan = prepared.plan
    progress = make_progress(plan.profile.most_rounds)
    announce(prepared, about, journal.folder, progress)
    scheduler = Scheduler(
        plan, state, journal, prepared.places, prepared.benchmarks, progress, prepared.gauge
    )  # fmt: skip
    before, start = state.timed, time.monotonic()
    finished = interrupted = False
    earlier = about.get("seconds", 0.0)
    on_term = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        scheduler.run()
        finished = True
    except KeyboardInterrupt:
        interrupted = True
    finally:
        signal.signal(signal.SIGTERM, on_term)
        progress.close()
        took = time.monotonic() - start
        about.update(ending(scheduler, earlier + took, finished=finished))
        written = _is_written(journal.folder / CAMPAIGN, about)
        journal.close()
    if not written:
        raise UsageError(
            f"cannot write {journal.folder / CAMPAIGN}; what is measured is safe: make room, then "
            f"`pyconc run --resume {journal.folder}`"
        )
    share = (state.timed - before) / took
    return Outcome(journal.folder, scheduler.failures, interrupted, share)


def _is_written(path: Path, about: dict[str, Any]) -> bool:
    """Whether there was room for it; if not, what is there says that it is not finished."""
    try:
        write_json(path, about)
    except OSError:
        return False
    return True


def default_folder() -> Path:
    return Path("results") / datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
