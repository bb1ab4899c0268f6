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

    from pyconc.suite.case import Case, Parameter

#: Exit status for a case that could not be measured soundly; its reason is on standard error.
CASE_FAILED = 3


def main(arguments: list[str] | None = None) -> int:
    import pyperf

    from pyconc.errors import CaseError, UsageError

    runner = pyperf.Runner(program_args=("-m", "pyconc.measure.worker"), add_cmdline_args=_forward)
    options = runner.argparser.add_argument_group("pyconc")
    options.add_argument("--case", required=True, help="id of the case")
    options.add_argument("--benchmarks", help="folder of the family files")
    options.add_argument("--deadline", type=float, help="seconds after which stacks are dumped")
    options.add_argument("--result", help="file for the run of a worker, with its metrics")
    args = runner.parse_args(arguments)
    if args.deadline:
        import faulthandler

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


def _measure(
    runner: Any, case: Case, metadata: dict[str, Parameter], args: argparse.Namespace
) -> Any:
    import multiprocessing

    from pyconc.measure.meter import Meter
    from pyconc.suite.requirements import gil_enabled

    # As the workload would be in a script of one's own: part of what a fork server has loaded.
    multiprocessing.set_forkserver_preload(["__main__", case.workload_class.__module__])
    calibrating = args.calibrate_loops or args.recalibrate_loops
    if not args.worker:  # pyperf starts workers of its own, and this process measures nothing
        inner_loops = Meter(case, args.min_time).inner_loops
        return runner.bench_time_func(case.id, _no_time, inner_loops=inner_loops, metadata=metadata)
    with Meter(case, args.min_time, calibrating=calibrating) as meter:
        bench = runner.bench_time_func(
            case.id, meter.seconds, inner_loops=meter.inner_loops, metadata=metadata
        )
    beside = {
        **meter.metrics(args.values),
        "timed_seconds": sum(meter.elapsed),
        "value_seconds": meter.elapsed[-1],
        "gil": "on" if gil_enabled() else "off",
    }
    bench.update_metadata({f"pyconc_{name}": value for name, value in beside.items()})
    return bench


def _no_time(loops: int) -> float:
    raise AssertionError("only workers measure")


def _find(case_id: str, folder: str | None) -> tuple[Case, dict[str, Parameter]]:
    """The case, and what its result file says of it."""
    from pathlib import Path

    from pyconc.suite import catalog

    by_id = {case.id: case for case in catalog.load(Path(folder) if folder else None)}
    [case] = catalog.select(list(by_id.values()), [case_id])
    twin = catalog.control(case, by_id)
    return case, {**case.metadata(), **({"pyconc_control": twin.id} if twin else {})}


def _forward(command: list[str], args: argparse.Namespace) -> None:
    command += ["--case", args.case]
    if args.benchmarks:
        command += ["--benchmarks", args.benchmarks]


if __name__ == "__main__":
    sys.exit(main())
