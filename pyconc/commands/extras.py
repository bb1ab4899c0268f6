"""What is installed only by an extra, and asked for before anything takes time."""

from __future__ import annotations

import sys

from pyconc.errors import UsageError


def need_report_extra() -> None:
    """Looked for, not imported: that takes a while, and not every command needs all of them.

    Raises:
        UsageError: something of it is not there.
    """
    if sys.version_info < (3, 11):
        raise UsageError(
            "showing results needs Python 3.11 or newer, which reads what any Python measured"
        )
    from importlib.util import find_spec

    needed = (
        "jinja2", "matplotlib", "numpy", "packaging", "pandas", "platformdirs", "rich", "scipy",
    )  # fmt: skip
    for name in needed:
        if find_spec(name) is None:
            raise UsageError(
                f"this needs {name}, which is not installed; pip install 'pyconc[report]'"
            )
