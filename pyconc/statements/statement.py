"""What a statement is: where the notes make it, how it is checked, and where it should hold."""

from __future__ import annotations

import multiprocessing
import platform
import sys
from typing import Callable, NamedTuple

from pyconc.suite.requirements import gil_enabled


class Found(NamedTuple):
    """What a check found on this Python."""

    #: None where it could not be checked; `found` says why.
    holds: bool | None
    #: A few words, such as the name of an exception; empty where there is nothing to add.
    found: str = ""
    #: Whether what the statement tells to use is deprecated.
    deprecated: bool = False


class Here(NamedTuple):
    """The Python that a statement is checked on, as far as its truth may depend on it."""

    version: tuple[int, int]
    implementation: str
    platform: str
    gil: bool
    #: How processes are started unless told otherwise: the first of those that there are.
    start_method: str


Check = Callable[[], Found]
Expectation = Callable[[Here], bool]


class Statement(NamedTuple):
    """One statement of the notes; its words are in the report's table, by its id."""

    id: str
    #: Of the notes.
    section: str
    check: Check
    #: Where it holds.
    expected: Expectation
    #: The version from which on Python warns of what it tells to use.
    deprecated: tuple[int, int] | None


#: Every statement by its id, in the order of the notes once `catalog` has been imported.
DECLARED: dict[str, Statement] = {}


def statement(
    name: str, section: str, expected: Expectation, *, deprecated: tuple[int, int] | None = None
) -> Callable[[Check], Check]:
    """Declare a statement; the function below it is its check."""

    def declare(check: Check) -> Check:
        if name in DECLARED:
            raise ValueError(f"two statements are called {name}")
        DECLARED[name] = Statement(name, section, check, expected, deprecated)
        return check

    return declare


def here() -> Here:
    """This Python."""
    return Here(
        version=sys.version_info[:2],
        implementation=platform.python_implementation(),
        platform=sys.platform,
        gil=gil_enabled(),
        start_method=multiprocessing.get_all_start_methods()[0],
    )


def always(here: Here) -> bool:
    return True


def never(here: Here) -> bool:
    return False


def since(major: int, minor: int) -> Expectation:
    """From this version on."""
    return lambda here: here.version >= (major, minor)


def until(major: int, minor: int) -> Expectation:
    """In the versions before this one."""
    return lambda here: here.version < (major, minor)
