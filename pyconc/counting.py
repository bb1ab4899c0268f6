"""Numbers of things, as people say them."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """``1 case``, ``2 cases``, ``1,300 cases``.

    Args:
        several: if it is not ``one`` with an s.
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"
