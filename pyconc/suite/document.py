"""The catalogue as a document: ``python -m pyconc.suite.document docs/catalogue.md``.

It says the same on every machine and Python: nothing is skipped, and an axis that depends on the
cores is said in words.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pyconc.figures import counted
from pyconc.suite import catalog
from pyconc.suite.case import Case, Workload

_HEAD = """\
# The catalogue

What pyconc measures, made from the declarations in `benchmarks/` by `make docs`. A workload is
measured for every combination of its parameters; the values in bold belong to the profiles `smoke`
and `quick`, all of them to `full`. A cost is that of one operation. The control does all but the
primitive, and the floor is the same thing in C. {count}
"""


def write(path: Path) -> None:
    """Write the catalogue into a file."""
    path.write_text(document(catalog.load(catalog.benchmarks_folder())), "utf-8")


def document(cases: list[Case]) -> str:
    """The whole catalogue in Markdown."""
    parts = [_HEAD.format(count=_count(cases))]
    for family, members in groupby(cases, key=lambda case: case.family):
        parts.append("\n".join(_family(family, list(members))))
    return "\n".join(parts) + "\n"


def _count(cases: list[Case]) -> str:
    workloads = {case.name for case in cases}
    families = {case.family for case in cases}
    of = counted(len(families), "family", "families")
    return f"There are {of} and {counted(len(workloads), 'workload')}."


def _family(family: str, cases: list[Case]) -> Iterator[str]:
    module = sys.modules[cases[0].workload_class.__module__]
    yield f"\n## {family}\n"
    yield inspect.cleandoc(module.__doc__ or "")
    yield "\n| workload | what is done | parameters | clock | control | floor | needs |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, members in groupby(cases, key=lambda case: case.workload):
        yield _row(name, next(members))


def _row(name: str, case: Case) -> str:
    workload = case.workload_class
    needs = sorted({str(requirement) for requirement in case.declaration.requires})
    cells = (
        f"`{name}`",
        _words(workload),
        "; ".join(_axes(case)),
        workload.clock.value,
        _code(workload.control),
        _code(workload.floor),
        ", ".join(needs),
    )
    return "| " + " | ".join(cells) + " |"


def _words(workload: type[Workload]) -> str:
    text = " ".join(inspect.cleandoc(workload.__doc__ or "").split())
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def _axes(case: Case) -> Iterator[str]:
    declaration = case.declaration
    wanted = declaration.quick
    for axis, values in declaration.axes.items():
        if axis in declaration.words:
            yield f"{axis} {declaration.words[axis]}"
        elif isinstance(wanted, bool):
            yield f"{axis} " + ", ".join(f"**{v}**" if wanted else str(v) for v in values)
        else:
            quick = wanted.get(axis, values)
            yield f"{axis} " + ", ".join(f"**{v}**" if v in quick else str(v) for v in values)


def _code(name: str | None) -> str:
    return f"`{name}`" if name else ""


if __name__ == "__main__":
    write(Path(sys.argv[1]))
