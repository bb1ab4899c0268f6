"""The user's folder for what pyconc makes once and uses again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Made by hand, for measuring needs pyperf and the standard library alone."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "pyconc"
