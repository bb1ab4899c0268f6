"""Arguments that several commands have, and what is made of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyconc.errors import UsageError

if TYPE_CHECKING:
    from pyconc.suite.own import Own

#: Exit statuses of all commands but `bisect-step`.
DONE, CASE_FAILED, BAD_INPUT, UNSAID, INTERRUPTED = 0, 1, 2, 3, 130

#: What `add_subparsers` gives.
Commands = Any


def add_selection(command: argparse.ArgumentParser) -> None:
    select = command.add_argument(
        "select", nargs="*", metavar="SELECT", help="family, family.workload or id"
    )
    completed(select, _selections)
    command.add_argument(
        "-k", dest="keywords", metavar="EXPR", help="e.g. 'barrier and not process'"
    )


def add_arms(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-p", "--python", action="append", default=[], metavar="PYTHON",
        help="a version, the path of one or of that of a virtual environment, or `all`; NAME+gil "
        "turns on the GIL of a free-threaded build, NAME=LABEL makes another arm; repeat for "
        "several (default: this Python)",
    )  # fmt: skip
    command.add_argument(
        "--with", dest="packages", action="append", default=[], metavar="PACKAGE",
        help="install it for the workers of every Python, LABEL:PACKAGE for those of one; "
        "repeat for several",
    )  # fmt: skip


def add_profile(command: argparse.ArgumentParser) -> None:
    """The profile, and what limits the time that it takes."""
    profile = command.add_argument(
        "--profile", default="quick", help="smoke, quick or full (default: quick)"
    )
    completed(profile, _profiles)
    command.add_argument("--budget", metavar="TIME", help="for the whole campaign, such as 30m")
    command.add_argument("--dry-run", action="store_true", help="show the plan and measure nothing")
    command.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="default: results/DATE-TIME"
    )


def add_clock(command: argparse.ArgumentParser) -> None:
    clock = command.add_argument(
        "--clock", metavar="CLOCK", default="time",
        help="time, or instructions, which are counted by perf or by valgrind (default: time)",
    )  # fmt: skip
    completed(clock, _clocks)


def add_threshold(command: argparse.ArgumentParser) -> None:
    command.add_argument("--threshold", metavar="SHARE", help="smaller does not matter (1%%)")


def completed(argument: argparse.Action, words: Callable[..., Iterable[str]]) -> None:
    """Which words argcomplete offers for it."""
    argument.completer = words  # type: ignore[attr-defined]


def _selections(prefix: str, **_: object) -> dict[str, str]:
    """Families; after a dot their workloads, and after a bracket ids: each with its summary."""
    from pyconc.suite import catalog

    family, dot, _rest = prefix.partition(".")
    if not dot:
        return dict.fromkeys(catalog.families(), "")
    cases = [case for case in catalog.known() if case.family == family]
    return {case.id if "[" in prefix else case.name: case.summary for case in cases}


def _profiles(**_: object) -> Iterable[str]:
    from pyconc.measure.plan import PROFILES

    return PROFILES


def _clocks(**_: object) -> Iterable[str]:
    from pyconc.measure.gauges.instructions import CLOCKS

    return CLOCKS


def own_cases(args: argparse.Namespace) -> Own:
    """What is declared, with what the command line adds."""
    from pyconc.suite.own import declared, given

    return declared().having(given(each, "--with") for each in args.packages)


def budget(args: argparse.Namespace) -> float | None:
    """In seconds."""
    from pyconc.measure.plan import seconds_of

    return seconds_of(args.budget) if args.budget else None


def new_folder(args: argparse.Namespace) -> Path:
    """Where a campaign goes, which can be written."""
    from pyconc.measure.campaign import default_folder
    from pyconc.measure.targets import need_new_folder

    folder: Path = args.output or default_folder()
    need_new_folder(folder)
    return folder


def refuse(given: dict[str, object], beside: str) -> None:
    """
    Raises:
        UsageError: one of these arguments was given.
    """
    for name, value in given.items():
        if value not in (None, [], False):
            raise UsageError(f"{name} does not go with {beside}")
