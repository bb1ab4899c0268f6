"""The same cases under pytest-benchmark, for a quick look while developing.

``pytest benchmarks/ --benchmark-only`` times every case, with the family as its group and its
parameters as pytest's; ``--benchmark-disable`` checks every invariant once. For figures to compare
or publish use `pyconc run`, which gives every round a process of its own.
"""

from __future__ import annotations

import builtins
import inspect
from typing import Any, Callable

import pytest

from pyconc.measure.meter import Meter
from pyconc.suite.case import Case, Clock, Workload, snake_case

#: Seconds of one value at least, and of the window in which contended workers all run.
MIN_TIME = 0.02
#: Loops of each worker where only the invariant is checked.
FEW_LOOPS = 8


class WorkersClock:
    """A timer that stands still but for what the workers' own clocks measured."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> Any:
    """A declared workload is collected as a parametrized function, ``counter.py::fine_lock``."""
    if not (isinstance(obj, type) and issubclass(obj, Workload) and "declaration" in vars(obj)):
        return None
    function_name = snake_case(name)
    if hasattr(collector.obj, function_name) or hasattr(builtins, function_name):
        raise collector.CollectError(f"{name} would hide the {function_name} of its module")
    function = as_function(obj)
    setattr(collector.obj, function_name, function)  # pytest looks it up there again
    return collector.config.hook.pytest_pycollect_makeitem(
        collector=collector, name=function_name, obj=function
    )


def as_function(workload: type[Workload]) -> Callable[..., None]:
    """A benchmark function for pytest, with a parameter for each axis of the workload."""
    cases = {tuple(case.values.values()): case for case in workload.declaration.cases(workload)}
    axes = list(workload.declaration.axes)
    clock = WorkersClock()

    def function(benchmark: Any, **values: Any) -> None:
        measure(benchmark, cases[tuple(values[axis] for axis in axes)], clock)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind) for name in ("benchmark", *axes)]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__test__ = True  # type: ignore[attr-defined]
    function.__doc__ = workload.__doc__
    family = workload.__module__.rpartition(".")[2]
    marked = pytest.mark.benchmark(group=family, timer=clock)(function)
    parametrized: Callable[..., None] = pytest.mark.parametrize(
        axes, [_parameters(case) for case in cases.values()]
    )(marked)
    return parametrized


def measure(benchmark: Any, case: Case, clock: WorkersClock) -> None:
    """Time one operation of a case; with timing disabled, check its invariant once."""
    with Meter(case, MIN_TIME, calibrating=True) as meter:
        if benchmark.disabled:
            benchmark(meter.seconds, FEW_LOOPS if case.workload_class.clock is Clock.WORK else 1)
            return
        loops = 1
        while meter.seconds(loops) < MIN_TIME:
            loops *= 2
        meter.calibrating = False

        def one_value() -> None:
            clock.now += meter.seconds(loops) / (loops * meter.inner_loops)

        benchmark.pedantic(one_value, rounds=5, warmup_rounds=1)
    benchmark.extra_info.update(case.metadata(), **meter.metrics(5))


def _parameters(case: Case) -> Any:
    reason = case.skip_reason()
    marks = [pytest.mark.skip(reason=reason)] if reason else []
    return pytest.param(
        *case.values.values(), id="-".join(map(str, case.values.values())), marks=marks
    )
