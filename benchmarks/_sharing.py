"""What the families of shared things have in common: one thing for all workers, or one each."""

from __future__ import annotations

from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics


class Sharing(Workload):
    """One thing for all workers, made by the caller; or one for each, which makes it itself.

    Who made it matters without the GIL: an object's references cost least in the thread that did.
    """

    control = "reference.empty_range[thread-1]"
    fixed_time = True
    at_once = True
    shared: str
    common: Any

    def make(self) -> Any:
        """A fresh one of the things."""
        raise NotImplementedError

    def reset(self) -> None:
        self.common = self.make()

    def mine(self) -> Any:
        """What a worker uses in one call of `work`."""
        return self.common if self.shared == "one" else self.make()

    def check(self, loops: int) -> Metrics | None:
        """Every call of `work` returned the number of its loops."""
        for lap, counted in zip(self.laps, self.returned):
            if counted != lap.parts:
                raise InvariantError(f"loops {lap.parts} of one worker were counted as {counted}")
        return None
