"""One value: how it is charged, and when it is refused or flagged."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from time import sleep
from typing import Callable

import pytest

from pyconc.errors import InvariantError, LeftoverError, OverlapError
from pyconc.measure import meter as meter_module
from pyconc.measure.meter import Meter
from pyconc.measure.quiet import Quiet, Value
from pyconc.suite.case import Case, Workload
from pyconc.suite.case import case as declared
from pyconc.suite.job import Done, Job, perform
from pyconc.suite.metrics import Lap, Metrics, split, window

Stamps = Callable[[int], Sequence[tuple[float, float]]]


@declared()
class Sleeps(Workload):
    """Told to take a millisecond, it takes two. One operation: one sleep."""

    asked_seconds = 0.001

    def work(self, worker: int, loops: int) -> None:
        sleep(0.002 * loops)


@declared()
class Hurries(Workload):
    """Told to take a minute, it takes no time. One operation: nothing."""

    asked_seconds = 60.0

    def work(self, worker: int, loops: int) -> None:
        pass


class OneAfterTheOther:
    """A team that releases a worker only when the one before has finished."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload

    def run(self, job: Job) -> list[Done]:
        return [perform(self.workload, index, job) for index in range(self.workload.workers)]

    def close(self) -> None:
        pass


def scripted(spans: Stamps, asked: list[int]) -> Callable[[Workload], object]:
    """A team whose workers start and stop when the script says, at an even pace."""

    class Scripted(OneAfterTheOther):
        def run(self, job: Job) -> list[Done]:
            loops = job.loops
            asked.append(loops)
            parts = split(loops, 64)
            return [
                Done(
                    Lap(
                        [
                            start + (stop - start) * sum(parts[:i]) / loops
                            for i in range(len(parts) + 1)
                        ],
                        parts,
                    ),
                    parts,
                )
                for start, stop in spans(loops)
            ]

    return Scripted


@pytest.fixture
def two_workers(toys: dict[str, Case]) -> Case:
    return toys["faulty.sound[thread-2]"]


def test_a_staggered_team_is_refused(two_workers: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter_module, "make_team", OneAfterTheOther)
    with (
        Meter(two_workers, 0.01) as meter,
        pytest.raises(OverlapError, match="never ran at the same"),
    ):
        meter.seconds(1000)


