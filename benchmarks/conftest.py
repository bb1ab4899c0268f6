"""The same cases under pytest-benchmark, for a quick look while developing.

``pytest benchmarks/ --benchmark-only`` times every case, with the family as its group, its
parameters as pytest's, and what it is about as markers (``pytest benchmarks/ --markers``);
``--benchmark-min-rounds`` says how many values each has. ``--benchmark-disable`` checks every
invariant once. For figures to publish use `pyconc run`, which gives every round a process of its
own.
"""

from __future__ import annotations

import builtins
import inspect
from pathlib import Path
from typing import Any, Callable

import pytest

from pyconc.errors import DeclarationError
from pyconc.measure.meter import Meter
from pyconc.suite import catalog
from pyconc.suite.case import Case, Clock, Workload, snake_case
from pyconc.suite.manifest import PREFIX
from pyconc.suite.spelling import refuse_misspelt
from pyconc.suite.tags import TAGS, tags

OURS = Path(__file__).parent
#: Scripts of pyperf, which hold no case.
collect_ignore = ["bm_pyconc"]
#: Seconds of one value at least, and of the window in which contended workers all run.
MIN_TIME = 0.02
#: Loops of each worker where only the invariant is checked.
FEW_LOOPS = 8
#: pytest-asyncio has the marker of that name for itself.
_RENAMED = {"asyncio": "tasks"}
#: Every marker, and what it says of a case.
MARKERS = {
    **{_RENAMED.get(tag, tag): f"{meaning}." for tag, meaning in TAGS.items()},
    "quick": "it belongs to the profiles smoke and quick.",
}


def pytest_configure(config: pytest.Config) -> None:
    names = catalog.family_names(OURS)
    families = {f"{PREFIX}{name}": f"it is of the family {name}." for name in names}
    for name, meaning in {**MARKERS, **families}.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


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
    if obj.__module__.rpartition(".")[2] != collector.obj.__name__.rpartition(".")[2]:
        return None  # of another family, which this one builds on
    function_name = snake_case(name)
    if hasattr(collector.obj, function_name) or hasattr(builtins, function_name):
        raise collector.CollectError(f"{name} would hide the {function_name} of its module")
    try:
        refuse_misspelt(obj)
    except DeclarationError as error:
        raise collector.CollectError(str(error)) from None
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

    def function(benchmark: Any, pytestconfig: pytest.Config, **values: Any) -> None:
        rounds = pytestconfig.getoption("benchmark_min_rounds")
        measure(benchmark, cases[tuple(values[axis] for axis in axes)], clock, rounds)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    names = ("benchmark", "pytestconfig", *axes)
    parameters = [inspect.Parameter(name, kind) for name in names]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__test__ = True  # type: ignore[attr-defined]
    function.__doc__ = workload.__doc__
    family = workload.__module__.rpartition(".")[2]
    marked = pytest.mark.benchmark(group=family, timer=clock)(function)
    parametrized: Callable[..., None] = pytest.mark.parametrize(
        axes, [_parameters(case) for case in cases.values()]
    )(marked)
    return parametrized


def measure(benchmark: Any, case: Case, clock: WorkersClock, rounds: int) -> None:
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

        benchmark.pedantic(one_value, rounds=rounds, warmup_rounds=1)
    metrics = {f"pyconc_{name}": figure for name, figure in meter.metrics(rounds).items()}
    _, twins = catalog.find(case.id, *dict.fromkeys((OURS, _folder_of(case))))
    beside = {f"pyconc_{name}": said for name, said in {"case": case.id, **twins}.items()}
    benchmark.extra_info.update(case.metadata(), **metrics, **beside)


def _folder_of(case: Case) -> Path:
    """Of its family file: ours, or one of the user's own."""
    return Path(inspect.getfile(case.workload_class)).parent


def _parameters(case: Case) -> Any:
    marks = [getattr(pytest.mark, name) for name in markers(case)]
    if reason := case.skip_reason():
        marks.append(pytest.mark.skip(reason=reason))
    return pytest.param(
        *case.values.values(), id="-".join(map(str, case.values.values())), marks=marks
    )


def markers(case: Case) -> list[str]:
    """What ``-m`` chooses by: the family, the tags, and whether it is quick."""
    found = [f"{PREFIX}{case.family}", *(_RENAMED.get(tag, tag) for tag in tags(case))]
    return [*found, "quick"] if case.quick else found
