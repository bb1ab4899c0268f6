"""The doctor: what each check says of a machine made of files, and that none can end it."""

from __future__ import annotations

import importlib.util
import json
import os
import py_compile
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from pyconc import cli
from pyconc.measure import checks, checks_linux, compiling, doctor, floor, jitter
from pyconc.measure.checks import Finding, Machine
from pyconc.measure.checks_linux import Ticks

CPU = "sys/devices/system/cpu"


def machine(root: Path, cpus: int = 2, usable: int | None = None, /, **files: str) -> Machine:
    """A machine with these files; two underscores in a name stand for a slash."""
    write(root, {name.replace("__", "/"): text for name, text in files.items()})
    return Machine(root, cpus, tuple(range(cpus if usable is None else usable)))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def siblings(root: Path, *lists: str) -> Machine:
    for number, text in enumerate(lists):
        write(root, {f"{CPU}/cpu{number}/topology/thread_siblings_list": f"{text}\n"})
    return Machine(root, len(lists), tuple(range(len(lists))))


def is_unknown(finding: Finding) -> bool:
    return finding.level == "note" and finding.says.startswith("unknown here: ")


# Cores, affinity, isolation


def test_four_cores_are_enough(tmp_path: Path) -> None:
    found = checks_linux.cores(siblings(tmp_path, "0", "1", "2", "3"))
    assert found[:4] == ("cores", "ok", "4 usable CPUs on 4 cores", "")
    assert found.data == {"cpus": 4, "usable_cpus": 4, "cores": 4, "shared_cores": 0}


@pytest.mark.parametrize("lists", [("0,2", "1,3", "0,2", "1,3"), ("0-1", "0-1", "2-3", "2-3")])
def test_siblings_share_a_core(tmp_path: Path, lists: tuple[str, ...]) -> None:
    found = checks_linux.cores(siblings(tmp_path, *lists))
    assert found.level == "note"
    assert "4 usable CPUs on 2 cores: SMT siblings" in found.says
    assert found.data["shared_cores"] == 2
    one_each = "0,1" if lists[0] == "0,2" else "0,2"
    assert f"taskset -c {one_each} " in found.remedy
    assert "smt/control" in found.remedy


def test_a_sibling_that_is_not_usable_shares_nothing(tmp_path: Path) -> None:
    here = siblings(tmp_path, "0,4", "1,5", "2,6", "3,7")
    assert checks_linux.cores(here._replace(cpus=8)).level == "ok"


def test_one_cpu_is_no_place_for_teams(tmp_path: Path) -> None:
    found = checks_linux.cores(siblings(tmp_path, "0"))
    assert found.level == "warning"
    assert found.says == "1 usable CPU on 1 core: no two workers run at once"


def test_cores_that_nobody_tells_of(tmp_path: Path) -> None:
    found = checks_linux.cores(Machine(tmp_path, 8, ()))
    assert found.level == "ok"
    assert found.says == "8 usable CPUs, which of them share a core is unknown here"
    assert "cores" not in found.data


def test_affinity(tmp_path: Path) -> None:
    assert checks.affinity(machine(tmp_path, 4)).level == "ok"
    some = checks.affinity(machine(tmp_path, 4, 2))
    assert (some.level, some.says) == ("note", "this process may use 2 of 4 CPUs")
    assert "taskset" in some.remedy
    assert is_unknown(checks.affinity(machine(tmp_path, 4, 0)))


def test_isolated_cores_are_no_place_for_teams(tmp_path: Path) -> None:
    found = checks_linux.isolated(machine(tmp_path, **{f"{CPU}/isolated": "2-3\n"}))
    assert found.level == "warning"
    assert "the CPUs 2-3 are isolated" in found.says
    assert "docs/machine.md" in found.remedy
    assert found.data == {"isolated": "2-3"}
    assert checks_linux.isolated(machine(tmp_path, **{f"{CPU}/isolated": "\n"})).level == "ok"


# Quotas


