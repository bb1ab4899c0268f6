"""The sides of a comparison: what names them, what is read, and how bad ones are refused."""

from __future__ import annotations

import copy
import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyperf
import pytest
from test_compare import compared, refused

from pyconc.compare.comparison import compare
from pyconc.errors import UsageError
from pyconc.measure.probe import describe
from pyconc.store import campaigns, files
from pyconc.store.about import campaign_id, read_about
from pyconc.store.builds import confounds, recalled
from pyconc.store.journal import JOURNAL
from pyconc.store.measured import Side
from pyconc.store.read_side import read_side
from pyconc.store.rounds import rounds_of
from pyconc.store.suites import write_suites

ROOT = Path(__file__).resolve().parents[1]
COSTS = {
    "3.13.0": {"a.x[thread-1]": 1e-6, "b.y[thread-1]": 2e-6},
    "3.14.2": {"a.x[thread-1]": 1e-6, "b.y[thread-1]": 3e-6},
}

pytestmark = pytest.mark.usefixtures("apart")


def plain(
    costs: dict[str, list[list[float]]] | None = None, of_runs: Any = None, **metadata: Any
) -> dict[str, Any]:
    """What pyperf writes: values by round by benchmark, and metadata of each round."""
    costs = costs or {"sort": [[1.0, 1.1], [1.2, 1.0]]}
    return {
        "version": "1.0",
        "metadata": {"unit": "second", **metadata},
        "benchmarks": [
            {
                "metadata": {"name": name},
                "runs": [
                    {"values": values, "metadata": own}
                    for values, own in zip(rounds, of_runs or [{}] * len(rounds))
                ],
            }
            for name, rounds in costs.items()
        ],
    }


def write(path: Path, document: Any) -> str:
    path.write_text(json.dumps(document))
    return str(path)


def costs_of(side: Side) -> dict[str, dict[int, float]]:
    return {case: dict(each.costs) for case, each in side.measured.items()}


def test_a_file_from_anywhere_has_its_runs_as_rounds(tmp_path: Path) -> None:
    document = plain(hostname="vm", cpu_count=2, python_version="3.13.0 (64-bit)")
    side = read_side(write(tmp_path / "a.json", document))
    assert costs_of(side) == {"sort": {0: pytest.approx(1.05), 1: pytest.approx(1.1)}}
    assert side.campaign is None
    assert side.profile is None
    assert side.machine == {"hostname": "vm", "cpu_count": 2}
    assert side.python == "3.13.0 (64-bit)"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["a.json", "a.json.gz", "a@b.json", "a@3.13", "results"])
def test_a_file_is_read_whatever_its_name_says(name: str, packed: bool, tmp_path: Path) -> None:
    content = json.dumps(plain()).encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if packed else content)
    assert list(read_side(name).measured) == ["sort"]
    assert [case for _, case in campaigns.read(Path(name)).rounds] == ["sort"]


@pytest.mark.parametrize("version", [5, 6, "1.0"])
def test_formats_that_pyperf_still_reads(version: int | str, tmp_path: Path) -> None:
    document: Any = {"version": version, **{k: v for k, v in plain().items() if k != "version"}}
    if version == 5:
        [benchmark] = document["benchmarks"]
        benchmark["common_metadata"] = {**document.pop("metadata"), **benchmark.pop("metadata")}
        for run in benchmark["runs"]:
            run["samples"] = run.pop("values")
    path = write(tmp_path / "old.json", document)
    [bench] = pyperf.BenchmarkSuite.load(path)
    [measured] = read_side(path).measured.values()
    assert list(measured.costs.values()) == [sum(run.values) / 2 for run in bench.get_runs()]
    assert measured.metadata == bench.get_metadata() == {"name": "sort", "unit": "second"}


