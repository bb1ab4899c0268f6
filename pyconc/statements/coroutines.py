"""The notes' statements about asyncio."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator
from typing import Any

from pyconc.statements.statement import Found, always, never, statement, until
from pyconc.statements.watch import attribute, call

_ASYNCIO = "asyncio"
#: Seconds; a thread would have been interrupted dozens of times.
_BUSY = 0.2


async def _answer() -> str:
    return "answer"


@statement("asyncio-one-thread", _ASYNCIO, always)
def tasks_share_one_thread() -> Found:
    async def ident() -> int:
        await asyncio.sleep(0)
        return threading.get_ident()

    async def main() -> set[int]:
        return set(await asyncio.gather(*(ident() for _ in range(3))))

    return Found(asyncio.run(main()) == {threading.get_ident()})


@statement("asyncio-interrupt", _ASYNCIO, never)
def a_busy_task_is_interrupted() -> Found:
    others: list[bool] = []

    async def busy() -> bool:
        deadline = time.monotonic() + _BUSY
        while time.monotonic() < deadline and not others:
            pass
        return bool(others)

    async def other() -> None:
        others.append(True)

    async def main() -> bool:
        interrupted, _ = await asyncio.gather(busy(), other())
        return interrupted

    interrupted = asyncio.run(main())
    return Found(interrupted, "" if interrupted else "not interrupted")


@statement("asyncio-together", _ASYNCIO, always)
def requests_are_sent_before_answers_come() -> Found:
    order: list[str] = []

    async def request(answered: asyncio.Event) -> None:
        order.append("sent")
        await answered.wait()
        order.append("answered")

    async def main() -> None:
        answered = asyncio.Event()
        tasks = [asyncio.ensure_future(request(answered)) for _ in range(3)]
        await asyncio.sleep(0)
        answered.set()
        await asyncio.gather(*tasks)

    asyncio.run(main())
    return Found(order == ["sent"] * 3 + ["answered"] * 3)


@statement("asyncio-generator", _ASYNCIO, always)
def a_coroutine_is_driven_like_a_generator() -> Found:
    coroutine = _answer()
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return Found(ended.value == "answer", "StopIteration")
    coroutine.close()
    return Found(False)


@statement("asyncio-run", _ASYNCIO, always)
def calling_an_async_function_runs_nothing() -> Found:
    ran: list[bool] = []

    async def note() -> None:
        ran.append(True)

    coroutine = note()
    before = list(ran)
    asyncio.run(coroutine)
    return Found((before, ran) == ([], [True]))


@statement("asyncio-await-outside", _ASYNCIO, always)
def await_belongs_into_async() -> Found:
    error = call(compile, "def test():\n    await func()\n", "test", "exec").error
    return Found(error == "SyntaxError", error)


@statement("asyncio-await-switches", _ASYNCIO, never)
def await_lets_others_run() -> Found:
    order: list[str] = []

    async def other() -> None:
        order.append("other")

    async def main() -> None:
        task = asyncio.ensure_future(other())
        await _answer()
        order.append("after await")
        await task

    asyncio.run(main())
    switched = order == ["other", "after await"]
    return Found(switched, "" if switched else "no switch")


@statement("asyncio-coroutine", _ASYNCIO, until(3, 11), deprecated=(3, 8))
def the_decorator_stands_for_async() -> Found:
    def test() -> Generator[Any, None, str]:
        return (yield from _answer().__await__())

    found = call(lambda: attribute(asyncio, "coroutine")(test))
    if found.error:
        return Found(False, found.error)
    return Found(asyncio.run(found.value()) == "answer", "", found.deprecated)
