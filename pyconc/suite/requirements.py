"""What a case needs of a Python and its platform, and why it is skipped where that is missing."""

from __future__ import annotations

import importlib.util
import multiprocessing
import sys
from collections.abc import Mapping
from typing import Protocol


class Requirement(Protocol):
    """``str()`` states it; `unmet` says why this Python does not meet it, or None."""

    def unmet(self) -> str | None: ...


class MinPython:
    """A Python of at least this version."""

    def __init__(self, major: int, minor: int) -> None:
        self.version = (major, minor)

    def __str__(self) -> str:
        return "Python {}.{}+".format(*self.version)

    def unmet(self) -> str | None:
        return None if sys.version_info >= self.version else f"needs {self}"


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
        return None if importlib.util.find_spec(self.name) else f"needs the {self}"


class Program:
    """A program that is found where the system looks for them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"program {self.name}"

    def unmet(self) -> str | None:
        import shutil  # which processes that import a family need not load

        return None if shutil.which(self.name) else f"needs the {self}"


class Function:
    """A function that a module has on some systems only, such as ``os.posix_spawn``."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    def unmet(self) -> str | None:
        there = hasattr(importlib.import_module(self.module), self.name)
        return None if there else f"this platform has no {self}"


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
