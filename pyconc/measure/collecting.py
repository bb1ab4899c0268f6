"""The catalogue with the families that only workers can import, for want of what they measure.

A library need not be installed beside pyconc: where it is not, a worker that has it is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.errors import UsageError
from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.suite.own import Own, declared, package_name

_REMEDY = (
    "`--with PACKAGE` or `with` in pyproject.toml gives it to workers, "
    "and -p names an environment that has it"
)


class Collected(NamedTuple):
    """Every case that is known."""

    cases: list[Case]
    #: The families that this Python cannot import, and why not.
    lacking: dict[str, str]
    #: Those of them that no worker can import either, and why not, in a line.
    unknown: dict[str, str]

    def select(self, names: Sequence[str], keywords: str | None) -> list[Case]:
        """As `catalog.select`.

        Raises:
            UsageError: also where nothing is known of what is chosen.
        """
        wanted = {name.partition(".")[0] for name in names}
        for family, why in self.unknown.items():
            if family in wanted or (not names and catalog.is_chosen(family, (), keywords)):
                raise UsageError(why)
        return catalog.select(self.cases, names, keywords)


def collected(
    own: Own | None = None,
    pythons: Sequence[str] = (),
    snapshots: Mapping[str, str] | None = None,
) -> Collected:
    """Every case of the family files, ours and the user's own.

    Args:
        own: where those of the user's own are, and what workers are given; if not what is declared.
        pythons: as ``-p`` names them, whose workers are asked for what cannot be imported here.
        snapshots: what was installed for them already, by their labels.

    Raises:
        DeclarationError: as `catalog.load`, except for a module that is missing.
        UsageError: the user's own are not declared as they should be, or a Python cannot be used.
    """
    own = declared() if own is None else own
    cases, lacking = catalog.collect(*catalog.with_ours(own))
    reasons = {each.family: each.why for each in lacking}
    if not lacking:
        return Collected(cases, reasons, {})
    unknown = {
        each.family: f"{each.folder / each.family}.py {each.why}, which is not installed here; "
        f"{_REMEDY}"
        for each in lacking
    }
    if own.packages or pythons:
        with redirect_stdout(sys.stderr):  # the standard output is for the cases
            for folder in dict.fromkeys(each.folder for each in lacking):
                wanted = [each.family for each in lacking if each.folder == folder]
                answers = _answers(folder, wanted, own, pythons, snapshots)
                told, wrong = _told(wanted, answers)
                cases += [case for found in told.values() for case in found]
                unknown.update(wrong)
                for family in told:
                    del unknown[family]
    catalog.validate(cases, unknown)
    return Collected(cases, reasons, unknown)


def _told(
    wanted: Sequence[str], answers: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, list[Case]], dict[str, str]]:
    """The cases of those families that the workers of some Python can import, and what else but a
    module is amiss with others.
    """
    from pyconc.suite.told import recall

    found: dict[str, list[Case]] = {}
    wrong: dict[str, str] = {}
    for said in answers:
        for family in wanted:
            if family not in found and "cases" in said[family]:
                found[family] = recall(said[family]["cases"])
            elif "error" in said[family]:
                wrong.setdefault(family, said[family]["error"])
        if len(found) == len(wanted):
            break
    return {family: found[family] for family in wanted if family in found}, wrong


def _answers(
    folder: Path,
    families: Sequence[str],
    own: Own,
    pythons: Sequence[str],
    snapshots: Mapping[str, str] | None,
) -> Iterator[dict[str, Any]]:
    """What each Python says of some families, as `pyconc.suite.told` prints it."""
    from pyconc.measure.asking import PreparationError, ask
    from pyconc.measure.beside import settled
    from pyconc.measure.copies import import_root, isolated
    from pyconc.measure.interpreters import ready
    from pyconc.measure.variables import worker_environment

    root = import_root()
    prepared, _ = ready(pythons, worker_environment(root), own.packages, snapshots)
    alone = isolated(own._replace(folders=(folder,)))
    for each in prepared:
        try:
            beside = settled(alone, [each], {package_name(folder).partition(".")[0]})
            env = worker_environment(root, *beside.path[each.label])
            words = ["-m", "pyconc.suite.told", str(beside.own.folders[0]), *families]
            yield ask(each.executable, words, env)
        except PreparationError:
            continue  # it is named when it is to measure
