"""What one task costs on the pools of other libraries, and from which length on it pays.

The batch is that of the notes' section "Pool", the squares of 0 to 99, on four workers; see pool.py
for those of the standard library, and _engines.py for how each library is asked. The engines come
from the cheapest to dispatch to those that go on past one machine, which they do not do here.
A batch is cold where the workers (and the event loop) are made for it, warm where they are kept.
All this is measured on request only, where the libraries are installed.
"""

from __future__ import annotations

from . import _engines
from ._asked import Cold, Length, RoundTrip, Sent, Warm, four, sent, two


@four(_engines.Asyncio)
class AsyncioCold(Cold):
    """Threads of asyncio, by `loop.run_in_executor`, made for the batch.

    One operation: one batch, loop and threads included.
    """


@four(_engines.Asyncio)
class AsyncioWarm(Warm):
    """Threads of asyncio, by `loop.run_in_executor`, kept. One operation: one batch."""


@four(_engines.Asyncio)
class AsyncioRoundTrip(RoundTrip):
    """Threads of asyncio, by `loop.run_in_executor`, kept.

    One operation: one task there and back.
    """


@two(_engines.Asyncio)
class AsyncioTasks(Length):
    """Threads of asyncio, by `loop.run_in_executor`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@four(_engines.Uvloop)
class UvloopCold(Cold):
    """The same threads on the loop of uvloop, made for the batch.

    One operation: one batch, loop and threads included.
    """


@four(_engines.Uvloop)
class UvloopWarm(Warm):
    """The same threads on the loop of uvloop, kept. One operation: one batch."""


@four(_engines.Uvloop)
class UvloopRoundTrip(RoundTrip):
    """The same threads on the loop of uvloop, kept. One operation: one task there and back."""


@two(_engines.Uvloop)
class UvloopTasks(Length):
    """The same threads on the loop of uvloop, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@four(_engines.Anyio)
class AnyioCold(Cold):
    """Threads of anyio, by `to_thread.run_sync`, made for the batch.

    One operation: one batch, loop and threads included.
    """


@four(_engines.Anyio)
class AnyioWarm(Warm):
    """Threads of anyio, by `to_thread.run_sync`, kept. One operation: one batch."""


@four(_engines.Anyio)
class AnyioRoundTrip(RoundTrip):
    """Threads of anyio, by `to_thread.run_sync`, kept. One operation: one task there and back."""


@two(_engines.Anyio)
class AnyioTasks(Length):
    """Threads of anyio, by `to_thread.run_sync`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@four(_engines.Trio)
class TrioCold(Cold):
    """Threads of trio, by `to_thread.run_sync`, and a loop made for the batch.

    Trio keeps its threads from one loop to the next. One operation: one batch, loop included.
    """


@four(_engines.Trio)
class TrioWarm(Warm):
    """Threads of trio, by `to_thread.run_sync`, kept. One operation: one batch."""


@four(_engines.Trio)
class TrioRoundTrip(RoundTrip):
    """Threads of trio, by `to_thread.run_sync`, kept. One operation: one task there and back."""


@two(_engines.Trio)
class TrioTasks(Length):
    """Threads of trio, by `to_thread.run_sync`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@four(_engines.GeventThreads)
class GeventThreadsCold(Cold):
    """Threads of gevent, by its `ThreadPool`, made for the batch.

    One operation: one batch, pool included.
    """


@four(_engines.GeventThreads)
class GeventThreadsWarm(Warm):
    """Threads of gevent, by its `ThreadPool`, kept. One operation: one batch."""


@four(_engines.GeventThreads)
class GeventThreadsRoundTrip(RoundTrip):
    """Threads of gevent, by its `ThreadPool`, kept. One operation: one task there and back."""


@two(_engines.GeventThreads)
class GeventThreadsTasks(Length):
    """Threads of gevent, by its `ThreadPool`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@sent(_engines.GeventThreads)
class GeventThreadsJobs(Sent):
    """Threads of gevent, by `ThreadPool.spawn`, kept.

    One operation: one job.
    """


@four(_engines.GeventGreenlets)
class GeventGreenletsCold(Cold):
    """Greenlets of gevent, all in one thread, made for the batch.

    One operation: one batch, pool included.
    """


@four(_engines.GeventGreenlets)
class GeventGreenletsWarm(Warm):
    """Greenlets of gevent, all in one thread, kept. One operation: one batch."""


@four(_engines.GeventGreenlets)
class GeventGreenletsRoundTrip(RoundTrip):
    """Greenlets of gevent, all in one thread, kept. One operation: one task there and back."""


@two(_engines.GeventGreenlets)
class GeventGreenletsTasks(Length):
    """Greenlets of gevent, all in one thread, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@sent(_engines.GeventGreenlets)
class GeventGreenletsJobs(Sent):
    """Greenlets of gevent, by `Pool.spawn`, which waits for a free one, kept.

    One operation: one job.
    """


@four(_engines.Loky)
class LokyCold(Cold):
    """Processes of loky, by `joblib.Parallel`, made for the batch.

    One operation: one batch, executor included.
    """


@four(_engines.Loky)
class LokyWarm(Warm):
    """Processes of loky, by `joblib.Parallel`, kept. One operation: one batch."""


@four(_engines.Loky)
class LokyRoundTrip(RoundTrip):
    """Processes of loky, by `joblib.Parallel`, kept. One operation: one task there and back."""


@two(_engines.Loky)
class LokyTasks(Length):
    """Processes of loky, by `joblib.Parallel`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@four(_engines.Dask)
class DaskCold(Cold):
    """Processes of a Dask `LocalCluster`, made for the batch.

    One operation: one batch, cluster included.
    """


@four(_engines.Dask)
class DaskWarm(Warm):
    """Processes of a Dask `LocalCluster`, kept. One operation: one batch."""


@four(_engines.Dask)
class DaskRoundTrip(RoundTrip):
    """Processes of a Dask `LocalCluster`, kept. One operation: one task there and back."""


@two(_engines.Dask)
class DaskTasks(Length):
    """Processes of a Dask `LocalCluster`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@sent(_engines.Dask)
class DaskJobs(Sent):
    """Processes of a Dask `LocalCluster`, by `Client.submit`, kept.

    One operation: one job.
    """


@four(_engines.Ray)
class RayCold(Cold):
    """Processes of Ray on this machine, made for the batch.

    One operation: one batch, cluster included.
    """


@four(_engines.Ray)
class RayWarm(Warm):
    """Processes of Ray on this machine, kept. One operation: one batch."""


@four(_engines.Ray)
class RayRoundTrip(RoundTrip):
    """Processes of Ray on this machine, kept. One operation: one task there and back."""


@two(_engines.Ray)
class RayTasks(Length):
    """Processes of Ray on this machine, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """


@sent(_engines.Ray)
class RayJobs(Sent):
    """Processes of Ray on this machine, by remote functions, kept.

    One operation: one job.
    """
