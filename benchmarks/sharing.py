"""What threads share without a lock: one thing for all of them, or one for each.

Reading should not cost more because others read too. On builds without the GIL it may: whoever
takes hold of an object counts that in the object, and where all do so with one, its memory goes
from core to core. Writing, and what the standard library guards or caches, can cost more still. So
each kind of access is done by 1 worker to twice as many as there are cores, and with one thing for
all held against one for each; the figure to look at is the scaling, how many times as much n
workers do as one.

A workload is the statement that it repeats: `thing` is what is shared, and `found` what is found.
Functions, loggers and primitives are `held` in a global variable, as programs have them.
One operation is one access. Under the GIL one worker works at a time, and the scaling is about 1.
First come the workloads that read, then those that write, and then what the standard library
shares.
"""

from __future__ import annotations

import re
from typing import Any, Callable, TypeVar

from pyconc.suite.case import Workload, case
from pyconc.suite.machine import CORES, ByCores

from . import _things as things
from ._access import Access, Counted, InStock, Itself, OwnPlace, Turns

WORKERS = ByCores((1, 2, 4, 2 * CORES), "1, 2, 4, 2x cores")
#: For a quick look: how the one thing scales, what it costs beside one each, or both.
SCALES = {"workers": [1, 2], "shared": ["one"]}
SCALES_FURTHER = {"workers": [1, 4], "shared": ["one"]}
BESIDE = {"workers": [2]}
BOTH = {"workers": [1, 2]}

AnyWorkload = TypeVar("AnyWorkload", bound=type[Workload])


def sharing(quick: Any = False) -> Callable[[AnyWorkload], AnyWorkload]:
    """By workers, with one thing for each and one for all, which take turns."""
    return case(workers=WORKERS, shared=("each", "one"), rivals="shared", quick=quick)


@case(workers=WORKERS, quick={"workers": [1, 2, 4]})
class NoAccess(Turns):
    """The loop of the others, with nothing where they have an access. One operation: one such."""


@sharing()
class ReadGlobal(Itself):
    """A global variable of a module is read. One operation: one access."""

    access = ("found = held",)
    make = staticmethod(things.item)


@sharing()
class ReadClosure(Itself):
    """A variable of the enclosing function is read. One operation: one access."""

    access = ("found = enclosed",)
    make = staticmethod(things.item)


@sharing()
class ReadConstant(Access):
    """A constant of the code is read. One operation: one access."""

    access = ("found = 1000.5",)
    finds = things.VALUE


@sharing()
class ReadAttribute(Access):
    """An attribute of an object is read. One operation: one access."""

    access = ("found = thing.count",)
    make = staticmethod(things.item)
    finds = things.VALUE


@sharing(BESIDE)
class ReadList(Access):
    """An item of a list is read. One operation: one access."""

    access = ("found = thing[1]",)
    make = staticmethod(things.a_list)
    finds = things.VALUE


@sharing()
class ReadTuple(Access):
    """An item of a tuple is read. One operation: one access."""

    access = ("found = thing[1]",)
    make = staticmethod(things.a_tuple)
    finds = things.VALUE


@sharing()
class ReadDict(Access):
    """An item of a dict is read. One operation: one access."""

    access = ('found = thing["key"]',)
    make = staticmethod(things.a_dict)
    finds = things.VALUE


@sharing()
class ReadDeque(Access):
    """The first item of a deque is read. One operation: one access."""

    access = ("found = thing[0]",)
    make = staticmethod(things.a_deque)
    finds = things.VALUE


@sharing()
class ReadSet(Access):
    """A set is asked whether it has something. One operation: one access."""

    access = ('found = "key" in thing',)
    make = staticmethod(things.a_set)
    finds = True


@sharing(SCALES)
class CallFunction(Access):
    """A function is looked up in its module and called. One operation: one access."""

    access = ("found = thing.function()",)
    make = staticmethod(things.module)
    finds = True


@sharing(SCALES)
class CallBuiltin(Access):
    """A function in C, which is a method of a dict, is called. One operation: one access."""

    access = ('found = thing("key")',)
    make = staticmethod(things.c_function)
    finds = things.VALUE


@sharing(BOTH)
class CallMethod(Access):
    """A method of an object is called, which only reads. One operation: one access."""

    access = ("found = thing.read()",)
    make = staticmethod(things.item)
    finds = things.VALUE


@sharing()
class CallClass(Access):
    """An object of a class is made, and dropped. One operation: one access."""

    access = ("found = thing()",)
    make = staticmethod(things.a_class)

    def is_right(self, found: Any, worker: int) -> bool:
        return isinstance(found, self.thing_of(worker))


@sharing(SCALES)
class RunGenerator(Access):
    """A generator is made by its function, and run to its end. One operation: one access."""

    access = ("for found in thing(): pass",)
    make = staticmethod(things.generator)
    finds = True


@sharing()
class WriteAttribute(Access):
    """An attribute of an object is set. One operation: one access."""

    access = ("thing.count = worker",)
    make = staticmethod(things.item)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        return thing.count in users


@sharing()
class UpdateAttribute(Counted):
    """An attribute of an object counts up, and updates may be lost. One operation: one access."""

    access = ("thing.count += 1",)
    make = staticmethod(things.counter)

    def count(self, thing: Any) -> int:
        return int(thing.count)


