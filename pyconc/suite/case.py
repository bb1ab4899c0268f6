"""A case: one workload with concrete parameters, and how a workload declares its cases.

A family file reads like the passage of the notes that it comes from::

    @case(notes="Lock", backend=THREAD, workers=2)
    class FineLock(Workload):
        \"\"\"A lock is taken and released for every update. One operation: one update.\"\"\"

        control = "counter.unlocked"

        def work(self, worker: int, loops: int) -> None: ...
"""

from __future__ import annotations

import inspect
import itertools
import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from pyconc.errors import DeclarationError
from pyconc.suite.machine import ByCores
from pyconc.suite.requirements import BY_DEFAULT, Has, Module, Only, Requirement, StartMethod
from pyconc.suite.workload import Clock as Clock
from pyconc.suite.workload import Parameter as Parameter
from pyconc.suite.workload import Workload as Workload

#: Threads of one process.
THREAD = "thread"
#: Processes, by how they are started, and all three of them.
FORK, FORKSERVER, SPAWN = PROCESSES = ("process-fork", "process-forkserver", "process-spawn")
#: Processes, started as a program starts them that names no way: that changes with the Python.
DEFAULT = f"process-{BY_DEFAULT}"
#: Threads, each in an interpreter of its own (3.14+).
INTERPRETER = "interpreter"
#: Tasks of one asyncio event loop; their workload's bodies are coroutines.
TASK = "task"

#: The cheapest way to start a process on this platform: the one for a quick look.
NATIVE = FORK if "fork" in multiprocessing.get_all_start_methods() else SPAWN


class Case:
    """One workload with concrete parameters; ``id`` is ``family.workload[value-value]``."""

    def __init__(self, workload: type[Workload], parameters: Mapping[str, Parameter]) -> None:
        self.workload_class = workload
        self.family = workload.__module__.rpartition(".")[2]
        self.workload = snake_case(workload.__name__)
        self.name = f"{self.family}.{self.workload}"
        self.values = dict(parameters)
        self.id = self._with_values(parameters)
        kind, _, start_method = str(parameters["backend"]).partition("-")
        self.parameters: dict[str, Parameter] = {"backend": kind}
        if start_method:
            self.parameters["start_method"] = start_method
        self.parameters.update({k: v for k, v in parameters.items() if k != "backend"})

    def __repr__(self) -> str:
        return f"<Case {self.id}>"

    @property
    def declaration(self) -> Declaration:
        return self.workload_class.declaration

    @property
    def summary(self) -> str:
        """The first sentence about the workload."""
        return (self.workload_class.__doc__ or "").strip().partition("\n")[0]

    @property
    def contended(self) -> bool:
        """Several workers at once, so that only the window in which all of them run is charged."""
        workload = self.workload_class
        together = workload.clock is Clock.WORK and not workload.serial
        return together and self.parameters["workers"] != 1 and self.parameters["backend"] != TASK

    @property
    def alone(self) -> str | None:
        """The id of the same case by one worker, of whose throughput its own is a multiple.

        None where there is no such case, or where operations are not those of single workers.
        """
        if 1 not in self.declaration.axes["workers"] or self.workload_class.joint:
            return None
        return self._with_values({**self.values, "workers": 1}) if self.contended else None

    @property
    def quick(self) -> bool:
        """Belongs to the subset that has what the pages tell, and the most telling of the rest."""
        wanted = self.declaration.quick
        if isinstance(wanted, bool):
            return wanted
        return all(self.values[name] in values for name, values in wanted.items())

    def named(self, role: str) -> str | None:
        """How it names its ``control``, ``floor`` or ``rival``, with its own parameters in it."""
        axis = self.declaration.rivals
        if role == "rival" and axis:
            first = self.declaration.axes[axis][0]
            is_first = self.values[axis] == first
            return None if is_first else self._with_values({**self.values, axis: first})
        name: str | None = getattr(self.workload_class, role)
        return name and name.format_map(self.parameters)

    def _with_values(self, values: Mapping[str, Parameter]) -> str:
        return f"{self.name}[{'-'.join(map(str, values.values()))}]"

    @property
    def requirements(self) -> list[Requirement]:
        method = self.parameters.get("start_method")
        implied: list[Requirement] = [StartMethod(str(method))] if method else []
        if self.parameters["backend"] == INTERPRETER:
            implied.append(Has("concurrent.interpreters", since=(3, 14)))
        return [*implied, *self.declaration.needed(self.values)]

    @property
    def modules(self) -> list[str]:
        """The names of the modules that it needs beside Python's own."""
        return [need.name for need in self.requirements if isinstance(need, Module)]

    def validate(self) -> None:
        """Raises DeclarationError for a combination that can never be measured."""
        problem = _impossible(self.workload_class, self.values)
        if problem:
            raise DeclarationError(f"{self.id}: {problem}")

    def skip_reason(self) -> str | None:
        """Why this Python on this machine cannot run the case, or None."""
        reasons = (requirement.unmet() for requirement in self.requirements)
        return next((reason for reason in reasons if reason), None)

    def make(self) -> Workload:
        """A fresh instance of the workload."""
        made = self.workload_class(**self.parameters)
        if self.parameters.get("start_method") == BY_DEFAULT:
            made.start_method = None  # which is how multiprocessing is asked for its default
        return made

    def metadata(self) -> dict[str, Parameter]:
        """What a result file says of the case, as scalars with the prefix ``pyconc_``."""
        about: dict[str, Parameter] = {
            "family": self.family,
            "workload": self.workload,
            "clock": self.workload_class.clock.value,
            "version": self.workload_class.version,
            **({"alone": self.alone} if self.alone else {}),
            **self.parameters,
        }
        return {f"pyconc_{name}": value for name, value in about.items()}


