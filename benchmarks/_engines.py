"""Pools that other libraries offer, asked in one way; for ecosystem.py.

Each is imported only where it is used. An engine that lives in an event loop is given all of a
value's batches in one run of its loop, as a program of that library would.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any, ClassVar

#: The arguments of one task each.
Arguments = Sequence[tuple[Any, ...]]


class Engine:
    """So many workers of one library."""

    #: The module of the library, beyond the standard one.
    library: ClassVar[str | None] = None
    #: How the names of threads begin that the library keeps for later, whatever it is told.
    kept_threads: ClassVar[tuple[str, ...]] = ()
    #: Its processes work even while nothing is asked of them.
    restless: ClassVar[bool] = False

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def open(self) -> None:
        """Start the workers."""

    def close(self) -> None:
        """End them, and wait until they have ended."""

    def batch(self, function: Callable[..., Any], arguments: Arguments) -> list[Any]:
        """What the function returns for each of the arguments, in their order."""
        raise NotImplementedError

    def call(self, function: Callable[..., int], *arguments: Any) -> int:
        """What it returns for one of them."""
        result: int = self.batch(function, [arguments])[0]
        return result

    def batches(
        self, function: Callable[..., int], arguments: Arguments, count: int
    ) -> list[list[int]]:
        """The same batch so many times, one after the other."""
        return [self.batch(function, arguments) for _ in repeat(None, count)]

    def calls(self, function: Callable[[int], int], count: int) -> list[int]:
        """One call after the other, for the numbers from 0 on."""
        return [self.call(function, number) for number in range(count)]

    def send(self, function: Callable[[int], int], number: int) -> Any:
        """Have it called, and do not wait for it; not every engine can."""
        raise NotImplementedError

    def received(self, sent: Sequence[Any]) -> list[int]:
        """The results of what was sent."""
        raise NotImplementedError


class LoopEngine(Engine):
    """Worker threads of a library that lives in an event loop."""

    def run(self, main: Callable[[], Awaitable[Any]]) -> Any:
        """Run a coroutine in a loop of its own."""
        raise NotImplementedError

    async def gather(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        """As `batch`, in the loop."""
        raise NotImplementedError

    def batches(
        self, function: Callable[..., int], arguments: Arguments, count: int
    ) -> list[list[int]]:
        async def main() -> list[list[int]]:
            return [await self.gather(function, arguments) for _ in repeat(None, count)]

        found: list[list[int]] = self.run(main)
        return found

    def calls(self, function: Callable[[int], int], count: int) -> list[int]:
        async def main() -> list[int]:
            return [(await self.gather(function, [(number,)]))[0] for number in range(count)]

        found: list[int] = self.run(main)
        return found


class Asyncio(LoopEngine):
    """`loop.run_in_executor` of asyncio."""

    _executor: ThreadPoolExecutor

    def open(self) -> None:
        self._executor = ThreadPoolExecutor(self.workers)

    def close(self) -> None:
        self._executor.shutdown()

    def make_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def run(self, main: Callable[[], Awaitable[Any]]) -> Any:
        loop = self.make_loop()
        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()

    async def gather(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        loop, executor = asyncio.get_running_loop(), self._executor
        tasks = [loop.run_in_executor(executor, function, *each) for each in arguments]
        return list(await asyncio.gather(*tasks))


class Uvloop(Asyncio):
    """The same on the loop of uvloop."""

    library = "uvloop"

    def make_loop(self) -> asyncio.AbstractEventLoop:
        import uvloop

        loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        return loop


class Anyio(LoopEngine):
    """`anyio.to_thread.run_sync` in a task group, on asyncio."""

    library = "anyio"

    def run(self, main: Callable[[], Awaitable[Any]]) -> Any:
        import anyio

        return anyio.run(main)

    async def gather(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        import anyio
        import anyio.to_thread

        limiter = anyio.CapacityLimiter(self.workers)
        results = [0] * len(arguments)

        async def one(place: int) -> None:
            results[place] = await anyio.to_thread.run_sync(
                function, *arguments[place], limiter=limiter
            )

        async with anyio.create_task_group() as group:
            for place in range(len(arguments)):
                group.start_soon(one, place)
        return results


class Trio(LoopEngine):
    """`trio.to_thread.run_sync` in a nursery. Threads that are idle end after ten seconds."""

    library = "trio"
    kept_threads = ("Trio thread",)

    def run(self, main: Callable[[], Awaitable[Any]]) -> Any:
        import trio

        return trio.run(main)

    async def gather(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        import trio

        limiter = trio.CapacityLimiter(self.workers)
        results = [0] * len(arguments)

        async def one(place: int) -> None:
            results[place] = await trio.to_thread.run_sync(
                function, *arguments[place], limiter=limiter
            )

        async with trio.open_nursery() as nursery:
            for place in range(len(arguments)):
                nursery.start_soon(one, place)
        return results


class Gevent(Engine):
    """A pool of gevent, without monkey patching."""

    library = "gevent"
    _pool: Any

    def send(self, function: Callable[[int], int], number: int) -> Any:
        return self._pool.spawn(function, number)

    def received(self, sent: Sequence[Any]) -> list[int]:
        return [result.get() for result in sent]

    def batch(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        return self.received([self._pool.spawn(function, *each) for each in arguments])


class GeventThreads(Gevent):
    """`gevent.threadpool.ThreadPool`."""

    def open(self) -> None:
        from gevent.threadpool import ThreadPool

        self._pool = ThreadPool(self.workers)

    def close(self) -> None:
        self._pool.kill()


class GeventGreenlets(Gevent):
    """`gevent.pool.Pool`: greenlets of one thread."""

    def open(self) -> None:
        from gevent.pool import Pool

        self._pool = Pool(self.workers)


class Joblib(Engine):
    """`joblib.Parallel`, which takes all of a batch and has no way to send one task."""

    library = "joblib"
    backend: ClassVar[str]
    #: How results come: as a list, or one by one, in their order or as they are done.
    return_as = "list"
    _parallel: Any

    def open(self) -> None:
        import joblib

        # Releases before 1.3 know no other way than a list.
        chosen = {} if self.return_as == "list" else {"return_as": self.return_as}
        self._parallel = joblib.Parallel(n_jobs=self.workers, backend=self.backend, **chosen)
        self._parallel.__enter__()

    def close(self) -> None:
        self._parallel.__exit__(None, None, None)

    def batch(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        import joblib

        return list(self._parallel(joblib.delayed(function)(*each) for each in arguments))


class JoblibThreads(Joblib):
    """`joblib.Parallel` with threads."""

    backend = "threading"


class Loky(Joblib):
    """`joblib.Parallel` with loky's processes."""

    backend = "loky"

    def close(self) -> None:
        super().close()
        _end_loky()


