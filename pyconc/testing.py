"""Cases of the user's own under pytest, as ours are: for the ``conftest.py`` beside them::

    from pyconc.testing import pytest_configure, pytest_pycollect_makeitem  # noqa: F401

Each workload is then a benchmark of pytest-benchmark, ``pytest my_benchmarks/ticket.py``.
"""

from __future__ import annotations

import importlib
from typing import Any, Callable

from pyconc.suite import catalog
from pyconc.suite.manifest import PREFIX
from pyconc.suite.own import Own, package_name

_folder, *_ = catalog.with_ours(Own())
_conftest = importlib.import_module(f"{package_name(_folder)}.conftest")

pytest_pycollect_makeitem: Callable[..., Any] = _conftest.pytest_pycollect_makeitem


def pytest_configure(config: Any) -> None:
    """Markers for the user's families beside those for ours."""
    _conftest.pytest_configure(config)
    for name in set(catalog.families()) - set(catalog.family_names(_folder)):
        config.addinivalue_line("markers", f"{PREFIX}{name}: it is of the family {name}.")
