"""What a campaign's folder says of itself, as it is written into `campaign.json`."""

from __future__ import annotations

import datetime
import platform
from typing import TYPE_CHECKING, Any

from pyconc import __version__
from pyconc.measure.logs import last_line
from pyconc.suite.machine import usable_cores

if TYPE_CHECKING:
    from pyconc.measure.campaign import Prepared
    from pyconc.measure.scheduler import Scheduler


def ending(scheduler: Scheduler, took: float, *, finished: bool) -> dict[str, Any]:
    return {
        "finished": finished,
        "failures": [
            {
                "case": record.case,
                "python": record.arm,
                "reason": last_line(record.error or ""),
                "log": record.log,
            }
            for record in scheduler.failures
        ],
        "seconds": round(took, 3),
        "timed_share": round(scheduler.state.timed / max(took, scheduler.state.worked), 4),
    }


def describe(prepared: Prepared) -> dict[str, Any]:
    """What a campaign's folder says of itself, as JSON."""
    plan = prepared.plan
    by_id = {case.id: case for cases in plan.cases.values() for case in cases}
    return {
        "pyconc": __version__,
        "started": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "finished": False,
        "failures": [],
        "profile": plan.profile._asdict(),
        "seed": plan.seed,
        "budget": plan.budget,
        **prepared.gauge.about(),
        "left_out": [each._asdict() for each in prepared.left],
        "cases": prepared.ids,
        "case_versions": {name: case.workload_class.version for name, case in by_id.items()},
        "machine": describe_machine(),
        "interpreters": [
            {
                **arm.about,
                "label": arm.label,
                "spec": arm.spec,
                "skipped": {i: why for i, why in arm.skipped.items() if i in prepared.ids},
            }
            for arm in prepared.taking_part
        ],
    }


def describe_machine() -> dict[str, Any]:
    """What a reader must know of the machine to judge the figures."""
    return {
        "host": platform.node(),
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cpus": usable_cores(),
    }
