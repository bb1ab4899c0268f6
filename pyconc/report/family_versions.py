"""A family from version to version: its chart, and every one of its cases in a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyconc.findings.steps import Step, Versions
from pyconc.report.charts import of_versions
from pyconc.report.charts.of_versions import Stage
from pyconc.report.page import Campaign, Drawing
from pyconc.statistics.estimate import Estimate


class Row(NamedTuple):
    """A case, as the table has it."""

    case: str
    #: In its unit, by Python.
    costs: dict[str, Estimate]
    #: From the first version that has it to the newest.
    total: Step | None
    steps: list[Step]


class FamilyVersions(NamedTuple):
    """What a family's page shows of the versions."""

    drawing: Drawing
    rows: list[Row]
    #: Labels, the newest first.
    pythons: list[str]
    oldest: str
    newest: str
    #: Versions whose builds differ from those before.
    may_be_build: set[str]
    #: So many cases are drawn at most.
    most: int = of_versions.MOST_PANELS


def family_versions(
    campaign: Campaign, found: Versions | None, name: str, cases: Sequence[str]
) -> FamilyVersions | None:
    """None where no two versions share a case of the family."""
    if found is None:
        return None
    shared = {step.case for passage in found.passages for step in passage.steps}
    drawn = [case for case in found.relative if case in shared and case in set(cases)]
    if not drawn:
        return None
    stage, costs = Stage.of(found), campaign.costs
    return FamilyVersions(
        of_versions.family(stage, name, drawn),
        [
            Row(case, costs.estimates(case), found.totals.get(case), stage.steps.get(case, []))
            for case in cases
        ],
        [*reversed(found.order.track), *found.order.beside],
        found.order.track[0],
        found.order.track[-1],
        {passage.after for passage in found.passages if passage.unlike},
    )
