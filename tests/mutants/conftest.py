"""What catches the broken ones."""

from __future__ import annotations

from typing import Any

import pytest

from mutants import Caught, measure_broken
from pyconc.errors import InvariantError
from pyconc.suite.case import Case


@pytest.fixture
def caught(cases: dict[str, Case]) -> Caught:
    """Measures a case, broken: it must notice, and say what."""

    def catch(name: str, match: str | None = None, loops: int = 200, **broken: Any) -> None:
        with pytest.raises(InvariantError, match=match):
            measure_broken(cases[name], loops, **broken)

    return catch
