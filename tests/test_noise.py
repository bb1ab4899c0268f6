"""What a Python measured against itself shows: noise, what can be seen, and false alarms."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CampaignMaker, interpreter

from pyconc import cli
from pyconc.compare import noise as noise_module
from pyconc.compare.noise import noise_of, twice
from pyconc.compare.noise_file import (
    NOISE,
    CaseNoise,
    Noise,
    NoRoundsError,
    document,
    measured_twice,
    read_noise_file,
    sentences,
    slowdown_in_words,
)
from pyconc.compare.store import VARIABLE, read_history
from pyconc.errors import UsageError
from pyconc.screen.shorten import stands_for
from pyconc.statistics.visible import MOST
from pyconc.store.journal import CAMPAIGN, JOURNAL
from pyconc.store.measured import Measured, Side

Costs = Mapping[str, Mapping[int, float]]
TWICE = [
    interpreter(label, version="3.13.0", build="3.13.0 (main)") for label in ("3.13.0", "again")
]


@pytest.fixture(autouse=True)
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test keeps anything among the user's own campaigns."""
    folder = tmp_path / "history"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def side(label: str, costs: Costs) -> Side:
    measured = {case: Measured(case, by_round, "second", {}) for case, by_round in costs.items()}
    return Side(label, label, "one campaign", "full", {}, TWICE[0], measured, Path(label))


def both(
    noise: float, *, cases: int = 50, rounds: int = 40, shared: float = 0.0, seed: int = 1
) -> tuple[Side, Side]:
    """Two arms with noise from round to round, and with some that both have in common."""
    rng = np.random.default_rng(seed)
    met = shared * rng.standard_normal((cases, rounds))
    logs = noise * rng.standard_normal((2, cases, rounds)) + met - 14
    arms: list[dict[str, dict[int, float]]] = [
        {
            f"a.case[{case}]": dict(enumerate(np.exp(logs[arm, case]).tolist(), 1))
            for case in range(cases)
        }
        for arm in range(2)
    ]
    return side("one", arms[0]), side("again", arms[1])


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.2])
def test_noise_is_recovered(noise: float) -> None:
    found = noise_of(*both(noise))
    assert [each.rounds for each in found.cases] == [40] * 50
    assert np.mean([each.noise for each in found.cases]) == pytest.approx(noise, rel=0.05)


def test_what_both_arms_share_is_no_noise() -> None:
    found = noise_of(*both(0.01, shared=0.3))
    assert np.mean([each.noise for each in found.cases]) == pytest.approx(0.01, rel=0.05)


def test_steady_cases_are_counted() -> None:
    quiet, loud = both(0.01, cases=30), both(0.1, cases=10, seed=2)
    renamed = [{f"b.{case}": m for case, m in each.measured.items()} for each in loud]
    sides = [
        each._replace(measured={**each.measured, **others})
        for each, others in zip(quiet, renamed)
    ]  # fmt: skip
    found = noise_of(*sides)
    assert found.steady == 30
    assert sentences(found)[0].startswith("30 of 40 cases (75%) vary by at most 3%")


def test_a_case_among_many_must_differ_by_more_than_one_alone() -> None:
    for each in noise_of(*both(0.02)).cases:
        assert 0.01 < each.smallest_effect_alone < each.smallest_effect < 0.05


def test_two_rounds_show_nothing_and_nobody_says_otherwise() -> None:
    found = noise_of(*both(0.05, rounds=2))
    assert {each.smallest_effect for each in found.cases} == {math.inf}
    [_, half, *_] = sentences(found)
    assert f"no slowdown up to {MOST:g}x would be found" in half
    assert "inf" not in " ".join(sentences(found))


@pytest.mark.parametrize(
    ("effect", "words"),
    [(0.0143, "1.4%"), (0.5, "50.0%"), (1.5, "2.5x"), (math.inf, "none up to 10x")],
)
def test_a_slowdown_in_words(effect: float, words: str) -> None:
    assert slowdown_in_words(effect) == words


