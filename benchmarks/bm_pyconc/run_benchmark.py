"""The cases of one family as a script of pyperf: ``run_benchmark.py --family lock -o lock.json``.

pyperformance runs it for each family of `MANIFEST`. Every case is measured as in a campaign, by
processes of `pyconc.measure.worker`; this one only says which case is next.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyperf

if TYPE_CHECKING:
    from pyconc.suite.case import Case

#: The checkout, or what an installed pyconc lies in.
ROOT = Path(__file__).resolve().parents[2]
QUICK, ALL = "quick", "all"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the chosen cases of a family.

    Returns:
        An exit status: 0, 1 where a case could not be measured, or 2 for bad input.
    """
    sys.path.append(str(ROOT))  # last, so that nothing of the environment is hidden
    from pyconc.errors import UsageError
    from pyconc.measure.copies import import_root
    from pyconc.suite import catalog

    runner = pyperf.Runner(program_args=("-m", "pyconc.measure.worker"), add_cmdline_args=_say_case)
    _add_options(runner.argparser)
    args = runner.parse_args(arguments)
    root = import_root()
    os.environ["PYTHONPATH"] = str(root)
    args.inherit_environ = [*(args.inherit_environ or ()), "PYTHONPATH"]
    args.benchmarks = str(root / catalog.benchmarks_folder().name)
    try:
        for case in chosen(args.family, args.cases, args.keywords):
            args.case = case.id
            runner.bench_time_func(case.id, _no_time)
    except UsageError as error:
        print(f"pyconc: {error}", file=sys.stderr)
        return 2
    except RuntimeError as error:  # pyperf's, of a worker that has said why
        print(f"pyconc: {args.case} could not be measured: {error}", file=sys.stderr)
        return 1
    return 0


def _add_options(parser: argparse.ArgumentParser) -> None:
    options = parser.add_argument_group("pyconc")
    options.add_argument("--family", required=True, help="whose cases are measured")
    options.add_argument(
        "--cases", default=os.environ.get("PYCONC_CASES") or QUICK,
        help="quick or all (default: what PYCONC_CASES says, or else quick)",
    )  # fmt: skip
    options.add_argument(
        "--keywords", default=os.environ.get("PYCONC_KEYWORDS"), metavar="EXPR",
        help="such as 'not process' (default: what PYCONC_KEYWORDS says)",
    )  # fmt: skip


def chosen(family: str, which: str, keywords: str | None) -> list[Case]:
    """The cases of a family that are wanted, and that this Python can run.

    Raises:
        UsageError: there is no such family, or none of its cases is left.
    """
    from pyconc.errors import UsageError
    from pyconc.suite import catalog

    folder = catalog.benchmarks_folder()
    if family not in catalog.family_names(folder):
        raise UsageError(f"there is no family {family!r}; MANIFEST names all")
    if which not in (QUICK, ALL):
        raise UsageError(f"{QUICK} and {ALL} are the cases that can be asked for, not {which!r}")
    cases = [each for each in catalog.family(folder, family) if which == ALL or each.quick]
    wanted = catalog.select(cases, keywords=keywords)
    reasons = {case.id: reason for case in wanted if (reason := case.skip_reason())}
    for case, reason in reasons.items():
        print(f"{case}: skipped, {reason}", flush=True)
    left = [case for case in wanted if case.id not in reasons]
    if not left:
        why = next(iter(reasons.values()), "it has none")
        raise UsageError(f"no {which} case of {family} can be measured here: {why}")
    return left


def _say_case(command: list[str], args: argparse.Namespace) -> None:
    """Whichever case of this script it is, it is the first and only one of the worker."""
    command += ["--worker-task=0", "--case", args.case, "--benchmarks", args.benchmarks]


def _no_time(loops: int) -> float:
    raise AssertionError("only workers measure")


if __name__ == "__main__":
    sys.exit(main())
