"""Campaigns for the report, read from their folders and kept apart by machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError, brief
from pyconc.findings.steps import versions
from pyconc.report.page import Campaign, Shown
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns as store
from pyconc.store.measured import Side
from pyconc.suite import catalog

#: What tells machines apart.
_MACHINE = ("host", "processor", "cpus", "platform")


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
        Shown(last, tuple(earlier), cases, _beside(last, counted), versions(last.sides))
        for *earlier, last in machines.values()
    ]
    return sorted(shown, key=lambda each: _started(each.campaign), reverse=True)


def read(folder: Path) -> Campaign:
    """One campaign; interpreters without a finished round are left out.

    Raises:
        UsageError: the folder is no campaign, a file in it is damaged, or nothing was measured.
    """
    about, rounds, sides, files = store.read(folder, compared=True)
    about["machine"] = _known(about["machine"], sides)
    return Campaign(folder.resolve().name, folder, about, Costs(rounds), sides, files)


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
    return tuple(about["machine"][name] for name in _MACHINE)


def _beside(campaign: Campaign, counted: Mapping[tuple[object, ...], Campaign]) -> Campaign | None:
    """The campaign that counted instructions where another one measured time."""
    return None if "counter" in campaign.about else counted.get(_place(campaign.about))


def _started(campaign: Campaign) -> str:
    return str(campaign.about["started"])
