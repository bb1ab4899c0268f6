"""Pipes that change, cut, repeat or swap what is sent through them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import pipe
from mutants import Caught

Receive = Callable[[], Any]
Broken = Callable[[Receive], Receive]


def create_late(pipe_1: Any) -> None:
    """The first number is not sent."""
    output, _ = pipe_1
    for item in pipe.ITEMS[1:]:
        output.send(item)
    output.close()


def multiply_in_pairs(pipe_1: Any, pipe_2: Any) -> None:
    """Of every two numbers the second comes first."""
    pipe_1[0].close()
    items = [pipe_1[1].recv() for _ in pipe.ITEMS]
    for item in items:
        pipe_2[0].send((item ^ 1) ** 2)
    pipe_2[0].close()


@pytest.mark.parametrize("broken", [create_late, multiply_in_pairs])
def test_a_program_whose_squares_are_not_those_is_caught(
    broken: Any, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipe, broken.__name__.partition("_")[0], broken)
    caught("pipe.pipeline_program[process-fork-2]", "the squares arrived as")


class Between:
    """An end of a pipe that receives numbers by a function of its own."""

    def __init__(self, inner: Any, broken: Broken) -> None:
        self.send, self.close, self.recv = inner.send, inner.close, broken(inner.recv)


def repeating(receive: Receive) -> Receive:
    """The second thing is the first one again; what it was is lost."""
    first: list[Any] = []

    def recv() -> Any:
        thing = receive()
        first.append(thing)
        return first[0] if len(first) == 2 else thing

    return recv


def swapping(receive: Receive) -> Receive:
    """The first two things come in the wrong order."""
    waiting: list[Any] = []
    received = 0

    def recv() -> Any:
        nonlocal received
        received += 1
        if received == 1:
            waiting.append(receive())
            return receive()
        return waiting.pop() if waiting else receive()

    return recv


@pytest.mark.parametrize("broken", [repeating, swapping])
@pytest.mark.parametrize("number", [1, 2])
def test_a_pipeline_that_mixes_up_numbers_is_caught(
    number: int, broken: Broken, caught: Caught
) -> None:
    sending, receiving = multiprocessing.Pipe()
    attributes: dict[str, Any] = {f"pipe_{number}": (sending, Between(receiving, broken))}
    caught("pipe.pipeline[process-fork-3]", "out of order", **attributes)
    sending.close()
    receiving.close()


def cutting(receive: Receive) -> Receive:
    return lambda: receive()[:-1]


def changing(receive: Receive) -> Receive:
    """Only the first byte: it is not one that is looked at while the clock runs."""

    def recv() -> Any:
        block = bytearray(receive())
        block[0] = (block[0] + 1) & 255
        return block

    return recv


def break_receiving(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = pipe.Sending.ends

    def broken_ends(self: pipe.Sending, worker: int) -> tuple[Any, Any]:
        send, receive = ends(self, worker)
        return send, broken(receive)

    monkeypatch.setattr(pipe.Sending, "ends", broken_ends)


@pytest.mark.parametrize("kind", pipe.KINDS)
@pytest.mark.parametrize("broken", [repeating, swapping, cutting, changing])
def test_a_stream_of_other_blocks_is_caught(
    kind: str, broken: Broken, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_receiving(broken, monkeypatch)
    caught(f"pipe.throughput[process-fork-2-{kind}-1024]", "not as given")


@pytest.mark.parametrize("broken", [repeating, cutting, changing])
def test_another_block_that_comes_back_is_caught(
    broken: Broken, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_receiving(broken, monkeypatch)
    caught("pipe.ping_pong_payload[process-fork-2-Pipe-65536]", "not as given", loops=21)


@pytest.mark.parametrize("kind", pipe.KINDS)
@pytest.mark.parametrize("broken", [repeating, changing])
def test_another_byte_that_comes_back_is_caught(
    kind: str, broken: Broken, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_receiving(broken, monkeypatch)
    caught(f"pipe.ping_pong[process-fork-2-{kind}]", "not as given")
