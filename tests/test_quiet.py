"""A quiet machine: what is waited for, what is measured again, and by what that is chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import chain, repeat

import pytest

from pyconc.measure import quiet as quiet_module
from pyconc.measure import slowdown
from pyconc.measure.meter import Meter
from pyconc.measure.quiet import Quiet, Value
from pyconc.measure.slowdown import slow_down
from pyconc.measure.state import State
from pyconc.store.journal import Record
from pyconc.suite import job as job_module
from pyconc.suite.case import Case, Workload
from pyconc.suite.job import Job, perform, perform_async
from pyconc.suite.metrics import split
from pyconc.suite.pace import LOOPS_READ, pace
from pyconc.suite.usage import Usage

#: Of the fake machine: its usual pace, and what reading it takes, in seconds.
USUAL, READING = 1.0, 0.125
#: Readings of a worker before its first value.
WARMUPS = 5


class Machine:
    """Its pace follows a script and is usual after that; its clock goes by what is done on it."""

    def __init__(self, *paces: float, forever: float = USUAL) -> None:
        self._paces = chain(repeat(USUAL, WARMUPS), paces, repeat(forever))
        self.now = 0.0
        self.readings = -WARMUPS

    def pace(self) -> float:
        self.now += READING
        self.readings += 1
        return next(self._paces)

    def clock(self) -> float:
        return self.now


def quiet_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, patience: float, usual: float | None = USUAL
) -> Quiet:
    monkeypatch.setattr(quiet_module, "pace", machine.pace)
    monkeypatch.setattr(quiet_module, "perf_counter", machine.clock)
    return Quiet(usual, patience)


class Workbench:
    """Hands out values in order, and counts."""

    def __init__(self, *seconds: float, paces: Iterable[tuple[float, ...]] = ()) -> None:
        self._values = zip(seconds, chain(paces, repeat(())))
        self.measured = 0

    def measure(self) -> Value:
        self.measured += 1
        seconds, paces = next(self._values)
        return Value(seconds, {}, paces)


def test_a_quiet_machine_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Workbench(0.5)
    value = quiet_on(Machine(), monkeypatch, 10).value(bench.measure)
    assert bench.measured == 1
    assert value.seconds == 0.5
    assert value.metrics == {"pace": USUAL, "remeasured": 0}


def test_a_worker_waits_while_the_machine_is_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, bench = Machine(2, 2, 2), Workbench(0.5)
    value = quiet_on(machine, monkeypatch, 10).value(bench.measure)
    assert machine.readings == 5  # the fourth is quiet, and one more comes after the value
    assert value.metrics == {"pace": USUAL, "remeasured": 0}


def test_it_waits_no_longer_than_its_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, bench = Machine(forever=2), Workbench(0.5)
    quiet = quiet_on(machine, monkeypatch, 1.0)
    start = machine.now
    value = quiet.value(bench.measure)
    assert machine.now - start <= 1.0 + 2 * READING
    assert bench.measured == 1
    assert value.metrics == {"pace": 2.0, "remeasured": 0}


def test_patience_is_for_all_values_of_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, bench = Machine(forever=2), Workbench(0.5, 0.5, 0.5)
    quiet = quiet_on(machine, monkeypatch, 1.0)
    quiet.value(bench.measure)
    before = machine.readings
    quiet.value(bench.measure)
    quiet.value(bench.measure)
    assert machine.readings - before == 4  # two a value, and no waiting
    assert bench.measured == 3


def test_what_was_disturbed_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Workbench(0.8, 0.5)
    value = quiet_on(Machine(1, 3), monkeypatch, 10).value(bench.measure)
    assert bench.measured == 2
    assert value.seconds == 0.5
    assert value.metrics == {"pace": USUAL, "remeasured": 1}


def test_the_best_pace_is_kept_and_not_the_best_value(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Workbench(0.1, 5.0)
    value = quiet_on(Machine(1, 3), monkeypatch, 10).value(bench.measure)
    assert value.seconds == 5.0


def test_where_all_were_disturbed_the_least_disturbed_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Workbench(1.0, 2.0, 3.0, 4.0)
    machine = Machine(1, 9, 1, 2, 1, 5, forever=7)
    value = quiet_on(machine, monkeypatch, 5.5).value(bench.measure)
    assert bench.measured == 3  # they took 6 s, and the patience is gone
    assert value.seconds == 2.0
    assert value.metrics == {"pace": 1.5, "remeasured": 2}


def test_readings_inside_a_value_count(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Workbench(1.0, 2.0, paces=[(2.0, 2.0), (1.0, 1.0)])
    value = quiet_on(Machine(), monkeypatch, 10).value(bench.measure)
    assert bench.measured == 2
    assert value.seconds == 2.0


@pytest.mark.parametrize("pace_after", [1.05, 1.4])
def test_a_little_slower_is_not_disturbed(
    pace_after: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Workbench(0.5)
    quiet_on(Machine(1, pace_after), monkeypatch, 10).value(bench.measure)  # a mean below 1.25
    assert bench.measured == 1


def test_without_a_usual_pace_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, bench = Machine(forever=100), Workbench(0.5, 0.5)
    quiet = quiet_on(machine, monkeypatch, 10, usual=None)
    value = quiet.value(bench.measure)
    assert (bench.measured, machine.readings) == (1, 2)
    assert value.metrics == {"pace": 100.0, "remeasured": 0}


def test_the_fastest_reading_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = quiet_on(Machine(0.5, 0.75), monkeypatch, 10)
    assert quiet.fastest == USUAL
    quiet.value(Workbench(0.5).measure)
    assert quiet.fastest == 0.5


def test_a_pace_is_a_time() -> None:
    assert 0 < pace() < 1


def alone(toys: dict[str, Case], machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Workload:
    """A workload of one worker, each of whose loops takes two seconds of a fake machine's time."""
    workload = toys["faulty.sound[thread-1]"].make()

    def work(worker: int, loops: int) -> int:
        machine.now += 2.0 * loops
        return loops

    vars(workload)["work"] = work
    monkeypatch.setattr(job_module, "pace", machine.pace)
    monkeypatch.setattr(job_module, "perf_counter", machine.clock)
    return workload


