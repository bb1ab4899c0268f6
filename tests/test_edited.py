"""Whatever is changed in the files of a campaign: all commands read it, or refuse it alike."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pyconc import __version__
from pyconc.commands.ending import finish
from pyconc.errors import UsageError
from pyconc.measure import campaign
from pyconc.measure.about import describe_machine
from pyconc.measure.campaign import Outcome, Prepared
from pyconc.measure.interpreters import Arm
from pyconc.measure.plan import PROFILES, Plan
from pyconc.measure.state import State
from pyconc.report.reading import read
from pyconc.show.command import FORMATS, show_campaign
from pyconc.store import campaigns
from pyconc.store.current import arm_file
from pyconc.store.journal import CAMPAIGN, JOURNAL, read_journal
from pyconc.store.read_side import read_side
from pyconc.store.suites import write_suites
from pyconc.suite.case import Case
from pyconc.suite.own import Own

#: In place of every value; `...` is that there is none.
EDITS: list[Any] = [..., None, "", -1, 1e308, [], {}, True, "text"]
CASES = ("reference.empty_loop[thread-1]", "lock.pair[thread-1]")
#: What only going on takes.
_TO_GO_ON = (
    "is not what it was", "are not what they were", "unknown profile", "was measured on another",
    "was measured with", " missing)",
)  # fmt: skip


class Files(NamedTuple):
    """A campaign as it is on disk."""

    about: dict[str, Any]
    lines: list[dict[str, Any]]


@pytest.fixture(scope="module")
def original(make_campaign: Callable[..., Path], cases: dict[str, Case]) -> Files:
    """A finished smoke campaign of one Python."""
    told: dict[str, float | str] = {
        "overlap": 0.9,
        "jain": 0.9,
        "min_share": 0.9,
        "cpu_seconds": 1e-6,
        "nonzero": 1.0,
    }
    told.update(handoff_histogram="159:9", handoff_p50=1e-6, handoff_p99=1e-6, handoff_max=1e-6)
    beside = dict.fromkeys(CASES, told)
    folder = make_campaign({"3.13.0": dict.fromkeys(CASES, 1e-6)}, 2, beside)
    about = json.loads((folder / CAMPAIGN).read_text("utf-8"))
    about.update(
        pyconc=__version__, profile=PROFILES["smoke"]._asdict(), budget=60.0, seconds=3.0,
        timed_share=0.5, machine=describe_machine(),
        case_versions={name: cases[name].workload_class.version for name in CASES},
        own={"folders": [], "pythonpath": [], "packages": ["aiologic"]}, left_out=[],
        failures=[{"case": CASES[0], "python": "3.13.0", "reason": "it hung", "log": "a.txt"}],
        doctor=[{"check": "cores", "level": "note", "says": "few", "remedy": "more", "data": {}}],
    )  # fmt: skip
    about["interpreters"][0].update(spec="python3.13=3.13.0", build="3.13.0 (main)", jit="no",
                                    switch_interval=0.005, free_threaded=False,
                                    packages={"aiologic": "0.17.1"}, missing={"trio": "too new"},
                                    snapshot="0123456789ab", environment="/work/venv",
                                    hidden=["mylock"], not_used="pyperf 2.6")  # fmt: skip
    lines = [json.loads(line) for line in (folder / JOURNAL).read_text("utf-8").splitlines()]
    for line in lines:
        line["learned"] = {"timed": 0.1, "fastest_pace": 1e-8, "value_seconds": 0.01}
        line["learned"].update({"cost": 1e-6, "spread": 0.1, "ratios": {"3.12.0": -0.1}}
                               if line["round"] else {"loops": 8})  # fmt: skip
    return Files(about, lines)


def places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every value in a document."""
    for key in part if isinstance(part, dict) else range(len(part)):
        yield (*path, key)
        if isinstance(part[key], (dict, list)):
            yield from places(part[key], (*path, key))


