"""Whether workers that should run at once had a core each, or other programs had taken them.

Where another program takes one of two cores, the kernel leaves both threads of a program on the
other: it sees two that want a core against one. What such a value says of more workers is about the
machine. Its CPU time gives it away, which is about the wall time, as if one worker had run.
"""

from __future__ import annotations

from pyconc.suite.case import INTERPRETER, TASK, THREAD, Clock, Workload
from pyconc.suite.machine import CORES
from pyconc.suite.requirements import gil_enabled
from pyconc.suite.usage import Usage

#: Of the cores beyond the first, what workers must have had to have run at once.
_SHARE = 0.25
#: A worker waits so often in any value: at its start and at its end.
_WAITS = 10
#: Seconds of a value. Whoever waits more than once in that time was kept waiting by another worker,
#: such as by a lock of the interpreter, and not by another program.
_WAITED = 0.001


def crowded(workload: Workload, used: Usage, wall: float, *, cores: int = CORES) -> float | None:
    """1 where the workers did not have a core each, and 0 where they had.

    Args:
        used: by all of them, in a value.
        wall: seconds that it took.

    Returns:
        None where workers need not run at once, or where it is not known what they used.
    """
    at_once = min(workload.workers, cores)
    if not workload.at_once or at_once < 2 or used.voluntary is None or not _is_known(workload):
        return None
    waited = used.voluntary > _WAITS * workload.workers + wall / _WAITED
    return float(not waited and used.cpu < wall * (1 + (at_once - 1) * _SHARE))


def _is_known(workload: Workload) -> bool:
    """Whether the workers can run at once, and what they use is told.

    What processes use is known of a team, and of those that this one has waited for: neither of the
    fork server's, nor of a pool that is kept.
    """
    if workload.backend == THREAD:
        return not gil_enabled()
    if workload.backend in (INTERPRETER, TASK):
        return workload.backend == INTERPRETER
    is_waited_for = workload.clock is Clock.PROGRAM and workload.start_method != "forkserver"
    return is_waited_for or workload.clock is Clock.WORK
