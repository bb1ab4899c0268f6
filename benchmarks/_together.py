"""Many coroutines that do not wait, and the ways to have all of their results; for asyncio.py."""

from __future__ import annotations

import asyncio

from . import _promises


async def func(number: int) -> int:
    return number


class Many(_promises.Answers):
    """So many coroutines at a time."""

    count: int

    @property
    def operations(self) -> int:
        return self.count


class OneByOne(Many):
    """Each is awaited before the next one is called."""

    control = "asyncio.plain_call"

    async def work(self, worker: int, loops: int) -> int:
        batch, total = range(self.count), 0
        for number in range(loops):
            total += sum([await func(number) for _ in batch])
        return total


class Together(Many):
    """Each becomes a task."""

    control = "asyncio.await_coroutine"
    rival = "asyncio.one_by_one[task-1-{count}]"
    eager = False


class Gather(Together):
    prove = _promises.prove_gather

    async def work(self, worker: int, loops: int) -> int:
        gather, batch, total = asyncio.gather, range(self.count), 0
        for number in range(loops):
            total += sum(await gather(*[func(number) for _ in batch]))
        return total


class TaskGroup(Together):
    prove = _promises.prove_group

    async def work(self, worker: int, loops: int) -> int:
        batch, total = range(self.count), 0
        for number in range(loops):
            async with asyncio.TaskGroup() as group:
                members = [group.create_task(func(number)) for _ in batch]
            total += sum([member.result() for member in members])
        return total


class Eager(_promises.Promising):
    """Tasks of this loop start at once, and so are done where they do not wait."""

    eager = True

    def setup(self) -> None:
        factory = asyncio.eager_task_factory  # type: ignore[attr-defined,unused-ignore]
        asyncio.get_event_loop().set_task_factory(factory)

    async def prove(self) -> None:
        await _promises.prove_start(self)
        await super().prove()