@sharing()
class WriteList(Access):
    """An item of a list is set. One operation: one access."""

    access = ("thing[0] = worker",)
    make = staticmethod(things.a_list)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        return thing[0] in users and len(thing) == 2


@sharing()
class WriteDictSameKey(Access):
    """All set the same item of a dict. One operation: one access."""

    access = ('thing["key"] = worker',)
    make = staticmethod(things.a_dict)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        return list(thing) == ["key"] and thing["key"] in users


@sharing(SCALES_FURTHER)
class WriteDictOwnKey(Access):
    """Each sets an item of a dict that no other does. One operation: one access."""

    access = ("thing[worker] = worker",)
    make = staticmethod(things.a_dict)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        return [thing.get(each) for each in ("key", *users)] == [things.VALUE, *users]


@sharing()
class UpdateDict(Counted):
    """One item of a dict counts up, and updates may be lost. One operation: one access."""

    access = ('thing["key"] += 1',)
    make = staticmethod(things.count_in_dict)

    def count(self, thing: Any) -> int:
        return int(thing["key"])


@sharing()
class AppendPopList(InStock):
    """An item is appended to a list, and one is popped. One operation: one of the two."""

    access = ("thing.append(worker)", "found = thing.pop()")
    make = staticmethod(things.list_in_stock)


@sharing()
class AppendPopDeque(InStock):
    """An item is appended to a deque, and one is popped. One operation: one of the two."""

    access = ("thing.append(worker)", "found = thing.pop()")
    make = staticmethod(things.deque_in_stock)


@sharing()
class AddDiscardSet(Access):
    """Each adds its own item to a set, and discards it. One operation: one of the two."""

    access = ("thing.add(worker)", "thing.discard(worker)")
    make = staticmethod(things.set_in_stock)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        return bool(thing == things.set_in_stock(0))


@sharing()
class ItertoolsCount(Counted):
    """The next number of an `itertools.count`; one may come twice. One operation: one access."""

    access = ("found = next(thing)",)
    make = staticmethod(things.count)

    def count(self, thing: Any) -> int:
        return int(next(thing))


@sharing(SCALES)
class LruCache(Access):
    """A function is called whose result `lru_cache` has. One operation: one access."""

    version = 2
    access = ("found = held(21)",)
    make = staticmethod(things.cached)
    finds = float(things.CACHED)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        return bool(thing.cache_info().misses == 1)


@sharing(BOTH)
class DisabledLogging(Access):
    """A logger is given what its level keeps out. One operation: one access."""

    version = 2
    access = ('held.debug("text")',)
    make = staticmethod(things.silent_logger)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        [handler] = thing.handlers
        return bool(handler.count == 0)


@sharing()
class RandomRandom(Access):
    """A random number is drawn by `random()`. One operation: one access."""

    access = ("found = thing()",)
    make = staticmethod(things.numbers)

    def is_right(self, found: Any, worker: int) -> bool:
        return isinstance(found, float) and 0 <= found < 1


@sharing()
class CachedPattern(Access):
    """`re.match` is given a pattern that it has compiled before. One operation: one access."""

    access = ('found = re.match(thing, "word")',)
    make = staticmethod(things.pattern)

    def names(self) -> dict[str, Any]:
        return {"re": re}

    def is_right(self, found: Any, worker: int) -> bool:
        return bool(found and found.group() == "word")


@sharing(SCALES)
class LocalRead(OwnPlace):
    """A value of a `threading.local` is read. One operation: one access."""

    access = ("found = thing.value",)
    make = staticmethod(things.local)

    def prepare(self, thing: Any, worker: int) -> None:
        thing.value = worker


@sharing()
class LocalWrite(OwnPlace):
    """A value of a `threading.local` is set. One operation: one access."""

    access = ("thing.value = worker",)
    result = "thing.value"
    make = staticmethod(things.local)


@sharing()
class ContextvarGet(OwnPlace):
    """A `ContextVar` is read. One operation: one access."""

    access = ("found = thing.get()",)
    make = staticmethod(things.variable)

    def prepare(self, thing: Any, worker: int) -> None:
        thing.set(worker)


@sharing()
class ContextvarSet(OwnPlace):
    """A `ContextVar` is set. One operation: one access."""

    access = ("thing.set(worker)",)
    result = "thing.get()"
    make = staticmethod(things.variable)


@sharing(BESIDE)
class LockLocked(Access):
    """A free `Lock` is asked whether it is held, by `locked()`. One operation: one access."""

    version = 2
    access = ("found = held.locked()",)
    make = staticmethod(things.lock)
    finds = False


@sharing()
class EventIsSet(Access):
    """An `Event` is asked whether it is set. One operation: one access."""

    version = 2
    access = ("found = held.is_set()",)
    make = staticmethod(things.event)
    finds = False


@sharing()
class QueueQsize(Access):
    """An empty `Queue` is asked for its size, which takes its lock. One operation: one access."""

    version = 2
    access = ("found = held.qsize()",)
    make = staticmethod(things.queue)
    finds = 0


@sharing()
class FutureDone(Access):
    """A `Future` is asked whether it is done, which takes its lock. One operation: one access."""

    version = 2
    access = ("found = held.done()",)
    make = staticmethod(things.future)
    finds = False
