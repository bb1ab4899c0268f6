"""The families as benchmarks of pyperformance: ``python -m pyconc.suite.manifest benchmarks``.

It writes `MANIFEST`, and beside `run_benchmark.py`, which is the same for all, a few lines for each
family: its name, its tags, and what the script is told. They say the same on every machine and
Python.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from pyconc import __version__
from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.suite.own import package_name
from pyconc.suite.tags import TAGS, tags

#: Begins the name of every benchmark, so that none is called as a tag or as one of others is.
PREFIX = "pyconc_"
#: Where pyperformance looks for what MANIFEST calls ``<local:pyconc>``.
FOLDER = "bm_pyconc"
OLDEST = (3, 9)
_MADE = "# Made from the declarations by `python -m pyconc.suite.manifest benchmarks`.\n"
_OF_ALL = """\
[project]
name = "pyconc"
version = "{version}"
requires-python = ">={oldest}"
dependencies = ["pyperf"]

[tool.pyperformance]
name = "pyconc"
"""
_OF_FAMILY = """\
[tool.pyperformance]
name = "{name}"
tags = {tags}
extra_opts = {options}
"""
_NEWER = """\
[project]
dynamic = ["name", "version"]
requires-python = ">={oldest}"

"""


def write(folder: Path) -> None:
    """Write the files of pyperformance into a folder of families, and remove what is left over."""
    written = files(folder)
    for path in (folder / FOLDER).glob("bm_*.toml"):
        if path.relative_to(folder).as_posix() not in written:
            path.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")


def files(folder: Path) -> dict[str, str]:
    """What is in each file, by its path in the folder of families."""
    families = {name: catalog.family(folder, name) for name in measured_families(folder)}
    texts = {
        "MANIFEST": _manifest(families),
        f"{FOLDER}/pyproject.toml": _MADE
        + _OF_ALL.format(version=__version__, oldest=_dotted(OLDEST)),
    }
    for name, members in families.items():
        texts[f"{FOLDER}/bm_{PREFIX}{name}.toml"] = _MADE + _metadata(name, members)
    return texts


def measured_families(folder: Path) -> list[str]:
    """Those that have quick cases and are measured without being asked for: of the others,
    pyperformance's environment lacks what they need.
    """
    names = catalog.family_names(folder)
    on_request = getattr(importlib.import_module(package_name(folder)), "ON_REQUEST", ())
    return [
        name for name in names
        if name not in on_request and any(case.quick for case in catalog.family(folder, name))
    ]  # fmt: skip


def _manifest(families: Iterable[str]) -> str:
    rows = [f"{PREFIX}{name}\t<local:pyconc>" for name in families]
    return "\n".join([f"{_MADE}[benchmarks]", "", "name\tmetafile", *rows, ""])


def _metadata(family: str, cases: Sequence[Case]) -> str:
    oldest = oldest_of(cases)
    text = _OF_FAMILY.format(
        name=f"{PREFIX}{family}",
        tags=json.dumps(family_tags(cases), allow_nan=False),
        options=json.dumps(["--family", family], allow_nan=False),
    )
    return text if oldest == OLDEST else _NEWER.format(oldest=_dotted(oldest)) + text


def family_tags(cases: Iterable[Case]) -> list[str]:
    """The tags that any of its cases has."""
    found = {tag for case in cases for tag in tags(case)}
    return [tag for tag in TAGS if tag in found]


def oldest_of(cases: Iterable[Case]) -> tuple[int, int]:
    """The oldest Python that can run one of them."""
    return min(map(_oldest, cases))


def _oldest(case: Case) -> tuple[int, int]:
    """The oldest Python that can run a case, as far as its requirements say."""
    needed = (getattr(each, "since", None) for each in case.requirements)
    return max(filter(None, needed), default=OLDEST)


def _dotted(version: tuple[int, int]) -> str:
    return "{}.{}".format(*version)


if __name__ == "__main__":
    write(Path(sys.argv[1]).resolve())
