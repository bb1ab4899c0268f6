"""A slow server: it answers every request, but only after a fixed delay.

It runs as a program, so that it shares no GIL with those who ask. It says its port, and ends with
its standard input, so that it never outlives whoever started it.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

HOST = "127.0.0.1"
#: Seconds between a request and its answer.
DELAY = 0.002
#: Connections that may wait to be accepted; the system may allow fewer.
BACKLOG = 4096


def request_for(number: int) -> bytes:
    return b"%d\n" % number


def answer_to(request: bytes) -> bytes:
    return b"%d\n" % (2 * int(request))


class Answering(asyncio.Protocol):
    """One connection: a line comes in, its answer goes out, the end."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._request = b""

    def data_received(self, data: bytes) -> None:
        self._request += data
        if self._request.endswith(b"\n"):
            asyncio.get_running_loop().call_later(DELAY, self._answer)

    def _answer(self) -> None:
        self._transport.write(answer_to(self._request))
        self._transport.close()


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, HOST, 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())
