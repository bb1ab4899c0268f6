"""What takes many minutes, and is left out unless it is asked for."""

from __future__ import annotations

import os

import pytest

VARIABLE = "PYCONC_TESTS"
ALL = os.environ.get(VARIABLE) == "all"
only_if_asked = pytest.mark.skipif(not ALL, reason=f"takes many minutes; {VARIABLE}=all asks")
