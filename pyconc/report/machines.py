"""Machines: what they are called, and how many CPUs they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def name_of(machine: Mapping[str, Any]) -> str:
    """As readers tell it from others; empty where nothing is known of it."""
    host, cpus = machine["host"], machine["cpus"]
    known = [machine["processor"], f"{cpus} CPU" if cpus else None]
    beside = ", ".join(each for each in known if each)
    return f"{host or '?'} ({beside})" if beside else host or ""


def cpus_of(about: Mapping[str, Any]) -> int | None:
    """How many CPUs a campaign may have used, as far as it says so."""
    cpus = about["machine"]["cpus"]
    return cpus if isinstance(cpus, int) and cpus > 0 else None
