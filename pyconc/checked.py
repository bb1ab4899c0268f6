"""What a file of ours may say: the kinds of its values, and one sentence about one that is wrong.

Whoever reads such a file reads it by these, so that what one command accepts all do. Names that are
not known are ignored: a later version may have written them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from typing import Any, Callable, NamedTuple

from pyconc.errors import brief

#: Of a value that is shown in a message.
_MOST_SHOWN = 40
#: Seconds beyond are no time that anything took: some thirty years.
MOST_SECONDS = 1e9


class Kind(NamedTuple):
    """What a value must be."""

    #: In a sentence, such as ``a text``.
    name: str
    holds: Callable[[Any], bool]


def is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and type(value) is not bool and least <= value <= most


def is_number(value: object, least: float, most: float) -> bool:
    """Whether it is one that is finite, and no truth value."""
    return isinstance(value, (int, float)) and type(value) is not bool and least <= value <= most


def whole(least: int, most: int) -> Kind:
    return Kind(f"a whole number from {least:,} to {most:,}", lambda v: is_whole(v, least, most))


def number(least: float, most: float) -> Kind:
    return Kind(f"a number from {least:g} to {most:g}", lambda v: is_number(v, least, most))


def maybe(kind: Kind) -> Kind:
    return Kind(f"{kind.name} or null", lambda v: v is None or kind.holds(v))


def list_of(kind: Kind) -> Kind:
    return Kind(
        f"a list with {kind.name} each",
        lambda v: isinstance(v, list) and all(map(kind.holds, v)),
    )


def by_name(kind: Kind) -> Kind:
    return Kind(
        f"an object with {kind.name} each",
        lambda v: isinstance(v, dict) and all(map(kind.holds, v.values())),
    )


TEXT = Kind("a text", lambda v: isinstance(v, str))
#: A text that has no line break, and nothing that steers a terminal.
NAME = Kind("a name", lambda v: isinstance(v, str) and v.isprintable() and v != "")
TRUTH = Kind("true or false", lambda v: isinstance(v, bool))
OBJECT = Kind("an object", lambda v: isinstance(v, dict))
LIST = Kind("a list", lambda v: isinstance(v, list))
SECONDS = number(0, MOST_SECONDS)
SHARE = number(0, 1e6)
FIGURE = number(-1e300, 1e300)


def check(
    said: object, kinds: Mapping[str, Kind], where: str = "", needed: Collection[str] = ()
) -> None:
    """That an object says what it must, and what it says is of the right kind.

    Args:
        kinds: of what is known, by name.
        where: whose it is, such as ``the profile``; empty for the file itself.
        needed: the names that must be there.

    Raises:
        ValueError: it does not.
    """
    of = f" of {where}" if where else ""
    if not isinstance(said, dict):
        raise ValueError(f"{where or 'it'} is {shortly(said)}, and not an object")
    for name in needed:
        if name not in said:
            raise ValueError(f"{name}{of} missing")
    for name, kind in kinds.items():
        if name in said and not kind.holds(said[name]):
            raise ValueError(f"{name}{of} is {shortly(said[name])}, and not {kind.name}")


def shortly(value: object) -> str:
    """A value as JSON has it, in a few characters."""
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        text = str(type(value).__name__)
    return brief(text, _MOST_SHOWN)


def loads(text: str | bytes) -> Any:
    """JSON without NaN and infinities, which it does not have, and Python reads nevertheless.

    Raises:
        ValueError: it is no JSON.
    """
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


def _refuse(constant: str) -> Any:
    raise ValueError(f"it has {constant}, which is no figure")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"it has {brief(text, _MOST_SHOWN)}, which is no figure")
    return value
