"""What lies beside cases of the user's own must not hide what an arm has installed.

In most repositories a library and its benchmarks are neighbours, and whoever imports the cases
finds the library too. An arm that was given one of its versions would then measure the neighbour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pyconc.errors import UsageError
from pyconc.measure.asking import ask
from pyconc.measure.copies import copied
from pyconc.measure.interpreters import Ready
from pyconc.measure.variables import worker_environment
from pyconc.store.journal import CAMPAIGN
from pyconc.suite.own import Own, package_name, package_root

_ENDINGS = (".py", ".so", ".pyd")
_WHERE = """
import importlib.util, json, sys, sysconfig
library = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib")})
installed = tuple({sysconfig.get_path(name) for name in ("purelib", "platlib")})
found = {}
for name in json.loads(sys.argv[1]):
    try:
        spec = importlib.util.find_spec(name)
    except Exception:
        continue
    places = list(spec.submodule_search_locations or ()) if spec else []
    place = places[0] if places else spec.origin if spec and spec.has_location else None
    if place and (place.startswith(installed) or not place.startswith(library)):
        found[name] = place
print(json.dumps(found))
"""


class Beside(NamedTuple):
    """What the arms are to import of the user's own."""

    own: Own
    #: The folders to import from, by the label of the arm.
    path: Mapping[str, Sequence[Path]]
    #: The names that an arm has itself, which lie beside the cases too.
    hidden: Mapping[str, Sequence[str]]


def settled(own: Own, prepared: Sequence[Ready], measured: set[str]) -> Beside:
    """What an arm has installed counts; the rest comes from where the cases are, as a copy where
    part of it must not be seen.

    Args:
        measured: the packages that the cases of the campaign are in, without what follows a dot.

    Raises:
        UsageError: the cases are part of what an arm has installed.
        PreparationError: an arm cannot say what it has.
    """
    having = {each.label: _having(each, own) for each in prepared}
    own = own._replace(folders=tuple(_apart(own, having, measured)))
    taken = {name for names in having.values() for name in names}
    if not any(taken & _names(root).keys() for root in own.path):
        return Beside(own, dict.fromkeys(having, own.path), {})
    return Beside(
        own._replace(
            folders=tuple(
                _without(package_root(each), taken) / each.relative_to(package_root(each))
                for each in own.folders
            ),
            pythonpath=tuple(_without(each, taken) for each in own.pythonpath),
        ),
        {
            label: [_without(root, set(names), taken) for root in own.path]
            for label, names in having.items()
        },
        {label: sorted(names) for label, names in having.items() if names},
    )


def _having(arm: Ready, own: Own) -> dict[str, str]:
    """Of the names that lie beside the cases, those that an arm has installed, and where."""
    if arm.snapshot is None and arm.entry.environment is None:
        return {}
    names = sorted({name for root in own.path for name in _names(root)})
    if not names:
        return {}
    asked = json.dumps(names, allow_nan=False)
    return ask(arm.executable, ["-I", "-c", _WHERE, asked], worker_environment())


def _apart(own: Own, having: Mapping[str, dict[str, str]], measured: set[str]) -> list[Path]:
    """The folders of cases, without those in a package that an arm has installed too.

    What is installed by a link to here is the same.
    """
    kept = []
    for folder in own.folders:
        name = package_name(folder).partition(".")[0]
        here = package_root(folder) / name
        others = []
        for label, places in having.items():
            if name in places and here not in (Path(places[name]), *Path(places[name]).parents):
                others.append(label)
            else:
                places.pop(name, None)
        if others and name in measured:
            raise UsageError(
                f"{folder} is part of {name}, which {others[0]} has installed too, and one of them "
                f"would hide the other; move the cases out of {name}"
            )
        if not others:
            kept.append(folder)
    return kept


def _without(root: Path, names: set[str], taken: set[str] | None = None) -> Path:
    """A folder as it is, or a copy without these names if it has some of those that are taken."""
    there = _names(root)
    if not there.keys() & (names if taken is None else taken):
        return root
    return copied(path for name, path in sorted(there.items()) if name not in names)


def _names(root: Path) -> dict[str, Path]:
    """What can be imported from a folder, and where it is."""
    found = {}
    for path in sorted(root.iterdir()):
        name = path.name.partition(".")[0]
        if name.isidentifier() and (path.suffix in _ENDINGS or _is_package(path)):
            found[name] = path
    return found


def _is_package(path: Path) -> bool:
    if not path.is_dir() or path.suffix or (path / "pyvenv.cfg").exists():
        return False
    return not (path / CAMPAIGN).exists() and any(path.glob("*.py"))
