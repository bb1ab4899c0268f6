"""Runs a plan: one process a task, each finished round in the journal before the next starts.

The tasks of one case in one round are carried out together: the workers of all arms are alive, and
take turns from value to value.
"""

from __future__ import annotations

import itertools
import random
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pyconc.measure.attempt import Attempt, with_turns
from pyconc.measure.forecast import Forecast
from pyconc.measure.gauges.gauge import Gauge
from pyconc.measure.launcher import TURNS, Launcher, make_launcher
from pyconc.measure.logs import last_line, remove
from pyconc.measure.plan import Plan, Task
from pyconc.measure.progress import Progress
from pyconc.measure.state import State
from pyconc.measure.stopping import going_on
from pyconc.store.journal import Journal, Record

#: So much of the time for its values a worker may spend on waiting for a quiet machine, and on
#: measuring again.
_PATIENCE = 0.5


class Place(NamedTuple):
    """Where workers of one arm run: what to execute, and the environment."""

    executable: str
    env: Mapping[str, str]
    #: What workers run under: the beginning of their command.
    under: Sequence[str] = ()


class Scheduler:
    """Runs the rounds of a plan that are not done yet.

    A case that fails on an arm is not tried there again; its finished rounds stay.

    Args:
        state: what is done, and learns what is done here.
        places: by the arm's label.
        benchmarks: folders of the family files.
        gauge: what is measured by; time, if nothing is said.
    """

    def __init__(
        self,
        plan: Plan,
        state: State,
        journal: Journal,
        places: Mapping[str, Place],
        benchmarks: Sequence[Path],
        progress: Progress,
        gauge: Gauge | None = None,
    ) -> None:
        self.plan = plan
        self._gauge = gauge or Gauge()
        self.state = state
        self._journal = journal
        self._places = places
        self._benchmarks = benchmarks
        self._progress = progress
        self._forecast = Forecast(plan, state)
        self._launchers: dict[tuple[str, int], Launcher] = {}

    @property
    def failures(self) -> list[Record]:
        return list(self.state.failed.values())

    def run(self) -> None:
        """Every round that the plan asks for.

        Raises:
            KeyboardInterrupt: the worker of the moment was ended first.
            UsageError: the journal cannot be written.
        """
        for left in self._journal.folder.glob("worker-*"):
            remove(left)
        try:
            self._round(0, self.plan.round(0))
            for number in range(1, self.plan.profile.most_rounds + 1):
                cases = going_on(self.plan, self.state, number)
                if not cases:
                    break
                self._round(number, self.plan.round(number, cases))
        finally:
            self._close_launchers()

    def _round(self, number: int, tasks: list[Task]) -> None:
        todo = [task for task in tasks if (number, *task.pair) not in self.state.done]
        self._forecast.begin(number, todo)
        position = 1
        for _, together in itertools.groupby(todo, self._together):
            block = list(together)
            able = [task for task in block if task.pair not in self.state.failed]
            if able:
                self._progress.task(
                    able[0], position=(position, len(todo)),
                    estimate=self._estimate(able[0].pair), left=self._forecast.left(),
                )  # fmt: skip
                self._carry_out(able)
            self._forecast.done(block)
            position += len(block)
        self._close_launchers()  # memory is laid out anew in every round

    def _together(self, task: Task) -> tuple[str, ...]:
        """The same for tasks of one case and its rivals; not for calibrations, and where there can
        be no turns.
        """
        if TURNS and task.round and not task.case.workload_class.restless:
            return (self.plan.together(task.case),)
        return task.case.id, task.arm

    def _finish(self, records: Sequence[Record]) -> None:
        self._journal.append(*records)
        for record in records:
            self.state.learn(record)
            if record.error is not None:
                why = last_line(record.error)
                self._progress.say(f"failed: {record.case} on {record.arm}: {why}")

    def _estimate(self, pair: tuple[str, str]) -> str:
        costs = self.state.costs.get(pair)
        return self._gauge.shown(statistics.fmean(costs.values())) if costs else ""

    def _carry_out(self, block: Sequence[Task]) -> None:
        """Let the workers of these tasks take turns until all have ended."""
        attempts = self._attempts(block)
        try:
            by_turns = len(attempts) > 1
            running = [each for each in attempts if self._starts(each, by_turns)]
            running = [each for each in running if self._goes_on(each)]
            random.Random(f"{self.plan.seed}/{block[0]}").shuffle(running)
            while any(not each.measured for each in running):
                running = [each for each in running if each.measured or self._goes_on(each)]
                running.reverse()  # what drifts evenly drifts for all alike
            for each in [each for each in running if self._is_released(each)]:
                self._goes_on(each)
            self._finish(self._records(attempts))
        except BaseException:
            self._close_launchers()
            raise
        finally:
            for each in attempts:
                each.clean()

    def _attempts(self, block: Sequence[Task]) -> list[Attempt]:
        """Cases of one arm that are alive at once, as rivals are, each have a launcher."""
        alive: Counter[str] = Counter()
        attempts = []
        for place, task in enumerate(block):
            attempts.append(Attempt(task, self._journal.folder, place, alive[task.arm]))
            alive[task.arm] += 1
        return attempts

    def _records(self, attempts: Sequence[Attempt]) -> list[Record]:
        """Of each case with what its arms tell together."""
        by_case: dict[str, list[Record]] = {}
        for each in attempts:
            by_case.setdefault(each.task.case.id, []).append(each.record())
        arms = list(self.plan.cases)
        return [record for each in by_case.values() for record in with_turns(each, arms)]

    def _starts(self, attempt: Attempt, by_turns: bool) -> bool:
        """Start the worker of an attempt; whether that went well.

        Nothing is measured in its first turn, which all of a block have together.
        """
        task = attempt.task
        arguments = [*self._arguments(task), *self._quiet(task, wait=not by_turns)]
        try:
            attempt.start(self._launcher(attempt), arguments, by_turns=by_turns)
        except OSError as error:
            self._lose_launcher(attempt)
            attempt.error = f"no worker could be started: {error}"
            return False
        return True

    def _goes_on(self, attempt: Attempt) -> bool:
        """Let it have its turn; whether it goes on after that."""
        try:
            return attempt.turn()
        except OSError as error:
            return self._is_lost(attempt, error)

    def _is_released(self, attempt: Attempt) -> bool:
        """Let it have its last turn while others have theirs; whether it does."""
        try:
            attempt.release()
        except OSError as error:
            return self._is_lost(attempt, error)
        return True

    def _is_lost(self, attempt: Attempt, error: OSError) -> bool:
        self._lose_launcher(attempt)
        attempt.error = f"its worker was lost: {error}"
        return False

    def _launcher(self, attempt: Attempt) -> Launcher:
        task = attempt.task
        if (task.arm, attempt.slot) not in self._launchers:
            place = self._places[task.arm]
            # Anew in every round, and the same for all Pythons.
            drawn = self._gauge.environment(f"{self.plan.seed}/{task.round}")
            self._launchers[task.arm, attempt.slot] = make_launcher(
                place.executable, {**place.env, **drawn}, place.under
            )
        return self._launchers[task.arm, attempt.slot]

    def _lose_launcher(self, attempt: Attempt) -> None:
        lost = self._launchers.pop((attempt.task.arm, attempt.slot), None)
        if lost:
            lost.close()

    def _close_launchers(self) -> None:
        while self._launchers:
            self._launchers.popitem()[1].close()

    def _arguments(self, task: Task) -> list[str]:
        profile = self.plan.profile
        arguments = ["--case", task.case.id]
        for folder in self._benchmarks:
            arguments += ["--benchmarks", str(folder)]
        arguments += ["--worker", "--quiet", "--min-time", str(self.plan.min_time(task.case))]
        arguments += self._gauge.arguments
        if task.round == 0:
            return [*arguments, "--calibrate-loops", "--warmups=1", "--values=1"]
        own = self.state.calibrations(task.case)[task.arm]
        arguments += [f"--loops={own.loops}", f"--warmups={own.warmups(profile)}"]
        values = self.state.values(task.case, profile, self.plan.round_time(task.case))
        return [*arguments, f"--values={values}"]

    def _quiet(self, task: Task, *, wait: bool) -> list[str]:
        """What a worker is told of the usual pace, and whether it waits for it.

        Those that take turns do not: what is compared was measured at the same moment, and would
        not be any more if one of them waited or measured again.
        """
        usual_pace = self.state.usual_pace(task.arm)
        if usual_pace is None:
            return []
        patience = self.plan.round_time(task.case) * _PATIENCE if wait else 0.0
        return [f"--pace={usual_pace!r}", f"--patience={patience}"]
