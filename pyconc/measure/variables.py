"""The variables of the Pythons of a campaign: no settings of others, and of equal size."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Begins the names of the variables that `padded` adds.
PADDING = "PYCONC_PADDING"


def worker_environment(*roots: Path) -> dict[str, str]:
    """The environment of every worker: folders to import from, and nothing else of Python's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**env, "PYTHONPATH": os.pathsep.join(map(str, roots))} if roots else env


def padded(environments: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The environments with variables added, so that all are equal in number and bytes.

    The size of its environment moves the stack of a process, and with it the speed of its code.
    """
    most = max(map(len, environments), default=0) + 1
    filled = [
        {**env, **{f"{PADDING}_{index:03}": "" for index in range(most - len(env))}}
        for env in environments
    ]
    largest = max(map(_size, filled), default=0)
    return [{**env, f"{PADDING}_000": "x" * (largest - _size(env))} for env in filled]


def _size(env: Mapping[str, str]) -> int:
    """Bytes of an environment as a process is given it, without the pointers."""
    return sum(len(os.fsencode(f"{name}={value}")) + 1 for name, value in env.items())