def edited(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return changed


def write(folder: Path, about: Any, lines: list[Any]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / CAMPAIGN).write_text(json.dumps(about), "utf-8")
    (folder / JOURNAL).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


@pytest.fixture
def _ready(monkeypatch: pytest.MonkeyPatch, original: Files) -> None:
    """The Python of the campaign is here, and there is nothing left to measure."""
    build = original.about["interpreters"][0]["build"]

    def prepare(cases: list[Case], profile: Any, **how: Any) -> Prepared:
        if how["pythons"] != ["python3.13=3.13.0"]:
            raise UsageError(f"{how['pythons']} is not what it was")
        plan = Plan(profile, how["seed"], {"3.13.0": cases}, how["budget"])
        about = {"build": build, "base": "python", "packages": {"aiologic": "0.17.1"}}
        arm = Arm("3.13.0", "python", about, {}, {}, "")
        return Prepared(plan, [case.id for case in cases], [arm], [], {}, (), Own())

    def measure(prepared: Prepared, state: State, journal: Any, about: Any) -> Outcome:
        journal.close()
        return Outcome(journal.folder, [], False, 0.5)

    monkeypatch.setattr(campaign, "prepare", prepare)
    monkeypatch.setattr(campaign, "_measure", measure)


def resume(folder: Path) -> None:
    finish(campaign.resume(folder))


def show(folder: Path) -> None:
    for form in FORMATS:
        show_campaign(folder, (), None, form)


def compare(folder: Path) -> None:
    read_side(str(folder))


READERS: Mapping[str, Callable[[Path], object]] = {
    "show": show, "compare": compare, "report": read, "resume": resume,
}  # fmt: skip


def answers(folder: Path, write_again: Callable[[], None]) -> dict[str, str]:
    """What each reader says: nothing, or the line with which it refuses."""
    said = {}
    for name, reader in READERS.items():
        write_again()
        try:
            reader(folder)
            said[name] = ""
        except UsageError as error:
            said[name] = str(error)
            assert said[name].isprintable(), said[name]
            assert len(said[name]) < 1000, said[name]
    return said


def assert_alike(said: Mapping[str, str]) -> None:
    """All accept it, or refuse it for the same reason; going on may ask for more."""
    resumed = said["resume"]
    others = {said[name] for name in ("show", "compare", "report")}
    assert len(others) == 1, said
    assert {resumed} == others or any(each in resumed for each in _TO_GO_ON), said


@pytest.mark.long
@pytest.mark.usefixtures("_ready")
def test_an_edited_campaign_file_is_read_by_all_or_refused_by_all(
    original: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, refused, read_by_all = tmp_path / "c", 0, 0
    for path in places(original.about):
        for value in EDITS:
            about = edited(original.about, path, value)
            try:
                said = answers(folder, partial(write, folder, about, original.lines))
                assert_alike(said)
            except Exception as error:
                raise AssertionError(f"{path} made {value!r}: {error!r}") from error
            refused += bool(said["show"])
            read_by_all += not any(said.values())
    assert refused > 300
    assert read_by_all > 50


@pytest.mark.usefixtures("_ready")
@pytest.mark.parametrize(
    "number",
    [pytest.param(0, marks=pytest.mark.long), 3, pytest.param(-1, marks=pytest.mark.long)],
    ids=["calibration", "round", "last line"],
)
def test_an_edited_journal_is_read_by_all_or_refused_by_all(
    number: int, original: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, refused, read_by_all = tmp_path / "c", 0, 0
    for path in places(original.lines[number]):
        for value in EDITS:
            lines = list(original.lines)
            lines[number] = edited(lines[number], path, value)
            try:
                said = answers(folder, partial(write, folder, original.about, lines))
                assert_alike(said)
            except Exception as error:
                raise AssertionError(f"{path} made {value!r}: {error!r}") from error
            refused += bool(said["show"])
            read_by_all += not any(said.values())
    assert read_by_all > 20
    if number == -1:  # it does not count where it is damaged; where it does not fit, it is refused
        assert 0 < refused < 10
    else:
        assert refused > 50


@pytest.mark.usefixtures("_ready")
@pytest.mark.parametrize("number", [-1, 10**30, "1", 1.5, True, 10_001])
def test_what_is_no_number_of_a_round_is_refused(
    number: object, original: Files, tmp_path: Path
) -> None:
    lines = [{**original.lines[-1], "round": number}, *original.lines]
    said = answers(tmp_path / "c", partial(write, tmp_path / "c", original.about, lines))
    assert_alike(said)
    assert "journal.jsonl:1 is damaged (round is" in said["show"]


def test_what_one_reader_finds_all_find(original: Files, tmp_path: Path) -> None:
    write(tmp_path / "c", original.about, original.lines)
    from_journal = read_side(str(tmp_path / "c")).measured
    write_suites(tmp_path / "c")
    assert arm_file(tmp_path / "c", "3.13.0")
    assert read_side(str(tmp_path / "c")).measured.keys() == from_journal.keys()
    assert [case for _, case in campaigns.read(tmp_path / "c").rounds] == list(CASES)
    assert len(list(read_journal(tmp_path / "c"))) == 6
