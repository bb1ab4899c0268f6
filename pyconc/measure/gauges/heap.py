"""The state of CPython's allocator of small objects, made the same in every process.

It hands out blocks from pools, each for one size. A loop that makes and drops an object costs a few
instructions more in each turn where that object is the last one of its pool, or the first one of
the next. How full pools are depends on everything that a process has done so far, down to the
length of a path; so what room there is in any of them is filled, and of each size one pool is left
half full.
"""

from __future__ import annotations

import sys
from typing import Any

#: Sizes of blocks in bytes: multiples of the first one, up to the last.
_STEP, _LARGEST = 16, 512
#: A pool: its size, and what is at its beginning.
_POOL = 16384 if sys.version_info >= (3, 10) else 4096
_HEADER = 48
#: Blocks that were used before and are free again: they cost less than those that never were.
_FREE = 8
#: So many pools of a size are filled at most: where that is not enough, there are none.
_MOST = 64


def settle_heap() -> list[Any]:
    """Fill the pools; they stay so until what is returned has gone, or all else has."""
    kept: list[Any] = []
    if sys.implementation.name == "cpython":
        for size in range(_LARGEST, 0, -_STEP):
            filled = _fill(size)
            kept.append(filled)
            if not filled:  # another allocator, such as that of free-threaded builds
                break
    return kept


def _fill(size: int) -> list[Any]:
    """Objects of one size that leave the pool half full that was empty before; or none."""
    capacity = (_POOL - _HEADER) // size
    kept: list[Any] = [None] * (_MOST + 1)
    for place in range(_MOST):
        kept[place] = made = _make(size, capacity)
        pool, offset = divmod(id(made[-1]), _POOL)
        position = (offset - _HEADER) // size
        if sum(id(each) // _POOL == pool for each in made) == position + 1:  # it was empty
            kept[-1] = _make(size, _FREE + (capacity // 2 - position - 1) % capacity)
            del kept[-1][-_FREE:]
            return kept
    return []


def _make(size: int, many: int) -> list[Any]:
    """So many objects of so many bytes, or up to 15 less."""
    if size == _STEP:
        return [object() for _ in range(many)]
    if size == 2 * _STEP:
        return list(range(1 << 20, (1 << 20) + many))
    length = size - sys.getsizeof(b"")
    return [bytes(length) for _ in range(many)]
