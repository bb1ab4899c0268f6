"""Files from elsewhere as sites: whole whatever they lack, and each figure in its own unit."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyperf
import pytest
from pages import Html, astray

from pyconc import cli
from pyconc.figures import seconds
from pyconc.report.html import Renderer
from pyconc.report.reading import read
from pyconc.store.suites import write_suites

pytestmark = pytest.mark.usefixtures("apart")

ROUNDS = [[1e-6, 1.1e-6], [1.2e-6, 1.1e-6], [1e-6, 1e-6]]
MODES = [[1.0]] * 10 + [[2.0]] * 10
MACHINE = {"hostname": "vm", "cpu_count": 2, "cpu_model_name": "AMD EPYC", "platform": "Linux-6"}
#: What no reader should see: an object of Python's, or a place that was not filled.
NOT_SAID = re.compile(r"\bNone\b|\bnan\b|\binf\b|Undefined|\{\w+[:}]|\b0 CPU")
TIME = re.compile(r"\d (?:ns|µs|ms|s)\b")


def bench(name: str, values: list[list[float]] = ROUNDS, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, **metadata}, "runs": [{"values": each} for each in values]}


def document(*benchmarks: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"version": "1.0", "metadata": metadata, "benchmarks": list(benchmarks)}


def times(factor: float, values: list[list[float]]) -> list[list[float]]:
    return [[factor * value for value in each] for each in values]


def saved(mean: float = 1e-6, **change: Any) -> dict[str, Any]:
    """As pytest-benchmark writes it."""
    one = {"fullname": "t.py::test_a[1.5]", "stats": {"mean": mean}}
    return {"machine_info": {"python_version": "3.13.0"}, "benchmarks": [one], **change}


def of_timeit() -> Any:
    """As ``pyperf timeit`` and ``pyperf.Runner`` write it: with all that it finds out."""
    runs = [pyperf.Run(each, metadata={"name": "timeit"}) for each in ROUNDS]
    return pyperf.BenchmarkSuite([pyperf.Benchmark(runs)])._as_json()


CALIBRATED = {
    "metadata": {"name": "x"},
    "runs": [{"metadata": {"calibrate_loops": 8}, "warmups": [[1, 0.1]]}, {"values": [0.1]}],
}
FILES: dict[str, Any] = {
    "nothing but values": document(bench("a")),
    "one value": document(bench("a", [[1.0]])),
    "what pyperf finds out": of_timeit(),
    "a calibration": document(CALIBRATED, **MACHINE),
    "a command beside others": document(bench("2to3"), bench("b", python_version="3.13.0")),
    "an old format": {
        "version": 5,
        "benchmarks": [{"common_metadata": {"name": "a"}, "runs": [{"samples": [0.1]}]}],
    },
    "two modes": document(bench("a", MODES), bench("b", times(1e6, MODES), unit="byte")),
    "odd metrics": document(bench("a", pyconc_jain="much", pyconc_overlap=10**80), cpu_count=3),
    "a case of ours": document(
        bench("lock.pair[thread-1]"),
        bench("lock.pair[thread-2]", times(1e12, ROUNDS), unit="byte"),
    ),
    "hostile names": document(bench("<b>{{7*7}}"), bench("../../x.y"), bench("b\x1b[31mred")),
    "pytest-benchmark": saved(datetime="2026-01-01T00:00:00", version="5.1.0"),
    "pytest-benchmark without a word": saved(machine_info={}),
}


def put(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return path


def site(source: Path, folder: Path) -> list[Html]:
    assert cli.main(["report", str(source), "-o", str(folder)]) == 0
    return [Html(path) for path in sorted(folder.rglob("*.html"))]


def words(page: Html) -> str:
    """What a page says, without code."""
    text = re.sub(r"(?s)<(script|style|pre)\b.*?</\1>", " ", page.text)
    alternatives = [image["aria-label"] for image in page.images]
    return " ".join([re.sub(r"<[^>]*>", " ", text), *alternatives])


@pytest.mark.parametrize("name", FILES)
def test_a_file_makes_a_whole_site_of_what_it_has(name: str, tmp_path: Path) -> None:
    pages = site(put(tmp_path / "file.json", FILES[name]), tmp_path / "site")
    found = {page.path.name for page in pages}
    assert {"index.html", "families.html", "machine.html", "data.html"} < found
    for page in pages:
        assert NOT_SAID.findall(words(page)) == [], page.path
        assert astray(page, tmp_path / "site") == []


def test_what_is_packed_makes_the_same_site(tmp_path: Path) -> None:
    plain = put(tmp_path / "file.json", FILES["what pyperf finds out"])
    packed = tmp_path / "packed" / "file.json"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    one, other = site(plain, tmp_path / "one"), site(packed, tmp_path / "other")
    assert [page.text for page in one] == [page.text for page in other]


@pytest.mark.parametrize("inside", ["", "Linux-CPython-3.13-64bit"])
def test_saved_runs_make_a_site(inside: str, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        put(tmp_path / "runs" / inside / f"000{number}_unversioned.json", saved(number / 1e6))
    pages = site(tmp_path / "runs", tmp_path / "site")
    [family] = [page for page in pages if page.path.name == "family-t-py.html"][:1]
    assert "1.82 µs" in words(family)  # the geometric mean of 1, 2 and 3


@pytest.mark.parametrize(("unit", "said"), [("byte", "1.4 MiB"), ("integer", "1,500,000")])
def test_no_figure_in_another_unit_is_called_a_time(unit: str, said: str, tmp_path: Path) -> None:
    content = document(
        bench("lock.pair[thread-1]", [[1.5e6]] * 3, unit=unit),
        bench("lock.pair[thread-2]", [[3e6]] * 3, unit=unit),
        bench("other", times(1e6, MODES), unit=unit),
    )
    pages = site(put(tmp_path / "file.json", content), tmp_path / "site")
    told = {page.path.name: words(page) for page in pages}
    assert said in told[f"family-lock-{unit}.html"]
    assert [name for name, text in told.items() if TIME.search(text)] == []
    assert "numbers.html" not in told  # its ladder is of times
    charts = [chart for page in pages for chart in page.charts]
    assert charts
    assert not any("time for one" in chart for chart in charts)


def test_figures_of_several_units_are_no_one_family(tmp_path: Path) -> None:
    content = document(bench("f.a"), bench("f.b", [[2048.0]] * 2, unit="byte"), bench("f.c"))
    pages = site(put(tmp_path / "file.json", content), tmp_path / "site")
    told = {page.path.name: words(page) for page in pages}
    assert "f.b" in told["family-f-byte.html"]
    assert "f.b" not in told["family-f.html"]
    assert "2.0 KiB" in told["families.html"]


def test_files_of_one_machine_are_its_history_each_in_its_unit(tmp_path: Path) -> None:
    folders = []
    for number in (1, 2):
        content = document(
            bench("a", times(number, [[1e-6 + place / 1e8] for place in range(8)])),
            bench("b", times(number, [[1e6 + place * 1e3] for place in range(8)]), unit="byte"),
            python_version="3.13.0", date=f"2026-0{number}-01 00:00:00", **MACHINE,
        )  # fmt: skip
        folders.append(str(put(tmp_path / f"{number}.json", content)))
    assert cli.main(["report", *folders, "-o", str(tmp_path / "site")]) == 0
    history = words(Html(tmp_path / "site" / "history.html"))
    assert "980.0 KiB" in history
    assert "1.9 MiB" in history
    assert NOT_SAID.findall(history) == []


def test_another_file_makes_another_site_in_the_same_place(tmp_path: Path) -> None:
    path = put(tmp_path / "file.json", document(bench("first")))
    site(path, tmp_path / "site")
    put(path, document(bench("second")))
    assert any("second" in words(page) for page in site(path, tmp_path / "site"))


def test_a_site_that_cannot_be_rendered_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Renderer, page: object) -> str:
        raise KeyError("a string that is missing")

    monkeypatch.setattr(Renderer, "html", fail)
    with pytest.raises(KeyError):
        cli.main(["report", str(put(tmp_path / "a.json", FILES["one value"])), "-o",
                  str(tmp_path / "site")])  # fmt: skip
    assert not (tmp_path / "site").exists()


def test_a_single_file_of_a_campaign_makes_a_site(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    [path] = write_suites(make_campaign({"3.13.0": {"lock.pair[thread-1]": 1e-6}}))
    told = {page.path.name: words(page) for page in site(path, tmp_path / "site")}
    gross = read(path).costs.estimate("3.13.0", "lock.pair[thread-1]")
    assert gross is not None
    assert seconds(gross.value) in told["family-lock.html"]
    assert (tmp_path / "site" / "data" / "python-3.13.0.json").read_bytes() == path.read_bytes()
