"""What one task costs on the pools of other libraries, and from which length on it pays.

The batch is that of the notes' section "Pool", the squares of 0 to 99, on four workers; see pool.py
for those of the standard library, and _engines.py for how each library is asked. The engines come
from the cheapest to dispatch to those that go on past one machine, which they do not do here.
A batch is cold where the workers (and the event loop) are made for it, warm where they are kept.
All this is measured on request only, where the libraries are installed.
"""

from __future__ import annotations

from pyconc.suite.requirements import Module

from . import _engines
from ._asked import Cold, Length, RoundTrip, Sent, Warm, four, sent, two


@four()
class AsyncioCold(Cold):
    """Threads of asyncio, by `loop.run_in_executor`, made for the batch.

    One operation: one batch, loop and threads included.
    """

    engine = _engines.Asyncio


@four()
class AsyncioWarm(Warm):
    """Threads of asyncio, by `loop.run_in_executor`, kept. One operation: one batch."""

    engine = _engines.Asyncio


@four()
class AsyncioRoundTrip(RoundTrip):
    """Threads of asyncio, by `loop.run_in_executor`, kept.

    One operation: one task there and back.
    """

    engine = _engines.Asyncio


@two()
class AsyncioTasks(Length):
    """Threads of asyncio, by `loop.run_in_executor`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.Asyncio


@four(requires=[Module("uvloop")])
class UvloopCold(Cold):
    """The same threads on the loop of uvloop, made for the batch.

    One operation: one batch, loop and threads included.
    """

    engine = _engines.Uvloop


@four(requires=[Module("uvloop")])
class UvloopWarm(Warm):
    """The same threads on the loop of uvloop, kept. One operation: one batch."""

    engine = _engines.Uvloop


@four(requires=[Module("uvloop")])
class UvloopRoundTrip(RoundTrip):
    """The same threads on the loop of uvloop, kept. One operation: one task there and back."""

    engine = _engines.Uvloop


@two(requires=[Module("uvloop")])
class UvloopTasks(Length):
    """The same threads on the loop of uvloop, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.Uvloop


@four(requires=[Module("anyio")])
class AnyioCold(Cold):
    """Threads of anyio, by `to_thread.run_sync`, made for the batch.

    One operation: one batch, loop and threads included.
    """

    engine = _engines.Anyio


@four(requires=[Module("anyio")])
class AnyioWarm(Warm):
    """Threads of anyio, by `to_thread.run_sync`, kept. One operation: one batch."""

    engine = _engines.Anyio


@four(requires=[Module("anyio")])
class AnyioRoundTrip(RoundTrip):
    """Threads of anyio, by `to_thread.run_sync`, kept. One operation: one task there and back."""

    engine = _engines.Anyio


@two(requires=[Module("anyio")])
class AnyioTasks(Length):
    """Threads of anyio, by `to_thread.run_sync`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.Anyio


@four(requires=[Module("trio")])
class TrioCold(Cold):
    """Threads of trio, by `to_thread.run_sync`, and a loop made for the batch.

    Trio keeps its threads from one loop to the next. One operation: one batch, loop included.
    """

    engine = _engines.Trio


@four(requires=[Module("trio")])
class TrioWarm(Warm):
    """Threads of trio, by `to_thread.run_sync`, kept. One operation: one batch."""

    engine = _engines.Trio


@four(requires=[Module("trio")])
class TrioRoundTrip(RoundTrip):
    """Threads of trio, by `to_thread.run_sync`, kept. One operation: one task there and back."""

    engine = _engines.Trio


@two(requires=[Module("trio")])
class TrioTasks(Length):
    """Threads of trio, by `to_thread.run_sync`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.Trio


@four(requires=[Module("gevent")])
class GeventThreadsCold(Cold):
    """Threads of gevent, by its `ThreadPool`, made for the batch.

    One operation: one batch, pool included.
    """

    engine = _engines.GeventThreads


@four(requires=[Module("gevent")])
class GeventThreadsWarm(Warm):
    """Threads of gevent, by its `ThreadPool`, kept. One operation: one batch."""

    engine = _engines.GeventThreads


