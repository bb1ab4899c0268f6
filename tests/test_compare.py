"""`pyconc compare` on the command line: what it prints, and with which status it ends."""

from __future__ import annotations

import importlib.util
import json
import math
import random
import re
import shlex
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pyperf
import pytest
from conftest import CampaignMaker

from pyconc import cli
from pyconc.compare.store import keep
from pyconc.compare.thresholds import read_thresholds
from pyconc.statistics.history import Stored

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "ci.md"
PAIR, WITH, PUT = "lock.pair[thread-1]", "lock.with[thread-1]", "queue.put[thread-1]"
BASE = {PAIR: 1e-7, WITH: 2e-7, PUT: 3e-7}
HERE: dict[str, Any] = {"hostname": "here", "cpu_model_name": "a model", "cpu_count": 2}

pytestmark = pytest.mark.usefixtures("apart")


def draw(cost: float, rounds: int, seed: int) -> list[float]:
    noise = random.Random(f"{seed} {cost}")
    return [cost * math.exp(noise.gauss(0, 0.002)) for _ in range(rounds)]


def pyperf_file(
    path: Path, costs: Mapping[str, float], *, rounds: int = 12, seed: int = 1, **metadata: Any
) -> str:
    """As any benchmark leaves it behind."""
    benchmarks = []
    for case, cost in costs.items():
        said = {"name": case, "unit": "second", "loops": 1, "inner_loops": 1, **metadata}
        benchmarks.append(
            pyperf.Benchmark(
                [
                    pyperf.Run([value], metadata=said, collect_metadata=False)
                    for value in draw(cost, rounds, seed)
                ]
            )
        )
    pyperf.BenchmarkSuite(benchmarks).dump(str(path), replace=True)
    return str(path)


def two_files(folder: Path, head: Mapping[str, float], **metadata: Any) -> tuple[str, str]:
    """BASE is as usual; metadata is that of HEAD."""
    return (
        pyperf_file(folder / "base.json", BASE, **HERE),
        pyperf_file(folder / "head.json", head, seed=2, **{**HERE, **metadata}),
    )


