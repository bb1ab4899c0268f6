"""The notes' own figures, and which cases reproduce them.

The notes are a study of processes, threads and asyncio in Python; their sections are named as
they name them. Only their figures are repeated here.
"""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """Two cases whose costs are compared, and what the pair is called."""

    name: str
    slow: str
    fast: str


class Comparison(NamedTuple):
    """One comparison of the notes.

    ``slow_s`` and ``fast_s`` are their seconds, None where they give none; ``operations`` is how
    many operations of our cases their program does; ``claimed`` is the ratio that their text
    states, where it states one.
    """

    id: str
    title: str
    #: A word or two, for labels.
    short: str
    section: str
    slow_s: float | None
    fast_s: float | None
    claimed: float | None
    #: What is slow and what is fast, for labels and sentences.
    slow_name: str
    fast_name: str
    operations: int
    #: As the notes time it, which decides the verdict.
    written: Pair
    #: The same with another start method, or with the primitive alone.
    others: tuple[Pair, ...]
    #: What the reader should know before trusting either figure.
    remark: str

    @property
    def ratio(self) -> float | None:
        """The ratio of the notes' own figures."""
        return self.slow_s / self.fast_s if self.slow_s and self.fast_s else None


#: The start methods beside fork. The notes name none; fork was the default on Linux when they
#: were written, and it is the one whose cost is near theirs.
START_METHODS = ("forkserver", "spawn")
#: The pair that tells what eval costs in the notes' RLock program.
EVAL_AGAINST_CALL = "through eval, against a direct call"


def _by_start_method(slow: str, workers: int, fast: str) -> tuple[Pair, ...]:
    return tuple(
        Pair(method, f"{slow}[process-{method}-{workers}]", fast) for method in START_METHODS
    )


#: Updates in the notes' counting programs: two threads of 1,000,000.
UPDATES = 2_000_000

COMPARISONS = (
    Comparison(
        id="lock-granularity",
        title="A lock for every update, or one for all",
        short="a shared counter",
        section="Lock",
        slow_s=1.91,
        fast_s=0.11,
        claimed=None,
        slow_name="lock per update",
        fast_name="lock once",
        operations=UPDATES,
        written=Pair(
            "as written",
            "counter.fine_lock_program[thread-2]",
            "counter.coarse_lock_program[thread-2]",
        ),
        others=(Pair("contended", "counter.fine_lock[thread-2]", "counter.coarse_lock[thread-2]"),),
        remark="Holding the lock for the whole loop makes the two threads run one after the other, "
        "so the faster program has no concurrency left.",
    ),
    Comparison(
        id="rlock-eval",
        title="An RLock taken twice, through eval",
        short="a shared counter",
        section="RLock",
        slow_s=13.03,
        fast_s=1.91,
        claimed=None,
        slow_name="RLock twice, through eval",
        fast_name="Lock once per update",
        operations=UPDATES,
        written=Pair(
            "as written",
            "rlock.eval_program[thread-2]",
            "counter.fine_lock_program[thread-2]",
        ),
        others=(
            Pair(
                "RLock twice, direct call, against Lock",
                "rlock.direct_program[thread-2]",
                "counter.fine_lock_program[thread-2]",
            ),
            Pair(
                EVAL_AGAINST_CALL,
                "rlock.eval_program[thread-2]",
                "rlock.direct_program[thread-2]",
            ),
            Pair(
                "the same, contended alone",
                "rlock.eval_update[thread-2]",
                "rlock.direct_update[thread-2]",
            ),
        ),
        remark="The notes give 13.03 s beside the 1.91 s of the Lock program, as if the RLock were "
        "the difference; the program compiles a string with eval at every update.",
    ),
    Comparison(
        id="shared-dict",
        title="Ten workers fill a shared dict",
        short="ten workers fill a dict",
        section="共享变量",
        slow_s=0.025198221207,
        fast_s=0.000921726227,
        claimed=2.0,
        slow_name="processes, Manager().dict()",
        fast_name="threads, dict",
        operations=1,
        written=Pair(
            "fork",
            "shared_state.fill_program[process-fork-10]",
            "shared_state.fill_program[thread-10]",
        ),
        others=(
            *_by_start_method(
                "shared_state.fill_program", 10, "shared_state.fill_program[thread-10]"
            ),
            Pair(
                "one store alone",
                "shared_state.fill[process-fork-10]",
                "shared_state.fill[thread-10]",
            ),
        ),
        remark="Each worker stores one item, so the program times the creation of ten workers as "
        "much as the sharing; one store alone is shown beside it.",
    ),
    Comparison(
        id="barrier",
        title="A barrier of two",
        short="a barrier of two",
        section="Barrier",
        slow_s=0.008400917053,
        fast_s=0.000603914261,
        claimed=14.0,
        slow_name="processes",
        fast_name="threads",
        operations=1,
        written=Pair("fork", "barrier.program[process-fork-4]", "barrier.program[thread-4]"),
        others=(
            *_by_start_method("barrier.program", 4, "barrier.program[thread-4]"),
            Pair(
                "one crossing alone",
                "barrier.crossing[process-fork-2]",
                "barrier.crossing[thread-2]",
            ),
        ),
        remark="The program starts four workers, of which two meet at the barrier; the notes' "
        "version for processes never joins them.",
    ),
    Comparison(
        id="pool",
        title="The squares of 0 to 99 on four workers",
        short="100 squares, four workers",
        section="Pool",
        slow_s=0.012202501297,
        fast_s=0.000762224197,
        claimed=16.0,
        slow_name="multiprocessing.Pool",
        fast_name="threads and a Queue",
        operations=1,
        written=Pair(
            "fork",
            "pool.multiprocessing_pool_cold[process-fork-4]",
            "pool.queue_pool_cold[thread-4]",
        ),
        others=(
            *_by_start_method(
                "pool.multiprocessing_pool_cold", 4, "pool.queue_pool_cold[thread-4]"
            ),
            Pair(
                "both kept warm",
                "pool.multiprocessing_pool_warm[process-fork-4]",
                "pool.queue_pool_warm[thread-4]",
            ),
        ),
        remark="Both are created for the batch. The notes' thread version mentions join without "
        "calling it, so its clock may have stopped before the work did; ours waits.",
    ),
    Comparison(
        id="unlocked-counter",
        title="Is an unlocked counter wrong?",
        short="a shared counter",
        section="Lock",
        slow_s=None,
        fast_s=None,
        claimed=None,
        slow_name="lock per update",
        fast_name="no lock",
        operations=UPDATES,
        written=Pair(
            "as written",
            "counter.fine_lock_program[thread-2]",
            "counter.unlocked_program[thread-2]",
        ),
        others=(
            Pair("contended", "counter.fine_lock[thread-2]", "counter.unlocked[thread-2]"),
            Pair(
                "two processes and a Value",
                "counter.locked_value[process-fork-2]",
                "counter.unlocked_value[process-fork-2]",
            ),
        ),
        remark="The notes say that the result is not 0 and give no time. The ratio here is what "
        "the lock costs.",
    ),
)


def by_id(name: str) -> Comparison:
    """The comparison with this id; raises KeyError where there is none."""
    return {comparison.id: comparison for comparison in COMPARISONS}[name]