@four(requires=[Module("gevent")])
class GeventThreadsRoundTrip(RoundTrip):
    """Threads of gevent, by its `ThreadPool`, kept. One operation: one task there and back."""

    engine = _engines.GeventThreads


@two(requires=[Module("gevent")])
class GeventThreadsTasks(Length):
    """Threads of gevent, by its `ThreadPool`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.GeventThreads


@sent(requires=[Module("gevent")])
class GeventThreadsJobs(Sent):
    """Threads of gevent, by `ThreadPool.spawn`, kept.

    One operation: one job.
    """

    engine = _engines.GeventThreads


@four(requires=[Module("gevent")])
class GeventGreenletsCold(Cold):
    """Greenlets of gevent, all in one thread, made for the batch.

    One operation: one batch, pool included.
    """

    engine = _engines.GeventGreenlets


@four(requires=[Module("gevent")])
class GeventGreenletsWarm(Warm):
    """Greenlets of gevent, all in one thread, kept. One operation: one batch."""

    engine = _engines.GeventGreenlets


@four(requires=[Module("gevent")])
class GeventGreenletsRoundTrip(RoundTrip):
    """Greenlets of gevent, all in one thread, kept. One operation: one task there and back."""

    engine = _engines.GeventGreenlets


@two(requires=[Module("gevent")])
class GeventGreenletsTasks(Length):
    """Greenlets of gevent, all in one thread, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.GeventGreenlets


@sent(requires=[Module("gevent")])
class GeventGreenletsJobs(Sent):
    """Greenlets of gevent, by `Pool.spawn`, which waits for a free one, kept.

    One operation: one job.
    """

    engine = _engines.GeventGreenlets


@four(requires=[Module("joblib")])
class LokyCold(Cold):
    """Processes of loky, by `joblib.Parallel`, made for the batch.

    One operation: one batch, executor included.
    """

    engine = _engines.Loky


@four(requires=[Module("joblib")])
class LokyWarm(Warm):
    """Processes of loky, by `joblib.Parallel`, kept. One operation: one batch."""

    engine = _engines.Loky


@four(requires=[Module("joblib")])
class LokyRoundTrip(RoundTrip):
    """Processes of loky, by `joblib.Parallel`, kept. One operation: one task there and back."""

    engine = _engines.Loky


@two(requires=[Module("joblib")])
class LokyTasks(Length):
    """Processes of loky, by `joblib.Parallel`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.Loky


@four(requires=[Module("distributed")])
class DaskCold(Cold):
    """Processes of a Dask `LocalCluster`, made for the batch.

    One operation: one batch, cluster included.
    """

    engine = _engines.Dask


@four(requires=[Module("distributed")])
class DaskWarm(Warm):
    """Processes of a Dask `LocalCluster`, kept. One operation: one batch."""

    engine = _engines.Dask


@four(requires=[Module("distributed")])
class DaskRoundTrip(RoundTrip):
    """Processes of a Dask `LocalCluster`, kept. One operation: one task there and back."""

    engine = _engines.Dask


@two(requires=[Module("distributed")])
class DaskTasks(Length):
    """Processes of a Dask `LocalCluster`, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.Dask


@sent(requires=[Module("distributed")])
class DaskJobs(Sent):
    """Processes of a Dask `LocalCluster`, by `Client.submit`, kept.

    One operation: one job.
    """

    engine = _engines.Dask


@four(requires=[Module("ray")])
class RayCold(Cold):
    """Processes of Ray on this machine, made for the batch.

    One operation: one batch, cluster included.
    """

    engine = _engines.Ray


@four(requires=[Module("ray")])
class RayWarm(Warm):
    """Processes of Ray on this machine, kept. One operation: one batch."""

    engine = _engines.Ray


@four(requires=[Module("ray")])
class RayRoundTrip(RoundTrip):
    """Processes of Ray on this machine, kept. One operation: one task there and back."""

    engine = _engines.Ray


@two(requires=[Module("ray")])
class RayTasks(Length):
    """Processes of Ray on this machine, kept, and tasks of a length.

    One operation: one batch of 16 tasks.
    """

    engine = _engines.Ray


@sent(requires=[Module("ray")])
class RayJobs(Sent):
    """Processes of Ray on this machine, by remote functions, kept.

    One operation: one job.
    """

    engine = _engines.Ray
