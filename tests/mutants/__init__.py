"""Deliberately broken primitives: every family must catch its own."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from pyconc.measure.meter import Meter
from pyconc.suite.case import Case, Clock

#: The fixture: a case's id, what it must say, loops if not so many, and what is broken.
Caught = Callable[..., None]


def measure_broken(case: Case, loops: int = 200, **broken: Any) -> None:
    """Measure one small value with attributes of the workload replaced after its `setup`.

    What this Python cannot run is skipped.

    Args:
        loops: of each worker; a caller does two, and a program is run once.

    Raises:
        CaseError: what the case caught.
    """
    fixed_time = case.workload_class.fixed_time
    with broken_meter(case, broken, 0.005 if fixed_time else 0.0, not fixed_time) as meter:
        few = {Clock.CALLER: 2, Clock.PROGRAM: 1}
        meter.seconds(few.get(case.workload_class.clock, loops))
        meter.observed()


def try_broken(case: Case, **broken: Any) -> None:
    """As `measure_broken`, but nothing is done besides the trial."""
    with broken_meter(case, broken):
        pass


def broken_meter(
    case: Case, broken: dict[str, Any], min_window: float = 0.0, calibrating: bool = False
) -> Meter:
    if reason := case.skip_reason():
        pytest.skip(reason)
    meter = Meter(case, min_window, calibrating=calibrating)
    workload = meter.workload
    setup = workload.setup

    def broken_setup() -> None:
        del vars(workload)["setup"]  # it could not be sent to a process
        setup()
        vars(workload).update(broken)

    workload.setup = broken_setup  # type: ignore[method-assign]
    return meter
