"""The page of earlier campaigns: what it shows, and when there is none."""

from __future__ import annotations

import json
import math
import random
import re
from pathlib import Path

import pytest
from conftest import CampaignMaker
from one_page import html_of
from pages import plain_text

from pyconc.compare.store import keep
from pyconc.report.charts import pictures
from pyconc.report.page import Page, Shown
from pyconc.report.pages import history
from pyconc.report.reading import read_campaigns
from pyconc.statistics.history import Stored
from pyconc.words.languages import Words

COSTS = {
    "3.13.0": {"lock.pair[thread-1]": 5e-8, "queue.hop[thread-2]": 1e-6},
    "3.14.1": {"lock.pair[thread-1]": 5e-8, "queue.hop[thread-2]": 1e-6},
}
DEARER = {
    "3.13.0": {"lock.pair[thread-1]": 5e-8, "queue.hop[thread-2]": 1e-6},
    "3.14.1": {"lock.pair[thread-1]": 1.5e-7, "queue.hop[thread-2]": 1e-6},
}
FIRST, SECOND = "2026-01-01T08:00:00+00:00", "2026-02-01T09:00:00+00:00"

pytestmark = pytest.mark.usefixtures("apart")


@pytest.fixture(scope="module")
def found(make_campaign: CampaignMaker) -> Shown:
    (found,) = read_campaigns(
        [make_campaign(DEARER, 8, started=SECOND), make_campaign(COSTS, 8, started=FIRST)]
    )
    return found


def page_of(found: Shown) -> Page:
    (page,) = history.pages(found)
    return page


def test_a_single_campaign_has_no_page(make_campaign: CampaignMaker) -> None:
    (alone,) = read_campaigns([make_campaign(COSTS, 3)])
    assert not list(history.pages(alone))


def test_another_machine_is_no_earlier_campaign(make_campaign: CampaignMaker) -> None:
    other = {"host": "elsewhere", "platform": "Linux", "processor": "x86", "cpus": 2}
    machines = read_campaigns([make_campaign(COSTS, 3), make_campaign(COSTS, 3, machine=other)])
    assert len(machines) == 2
    assert not any(list(history.pages(each)) for each in machines)


def test_a_cost_that_tripled_is_told_with_its_figures_as_no_certain_step(found: Shown) -> None:
    """As it is not known how much campaigns of the machine differ."""
    page = page_of(found)
    text = plain_text(html_of(found, page))
    assert "2 campaigns of this machine, from 2026-01-01 to 2026-02-01" in text
    assert "perhaps changed in 2026-02-01: 3.0x" in text
    assert "▲ slower" not in text
    assert "1 cost seems to have changed, none of them for certain" in text
    assert "The verdicts are provisional" in text
    said = Words("en").say(page.findings[0].says)
    assert (
        "lock.pair[thread-1] on Python 3.14.1 seems to cost 3.0x as much as in 2026-01-01" in said
    )
    assert "it is not certain" in said
    assert f'id="{page.findings[0].anchor}"' in html_of(found, page)


def test_every_case_of_every_python_is_a_row(found: Shown) -> None:
    page = page_of(found)
    rows = page.context["rows"]
    assert {(row.case, row.python) for row in rows} == {
        (case, python) for python, by_case in COSTS.items() for case in by_case
    }
    assert all(cost is not None for row in rows for cost in row.costs)
    ids = re.findall(r' id="([^"]+)"', html_of(found, page))
    assert len(ids) == len(set(ids))


def test_every_word_and_chart_is_there_in_both_languages(found: Shown) -> None:
    page = page_of(found)
    chinese = plain_text(html_of(found, page, "zh"))
    assert "2026-02-01 可能有变化：3.0x" in chinese
    assert [each.name for each in page.drawings] == ["history-overview", "history-cases"]
    for drawing in page.drawings:
        svg = pictures.draw(drawing)["zh"]
        assert "越低越好" in svg
        assert "lower is better" not in svg
        assert Words("zh").say(drawing.alt)