class Declaration:
    """The cases that a workload declares: every combination of its axes."""

    def __init__(
        self,
        *,
        notes: str,
        axes: Mapping[str, Parameter | Sequence[Parameter]],
        quick: bool | Mapping[str, Sequence[Parameter]],
        requires: Iterable[Requirement],
        rivals: str | None = None,
    ) -> None:
        self.notes = notes
        #: The axis whose values are ways to do the same; the first is what others are held against.
        self.rivals = rivals
        self.axes = {name: _as_tuple(values) for name, values in axes.items()}
        #: How the values of an axis are said, where they depend on the machine.
        self.words = {n: v.words for n, v in axes.items() if isinstance(v, ByCores)}
        self.quick = quick
        self.requires = tuple(requires)

    def cases(self, workload: type[Workload]) -> Iterator[Case]:
        for values in itertools.product(*self.axes.values()):
            yield Case(workload, dict(zip(self.axes, values)))

    def needed(self, values: Mapping[str, Parameter]) -> Iterator[Requirement]:
        """What a case with these values requires."""
        for each in self.requires:
            if not isinstance(each, Only):
                yield each
            elif each.concerns(values):
                yield each.needed

    def validate(self, workload: type[Workload]) -> None:
        """Raises DeclarationError for what can never be measured."""
        where = f"{workload.__module__}.{workload.__name__}"
        if not (workload.__doc__ or "").strip():
            raise DeclarationError(f"{where}: a workload needs a docstring that says its operation")
        for axis, each in self.axes.items():
            if not each or len(set(each)) != len(each):
                raise DeclarationError(f"{where}: {axis} needs values that differ: {each!r}")
        if self.rivals and len(self.axes.get(self.rivals, ())) < 2:
            raise DeclarationError(f"{where}: rivals names no axis of several: {self.rivals!r}")
        if isinstance(self.quick, Mapping):
            self._refuse_unknown(f"{where}: quick", self.quick)
        for needed in self.requires:
            if isinstance(needed, Only):
                chosen = {axis: (value,) for axis, value in needed.values.items()}
                self._refuse_unknown(f"{where}: requires", chosen)

    def _refuse_unknown(self, what: str, chosen: Mapping[str, Sequence[Parameter]]) -> None:
        for axis, values in chosen.items():
            if not set(values) <= set(self.axes.get(axis, ())):
                raise DeclarationError(f"{what} names no such {axis}: {values!r}")


AnyWorkload = TypeVar("AnyWorkload", bound=type[Workload])


def case(
    *,
    notes: str = "",
    backend: str | Sequence[str] = THREAD,
    workers: int | Sequence[int] = 1,
    quick: bool | Mapping[str, Sequence[Parameter]] = True,
    requires: Iterable[Requirement] = (),
    rivals: str | None = None,
    **axes: Parameter | Sequence[Parameter],
) -> Callable[[AnyWorkload], AnyWorkload]:
    """Declare a workload's cases.

    Args:
        notes: the section of the notes that it comes from.
        backend: what the workers are.
        workers: how many there are.
        quick: which cases belong to the quick subset: all, none, or those with these values.
        requires: what a Python must offer; `Only` says it of some of the cases.
        rivals: the axis whose values are ways to do the same. Cases that differ in it alone take
            turns from value to value, and each is held against that with the first value.
        axes: further parameters, which become attributes of the workload.

    Raises:
        DeclarationError: a combination that can never be measured.
    """
    declaration = Declaration(
        notes=notes,
        axes={"backend": backend, "workers": workers, **axes},
        quick=quick,
        requires=requires,
        rivals=rivals,
    )

    def declare(workload: AnyWorkload) -> AnyWorkload:
        declaration.validate(workload)
        workload.declaration = declaration
        return workload

    return declare


def _impossible(workload: type[Workload], values: Mapping[str, Parameter]) -> str | None:
    """Why a workload can never be measured with these parameters, or None."""
    backend, workers = values["backend"], values["workers"]
    if backend not in {THREAD, *PROCESSES, DEFAULT, INTERPRETER, TASK}:
        return f"unknown backend {backend!r}"
    if not isinstance(workers, int) or workers < 1:
        return f"workers must be 1 or more, not {workers!r}"
    if (backend == TASK) != inspect.iscoroutinefunction(workload.work):
        return "coroutines are for the backend task, and it for nothing else"
    if workload.clock is Clock.PROGRAM and backend == TASK:
        return f"a program of its own cannot be timed on the backend {backend}"
    if workers == 1 and workload.joint:
        return "one worker alone has nobody to share an operation with"
    if workload.fixed_time and (workload.joint or workload.serial):
        return "workers that need each other cannot be given a fixed time"
    if workload.observes and workload.clock is not Clock.WORK:
        return "only a team's work can be observed"
    return None


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _as_tuple(values: Parameter | Sequence[Parameter]) -> tuple[Parameter, ...]:
    return (values,) if isinstance(values, (str, int)) else tuple(values)
