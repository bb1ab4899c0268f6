"""`pyconc.read`: the tidy frame, its document, and that `import pyconc` is light."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import CampaignMaker
from documents import ROOT, File, steps

import pyconc
from pyconc.errors import UsageError
from pyconc.report.reading import read
from pyconc.store.suites import write_suites

PAIR, CONTENDED = "lock.pair[thread-1]", "lock.contended[thread-{}]"
DOCUMENT = ROOT / "docs" / "notebook.md"


@pytest.fixture(scope="module")
def campaign(make_campaign: CampaignMaker) -> Path:
    costs = {PAIR: 5e-8, **{CONTENDED.format(n): 1e-7 * n for n in (2, 4)}}
    metrics: dict[str, dict[str, float | str]] = {
        PAIR: {"workers": 1, "backend": "thread", "cpu_seconds": 1e-7, "value": 3.0},
        **{CONTENDED.format(n): {"workers": n, "overlap": 0.9, "handoff_histogram": "159:9"}
           for n in (2, 4)},
    }  # fmt: skip
    return make_campaign({"3.13.0": costs, "3.14.1": {**costs, PAIR: 1e-7}}, 6, metrics)


def of_case(frame: pd.DataFrame, case: str, column: str) -> list[Any]:
    return frame.loc[frame["case"] == case, column].tolist()


def modules_after(code: str) -> set[str]:
    code = f"import sys; {code}; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ast.literal_eval(done.stdout))


def test_importing_pyconc_imports_nothing_heavy() -> None:
    before, after = modules_after("pass"), modules_after("import pyconc")
    added = {name.partition(".")[0] for name in after - before}
    assert added - {"__future__"} == {"pyconc"}
    assert {name for name in after if name.startswith("pyconc.")} == set()


def test_reading_imports_nothing_that_draws() -> None:
    after = modules_after("import pyconc.store.tidy")
    assert "pandas" in after
    assert not after & {"matplotlib", "rich", "scipy", "pyconc.measure.campaign"}


def test_without_pandas_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import pyconc\n"
        "try:\n    pyconc.read('x')\nexcept ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "pyconc.read needs pandas; pip install 'pyconc[report]'\n"


def test_a_row_is_a_value(campaign: Path) -> None:
    frame = pyconc.read(campaign)
    assert list(frame)[:7] == ["source", "case", "python", "round", "value", "unit", "seconds"]
    assert len(frame) == 2 * 3 * 6 * 2  # Pythons, cases, rounds, values
    assert not frame.duplicated(["case", "python", "round", "value"]).any()
    assert set(frame["source"]) == {str(campaign)}
    assert set(frame["unit"]) == {"second"}
    assert set(frame["value"]) == {0, 1}
    assert set(frame["round"]) == set(range(1, 7))


def test_means_of_its_rounds_are_the_costs_of_the_report(campaign: Path) -> None:
    costs, frame = read(campaign).costs, pyconc.read(campaign)
    rounds = frame.groupby(["python", "case", "round"])["seconds"].mean()
    for python in costs.pythons:
        for case in costs.cases(python):
            theirs = costs.rounds(python, case)
            assert theirs is not None
            assert rounds.loc[(python, case)].to_list() == pytest.approx(
                theirs.to_list(), rel=1e-12
            )


def test_parameters_and_metrics_are_columns(campaign: Path) -> None:
    frame = pyconc.read(campaign)
    assert set(of_case(frame, CONTENDED.format(4), "workers")) == {4}
    assert set(of_case(frame, PAIR, "cpu_seconds")) == {1e-7}
    assert set(of_case(frame, PAIR, "pyconc_value")) == {3.0}  # as there is a column `value`
    assert pd.isna(of_case(frame, CONTENDED.format(2), "backend")).all()
    assert not {"pyconc_python", "pyconc_round", "handoff_histogram"} & set(frame)


def test_journal_and_files_give_the_same(
    make_campaign: CampaignMaker,
) -> None:
    folder = make_campaign({"3.13.0": {PAIR: 1e-7, "a.b[thread-1]": 1e-6}}, 4)
    before = pyconc.read(folder)
    (path,) = write_suites(folder)
    same = ["case", "python", "round", "value", "seconds"]
    pd.testing.assert_frame_equal(pyconc.read(folder)[same], before[same])
    pd.testing.assert_frame_equal(pyconc.read(path)[same], before[same])


def test_several_are_one_below_the_other(campaign: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    benchmarks = [
        {"metadata": {"name": name, "unit": unit}, "runs": [{"values": [value, 2 * value]}] * 2}
        for name, unit, value in (("a", "second", 0.5), ("b", "byte", 2048), ("c", "integer", 3))
    ]
    other.write_text(json.dumps({"version": "1.0", "benchmarks": benchmarks}), "utf-8")
    frame = pyconc.read(campaign, str(other))
    assert list(dict.fromkeys(frame["source"])) == [str(campaign), str(other)]
    assert frame.index.is_unique
    mine = frame[frame["source"] == str(other)]
    assert of_case(mine, "a", "seconds") == [0.5, 1.0] * 2
    assert of_case(mine, "b", "bytes") == [2048, 4096] * 2
    assert of_case(mine, "c", "number") == [3, 6] * 2
    assert pd.isna(of_case(mine, "b", "seconds")).all()
    assert of_case(mine, "b", "unit") == ["byte"] * 4
    assert of_case(mine, "a", "round") == [0, 0, 1, 1]
    assert set(mine["python"]) == {"unknown"}


def test_saved_runs_of_pytest_benchmark_are_rounds(tmp_path: Path) -> None:
    for number, mean in enumerate((1e-6, 2e-6), 1):
        benchmark = {"fullname": "tests/a.py::b", "stats": {"mean": mean}, "extra_info": {}}
        machine = {"python_version": "3.13.0", "node": "here"}
        said = {"benchmarks": [benchmark], "machine_info": machine, "version": "5.0"}
        (tmp_path / f"000{number}_x.json").write_text(json.dumps(said), "utf-8")
    frame = pyconc.read(tmp_path)
    assert frame["seconds"].to_list() == [1e-6, 2e-6]
    assert frame["case"].to_list() == ["tests/a.py::b"] * 2
    assert set(frame["python"]) == {"3.13.0"}


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere") as caught:
        pyconc.read(tmp_path / "nowhere")
    assert "\n" not in str(caught.value)


def test_a_campaign_without_a_finished_round_says_so(make_campaign: CampaignMaker) -> None:
    folder = make_campaign({"3.13.0": {PAIR: 1e-7}}, 0)
    with pytest.raises(UsageError, match="holds no finished round"):
        pyconc.read(folder)


def test_the_examples_of_the_document_can_be_run(campaign: Path, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "locks").symlink_to(campaign)
    files = [step for step in steps(DOCUMENT) if isinstance(step, File)]
    assert [each.path for each in files] == ["locks.py", "ratios.py"]
    said = {}
    for each in files:
        (tmp_path / each.path).write_text(each.content, "utf-8")
        done = subprocess.run(
            [sys.executable, each.path], cwd=tmp_path, capture_output=True, text=True,
            env={"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg", "HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said[each.path] = done.stdout
    assert "<svg" in (tmp_path / "locks.svg").read_text("utf-8")
    row = next(line for line in said["ratios.py"].splitlines() if line.startswith(PAIR))
    assert float(row.split()[-1]) == pytest.approx(2, rel=0.02)
