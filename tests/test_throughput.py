"""Scaling, the throughput of several workers as a multiple of that of one, wherever it is told."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pyconc import cli
from pyconc.errors import DeclarationError
from pyconc.findings.family import families
from pyconc.findings.throughput import telling, throughputs
from pyconc.report.pages import families as family_pages
from pyconc.report.reading import read_campaigns
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns
from pyconc.suite.case import Case, Workload
from pyconc.suite.case import case as declared
from pyconc.suite.spelling import refuse_misspelt
from pyconc.words.languages import Words

ONE, TWO, FOUR = (f"sharing.call_method[thread-{number}-one]" for number in (1, 2, 4))
EACH = "sharing.call_method[thread-2-each]"
#: Of the throughput of one worker, two have 1.25 times as much, and four half.
COSTS = {ONE: 1e-7, TWO: 8e-8, FOUR: 2e-7, EACH: 5e-8}


@pytest.fixture(scope="module")
def folder(cases: dict[str, Case], make_campaign: Callable[..., Path]) -> Path:
    metrics: dict[str, dict[str, float | str]] = {
        case: {"alone": ONE, "workers": float(cases[case].values["workers"])}
        for case in (TWO, FOUR)
    }
    return make_campaign({"3.13.0": COSTS, "3.14.0": COSTS}, metrics=metrics)


def test_a_case_of_several_workers_names_the_same_by_one(cases: dict[str, Case]) -> None:
    assert cases[FOUR].alone == ONE
    assert cases[FOUR].metadata()["pyconc_alone"] == ONE
    loop = "reference.empty_loop[process-fork-10]"
    assert cases[loop].alone == "reference.empty_loop[process-fork-1]"
    assert all(case.alone in cases for case in cases.values() if case.alone)


def test_one_worker_alone_names_none(cases: dict[str, Case]) -> None:
    assert cases[ONE].alone is None
    assert "pyconc_alone" not in cases[ONE].metadata()


def test_whole_programs_and_operations_of_all_name_none(cases: dict[str, Case]) -> None:
    """A program's operation is another one with other workers, and a barrier's takes all."""
    assert cases["scaling.weak[thread-2]"].alone is None
    assert cases["barrier.crossing[thread-4]"].alone is None
    assert cases["lock.contended[thread-2]"].alone is None  # nobody measures it by one


def test_no_axis_may_hide_it() -> None:
    @declared(alone=(1, 2))
    class Hidden(Workload):
        """One operation: nothing."""

        def work(self, worker: int, loops: int) -> None: ...

    with pytest.raises(DeclarationError, match="alone cannot be an axis"):
        refuse_misspelt(Hidden)


def test_the_scaling_is_that_of_the_costs_with_an_interval(folder: Path) -> None:
    costs = Costs(campaigns.read(folder).rounds)
    found = costs.scaling("3.14.0", TWO)
    assert found is not None
    assert found.value == pytest.approx(1.25, rel=0.03)
    assert found.low < found.value < found.high
    assert found == costs.ratio("3.14.0", ONE, TWO)
    assert costs.scaling("3.14.0", ONE) is None
    assert costs.scaling("3.14.0", EACH) is None  # does not say what it was by one


def test_the_most_workers_with_a_cpu_each_are_told(cases: dict[str, Case], folder: Path) -> None:
    costs = Costs(campaigns.read(folder).rounds)
    [family] = families(COSTS, cases)
    found = throughputs(costs, family)
    assert [(each.case, each.workers) for each in found[::2]] == [(TWO, 2), (FOUR, 4)]
    assert {each.workers for each in telling(found, 2)} == {2}
    assert {each.workers for each in telling(found, 8)} == {4}
    assert {each.workers for each in telling(found, 1)} == {2}
    assert telling([], 2) == []
    assert found[0].label == "call_method one"


def test_show_has_a_table_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "Scaling: throughput" in out
    assert re.search(r"thread-2-one\] +3\.14\.0 +1\.2\d +1\.\d\d to 1\.\d\d", out)
    assert re.search(r"thread-4-one\] +3\.14\.0 +0\.5\d +0\.\d\d to 0\.\d\d", out)


def test_show_says_it_of_a_single_case(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(folder), TWO]) == 0
    assert re.search(r"1\.2\d times the throughput of one worker \(1\.", capsys.readouterr().out)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_files_have_it(folder: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert cli.main(["show", str(folder), "--format", form]) == 0
    out = capsys.readouterr().out
    rows = json.loads(out)["cases"] if form == "json" else csv.DictReader(io.StringIO(out))
    by_case = {row["id"]: row for row in rows if row["python"] == "3.13.0"}
    assert float(by_case[TWO]["scaling"]) == pytest.approx(1.25, rel=0.03)
    assert float(by_case[TWO]["scaling_low"]) < float(by_case[TWO]["scaling_high"])
    assert not by_case[ONE]["scaling"]


def test_the_family_page_has_a_chart_a_sentence_and_figures(folder: Path) -> None:
    shown = read_campaigns([folder])[0]
    page = next(page for page in family_pages.pages(shown) if page.name == "family-sharing")
    [drawing] = [each for each in page.drawings if each.name == "family-sharing-throughput"]
    assert drawing.draw().axes
    said = Words("en").say(drawing.alt)
    assert "2 workers" in said
    assert TWO in said
    assert page.document is not None
    told = page.document["throughput"]
    assert [each["workers"] for each in told] == [2, 2, 4, 4]
    assert told[0]["scaling"]["value"] == pytest.approx(1.25, rel=0.03)


def test_a_family_that_has_none_says_nothing_of_it(
    make_campaign: Callable[..., Path],
) -> None:
    shown = read_campaigns([make_campaign({"3.13.0": {"lock.pair[thread-1]": 1e-7}})])[0]
    page = next(page for page in family_pages.pages(shown) if page.name == "family-lock")
    assert page.context["throughputs"] == []
    assert page.context["throughput_says"] is None
