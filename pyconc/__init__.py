"""What the concurrency primitives of Python cost, measured so that the numbers can be compared."""

from __future__ import annotations

__version__ = "0.1.0"