@pytest.mark.parametrize(
    ("groups", "files"),
    [
        ("0::/\n", {"cpu.max": "150000 100000\n"}),
        ("0::/a/b\n", {"cpu.max": "max 100000\n", "a/cpu.max": "150000 100000\n"}),
        ("0::/a/b\n", {"a/cpu.max": "150000 100000", "a/b/cpu.max": "400000 100000"}),
        # what another namespace calls our group is not there: its top is ours
        ("0::/docker/abc\n", {"cpu.max": "150000 100000\n"}),
        (
            "4:memory:/m\n3:cpu,cpuacct:/a\n0::/\n",
            {
                "cpu,cpuacct/a/cpu.cfs_quota_us": "150000\n",
                "cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
                "cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
                "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            },
        ),
        (
            "1:cpu:/elsewhere\n",
            {"cpu/cpu.cfs_quota_us": "150000\n", "cpu/cpu.cfs_period_us": "100000\n"},
        ),
    ],
    ids=["v2", "v2-above", "v2-least", "v2-namespace", "v1", "v1-namespace"],
)
def test_a_quota(tmp_path: Path, groups: str, files: dict[str, str]) -> None:
    write(tmp_path, {f"sys/fs/cgroup/{name}": text for name, text in files.items()})
    found = checks_linux.quota(machine(tmp_path, proc__self__cgroup=groups))
    assert found.level == "warning"
    assert found.says.startswith("a quota of 1.5 CPUs for 2 usable ones: ")
    assert "rest of each 100 ms" in found.says
    assert "--cpuset-cpus" in found.remedy
    assert found.data == {"quota_cpus": 1.5, "period_s": 0.1}


def test_a_quota_of_all_cpus_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"sys/fs/cgroup/cpu.max": "200000 100000"})
    found = checks_linux.quota(machine(tmp_path, proc__self__cgroup="0::/"))
    assert found[:4] == ("quota", "ok", "a quota of 2 CPUs for 2 usable ones", "")


@pytest.mark.parametrize("text", ["max 100000", "", "some rubbish here", "1 0"])
def test_no_quota(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"sys/fs/cgroup/cpu.max": text})
    found = checks_linux.quota(machine(tmp_path, proc__self__cgroup="0::/"))
    assert (found.level, found.says) == ("ok", "no quota of CPU time is visible")


# Clock speed


def test_governors(tmp_path: Path) -> None:
    write(tmp_path, {f"{CPU}/cpu{n}/cpufreq/scaling_governor": "performance\n" for n in range(2)})
    assert checks_linux.governor(machine(tmp_path)).level == "ok"
    write(tmp_path, {f"{CPU}/cpu1/cpufreq/scaling_governor": "powersave\n"})
    found = checks_linux.governor(machine(tmp_path))
    assert found.level == "warning"
    assert "governed by performance and powersave: it follows the load" in found.says
    assert "pyperf system tune" in found.remedy
    assert found.data == {"governor": "performance,powersave"}
    # only what we may use matters
    assert checks_linux.governor(machine(tmp_path, 2, 1)).level == "ok"


@pytest.mark.parametrize(
    ("file", "text", "on"),
    [
        ("intel_pstate/no_turbo", "0", True),
        ("intel_pstate/no_turbo", "1", False),
        ("cpufreq/boost", "1", True),
        ("cpufreq/boost", "0", False),
    ],
)
def test_turbo(tmp_path: Path, file: str, text: str, on: bool) -> None:
    write(tmp_path, {f"{CPU}/{file}": f"{text}\n"})
    found = checks_linux.turbo(machine(tmp_path))
    assert found.data == {"turbo": on}
    assert found.level == ("warning" if on else "ok")
    assert (file in found.remedy) == on


# Load and steal


def stat(*fields: int) -> str:
    return "cpu  " + " ".join(map(str, fields)) + "\ncpu0 1 2 3\n"


