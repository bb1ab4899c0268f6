"""Cases that another Python tells are those that it has."""

from __future__ import annotations

import json

from pyconc.commands.listing import describe
from pyconc.suite.case import Case
from pyconc.suite.catalog import TWINS, searched, twin
from pyconc.suite.told import recall, tell


def test_every_case_of_ours_is_told_as_it_is(cases: dict[str, Case]) -> None:
    told = {case.id: case for case in recall(json.loads(json.dumps(tell(cases.values()))))}
    assert list(told) == list(cases)
    for name, case in cases.items():
        assert describe(told[name], told) == describe(case, cases)
        assert told[name].metadata() == case.metadata()
        assert [twin(told[name], role, told) for role in TWINS] == [
            told.get(other.id) if other else None
            for other in (twin(case, role, cases) for role in TWINS)
        ]
        assert searched(told[name]) == searched(case)
        assert (told[name].contended, told[name].workload_class.restless) == (
            case.contended, case.workload_class.restless,
        )  # fmt: skip