def test_a_window_that_stays_too_short_is_tried_again_and_then_flagged(
    two_workers: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    team = scripted(lambda loops: [(0.0, 1.0), (0.95, 1.95)], asked)
    monkeypatch.setattr(meter_module, "make_team", team)
    with Meter(two_workers, 0.1) as meter:
        seconds = meter.seconds(1000)
        metrics = meter.metrics(1)
    assert asked == [1000, 2000, 4000, 8000, 16000]
    assert metrics["short_window"] == 1
    assert metrics["overlap"] == pytest.approx(0.05 / 1.95)
    # 16000 loops a second and worker, by two workers: 31.25 us an operation
    assert seconds / 1000 / meter.inner_loops == pytest.approx(31.25e-6)


def test_more_loops_that_give_a_window_are_charged_as_if_asked_for(
    two_workers: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    team = scripted(lambda loops: [(0.0, loops / 1000), (0.5, 0.5 + loops / 1000)], asked)
    monkeypatch.setattr(meter_module, "make_team", team)
    with Meter(two_workers, 1.0) as meter:
        seconds = meter.seconds(1000)
        metrics = meter.metrics(1)
    assert asked == [1000, 2000]
    assert "short_window" not in metrics
    assert seconds == pytest.approx(1.0)  # 1000 loops a worker at 1000 a second


def test_calibration_counts_only_the_window(
    two_workers: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    team = scripted(lambda loops: [(0.0, loops / 1000), (0.5, 0.5 + loops / 1000)], asked)
    monkeypatch.setattr(meter_module, "make_team", team)
    with Meter(two_workers, 1.0, calibrating=True) as meter:
        assert meter.seconds(400) == 0  # no window yet: more loops are needed
        assert 0 < meter.seconds(1000) < 0.5
    assert asked == [400, 1000]


def test_turns_by_design_are_charged_from_first_start_to_last_stop(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    team = scripted(lambda loops: [(0.0, 1.0), (1.0, 2.0)], [])
    monkeypatch.setattr(meter_module, "make_team", team)
    with Meter(cases["counter.coarse_lock[thread-2]"], 0.1) as meter:
        assert meter.seconds(1000) == 2.0
    assert meter.inner_loops == 2


def test_a_joint_operation_counts_once_for_all_workers(cases: dict[str, Case]) -> None:
    with Meter(cases["barrier.crossing[thread-2]"], 0.0001) as meter:
        assert meter.inner_loops == 1
        assert meter.seconds(200) > 0


def test_a_broken_invariant_is_an_error(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.broken_promise[thread-2]"], 0) as meter, pytest.raises(InvariantError):
        meter.seconds(1)


def test_what_a_case_leaves_behind_is_named(toys: dict[str, Case]) -> None:
    with (
        pytest.raises(LeftoverError, match="thread 'left'"),
        Meter(toys["faulty.leaves_thread[thread-1]"], 0) as meter,
    ):
        meter.seconds(1)
    with (
        pytest.raises(LeftoverError, match="process 'left'"),
        Meter(toys["faulty.leaves_process[process-fork-1]"], 0) as meter,
    ):
        meter.seconds(1)
    for process in multiprocessing.active_children():
        process.terminate()
        process.join()


def test_metrics_are_those_of_the_last_values(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.sound[thread-1]"], 0) as meter:
        meter.seconds(1)
        meter._values[0]["checked"] = 100.0  # a warmup's
        meter.seconds(1)
        assert meter.metrics(1)["checked"] == 1.0
        assert len(meter.elapsed) == 2


def test_every_value_says_the_pace_of_the_machine(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.sound[thread-1]"], 0, quiet=Quiet(None)) as meter:
        meter.seconds(640)
        metrics = meter.metrics(1)
        assert 0 < meter.quiet.fastest <= metrics["pace"]
    assert metrics["remeasured"] == 0


def test_warmups_need_no_quiet_machine(toys: dict[str, Case]) -> None:
    class Impatient(Quiet):
        asked = 0

        def value(self, measure: Callable[[], Value]) -> Value:
            self.asked += 1
            return super().value(measure)

    quiet = Impatient(None)
    with Meter(toys["faulty.sound[thread-1]"], 0, quiet=quiet, warmups=2) as meter:
        for _ in range(3):
            meter.seconds(64)
        assert quiet.asked == 1
        assert len(meter.elapsed) == 3
        assert "pace" in meter.metrics(1)


def test_a_warmup_is_a_part_of_a_value_and_asks_for_no_window(
    two_workers: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    team = scripted(lambda loops: [(0.0, loops / 1000), (0.5, 0.5 + loops / 1000)], asked)
    monkeypatch.setattr(meter_module, "make_team", team)
    turns: list[int] = []
    with Meter(two_workers, 1.0, warmups=1, next_turn=lambda: turns.append(len(asked))) as meter:
        assert meter.seconds(2000) == 4 * (0.5 + 0.5)
        assert meter.seconds(2000) == pytest.approx(2.0)
    assert asked == [500, 2000]
    assert turns == [0, 1]  # it has a turn of its own


def test_workers_with_a_fixed_time_are_warmed_up_for_a_part_of_it(toys: dict[str, Case]) -> None:
    jobs: list[Job] = []
    with Meter(toys["faulty.passes[thread-2]"], 0.04, warmups=1) as meter:
        assert meter._team is not None
        real = meter._team.run

        def noted(job: Job) -> list[Done]:
            jobs.append(job)
            return real(job)

        vars(meter._team)["run"] = noted
        for _ in range(2):
            assert meter.seconds(100) > 0
    assert [(job.kind, job.loops, job.seconds) for job in jobs] == [
        ("share", 100, 0.01), ("share", 100, 0.04),
    ]  # fmt: skip


def test_a_whole_program_takes_the_time_that_it_takes(toys: dict[str, Case]) -> None:
    """Whatever its workers would be given as a team."""
    with Meter(toys["faulty.whole_program[thread-2]"], 100.0) as meter:
        meter.seconds(1)
        assert meter.value_seconds == meter.elapsed[-1] < 100


def test_a_value_that_is_measured_again_is_checked_each_time(toys: dict[str, Case]) -> None:
    class Twice(Quiet):
        def value(self, measure: Callable[[], Value]) -> Value:
            measure()
            return super().value(measure)

    checked = []
    with Meter(toys["faulty.sound[thread-1]"], 0, quiet=Twice(None)) as meter:
        check = meter.workload.check

        def counted(loops: int) -> Metrics | None:
            checked.append(loops)
            return check(loops)

        vars(meter.workload)["check"] = counted
        assert meter.seconds(100) > 0
        del vars(meter.workload)["check"]
    assert checked == [100, 100]


def test_every_value_says_what_it_used(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.sound[thread-1]"], 0) as meter:
        meter.seconds(1000)
        metrics = meter.metrics(1)
    assert 0 < metrics["cpu_seconds"] < 1e-3
    assert metrics["involuntary_switches"] >= 0


def test_a_trial_is_done_before_the_values_and_checked(toys: dict[str, Case]) -> None:
    with (
        pytest.raises(InvariantError, match="2 inside"),
        Meter(toys["faulty.open_door[thread-2]"], 0),
    ):
        pytest.fail("the trial came too late")


def test_workers_with_a_fixed_time_all_run_until_its_end(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.passes[thread-2]"], 0.05) as meter:
        seconds = meter.seconds(100)
        metrics = meter.metrics(1)
        done = [sum(lap.parts) for lap in meter.workload.laps]
        spans = [lap.stamps[-1] - lap.stamps[0] for lap in meter.workload.laps]
        together = window(meter.workload.laps)
        assert meter.value_seconds == 0.05
    assert min(spans) >= 0.05
    assert metrics["overlap"] == together.overlap > 0
    assert "short_window" not in metrics
    assert metrics["jain"] == pytest.approx(sum(done) ** 2 / (2 * sum(d * d for d in done)))
    assert seconds / 100 / meter.inner_loops == pytest.approx(together.seconds / together.loops)


@pytest.mark.parametrize("loops", [1, 3])
def test_what_a_value_was_told_to_take_is_not_charged(loops: int) -> None:
    [case] = Sleeps.declaration.cases(Sleeps)
    with Meter(case, 0) as meter:
        charged = meter.seconds(loops)
        assert meter.value_seconds == meter.elapsed[-1] >= loops * 0.002
    assert charged == pytest.approx(meter.elapsed[-1] - loops * 0.001)


def test_loops_are_chosen_by_all_that_a_value_takes() -> None:
    [case] = Sleeps.declaration.cases(Sleeps)
    with Meter(case, 0, calibrating=True) as meter:
        assert meter.seconds(3) == meter.elapsed[-1]


def test_what_comes_in_time_costs_a_nanosecond() -> None:
    [case] = Hurries.declaration.cases(Hurries)
    with Meter(case, 0) as meter:
        assert meter.seconds(3) == pytest.approx(3e-9)


def test_hand_offs_are_observed_in_a_value_of_their_own(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.passes[thread-2]"], 0.01, calibrating=True) as meter:
        meter.seconds(100)
        found = meter.observed()
    assert 0 < found["handoff_p50"] <= found["handoff_p99"]
    assert found["handoff_max"] == pytest.approx(3e-6)
    assert found["handoff_p50"] == pytest.approx(2e-6, rel=0.03)
    assert len(meter.histograms["handoff"]) == 100


def test_what_was_received_before_it_was_given_is_an_error(toys: dict[str, Case]) -> None:
    with Meter(toys["faulty.passes[thread-2]"], 0.01, calibrating=True) as meter:
        meter.seconds(100)
        meter.workload.durations = lambda: [-1.0]  # type: ignore[method-assign]
        with pytest.raises(InvariantError, match=r"handoff observed 1 time, the shortest -1\.0"):
            meter.observed()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="names of shared memory are not shown")
@pytest.mark.parametrize(
    ("toy", "kind"),
    [
        ("faulty.leaves_memory[process-fork-1]", "shared memory psm_"),
        ("faulty.leaves_semaphore[process-spawn-1]", "semaphore sem.mp-"),
    ],
)
def test_shared_names_that_are_left_are_errors(toy: str, kind: str, toys: dict[str, Case]) -> None:
    try:
        with pytest.raises(LeftoverError, match=kind), Meter(toys[toy], 0) as meter:
            meter.seconds(1)
    finally:
        from toys import faulty

        faulty.kept.clear()
        while faulty.names:
            memory = SharedMemory(faulty.names.pop())
            memory.close()
            memory.unlink()