class LokyExecutor(Engine):
    """The executor of loky by itself, as joblib brings it."""

    library = "joblib"
    #: Seconds after which idle workers end, as joblib has it.
    _IDLE = 300

    _executor: Any

    def open(self) -> None:
        from joblib.externals.loky import get_reusable_executor

        self._executor = get_reusable_executor(max_workers=self.workers, timeout=self._IDLE)

    def close(self) -> None:
        _end_loky()

    def send(self, function: Callable[[int], int], number: int) -> Any:
        return self._executor.submit(function, number)

    def received(self, sent: Sequence[Any]) -> list[int]:
        return [future.result() for future in sent]

    def batch(self, function: Callable[..., Any], arguments: Arguments) -> list[Any]:
        return self.received([self._executor.submit(function, *each) for each in arguments])


def _end_loky() -> None:
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True, kill_workers=True)


class Dask(Engine):
    """A `distributed.LocalCluster` of processes with one thread each, and its client."""

    library = "distributed"
    kept_threads = ("Dask-",)
    restless = True
    _folder: str
    _cluster: Any
    _client: Any

    def open(self) -> None:
        import distributed

        self._folder = tempfile.mkdtemp()
        self._cluster = distributed.LocalCluster(
            n_workers=self.workers, threads_per_worker=1, processes=True,
            dashboard_address=None, silence_logs=50, local_directory=self._folder,
        )  # fmt: skip
        self._client = distributed.Client(self._cluster)

    def close(self) -> None:
        self._client.close()
        self._cluster.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def send(self, function: Callable[[int], int], number: int) -> Any:
        return self._client.submit(function, number, pure=False)

    def received(self, sent: Sequence[Any]) -> list[int]:
        results: list[int] = self._client.gather(sent)
        return results

    def batch(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        # Not pure: the same call again is a new task, and no result that is kept.
        return self.received(self._client.map(function, *zip(*arguments), pure=False))


class Ray(Engine):
    """Remote functions of a Ray that runs on this machine alone."""

    library = "ray"
    restless = True
    _folder: str
    _remote: dict[Callable[..., int], Any]

    def open(self) -> None:
        import ray

        self._folder = tempfile.mkdtemp()
        ray.init(num_cpus=self.workers, include_dashboard=False, log_to_driver=False,
                 logging_level="error", configure_logging=False,
                 _temp_dir=self._folder)  # fmt: skip
        self._remote = {}

    def close(self) -> None:
        import ray

        ray.shutdown()
        _wait_for_the_ended()
        shutil.rmtree(self._folder, ignore_errors=True)

    def send(self, function: Callable[..., int], *arguments: int) -> Any:
        import ray

        if function not in self._remote:
            self._remote[function] = ray.remote(function)
        return self._remote[function].remote(*arguments)

    def received(self, sent: Sequence[Any]) -> list[int]:
        import ray

        results: list[int] = ray.get(sent)
        return results

    def batch(self, function: Callable[..., int], arguments: Arguments) -> list[int]:
        return self.received([self.send(function, *each) for each in arguments])


def _wait_for_the_ended() -> None:
    """Older releases of Ray end a helper of theirs and do not wait for it."""
    with contextlib.suppress(ChildProcessError):  # there is none
        while hasattr(os, "WNOHANG") and os.waitpid(-1, os.WNOHANG)[0]:
            pass
