"""What a case needs of a Python and its platform, and why it is skipped where that is missing."""

from __future__ import annotations

import importlib.util
import multiprocessing
import pkgutil
import sys
from collections.abc import Mapping
from typing import Protocol


class Requirement(Protocol):
    """``str()`` states it; `unmet` says why this Python does not meet it, or None."""

    def unmet(self) -> str | None: ...


class MinPython:
    """A Python of at least this version."""

    def __init__(self, major: int, minor: int) -> None:
        self.since = (major, minor)

    def __str__(self) -> str:
        return "Python {}.{}+".format(*self.since)

    def unmet(self) -> str | None:
        return None if sys.version_info >= self.since else f"needs {self}"


class Has:
    """A Python whose standard library has this, such as ``asyncio.TaskGroup``.

    It is looked for, as a number does not tell what a build between two releases has, nor what
    there is on a platform.

    Args:
        name: of a module, or of what is in it.
        since: the first release that has it, for documents.
    """

    def __init__(self, name: str, since: tuple[int, int] | None = None) -> None:
        self.name, self.since = name, since

    def __str__(self) -> str:
        return "{} (Python {}.{}+)".format(self.name, *self.since) if self.since else self.name

    def unmet(self) -> str | None:
        try:
            pkgutil.resolve_name(self.name)
        except (ImportError, AttributeError):
            return f"needs {self}"
        return None


#: Stands for the start method of a program that names none.
BY_DEFAULT = "default"


class StartMethod:
    """A platform that starts processes this way."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"start method {self.name}"

    def unmet(self) -> str | None:
        if self.name in (BY_DEFAULT, *multiprocessing.get_all_start_methods()):
            return None
        return f"this platform does not start processes by {self.name}"


class Module:
    """A module that can be imported."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"module {self.name}"

    def unmet(self) -> str | None:
        try:
            found = importlib.util.find_spec(self.name)
        except ImportError:  # of what it is in
            found = None
        return None if found else f"needs the {self}"


class Program:
    """A program that is found where the system looks for them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"program {self.name}"

    def unmet(self) -> str | None:
        import shutil  # which processes that import a family need not load

        return None if shutil.which(self.name) else f"needs the {self}"


class Only:
    """What those cases alone need that have a value of an axis: of one library among several."""

    def __init__(self, needed: Requirement, **values: str | int) -> None:
        self.needed = needed
        self.values = values

    def __str__(self) -> str:
        where = " and ".join(f"{axis} {value}" for axis, value in self.values.items())
        return f"{self.needed} for {where}"

    def unmet(self) -> str | None:
        return self.needed.unmet()

    def concerns(self, values: Mapping[str, str | int]) -> bool:
        """Whether a case with these values is one of them."""
        return all(values[axis] == value for axis, value in self.values.items())


class Gil:
    """A Python whose global interpreter lock is on."""

    def __str__(self) -> str:
        return "the GIL"

    def unmet(self) -> str | None:
        return None if gil_enabled() else "needs a Python with the GIL on"


def gil_enabled() -> bool:
    """Whether the GIL is on now; an extension module may have turned it on."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())
