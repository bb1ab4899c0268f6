"""`python -m pyconc`: refuses a Python that is too old before it imports anything newer."""

from __future__ import annotations

import sys

if sys.version_info < (3, 9):
    sys.stderr.write("pyconc: Python %d.%d is too old; use 3.9 or newer\n" % sys.version_info[:2])
    sys.exit(2)

from pyconc.cli import main

if __name__ == "__main__":
    sys.exit(main())
