"""Workers of several Pythons that are alive together and run by turns, one at a time.

What disturbs a machine lasts longer than a value. Where all Pythons have measured their values one
after the other before each measures its next, it disturbs them alike.
"""

from __future__ import annotations

import faulthandler
import os


class Turns:
    """Inside a worker: its turns, which it is given through a pipe and ends through another one.

    Args:
        pipes: the descriptors of both, as ``5,8``.
        deadline: seconds of one turn after which stacks are dumped, or none.
    """

    def __init__(self, pipes: str, deadline: float | None) -> None:
        self._given, self._over = map(int, pipes.split(","))
        self._deadline = deadline

    def next(self) -> None:
        """End this turn, and wait for the next one.

        Raises:
            SystemExit: there is none, for whoever gave them has ended.
        """
        faulthandler.cancel_dump_traceback_later()
        os.write(self._over, b".")
        if not os.read(self._given, 1):
            raise SystemExit("nobody gives turns any more")
        if self._deadline:
            faulthandler.dump_traceback_later(self._deadline)