def test_what_is_below_the_threshold_raises_no_alarm() -> None:
    one, again = both(1e-6, cases=1)
    dearer = {
        case: {n: c * 1.005 for n, c in m.costs.items()} for case, m in again.measured.items()
    }
    found = noise_of(one, side("again", dearer))
    assert found.intervals_missed == 1
    assert found.false_verdicts == 0
    assert found.alarms == []


def test_what_the_gate_would_raise_is_named() -> None:
    one, again = both(0.001, cases=3, rounds=12)
    name = next(iter(one.measured))
    dearer = {n: c * 1.1 for n, c in again.measured[name].costs.items()}
    again.measured[name] = again.measured[name]._replace(costs=dearer)  # type: ignore[index]
    for sides in ((one, again), (again, one)):  # in either direction
        found = noise_of(*sides)
        assert found.alarms == [name]
        assert f"the gate would raise an alarm, falsely: {name}" in sentences(found)


def test_identical_code_rarely_raises_an_alarm() -> None:
    alarms = sum(bool(noise_of(*both(0.05, cases=20, rounds=9, seed=s)).alarms) for s in range(40))
    assert alarms <= 4


def test_too_few_rounds_raise_no_alarm_and_that_is_said() -> None:
    found = noise_of(*both(0.02, rounds=7))
    assert found.alarms == []
    said = "with fewer than 8 rounds the gate raises no alarm, whatever it sees"
    assert said in sentences(found)
    assert "the gate raises no alarm" in sentences(noise_of(*both(0.02, rounds=9, cases=3)))


def test_the_correlation_from_round_to_round_is_told() -> None:
    rng = np.random.default_rng(2)
    walk = np.cumsum(rng.standard_normal((20, 30)), axis=1) * 0.01
    arms = [{f"a.{n}": dict(enumerate(np.exp(row), 1)) for n, row in enumerate(logs)}
            for logs in (0 * walk, walk)]  # fmt: skip
    found = noise_of(side("one", arms[0]), side("again", arms[1]))
    assert found.serial is not None
    assert found.serial.is_high
    assert "high: intervals are too short" in sentences(found)[-1]
    steady = noise_of(*both(0.02, cases=20))
    assert "below 0.2 is low" in sentences(steady)[-1]
    assert noise_of(*both(0.02, rounds=2)).serial is None


def test_identical_arms_that_differ_are_counted_as_false() -> None:
    one, again = both(0.001, cases=10)
    dearer = {case: {n: c * 1.1 for n, c in m.costs.items()} for case, m in again.measured.items()}
    found = noise_of(one, side("again", dearer))
    assert found.intervals_missed == 10
    assert found.false_verdicts == 10


def test_cases_that_lack_rounds_are_left_out_and_named() -> None:
    one, again = both(0.02, cases=5, rounds=10)
    names = list(one.measured)
    again.measured.pop(names[0])  # type: ignore[attr-defined]
    few = {names[1]: {1: 1e-6}, names[2]: {11: 1e-6, 12: 1e-6}}
    for name, costs in few.items():
        again.measured[name] = again.measured[name]._replace(costs=costs)  # type: ignore[index]
    found = noise_of(one, again)
    assert [each.case for each in found.cases] == names[3:]
    assert dict(found.left_out) == {
        names[0]: "only in one",
        names[1]: "fewer than two rounds of both arms",
        names[2]: "fewer than two rounds of both arms",
    }
    assert "nan" not in " ".join(sentences(found))


def test_an_arm_that_failed_half_way_is_judged_by_the_rounds_of_both() -> None:
    one, again = both(0.02, cases=3, rounds=10)
    name = next(iter(one.measured))
    half = {n: c for n, c in again.measured[name].costs.items() if n <= 6}
    again.measured[name] = again.measured[name]._replace(costs=half)  # type: ignore[index]
    found = noise_of(one, again)
    assert [each.rounds for each in found.cases] == [6, 10, 10]


def test_a_single_round_shows_nothing() -> None:
    with pytest.raises(NoRoundsError, match="no case with two rounds of both"):
        noise_of(*both(0.02, rounds=1))


