"""What the doctor reads in the files of Linux, below a root that tests can choose.

`pyperf system show` reads some of them too, for people alone: its findings cannot be asked for.
Where a file is missing, as on every other system, the finding is a note that says "unknown here".
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import PurePosixPath
from typing import NamedTuple

from pyconc.figures import counted
from pyconc.measure.checks import Finding, Level, Machine, Scalar, unknown

_CPU = "sys/devices/system/cpu"
_MIB, _GIB = 2**20, 2**30
#: What firmware calls itself where it is no real machine's.
_VIRTUAL = re.compile(
    r"QEMU|KVM|VMware|VirtualBox|Xen|Bochs|Parallels|Virtual Machine|OpenStack"
    r"|Google Compute Engine|Firecracker|BHYVE|HVM domU",
    re.IGNORECASE,
)
_CONTAINER = re.compile(r"docker|kubepods|containerd|libpod|podman|lxc|crio", re.IGNORECASE)


def cores(machine: Machine) -> Finding:
    """How many cores a team can really have, and whether they are halves of one."""
    usable = len(machine.numbers)
    data: dict[str, Scalar] = {"cpus": machine.cpus, "usable_cpus": usable}
    groups = _siblings(machine)
    shared = [group for group in groups if len(group) > 1]
    says = counted(usable, "usable CPU")
    if groups:
        data.update(cores=len(groups), shared_cores=len(shared))
        says += f" on {counted(len(groups), 'core')}"
    else:
        says += ", which of them share a core is unknown here"
    if usable == 1:
        remedy = "give it more CPUs; on one, workers only ever take turns, and nothing is contended"
        return Finding("cores", "warning", f"{says}: no two workers run at once", remedy, data)
    if shared:
        one_each = ",".join(str(min(group)) for group in groups)
        return Finding(
            "cores",
            "note",
            f"{says}: SMT siblings share a core, and a team is slower when it is put on siblings",
            f"`echo off | sudo tee /{_CPU}/smt/control`, or one CPU of each core: "
            f"`taskset -c {one_each} pyconc run ...`",
            data,
        )
    if usable < 4:
        remedy = "read cases with more workers than CPUs as cases of waiting for a CPU"
        return Finding("cores", "note", f"{says}: larger teams wait for a CPU", remedy, data)
    return Finding("cores", "ok", says, "", data)


def isolated(machine: Machine) -> Finding:
    """Cores that the kernel keeps free, to which pyperf pins its workers by itself."""
    text = machine.read(f"{_CPU}/isolated")
    if text is None:
        return unknown("isolated", "this system does not tell of isolated CPUs")
    if not text:
        return Finding("isolated", "ok", "no CPU is isolated", "", {"isolated": ""})
    return Finding(
        "isolated",
        "warning",
        f"the CPUs {text} are isolated: pyperf pins every worker to them, and the kernel does not "
        f"spread threads over isolated CPUs, so that a whole team may share one",
        "boot without isolcpus and keep others away by a set of CPUs instead (docs/machine.md)",
        {"isolated": text},
    )


def quota(machine: Machine) -> Finding:
    """The share of the CPUs that a container or a service gets, by either version of cgroups."""
    groups = machine.read("proc/self/cgroup")
    if groups is None:
        return unknown("quota", "this system has no control groups")
    limits = [limit for folder in _cpu_groups(groups) for limit in _limit(machine, folder)]
    usable = len(machine.numbers)
    if not limits:
        return Finding("quota", "ok", "no quota of CPU time is visible", "", {})
    cpus, period = min(limits)
    data: dict[str, Scalar] = {"quota_cpus": cpus, "period_s": period}
    says = f"a quota of {cpus:g} CPUs for {usable} usable ones"
    if cpus >= usable:
        return Finding("quota", "ok", says, "", data)
    return Finding(
        "quota",
        "warning",
        f"{says}: when it is used up, everything stops for the rest of each {period * 1e3:g} ms",
        "give whole CPUs and no quota: `docker run --cpuset-cpus=0-1 ...` without --cpus, in "
        "Kubernetes the static CPU manager, in a service no CPUQuota=",
        data,
    )


def governor(machine: Machine) -> Finding:
    """Who chooses the clock speed of the usable CPUs."""
    files = (f"{_CPU}/cpu{each}/cpufreq/scaling_governor" for each in machine.numbers)
    names = sorted(set(filter(None, map(machine.read, files))))
    if not names:
        return unknown("governor", "no governor of the clock speed is visible")
    data: dict[str, Scalar] = {"governor": ",".join(names)}
    says = f"the clock speed is governed by {' and '.join(names)}"
    if names == ["performance"]:
        return Finding("governor", "ok", says, "", data)
    return Finding(
        "governor",
        "warning",
        f"{says}: it follows the load, and lags behind when a team starts",
        f"`echo performance | sudo tee /{_CPU}/cpu*/cpufreq/scaling_governor`, "
        f"or `sudo python -m pyperf system tune`",
        data,
    )


def turbo(machine: Machine) -> Finding:
    """Whether a core runs faster while others are idle."""
    no_turbo = machine.read(f"{_CPU}/intel_pstate/no_turbo")
    boost = machine.read(f"{_CPU}/cpufreq/boost")
    if no_turbo in ("0", "1"):
        on, off = no_turbo == "0", f"`echo 1 | sudo tee /{_CPU}/intel_pstate/no_turbo`"
    elif boost in ("0", "1"):
        on, off = boost == "1", f"`echo 0 | sudo tee /{_CPU}/cpufreq/boost`"
    else:
        return unknown("turbo", "no switch for it is visible")
    if not on:
        return Finding("turbo", "ok", "turbo is off", "", {"turbo": False})
    return Finding(
        "turbo",
        "warning",
        "turbo is on: one worker runs at a higher clock speed than a team, and a hot machine at a "
        "lower one than a cool one",
        off,
        {"turbo": True},
    )


class Ticks(NamedTuple):
    """CPU time since the start of the machine, in ticks, of all CPUs together."""

    busy: int
    steal: int
    total: int


def ticks(machine: Machine) -> Ticks | None:
    """The first line of ``proc/stat``, or None where there is none."""
    line = (machine.read("proc/stat") or "").partition("\n")[0].split()
    if len(line) < 9 or line[0] != "cpu" or not all(each.isdigit() for each in line[1:9]):
        return None
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, line[1:9])
    busy = user + nice + system + irq + softirq
    return Ticks(busy, steal, busy + idle + iowait + steal)


def steal(before: Ticks | None, after: Ticks | None) -> Finding:
    """What the hypervisor gave to others between the two readings."""
    if before is None or after is None or after.total <= before.total:
        return unknown("steal", "this system does not count stolen time")
    share = max(0, after.steal - before.steal) / (after.total - before.total)
    data: dict[str, Scalar] = {"steal": share}
    says = f"{share:.1%} of the CPU time was stolen by the hypervisor while listening"
    if share < 0.005:
        return Finding("steal", "ok", says, "", data)
    remedy = "another hour, a larger machine or a dedicated one; let rounds be many"
    return Finding("steal", "warning", says, remedy, data)


def load(before: Ticks | None, after: Ticks | None, seconds: float, own: float) -> Finding:
    """What other programs used between the two readings.

    Args:
        seconds: from one reading to the other.
        own: CPU seconds that this process used in that time.
    """
    data: dict[str, Scalar] = {}
    words = []
    try:
        data["load_average"] = round(os.getloadavg()[0], 2)
        words.append(f"the load average is {data['load_average']}")
    except (AttributeError, OSError):
        pass
    if before is None or after is None or seconds <= 0:
        why = "what other programs use is not told"
        return unknown("load", ", ".join([why, *words]))._replace(data=data)
    others = max(0.0, (after.busy - before.busy) / _ticks_a_second() - own) / seconds
    data["others_cpus"] = round(others, 3)
    says = ", ".join([f"other programs used {others:.2f} CPUs while listening", *words])
    if others < 0.2:
        return Finding("load", "ok", says, "", data)
    remedy = "stop them, or wait until they are done (`top` shows them)"
    return Finding("load", "warning", says, remedy, data)


def virtual(machine: Machine) -> Finding:
    """Whether a hypervisor is in between."""
    about = machine.read("proc/cpuinfo")
    names = [machine.read(f"sys/class/dmi/id/{name}") for name in ("sys_vendor", "product_name")]
    maker = " ".join(filter(None, names))
    if about is None and not maker:
        return unknown("virtual", "this system does not tell whether it is a virtual machine")
    flagged = re.search(r"^flags\s*:.*\bhypervisor\b", about or "", re.MULTILINE) is not None
    data: dict[str, Scalar] = {"virtual": bool(flagged or _VIRTUAL.search(maker))}
    if maker:
        data["machine"] = maker
    called = f" ({maker})" if maker else ""
    if not data["virtual"]:
        return Finding("virtual", "ok", f"no sign of a virtual machine{called}", "", data)
    return Finding(
        "virtual",
        "note",
        f"a virtual machine{called}: its CPUs may be halves of cores, and others work beside it",
        "trust ratios of one campaign, not microseconds; repeat the campaign at another hour",
        data,
    )


def container(machine: Machine) -> Finding:
    """Whether this is a container, whose limits may not be the machine's."""
    if not (machine.root / "proc").is_dir():
        return unknown("container", "this system does not tell")
    marks = [name for name in (".dockerenv", "run/.containerenv") if _exists(machine, name)]
    groups = (machine.read("proc/self/cgroup") or "") + (machine.read("proc/1/cgroup") or "")
    if marks or _CONTAINER.search(groups):
        return Finding(
            "container",
            "note",
            "a container: load and memory may be those of the whole machine",
            "let it run alone on its machine, with whole CPUs (see `quota`)",
            {"container": True},
        )
    return Finding("container", "ok", "no sign of a container", "", {"container": False})


