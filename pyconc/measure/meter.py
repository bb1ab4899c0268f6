"""One case, measured in this process: a value at a time, with its invariant and its metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from time import perf_counter

from pyconc.errors import InvariantError, OverlapError
from pyconc.figures import counted
from pyconc.measure.crowded import crowded
from pyconc.measure.leftovers import Leftovers
from pyconc.measure.quiet import Quiet, Value
from pyconc.suite.case import TASK, Case, Clock, Workload
from pyconc.suite.histogram import Histogram
from pyconc.suite.job import Done, Job
from pyconc.suite.machine import start_on
from pyconc.suite.metrics import Metrics, Window, evenness, summarise, window
from pyconc.suite.pace import LOOPS_READ, pace
from pyconc.suite.program import run_program
from pyconc.suite.team import Team, make_team
from pyconc.suite.usage import Usage, usage_now

#: A value whose window is too short is measured again with twice the loops, so many times at most.
_ATTEMPTS = 5
#: Calibration asks for a window this much longer, so that few values have to be measured again.
_HEADROOM = 1.25
#: A warmup is so much shorter than a value: it is for what only the first moments meet.
_WARMUP = 4
#: Loops of each worker in a trial; of many workers fewer, but for the least.
_TRIAL_LOOPS, _TRIAL_IN_ALL, _LEAST_TRIAL = 16, 64, 4
#: Loops of each worker that are observed one by one, at most.
_OBSERVED = 2000
#: Seconds after which a worker that is never kept waiting looks whether its fixed time is over:
#: long beside reading a clock, and short beside what it does while it competes.
_LOOK = 50e-6
#: The first time that something is done is slow; of so many the fastest counts.
_TRIES = 5
#: Seconds that no clock can tell.
_TICK = 1e-9
#: Seconds by which the clocks of two cores may disagree.
_CLOCK_SKEW = 1e-6


class Meter:
    """Measures one case; use it as a context manager.

    `seconds` is a time function for pyperf. What it returns, divided by loops times
    ``inner_loops``, is the cost of one operation in seconds.

    Args:
        case: what to measure.
        min_window: seconds for which all workers of a contended case must run together.
        calibrating: small numbers of loops are being tried, so that a window may be missing.
        quiet: waits for a quiet machine; without one, any is good enough.
        warmups: so many values come first that need no quiet machine.
        next_turn: called before every warmup and value, and returns when this process may go on.
    """

    def __init__(
        self,
        case: Case,
        min_window: float,
        *,
        calibrating: bool = False,
        quiet: Quiet | None = None,
        warmups: int = 0,
        next_turn: Callable[[], None] = lambda: None,
    ) -> None:
        self.case = case
        self.quiet = quiet or Quiet(None)
        self.min_window = min_window
        self.calibrating = calibrating
        self.workload = case.make()
        #: Seconds inside the timed region of every value so far, warmups included.
        self.elapsed: list[float] = []
        #: Of the durations that `observed` found, by what they are.
        self.histograms: dict[str, Histogram] = {}
        self._loops = 1
        self._warmups = warmups
        self._next_turn = next_turn
        #: Cores take turns too, so that each value of all Pythons starts on the same one.
        self._value_number = -1
        self._values: list[Metrics] = []
        #: Seconds that the last value took outside its clock, where it had to be waited for.
        self._settling = 0.0
        self._team: Team | None = None
        self._leftovers = Leftovers()

    @property
    def value_seconds(self) -> float:
        """What a value takes, as far as the last one tells."""
        return self.min_window if self._fixed_time else self.elapsed[-1] + self._settling

    @property
    def _fixed_time(self) -> bool:
        workload = self.workload
        return workload.fixed_time and workload.workers > 1 and workload.clock is Clock.WORK

    @property
    def inner_loops(self) -> int:
        """Operations that one loop stands for: those of all workers, unless they share each."""
        workload = self.workload
        together = workload.clock is not Clock.WORK or workload.joint
        return workload.operations * (1 if together else workload.workers)

    def __enter__(self) -> Meter:
        try:
            if self.workload.backend == TASK:  # the event loop comes first
                self._team = make_team(self.workload)
            self.workload.setup()
            if self.workload.clock is Clock.WORK:
                self._team = self._team or make_team(self.workload)
                self._try()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def __exit__(self, error_type: object, error: object, trace: object) -> None:
        try:
            if self._team:
                self._team.close()
        finally:
            self.workload.teardown()
        if error is None:
            self._forget()
            self._leftovers.refuse(self.case.id, self.case.workload_class.kept_threads)

    def seconds(self, loops: int) -> float:
        """Measure one value and check its invariant.

        Raises:
            CaseError: an invariant is broken, a worker died, or nothing overlapped.
        """
        self._loops = loops
        self._value_number += 1
        clock = self.workload.clock
        if clock is Clock.WORK and self.calibrating:
            return self._calibrate(loops)
        self._next_turn()
        if self._warmups:
            self._warmups -= 1
            start_on(self._value_number)
            return self._warm_up(loops)
        measure = {
            Clock.PROGRAM: self._programs,
            Clock.CALLER: self._caller,
            Clock.WORK: self._team_work,
        }[clock]
        start_on(self._value_number)
        value = self.quiet.value(lambda: measure(loops))
        self._values.append(value.metrics)
        return self._longer_than_asked(value.seconds, loops)

    def value(self, loops: int) -> float:
        """What so many loops are charged, by which pyperf makes its values."""
        return self.seconds(loops)

    def machine(self) -> Metrics:
        """How fast the machine was at its best."""
        return {"fastest_pace": self.quiet.fastest}

    def metrics(self, values: int) -> Metrics:
        """The metrics of the last so many values, summarised."""
        return summarise(self._values[-values:])

    def beside(self, values: int) -> dict[str, float | str]:
        """What is told of a round beside its last so many values: metrics, and what only a value of
        its own can tell.
        """
        told = {**self.metrics(values), **self.observed()}
        histograms = {f"{what}_histogram": str(each) for what, each in self.histograms.items()}
        return {**told, **histograms}

    def observed(self) -> Metrics:
        """What only a value of its own can tell: the durations that are observed, if any are.

        Raises:
            CaseError: an invariant is broken, or a worker died.
        """
        what = self.workload.observes
        if what is None:
            return {}
        self._next_turn()
        laps = [done.lap for done in self._release(Job("observe", min(_OBSERVED, self._loops)))]
        self.elapsed.append(window(laps).elapsed)
        return self._durations(what)

    def _durations(self, what: str) -> Metrics:
        durations = list(self.workload.durations())
        if not durations or min(durations) < -_CLOCK_SKEW:
            raise InvariantError(
                f"{self.case.id}: {what} observed {counted(len(durations), 'time')}, "
                f"the shortest {min(durations, default=0):.9f} s"
            )
        histogram = self.histograms[what] = Histogram.of(durations)
        return {
            f"{what}_p50": histogram.percentile(50),
            f"{what}_p99": histogram.percentile(99),
            f"{what}_max": max(durations),
        }

    def _forget(self) -> None:
        """Let go of what holds semaphores until it is collected."""
        self._team = None
        for name in set(vars(self.workload)) - set(self.case.parameters):
            delattr(self.workload, name)

    def _try(self) -> None:
        """Have the primitive do its duty where it is hard."""
        if type(self.workload).trial is not Workload.trial:
            loops = _trial_loops(self.workload.workers)
            self._release(Job("trial", loops))
            self.workload.check(loops)

    def _warm_up(self, loops: int) -> float:
        """A part of a value, and so no window is asked for; what all of it would have taken."""
        if self._fixed_time:
            measured, _ = self._value(loops, self.min_window / _WARMUP)
            return measured.elapsed * _WARMUP
        part = max(1, loops // _WARMUP)
        if self.workload.clock is Clock.WORK:
            took = self._value(part)[0].elapsed
        elif self.workload.clock is Clock.CALLER:
            took = self._caller(part).seconds
        else:
            took = self._programs(part).seconds
        return took * loops / part

    def _programs(self, loops: int) -> Value:
        before = usage_now()
        programs, paces = [], []
        for _ in range(loops):
            programs.append(run_program(self.workload))
            paces.append(pace())
        elapsed = sum(program.seconds for program in programs)
        metrics = summarise([program.metrics for program in programs])
        self.elapsed.append(elapsed)
        metrics.update(self._used(usage_now() - before, elapsed, loops, paces))
        return Value(elapsed, metrics, paces)

    def _caller(self, loops: int) -> Value:
        self.workload.reset()
        settles = type(self.workload).settle is not Workload.settle
        elapsed, usage = self._settled(loops) if settles else self._called(loops)
        self.elapsed.append(elapsed)
        used = self._used(usage, elapsed, loops)
        return Value(elapsed, {**(self.workload.check(loops) or {}), **used})

    def _settled(self, loops: int) -> tuple[float, Usage]:
        """One loop after the other, each waited for before the next one."""
        begun = perf_counter()
        calls = []
        for _ in range(loops):
            calls.append(self._called(1))
            self.workload.settle()
        elapsed = sum(seconds for seconds, _ in calls)
        self._settling = perf_counter() - begun - elapsed
        return elapsed, reduce(Usage.plus, (used for _, used in calls))

    def _called(self, loops: int) -> tuple[float, Usage]:
        before = usage_now()
        start = perf_counter()
        self.workload.work(0, loops)
        elapsed = perf_counter() - start
        return elapsed, usage_now() - before

    def _calibrate(self, loops: int) -> float:
        """Seconds to choose the loops by: of the window, where there is one."""
        if self._fixed_time:
            return self._look(loops)
        measured, _ = self._value(loops)
        return max(0.0, measured.seconds) / _HEADROOM if self.case.contended else measured.elapsed

    def _team_work(self, loops: int) -> Value:
        for attempt in range(_ATTEMPTS):
            tried = loops << attempt
            measured, value = self._value(tried)
            if self._overlapped(measured):
                break
        else:
            if measured.seconds <= 0:
                raise OverlapError(
                    f"{self.case.id}: its workers never ran at the same time "
                    f"({tried} loops each, overlap {measured.overlap:.2f})"
                )
            value.metrics["short_window"] = 1.0
        return value._replace(seconds=self._charged(measured, tried, loops))

    def _longer_than_asked(self, seconds: float, loops: int) -> float:
        """What is charged of a value: how much longer it took than it was told to take.

        No cost is 0 or less, so what came in time is a nanosecond late.
        """
        asked = self.workload.asked_seconds * loops
        return max(seconds - asked, loops * _TICK) if asked else seconds

    def _look(self, loops: int) -> float:
        """What so many loops take one worker alone, where they are those between two looks at the
        clock and what is asked for is the window.
        """
        took = min(self._alone(loops) for _ in range(_TRIES))
        self.elapsed.append(took)
        return took * self.min_window / _LOOK

    def _alone(self, loops: int) -> float:
        workload = self.workload
        if workload.backend == TASK:  # they all are on one thread anyway
            laps = [done.lap for done in self._release(Job("work", loops))]
            return window(laps).elapsed / workload.workers
        workload.reset()
        start = perf_counter()
        workload.work(0, loops)
        return perf_counter() - start

    def _value(self, loops: int, seconds: float | None = None) -> tuple[Window, Value]:
        """Those of so many seconds where all workers have a time, of the least window as a rule."""
        before = usage_now()
        done = self._release(self._job(loops, seconds or self.min_window))
        own = [each.usage for each in done if each.usage]
        used = usage_now() - before if not own else reduce(Usage.plus, own)
        measured = window(self.workload.laps)
        self.elapsed.append(measured.elapsed)
        metrics = dict(self.workload.check(loops) or {})
        each = [float(sum(lap.parts)) for lap in self.workload.laps]
        loops_each = sum(each) / len(each)
        metrics.update(self._used(used, measured.elapsed, loops_each, done[0].paces))
        if self.workload.workers > 1:
            metrics["overlap"] = measured.overlap
        if self._fixed_time:
            metrics.update(evenness(each))
        paces = [reading for each in done for reading in (*each.paces, *each.ends)]
        return measured, Value(measured.elapsed, metrics, paces)

    def _job(self, loops: int, seconds: float) -> Job:
        if not self._fixed_time:
            return Job("work", loops, core=self._value_number)
        return Job("share", loops, seconds, core=self._value_number)

    def _release(self, job: Job) -> list[Done]:
        assert self._team is not None
        self.workload.reset()
        done = self._team.run(job)
        self.workload.laps = [each.lap for each in done]
        self.workload.returned = [each.returned for each in done]
        return done

    def _used(
        self, usage: Usage, elapsed: float, loops: float, paces: Sequence[float] = ()
    ) -> Metrics:
        """Without what reading the pace took, which is all CPU time."""
        own = usage._replace(cpu=usage.cpu - sum(paces) * LOOPS_READ)
        found = crowded(self.workload, own, elapsed)
        beside = {} if found is None else {"crowded": found}
        return {**own.per(loops * self.inner_loops), **beside}

    def _overlapped(self, measured: Window) -> bool:
        return self._fixed_time or not self.case.contended or measured.seconds >= self.min_window

    def _charged(self, measured: Window, tried: int, loops: int) -> float:
        """Seconds for ``loops`` loops of every worker at the rate that the window showed."""
        if not (self.case.contended or self._fixed_time):
            return measured.elapsed * loops / tried
        if measured.seconds <= 0:
            return measured.seconds
        return measured.seconds * loops * self.workload.workers / measured.loops


def _trial_loops(workers: int) -> int:
    return min(_TRIAL_LOOPS, max(_LEAST_TRIAL, _TRIAL_IN_ALL // workers))