def test_a_file_says_what_was_found(tmp_path: Path) -> None:
    for found in (noise_of(*both(0.02, cases=5)), noise_of(*both(0.3, rounds=2, cases=5))):
        path = tmp_path / NOISE
        path.write_text(json.dumps(document(found), allow_nan=False))
        assert read_noise_file(path) == found


def damaged(**change: Any) -> str:
    body = document(noise_of(*both(0.02, cases=2, rounds=4)))
    body.update(change)
    return json.dumps(body)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "7", "{}", '{"cases": []}', damaged(cases=[]), damaged(cases=[{}]),
        damaged(cases=7), damaged(left_out=None), damaged(alarms=7), damaged(alarms=None),
        damaged(serial=7), damaged(serial={"correlation": "high", "p_value": 0.1}),
        damaged(serial={"correlation": 0.1}), damaged(false_verdicts=True), "[" * 100_000,
        damaged().replace('"noise": 0', '"noise": -0'),
        damaged().replace('"noise": 0', '"noise": 1e999'),
    ],
)  # fmt: skip
def test_a_damaged_file_is_one_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / NOISE
    path.write_text(text)
    with pytest.raises(UsageError, match=r"noise\.json is damaged .*; remove it") as caught:
        read_noise_file(path)
    assert "\n" not in str(caught.value)


def test_one_python_is_two_arms() -> None:
    assert twice("3.13") == ["3.13", "3.13=again"]
    assert twice("3.14t+gil") == ["3.14t+gil", "3.14t+gil=again"]
    assert twice("3.13=mine") == ["3.13=mine", "3.13=mine-again"]
    assert twice("3.13=again") == ["3.13=again", "3.13=again-again"]


def test_a_path_may_have_an_equals_sign(tmp_path: Path) -> None:
    python = tmp_path / "a=b"
    python.touch()
    assert twice(str(python)) == [str(python), f"{python}=again"]


def test_all_pythons_are_not_one() -> None:
    with pytest.raises(UsageError, match="names many Pythons"):
        twice("all")


def test_one_build_with_and_without_the_gil_is_two_pythons() -> None:
    assert measured_twice({"interpreters": TWICE})
    with_gil, without = TWICE[0], {**TWICE[1], "gil": "off"}
    assert not measured_twice({"interpreters": [with_gil, without]})
    assert not measured_twice({"interpreters": [TWICE[0]]})
    assert not measured_twice({"interpreters": [*TWICE, TWICE[0]]})
    unknown = [{k: v for k, v in each.items() if k != "build"} for each in TWICE]
    assert not measured_twice({"interpreters": unknown})


@pytest.fixture
def campaign(make_campaign: CampaignMaker) -> Path:
    """Two families of one Python that was measured twice."""
    costs = {"lock.pair[thread-1]": 5e-8, "lock.with[thread-1]": 4e-8, "queue.put[thread-1]": 1e-6}
    return make_campaign({"3.13.0": costs, "again": costs}, rounds=12, interpreters=TWICE)


def test_noise_of_a_campaign_is_printed_and_kept(
    campaign: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["noise", "--of", str(campaign)]) == 0
    out = capsys.readouterr().out
    assert "queue.put[thread-1]" in out
    assert "3 of 3 cases (100%) vary by at most 3% from round to round" in out
    assert "the gate raises no alarm" in out
    assert "lag-1 correlation" in out
    assert all(char.isascii() for char in out), "no lines of a table where no terminal is"
    found = read_noise_file(campaign / NOISE)
    assert [each.rounds for each in found.cases] == [12, 12, 12]
    [kept] = read_history(history).campaigns
    assert kept.python == "3.13.0 (main)"
    assert [len(arm) for arms in kept.costs.values() for arm in arms] == [12] * 6


