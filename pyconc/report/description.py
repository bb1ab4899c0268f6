"""What the pages say of a campaign, whole: what it does not tell is None, and never undefined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: What tells machines apart.
MACHINE = ("host", "processor", "cpus", "platform")


class Interpreter(NamedTuple):
    """A Python."""

    label: str
    implementation: str | None = None
    compiler: str | None = None
    optimized: bool | None = None
    lto: bool | None = None
    jit: str | None = None
    gil: str | None = None
    start_method: str | None = None
    #: Versions by name, of what it has beyond what every arm is given.
    packages: Mapping[str, str] = {}
    #: Reasons by case.
    skipped: Mapping[str, str] = {}


class Machine(NamedTuple):
    """What was measured on."""

    host: str | None = None
    processor: str | None = None
    cpus: int | None = None
    platform: str | None = None

    @property
    def name(self) -> str:
        """As readers tell it from others; empty where nothing is known of it."""
        known = [self.processor, f"{self.cpus} CPU" if self.cpus else None]
        beside = ", ".join(each for each in known if each)
        return f"{self.host or '?'} ({beside})" if beside else self.host or ""


class Description(NamedTuple):
    """A campaign, or a file from elsewhere."""

    #: What measured it.
    pyconc: str
    #: Empty where it is not known.
    started: str
    finished: bool
    profile: str
    #: How many.
    cases: int
    machine: Machine
    interpreters: tuple[Interpreter, ...]
    #: Of a campaign of ours.
    seed: int | None = None

    @property
    def is_campaign(self) -> bool:
        return self.seed is not None

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Description:
        """Of what `campaign.json` says, or a file is said to."""
        machine = {name: about["machine"].get(name) for name in MACHINE}
        return cls(
            about.get("pyconc", "?"),
            about["started"],
            about["finished"],
            about["profile"]["name"],
            len(about.get("cases", ())),
            Machine(**machine),
            tuple(_interpreter(each) for each in about["interpreters"]),
            about["seed"],
        )


def _interpreter(said: Mapping[str, Any]) -> Interpreter:
    return Interpreter(**{name: said[name] for name in Interpreter._fields if name in said})


def cpus_of(about: Mapping[str, Any]) -> int | None:
    """How many CPUs a campaign may have used, as far as it says so."""
    cpus = about["machine"].get("cpus")
    return cpus if isinstance(cpus, int) and cpus > 0 else None
