"""How to write a case, as a document: ``python -m pyconc.suite.writing docs/workloads.md``.

What surrounds it is in ``docs/workloads.md.in``; every table is made from the docstrings and
comments of what it is about, so that it cannot say anything else.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

from pyconc.suite import case as model
from pyconc.suite import catalog, requirements, trial
from pyconc.suite.case import Case, Clock, Workload, case
from pyconc.suite.spelling import HOOKS

#: A control is worth a look if so many of our workloads share it.
_SHARED = 2


def write(path: Path) -> None:
    """Write the document into a file, from the template beside it."""
    template = path.with_name(f"{path.name}.in").read_text("utf-8")
    path.write_text(document(template, catalog.load(catalog.benchmarks_folder())), "utf-8")


def document(template: str, cases: list[Case]) -> str:
    """A template whose tables are filled in."""
    described = dict(_described(Workload))
    attributes = {name: described[name] for name in described if name in HOOKS}
    given = {name: described[name] for name in described if name not in HOOKS}
    clocks = ((f"Clock.{name}", text) for name, text in _described(Clock))
    tables = {
        "attributes": _table(("attribute", "default", "what it says"), _attributes(attributes)),
        "given": _table(("attribute", "what it is"), given.items()),
        "hooks": _table(("hook", "what it does"), _hooks()),
        "clocks": _table(("clock", "what it covers"), clocks),
        "arguments": _table(("argument", "what it says"), _arguments()),
        "backends": _table(("backend", "what the workers are"), _described(model)),
        "requirements": _table(("requirement", "what a Python must have"), _public(requirements)),
        "trials": _table(("name", "what it is for"), _public(trial)),
        "controls": _table(("control", "what it does", "shared by"), _controls(cases)),
        "floors": _table(("floor", "what it does in C"), _floors(cases)),
    }
    return Template(template).substitute(tables)


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings)]
    lines += [(f"`{name}`", *(_plain(text) for text in texts)) for name, *texts in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """In one line, as Markdown."""
    text = re.sub(r"\bRaises:\s+(\w+): ", r"Raises `\1`: ", " ".join(text.split()))
    return re.sub(r"(?<!\\)\|", r"\\|", text.replace("``", "`"))


def _described(owner: Any) -> Iterator[tuple[str, str]]:
    """What is assigned or annotated in a class or module below comments that begin with ``#:``."""
    source = inspect.getsource(owner)
    lines = source.splitlines()
    tree: Any = ast.parse(source)
    for node in tree.body if inspect.ismodule(owner) else tree.body[0].body:
        comment = _comment_above(lines, node.lineno)
        if comment and isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield ", ".join(_names(targets)), comment


def _names(targets: Iterable[ast.expr]) -> Iterator[str]:
    for target in targets:
        if isinstance(target, ast.Tuple):
            yield from _names(target.elts)
        elif isinstance(target, ast.Name):
            yield target.id


def _comment_above(lines: list[str], number: int) -> str:
    """The comment that ends above a line, which are counted from 1."""
    found: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.strip().startswith("#: "):
            break
        found.insert(0, line.strip()[3:])
    return " ".join(found)


def _attributes(described: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for name, text in described.items():
        default = getattr(Workload, name)
        yield name, f"`{default if isinstance(default, Clock) else repr(default)}`", text


def _hooks() -> Iterator[tuple[str, str]]:
    for name in HOOKS:
        member = vars(Workload)[name]
        if isinstance(member, property):
            yield name, f"A property. {inspect.getdoc(member)}"
        elif inspect.isfunction(member):
            arguments = list(inspect.signature(member).parameters)[1:]
            yield f"{name}({', '.join(arguments)})", inspect.getdoc(member) or ""


def _arguments() -> list[tuple[str, str]]:
    """Those in the docstring of `case`."""
    _, _, text = (inspect.getdoc(case) or "").partition("Args:\n")
    text, _, _ = text.partition("\nRaises:")
    return re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", text, re.MULTILINE)


def _public(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The functions and classes that a module defines for others, with their arguments."""
    for name, member in vars(module).items():
        defined = getattr(member, "__module__", "") == module.__name__
        is_protocol = getattr(member, "_is_protocol", False)
        if defined and inspect.getdoc(member) and not name.startswith("_") and not is_protocol:
            arguments = (p for p in inspect.signature(member).parameters.values())
            named = [p.name for p in arguments if p.kind is p.POSITIONAL_OR_KEYWORD]
            text = (inspect.getdoc(member) or "").partition("\n\nArgs:")[0]
            yield f"{name}({', '.join(named)})", text


def _controls(cases: list[Case]) -> Iterator[tuple[str, str, str]]:
    """What several workloads have as their control, the most useful first."""
    by_id = {each.id: each for each in cases}
    users: dict[str, set[str]] = {}
    for each in cases:
        if twin := catalog.twin(each, "control", by_id):
            users.setdefault(twin.name, set()).add(each.name)
    summaries = {each.name: each.summary for each in cases}
    for name, found in sorted(users.items(), key=lambda item: -len(item[1])):
        if len(found) >= _SHARED and not name.startswith("floor."):
            yield name, summaries[name], f"{len(found)} workloads"


def _floors(cases: list[Case]) -> Iterator[tuple[str, str]]:
    for name, summary in {c.name: c.summary for c in cases if c.family == "floor"}.items():
        if name != "floor.empty_loop":  # the control of the others
            yield name, summary


if __name__ == "__main__":
    write(Path(sys.argv[1]))
