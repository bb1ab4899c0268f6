"""`pyconc doctor`: is this machine fit to measure on, and what could be done about it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from pyconc.measure import checks, checks_linux, jitter
from pyconc.measure.checks import Finding, Machine, unknown
from pyconc.screen import say, say_json

#: The order in which people are told.
_LEVELS = ("warning", "note", "ok")
_STYLES = {"warning": "bold yellow", "note": "cyan", "ok": "green"}


def examine(
    executables: Sequence[str] = (), *, seconds: float = 2.0, machine: Machine | None = None
) -> list[Finding]:
    """Every check of this machine, whatever each of them runs into; that of jitter is last.

    Args:
        executables: the Pythons whose standard libraries to look at; this one, where none is named.
        seconds: how long the jitter test listens. All else takes about 0.1 s, and as much again
            for each Python.
        machine: where to look; this machine by default.
    """
    here = machine or Machine.here()
    still: list[tuple[str, Callable[[], Finding]]] = [
        ("cores", partial(checks_linux.cores, here)),
        ("affinity", partial(checks.affinity, here)),
        ("isolated", partial(checks_linux.isolated, here)),
        ("quota", partial(checks_linux.quota, here)),
        ("governor", partial(checks_linux.governor, here)),
        ("turbo", partial(checks_linux.turbo, here)),
        ("virtual", partial(checks_linux.virtual, here)),
        ("container", partial(checks_linux.container, here)),
        ("clock", partial(checks.clock, here)),
        ("aslr", partial(checks_linux.aslr, here)),
        ("memory", partial(checks_linux.memory, here)),
        ("shared-memory", partial(checks_linux.shared_memory, here)),
        ("open-files", checks.open_files),
        ("compiler", checks.compiler),
    ]
    for executable in dict.fromkeys(executables or [sys.executable]):
        still.append(("bytecode", partial(checks.bytecode, executable)))
    return [_guarded(name, check) for name, check in still] + _listen(here, seconds)


def show_doctor(*, as_json: bool) -> int:
    """Print what was found, warnings first, and the figure for the noise last. Always status 0."""
    seconds = 2.0
    if sys.stderr.isatty():
        print(f"listening for {seconds:g} s ...", file=sys.stderr, flush=True)
    findings = examine(seconds=seconds)
    if as_json:
        say_json([finding._asdict() for finding in findings])
        return 0
    worst_first = sorted(findings, key=lambda finding: _LEVELS.index(finding.level))
    if not (sys.stdout.isatty() and _print_richly(worst_first)):
        for finding in worst_first:
            say(_line(finding))
    say(jitter.noise_line(findings[-1]))
    return 0


def _listen(machine: Machine, seconds: float) -> list[Finding]:
    """The jitter test, and what went on meanwhile."""
    before, start, used = checks_linux.ticks(machine), time.perf_counter(), time.process_time()
    heard = _guarded("jitter", lambda: jitter.finding(jitter.summary(*jitter.listen(seconds))))
    took, own = time.perf_counter() - start, time.process_time() - used
    after = checks_linux.ticks(machine)
    return [
        _guarded("load", lambda: checks_linux.load(before, after, took, own)),
        _guarded("steal", lambda: checks_linux.steal(before, after)),
        heard,
    ]


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """A check that fails has found out nothing; it never ends the examination."""
    try:
        return check()
    except Exception as error:
        return unknown(name, f"{type(error).__name__}: {error}")


def _line(finding: Finding) -> str:
    remedy = f" -> {finding.remedy}" if finding.remedy else ""
    return f"{finding.level:8} {finding.check}: {finding.says}{remedy}"


def _print_richly(findings: Sequence[Finding]) -> bool:
    """A table on the terminal, or False where rich is not installed."""
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return False
    table = Table.grid(padding=(0, 2))
    for finding in findings:
        said = Text(finding.says)
        if finding.remedy:
            said.append(f"\n-> {finding.remedy}", style="dim")
        style = _STYLES[finding.level]
        table.add_row(Text(finding.level, style=style), Text(finding.check, style="bold"), said)
    Console().print(table)
    return True
