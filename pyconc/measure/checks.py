"""What the doctor finds out by asking the system or a Python; `checks_linux` reads files.

Every check takes what it needs and returns one `Finding`. What cannot be told is a note that says
"unknown here".
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Union

from pyconc.measure.asking import said

Level = Literal["ok", "note", "warning"]
Scalar = Union[str, int, float, bool]


class Finding(NamedTuple):
    """What one check has found, in words and in figures."""

    check: str
    level: Level
    says: str
    #: What to do about it, empty where nothing is to be done.
    remedy: str
    #: The figures. A name says its unit; what is unknown is not there.
    data: dict[str, Scalar]


class Machine(NamedTuple):
    """Where the checks look."""

    #: The folder that has ``proc``, ``sys`` and ``dev``; tests have their own.
    root: Path
    #: Logical CPUs.
    cpus: int
    #: The numbers of those that this process may use, or empty where the system does not tell.
    usable: tuple[int, ...]

    @classmethod
    def here(cls) -> Machine:
        usable: set[int] = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        return cls(Path("/"), os.cpu_count() or 1, tuple(sorted(usable)))

    @property
    def numbers(self) -> Sequence[int]:
        """Of the CPUs that this process may use, as far as is known."""
        return self.usable or range(self.cpus)

    def read(self, name: str) -> str | None:
        """The text of a file below the root, stripped, or None where there is none to read."""
        try:
            return (self.root / name).read_text("utf-8", errors="replace").strip()
        except (OSError, ValueError):
            return None


def unknown(check: str, why: str) -> Finding:
    return Finding(check, "note", f"unknown here: {why}", "", {})


def affinity(machine: Machine) -> Finding:
    """Which of the CPUs this process, and so every worker, may use."""
    if not machine.usable:
        return unknown("affinity", "this system does not tell which CPUs a process may use")
    data: dict[str, Scalar] = {"usable_cpus": len(machine.usable)}
    if len(machine.usable) < machine.cpus:
        return Finding(
            "affinity",
            "note",
            f"this process may use {len(machine.usable)} of {machine.cpus} CPUs",
            "right if you chose it; otherwise start without `taskset`, or widen the container's "
            "or the batch system's set of CPUs",
            data,
        )
    return Finding("affinity", "ok", "this process may use every CPU", "", data)


def clock(machine: Machine) -> Finding:
    """What `perf_counter` can tell apart, and what reading it costs."""
    read = time.perf_counter
    resolution = time.get_clock_info("perf_counter").resolution
    cost, step = float("inf"), float("inf")
    for _ in range(5):
        stamps = [read() for _ in range(2000)]
        cost = min(cost, (stamps[-1] - stamps[0]) / (len(stamps) - 1))
        steps = (after - before for before, after in zip(stamps, stamps[1:]))
        step = min(step, min((each for each in steps if each > 0), default=step))
    folder = "sys/devices/system/clocksource/clocksource0"
    source = machine.read(f"{folder}/current_clocksource")
    others = (machine.read(f"{folder}/available_clocksource") or "").split()
    data: dict[str, Scalar] = {"resolution_s": resolution, "read_cost_s": cost}
    says = f"reading perf_counter costs {cost * 1e9:.0f} ns, its resolution is {resolution:.0e} s"
    if step < float("inf"):
        data["smallest_step_s"] = step
    if source:
        data["clocksource"] = source
        says += f", Linux takes it from {source}"
    if cost <= 500e-9 and resolution <= 1e-6:
        return Finding("clock", "ok", says, "", data)
    remedy = "observe short operations many at a time; figures under a microsecond are the clock's"
    if source not in (None, "tsc") and "tsc" in others:
        remedy = f"`echo tsc | sudo tee /{folder}/current_clocksource`"
    return Finding("clock", "warning", f"a slow or coarse clock: {says}", remedy, data)


def open_files() -> Finding:
    """Pipes, queues and pools take several descriptors for each worker."""
    try:
        import resource
    except ImportError:
        return unknown("open-files", "this system has no such limit to ask for")
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return Finding("open-files", "ok", "no limit on open files", "", {})
    says, data = f"a process may open {limit} files", {"limit": limit}
    if limit >= 1024:
        return Finding("open-files", "ok", says, "", {**data})
    enough = 4096 if most == resource.RLIM_INFINITY else min(4096, most)
    remedy = f"`ulimit -n {enough}` in the shell that starts pyconc"
    return Finding("open-files", "warning", f"{says}; large teams need more", remedy, {**data})


def compiler() -> Finding:
    """Whether the floors can be measured. It compiles them where that has not been done yet."""
    from pyconc.measure.compiling import CompileError
    from pyconc.measure.floor import floor_library

    try:
        floor_library()
    except CompileError as error:
        return Finding(
            "compiler",
            "note",
            f"no floors: {error}",
            "install a C compiler (`sudo apt-get install gcc libc6-dev`, `xcode-select --install`) "
            "or name one in CC; without it the cases of the family `floor` are skipped",
            {"floors": False},
        )
    return Finding("compiler", "ok", "the floors in C compile and load", "", {"floors": True})


#: What the workers and their children import. A module that a Python does not have is no finding.
MODULES = (
    "threading", "queue", "subprocess", "socket", "selectors", "pickle", "tempfile", "logging",
    "asyncio", "asyncio.base_events", "asyncio.locks", "asyncio.tasks",
    "concurrent.futures", "concurrent.futures.thread", "concurrent.futures.process",
    "multiprocessing", "multiprocessing.context", "multiprocessing.process",
    "multiprocessing.popen_fork", "multiprocessing.spawn", "multiprocessing.forkserver",
    "multiprocessing.resource_tracker", "multiprocessing.connection", "multiprocessing.queues",
    "multiprocessing.synchronize", "multiprocessing.pool", "multiprocessing.managers",
    "multiprocessing.shared_memory",
)  # fmt: skip

# Nothing is imported that is asked about, and -B keeps the asking from writing what is missing.
_ASK = """
import importlib.machinery, importlib.util, json, os, struct, sys, sysconfig

