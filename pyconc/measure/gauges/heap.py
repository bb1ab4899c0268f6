"""The state of CPython's allocator of small objects, made the same before every count.

It hands out blocks from pools, each for one size, and takes pools from arenas. A loop that makes
and drops an object costs a few instructions more in each turn where that object is the last one of
its pool, or the first one of the next; and freeing it costs more in one part of an arena than in
the other, unless the arena begins at a multiple of its size. How full pools are, and where arenas
lie, depends on everything that a process has done so far, down to the length of a path. So a new
arena is made where it costs the same everywhere, what room there is in older ones is filled, and
of each size a pool in the new one is left half full.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

#: Sizes of blocks in bytes: multiples of the first one, up to the last.
_STEP, _LARGEST = 16, 512
#: A pool, and what is at its beginning; and an arena.
_POOL, _ARENA = (1 << 14, 1 << 20) if sys.version_info >= (3, 10) else (1 << 12, 1 << 18)
_HEADER = 48
#: Blocks that were used before and are free again: they cost less than those that never were.
_FREE = 8
#: So many parts of pools are filled at most before a new arena has to come.
_MOST = 4096
#: Of a pool, what is filled at a time.
_PART = 4
#: Of ``mmap(2)`` on Linux: readable and writable, private and anonymous.
_READ_WRITE, _OWN = 0x1 | 0x2, 0x02 | 0x20


def settle_heap() -> list[Any]:
    """Make it so; it stays until what is returned has gone, or all else has."""
    if sys.implementation.name != "cpython" or "t" in getattr(sys, "abiflags", ""):
        return []  # they have other allocators
    arena = _arranged()
    kept: list[Any] = []
    if _fill(kept, _LARGEST, arena):
        for size in range(_LARGEST, 0, -_STEP):
            _fill(kept, size, arena)
            _fill_half(kept, size)
    return kept


def _fill(kept: list[Any], size: int, arena: int) -> bool:
    """Add objects of one size until the last one is in an arena; whether it is."""
    many = max(1, (_POOL - _HEADER) // size // _PART)
    for _ in range(_MOST):
        kept += _make(size, many)
        if arena <= id(kept[-1]) < arena + _ARENA:
            return True
    return False


def _fill_half(kept: list[Any], size: int) -> None:
    """Add objects until half of the pool is in use that has the last one."""
    capacity = (_POOL - _HEADER) // size
    position = (id(kept[-1]) % _POOL - _HEADER) // size
    kept += _make(size, max(0, capacity // 2 - position) + _FREE)
    del kept[-_FREE:]


def _make(size: int, many: int) -> list[Any]:
    """So many objects of so many bytes, or up to 15 less."""
    if size == _STEP:
        return [object() for _ in range(many)]
    if size == 2 * _STEP:
        return list(range(1 << 20, (1 << 20) + many))
    length = size - sys.getsizeof(b"")
    return [bytes(length) for _ in range(many)]


def _arranged() -> int:
    """Where the next arena will be: at a multiple of its size, if that can be had.

    Systems give memory from the lower end of what is free, or from the upper one.
    """
    memory = _Memory()
    place = memory.next()
    beyond = place % _ARENA
    if beyond:
        for start, size in ((place, _ARENA - beyond), (place + _ARENA - beyond, beyond)):
            taken = memory.take(start, size)
            if memory.next() % _ARENA == 0:
                break
            memory.give_back(taken, size)
    return memory.next()


class _Memory:
    """What the system gives a process, as the allocator asks for it."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None)
        word, number = ctypes.c_size_t, ctypes.c_int
        self._map, self._unmap = library.mmap, library.munmap
        self._map.argtypes = (word, word, number, number, number, ctypes.c_long)
        self._map.restype = word
        self._unmap.argtypes = (word, word)

    def next(self) -> int:
        """Where the next arena would be."""
        place = self.take(0, _ARENA)
        self.give_back(place, _ARENA)
        return place

    def take(self, start: int, size: int) -> int:
        """Memory from there, where that is free."""
        return int(self._map(start, size, _READ_WRITE, _OWN, -1, 0))

    def give_back(self, start: int, size: int) -> None:
        self._unmap(start, size)
