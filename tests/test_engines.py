"""The libraries of the families on request, installed for the workers and really run."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from longest import only_if_asked
from programs import ROOT, pyconc

from pyconc.suite import catalog

#: With all of them it takes minutes, most of which Ray does: `PYCONC_ENGINES=all`.
FEW = ("aiologic", "anyio", "gevent", "joblib", "trio", "uvloop")
ALL = (*FEW, "distributed", "ray")
ASKED = ALL if os.environ.get("PYCONC_ENGINES") == "all" else FEW


def needed() -> set[str]:
    """What their cases need."""
    folder = catalog.benchmarks_folder()
    cases = [each for name in catalog.on_request() for each in catalog.family(folder, name)]
    return {name for case in cases for name in case.modules}


def test_the_extra_has_what_these_families_need() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    [extra] = re.findall(r"^ecosystem = \[\n(.*?)^\]", text, re.M | re.S)
    assert set(re.findall(r'"(\w+)>', extra)) == needed() == set(ALL)


@pytest.mark.long
@only_if_asked
def test_engines_are_installed_and_measured(tmp_path: Path) -> None:
    packages = [f"--with={name}" for name in ASKED]
    which = "round_trip" if ASKED is FEW else "(round_trip or cold)"
    which = f"ecosystem and {which} or libraries and (turns or thread_contended)"
    done = pyconc(
        "run", "ecosystem", "libraries", "-k", which, "--profile", "smoke", *packages,
        "-o", str(tmp_path / "c"),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    about = json.loads((tmp_path / "c" / "campaign.json").read_text("utf-8"))
    [python] = about["interpreters"]
    skipped = " ".join(python["skipped"])
    if len(python["missing"]) == len(ASKED):
        pytest.skip(f"nothing can be installed: {python['missing'][ASKED[0]]}")
    for name in set(ASKED) - set(python["missing"]):
        assert name in python["packages"]
        engine = {"joblib": "loky", "distributed": "dask"}.get(name, name)
        assert f"ecosystem.{engine}" not in skipped
        assert f"-{name}" not in skipped  # as a value of an axis
    assert not about["failures"]