def stored(folder: Path, campaigns: int = 5, spread: float = 0.0005) -> Path:
    """A history of campaigns of identical code on this machine, in which it moved by so much."""
    noise = random.Random(7)
    for number in range(campaigns):
        move = math.exp(noise.gauss(0, spread))
        costs = {
            (case, None): [draw(cost * move, 12, 100 + number), draw(cost * move, 12, 200 + number)]
            for case, cost in BASE.items()
        }
        keep(Stored(HERE, "a build", costs), f"campaign {number}", folder)
    return folder


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """The JSON of a comparison that ends well."""
    assert cli.main(["compare", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line with which it ends with status 2."""
    assert cli.main(["compare", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert line.startswith("pyconc: ")
    assert len(line) < 1000
    return line


def verdicts(document: Any) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in document["cases"]}


# What is compared


def test_the_pythons_of_a_campaign_are_paired(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.13.0": BASE, "3.14.0": {**BASE, PAIR: 2e-7}}, rounds=12)
    document = compared(capsys, f"{folder}@3.13", f"{folder}@3.14")
    assert document["paired"] is True
    assert document["provisional"] is None
    assert document["alarms"] == [PAIR]
    assert document["cases"][0]["ratio"] == pytest.approx(2, rel=0.05)
    assert (document["base"]["python"], document["head"]["python"]) == ("3.13.0", "3.14.0")


def test_files_from_anywhere_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """How much campaigns differ is not known, so that nothing is claimed."""
    sides = two_files(tmp_path, {PAIR: 1.2e-7, WITH: 1e-7, PUT: 3e-7})
    document = compared(capsys, *sides)
    assert verdicts(document) == {WITH: "suspect", PAIR: "suspect", PUT: "inconclusive"}
    assert (document["suspects"], document["alarms"]) == ([PAIR], [])
    assert document["paired"] is False
    assert "0 of at least 5 campaigns of identical code" in document["provisional"]
    assert document["serial_correlation"] is None
    assert document["base"]["machine"] == HERE
    assert [each["family"] for each in document["families"]] == ["lock", "queue"]


def test_the_table_has_costs_ratio_and_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = two_files(tmp_path, {**BASE, PAIR: 1.2e-7})
    history = stored(tmp_path / "kept", campaigns=4)
    assert cli.main(["compare", *sides, "--history", str(history)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (row,) = [line for line in lines if line.startswith(PAIR)]
    assert row.split()[1:5] == ["100", "ns", "120", "ns"]
    assert row.endswith("slower, alarm")
    assert lines[0] == f"BASE: {tmp_path / 'base.json'} (Python unknown)"
    assert any(line.startswith("provisional: ") for line in lines)
    assert lines[-1].startswith(f"alarm: {PAIR} (1.2")
    assert lines[-1].endswith("1 slower, 2 same (provisional)")


def test_markdown_folds_what_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = two_files(tmp_path, {**BASE, PAIR: 1.2e-7})
    history = stored(tmp_path / "kept")
    assert cli.main(["compare", *sides, "--format", "markdown", "--history", str(history)]) == 0
    shown, folded = capsys.readouterr().out.split("<details>")
    assert shown.startswith("### alarm: lock.pair\\[thread-1\\] (1.2")
    assert "| <code>lock.pair\\[thread-1\\]</code> | 100 ns | 120 ns |" in shown
    assert "queue.put" not in shown
    assert "queue.put" in folded


def test_some_cases_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sides = two_files(tmp_path, BASE)
    assert set(verdicts(compared(capsys, *sides, "-k", "lock and not with"))) == {PAIR}
    assert "no case to compare" in refused(capsys, *sides, "-k", "nothing")


@pytest.mark.parametrize("rounds", [3, 12])
def test_what_is_chosen_has_the_figures_that_it_has_among_all(
    tmp_path: Path,
    make_campaign: CampaignMaker,
    capsys: pytest.CaptureFixture[str],
    rounds: int,
) -> None:
    folder = make_campaign({"3.13.0": BASE, "3.14.0": {**BASE, PAIR: 1.2e-7}}, rounds=rounds)
    files = (
        pyperf_file(tmp_path / "base.json", BASE, rounds=rounds),
        pyperf_file(tmp_path / "head.json", {**BASE, PAIR: 1.2e-7}, rounds=rounds, seed=2),
    )
    for sides in ((f"{folder}@3.13", f"{folder}@3.14"), files):
        among = {each["id"]: each for each in compared(capsys, *sides)["cases"]}[PAIR]
        (alone,) = compared(capsys, *sides, "-k", "pair")["cases"]
        assert among.pop("rounds_needed") == alone.pop("rounds_needed")
        assert alone == among


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_what_does_not_compare_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    one = pyperf_file(tmp_path / "one.json", {PAIR: 1e-7, WITH: 1e-7}, pyconc_version=1)
    other = pyperf_file(tmp_path / "other.json", {PAIR: 1e-7, PUT: 1e-7}, pyconc_version=2)
    both = pyperf_file(tmp_path / "both.json", {PAIR: 1e-7}, seed=2, pyconc_version=1)
    assert "its version is 1 in BASE and 2 in HEAD" in refused(capsys, one, other)
    assert cli.main(["compare", one, both, "--format", form]) == 0
    out = capsys.readouterr().out.replace("\\", "")
    assert WITH in out
    assert "only in BASE" in out


def test_another_unit_does_not_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sides = two_files(tmp_path, BASE, unit="byte")
    assert "its unit is second in BASE and byte in HEAD" in refused(capsys, *sides)


def test_a_single_round_has_no_interval_and_no_alarm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = pyperf_file(tmp_path / "base.json", BASE, rounds=1)
    head = pyperf_file(tmp_path / "head.json", {PAIR: 1e-3}, rounds=1)
    document = compared(capsys, base, head, "--fail-on", "different")
    (case,) = document["cases"]
    assert (case["ci_low"], case["ci_high"], case["verdict"]) == (None, None, "inconclusive")


def test_uneven_rounds_are_both_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = pyperf_file(tmp_path / "base.json", BASE, rounds=12)
    head = pyperf_file(tmp_path / "head.json", BASE, rounds=40)
    assert cli.main(["compare", base, head]) == 0
    assert capsys.readouterr().out.count("  12/40  ") == 3


# What else may explain it


def test_other_machines_are_refused_unless_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = two_files(tmp_path, BASE, hostname="there")
    said = refused(capsys, *sides)
    assert "different machines, by hostname here and there" in said
    assert "--across-machines" in said
    document = compared(capsys, *sides, "--across-machines")
    assert "BASE and HEAD are of different machines" in document["confounds"][0]
    for form in ("table", "markdown"):
        assert cli.main(["compare", *sides, "--across-machines", "--format", form]) == 0
        assert "different machines" in capsys.readouterr().out


def test_unlike_builds_and_profiles_are_named(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    about: dict[str, Any] = {"label": "3.14.0", "version": "3.14.0", "optimized": True}
    base = make_campaign(
        {"3.14.0": BASE}, interpreters=[about], profile={"name": "full"}, started="2026-01-01"
    )
    head = make_campaign(
        {"3.14.0": {**BASE, PAIR: 2e-7}},
        interpreters=[{**about, "optimized": False}],
        profile={"name": "quick"},
        started="2026-01-02",
    )
    document = compared(capsys, str(base), str(head))
    assert "BASE is built with PGO, HEAD is built without PGO" in document["confounds"]
    assert any("profile" in said and "full" in said for said in document["confounds"])
    assert document["paired"] is False
    assert cli.main(["compare", str(base), str(head)]) == 0
    assert "confound: BASE is built with PGO" in capsys.readouterr().out


def test_with_a_history_nothing_is_provisional(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = two_files(tmp_path, BASE)
    narrow = {each["id"]: each for each in compared(capsys, *sides)["cases"]}[PAIR]
    history = str(stored(tmp_path / "kept", spread=0.1))
    document = compared(capsys, *sides, "--history", history)
    assert document["provisional"] is None
    wide = {each["id"]: each for each in document["cases"]}[PAIR]
    assert wide["ci_high"] - wide["ci_low"] > 5 * (narrow["ci_high"] - narrow["ci_low"])
    assert cli.main(["compare", *sides, "--history", history]) == 0
    assert "provisional" not in capsys.readouterr().out


@pytest.mark.parametrize("campaigns", [2, 4])
def test_few_stored_campaigns_tell_something_and_all_is_provisional(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], campaigns: int
) -> None:
    history = str(stored(tmp_path / "kept", campaigns))
    document = compared(capsys, *two_files(tmp_path, {**BASE, PAIR: 2e-7}), "--history", history)
    assert f"{campaigns} of at least 5 campaigns" in document["provisional"]
    assert document["alarms"] == [PAIR]


def test_a_history_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = two_files(tmp_path, BASE)
    assert "--history" in refused(capsys, *sides, "--history", str(tmp_path / "nowhere"))


# The gate

GATE = [
    ({PAIR: 1.2e-7}, "slower", 1),
    ({PAIR: 1.2e-7}, "different", 1),
    ({PAIR: 1.2e-7}, "faster", 0),
    ({PAIR: 0.8e-7}, "faster", 1),
    ({PAIR: 0.8e-7}, "different", 1),
    ({PAIR: 0.8e-7}, "slower", 0),
    ({}, "different", 0),
]


@pytest.mark.parametrize(("change", "fail_on", "status"), GATE)
@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_it_fails_only_for_what_it_was_asked_to_fail_for(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, float],
    fail_on: str,
    status: int,
    form: str,
) -> None:
    sides = two_files(tmp_path, {**BASE, **change})
    history = str(stored(tmp_path / "kept"))
    asked = ["--fail-on", fail_on, "--format", form, "--history", history]
    assert cli.main(["compare", *sides, *asked]) == status
    out, err = capsys.readouterr()
    assert "lock.pair" in out
    assert (PAIR in err) == bool(status)
    assert len(err.splitlines()) == status


def test_without_being_asked_it_never_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = str(stored(tmp_path / "kept"))
    document = compared(capsys, *two_files(tmp_path, {**BASE, PAIR: 2e-7}), "--history", history)
    assert document["alarm"] is True


@pytest.mark.parametrize("fail_on", ["slower", "different"])
def test_too_few_rounds_fail_nothing_and_that_is_said(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str], fail_on: str
) -> None:
    costs = {**BASE, PAIR: 2e-7, WITH: 1e-7}
    folder = make_campaign({"3.13.0": BASE, "3.14.0": costs}, rounds=4)
    sides = [f"{folder}@3.13", f"{folder}@3.14"]
    assert cli.main(["compare", *sides, "--fail-on", fail_on]) == 0
    out, err = capsys.readouterr()
    assert err == (
        f"pyconc: too few rounds to tell in 3 of 3 cases: fewer than 8; "
        f"suspects: {PAIR}; --confirm measures them again\n"
    )
    assert out.splitlines()[-1] == "no alarm: 2 suspect, 1 inconclusive"


def test_suspects_can_be_asked_to_fail(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that seem slower."""
    for costs, status in (({**BASE, PAIR: 2e-7}, 1), ({**BASE, PAIR: 5e-8}, 0), (BASE, 0)):
        folder = make_campaign({"3.13.0": BASE, "3.14.0": costs}, rounds=4)
        sides = [f"{folder}@3.13", f"{folder}@3.14"]
        assert cli.main(["compare", *sides, "--fail-on", "suspect"]) == status
        err = capsys.readouterr().err
        assert (err == f"pyconc: fails on suspect: 1 suspect ({PAIR})\n") == bool(status)
        assert ("too few rounds to tell in 3 of 3 cases" in err) != bool(status)


def test_alarms_fail_too_where_suspects_do(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.13.0": BASE, "3.14.0": {**BASE, PAIR: 2e-7}}, rounds=12)
    sides = [f"{folder}@3.13", f"{folder}@3.14"]
    assert cli.main(["compare", *sides, "--fail-on", "suspect"]) == 1
    assert capsys.readouterr().err == f"pyconc: fails on suspect: 1 slower ({PAIR})\n"


def test_without_a_history_nothing_fails_but_suspects_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = two_files(tmp_path, {**BASE, PAIR: 1.2e-7})
    assert cli.main(["compare", *sides, "--fail-on", "slower"]) == 0
    err = capsys.readouterr().err
    assert err.startswith("pyconc: no alarm can be raised for what is suspect, as how much")
    assert f"suspects: {PAIR}; --confirm measures them again" in err
    assert err.count("\n") == 1
    assert cli.main(["compare", *sides, "--fail-on", "suspect"]) == 1


def test_enough_rounds_without_a_suspect_fail_in_silence(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.13.0": BASE, "3.14.0": BASE}, rounds=12)
    sides = [f"{folder}@3.13", f"{folder}@3.14"]
    assert cli.main(["compare", *sides, "--fail-on", "suspect"]) == 0
    assert capsys.readouterr().err == ""


def test_a_threshold_lets_a_difference_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = ["--history", str(stored(tmp_path / "kept"))]
    sides = two_files(tmp_path, {**BASE, PAIR: 1.2e-7})
    assert cli.main(["compare", *sides, "--fail-on", "slower", *history]) == 1
    capsys.readouterr()
    document = compared(capsys, *sides, "--fail-on", "slower", "--threshold", "30%", *history)
    assert verdicts(document)[PAIR] == "same"
    assert {each["threshold"] for each in document["cases"]} == {0.3}
    assert "--threshold is 'wide'" in refused(capsys, *sides, "--threshold", "wide")


def test_families_and_cases_have_thresholds_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.pyconc.thresholds]\nlock = '30%'\n'{WITH}' = 0.02\n"
    )
    history = ["--history", str(stored(tmp_path / "kept"))]
    sides = two_files(tmp_path, {PAIR: 1.2e-7, WITH: 2.4e-7, PUT: 3e-7})
    document = compared(capsys, *sides, *history)
    assert {each["id"]: each["threshold"] for each in document["cases"]} == {
        PAIR: 0.3, WITH: 0.02, PUT: 0.01,
    }  # fmt: skip
    assert document["alarms"] == [WITH]
    assert cli.main(["compare", *sides, "--fail-on", "slower", "-k", "pair", *history]) == 0


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec

    def without_scipy(name: str) -> ModuleSpec | None:
        return None if name == "scipy" else find_spec(name)

    sides = two_files(tmp_path, BASE)
    monkeypatch.setattr(importlib.util, "find_spec", without_scipy)
    assert "pip install 'pyconc[report]'" in refused(capsys, *sides)


# What docs/ci.md says


def test_the_commands_of_the_guide_are_understood() -> None:
    lines = re.findall(r"^pyconc (.*)$", GUIDE.read_text("utf-8"), re.M)
    parsed = [cli.parser().parse_args(shlex.split(line, comments=True)) for line in lines]
    assert len(parsed) >= 2
    assert parsed[1].fail_on == "slower"
    assert parsed[1].confirm


def test_the_thresholds_of_the_guide_are_understood(
    tmp_path: Path, cases: Mapping[str, object]
) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(example)
    thresholds = read_thresholds(None, tmp_path)
    assert thresholds.default == 0.02
    known = {case.partition(end)[0] for case in cases for end in (".", "[")} | {*cases}
    assert thresholds.named.keys() - {"default"} <= known
    assert len(thresholds.named) == 4


def test_the_options_of_the_guide_are_all_there_are() -> None:
    guide = GUIDE.read_text("utf-8")
    known = {
        name.replace("_", "-") for name in vars(cli.parser().parse_args(["compare", "a", "b"]))
    }
    options = known - {"named", "command", "keywords"}
    assert {option for option in options if f"--{option}" not in guide} == set()


def test_a_machine_that_changed_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make_campaign: CampaignMaker
) -> None:
    costs = {PAIR: 1e-7, "floor.mutex_pair[thread-1]": 1e-8, "reference.call[thread-1]": 5e-8}
    slower = {case: 1.2 * cost for case, cost in costs.items()}
    only_ours = {**costs, PAIR: 1.2e-7}
    folder = make_campaign({"a": costs, "b": slower, "c": only_ours}, rounds=12)
    changed = compared(capsys, f"{folder}@a", f"{folder}@b")["confounds"]
    assert any("so that the machine changed" in sentence for sentence in changed)
    same = compared(capsys, f"{folder}@a", f"{folder}@c")["confounds"]
    assert not any("so that the machine changed" in sentence for sentence in same)