def aslr(machine: Machine) -> Finding:
    """Whether every process has another memory layout, over which the rounds average."""
    setting = machine.read("proc/sys/kernel/randomize_va_space")
    if setting is None:
        return unknown("aslr", "this system does not tell whether memory layouts are random")
    data: dict[str, Scalar] = {"randomize_va_space": setting}
    if setting == "2":
        says = "memory layouts are random, and rounds average over them"
        return Finding("aslr", "ok", says, "", data)
    return Finding(
        "aslr",
        "warning",
        "memory layouts are not fully random: a lucky one looks like a property of a Python",
        "`sudo sysctl kernel.randomize_va_space=2`",
        data,
    )


def memory(machine: Machine) -> Finding:
    """Whether there is memory left, and whether some was swapped out."""
    text = machine.read("proc/meminfo") or ""
    sizes = {name: int(kib) * 1024 for name, kib in re.findall(r"^(\w+):\s+(\d+) kB", text, re.M)}
    if not {"MemTotal", "MemAvailable"} <= sizes.keys():
        try:
            total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (AttributeError, OSError, ValueError):
            return unknown("memory", "this system does not tell how much is free")
        found = unknown("memory", f"of {total / _GIB:.1f} GiB, how much is free is not told")
        return found._replace(data={"total_bytes": total})
    free = sizes["MemAvailable"]
    swapped = sizes.get("SwapTotal", 0) - sizes.get("SwapFree", 0)
    data: dict[str, Scalar] = {
        "total_bytes": sizes["MemTotal"], "available_bytes": free, "swapped_bytes": swapped,
    }  # fmt: skip
    says = f"{free / _GIB:.1f} of {sizes['MemTotal'] / _GIB:.1f} GiB are free"
    says += f", {swapped / _GIB:.1f} GiB are swapped out" if swapped else ", nothing is swapped out"
    if free < _GIB:
        remedy = "stop other programs; large teams of spawned processes take a gigabyte"
        return Finding("memory", "warning", says, remedy, data)
    if swapped > _GIB // 10:
        remedy = "`sudo swapoff -a && sudo swapon -a` brings back what was swapped out"
        return Finding("memory", "note", says, remedy, data)
    return Finding("memory", "ok", says, "", data)


