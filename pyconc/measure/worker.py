"""One round: a pyperf script that measures one case in this process.

A child that multiprocessing spawns runs this module again, so it imports nothing at the top: what
is timed must not include pyperf, and as little as can be of pyconc.

It is an ordinary pyperf script too:
``python -m pyconc.measure.worker --case 'barrier.crossing[thread-2]' -o barrier.json``.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from pyconc.measure.meter import Meter
    from pyconc.suite.case import Case, Parameter

#: Exit status for a case that could not be measured soundly; its reason is on standard error.
CASE_FAILED = 3


def main(arguments: list[str] | None = None, runner: Any = None) -> int:
    """Measure one case.

    Args:
        runner: what `make_runner` returned, if it has been called in this process.

    Returns:
        An exit status: 0, 2 for a case that does not exist, or `CASE_FAILED`.
    """
    from pyconc.errors import CaseError, UsageError

    runner = runner or make_runner()
    args = runner.parse_args(arguments)
    import faulthandler

    faulthandler.enable()  # a crash leaves its stacks in the log
    if args.deadline:
        faulthandler.dump_traceback_later(args.deadline)
    try:
        bench = _measure(runner, *_find(args.case, args.benchmarks), args)
    except CaseError as error:
        print(error, file=sys.stderr)
        return CASE_FAILED
    except UsageError as error:
        print(f"pyconc: {error}", file=sys.stderr)
        return 2
    if args.result:
        bench.dump(args.result)
    return 0


def make_runner() -> Any:
    """pyperf's runner, which is one a process, with our options."""
    import pyperf

    runner = pyperf.Runner(program_args=("-m", "pyconc.measure.worker"), add_cmdline_args=_forward)
    options = runner.argparser.add_argument_group("pyconc")
    options.add_argument("--case", required=True, help="id of the case")
    options.add_argument("--benchmarks", action="append", help="folder of family files; repeat")
    options.add_argument("--deadline", type=float, help="seconds after which stacks are dumped")
    options.add_argument("--pace", type=float, help="of a quiet machine, in seconds a loop")
    options.add_argument("--patience", type=float, default=0.0, help="seconds to wait for one")
    options.add_argument("--turns", help="pipes by which turns are given and ended")
    options.add_argument("--counter", help="count instructions, by perf or valgrind")
    options.add_argument("--counted-by", help="which one that is, as the result says it")
    options.add_argument("--result", help="file for the run of a worker, with its metrics")
    return runner


def _measure(
    runner: Any, case: Case, metadata: dict[str, Parameter], args: argparse.Namespace
) -> Any:
    import multiprocessing
    import os

    from pyconc.measure.slowdown import VARIABLE, slow_down
    from pyconc.measure.turns import Turns
    from pyconc.suite.requirements import gil_enabled

    # As the workload would be in a script of one's own: part of what a fork server has loaded.
    multiprocessing.set_forkserver_preload(["__main__", case.workload_class.__module__])
    calibrating = args.calibrate_loops or args.recalibrate_loops
    if not args.worker:  # pyperf starts workers of its own, and this process measures nothing
        from pyconc.measure.meter import Meter

        inner_loops = Meter(case, args.min_time).inner_loops
        return runner.bench_time_func(case.id, _no_time, inner_loops=inner_loops, metadata=metadata)
    turns = Turns(args.turns, args.deadline) if args.turns else None
    how = {"calibrating": calibrating, **({"next_turn": turns.next} if turns else {})}
    made, told = _by_counter(case, args, how) if args.counter else _by_time(case, args, how)
    with made as meter:
        if share := float(os.environ.get(VARIABLE) or 0):
            slow_down(meter.workload, share)
        bench = runner.bench_time_func(
            case.id, meter.value, inner_loops=meter.inner_loops, metadata={**metadata, **told}
        )
        value_seconds = meter.value_seconds
        beside = {} if calibrating else meter.beside(args.values)
        if turns:
            beside["turns"] = args.values
            turns.finish()
    if args.pace:
        beside["usual_pace"] = args.pace
    beside.update(
        {
            "timed_seconds": sum(meter.elapsed),
            "value_seconds": value_seconds,
            **meter.machine(),
            "gil": "on" if gil_enabled() else "off",
        }
    )
    bench.update_metadata({f"pyconc_{name}": value for name, value in beside.items()})
    return bench


def _by_time(
    case: Case, args: argparse.Namespace, how: dict[str, Any]
) -> tuple[Meter, dict[str, Parameter]]:
    """What measures a case, and what its result says of that."""
    from pyconc.measure.meter import Meter
    from pyconc.measure.quiet import Quiet

    quiet = Quiet(args.pace, args.patience)
    return Meter(case, args.min_time, quiet=quiet, warmups=args.warmups or 0, **how), {}


def _by_counter(
    case: Case, args: argparse.Namespace, how: dict[str, Any]
) -> tuple[Meter, dict[str, Parameter]]:
    """As `_by_time`.

    Raises:
        CaseError: the counter is not there.
    """
    from pyconc.errors import CaseError
    from pyconc.measure.gauges.counters import COUNTERS, CounterError
    from pyconc.measure.gauges.meter import InstructionMeter

    try:
        counter = COUNTERS[args.counter]()
    except CounterError as error:
        raise CaseError(str(error)) from None
    told: dict[str, Parameter] = {"unit": "integer", "pyconc_counter": args.counted_by}
    return InstructionMeter(case, counter, args.min_time, **how), told


def _no_time(loops: int) -> float:
    raise AssertionError("only workers measure")


def _find(case_id: str, folders: list[str] | None) -> tuple[Case, dict[str, Parameter]]:
    """The case, and what its result file says of it."""
    from pathlib import Path

    from pyconc.suite import catalog

    case, twins = catalog.find(case_id, *map(Path, folders or ()))
    return case, {**case.metadata(), **{f"pyconc_{role}": name for role, name in twins.items()}}


def _forward(command: list[str], args: argparse.Namespace) -> None:
    command += ["--case", args.case]
    for folder in args.benchmarks or ():
        command += ["--benchmarks", folder]


def serve() -> int:
    """Measure each case that standard input asks for, in a fork of this process.

    What every worker needs is imported, and found out of the system, once; the families are not
    imported, so that a worker has only what its own case imports, as a script of one's own would.
    """
    import functools
    import multiprocessing.forkserver  # noqa: F401
    import platform

    from pyperf._collect_metadata import collect_metadata

    import pyconc.measure.meter
    import pyconc.measure.slowdown
    import pyconc.measure.turns
    import pyconc.suite.catalog
    import pyconc.suite.process_team
    import pyconc.suite.program  # noqa: F401
    from pyconc.measure.forking import serve_forks

    # It asks another program every time, and what runs here stays the same.
    platform.architecture = functools.lru_cache(maxsize=None)(platform.architecture)
    collect_metadata()  # patterns are compiled then, and what the platform is called is known
    return serve_forks(functools.partial(main, runner=make_runner()))


if __name__ == "__main__":
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # the working directory, which `-m` puts there: it would hide packages
    sys.exit(serve() if sys.argv[1:] == ["--serve"] else main())