def test_ticks(tmp_path: Path) -> None:
    text = stat(100, 1, 10, 800, 5, 2, 3, 40, 7, 0)
    assert checks_linux.ticks(machine(tmp_path, proc__stat=text)) == Ticks(116, 40, 961)


@pytest.mark.parametrize("text", ["", "cpu", "cpu a b c d e f g h", "intr 1 2 3 4 5 6 7 8 9"])
def test_ticks_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    assert checks_linux.ticks(machine(tmp_path, proc__stat=text)) is None


def test_steal() -> None:
    before = Ticks(100, 10, 1000)
    found = checks_linux.steal(before, Ticks(180, 20, 1200))
    assert found.level == "warning"
    assert found.says.startswith("5.0% of the CPU time was stolen")
    assert found.data == {"steal": 0.05}
    assert "another hour" in found.remedy
    assert checks_linux.steal(before, Ticks(200, 10, 1200)).level == "ok"
    assert is_unknown(checks_linux.steal(before, before))
    assert is_unknown(checks_linux.steal(None, before))


def test_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_linux, "_ticks_a_second", lambda: 100)
    monkeypatch.setattr(os, "getloadavg", lambda: (1.5, 1.0, 1.0), raising=False)
    before = Ticks(1000, 0, 5000)
    found = checks_linux.load(before, Ticks(1300, 0, 5400), seconds=2.0, own=1.8)
    assert found.level == "warning"
    assert found.says == ("other programs used 0.60 CPUs while listening, the load average is 1.5")
    assert found.data == {"load_average": 1.5, "others_cpus": 0.6}
    assert "stop them" in found.remedy
    assert checks_linux.load(before, Ticks(1190, 0, 5400), seconds=2.0, own=1.9).level == "ok"
    alone = checks_linux.load(None, None, seconds=2.0, own=1.9)
    assert is_unknown(alone)
    assert alone.data == {"load_average": 1.5}


# What is between us and the machine


@pytest.mark.parametrize(
    "files",
    [
        {"proc/cpuinfo": "processor : 0\nflags\t\t: fpu hypervisor sse\n"},
        {"proc/cpuinfo": "processor : 0\n", "sys/class/dmi/id/product_name": "KVM\n"},
        {"sys/class/dmi/id/sys_vendor": "VMware, Inc.\n"},
    ],
)
def test_a_virtual_machine(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files)
    found = checks_linux.virtual(machine(tmp_path))
    assert found.level == "note"
    assert found.says.startswith("a virtual machine")
    assert "ratios" in found.remedy
    assert found.data["virtual"] is True


def test_a_real_machine(tmp_path: Path) -> None:
    write(tmp_path, {"proc/cpuinfo": "flags : fpu\n", "sys/class/dmi/id/sys_vendor": "LENOVO\n"})
    found = checks_linux.virtual(machine(tmp_path))
    assert (found.level, found.says) == ("ok", "no sign of a virtual machine (LENOVO)")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".dockerenv", ""),
        ("run/.containerenv", ""),
        ("proc/1/cgroup", "0::/kubepods/pod1"),
        ("proc/self/cgroup", "1:cpu:/docker/abc"),
    ],
)
def test_a_container(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "proc").mkdir()
    assert checks_linux.container(machine(tmp_path)).level == "ok"
    write(tmp_path, {name: text})
    found = checks_linux.container(machine(tmp_path))
    assert found.level == "note"
    assert found.data == {"container": True}
    assert found.remedy


# The rest of the system


@pytest.mark.parametrize("setting", ["0", "1", "2"])
def test_aslr(tmp_path: Path, setting: str) -> None:
    found = checks_linux.aslr(machine(tmp_path, proc__sys__kernel__randomize_va_space=setting))
    assert found.level == ("ok" if setting == "2" else "warning")
    assert ("sysctl" in found.remedy) == (setting != "2")


