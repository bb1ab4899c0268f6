"""Cases beside their rivals: `show` and the report say what `pyconc compare --rivals` says."""

from __future__ import annotations

import io
import json
import math
import random
import re
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from conftest import CampaignMaker

from pyconc import cli
from pyconc.findings.rivals import rivals
from pyconc.report.reading import read
from pyconc.report.site import render
from pyconc.store.journal import JOURNAL
from pyconc.store.suites import write_suites
from pyconc.words.languages import LANGUAGES

PAIR, RLOCK = "lock.pair[thread-1]", "rlock.pair[thread-1]"
KINDS = ("Queue", "SimpleQueue", "LifoQueue", "same", "near")
PUT_GET = {kind: f"queue.put_get[thread-1-{kind}]" for kind in KINDS}
ALONE, ABSENT = "queue.alone[thread-1]", "queue.absent[thread-1]"
FIRST = PUT_GET["Queue"]
RIVALS = {RLOCK: PAIR, ALONE: ABSENT, **{PUT_GET[kind]: FIRST for kind in KINDS[1:]}}
COSTS = {
    PAIR: 5e-8, RLOCK: 6e-8, FIRST: 2e-6, PUT_GET["SimpleQueue"]: 2e-7,
    PUT_GET["LifoQueue"]: 2.1e-6, PUT_GET["same"]: 2e-6, PUT_GET["near"]: 2.02e-6, ALONE: 1e-6,
}  # fmt: skip
PYTHONS = ("3.13.0", "3.14.1")
CLOSE = 1e-12

pytestmark = pytest.mark.usefixtures("apart")


@pytest.fixture(scope="module", params=[5, 12, 30], ids="{} rounds".format)
def campaign(request: pytest.FixtureRequest, make_campaign: CampaignMaker) -> Path:
    """Rivals by turns, of which some had unlike numbers, and one round failed."""
    chance = random.Random(request.param)
    metrics = {case: {"rival": rival} for case, rival in RIVALS.items()}
    folder = make_campaign(dict.fromkeys(PYTHONS, COSTS), request.param, metrics)
    records = [json.loads(line) for line in (folder / JOURNAL).read_text("utf-8").splitlines()]
    records = [
        each for each in records
        if (each["case"], each["arm"], each["round"]) != (RLOCK, PYTHONS[1], 2)
    ]  # fmt: skip
    for record in records:
        run = record["suite"]["benchmarks"][0]["runs"][0]
        if "values" in run:
            cost, turns = COSTS[record["case"]], 5 + (record["case"] == PAIR)
            run["values"] = [cost * math.exp(chance.gauss(0, 0.01)) for _ in range(turns)]
            record["suite"]["metadata"]["pyconc_turns"] = turns
    chance.shuffle(records)
    (folder / JOURNAL).write_text("".join(json.dumps(e) + "\n" for e in records), "utf-8")
    return folder


def printed(*arguments: str) -> str:
    with redirect_stdout(io.StringIO()) as out:
        assert cli.main(list(arguments)) == 0
    return out.getvalue()


def compared(side: str) -> dict[str, dict[str, Any]]:
    found = json.loads(printed("compare", side, "--rivals", "--format", "json"))
    return {each["id"]: each for each in found["cases"]}


