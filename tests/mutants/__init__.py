"""Deliberately broken primitives: every family must catch its own."""

from __future__ import annotations

from typing import Any, Callable

from pyconc.measure.meter import Meter
from pyconc.suite.case import Case, Clock, Workload


def measure_broken(case: Case, loops: int = 200, **broken: Any) -> None:
    """Measure one small value with attributes of the workload replaced after its `setup`.

    Raises:
        CaseError: what the case caught.
    """
    fixed_time = case.workload_class.fixed_time
    meter = Meter(case, 0.005 if fixed_time else 0.0, calibrating=not fixed_time)
    meter.workload.setup = breaking(meter.workload, broken)  # type: ignore[method-assign]
    with meter:
        meter.seconds(loops if case.workload_class.clock is Clock.WORK else 1)
        meter.observed()


def try_broken(case: Case, **broken: Any) -> None:
    """As `measure_broken`, but nothing is done besides the trial."""
    meter = Meter(case, 0.0)
    meter.workload.setup = breaking(meter.workload, broken)  # type: ignore[method-assign]
    with meter:
        pass


def breaking(workload: Workload, broken: dict[str, Any]) -> Callable[[], None]:
    """The workload's `setup`, after which the attributes are replaced."""
    setup = workload.setup

    def broken_setup() -> None:
        del vars(workload)["setup"]  # it could not be sent to a process
        setup()
        vars(workload).update(broken)

    return broken_setup