def test_another_version_of_a_case_is_named_and_not_compared(make_campaign: CampaignMaker) -> None:
    said: list[dict[str, dict[str, float | str]]] = [
        {"lock.pair[thread-1]": {"version": version}} for version in (1, 2)
    ]
    (found,) = read_campaigns(
        [
            make_campaign(COSTS, 8, said[0], started=FIRST),
            make_campaign(DEARER, 8, said[1], started=SECOND),
        ]
    )
    page = page_of(found)
    text = plain_text(html_of(found, page))
    assert "its version is 1 on 2026-01-01 and 2 on 2026-02-01" in text
    assert "lock.pair[thread-1]" not in {row.case for row in page.context["rows"]}


def test_campaigns_of_one_day_are_told_apart_by_the_hour(make_campaign: CampaignMaker) -> None:
    (found,) = read_campaigns(
        [
            make_campaign(COSTS, 3, started="2026-01-01T08:00:00+00:00"),
            make_campaign(COSTS, 3, started="2026-01-01T09:30:00+00:00"),
        ]
    )
    assert page_of(found).context["found"].names == ("2026-01-01 08:00", "2026-01-01 09:30")


def test_campaigns_that_began_together_are_told_apart_by_their_folders(
    make_campaign: CampaignMaker,
) -> None:
    (found,) = read_campaigns([make_campaign(COSTS, 3), make_campaign(COSTS, 3)])
    names = page_of(found).context["found"].names
    assert len(set(names)) == 2
    assert all(name.startswith("2026-01-01 00:00:00 campaign") for name in names)


def test_single_rounds_settle_nothing(make_campaign: CampaignMaker) -> None:
    (found,) = read_campaigns(
        [make_campaign(COSTS, 1, started=FIRST), make_campaign(DEARER, 1, started=SECOND)]
    )
    page = page_of(found)
    assert "Nothing can be said with so few rounds" in plain_text(html_of(found, page))
    assert not page.findings


def test_the_document_is_plain_json_without_nan(found: Shown) -> None:
    document = json.loads(json.dumps(page_of(found).document, allow_nan=False))
    assert document["campaigns"] == ["2026-01-01", "2026-02-01"]
    cases = {each["case"]: each for each in document["pythons"]["3.14.1"][0]["cases"]}
    assert cases["lock.pair[thread-1]"]["verdict"] == "suspect"


@pytest.mark.parametrize(("campaigns", "provisional"), [(3, True), (5, False)])
def test_with_stored_campaigns_of_the_machine_it_is_a_step(
    found: Shown, tmp_path: Path, campaigns: int, provisional: bool
) -> None:
    machine = {"hostname": "here"}
    campaign = found.campaign
    sides = {label: each._replace(machine=machine) for label, each in campaign.sides.items()}
    found = found._replace(campaign=campaign._replace(sides=sides))
    chance = random.Random(3)
    for number in range(campaigns):
        arms = {
            (case, None): [
                [1e-6 * math.exp(chance.gauss(0, 0.005)) for _ in range(8)] for _ in "ab"
            ]
            for case in sides["3.14.1"].measured
        }
        keep(Stored(machine, "a build", arms), f"campaign {number}", tmp_path / "history")
    page = page_of(found)
    text = plain_text(html_of(found, page))
    assert "▲ slower in 2026-02-01: 3.0x" in text
    assert ("The verdicts are provisional" in text) == provisional
    said = Words("en").say(page.findings[0].says)
    assert "lock.pair[thread-1] on Python 3.14.1 costs 3.0x as much as in 2026-01-01" in said
    assert ("the machine's own doing" in said) == provisional
    assert page.document
    cases = page.document["pythons"]["3.14.1"][0]["cases"]
    verdicts = {each["case"]: each["verdict"] for each in cases}
    assert verdicts["lock.pair[thread-1]"] == "slower"
