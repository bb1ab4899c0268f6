"""The second clock without a counter of this machine: what is counted, and what is left out."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from pathlib import Path

import pytest

from pyconc.errors import CaseError, InvariantError, UsageError
from pyconc.measure.gauges import counters, heap, instructions
from pyconc.measure.gauges.counters import CounterError, PerfCounter
from pyconc.measure.gauges.gauge import Gauge
from pyconc.measure.gauges.heap import settle_heap
from pyconc.measure.gauges.instructions import Instructions, gauge_named, gauge_of
from pyconc.measure.gauges.meter import InstructionMeter
from pyconc.measure.plan import PROFILES
from pyconc.suite.case import PROCESSES, TASK, Case, Clock, Workload, case
from pyconc.suite.metrics import Metrics


class Executed:
    """Counts what workloads here say that they execute."""

    executed = 0
    #: What each call of the counter itself adds.
    own = 1000

    def __init__(self) -> None:
        self.closed = False
        self._start = self._stop = 0
        #: Whether garbage was collected automatically, at each start.
        self.collecting: list[bool] = []

    def start(self) -> None:
        self.collecting.append(gc.isenabled())
        self._start = Executed.executed
        Executed.executed += self.own

    def stop(self) -> None:
        self._stop = Executed.executed
        Executed.executed += self.own

    def count(self) -> int:
        return self._stop - self._start

    def close(self) -> None:
        self.closed = True


class Worker(Workload):
    """Executes seven instructions a loop, and more before it has warmed up."""

    cold = 0

    def work(self, worker: int, loops: int) -> None:
        Executed.executed += 7 * loops + 13
        if Worker.cold:
            Worker.cold -= 1
            Executed.executed += 100 * loops

    def check(self, loops: int) -> Metrics | None:
        Executed.executed += 12345  # outside what is counted
        return None


@case()
class Team(Worker):
    """One worker."""


@case()
class Caller(Worker):
    """A caller."""

    clock = Clock.CALLER


@case()
class Settling(Worker):
    """A caller who waits for what it began."""

    clock = Clock.CALLER

    def settle(self) -> None:
        Executed.executed += 999


@case()
class Program(Worker):
    """A program."""

    clock = Clock.PROGRAM


@case()
class Broken(Worker):
    """Breaks its promise."""

    def check(self, loops: int) -> Metrics | None:
        raise InvariantError("broken")


@case(backend=TASK, workers=3)
class Tasks(Workload):
    """Tasks of one loop, the first of which is done before the next one begins."""

    async def work(self, worker: int, loops: int) -> None:
        Executed.executed += 7 * loops


@case()
class Wandering(Workload):
    """Executes a tenth more each time."""

    def work(self, worker: int, loops: int) -> None:
        self.each = 1.1 * getattr(self, "each", 1000.0)
        Executed.executed += int(self.each * loops)


@case()
class Nothing(Workload):
    """Executes nothing."""

    def work(self, worker: int, loops: int) -> None:
        pass


def only(workload: type[Workload]) -> Case:
    [found] = workload.declaration.cases(workload)
    return found


@pytest.mark.parametrize("workload", [Team, Caller])
def test_a_cost_is_what_twice_the_loops_take_beyond_once(workload: type[Workload]) -> None:
    with InstructionMeter(only(workload), Executed()) as meter:
        assert meter.value(100) == 700


@pytest.mark.parametrize("workload", [Settling, Program])
def test_where_every_loop_is_counted_alone_the_counting_drops_out_of_each(
    workload: type[Workload],
) -> None:
    with InstructionMeter(only(workload), Executed()) as meter:
        assert meter.value(10) == 10 * (7 + 13)


def test_tasks_count_from_the_first_start_to_the_last_stop() -> None:
    with InstructionMeter(only(Tasks), Executed()) as meter:
        assert meter.value(100) == 3 * 700
        assert meter.inner_loops == 3


def test_what_has_not_warmed_up_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worker, "cold", 2)
    with InstructionMeter(only(Team), Executed()) as meter:
        assert meter.value(100) == 700


def test_a_result_says_how_well_its_process_repeats_itself() -> None:
    with InstructionMeter(only(Team), Executed()) as meter:
        meter.value(100)
        assert meter.beside(1) == {"wander": 0.0}
    with InstructionMeter(only(Wandering), Executed()) as meter, suppress(CaseError):
        meter.value(100)
    assert meter.beside(1)["wander"] == pytest.approx(0.1, rel=0.01)


def test_no_garbage_is_collected_meanwhile_and_afterwards_it_is() -> None:
    counter = Executed()
    with InstructionMeter(only(Team), counter) as meter:
        meter.value(10)
        assert gc.isenabled()
    assert set(counter.collecting) == {False}
    assert counter.closed


def test_a_broken_promise_fails_and_leaves_the_collector_on() -> None:
    with pytest.raises(InvariantError), InstructionMeter(only(Broken), Executed()) as meter:
        meter.value(10)
    assert gc.isenabled()


def test_what_executes_nothing_is_an_error() -> None:
    meter = InstructionMeter(only(Nothing), Executed())
    with meter, pytest.raises(CaseError, match="10 loops more take 0 instructions"):
        meter.value(10)


def test_calibration_wants_the_instructions_of_the_loops_that_it_tries() -> None:
    with InstructionMeter(only(Team), Executed(), calibrating=True) as meter:
        assert meter.value(100) == pytest.approx(700, abs=Executed.own + 13)


def test_memory_is_the_same_before_every_count() -> None:
    """Objects of every size come from the middle of a pool, whatever was made before."""
    kept: list[object] = []
    for _ in range(3):
        kept.append([bytes(length) for length in range(1, 470) for _ in range(7)][::3])
        kept += (settled := settle_heap())
        if not settled:
            pytest.skip("this Python has another allocator")
        # Small ones are left out: a test itself makes and drops many.
        made = [bytes(length) for length in range(80, 470, 16)]
        places = [id(each) % heap._POOL / heap._POOL for each in made]
        assert all(0.25 < place < 0.8 for place in places), places
        arenas = {id(each) // heap._ARENA for each in made}
        assert len(arenas) == 1


def test_each_value_takes_a_turn() -> None:
    turns: list[int] = []
    with InstructionMeter(only(Team), Executed(), next_turn=lambda: turns.append(1)) as meter:
        meter.value(1)
        meter.value(1)
    assert len(turns) == 2


def test_cases_in_which_several_compete_are_left_out(cases: dict[str, Case]) -> None:
    clock = Instructions("valgrind", "3.19.0")
    said = {name: clock.leaves_out(each) for name, each in cases.items()}
    assert said["gil.sleep_zero[thread-1-0-5000]"] is None
    assert (said["gil.sleep_zero[thread-1-1-5000]"] or "").startswith("beside busy threads")
    assert said["lock.pair[thread-1]"] is None
    assert said["asyncio.contended_lock[task-8]"] is None
    assert said["process.function[process-fork-1]"] is not None
    for name, each in cases.items():
        if each.contended:
            assert str(said[name]).startswith("contended: ")
        if each.values["backend"] in PROCESSES:
            assert said[name]


def test_time_leaves_nothing_out_and_changes_nothing(cases: dict[str, Case]) -> None:
    time = Gauge()
    assert not any(map(time.leaves_out, cases.values()))
    assert time.profile(PROFILES["full"]) == PROFILES["full"]
    assert not time.under
    assert not time.arguments


def test_strings_are_hashed_anew_for_time_and_alike_for_instructions() -> None:
    assert Gauge().environment("1/1") == Gauge().environment("1/1") != Gauge().environment("1/2")
    clock = Instructions("perf")
    assert clock.environment("1/1") == clock.environment("1/2") == {"PYTHONHASHSEED": "0"}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=str)
def test_few_rounds_are_enough(profile: object) -> None:
    found = Instructions("perf").profile(profile)  # type: ignore[arg-type]
    assert found.rounds == found.most_rounds <= 5
    assert found.values == 1


def without_counters(monkeypatch: pytest.MonkeyPatch, folder: Path, why: str) -> None:
    """A machine whose kernel counts nothing, and what is in a folder."""

    def refused() -> PerfCounter:
        raise CounterError(why)

    monkeypatch.setattr(instructions, "PerfCounter", refused)
    monkeypatch.setenv("PATH", str(folder))


def pretend(folder: Path, text: str) -> None:
    """A valgrind that says something."""
    program = folder / "valgrind"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def test_without_any_counter_the_remedies_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_counters(monkeypatch, tmp_path, "the kernel refuses")
    with pytest.raises(UsageError, match="the kernel refuses; valgrind is not installed; `apt"):
        gauge_named("instructions")
    with pytest.raises(UsageError, match="--clock valgrind needs none"):
        gauge_named("perf")


def test_a_valgrind_that_does_not_run_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_counters(monkeypatch, tmp_path, "no")
    pretend(tmp_path, "exit 1")
    with pytest.raises(UsageError, match="valgrind does not say its version; install it again"):
        gauge_named("valgrind")


def test_a_python_that_valgrind_does_not_know_is_said_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_counters(monkeypatch, tmp_path, "no")
    pretend(
        tmp_path,
        'case $1 in --version) echo valgrind-3.7.0;; *) echo "vex amd64->IR: unhandled";'
        ' echo "valgrind: Unrecognised instruction at address 0x1." >&2; exit 132;; esac',
    )
    clock = gauge_named("instructions")
    assert clock.about() == {"clock": "instructions", "counter": "valgrind 3.7.0"}
    said = clock.unusable("python", dict(os.environ))
    assert said == (
        "valgrind 3.7.0 does not know an instruction of this Python; install a newer valgrind, "
        "or a Python for older processors"
    )


def test_a_campaign_goes_on_with_the_counter_that_it_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_counters(monkeypatch, tmp_path, "no")
    pretend(tmp_path, "echo valgrind-3.20.0")
    assert gauge_of({"clock": "instructions", "counter": "valgrind 3.20.0"}).name == "instructions"
    with pytest.raises(UsageError, match=r"counts by valgrind 3.19.0, and here is valgrind 3.20.0"):
        gauge_of({"clock": "instructions", "counter": "valgrind 3.19.0"})
    assert gauge_of({}).name == "time"


def test_an_unknown_clock_is_one_line() -> None:
    with pytest.raises(UsageError, match="unknown clock 'sundial'; choose from time, instr"):
        gauge_named("sundial")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("EACCES", r"perf_event_paranoid is .*; `sysctl kernel.perf_event_paranoid=2` allows it"),
        ("ENOENT", "this machine has no counter of instructions"),
        ("ENOSYS", "the kernel has no such counter"),
    ],
)
def test_what_the_kernel_refuses_is_said_with_the_remedy(error: str, says: str) -> None:
    import errno
    import re

    assert re.search(says, counters._refusal(getattr(errno, error)))


def test_counters_of_the_kernel_count_what_threads_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """By one that every Linux has: nanoseconds on a core."""
    import threading

    monkeypatch.setattr(counters, "_HARDWARE", 1)
    try:
        counter = PerfCounter()
    except CounterError as error:
        pytest.skip(str(error))
    for what in (spin, lambda: run(threading.Thread(target=spin))):
        counter.start()
        what()
        counter.stop()
        assert counter.count() > 0
    counter.close()


def spin() -> None:
    for _ in range(100_000):
        pass


def run(thread: object) -> None:
    thread.start()  # type: ignore[attr-defined]
    thread.join()  # type: ignore[attr-defined]