def shared_memory(machine: Machine) -> Finding:
    """`/dev/shm`, where Linux keeps the semaphores and shared memory of multiprocessing."""
    if not (machine.root / "proc").is_dir():
        return unknown("shared-memory", "this system keeps it elsewhere")
    folder = machine.root / "dev/shm"
    remedy = "mount it: `sudo mount -t tmpfs shm /dev/shm`, `docker run --shm-size=1g ...`"
    try:
        usage = shutil.disk_usage(folder)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        says = "there is no /dev/shm: locks and queues of processes cannot be made"
        return Finding("shared-memory", "warning", says, remedy, {"present": False})
    data: dict[str, Scalar] = {
        "present": True, "size_bytes": usage.total, "free_bytes": usage.free, "writable": writable,
    }  # fmt: skip
    says = f"/dev/shm has {usage.free / _MIB:.0f} MiB free"
    if not writable:
        remedy = "`sudo chmod 1777 /dev/shm`"
        return Finding("shared-memory", "warning", f"{says}, but not for you", remedy, data)
    level: Level = "ok" if usage.free >= 32 * _MIB else "warning"
    return Finding("shared-memory", level, says, remedy if level == "warning" else "", data)


def _siblings(machine: Machine) -> list[frozenset[int]]:
    """The usable CPUs by core, or nothing where that is not told of each of them."""
    groups = []
    for number in machine.numbers:
        text = machine.read(f"{_CPU}/cpu{number}/topology/thread_siblings_list")
        if text is None:
            return []
        groups.append(frozenset({number, *_numbers(text)}) & frozenset(machine.numbers))
    return sorted(set(groups), key=min)