def test_a_campaign_that_is_judged_again_is_kept_once(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "elsewhere"
    for _ in range(2):
        assert cli.main(["noise", "--of", str(campaign), "--history", str(folder)]) == 0
    assert len(list(folder.iterdir())) == 1
    assert f"kept for comparisons in {folder}" in capsys.readouterr().out


def test_a_campaign_that_was_interrupted_is_judged_so_far(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    costs = {"a.b[thread-1]": 1e-6, "a.c[thread-1]": 1e-6}
    folder = make_campaign(
        {"3.13.0": costs, "again": costs}, rounds=3, interpreters=TWICE, finished=False
    )
    lines = (folder / JOURNAL).read_text("utf-8").splitlines(keepends=True)
    gone = [line for line in lines if not ("a.c" in line and '"again"' in line)]
    (folder / JOURNAL).write_text("".join(gone), "utf-8")
    assert cli.main(["noise", "--of", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "left out: a.c[thread-1]: only in 3.13.0" in out
    assert "of what was measured so far; `pyconc run --resume" in out


def test_files_of_an_older_campaign_are_paired_too(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pyconc.store.suites import write_suites

    for path in write_suites(campaign):
        body = json.loads(path.read_text("utf-8"))
        for metadata in [body["metadata"], *(each["metadata"] for each in body["benchmarks"])]:
            metadata.pop("pyconc_campaign", None)
        path.write_text(json.dumps(body), "utf-8")
    (campaign / JOURNAL).unlink()
    assert cli.main(["noise", "--of", str(campaign)]) == 0
    assert "the gate raises no alarm" in capsys.readouterr().out


def test_the_history_tells_the_gil_of_one_build_apart(
    make_campaign: CampaignMaker, history: Path
) -> None:
    for gil, started in (("on", "2026-01-01"), ("off", "2026-01-02")):
        pythons = [{**each, "free_threaded": True, "gil": gil} for each in TWICE]
        costs = {"a.b[thread-1]": 1e-6}
        folder = make_campaign(
            {"3.13.0": costs, "again": costs}, interpreters=pythons, started=started
        )
        assert cli.main(["noise", "--of", str(folder)]) == 0
    pythons_kept = {each.python for each in read_history(history).campaigns}
    assert pythons_kept == {"3.13.0 (main) GIL on", "3.13.0 (main) GIL off"}


@pytest.mark.parametrize(
    ("rounds", "labels", "says"),
    [
        (5, ("3.13.0", "3.14.0"), "measured 3.13.0, 3.14.0, and not one Python twice"),
        (5, ("3.13.0",), "measured 3.13.0, and not one Python twice"),
        (1, ("3.13.0", "again"), "no case with two rounds of both"),
        (0, ("3.13.0", "again"), "holds no finished round"),
    ],
)
def test_a_campaign_that_shows_no_noise_is_one_line_and_status_2(
    rounds: int,
    labels: tuple[str, ...],
    says: str,
    make_campaign: CampaignMaker,
    capsys: pytest.CaptureFixture[str],
    history: Path,
) -> None:
    about = {"interpreters": TWICE} if "again" in labels else {}
    folder = make_campaign(
        {label: {"a.b[thread-1]": 1e-6} for label in labels}, rounds=rounds, **about
    )
    assert cli.main(["noise", "--of", str(folder)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert says in err
    assert not (folder / NOISE).exists()
    assert not history.exists()


def test_no_campaign_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["noise", "--of", str(tmp_path / "missing")]) == 2
    assert cli.main(["noise", "--of", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 2
    assert f"has no {CAMPAIGN}" in err


def test_a_folder_that_cannot_be_written(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (campaign / f"{NOISE}.tmp").mkdir()
    assert cli.main(["noise", "--of", str(campaign)]) == 2
    captured = capsys.readouterr()
    assert "3 of 3 cases" in captured.out  # what was found is said all the same
    assert captured.err.count("\n") == 1
    assert "cannot write" in captured.err


def test_a_narrow_terminal_cuts_no_figure_off(
    campaign: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    name = "a.long_" + "x" * 40
    noise_module._print(
        Noise([CaseNoise(name, 12, 0.01, math.inf, 0.5, 1.0, 0.9, 1.1)], [], 0, 0, [], None)
    )
    out = capsys.readouterr().out
    row = next(line for line in out.splitlines() if line.startswith("a.long_…xxx"))
    assert stands_for(row.split()[0], name)
    assert "none up to 10x" in row
    assert out.count("…") == 1
