"""Findings and estimates as `report.json` has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pyconc.statistics.estimate import Estimate


def record(found: object, *names: str) -> dict[str, Any]:
    """Attributes of a finding by name; those that are estimates as `figures` has them."""
    values = {name: getattr(found, name) for name in names}
    return {
        name: figures(value) if isinstance(value, Estimate) else value
        for name, value in values.items()
    }


def figures(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate in plain JSON."""
    if estimate is None:
        return None
    low, high = finite(estimate.low), finite(estimate.high)
    return {"value": estimate.value, "low": low, "high": high, "rounds": estimate.rounds}


def by_name(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: figures(estimate) for name, estimate in estimates.items()}


def finite(figure: float) -> float | None:
    """JSON has no NaN."""
    return figure if math.isfinite(figure) else None
