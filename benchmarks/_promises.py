"""What asyncio promises to whoever awaits, and how it is proved; for asyncio.py."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Clock, Workload
from pyconc.suite.metrics import Metrics

#: Seconds after which it can be said that something does not happen.
PATIENCE = 60.0


class Promising(Workload):
    """Its trial begins with the promises that the work does not put to the test."""

    _broken: list[str]

    def reset(self) -> None:
        self._broken = []

    async def prove(self) -> None:
        """Put them to the test."""

    def promise(self, what: str, kept: bool) -> None:
        if not kept:
            self._broken.append(what)

    async def work(self, worker: int, loops: int) -> object:
        raise NotImplementedError

    async def trial(self, worker: int, loops: int) -> object:
        if worker == 0:
            await self.prove()
        return await self.work(worker, loops)

    def check(self, loops: int) -> Metrics | None:
        for what in self._broken:
            raise InvariantError(f"it was promised that {what}")
        return None


class Answers(Promising):
    """The worker adds up answers: each number of `range(loops)`, once for each operation."""

    def check(self, loops: int) -> Metrics | None:
        check_sums(self, self.operations)
        return super().check(loops)


def check_sums(workload: Workload, times: int) -> None:
    """Raises InvariantError unless every call of `work` returned so many times its numbers' sum."""
    for part, total in zip(workload.laps[0].parts, workload.returned[0]):
        if total != times * sum(range(part)):
            raise InvariantError(f"{times} times 0 to {part - 1} was said to add up to {total}")


class Elsewhere(Answers):
    """`run` calls a function in another thread."""

    run: Any

    async def prove(self) -> None:
        ident = await self.run(threading.get_ident)
        self.promise("another thread calls the function", ident != threading.get_ident())


class Calling(Workload):
    """A caller outside the loop collects the answers: each number of `range(loops)`, in order."""

    clock = Clock.CALLER
    _answers: list[int]

    def reset(self) -> None:
        self._answers = []

    def check(self, loops: int) -> Metrics | None:
        if self._answers != list(range(loops)):
            raise InvariantError(f"instead of 0 to {loops - 1} came {self._answers}")
        return None


class FromThread(Calling):
    """The loop runs in a thread of its own, which is not the caller's."""

    control = "asyncio.plain_call[task-1]"
    _loop: asyncio.AbstractEventLoop
    _thread: threading.Thread

    def setup(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def check(self, loops: int) -> Metrics | None:
        if any(ident != self._thread.ident for ident in self._called_in()):
            raise InvariantError("the loop had something done in the caller's thread")
        return super().check(loops)

    def _called_in(self) -> Iterator[int]:
        idents: SimpleQueue[int] = SimpleQueue()
        self._loop.call_soon_threadsafe(lambda: idents.put(threading.get_ident()))
        yield idents.get(timeout=PATIENCE)
        yield asyncio.run_coroutine_threadsafe(_ident(), self._loop).result(PATIENCE)

    def teardown(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _ident() -> int:
    return threading.get_ident()


async def a_few_turns(answer: int = 0) -> int:
    """Whatever can happen by itself happens."""
    for _ in range(5):
        await asyncio.sleep(0)
    return answer


async def never() -> None:
    """What only a time limit ends, until it is clear that there is none."""
    over = asyncio.Event()
    limit = asyncio.get_running_loop().call_later(PATIENCE, over.set)
    try:
        await over.wait()
    finally:
        limit.cancel()


async def prove_turn(workload: Any) -> None:
    called: list[int] = []
    asyncio.get_running_loop().call_soon(called.append, 0)
    await workload.call(0)
    workload.promise("the loop goes round", called == [0])


async def prove_calls(workload: Promising) -> None:
    called: list[int] = []
    for number in range(3):
        asyncio.get_running_loop().call_soon(called.append, number)
    workload.promise("what is to be called soon is not called now", called == [])
    await a_few_turns()
    workload.promise("calls come in order", called == [0, 1, 2])


async def prove_start(workload: Any) -> None:
    started: list[int] = []

    async def start() -> None:
        started.append(0)

    task = asyncio.create_task(start())
    workload.promise("only an eager task starts at once", workload.eager == (started == [0]))
    await a_few_turns()
    workload.promise("a task starts by itself", started == [0])
    await task


async def prove_gather(workload: Promising) -> None:
    gates = [asyncio.Event() for _ in range(3)]

    async def answer(number: int) -> int:
        await gates[number].wait()
        return number

    results = asyncio.ensure_future(asyncio.gather(*map(answer, range(3))))
    for number in (1, 2, 0):
        await a_few_turns()
        gates[number].set()
    workload.promise("results keep their order", await results == [0, 1, 2])


async def prove_group(workload: Promising) -> None:
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(a_few_turns())
    workload.promise("nobody leaves a group before its tasks are done", slow.done())
    await slow


async def prove_wait_for(workload: Promising) -> None:
    try:
        await asyncio.wait_for(never(), 0.001)
        workload.promise("waiting ends in time", False)
    except asyncio.TimeoutError:
        pass


async def prove_timeout(workload: Promising) -> None:
    try:
        async with asyncio.timeout(0.001):
            await never()
        workload.promise("waiting ends in time", False)
    except asyncio.TimeoutError:
        pass
