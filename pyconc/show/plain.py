"""Estimates as `report.json` has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pyconc.statistics.estimate import Estimate


def figures(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate in plain JSON, which has no NaN."""
    if estimate is None:
        return None
    low, high = (end if math.isfinite(end) else None for end in (estimate.low, estimate.high))
    return {"value": estimate.value, "low": low, "high": high, "rounds": estimate.rounds}


def by_name(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: figures(estimate) for name, estimate in estimates.items()}
