"""`pyconc completion`: a script by which a shell completes words, with argcomplete.

The shell then asks `pyconc` itself, so that it knows the options of this version, and the user's
own cases of the working directory.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from pyconc.commands.arguments import DONE, Commands
from pyconc.errors import UsageError

SHELLS = ("bash", "zsh", "fish")


def add(commands: Commands) -> None:
    command = commands.add_parser("completion", help="a script by which a shell completes words")
    command.add_argument("shell", choices=SHELLS)
    command.set_defaults(command=_completion)


def answer_shell(parser: Callable[[], argparse.ArgumentParser]) -> None:
    """Where a shell asks, say what may stand in place of a word, and end."""
    if "_ARGCOMPLETE" in os.environ:
        try:
            import argcomplete
        except ModuleNotFoundError:  # it was there when the script was made
            sys.exit(1)
        argcomplete.autocomplete(parser(), always_complete_options=False)


def _completion(args: argparse.Namespace) -> int:
    try:
        from argcomplete.shell_integration import shellcode
    except ModuleNotFoundError:
        raise UsageError(
            "this needs argcomplete, which is not installed; pip install 'pyconc[completion]'"
        ) from None
    sys.stdout.write(shellcode(["pyconc"], shell=args.shell))
    return DONE
