"""The same rounds have the same figure wherever it is shown: on every page, and in `compare`."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from conftest import CampaignMaker
from scipy import stats

from pyconc import cli
from pyconc.compare.store import VARIABLE
from pyconc.report.reading import read_campaigns
from pyconc.report.site import render
from pyconc.statistics.costs import Costs
from pyconc.statistics.matched import matched_cases
from pyconc.store.journal import JOURNAL
from pyconc.store.read_side import read_side
from pyconc.store.suites import write_suites

PYTHONS = ("3.9.18", "3.13.0", "3.14.1")
CALL, EMPTY = "reference.call[thread-1]", "reference.empty_loop[thread-1]"
LATER, FAILED = "interpreter.call[thread-1]", "queue.put_get[thread-1-Queue]"
#: In seconds on the oldest Python.
COSTS = {
    CALL: 6e-8, EMPTY: 1e-8, "lock.pair[thread-1]": 5e-8, "lock.with[thread-1]": 4e-8,
    "queue.put_get[thread-1-SimpleQueue]": 2e-7, FAILED: 2e-6,
    "process.function[process-fork-1]": 1e-3, "process.function[process-spawn-1]": 2e-2,
    "asyncio.run[thread-1]": 1e-4,
}  # fmt: skip
#: More than those of which all subsets make an interval, so that their order could matter.
ROUNDS, TURNS = 16, 5
CLOSE = 1e-9

COLUMNS = ("case", "python", "round", "seconds")

#: A case, and what stands on both sides of the ratio.
Key = tuple[str, str, str]
Figures = Mapping[str, float]


class Told(NamedTuple):
    """What a site says, and the campaigns behind it."""

    campaigns: dict[str, Path]
    report: dict[str, Any]
    costs: Costs


@pytest.fixture(scope="module")
def told(make_campaign: CampaignMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The newest campaign has three Pythons by turns; an earlier one of the machine has two."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder / "history"))
        campaigns = {
            "2026-02-01": by_turns(make_campaign, PYTHONS, "2026-02-01T10:00:00+00:00", 1),
            "2026-01-01": by_turns(make_campaign, PYTHONS[1:], "2026-01-01T10:00:00+00:00", 2),
        }
        render(list(campaigns.values()), folder / "site")
        report = json.loads((folder / "site" / "data" / "report.json").read_text("utf-8"))
        (shown,) = read_campaigns(list(campaigns.values()))
        yield Told(campaigns, report, shown.campaign.costs)


def by_turns(make: CampaignMaker, pythons: tuple[str, ...], started: str, seed: int) -> Path:
    """A campaign whose Pythons took turns, and whose rounds are not in their order; in some turns
    the machine was disturbed, and one round failed on one Python.
    """
    chance = random.Random(seed)
    given = {
        python: {case: cost * chance.uniform(0.7, 1.3) for case, cost in COSTS.items()}
        for python in pythons
    }
    for python in pythons[1:]:
        given[python][LATER] = 1e-7 * chance.uniform(0.7, 1.3)
    folder = make(given, ROUNDS, {CALL: {"control": EMPTY}}, started=started)
    records = [json.loads(line) for line in (folder / JOURNAL).read_text("utf-8").splitlines()]
    records = [each for each in records if not _failed(each, pythons[-1])]
    for record in records:
        run = record["suite"]["benchmarks"][0]["runs"][0]
        if "values" in run:
            cost = given[record["arm"]][record["case"]]
            run["values"] = [
                cost * math.exp(chance.gauss(0, 0.05) + (chance.random() < 0.1) * chance.random())
                for _ in range(TURNS)
            ]
            record["suite"]["metadata"]["pyconc_turns"] = TURNS
    chance.shuffle(records)
    lines = [json.dumps(each) + "\n" for each in records]
    (folder / JOURNAL).write_text("".join(lines), "utf-8")
    return folder


def _failed(record: Mapping[str, Any], python: str) -> bool:
    return (record["case"], record["arm"], record["round"]) == (FAILED, python, 7)


def compared(base: str, head: str) -> dict[str, Any]:
    """What `pyconc compare` says of each case."""
    with redirect_stdout(StringIO()) as out:
        assert cli.main(["compare", base, head, "--format", "json"]) == 0
    return {each["id"]: each for each in json.loads(out.getvalue())["cases"]}


@pytest.fixture(scope="module")
def between(told: Told) -> dict[Key, dict[str, Any]]:
    """Every case on every two Pythons of the newest campaign, by `pyconc compare`."""
    folder = told.campaigns["2026-02-01"]
    return {
        (case, base, head): each
        for base in PYTHONS for head in PYTHONS if base != head
        for case, each in compared(f"{folder}@{base}", f"{folder}@{head}").items()
    }  # fmt: skip


def assert_equal(shown: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    assert (shown["value"], shown["low"], shown["high"]) == pytest.approx(
        (found["ratio"], found["ci_low"], found["ci_high"]), rel=CLOSE
    )
    assert shown["rounds"] == found["rounds"]


def ratios_shown(report: Mapping[str, Any]) -> Iterator[tuple[str, Key, Mapping[str, Any]]]:
    """Where, of what, and what: every ratio of one case on two Pythons."""
    page = report["pages"]["versions"]
    newest = page["versions"][-1]
    for passage in (*page["passages"], page["whole"]):
        for each in passage["cases"]:
            yield "passages", (each["case"], passage["before"], passage["after"]), each["change"]
    for each in page["totals"]:
        yield "totals", (each["case"], each["before"], newest), each["change"]
    for case, by_python in page["relative"].items():
        (base,) = (python for python, each in by_python.items() if not each["rounds"])
        assert by_python[base]["value"] == 1
        for python, each in by_python.items():
            if python != base:
                yield "relative", (case, base, python), each
    numbers = report["pages"]["numbers"]
    rungs = {each["name"]: each for each in numbers["rungs"]}
    for each in numbers["changes"]:
        rung = rungs[each["name"]]
        if not rung["net"]:
            yield "changes", (rung["case"], each["old"], each["new"]), each["ratio"]


def test_every_ratio_of_two_pythons_is_that_of_compare(
    told: Told, between: Mapping[Key, Mapping[str, Any]]
) -> None:
    places: dict[str, int] = {}
    for place, key, shown in ratios_shown(told.report):
        assert_equal(shown, between[key])
        places[place] = places.get(place, 0) + 1
    cases = len(COSTS)
    assert places["passages"] == 3 * cases + 1  # two neighbours and the whole; one case came later
    assert places["totals"] == cases + 1
    assert places["relative"] == 2 * cases + 1
    assert places["changes"] > 2


def test_every_ratio_lies_within_those_of_its_rounds(
    told: Told, between: Mapping[Key, Mapping[str, Any]]
) -> None:
    turns = {
        (case, python): {number: list(run.values) for number, run in rounds.runs.items()}
        for (python, case), rounds in told.costs._measured.items()
    }
    for _, (case, base, head), shown in ratios_shown(told.report):
        ours, theirs = turns[case, base], turns[case, head]
        rounds = [
            math.exp(stats.trim_mean(np.log(np.array(theirs[n]) / np.array(ours[n])), 0.25))
            for n in ours.keys() & theirs.keys()
        ]
        assert len(rounds) == shown["rounds"] == between[case, base, head]["rounds"]
        least, most = min(rounds) * (1 - 1e-9), max(rounds) * (1 + 1e-9)
        assert least <= shown["low"] <= shown["value"] <= shown["high"] <= most
        assert shown["value"] == pytest.approx(stats.gmean(rounds), rel=CLOSE)


def test_every_cost_is_that_of_compare(
    told: Told, between: Mapping[Key, Mapping[str, Any]]
) -> None:
    shown = {(each["id"], each["python"]): each for each in told.report["cases"]}
    checked = 0
    for (case, base, head), found in between.items():
        for side, python in (("base", base), ("head", head)):
            row, estimate = shown[case, python], told.costs.estimate(python, case)
            assert estimate is not None
            assert (row["seconds"], row["seconds_low"], row["seconds_high"]) == pytest.approx(
                tuple(estimate[:3]), rel=CLOSE
            )
            if found[f"{side}_rounds"] == row["rounds"]:
                assert found[side] == pytest.approx(row["seconds"], rel=CLOSE)
                checked += 1
            else:  # a round that the other side lacks
                assert case == FAILED
                assert found[f"{side}_rounds"] == row["rounds"] - 1 == ROUNDS - 1
    assert checked > 2 * 6 * len(COSTS) - 10
    for rung in told.report["pages"]["numbers"]["rungs"]:
        for python, each in rung["seconds"].items():
            name = "net_seconds" if rung["net"] else "seconds"
            assert each["value"] == pytest.approx(shown[rung["case"], python][name], rel=CLOSE)


def test_net_costs_are_means_of_their_rounds(told: Told) -> None:
    for row in told.report["cases"]:
        if row["id"] == CALL:
            gross, control = (told.costs.rounds(row["python"], each) for each in (CALL, EMPTY))
            assert gross is not None
            assert control is not None
            differences = (gross - control).to_numpy()
            assert row["net_seconds"] == pytest.approx(differences.mean(), rel=CLOSE)
            assert differences.min() <= row["net_seconds_low"] < row["net_seconds_high"]
            assert row["net_seconds_high"] <= differences.max()


def test_the_other_way_round_every_ratio_is_the_inverse(
    between: Mapping[Key, Mapping[str, Any]],
) -> None:
    for (case, base, head), there in between.items():
        back = between[case, head, base]
        assert (1 / back["ratio"], 1 / back["ci_high"], 1 / back["ci_low"]) == pytest.approx(
            (there["ratio"], there["ci_low"], there["ci_high"]), rel=CLOSE
        )


def test_every_ratio_of_two_campaigns_is_that_of_compare(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "history"))
    pythons = told.report["pages"]["history"]["pythons"]
    assert list(pythons) == list(PYTHONS[1:])
    for python, passages in pythons.items():
        for passage in passages:
            sides = (f"{told.campaigns[passage[end]]}@{python}" for end in ("before", "after"))
            found = compared(*sides)
            assert len(passage["cases"]) == len(found) >= len(COSTS)
            for each in passage["cases"]:
                assert_equal(each["change"], found[each["case"]])


def test_the_figures_of_a_journal_and_of_its_result_files_are_the_same(
    told: Told, between: Mapping[Key, Mapping[str, Any]], tmp_path: Path
) -> None:
    """Though rounds are in another order."""
    folder = tmp_path / "copy"
    shutil.copytree(told.campaigns["2026-02-01"], folder)
    files = write_suites(folder)
    found = compared(str(files[0]), str(files[-1]))
    for case, each in found.items():
        same = between[case, PYTHONS[0], PYTHONS[-1]]
        for name in ("ratio", "ci_low", "ci_high", "base", "head"):
            assert each[name] == pytest.approx(same[name], rel=CLOSE)
        assert each["verdict"] == same["verdict"]


def test_the_intervals_of_costs_are_those_of_comparisons_in_whatever_order_rounds_came(
    told: Told,
) -> None:
    base, head = (read_side(f"{told.campaigns['2026-02-01']}@{each}") for each in PYTHONS[:2])
    found, _ = matched_cases(base, head)
    for each in found:
        for python, estimate in zip(PYTHONS, (each.base, each.head)):
            assert told.costs.estimate(python, each.case) == pytest.approx(estimate, rel=CLOSE)