def _numbers(text: str) -> set[int]:
    """`0-2,5` as numbers; what is not such a list gives none."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", text):
        found.update(range(int(first), int(last or first) + 1))
    return found


def _cpu_groups(groups: str) -> list[PurePosixPath]:
    """The folders of our control groups and all above them, as far as they are visible."""
    top = PurePosixPath("sys/fs/cgroup")
    found: list[PurePosixPath] = []
    for line in groups.splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            bases = [top, top / "unified"]
        elif "cpu" in controllers.split(","):
            bases = [top / controllers, top / "cpu"]
        else:
            continue
        own = PurePosixPath(path.lstrip("/"))
        found += [base / each for base in bases for each in (own, *own.parents)]
    return list(dict.fromkeys(found))


def _limit(machine: Machine, folder: PurePosixPath) -> list[tuple[float, float]]:
    """The quota that a group sets, as CPUs, and its period in seconds; or nothing."""
    words = (machine.read(f"{folder}/cpu.max") or "").split()
    if not words:
        words = [machine.read(f"{folder}/cpu.cfs_{each}_us") or "" for each in ("quota", "period")]
    try:
        microseconds, period_us = (int(word) for word in words)
    except ValueError:  # "max", or no such file
        return []
    if microseconds <= 0 or period_us <= 0:
        return []
    return [(microseconds / period_us, period_us / 1e6)]


def _exists(machine: Machine, name: str) -> bool:
    try:
        return (machine.root / name).exists()
    except OSError:
        return False


def _ticks_a_second() -> int:
    try:
        return os.sysconf("SC_CLK_TCK")
    except (AttributeError, OSError, ValueError):
        return 100
