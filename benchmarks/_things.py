"""What threads share: things that hold one value, and some that are called. For sharing.py.

The value is an object that is not immortal, made anew for each thing: one that is, as small numbers
and names are, costs nothing to be taken hold of on builds without the GIL.
"""

from __future__ import annotations

import itertools
import logging
import random
import threading
from collections import deque
from concurrent.futures import Future
from contextvars import ContextVar
from functools import lru_cache
from queue import Queue
from types import ModuleType
from typing import Any, Callable

VALUE = 1000.5
#: What the cached function has been asked for.
CACHED = 21
#: Of containers that grow and shrink, so that they need no other memory for that.
STOCK = 8
#: As modules have them: without the GIL, references to what a function makes are counted otherwise.
_FUNCTIONS = compile(
    "def function():\n    return True\n\ndef generator():\n    yield True\n", "<functions>", "exec"
)


class Item:
    """An object with an attribute and a method."""

    def __init__(self, count: Any) -> None:
        self.count = count

    def read(self) -> Any:
        return self.count


class Heard(logging.Handler):
    """Counts what it is given."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


def value() -> float:
    return float(str(VALUE))


def item(worker: int) -> Item:
    return Item(value())


def counter(worker: int) -> Item:
    return Item(0)


def a_list(worker: int) -> list[float]:
    return [value(), value()]


def a_tuple(worker: int) -> tuple[float, ...]:
    return (value(), value())


def a_dict(worker: int) -> dict[Any, float]:
    return {"key": value()}


def count_in_dict(worker: int) -> dict[str, int]:
    return {"key": 0}


def a_set(worker: int) -> set[Any]:
    return {"key"}


def a_deque(worker: int) -> deque[float]:
    return deque([value()])


def list_in_stock(worker: int) -> list[int]:
    return [0] * STOCK


def deque_in_stock(worker: int) -> deque[int]:
    return deque([0] * STOCK)


def set_in_stock(worker: int) -> set[Any]:
    return set("abcdefgh")


def module(worker: int) -> ModuleType:
    made = ModuleType("made")
    exec(_FUNCTIONS, vars(made))
    return made


def generator(worker: int) -> Callable[[], Any]:
    made: Callable[[], Any] = module(worker).generator
    return made


def c_function(worker: int) -> Callable[[str], Any]:
    return a_dict(worker).get


def a_class(worker: int) -> type:
    return type("Made", (), {})


def cached(worker: int) -> Any:
    """With one result in the cache."""
    made = lru_cache(maxsize=128)(float)
    made(CACHED)
    return made


def silent_logger(worker: int) -> logging.Logger:
    made = logging.Logger("sharing", logging.WARNING)
    made.addHandler(Heard())
    return made


def count(worker: int) -> Any:
    return itertools.count()


def numbers(worker: int) -> Callable[[], float]:
    """The method that is `random.random`, of a generator as the module has one."""
    return random.Random(worker).random


def pattern(worker: int) -> str:
    """Not the same for two workers."""
    return f"(?:{worker})?word"


def local(worker: int) -> threading.local:
    return threading.local()


def variable(worker: int) -> ContextVar[int]:
    return ContextVar("variable")


def lock(worker: int) -> Any:
    return threading.Lock()


def event(worker: int) -> threading.Event:
    return threading.Event()


def queue(worker: int) -> Queue[int]:
    return Queue()


def future(worker: int) -> Future[int]:
    return Future()
