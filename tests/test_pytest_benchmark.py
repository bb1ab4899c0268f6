"""Files of pytest-benchmark, read: what a round is, what is compared, and what is refused."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pyconc import cli
from pyconc.errors import UsageError
from pyconc.store.one_file import read_one_file
from pyconc.store.pytest_benchmark import holds_saved_runs, is_report, read_pyperf
from pyconc.store.read_side import read_side
from pyconc.store.rounds import rounds_of

ROOT = Path(__file__).resolve().parents[1]
MACHINE = {
    "node": "vm", "processor": "", "machine": "x86_64", "system": "Linux", "release": "6.1",
    "python_compiler": "GCC 12.2.0", "python_implementation": "CPython",
    "python_implementation_version": "3.13.0", "python_version": "3.13.0",
    "cpu": {"brand_raw": "A processor  of 2 GHz", "count": 2},
}  # fmt: skip
OURS = {
    "pyconc_case": "lock.pair[thread-1]", "pyconc_family": "lock", "pyconc_workload": "pair",
    "pyconc_version": 1, "pyconc_clock": "work", "pyconc_backend": "thread", "pyconc_workers": 1,
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("apart")


def report(*benchmarks: dict[str, Any], **machine: Any) -> dict[str, Any]:
    return {
        "machine_info": {**MACHINE, **machine},
        "commit_info": {},
        "benchmarks": list(benchmarks),
        "datetime": "2026-01-01T00:00:00.5+00:00",
        "version": "5.3.1",
    }


def benchmark(
    mean: Any, name: str = "t.py::test_sort", data: Any = None, **extra: Any
) -> dict[str, Any]:
    stats = {"mean": mean, "rounds": 5, **({} if data is None else {"data": data})}
    return {"name": name, "fullname": name, "group": None, "stats": stats, "extra_info": extra}


def write(path: Path, document: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def save(folder: Path, *means: float, **machine: Any) -> str:
    """Runs as ``--benchmark-autosave`` keeps them."""
    for number, mean in enumerate(means, 1):
        name = f"{number:04}_unversioned.json"
        write(folder / "Linux-CPython-3.13-64bit" / name, report(benchmark(mean), **machine))
    return str(folder)


def test_a_file_is_one_round_however_many_values_it_has(tmp_path: Path) -> None:
    document = report(benchmark(2e-6, data=[1e-6, 2e-6, 3e-6]))
    side = read_side(write(tmp_path / "a.json", document))
    assert {case: dict(each.costs) for case, each in side.measured.items()} == {
        "t.py::test_sort": {0: 2e-6}
    }


def test_data_beside_the_statistics_change_nothing(tmp_path: Path) -> None:
    with_data = read_side(write(tmp_path / "a.json", report(benchmark(2e-6, data=[1e-6, 3e-6]))))
    without = read_side(write(tmp_path / "b.json", report(benchmark(2e-6))))
    assert with_data.has_same_costs_as(without)


def test_a_folder_of_saved_runs_has_a_round_for_each(tmp_path: Path) -> None:
    side = read_side(save(tmp_path / "runs", 1e-6, 1.1e-6, 0.9e-6))
    assert dict(side.measured["t.py::test_sort"].costs) == {0: 1e-6, 1: 1.1e-6, 2: 0.9e-6}
    again = read_side(str(tmp_path / "runs" / "Linux-CPython-3.13-64bit"))
    assert again.has_same_costs_as(side)


def test_machine_and_python_are_as_pyperf_calls_them(tmp_path: Path) -> None:
    side = read_side(write(tmp_path / "a.json", report(benchmark(1e-6))))
    assert side.machine == {
        "hostname": "vm", "cpu_model_name": "A processor of 2 GHz", "cpu_count": 2
    }  # fmt: skip
    assert side.python == "3.13.0"
    assert side.about == {
        "implementation": "cpython", "compiler": "GCC 12.2.0", "version": "3.13.0"
    }  # fmt: skip
    assert side.campaign is None


def test_a_case_of_ours_has_its_id_and_compares_with_a_campaign(tmp_path: Path) -> None:
    theirs = benchmark(1e-6, "benchmarks/lock.py::pair[thread-1]", **OURS)
    side = read_side(write(tmp_path / "a.json", report(theirs)))
    metadata = side.measured["lock.pair[thread-1]"].metadata
    assert metadata["pyconc_version"] == 1
    assert metadata["pyconc_workers"] == 1


def test_one_process_is_provisional_and_has_no_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = write(tmp_path / "base.json", report(benchmark(1e-6, data=[1e-6] * 9)))
    head = write(tmp_path / "head.json", report(benchmark(3e-6, data=[3e-6] * 9)))
    assert cli.main(["compare", base, head, "--format", "json", "--fail-on", "slower"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert "measured by pytest-benchmark in one process" in said["provisional"]
    assert "--benchmark-autosave" in said["provisional"]
    [case] = said["cases"]
    assert case["ratio"] == pytest.approx(3)
    assert case["ci_low"] is None
    assert case["verdict"] == "inconclusive"


def test_several_processes_have_an_interval_and_verdicts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = save(tmp_path / "base", 1.00e-6, 1.01e-6, 0.99e-6, 1.02e-6, 0.98e-6, 1.00e-6)
    head = save(tmp_path / "head", 3.00e-6, 3.01e-6, 2.99e-6, 3.02e-6, 2.98e-6, 3.00e-6)
    assert cli.main(["compare", base, head, "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert "campaigns of identical code" in said["provisional"]
    [case] = said["cases"]
    assert case["rounds"] == 6
    assert 2.8 < case["ci_low"] < 3 < case["ci_high"] < 3.2
    assert case["verdict"] == "suspect"  # of six rounds, and without a history


def test_a_file_is_described_as_a_campaign_is(tmp_path: Path) -> None:
    path = Path(write(tmp_path / "a.json", report(benchmark(1e-6), benchmark(2e-6, "t.py::other"))))
    about, document = read_one_file(path)
    assert about["cases"] == ["t.py::test_sort", "t.py::other"]
    assert about["profile"] == {"name": "pytest-benchmark", "rounds": 1}
    assert about["machine"] == {
        "host": "vm", "platform": "Linux-6.1-x86_64", "processor": "A processor of 2 GHz", "cpus": 2
    }  # fmt: skip
    [python] = about["interpreters"]
    assert (python["label"], python["implementation"]) == ("3.13.0", "CPython")
    assert about["started"].startswith("2026-01-01")
    costs = {arm: rounds.costs() for arm, rounds in rounds_of(document).items()}
    assert costs == {
        ("3.13.0", "t.py::test_sort"): {0: 1e-6},
        ("3.13.0", "t.py::other"): {0: 2e-6},
    }


def test_a_file_of_pyperf_is_described_too(tmp_path: Path) -> None:
    document = {
        "version": "1.0",
        "metadata": {"hostname": "vm", "python_version": "7.3.20 (Python 3.11.13) (64-bit)",
                     "python_implementation": "pypy", "perf_version": "2.10.0", "unit": "second"},
        "benchmarks": [
            {"metadata": {"name": "sort"},
             "runs": [{"metadata": {"date": "2026-01-02"}, "warmups": [[1, 2.0]]},
                      {"metadata": {"date": "2026-01-01"}, "values": [1.0, 1.1]}]}
        ],
    }  # fmt: skip
    about, document = read_one_file(Path(write(tmp_path / "a.json", document)))
    [python] = about["interpreters"]
    assert (python["label"], python["implementation"]) == ("pypy7.3.20", "PyPy")
    assert about["pyconc"] == "pyperf 2.10.0"
    assert about["started"] == "2026-01-01"
    assert list(rounds_of(document)) == [("pypy7.3.20", "sort")]


def test_several_pythons_in_one_folder_must_be_named(tmp_path: Path) -> None:
    save(tmp_path / "runs", 1e-6)
    write(tmp_path / "runs" / "Linux-PyPy-3.11-64bit" / "0001_x.json", report(benchmark(1e-6)))
    with pytest.raises(UsageError, match=r"runs of Linux-CPython-3\.13-64bit and Linux-PyPy"):
        read_side(str(tmp_path / "runs"))


def test_runs_of_unlike_machines_are_no_rounds_of_one_side(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    write(folder / "0001_x.json", report(benchmark(1e-6)))
    write(folder / "0002_x.json", report(benchmark(1e-6), node="elsewhere"))
    with pytest.raises(UsageError, match="differ in hostname"):
        read_side(str(folder))


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (report({"name": "a", "fullname": "a", "stats": {}}), "it has no 'mean'"),
        (report({"fullname": 1, "stats": {"mean": 1.0}}), "no name that is a text"),
        (report(benchmark(0.0)), "a cost is a positive number"),
        (report(benchmark("1")), "a cost is a positive number"),
        (report(benchmark(1e-6), benchmark(1e-6)), "two benchmarks have one name"),
        (report(), "it has no benchmark"),
        ({**report(benchmark(1e-6)), "machine_info": None}, "is not a file of pytest-benchmark"),
        ({**report(), "benchmarks": 1}, "is not a file of pytest-benchmark"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line(
    document: Any, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=complaint) as raised:
        read_side(write(tmp_path / "a.json", document))
    assert "\n" not in str(raised.value)


def test_a_file_of_another_kind_among_saved_runs_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    write(folder / "0001_x.json", report(benchmark(1e-6)))
    write(folder / "0002_x.json", {"version": "1.0", "benchmarks": []})
    with pytest.raises(UsageError, match=r"0002_x.json is not of pytest-benchmark"):
        read_pyperf(folder)


def test_a_campaign_is_no_folder_of_saved_runs(tmp_path: Path) -> None:
    write(tmp_path / "0001_x.json", report(benchmark(1e-6)))
    assert holds_saved_runs(tmp_path)
    (tmp_path / "campaign.json").write_text("{}")
    assert not holds_saved_runs(tmp_path)
    assert not holds_saved_runs(tmp_path / "nowhere")


@pytest.mark.parametrize("document", [None, [], 1, {}, {"benchmarks": []}, {"version": "1.0"}])
def test_no_other_document_is_taken_for_one_of_pytest_benchmark(document: Any) -> None:
    assert not is_report(document)


def test_what_pytest_benchmark_really_writes_is_read(tmp_path: Path) -> None:
    pytest.importorskip("pytest_benchmark", reason="pytest-benchmark is not installed")
    (tmp_path / "test_it.py").write_text("def test_sum(benchmark):\n    benchmark(sum, [1, 2])\n")
    for saved in ("--benchmark-autosave", "--benchmark-save=more"):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py",
             "--benchmark-storage=runs", "--benchmark-json=one.json", saved,
             "--benchmark-max-time=0.01"],
            cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    one = read_side(str(tmp_path / "one.json"))
    several = read_side(str(tmp_path / "runs"))
    assert len(one.measured["test_it.py::test_sum"].costs) == 1
    assert len(several.measured["test_it.py::test_sum"].costs) == 2
    assert one.about["implementation"] == sys.implementation.name


def test_a_file_of_several_pythons_is_no_campaign(tmp_path: Path) -> None:
    document = {
        "version": "1.0",
        "benchmarks": [
            {"metadata": {"name": name, "python_version": version}, "runs": [{"values": [1.0]}]}
            for name, version in (("a", "3.13.0"), ("b", "3.14.0"))
        ],
    }
    with pytest.raises(UsageError, match=r"several Pythons, 3\.13\.0 and 3\.14\.0"):
        read_one_file(Path(write(tmp_path / "a.json", document)))


def test_a_benchmark_that_does_not_tell_its_python_ran_on_that_of_the_others(
    tmp_path: Path,
) -> None:
    """Those that run a command, as some of pyperformance do, do not."""
    told = {"python_version": "3.15.0a8+ (64-bit)", "python_implementation": "cpython"}
    benchmarks = [
        {"metadata": {"name": "2to3", "command": "python -m lib2to3"}, "runs": [{"values": [0.2]}]},
        {"metadata": {"name": "nbody", **told}, "runs": [{"values": [0.1]}]},
    ]
    path = Path(write(tmp_path / "a.json", {"version": "1.0", "benchmarks": benchmarks}))
    about, document = read_one_file(path)
    [python] = about["interpreters"]
    assert (python["label"], python["implementation"]) == ("3.15.0a8+", "CPython")
    assert list(rounds_of(document)) == [("3.15.0a8+", "2to3"), ("3.15.0a8+", "nbody")]


def test_a_python_of_which_there_is_no_word_is_unknown(tmp_path: Path) -> None:
    benchmark = {"metadata": {"name": "command"}, "runs": [{"values": [0.2]}]}
    path = Path(write(tmp_path / "a.json", {"version": "1.0", "benchmarks": [benchmark]}))
    [python] = read_one_file(path)[0]["interpreters"]
    assert (python["label"], python["implementation"]) == ("unknown", None)


@pytest.mark.long
def test_the_document_is_followed_from_saved_runs_to_the_comparison(tmp_path: Path) -> None:
    pytest.importorskip("pytest_benchmark", reason="pytest-benchmark is not installed")
    text = (ROOT / "docs" / "pyperformance.md").read_text("utf-8")
    [block] = [each for each in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
               if "--benchmark-storage" in each]  # fmt: skip
    for line in block.splitlines():
        words = shlex.split(line.replace("benchmarks", str(ROOT / "benchmarks"), 1))
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert "BASE: before (Python" in done.stdout
    assert "rlock.recursion[thread-1-16]" in done.stdout
    assert "provisional: before was measured by pytest-benchmark in one process" in done.stdout