def spec_of(name):
    parent = name.rpartition(".")[0]
    if not parent:
        return importlib.util.find_spec(name)
    above = spec_of(parent)
    folders = above.submodule_search_locations if above else None
    return importlib.machinery.PathFinder.find_spec(name, folders) if folders else None

def cached(path):
    try:
        with open(importlib.util.cache_from_source(path), "rb") as file:
            head = file.read(16)
    except (OSError, NotImplementedError):
        return False
    if len(head) < 16 or head[:4] != importlib.util.MAGIC_NUMBER:
        return False
    source = os.stat(path)
    stamp = struct.pack("<LL", int(source.st_mtime) & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF)
    return bool(head[4] & 1) or head[8:] == stamp  # by the source's hash, or by its time and size

specs = [spec for spec in map(spec_of, sys.argv[1:]) if spec]
sources = {s.name: s.origin for s in specs if str(s.origin).endswith(".py")}
there = {name: path for name, path in sources.items() if os.path.exists(path)}
library = sysconfig.get_path("stdlib")
print(json.dumps({
    "library": library,
    "writable": os.access(library, os.W_OK),
    "checked": len(specs),
    "missing": [name for name, path in there.items() if not cached(path)],
}))
"""


def bytecode(executable: str) -> Finding:
    """Whether a Python has the bytecode of its standard library cached, or compiles it each time.

    Frozen, zipped and sourceless modules need no cache.
    """
    command = [executable, "-I", "-S", "-B", "-c", _ASK, *MODULES]
    try:
        told = json.loads(said(command))
        library, checked, missing = str(told["library"]), int(told["checked"]), told["missing"]
    except (ValueError, LookupError, TypeError):
        return unknown("bytecode", f"{executable} does not answer")
    data: dict[str, Scalar] = {
        "executable": executable,
        "library": library,
        "checked": checked,
        "missing": len(missing),
    }
    if not missing:
        says = f"{executable} has its standard library compiled"
        return Finding("bytecode", "ok", says, "", data)
    sudo = [] if told["writable"] or sys.platform == "win32" else ["sudo"]
    return Finding(
        "bytecode",
        "warning",
        f"{executable} has no valid bytecode for {len(missing)} of {checked} modules "
        f"({missing[0]}, for one): every process that it starts compiles them again",
        f"`{_shell([*sudo, executable, '-m', 'compileall', '-q', library])}`",
        data,
    )


def _shell(command: list[str]) -> str:
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