@pytest.mark.parametrize(
    ("free", "swapped", "level", "says"),
    [
        (8, 0, "ok", "8.0 of 16.0 GiB are free, nothing is swapped out"),
        (8, 1, "note", "8.0 of 16.0 GiB are free, 1.0 GiB are swapped out"),
        (0, 0, "warning", "0.0 of 16.0 GiB are free, nothing is swapped out"),
    ],
)
def test_memory(tmp_path: Path, free: int, swapped: int, level: str, says: str) -> None:
    gib = 1024 * 1024
    text = (
        f"MemTotal: {16 * gib} kB\nMemFree: 1 kB\nMemAvailable: {free * gib} kB\n"
        f"SwapTotal: {2 * gib} kB\nSwapFree: {(2 - swapped) * gib} kB\nHugePages_Total: 0\n"
    )
    found = checks_linux.memory(machine(tmp_path, proc__meminfo=text))
    assert (found.level, found.says) == (level, says)
    assert bool(found.remedy) == (level != "ok")


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "proc").mkdir()
    missing = checks_linux.shared_memory(machine(tmp_path))
    assert missing.level == "warning"
    assert missing.data == {"present": False}
    (tmp_path / "dev/shm").mkdir(parents=True)
    mib = 2**20
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(64 * mib, 0, 64 * mib))
    found = checks_linux.shared_memory(machine(tmp_path))
    assert found[:4] == ("shared-memory", "ok", "/dev/shm has 64 MiB free", "")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(64 * mib, 60 * mib, 4 * mib))
    full = checks_linux.shared_memory(machine(tmp_path))
    assert full.level == "warning"
    assert "--shm-size=1g" in full.remedy
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "not for you" in checks_linux.shared_memory(machine(tmp_path)).says


def test_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    limits = {"is": (256, 100_000)}
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits["is"])
    found = checks.open_files()
    assert found.level == "warning"
    assert found.says.startswith("a process may open 256 files")
    assert found.remedy.startswith("`ulimit -n 4096`")
    limits["is"] = (20_000, 20_000)
    assert checks.open_files().level == "ok"
    limits["is"] = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert checks.open_files().says == "no limit on open files"
    monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
    assert is_unknown(checks.open_files())


def test_a_slow_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = "sys/devices/system/clocksource/clocksource0"
    write(
        tmp_path,
        {f"{folder}/current_clocksource": "hpet\n", f"{folder}/available_clocksource": "tsc hpet"},
    )
    now = iter(range(1_000_000))
    slow = SimpleNamespace(
        perf_counter=lambda: next(now) * 1e-6, get_clock_info=time.get_clock_info
    )
    monkeypatch.setattr("pyconc.measure.checks.time", slow)
    found = checks.clock(machine(tmp_path))
    assert found.level == "warning"
    assert "reading perf_counter costs 1000 ns" in found.says
    assert "from hpet" in found.says
    assert found.remedy.startswith("`echo tsc | sudo tee ")
    assert found.data["smallest_step_s"] == pytest.approx(1e-6)
    assert "many at a time" in checks.clock(machine(tmp_path / "none")).remedy


def test_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Any:
        raise compiling.CompileError("no C compiler: cc does not run")

    monkeypatch.setattr(floor, "floor_library", none)
    found = checks.compiler()
    assert (found.level, found.says) == ("note", "no floors: no C compiler: cc does not run")
    assert "apt-get install gcc" in found.remedy
    assert found.data == {"floors": False}


# Bytecode


@pytest.fixture
def library(tmp_path: Path) -> dict[str, Any]:
    """Asks about the modules of a folder, with what the question itself uses."""
    write(tmp_path, {"pack/__init__.py": "", "pack/part.py": "x = 1\n", "lone.py": "y = 1\n"})
    names = ["pack", "pack.part", "lone", "sys", "no_such_module"]
    ask = f"import sys; sys.path.insert(0, {str(tmp_path)!r}){checks._ASK}"
    command = [sys.executable, "-I", "-S", "-B", "-c", ask, *names]
    return {"folder": tmp_path, "command": command}