def test_the_clock_of_a_value_stands_still_while_the_pace_is_read(
    toys: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(forever=3.0)
    done = perform(alone(toys, machine, monkeypatch), 0, Job("work", 640))
    stamps = done.lap.stamps
    assert list(done.lap.parts) == split(640, 64)
    took = [after - before for before, after in zip(stamps, stamps[1:])]
    assert took == [2.0 * part for part in done.lap.parts]
    assert done.returned == list(done.lap.parts)
    assert machine.now == stamps[-1] - stamps[0] + READING * len(done.paces)


def test_the_pace_is_read_again_when_it_is_no_longer_known(
    toys: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(2, 3, 4)
    for _ in range(WARMUPS):
        machine.pace()
    monkeypatch.setattr(job_module, "_READ_AFTER", 400.0)  # what it takes to read it apart
    done = perform(alone(toys, machine, monkeypatch), 0, Job("work", 640))
    assert list(done.paces) == [2, 3, 4]


def test_a_task_that_is_alone_is_timed_alike(
    toys: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(forever=3.0)
    workload = alone(toys, machine, monkeypatch)
    work = workload.work

    async def coroutine(worker: int, loops: int) -> object:
        return work(worker, loops)

    vars(workload)["work"] = coroutine
    done = asyncio.run(perform_async(workload, 0, Job("work", 640)))
    assert done.lap.stamps[-1] - done.lap.stamps[0] == 1280.0
    assert len(done.paces) == 63  # every part takes longer than a reading is good for
    assert machine.now == 1280.0 + 63 * READING


def test_a_short_value_has_no_reading_inside(
    toys: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine()
    monkeypatch.setattr(job_module, "_READ_AFTER", 400.0)
    done = perform(alone(toys, machine, monkeypatch), 0, Job("work", 3))
    assert list(done.paces) == []
    assert done.lap.stamps[-1] - done.lap.stamps[0] == 6.0


def test_a_team_reads_no_pace_while_it_works(
    toys: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine()
    monkeypatch.setattr(job_module, "pace", machine.pace)
    done = perform(toys["faulty.sound[thread-2]"].make(), 0, Job("work", 640))
    assert machine.readings == -WARMUPS
    assert list(done.paces) == []


def test_what_reading_the_pace_took_is_no_cpu_time_of_the_case(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.sound[thread-1]"], 0) as meter:
        read = 2 * LOOPS_READ * 0.25
        metrics = meter._used(Usage(read + 10.0, 0.0, 0.0), 1.0, 5, [0.25, 0.25])
    assert metrics["cpu_seconds"] == pytest.approx(2.0)


def rounds(arm: str, paces: Iterable[float | None]) -> list[Record]:
    learned = [{"cost": 1e-6, "timed": 0.1, **({"fastest_pace": p} if p else {})} for p in paces]
    return [
        Record("a.b[thread-1]", arm, number, 0.1, suite={}, learned=each)
        for number, each in enumerate(learned, 1)
    ]


def test_the_usual_pace_is_the_lower_quartile() -> None:
    state = State(rounds("3.13", [4, 1, 3, 2, 8, 7, 6, 5]))
    assert state.usual_pace("3.13") == 3
    assert State(rounds("3.13", [2.0])).usual_pace("3.13") == 2.0


def test_the_usual_pace_is_of_each_python_alone() -> None:
    state = State([*rounds("3.13", [1, 1]), *rounds("pypy", [5, 5])])
    assert (state.usual_pace("3.13"), state.usual_pace("pypy")) == (1, 5)
    assert state.usual_pace("3.14") is None


def test_the_latest_hundred_workers_tell_the_usual_pace() -> None:
    state = State(rounds("3.13", [*repeat(1, 100), *repeat(2, 74)]))
    assert state.usual_pace("3.13") == 1
    for record in rounds("3.13", repeat(2, 2)):
        state.learn(record)
    assert state.usual_pace("3.13") == 2  # 24 of the slow hundred are left


def test_one_lucky_reading_is_not_usual() -> None:
    assert State(rounds("3.13", [*repeat(2, 10), 0.1])).usual_pace("3.13") == 2


def test_an_older_journal_knows_no_pace() -> None:
    state = State(rounds("3.13", [None, None]))
    assert state.usual_pace("3.13") is None
    assert len(state.costs["3.13", "a.b[thread-1]"]) == 2
    assert State(rounds("3.13", [None, 2.0])).usual_pace("3.13") == 2.0


class Ticking:
    """A clock that a reading moves on a little."""

    TICK = 2.0**-10

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self.TICK
        return self.now


@pytest.mark.parametrize("share", [0.0, 0.02, 0.05, 1.0])
def test_work_is_made_longer_by_its_share(
    share: float, toys: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Ticking()
    monkeypatch.setattr(slowdown, "perf_counter", clock)
    workload = toys["faulty.sound[thread-1]"].make()

    def work(worker: int, loops: int) -> tuple[int, int]:
        clock.now += loops
        return worker, loops

    vars(workload)["work"] = work
    slow_down(workload, share)
    assert workload.work(0, 64) == (0, 64)
    assert clock.now == pytest.approx(64 * (1 + share), abs=5 * clock.TICK)


def test_a_slowdown_is_for_threads(toys: dict[str, Case]) -> None:
    with pytest.raises(ValueError, match="only the work of threads can be slowed down"):
        slow_down(toys["faulty.sound[process-fork-1]"].make(), 0.05)
