"""What a command prints, and what a prepared Python answers: each with one line where it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pyconc.errors import brief
from pyconc.measure.guard import run_guarded

#: Seconds after which a command that prepares something is taken to hang.
_TIMEOUT = 300
#: The same of one that answers a question.
_SHORT = 30


class PreparationError(Exception):
    """A Python cannot be made ready to measure; one line that says why."""


def works(command: Sequence[str]) -> bool:
    try:
        output(command, None)
    except PreparationError:
        return False
    return True


def said(
    command: Sequence[str], env: Mapping[str, str] | None = None, timeout: float = _SHORT
) -> str:
    """What a command prints; nothing where it fails, or is not there."""
    try:
        done = subprocess.run(
            command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    if done.returncode:
        return ""
    return done.stdout.decode(sys.getfilesystemencoding(), "surrogateescape")


def output(command: Sequence[str], env: Mapping[str, str] | None, timeout: float = _TIMEOUT) -> str:
    """What a command prints.

    Raises:
        PreparationError: it failed; the last line that it wrote says why.
    """
    try:
        done = run_guarded(command, env, timeout)
    except OSError as error:
        raise PreparationError(f"{command[0]} does not run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise PreparationError(f"{command[0]} did not end within {timeout:.0f} s") from None
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        reason = lines[-1].strip() if lines else f"it ended with status {done.returncode}"
        raise PreparationError(reason)
    return done.stdout


def ask(executable: str, arguments: Sequence[str], env: Mapping[str, str]) -> dict[str, Any]:
    """What a prepared Python answers: an object of JSON on the last line that it prints. What runs
    at the start of every Python there may print before it.

    Raises:
        PreparationError: it cannot answer.
    """
    try:
        answer = output([executable, *arguments], env)
    except PreparationError as error:
        raise PreparationError(f"it cannot load the cases: {error}") from None
    last = answer.strip().rpartition("\n")[2]
    try:
        return dict(json.loads(last))
    except (ValueError, TypeError):
        raise PreparationError(f"it cannot load the cases: it says {brief(last)!r}") from None