def told(library: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(library["command"], capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_bytecode_is_valid_or_missing(library: dict[str, Any]) -> None:
    folder: Path = library["folder"]
    part, lone = folder / "pack/part.py", folder / "lone.py"
    assert told(library)["missing"] == ["pack", "pack.part", "lone"]
    assert told(library)["checked"] == 4
    for path in (folder / "pack/__init__.py", part, lone):
        py_compile.compile(str(path), doraise=True)
    assert told(library)["missing"] == []
    part.write_text("x = 1  # longer now\n")
    assert told(library)["missing"] == ["pack.part"]
    by_hash = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(part), invalidation_mode=by_hash)
    Path(importlib.util.cache_from_source(str(lone))).write_bytes(b"of another Python")
    assert told(library)["missing"] == ["lone"]


def test_what_is_asked_is_not_written(library: dict[str, Any]) -> None:
    told(library)
    assert not list(library["folder"].rglob("*.pyc"))


def test_this_python_answers() -> None:
    found = checks.bytecode(sys.executable)
    assert found.level in ("ok", "warning")
    checked = found.data["checked"]
    assert isinstance(checked, int)
    assert checked >= 20


@pytest.mark.skipif(os.name != "posix", reason="writes a script")
def test_a_library_without_bytecode(tmp_path: Path) -> None:
    python = tmp_path / "python"
    answer = {"library": "/a b/lib", "writable": False, "checked": 28, "missing": ["queue", "json"]}
    python.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
    python.chmod(0o755)
    found = checks.bytecode(str(python))
    assert found.level == "warning"
    assert "no valid bytecode for 2 of 28 modules (queue, for one)" in found.says
    assert found.remedy == f"`sudo {python} -m compileall -q '/a b/lib'`"
    assert found.data["missing"] == 2


@pytest.mark.skipif(os.name != "posix", reason="writes a script")
@pytest.mark.parametrize("answer", ["", "[]", "{}", "null"])
def test_a_python_that_talks_nonsense(tmp_path: Path, answer: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{answer}'\n")
    python.chmod(0o755)
    assert is_unknown(checks.bytecode(str(python)))
    assert is_unknown(checks.bytecode(str(tmp_path / "none")))


# Jitter


def test_the_arithmetic_of_jitter() -> None:
    turns = [0.001] * 98 + [0.002, 0.006]
    found = jitter.summary(turns, [0.0011, 0.0012, 0.0030])
    assert found.turns == 100
    assert found.median == pytest.approx(0.001)
    assert found.p99 == pytest.approx(2.0)
    assert found.largest_gap == pytest.approx(0.005)
    mean = 0.106 / 100
    variance = (98 * (0.001 - mean) ** 2 + (0.002 - mean) ** 2 + (0.006 - mean) ** 2) / 99
    assert found.variation == pytest.approx(variance**0.5 / mean)
    assert found.overshoot == pytest.approx(0.0002)
    assert found.value_variation is None  # a tenth of a second is one value


def test_values_average_over_gaps() -> None:
    # each value of 100 turns has one gap of ten turns
    found = jitter.summary(([0.001] * 99 + [0.010]) * 5)
    assert found.variation > 0.5
    assert found.value_variation == pytest.approx(0.0, abs=1e-9)
    assert jitter.doubtful_below(found) == 0.01
    drifting = jitter.summary([0.001] * 200 + [0.0011] * 200)
    assert drifting.value_variation == pytest.approx(0.055, rel=0.1)
    assert jitter.doubtful_below(drifting) == pytest.approx(0.11, rel=0.1)


@pytest.mark.parametrize(("slow", "level"), [(0.00101, "ok"), (0.0011, "note"), (0.002, "warning")])
def test_levels_of_jitter(slow: float, level: str) -> None:
    found = jitter.finding(jitter.summary([0.001, slow] * 200))
    assert found.level == level
    assert bool(found.remedy) == (level != "ok")
    json.dumps(found.data)


def test_the_line_of_noise() -> None:
    found = jitter.finding(jitter.summary([0.001, 0.0011] * 200, [0.0015]))
    assert "a sleep of 1 ms is 500 µs too long" in found.says
    line = jitter.noise_line(found)
    assert line.startswith("noise: 4.8% from one loop to the next; doubt differences under 1% ")
    assert jitter.noise_line(checks.unknown("jitter", "?")) == "noise: unknown here"


def test_no_time_to_listen_is_enough_for_one_turn() -> None:
    turns, naps = jitter.listen(0.0)
    assert len(turns) == len(naps) == 1
    assert jitter.summary(turns, naps).variation == 0.0


# The whole


CHECKS = [
    "cores", "affinity", "isolated", "quota", "governor", "turbo", "virtual", "container", "clock",
    "aslr", "memory", "shared-memory", "open-files", "compiler", "bytecode", "load", "steal",
    "jitter",
]  # fmt: skip


def test_an_empty_machine_is_unknown(tmp_path: Path) -> None:
    found = doctor.examine(seconds=0.01, machine=Machine(tmp_path / "none", 4, ()))
    assert [finding.check for finding in found] == CHECKS
    unknowns = {finding.check for finding in found if is_unknown(finding)}
    assert unknowns >= {
        "affinity", "isolated", "quota", "governor", "turbo", "virtual", "container", "aslr",
        "memory", "shared-memory", "load", "steal",
    }  # fmt: skip
    json.dumps(found)


def test_folders_in_place_of_files_are_unknown(tmp_path: Path) -> None:
    for name in ("proc/stat", "proc/meminfo", "proc/cpuinfo", "proc/self/cgroup", "dev/shm"):
        (tmp_path / name).mkdir(parents=True)
    found = doctor.examine(seconds=0.01, machine=Machine(tmp_path, 4, (0, 1, 2, 3)))
    assert [finding.check for finding in found] == CHECKS


def test_a_check_that_fails_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Finding:
        raise RuntimeError("no idea")

    for module, name in [(checks, "clock"), (checks_linux, "steal"), (jitter, "listen")]:
        monkeypatch.setattr(module, name, fails)
    found = {finding.check: finding for finding in doctor.examine(seconds=0.01)}
    for name in ("clock", "steal", "jitter"):
        assert found[name].says == "unknown here: RuntimeError: no idea"
    assert list(found) == CHECKS


def test_every_python_is_asked_once(tmp_path: Path) -> None:
    none = str(tmp_path / "none")
    found = doctor.examine([sys.executable, none, sys.executable], seconds=0.01)
    asked = [finding for finding in found if finding.check == "bytecode"]
    assert len(asked) == 2
    assert none in asked[1].says


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command listens for a moment only."""
    real = doctor.examine
    monkeypatch.setattr(doctor, "examine", lambda **_: real(seconds=0.05))


@pytest.mark.usefixtures("brief")
def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    levels = [line.split()[0] for line in lines]
    assert levels == sorted(levels, key=["warning", "note", "ok"].index)
    assert {line.split()[1].rstrip(":") for line in lines} == set(CHECKS)
    assert last.startswith("noise: ")


@pytest.mark.usefixtures("brief")
def test_the_command_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["check"] for each in found] == CHECKS
    for each in found:
        assert list(each) == ["check", "level", "says", "remedy", "data"]
        assert each["level"] in ("ok", "note", "warning")
        assert all(isinstance(value, (str, int, float)) for value in each["data"].values())


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("rich", [True, False])
def test_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rich: bool
) -> None:
    if rich:
        pytest.importorskip("rich")
    else:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli.main(["doctor"]) == 0
    out, err = capsys.readouterr()
    assert err == "listening for 2 s ...\n"
    assert "noise: " in out.splitlines()[-1]
    assert "shared-memory" in out


def test_every_finding_is_explained() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs/machine.md").read_text("utf-8")
    table = text.partition("## What the findings mean")[2]
    assert [name for name in CHECKS if f"`{name}`" not in table] == []
