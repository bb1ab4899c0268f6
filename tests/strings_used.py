"""Which strings of the report's table the package asks for, as its sources say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jinja2
from jinja2 import nodes

import pyconc

PACKAGE = Path(pyconc.__file__).parent
TEMPLATES = PACKAGE / "report" / "templates"
#: Where phrases are made.
SPEAKING = ("findings", "report", "words")
#: What takes a key of the table as its first argument, in Python and in templates.
ASKING = {"phrase", "say", "words", "_words"}
ASKING_IN_TEMPLATES = {"t", "text"}


class Used(NamedTuple):
    """What was found, with the file where it was."""

    #: Every text constant of the package: a key may be chosen first, and asked for later.
    constants: set[str]
    #: Keys that are asked for by their full name.
    keys: dict[str, str]
    #: What the names of others begin with; the rest depends on the data.
    prefixes: dict[str, str]


def used() -> Used:
    found = Used(set(), {}, {})
    for path in sorted(PACKAGE.rglob("*.py")):
        speaks = path.relative_to(PACKAGE).parts[0] in SPEAKING
        _read_python(path, found, asking=ASKING if speaks else set())
    for path in sorted(TEMPLATES.glob("*.html")):
        _read_template(path, found)
    return found


def _read_python(path: Path, found: Used, asking: set[str]) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.constants.add(node.value)
        if isinstance(node, ast.Call) and node.args and _name(node.func) in asking:
            for key, whole in _texts(node.args[0]):
                (found.keys if whole else found.prefixes)[key] = path.name


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _texts(key: ast.expr) -> Iterator[tuple[str, bool]]:
    """The texts that an expression may be, or may begin with."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield key.value, True
    elif isinstance(key, ast.JoinedStr):
        for text, _ in _texts(key.values[0]):
            yield text, False
    elif isinstance(key, ast.IfExp):
        yield from _texts(key.body)
        yield from _texts(key.orelse)


def _read_template(path: Path, found: Used) -> None:
    tree = jinja2.Environment().parse(path.read_text("utf-8"))
    found.constants.update(
        each.value for each in tree.find_all(nodes.Const) if isinstance(each.value, str)
    )
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name in ASKING_IN_TEMPLATES and call.args:
            for key, whole in _template_texts(call.args[0]):
                (found.keys if whole else found.prefixes)[key] = path.name


def _template_texts(key: nodes.Expr) -> Iterator[tuple[str, bool]]:
    if isinstance(key, nodes.Const):
        yield str(key.value), True
    elif isinstance(key, nodes.Concat):
        for text, _ in _template_texts(key.nodes[0]):
            yield text, False
    elif isinstance(key, nodes.CondExpr):
        yield from _template_texts(key.expr1)
        if key.expr2 is not None:
            yield from _template_texts(key.expr2)
