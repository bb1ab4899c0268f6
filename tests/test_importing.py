"""A library that is installed and cannot be imported is a reason to skip, and no failure."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pyconc.measure.importing import unimportable
from pyconc.suite.case import Workload, case
from pyconc.suite.requirements import Module, Only


@case(
    library=["brittle", "sound", "absent", "none"],
    requires=[Only(Module(name), library=name) for name in ("brittle", "sound", "absent")],
)
class Needs(Workload):
    """One operation: nothing."""

    def work(self, worker: int, loops: int) -> None:
        pass


def test_only_what_cannot_be_imported_is_named(tmp_path: Path) -> None:
    (tmp_path / "brittle.py").write_text("import threading\nthreading.nothing_of_this_name\n")
    (tmp_path / "sound.py").write_text("")
    cases = {str(each.values["library"]): each for each in Needs.declaration.cases(Needs)}
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    able = [each for name, each in cases.items() if name != "absent"]
    found = unimportable(able, sys.executable, env)
    assert list(found) == [cases["brittle"].id]
    [why] = found.values()
    assert why.startswith("needs the module brittle, which cannot be imported: AttributeError")
    assert "nothing_of_this_name" in why


def test_nothing_is_started_where_nothing_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyconc.measure.importing.output", None)
    [plain] = [e for e in Needs.declaration.cases(Needs) if e.values["library"] == "none"]
    assert unimportable([plain], sys.executable, {}) == {}
