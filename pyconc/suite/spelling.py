"""What was declared as one thing and was probably meant to be another.

A hook that is misspelt is never called, so that a case would be measured without its check, and
nobody would know. But a workload may have whatever it likes for itself. So a name is refused only
if it is close to that of a hook, is of the same kind, does not begin with an underscore, and is
used nowhere.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property, partial, partialmethod
from types import CodeType, FunctionType, ModuleType
from typing import Any

from pyconc.errors import DeclarationError
from pyconc.suite.case import Workload, case

#: How close a name must be, from 0 to 1.
_CLOSE = 0.8
#: What may be written into the body of a workload, and whether it is a function.
HOOKS = {
    name: inspect.isfunction(value)
    for name, value in vars(Workload).items()
    if not name.startswith("_")
}
#: Of `case`, but for the axes.
ARGUMENTS = [
    name
    for name, parameter in inspect.signature(case).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY
]
#: Axes that every case has.
_ALWAYS = ("backend", "workers")
#: What a result file says of every case, beside its parameters.
_SAID = ("family", "workload", "start_method", "alone")


def refuse_misspelt(workload: type[Workload]) -> None:
    """Refuse what is never used, or would hide what is.

    Raises:
        DeclarationError: it has a misspelt hook, attribute or argument of `case`, or no `work`.
    """
    where = f"{workload.__module__}.{workload.__name__}"
    for problem in _problems(workload):
        raise DeclarationError(f"{where}{problem}")


def _problems(workload: type[Workload]) -> Iterator[str]:
    for axis in workload.declaration.axes:
        yield from _of_axis(workload, axis)
    for name, value in _own(workload):
        yield from _of_attribute(workload, name, value)
    if workload.work is Workload.work:
        yield " has no work to be timed; define work(self, worker, loops)"
    if workload.observes and workload.observe is Workload.observe:
        yield " has nothing to be observed; define observe(self, worker, loops)"


def _of_axis(workload: type[Workload], axis: str) -> Iterator[str]:
    if axis in HOOKS:
        yield f": {axis} is no argument of case; write it into the body of the class"
    elif axis in _SAID or (axis in Workload.__annotations__ and axis not in _ALWAYS):
        yield f": {axis} cannot be an axis, as every case has one; name it otherwise"
    elif axis not in ARGUMENTS:
        meant = _close(axis, ARGUMENTS)
        if meant and axis not in _used_around(workload):
            yield f": case has no argument {axis!r}; did you mean {meant!r}?"


def _own(workload: type[Workload]) -> Iterator[tuple[str, Any]]:
    """What it and its bases have in their bodies for themselves."""
    for owner in workload.__mro__:
        if owner not in (Workload, object):
            for name, value in vars(owner).items():
                if not name.startswith("_") and name not in HOOKS:
                    yield name, value


def _of_attribute(workload: type[Workload], name: str, value: object) -> Iterator[str]:
    if name in _ALWAYS:
        yield f" has {name} in its body, where it means nothing; write @case({name}=...)"
        return
    kind = inspect.isfunction(value)
    meant = _close(name, [hook for hook, is_function in HOOKS.items() if is_function is kind])
    if meant and name not in _used_around(workload):
        yield (
            f" has {name!r}, which nothing uses; did you mean {meant!r}? "
            f"If not, begin it with an underscore"
        )


def _close(name: str, possible: Iterable[str]) -> str | None:
    """The name that was probably meant; ``setUp`` and ``set_up`` are ``setup``."""
    letters = {each.replace("_", ""): each for each in possible}
    found = get_close_matches(name.replace("_", "").lower(), letters, n=1, cutoff=_CLOSE)
    return letters[found[0]] if found else None


def _used_around(workload: type[Workload]) -> set[str]:
    """Every name and text in the code of a workload's modules, and of those beside them."""
    homes = {owner.__module__ for owner in workload.__mro__} - {Workload.__module__, "builtins"}
    packages = tuple(f"{home.rpartition('.')[0]}." for home in homes if "." in home)
    near = [
        module
        for name, module in list(sys.modules.items())
        if isinstance(module, ModuleType) and (name in homes or name.startswith(packages))
    ]
    seen: set[object] = set()
    codes = (code for module in near for code in _codes(vars(module), module.__name__, seen))
    return {word for code in codes for word in _words(code)}


def _codes(members: Mapping[str, Any], home: str, seen: set[object]) -> Iterator[CodeType]:
    """Of the functions and classes that are defined in a module, and not only imported."""
    for value in list(members.values()):
        if isinstance(value, type):
            if value.__module__ == home and value not in seen:
                seen.add(value)
                yield from _codes(vars(value), home, seen)
        else:
            functions = _functions(value)
            yield from (each.__code__ for each in functions if each.__module__ == home)


def _functions(value: Any) -> Iterator[FunctionType]:
    """Those behind a method, a property or a decorator."""
    if isinstance(value, property):
        behind: list[Any] = [value.fget, value.fset, value.fdel]
    elif isinstance(value, (cached_property, partial, partialmethod)):
        behind = [value.func]
    elif isinstance(value, (classmethod, staticmethod)):
        behind = [value.__func__]
    else:
        behind = [value]
    for each in behind:
        while not inspect.isfunction(each) and "__wrapped__" in getattr(each, "__dict__", ()):
            each = each.__wrapped__
        if inspect.isfunction(each):
            yield inspect.unwrap(each)


def _words(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _words(each)
    elif isinstance(part, CodeType):
        yield from part.co_names
        yield from _words(part.co_consts)
