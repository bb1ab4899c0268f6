"""`python -m pyconc`: refuses a Python that is too old before it imports anything newer."""

from __future__ import annotations

import sys

if sys.version_info < (3, 9):  # noqa: UP036 (3.7 and 3.8 can read this file, and get to here)
    version = ".".join(map(str, sys.version_info[:2]))
    sys.stderr.write(f"pyconc: Python {version} is too old; use 3.9 or newer\n")
    sys.exit(2)

from pyconc.cli import main

if __name__ == "__main__":
    sys.exit(main())
