"""The command line: every command, its exit status, and one line for what goes wrong."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from pyconc import __version__
from pyconc.commands import compare, completion, listing, machine, noise, report, run, show
from pyconc.commands.arguments import BAD_INPUT, DONE, INTERRUPTED, UNSAID
from pyconc.compare.for_git import COMMAND as BISECT_STEP
from pyconc.compare.for_git import for_git
from pyconc.errors import DeclarationError, UsageError, brief
from pyconc.output import unfailing
from pyconc.screen import warn

#: Characters of an error, at most: names in a file may be of any length.
_MOST_SAID = 1000
_MOST_NAME = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """One command.

    Returns:
        Its exit status: `UNSAID` where all went well, but could not be printed.
    """
    completion.answer_shell(parser)
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] == BISECT_STEP:
        return for_git(lambda: _printed(words))
    return _printed(words)


def _printed(arguments: Sequence[str]) -> int:
    with unfailing() as output:
        try:
            status = _command(arguments)
        except SystemExit:  # argparse has printed what was asked for, or what is wrong
            output.flush()
            if output.lost is None:
                raise
            status = DONE
        output.flush()
        if output.lost is None:
            return status
        if output.lost.errno != errno.EPIPE:  # a reader that has gone wants to hear nothing
            warn(f"what was to be printed is lost: {output.lost.strerror}")
        return status or UNSAID


def _command(arguments: Sequence[str]) -> int:
    args = parser().parse_args(arguments)
    try:
        status: int = args.command(args)
    except (UsageError, DeclarationError) as error:
        warn(brief(error, _MOST_SAID))
        return BAD_INPUT
    except OSError as error:
        if not isinstance(error.filename, (str, bytes)):
            raise
        # A name that no system takes, or a place that only looks like one; all else is told apart
        # where it is used.
        name = brief(os.fsdecode(error.filename), _MOST_NAME)
        warn(f"cannot use {name}: {brief(error.strerror)}; name another")
        return BAD_INPUT
    except KeyboardInterrupt:
        warn("interrupted")
        return INTERRUPTED
    return status


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with an argument as everything is said."""

    def error(self, message: str) -> NoReturn:
        super().error(brief(message, _MOST_SAID))


def parser() -> argparse.ArgumentParser:
    top = _Parser(prog="pyconc", description="What the concurrency primitives of Python cost.")
    top.add_argument("--version", action="version", version=f"pyconc {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for each in (listing, run, report, show, compare, noise, machine, completion):
        each.add(commands)
    return top
