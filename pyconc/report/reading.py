"""Campaigns for the report, read from their folders and kept apart by machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError, brief
from pyconc.report.description import MACHINE
from pyconc.report.page import Campaign, Shown
from pyconc.statistics.costs import Costs
from pyconc.store.about import read_about
from pyconc.store.current import arm_file
from pyconc.store.files import told_clearly
from pyconc.store.journal import JOURNAL
from pyconc.store.measured import Side
from pyconc.store.one_file import PYPERF, read_one_file
from pyconc.store.pytest_benchmark import holds_saved_runs
from pyconc.store.rounds import read_rounds, rounds_of
from pyconc.store.sides import side_of_arm
from pyconc.store.suites import suites_of_journal
from pyconc.suite import catalog


def read_campaigns(folders: Sequence[Path]) -> list[Shown]:
    """What is shown of each machine and clock, the machine of the newest campaign first.

    Raises:
        UsageError: a folder is no campaign, is damaged or holds no finished round, or two are the
            same.
    """
    _refuse_twins(folders)
    campaigns = sorted((read(folder) for folder in folders), key=_started)
    machines: dict[tuple[object, ...], list[Campaign]] = {}
    for campaign in campaigns:
        machines.setdefault(_machine(campaign.about), []).append(campaign)
    cases = {case.id: case for case in catalog.known()}
    counted = {_place(each.about): each for each in campaigns if "counter" in each.about}
    shown = [
        Shown(last, tuple(earlier), cases, _beside(last, counted))
        for *earlier, last in machines.values()
    ]
    return sorted(shown, key=lambda each: _started(each.campaign), reverse=True)


def read(folder: Path) -> Campaign:
    """One campaign; interpreters without a finished round are left out.

    Raises:
        UsageError: the folder is no campaign, a file in it is damaged, or nothing was measured.
    """
    if folder.is_file() or holds_saved_runs(folder):
        return _of_one_file(folder)
    about = read_about(folder)
    costs = Costs(read_rounds(folder, about))
    sides = dict(_sides(folder, about))
    about["machine"] = _known(about["machine"], sides)
    found = (arm_file(folder, label) for label in sides)
    files = {path.name: path for path in found if path is not None}
    return Campaign(folder.resolve().name, folder, about, costs, sides, files)


def _of_one_file(path: Path) -> Campaign:
    """A file of pyperf or pytest-benchmark, or a folder of saved runs: a campaign of one Python."""
    about, document = read_one_file(path)
    label = about["interpreters"][0]["label"]
    side = side_of_arm(str(path), path, about, label, path)
    with told_clearly(path):
        costs = Costs(rounds_of([document]))
    packed = ".gz" if path.name.endswith(".gz") else ""
    files = {f"python-{label}.json{packed}": path} if about["profile"]["name"] == PYPERF else {}
    return Campaign(path.resolve().name, path, about, costs, {label: side}, files)


def _sides(folder: Path, about: dict[str, Any]) -> Iterator[tuple[str, Side]]:
    """The side that compares of each interpreter; from its result file, or from the journal where
    that is newer.
    """
    labels = [interpreter["label"] for interpreter in about["interpreters"]]
    files = {label: arm_file(folder, label) for label in labels}
    newer = (folder / JOURNAL).exists() and None in files.values()
    suites = suites_of_journal(folder) if newer else {}
    for label, path in files.items():
        if path is not None or label in suites:
            found = path or suites[label]
            yield label, side_of_arm(f"{folder}@{label}", folder, about, label, found)


def _known(machine: dict[str, Any], sides: Mapping[str, Side]) -> dict[str, Any]:
    """The machine with the name of its processor, where pyperf found it out."""
    names = {side.machine.get("cpu_model_name") for side in sides.values()}
    return (
        {**machine, "processor": names.pop()} if len(names) == 1 and None not in names else machine
    )


def _refuse_twins(folders: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for folder in folders:
        if folder.resolve() in seen:
            raise UsageError(f"{brief(folder)} is given twice; give each campaign once")
        seen.add(folder.resolve())


def _machine(about: dict[str, Any]) -> tuple[object, ...]:
    return (*_place(about), about.get("counter"))


def _place(about: dict[str, Any]) -> tuple[object, ...]:
    return tuple(about["machine"].get(name) for name in MACHINE)


def _beside(campaign: Campaign, counted: Mapping[tuple[object, ...], Campaign]) -> Campaign | None:
    """The campaign that counted instructions where another one measured time."""
    return None if "counter" in campaign.about else counted.get(_place(campaign.about))


def _started(campaign: Campaign) -> str:
    return str(campaign.about["started"])