def shown(folder: Path, *arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
    found = json.loads(printed("show", str(folder), *arguments, "--format", "json"))["rivals"]
    return {(each["python"], each["id"]): each for each in found}


def assert_alike(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    assert (ours["against"], ours["verdict"], ours["rounds"]) == (
        theirs["against"], theirs["verdict"], theirs["rounds"],
    )  # fmt: skip
    assert (ours["ratio"], ours["ratio_low"], ours["ratio_high"]) == pytest.approx(
        (theirs["ratio"], theirs["ci_low"], theirs["ci_high"]), rel=CLOSE
    )


def test_show_says_what_compare_says(campaign: Path) -> None:
    found = shown(campaign)
    assert {case for _, case in found} == set(RIVALS) - {ALONE}  # only where both were measured
    for python in PYTHONS:
        theirs = compared(f"{campaign}@{python}")
        assert {case for each, case in found if each == python} == theirs.keys()
        for case, each in theirs.items():
            assert_alike(found[python, case], each)


def test_result_files_say_what_their_journal_says(campaign: Path) -> None:
    before = shown(campaign)
    for path in write_suites(campaign):
        for key, each in shown(path).items():
            assert each == before[key]
        for case, theirs in compared(str(path)).items():
            python = path.stem.removeprefix("python-")
            assert before[python, case]["verdict"] == theirs["verdict"]
        path.unlink()


def test_a_case_has_the_same_verdict_whatever_else_is_shown(campaign: Path) -> None:
    everything = shown(campaign)
    some = shown(campaign, "queue.put_get", "-k", "Simple or near")
    assert {case for _, case in some} == {PUT_GET["SimpleQueue"], PUT_GET["near"]}
    assert all(everything[key] == each for key, each in some.items())


def test_the_ratio_of_two_rivals_is_the_very_figure_of_compare(campaign: Path) -> None:
    costs = read(campaign).costs
    for python in PYTHONS:
        theirs = compared(f"{campaign}@{python}")
        pairs = [(case, rival) for case, rival in RIVALS.items() if case != ALONE]
        pairs.append((PUT_GET["LifoQueue"], PUT_GET["SimpleQueue"]))  # both took turns with one
        for case, rival in pairs:
            named = json.loads(printed("compare", f"{campaign}@{python}", rival, case,
                                       "--format", "json"))["cases"][0]  # fmt: skip
            ratio = costs.ratio(python, case, rival)
            assert ratio is not None
            for found in (named, theirs.get(case, named)) if rival in RIVALS.values() else (named,):
                assert ratio == (
                    found["ratio"], found["ci_low"], found["ci_high"], found["rounds"],
                )  # fmt: skip


def test_few_rounds_claim_nothing(campaign: Path) -> None:
    rounds = {each["rounds"] for each in shown(campaign).values()}
    verdicts = {each["verdict"] for each in shown(campaign).values()}
    if max(rounds) < 8:
        assert verdicts <= {"suspect", "inconclusive"}
        assert shown(campaign)[PYTHONS[0], RLOCK]["verdict"] == "suspect"
    else:
        assert {"slower", "faster"} <= verdicts
        assert shown(campaign)[PYTHONS[0], PUT_GET["SimpleQueue"]]["verdict"] == "faster"


def test_the_table_has_them(campaign: Path) -> None:
    out = printed("show", str(campaign), "rlock", "queue")
    table = out[out.index("Beside their rivals") :].splitlines()
    headings = ["case", "python", "against", "ratio", "95 % interval", "verdict"]
    assert re.split(r"  +", table[1]) == headings
    found = shown(campaign)[PYTHONS[1], RLOCK]
    row = next(line for line in table if line.startswith(RLOCK) and PYTHONS[1] in line)
    assert re.split(r"  +", row) == [
        RLOCK, PYTHONS[1], PAIR, f"{found['ratio']:.3f}",
        f"{found['ratio_low']:.3f} to {found['ratio_high']:.3f}", found["verdict"],
    ]  # fmt: skip


def test_the_line_of_a_case_names_its_rival(campaign: Path) -> None:
    line = next(
        each for each in printed("show", str(campaign), RLOCK).splitlines() if RLOCK in each
    )
    found = shown(campaign)[PYTHONS[0], RLOCK]
    between = f"{found['ratio_low']:.3f} to {found['ratio_high']:.3f}"
    assert line.endswith(f"; {found['ratio']:.3f} times ({between}) {PAIR}, {found['verdict']}")


def test_thresholds_of_the_project_count_as_in_compare(
    make_campaign: CampaignMaker, tmp_path: Path
) -> None:
    costs = {PAIR: 5e-8, RLOCK: 6e-8}
    folder = make_campaign({"3.13.0": costs}, 12, {RLOCK: {"rival": PAIR}})
    assert shown(folder)["3.13.0", RLOCK]["verdict"] == "slower"
    (tmp_path / "pyproject.toml").write_text('[tool.pyconc.thresholds]\nrlock = "50%"\n')
    assert shown(folder)["3.13.0", RLOCK]["verdict"] == "same"
    assert compared(str(folder))[RLOCK]["verdict"] == "same"


def test_a_campaign_without_rivals_has_no_table(make_campaign: CampaignMaker) -> None:
    folder = make_campaign({"3.13.0": {PAIR: 5e-8, FIRST: 1e-6}})
    assert rivals(read(folder).costs) == []
    assert "rivals" not in printed("show", str(folder))


def test_of_what_is_in_no_campaign_nothing_is_claimed(tmp_path: Path) -> None:
    benchmarks = [
        {
            "metadata": {"name": name, "pyconc_rival": FIRST},
            "runs": [{"values": [cost * (1 + number / 1000)]} for number in range(12)],
        }
        for name, cost in ((FIRST, 1e-6), (PUT_GET["near"], 2e-6))
    ]
    del benchmarks[0]["metadata"]["pyconc_rival"]  # type: ignore[attr-defined]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"version": "1.0", "benchmarks": benchmarks}), "utf-8")
    assert shown(path)["unknown", PUT_GET["near"]]["verdict"] == "suspect"
    assert compared(str(path))[PUT_GET["near"]]["verdict"] == "suspect"


def test_the_pages_of_families_have_them(campaign: Path, tmp_path: Path) -> None:
    render([campaign], tmp_path / "site")
    report = json.loads((tmp_path / "site" / "data" / "report.json").read_text("utf-8"))
    found = shown(campaign)
    pages = {name: report["pages"][name]["rivals"] for name in ("family-queue", "family-rlock")}
    assert sum(map(len, pages.values())) == len(found)
    for each in [*pages["family-queue"], *pages["family-rlock"]]:
        theirs = found[each["python"], each["case"]]
        assert each["verdict"] == theirs["verdict"]
        assert each["against"] == theirs["against"]
        assert each["ratio"]["value"] == pytest.approx(theirs["ratio"], rel=CLOSE)
        assert each["ratio"]["low"] == pytest.approx(theirs["ratio_low"], rel=CLOSE)
    assert report["pages"]["family-lock"]["rivals"] == []
    titles = {"en": "Beside their rivals", "zh": "与同类做法相比"}
    for language in LANGUAGES:
        folder = tmp_path / "site" / ("" if language == "en" else language)
        html = (folder / "family-queue.html").read_text("utf-8")
        assert f'<h2 id="rivals">{titles[language]}</h2>' in html
        assert 'id="rivals"' not in (folder / "family-lock.html").read_text("utf-8")
