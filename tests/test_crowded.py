"""Workers that other programs left too few cores: how it is told, and where it is said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pyconc import cli
from pyconc.measure import crowded as crowded_module
from pyconc.measure import meter as meter_module
from pyconc.measure.crowded import crowded
from pyconc.measure.meter import Meter
from pyconc.report.pages import families, scaling
from pyconc.report.reading import read_campaigns
from pyconc.store.measured import crowded_share
from pyconc.store.read_side import read_side
from pyconc.store.suites import write_suites
from pyconc.suite.case import Case, Workload
from pyconc.suite.usage import Usage
from pyconc.words.languages import Words

STRONG, START = "scaling.strong[process-fork-2]", "scaling.start_only[process-fork-2]"
#: Seconds of a value.
WALL = 0.02


def used(cpu: float, voluntary: float | None = 4.0) -> Usage:
    return Usage(cpu, voluntary, 5.0)


@pytest.fixture
def strong(cases: dict[str, Case]) -> Workload:
    return cases[STRONG].make()


def test_cpu_time_like_that_of_one_worker_is_crowded(strong: Workload) -> None:
    assert crowded(strong, used(1.02 * WALL), WALL, cores=2) == 1.0
    assert crowded(strong, used(1.94 * WALL), WALL, cores=2) == 0.0


def test_with_more_cores_more_of_them_must_be_had(strong: Workload) -> None:
    four = type(strong)(backend="process", start_method="fork", workers=4)
    assert crowded(four, used(1.5 * WALL), WALL, cores=4) == 1.0
    assert crowded(four, used(1.5 * WALL), WALL, cores=2) == 0.0
    assert crowded(four, used(3.1 * WALL), WALL, cores=8) == 0.0


def test_whoever_waits_for_another_worker_is_not_crowded(strong: Workload) -> None:
    """Such as for a lock inside the interpreter: that shows in switches."""
    assert crowded(strong, used(WALL, voluntary=500.0), WALL, cores=2) == 0.0


@pytest.mark.parametrize(
    ("case", "cores", "voluntary"),
    [
        ("scaling.strong[process-fork-1]", 2, 4.0),  # there is one worker
        (STRONG, 1, 4.0),  # there is one core
        (STRONG, 2, None),  # nobody counts how often they wait
        (START, 2, 4.0),  # there is nothing to do
        ("barrier.crossing[process-fork-2]", 2, 4.0),  # they wait for each other
        ("asyncio.gather[task-1]", 2, 4.0),  # tasks have one thread
        ("scaling.strong[process-forkserver-2]", 2, 4.0),  # not ours to count
        ("pool.process_pool_executor_tasks[process-fork-2-10000]", 2, 4.0),  # not counted yet
    ],
)
def test_nothing_is_said_where_it_cannot_be_told(
    cases: dict[str, Case], case: str, cores: int, voluntary: float | None
) -> None:
    found = cases.get(case) or next(
        each for name, each in cases.items() if name.startswith(case.split("[")[0])
    )
    assert crowded(found.make(), used(WALL, voluntary), WALL, cores=cores) is None


@pytest.mark.parametrize(("is_on", "said"), [(True, None), (False, 1.0)])
def test_threads_run_at_once_without_the_gil_alone(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch, is_on: bool, said: float | None
) -> None:
    monkeypatch.setattr(crowded_module, "gil_enabled", lambda: is_on)
    for case in ("sharing.read_list[thread-2-one]", "reference.empty_loop[thread-2]"):
        assert crowded(cases[case].make(), used(WALL), WALL, cores=2) == said


def test_every_value_says_whether_it_was_crowded(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([1.0, 0.0, 0.0, 0.0])
    monkeypatch.setattr(meter_module, "crowded", lambda workload, usage, wall: next(answers))
    with Meter(cases["sharing.read_list[thread-2-one]"], 0.001) as meter:
        for _ in range(4):
            meter.seconds(10)
        assert meter.metrics(4)["crowded"] == 0.25


def test_what_cannot_be_told_is_no_metric(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter_module, "crowded", lambda workload, usage, wall: None)
    with Meter(cases["sharing.read_list[thread-2-one]"], 0.001) as meter:
        meter.seconds(10)
        assert "crowded" not in meter.metrics(1)


def test_rounds_that_were_not_crowded_count_too() -> None:
    """pyperf leaves out what is 0."""
    assert crowded_share([1.0, None, None, None]) == 0.25
    assert crowded_share([0.5] * 4) == 0.5
    assert crowded_share([0.3, *[None] * 9]) == 0.0  # too few of the values to matter
    assert crowded_share([None, "often", 7]) == 0.0
    assert crowded_share([]) == 0.0


@pytest.fixture(scope="module")
def folder(make_campaign: Callable[..., Path]) -> Path:
    """Recorded metadata of two Pythons with a crowded case."""
    costs = {STRONG: 0.1, "scaling.strong[process-fork-1]": 0.1, START: 1e-3}
    metrics = {STRONG: {"crowded": 0.75, "cpu_seconds": 0.1}}
    return make_campaign({"3.13.0": costs, "3.14.0": costs}, 12, metrics)


def test_show_says_so_in_a_column_and_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", str(folder)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"strong\[process-fork-2\] +3\.14\.0 .* 75 %", out)
    assert "Crowded on 3.14.0: in 1 case other programs" in " ".join(out.split())


def test_show_says_so_of_a_single_case(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(folder), STRONG]) == 0
    assert "crowded by other programs in 75 % of its values" in capsys.readouterr().out


def test_show_says_so_to_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(folder), "--format", "json"]) == 0
    said = {each["id"]: each["crowded"] for each in json.loads(capsys.readouterr().out)["cases"]}
    assert said[STRONG] == 0.75
    assert said[START] is None


def test_a_comparison_says_so_of_both_sides(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["compare", f"{folder}@3.13.0", f"{folder}@3.14.0"]) == 0
    out = capsys.readouterr().out
    for side in ("BASE", "HEAD"):
        assert f"confound: {side} was crowded: other programs had taken cores" in out
    assert re.search(r"strong\[process-fork-2\].*, crowded", out)
    assert not re.search(r"start_only\[process-fork-2\].*, crowded", out)
    assert "crowded: other programs had taken cores from the workers of BASE or HEAD" in out


def test_a_file_of_results_says_so_too(folder: Path) -> None:
    write_suites(folder)
    [path] = folder.glob("python-3.14.0.json*")
    side = read_side(str(path))
    assert side.is_crowded(STRONG)
    assert not side.is_crowded(START)
    assert not side.is_crowded("no.such[thread-1]")


def test_pages_say_so(folder: Path) -> None:
    shown = read_campaigns([folder])[0]
    found = [
        next(page for page in families.pages(shown) if page.name == "family-scaling"),
        next(iter(scaling.pages(shown))),
    ]
    for page in found:
        said = [Words("en").say(each) for each in page.context["crowded_says"]]
        assert len(said) == 2
        assert "in 1 case" in said[0]
        assert "75 % of its values" in said[0]
    assert found[0].document is not None
    assert found[0].document["cases"][STRONG]["3.14.0"]["crowded"] == 0.75
