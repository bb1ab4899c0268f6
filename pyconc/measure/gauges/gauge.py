"""What a campaign measures by, as `--clock` names it, and what that changes about a run."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from pyconc.measure.plan import Profile
from pyconc.suite.case import Case

TIME, INSTRUCTIONS = "time", "instructions"


class Gauge:
    """By what operations are charged: seconds, by the workers' own clocks, unless another says
    otherwise.
    """

    #: As `--clock` and `campaign.json` have it.
    name = TIME
    #: What a worker is told, besides what it is told of its case.
    arguments: Sequence[str] = ()
    #: The beginning of the command that workers run under.
    under: Sequence[str] = ()
    #: Whether what else the machine does makes a difference.
    needs_quiet = True

    def profile(self, profile: Profile) -> Profile:
        """How much of a campaign is enough."""
        return profile

    def leaves_out(self, case: Case) -> str | None:
        """Why it says nothing of a case; None if it does."""
        return None

    def environment(self, seed: str) -> Mapping[str, str]:
        """Variables of workers, drawn anew for every seed: strings are hashed anew, so that dicts
        of no Python are slower by luck.
        """
        return {"PYTHONHASHSEED": str(random.Random(seed).randrange(1, 2**32))}

    def unusable(self, executable: str, env: Mapping[str, str]) -> str | None:
        """Why it cannot be used with a Python, in one line with the remedy; None if it can."""
        return None

    def about(self) -> Mapping[str, str]:
        """What the campaign says of it."""
        return {"clock": self.name}

    def shown(self, cost: float) -> str:
        """The cost of an operation, for whoever watches."""
        import pyperf

        run = pyperf.Run([1.0], metadata={"name": "-"}, collect_metadata=False)
        return str(pyperf.Benchmark([run]).format_value(cost))
