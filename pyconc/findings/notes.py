"""The notes' own figures, and which cases reproduce them.

The notes are a study of processes, threads and asyncio in Python. Only their figures are repeated
here; all words are in the report's table of strings, by the ids.
"""

from __future__ import annotations

from typing import NamedTuple

from pyconc.words.phrase import Phrase, phrase


class Pair(NamedTuple):
    """Two cases whose costs are compared."""

    #: Of its words, ``notes.pair.NAME``; processes by a start method are called by that method.
    name: str
    slow: str
    fast: str

    @property
    def label(self) -> Phrase:
        """What the pair is called."""
        return phrase(f"notes.pair.{self.name}")


class Claim(NamedTuple):
    """What the notes claim of two programs: one of their comparisons.

    ``slow_s`` and ``fast_s`` are their seconds, None where they give none; ``operations`` is how
    many operations of our cases their program does; ``claimed`` is the ratio that their text
    states, where it states one.
    """

    #: Of its words too, ``notes.comparison.ID.title`` and so on.
    id: str
    #: Where the notes have it: of the words, ``notes.section.PLACE``.
    place: str
    slow_s: float | None
    fast_s: float | None
    claimed: float | None
    operations: int
    #: As the notes time it, which decides the verdict.
    written: Pair
    #: The same with another start method, or with the primitive alone.
    others: tuple[Pair, ...]

    @property
    def ratio(self) -> float | None:
        """The ratio of the notes' own figures."""
        return self.slow_s / self.fast_s if self.slow_s and self.fast_s else None

    @property
    def by_start_method(self) -> dict[str, Pair]:
        """The program by the way its processes are started; empty where it has none."""
        pairs = {pair.name: pair for pair in (self.written, *self.others)}
        return {name: pairs[name] for name in START_METHODS if name in pairs}

    @property
    def section(self) -> Phrase:
        """Of the notes, as they call it."""
        return phrase(f"notes.section.{self.place}")

    @property
    def title(self) -> Phrase:
        return self._said("title")

    @property
    def short(self) -> Phrase:
        """A word or two, for labels."""
        return self._said("short")

    @property
    def slow_name(self) -> Phrase:
        """What is slow, for labels and sentences."""
        return self._said("slow")

    @property
    def fast_name(self) -> Phrase:
        """What is fast, for labels and sentences."""
        return self._said("fast")

    @property
    def remark(self) -> Phrase:
        """What the reader should know before trusting either figure."""
        return self._said("remark")

    def _said(self, what: str) -> Phrase:
        return phrase(f"notes.comparison.{self.id}.{what}")


#: Ways to start a process. The notes name none; fork was the default on Linux when they were
#: written, and it is the one whose cost is near theirs.
START_METHODS = ("fork", "forkserver", "spawn")
#: The pair that tells what eval costs in the notes' RLock program.
EVAL_AGAINST_CALL = "eval-against-call"

#: Updates in the notes' counting programs: two threads of 1,000,000.
UPDATES = 2_000_000
#: Programs that several pairs have.
_FINE_LOCK = "counter.fine_lock_program[thread-2]"
_THROUGH_EVAL, _BY_CALL = "rlock.eval_program[thread-2]", "rlock.direct_program[thread-2]"


def _by_process(slow: str, workers: int, fast: str) -> tuple[Pair, ...]:
    """A program by each start method, that of the notes first."""
    return tuple(Pair(each, f"{slow}[process-{each}-{workers}]", fast) for each in START_METHODS)


_FILLED = _by_process("shared_state.fill_program", 10, "shared_state.fill_program[thread-10]")
_CROSSED = _by_process("barrier.program", 4, "barrier.program[thread-4]")
_POOLED = _by_process("pool.multiprocessing_pool_cold", 4, "pool.queue_pool_cold[thread-4]")

CLAIMS = (
    Claim(
        id="lock-granularity",
        place="lock",
        slow_s=1.91,
        fast_s=0.11,
        claimed=None,
        operations=UPDATES,
        written=Pair("written", _FINE_LOCK, "counter.coarse_lock_program[thread-2]"),
        others=(Pair("contended", "counter.fine_lock[thread-2]", "counter.coarse_lock[thread-2]"),),
    ),
    Claim(
        id="rlock-eval",
        place="rlock",
        slow_s=13.03,
        fast_s=1.91,
        claimed=None,
        operations=UPDATES,
        written=Pair("written", _THROUGH_EVAL, _FINE_LOCK),
        others=(
            Pair("call-against-lock", _BY_CALL, _FINE_LOCK),
            Pair(EVAL_AGAINST_CALL, _THROUGH_EVAL, _BY_CALL),
            Pair("eval-contended", "rlock.eval_update[thread-2]", "rlock.direct_update[thread-2]"),
        ),
    ),
    Claim(
        id="shared-dict",
        place="shared",
        slow_s=0.025198221207,
        fast_s=0.000921726227,
        claimed=2.0,
        operations=1,
        written=_FILLED[0],
        others=(
            *_FILLED[1:],
            Pair("store", "shared_state.fill[process-fork-10]", "shared_state.fill[thread-10]"),
        ),
    ),
    Claim(
        id="barrier",
        place="process-barrier",
        slow_s=0.008400917053,
        fast_s=0.000603914261,
        claimed=14.0,
        operations=1,
        written=_CROSSED[0],
        others=(
            *_CROSSED[1:],
            Pair("crossing", "barrier.crossing[process-fork-2]", "barrier.crossing[thread-2]"),
        ),
    ),
    Claim(
        id="pool",
        place="pool",
        slow_s=0.012202501297,
        fast_s=0.000762224197,
        claimed=16.0,
        operations=1,
        written=_POOLED[0],
        others=(
            *_POOLED[1:],
            Pair(
                "warm",
                "pool.multiprocessing_pool_warm[process-fork-4]",
                "pool.queue_pool_warm[thread-4]",
            ),
        ),
    ),
    Claim(
        id="unlocked-counter",
        place="lock",
        slow_s=None,
        fast_s=None,
        claimed=None,
        operations=UPDATES,
        written=Pair("written", _FINE_LOCK, "counter.unlocked_program[thread-2]"),
        others=(
            Pair("contended", "counter.fine_lock[thread-2]", "counter.unlocked[thread-2]"),
            Pair(
                "value",
                "counter.locked_value[process-fork-2]",
                "counter.unlocked_value[process-fork-2]",
            ),
        ),
    ),
)


def by_id(name: str) -> Claim:
    """The comparison with this id; raises KeyError where there is none."""
    return {comparison.id: comparison for comparison in CLAIMS}[name]