@pytest.mark.parametrize("name", ["python-3.9.18.json.gz", "python-3.14.10.json.gz"])
def test_a_real_file_says_what_pyperf_reads_in_it(name: str) -> None:
    [path] = (ROOT / "results").glob(f"notes-*/{name}")
    side = read_side(str(path))
    suite = pyperf.BenchmarkSuite.load(str(path))
    assert list(side.measured) == suite.get_benchmark_names()
    for bench in suite:
        measured = side.measured[bench.get_name()]
        assert measured.metadata == bench.get_metadata()
        assert measured.unit == bench.get_unit()
        runs = [run for run in bench.get_runs() if run.values]
        assert list(measured.costs) == [run.get_metadata()["pyconc_round"] for run in runs]
        means = [sum(run.values) / len(run.values) for run in runs]
        assert list(measured.costs.values()) == pytest.approx(means)


def test_a_campaign_of_one_python_needs_no_name_of_it(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign({"3.13.0": COSTS["3.13.0"]})
    side = read_side(str(folder))
    assert side.label == side.python == "3.13.0"
    assert side.profile == "quick"
    assert side.campaign == campaign_id(read_about(folder))
    assert [len(each.costs) for each in side.measured.values()] == [5, 5]


@pytest.mark.parametrize("named", ["3.14", "3.14.2"])
def test_a_python_of_a_campaign_by_how_its_version_begins(
    named: str, make_campaign: Callable[..., Path]
) -> None:
    folder = make_campaign(COSTS)
    assert read_side(f"{folder}@{named}").label == "3.14.2"


def test_pythons_of_a_campaign_are_paired_though_their_files_do_not_name_it() -> None:
    [folder] = (ROOT / "results").glob("notes-*")
    old, new = (read_side(f"{folder}@{python}") for python in ("3.13", "3.14"))
    assert old.campaign is not None
    assert old.campaign == new.campaign


def test_a_label_that_is_named_in_full_is_meant_itself(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign({"3.1": COSTS["3.13.0"], "3.1.5": COSTS["3.14.2"]})
    assert read_side(f"{folder}@3.1").label == "3.1"


def test_a_folder_with_an_at_sign_in_its_name(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    shutil.copytree(make_campaign(COSTS), tmp_path / "of@home")
    assert read_side("of@home@3.13").label == "3.13.0"
    with pytest.raises(UsageError, match=r"name one of them, of@home@3\.13\.0"):
        read_side("of@home")


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("", "holds 3.13.0 and 3.13.0+gil and 3.14.2; name one of them"),
        ("@3.13", "has more than one Python 3.13; it holds 3.13.0, 3.13.0+gil, 3.14.2"),
        ("@3.1", "has no Python 3.1; it holds"),
        ("@3.15", "has no Python 3.15"),
        ("@", "has no Python ; it holds"),
    ],
)
def test_a_campaign_that_leaves_open_which_python(
    python: str, says: str, make_campaign: Callable[..., Path]
) -> None:
    folder = make_campaign({**COSTS, "3.13.0+gil": COSTS["3.13.0"]} | {"3.14.2": COSTS["3.14.2"]})
    about = json.loads((folder / "campaign.json").read_text())
    about["interpreters"].sort(key=lambda each: each["label"])
    (folder / "campaign.json").write_text(json.dumps(about))
    with pytest.raises(UsageError) as raised:
        read_side(f"{folder}{python}")
    assert says in str(raised.value)


def test_a_file_has_one_python(tmp_path: Path) -> None:
    write(tmp_path / "a.json", plain())
    with pytest.raises(UsageError, match=r"a\.json is a file of one Python; give it without @3"):
        read_side("a.json@3.13")


def test_what_is_not_there_is_named_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read gone@3\.13: No such file"):
        read_side("gone@3.13")


@pytest.mark.parametrize("age", [-10, 10])
def test_whichever_of_file_and_journal_has_more_rounds_counts(
    age: int, make_campaign: Callable[..., Path]
) -> None:
    """Their times may be those of a copy, or of a clock that was set back."""
    folder = make_campaign(COSTS, rounds=5)
    whole = (folder / JOURNAL).read_text().splitlines(keepends=True)
    fewer = [line for line in whole if '"round": 5' not in line]

    def rounds(of_file: list[str], of_journal: list[str]) -> int:
        (folder / JOURNAL).write_text("".join(of_file))
        path = write_suites(folder)[0]
        (folder / JOURNAL).write_text("".join(of_journal))
        os.utime(path, (0, (folder / JOURNAL).stat().st_mtime + age))
        [found] = {len(each.costs) for each in read_side(f"{folder}@3.13").measured.values()}
        assert {len(r.runs) for r in campaigns.read(folder).rounds.values()} == {found}
        return found

    assert rounds(whole, fewer) == 5
    assert rounds(fewer, whole) == 5
    assert rounds(fewer, fewer) == 4
    assert rounds(whole, []) == 5


def test_a_file_of_other_values_than_the_journal_does_not_count(
    make_campaign: Callable[..., Path],
) -> None:
    folder = make_campaign(COSTS, rounds=5)
    path = write_suites(folder)[0]
    good = read_side(f"{folder}@3.13").measured
    path.write_text(path.read_text("utf-8").replace('"values":[', '"values":[1.5,'), "utf-8")
    assert read_side(f"{folder}@3.13").measured == good


def test_a_file_of_another_campaign_does_not_count(make_campaign: Callable[..., Path]) -> None:
    folder, other = make_campaign(COSTS, rounds=3), make_campaign(COSTS, rounds=5)
    shutil.copy(write_suites(other)[0], folder)
    assert {len(each.costs) for each in read_side(f"{folder}@3.13").measured.values()} == {3}


def test_of_rounds_that_are_there_twice_the_last_counts(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign(COSTS, rounds=3)
    whole = (folder / JOURNAL).read_text().splitlines(keepends=True)
    good = read_side(f"{folder}@3.13").measured
    twice = [line.replace('"values": [', '"values": [1.5, ') for line in whole]
    (folder / JOURNAL).write_text("".join([*twice, *whole]))
    assert read_side(f"{folder}@3.13").measured == good
    path = write_suites(folder)[0]
    assert read_side(str(path)).measured == good
    document = json.loads(path.read_text("utf-8"))
    for benchmark in document["benchmarks"]:  # as earlier versions wrote it
        again = copy.deepcopy(benchmark["runs"])
        for run in again:
            run["values"] = [1.5] if run.get("values") else []
        benchmark["runs"][:0] = again
    path.write_text(json.dumps(document), "utf-8")
    rounds = rounds_of(json.loads(path.read_text("utf-8")))
    assert {case: each.costs for case, each in good.items()} == {
        case: each.costs() for (_, case), each in rounds.items()
    }


def test_a_campaign_and_its_file_are_the_same_rounds(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_campaign(COSTS)
    from_journal = read_side(f"{folder}@3.14")
    [_, path] = write_suites(folder)
    from_file = read_side(f"{folder}@3.14")
    alone = read_side(str(shutil.copy(path, tmp_path / "elsewhere.json")))
    assert from_journal == from_file
    assert alone.measured == from_file.measured
    assert (alone.campaign, alone.label) == (from_file.campaign, from_file.label)


def test_files_of_one_campaign_are_paired_wherever_they_are(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    paths = write_suites(make_campaign(COSTS, rounds=12))
    copies = [shutil.copy(path, tmp_path / f"{place}.json") for place, path in enumerate(paths)]
    comparison = compare(*(read_side(str(copy)) for copy in copies))
    assert comparison.paired
    assert comparison.provisional is None
    assert all(each.difference.paired for each in comparison.judged)
    assert [each.case for each in comparison.alarms] == ["b.y[thread-1]"]


def test_files_of_two_campaigns_are_not_paired(make_campaign: Callable[..., Path]) -> None:
    one, two = (make_campaign(COSTS, seed=seed) for seed in (1, 2))
    comparison = compare(read_side(f"{one}@3.13"), read_side(f"{two}@3.14"))
    assert not comparison.paired
    assert comparison.provisional is not None


def test_a_campaign_that_was_only_calibrated_is_refused(
    make_campaign: Callable[..., Path],
) -> None:
    folder = make_campaign(COSTS)
    lines = (folder / JOURNAL).read_text().splitlines(keepends=True)
    (folder / JOURNAL).write_text("".join(line for line in lines if '"round": 0' in line))
    with pytest.raises(UsageError, match=r"holds no finished round of 3\.13\.0; measure again"):
        read_side(f"{folder}@3.13")


@pytest.mark.parametrize("much", ["benchmarks", "metadata"])
def test_what_would_take_for_ever_is_refused(much: str, tmp_path: Path) -> None:
    document = plain()
    if much == "metadata":
        document["metadata"].update({f"pyconc_{number}": 1 for number in range(1000)})
    else:
        document["benchmarks"] *= 10_001
    with pytest.raises(UsageError, match="more benchmarks or metadata than any result"):
        read_side(write(tmp_path / "a.json", document))


def test_calibrations_alone_are_refused(tmp_path: Path) -> None:
    document = plain({"sort": [[]]})
    document["benchmarks"][0]["runs"] = [{"warmups": [[1, 0.5]], "metadata": {"loops": 1}}]
    with pytest.raises(UsageError, match="holds calibrations only, no value"):
        read_side(write(tmp_path / "a.json", document))


def test_a_benchmark_that_was_only_calibrated_is_left_out(tmp_path: Path) -> None:
    document = plain({"sort": [[1.0]], "search": [[]]})
    document["benchmarks"][1]["runs"] = [{"warmups": [[1, 0.5]]}]
    assert list(read_side(write(tmp_path / "a.json", document)).measured) == ["sort"]


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ([3, 1], [3, 1]),
        ([None, None], [0, 1]),
        ([1, 1], [-1, -2]),
        (["1", "2"], [-1, -2]),
        ([True, 2], [-1, -2]),
        ([1.0, 2.0], [-1, -2]),
        ([-1, 2], [-1, -2]),
        ([1, 10**12], [-1, -2]),
        ([1, None], [-1, -2]),
    ],
)
def test_rounds_have_the_numbers_that_they_say_if_these_are_sound(
    said: list[Any], numbers: list[int], tmp_path: Path
) -> None:
    owns = [{} if each is None else {"pyconc_round": each} for each in said]
    side = read_side(write(tmp_path / "a.json", plain({"sort": [[1.0], [2.0]]}, owns)))
    assert costs_of(side) == {"sort": dict(zip(numbers, [1.0, 2.0]))}


def test_a_single_round_keeps_its_number(tmp_path: Path) -> None:
    metadata = {"name": "sort", "pyconc_round": 3}
    run = pyperf.Run([1.0], metadata=metadata, collect_metadata=False)
    pyperf.Benchmark([run]).dump(str(tmp_path / "a.json"))
    [measured] = read_side("a.json").measured.values()
    assert measured.costs == {3: 1.0}


def test_values_are_turns_where_the_runs_or_all_of_them_say_so(tmp_path: Path) -> None:
    owns = [{"pyconc_round": 1, "pyconc_turns": 2}, {"pyconc_round": 2}]
    costs = {"sort": [[1.0, 1.1], [1.2, 1.0]]}
    side = read_side(write(tmp_path / "a.json", plain(costs, owns)))
    assert side.measured["sort"].turns == {1: [1.0, 1.1]}
    side = read_side(write(tmp_path / "b.json", plain(costs, pyconc_turns=2)))
    assert list(side.measured["sort"].turns.values()) == costs["sort"]


def test_metadata_is_common_only_where_all_runs_agree(tmp_path: Path) -> None:
    owns = [
        {"pyconc_a": 1, "pyconc_b": 1, "pyconc_c": 1, "pyconc_d": 3, "pyconc_e": 5},
        {"pyconc_a": 1, "pyconc_b": 2, "pyconc_d": 3, "pyconc_e": 6},
    ]
    path = write(tmp_path / "a.json", plain({"sort": [[1.0], [2.0]]}, owns, pyconc_d=4, pyconc_e=5))
    [measured] = read_side(path).measured.values()
    [bench] = pyperf.BenchmarkSuite.load(path)
    assert measured.metadata == bench.get_metadata()
    assert {"pyconc_a": 1, "pyconc_d": 3}.items() <= measured.metadata.items()
    assert not {"pyconc_b", "pyconc_c", "pyconc_e"} & measured.metadata.keys()


def test_ids_are_those_of_the_file_and_other_texts_can_be_printed(tmp_path: Path) -> None:
    document = plain({"a\x1b[2J": [[1.0], [2.0]], "\ud800": [[1.0]]}, hostname="a\x85b")
    side = read_side(write(tmp_path / "a.json", document))
    assert list(side.measured) == ["a\x1b[2J", "\ud800"]
    assert side.machine == {"hostname": r"a\x85b"}


def test_metadata_that_is_no_finite_number_tells_nothing(tmp_path: Path) -> None:
    side = read_side(write(tmp_path / "a.json", plain(cpu_count=float("nan"), tags=["quick"])))
    assert side.machine == {}
    assert side.setting("tags") is None


def test_what_explains_a_difference_is_remembered_by_the_metadata() -> None:
    about = describe()
    metadata = {f"pyconc_{name}": value for name, value in confounds(about).items()}
    remembered = recalled(metadata)
    del about["gil"], about["executable"], about["version"]  # as they are not in it
    assert remembered == {name: about[name] for name in remembered}
    assert remembered.keys() == about.keys()
    again = {f"pyconc_{name}": value for name, value in confounds(remembered).items()}
    assert again == metadata


@pytest.mark.parametrize("answer", [True, False, None])
def test_every_answer_about_a_build_is_remembered(answer: bool | None) -> None:
    written = confounds({"optimized": answer, "lto": answer, "jit": "no"})
    remembered = recalled({f"pyconc_{name}": value for name, value in written.items()})
    assert remembered["optimized"] is remembered["lto"] is answer
    assert remembered["jit"] == "no"


def one(
    values: str = "[1.0]", name: str = '"sort"', unit: str = '"second"', more: str = "{}"
) -> bytes:
    """A file of one run, of these pieces of JSON."""
    return (
        f'{{"version": "1.0", "metadata": {{"unit": {unit}}}, "benchmarks": '
        f'[{{"metadata": {{"name": {name}}}, '
        f'"runs": [{{"values": {values}, "metadata": {more}}}]}}]}}'
    ).encode()


def _with_checksum_of_another(content: bytes) -> bytes:
    packed = bytearray(gzip.compress(content))
    packed[-8] ^= 1
    return bytes(packed)


BAD_FILES = {
    "nothing": b"",
    "blanks": b" \n\r\n",
    "cut short": one()[:-20],
    "no text": b"\xff\xfe\x00rubbish",
    "a list": b"[1, 2, 3]",
    "a number": b"42",
    "null": b"null",
    "another document": b'{"answer": 42}',
    "a later format": one().replace(b'"1.0"', b'"9.0"'),
    "a format that is a list": one().replace(b'"1.0"', b"[]"),
    "nested deeply": b"[" * 200_000,
    "nested deeply within": one(more='{"a":' * 100_000),
    "nested deeply and closed": one(more='{"tags":' + "[" * 100_000 + "]" * 100_000 + "}"),
    "five thousand digits": one(f"[{'9' * 5000}]"),
    "four hundred digits": one(f"[1{'0' * 400}]"),
    "digits in the metadata": one(more=f'{{"cpu_count": {"9" * 5000}}}'),
    "not a number": one("[NaN]"),
    "infinity": one("[Infinity]"),
    "minus infinity": one("[-Infinity]"),
    "beyond what is finite": one("[1e999]"),
    "zero": one("[0]"),
    "too small": one("[1e-320]"),
    "negative": one("[1.0, -1.0]"),
    "a boolean": one("[true]"),
    "a text": one('["1.0"]'),
    "null for a value": one("[null]"),
    "a list for a value": one("[[1.0]]"),
    "a text for the values": one('"123"'),
    "a number for the values": one("1.0"),
    "an object for the values": one('{"1": 2}'),
    "null for the values": one("null"),
    "no values": one("[]"),
    "no benchmark": b'{"version": "1.0", "benchmarks": []}',
    "a benchmark that is a number": b'{"version": "1.0", "benchmarks": [1]}',
    "benchmarks that are a number": b'{"version": "1.0", "benchmarks": 1}',
    "no runs": b'{"version": "1.0", "benchmarks": [{"metadata": {"name": "a"}, "runs": []}]}',
    "runs that are a number": b'{"version": "1.0", "benchmarks": [{"runs": 1}]}',
    "two of one name": one().replace(b"[{", b"[{", 1).replace(
        b'"benchmarks": [',
        b'"benchmarks": [{"metadata": {"name": "sort"}, "runs": [{"values": [1.0]}]}, ',
    ),
    "a number for a name": one(name="1"),
    "null for a name": one(name="null"),
    "an empty name": one(name='""'),
    "a name with a line break": one(name='"a\\nb"'),
    "a huge name": one("[0]", name=f'"{"long " * 50_000}"'),
    "no name": one().replace(b'"name"', b'"title"'),
    "an unknown unit": one(unit='"parsec"'),
    "a number for a unit": one(unit="1"),
    "a list for the metadata": one(more="[1]"),
    "null for the metadata": one(more="null"),
    "a line break in the metadata": one(more='{"hostname": "a\\nb"}'),
    "packed rubbish": b"\x1f\x8b\x08" + bytes(range(3, 200)),
    "packed nothing": gzip.compress(b""),
    "packed and cut short": gzip.compress(one())[:-12],
    "packed with a wrong checksum": _with_checksum_of_another(one()),
    "packed twice": gzip.compress(gzip.compress(one())),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_FILES)
def test_a_bad_file_is_one_clear_line(
    bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.json", plain())
    for name in ("bad.json", "bad.json.gz"):
        path = tmp_path / name
        path.write_bytes(BAD_FILES[bad])
        assert name in refused(capsys, good, str(path))
        assert name in refused(capsys, str(path), good)
        assert path.read_bytes() == BAD_FILES[bad]


@pytest.mark.parametrize("bad", sorted(BAD_FILES.keys() - {"too small"}))
def test_a_bad_file_is_one_clear_line_for_a_report_too(bad: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(BAD_FILES[bad])
    with pytest.raises(UsageError) as raised:
        campaigns.read(path, compared=True)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 1000


def test_a_huge_file_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, huge = write(tmp_path / "good.json", plain()), tmp_path / "huge.json"
    with open(huge, "wb") as file:
        file.truncate(files.MOST_BYTES + 1)  # takes no room on most disks
    assert "huge.json has more than 128 MB" in refused(capsys, good, str(huge))


def test_what_unpacks_to_a_huge_file_is_not_unpacked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 3 << 20)
    good, bomb = write(tmp_path / "good.json", plain()), tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(bytes(5 << 20)))
    assert "bomb.json.gz has more than 3 MB" in refused(capsys, good, str(bomb))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    good = write(tmp_path / "good.json", plain())
    assert "pipe.json is not a regular file" in refused(capsys, good, str(tmp_path / "pipe.json"))


@pytest.mark.parametrize("text", ["gone.json", "gone@3.13", "x" * 5000, "a\nb", "", ".", "@3.13"])
def test_what_is_no_file_is_one_clear_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.json", plain())
    assert refused(capsys, good, text)
    assert refused(capsys, text, good)


def test_what_does_not_compare_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.json", plain(hostname="here"))
    other = write(tmp_path / "other.json", plain({"search": [[1.0]]}, hostname="here"))
    there = write(tmp_path / "there.json", plain(hostname="there"))
    assert "are both good.json; name two that differ" in refused(capsys, "good.json", "good.json")
    assert "are both" in refused(capsys, good, "good.json")
    assert "have no case to compare" in refused(capsys, good, other)
    assert "are of different machines" in refused(capsys, good, there)


def test_a_copy_has_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write(tmp_path / "good.json", plain())
    copy = str(shutil.copy(good, tmp_path / "copy.json"))
    found = compared(capsys, good, copy, "--fail-on", "different")
    assert "BASE and HEAD hold the very same figures, as copies do" in found["confounds"]


BAD_CAMPAIGNS: dict[str, dict[str, Any]] = {
    "no interpreter": {"interpreters": []},
    "interpreters that are a number": {"interpreters": 1},
    "an interpreter that is a text": {"interpreters": ["3.13"]},
    "an interpreter without a label": {"interpreters": [{}]},
    "a label that is a number": {"interpreters": [{"label": 3}]},
    "a label with a line break": {"interpreters": [{"label": "a\nb"}]},
    "cases that are a number": {"cases": 1},
    "a case that is a list": {"cases": [[]]},
}


@pytest.mark.parametrize("bad", BAD_CAMPAIGNS)
def test_a_damaged_campaign_is_one_clear_line(
    bad: str,
    make_campaign: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = write(tmp_path / "good.json", plain())
    folder = make_campaign({"3.13.0": COSTS["3.13.0"]}, rounds=2)
    about = json.loads((folder / "campaign.json").read_text())
    (folder / "campaign.json").write_text(json.dumps({**about, **BAD_CAMPAIGNS[bad]}))
    assert "campaign.json is damaged" in refused(capsys, good, str(folder))


BAD_LINES = {
    "rubbish": b"rubbish",
    "nested deeply": b"[" * 200_000,
    "no text": b"\xff\xfe\x00",
    "a case that is a list": b'{"case": [], "arm": "3.13.0", "round": 1, "seconds": 1}',
    "an unknown case": b'{"case": "c", "arm": "3.13.0", "round": 1, "seconds": 1, "suite": {}}',
    "no suite": b'{"case": "a.x[thread-1]", "arm": "3.13.0", "round": 1, "seconds": 1}',
    "a suite of nothing": (
        b'{"case": "a.x[thread-1]", "arm": "3.13.0", "round": 1, "seconds": 1, "suite": {}}'
    ),
}


@pytest.mark.parametrize("bad", BAD_LINES)
def test_a_damaged_journal_is_one_clear_line(
    bad: str,
    make_campaign: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = write(tmp_path / "good.json", plain())
    folder = make_campaign({"3.13.0": COSTS["3.13.0"]}, rounds=2)
    whole = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(BAD_LINES[bad] + b"\n" + whole)
    assert JOURNAL in refused(capsys, good, str(folder))


def test_of_an_interpreter_what_is_not_known_is_ignored_and_what_is_wrong_is_refused(
    make_campaign: Callable[..., Path],
) -> None:
    folder = make_campaign({"3.13.0": COSTS["3.13.0"]}, rounds=2)
    about = json.loads((folder / "campaign.json").read_text())
    about["interpreters"][0].update(later=["a"], compiler="a\nb", optimized=None)
    (folder / "campaign.json").write_text(json.dumps(about))
    side = read_side(str(folder))
    assert side.about["compiler"] == r"a\nb"
    assert not {"later", "optimized"} & side.about.keys()
    about["interpreters"][0]["jit"] = ["a"]
    (folder / "campaign.json").write_text(json.dumps(about))
    with pytest.raises(UsageError, match=r"jit of an interpreter is \[\"a\"\], and not a text"):
        read_side(str(folder))
