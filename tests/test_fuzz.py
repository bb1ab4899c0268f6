"""The reader of files under whatever may be in them: properties, and thousands of damaged files."""

from __future__ import annotations

import copy
import gzip
import json
import math
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyperf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconc.compare.comparison import compare
from pyconc.compare.formats import document
from pyconc.errors import UsageError, brief
from pyconc.store.measured import Measured, Side
from pyconc.store.read_side import read_side
from pyconc.store.suites import write_suites

#: The same examples every time, however slow the machine is.
STEADY = settings(deadline=None, derandomize=True, max_examples=200)
#: Of each file, so many damaged ones.
MUTATED = [200, pytest.param(3500, marks=pytest.mark.long)]
BUILD = {"build": "3.13.0 (main)", "jit": "no", "switch_interval": 0.005, "allocator": "pymalloc"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
costs = st.floats(1e-12, 1e12)
#: As pyperf takes it: a text has no line break and no blank at its ends.
scalars = st.integers(-5, 5) | st.floats(-1, 1) | st.text("abc", min_size=1, max_size=2)
metadata = st.dictionaries(
    st.sampled_from(["pyconc_round", "pyconc_version", "date", "load", "python_compiler"]), scalars
).map(lambda found: {**found, "date": str(found["date"])} if "date" in found else found)
runs = st.tuples(st.lists(costs, min_size=1, max_size=3), metadata)
benchmarks = st.dictionaries(
    st.text("ab.[]", min_size=1), st.lists(runs, min_size=1, max_size=5), min_size=1, max_size=3
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "file.json"


@STEADY
@given(content=st.binary(max_size=200) | anything.map(lambda each: json.dumps(each).encode()))
def test_whatever_a_file_holds_it_is_read_or_refused(content: bytes, place: Path) -> None:
    put(place, content)
    with pytest.raises(UsageError) as raised:  # none of these is by chance a whole file
        read_side(str(place))
    assert is_one_line(raised.value)


@STEADY
@given(name=anything, unit=anything, values=anything, version=anything, own=anything)
def test_whatever_the_parts_of_a_file_are(
    name: Any, unit: Any, values: Any, version: Any, own: Any, place: Path
) -> None:
    body = {"metadata": {"name": name}, "runs": [{"values": [1.0]}, {"values": [1.5]}]}
    whole = {"version": "1.0", "metadata": {"unit": "second"}, "benchmarks": [body]}
    for change in (
        {"version": version},
        {"metadata": own},
        {"metadata": {"unit": unit}},
        {"benchmarks": own},
        {"benchmarks": [{**body, "runs": [{"values": values, "metadata": own}]}]},
        {"benchmarks": [{**body, "runs": own}]},
        {"benchmarks": [{**body, "runs": [{"values": [1.0], "metadata": {"pyconc_round": own}}]}]},
        {},
    ):
        put(place, json.dumps({**whole, **change}).encode())
        measured, said = read_or_refused(place)
        assert is_one_line(said)
        assert all(case == each.case and each.costs for case, each in measured.items())


@STEADY
@given(written=benchmarks)
def test_what_pyperf_writes_is_read_as_pyperf_reads_it(
    written: dict[str, list[tuple[list[float], dict[str, Any]]]], place: Path
) -> None:
    suite = pyperf.BenchmarkSuite(
        [
            pyperf.Benchmark(
                [
                    pyperf.Run(values, metadata={**own, "name": name}, collect_metadata=False)
                    for values, own in made
                ]
            )
            for name, made in written.items()
        ]
    )
    suite.dump(str(place), replace=True)
    side = read_side(str(place))
    for bench in suite:
        measured = side.measured[bench.get_name()]
        assert measured.metadata == bench.get_metadata()
        assert len(measured.costs) == bench.get_nrun()
        means = [math.fsum(run.values) / len(run.values) for run in bench.get_runs()]
        assert list(measured.costs.values()) == means


@STEADY
@given(base=st.lists(costs, min_size=1, max_size=6), head=st.lists(costs, min_size=1, max_size=6))
def test_the_sides_changed_round_invert_every_ratio(
    base: list[float], head: list[float], place: Path
) -> None:
    sides = []
    for name, figures in (("base", base), ("head", head)):
        each = {"metadata": {"name": "a"}, "runs": [{"values": [cost]} for cost in figures]}
        path = place.with_name(f"{name}.json")
        put(path, json.dumps({"version": "1.0", "benchmarks": [each]}).encode())
        sides.append(read_side(str(path)))
    [there] = compare(*sides).judged
    [back] = compare(*reversed(sides)).judged
    assert there.difference.log_ratio == pytest.approx(-back.difference.log_ratio)
    assert {there.verdict, back.verdict} in (
        {"suspect"}, {"inconclusive"},  # without a history nothing more is said of two files
    )  # fmt: skip


@given(st.text())
def test_what_is_said_briefly_is_one_line(text: str) -> None:
    said = brief(text)
    assert said.isprintable()
    assert len(said.splitlines()) <= 1


def put(path: Path, content: bytes) -> None:
    """Into a new file: where one is overwritten, some file systems wait for the disk."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def is_one_line(said: object) -> bool:
    return str(said).isprintable() and 0 < len(str(said)) < 1000


def read_or_refused(path: Path) -> tuple[Mapping[str, Measured], str]:
    """The cases of a file, or what is said of it."""
    try:
        return read_side(str(path)).measured, "read"
    except UsageError as error:
        return {}, str(error)


#: What a number, a text or anything else may be made into.
EXTREMES: list[Any] = [
    None, True, False, 0, -1, 1, 2**63, 10**400, 1e308, 5e-324, -0.0, math.nan, math.inf, -math.inf,
    "", " ", "a\nb", "\x00", "\ud800", "1", "second", "byte", "x" * 3000, [], {}, [[]], [1.0],
    {"a": 1}, ["quick"],
]  # fmt: skip
KEYS = [
    "name", "unit", "values", "metadata", "runs", "version", "hostname", "cpu_count", "tags",
    "pyconc_round", "pyconc_version", "pyconc_jit", "pyconc_lto", "pyconc_campaign", "loops",
    "pyconc_switch_interval", "inner_loops", "platform", "aslr", "python_version", "samples",
]  # fmt: skip


def as_bytes(whole: bytes, rng: random.Random) -> bytes:
    """Bytes changed, cut out, moved and repeated, wherever they are."""
    damaged = bytearray(whole)
    for _ in range(rng.choice((1, 1, 2, 5))):
        start = rng.randrange(len(damaged) + 1)
        end = min(len(damaged), start + rng.choice((1, 2, 10, 300)))
        chunk = bytes(damaged[start:end])
        kind = rng.randrange(6)
        if kind == 0:
            damaged[start:end] = bytes(byte ^ 1 << rng.randrange(8) for byte in chunk)
        elif kind == 1:
            del damaged[start:end]
        elif kind == 2:
            damaged[start:start] = chunk * rng.choice((1, 2, 50))
        elif kind == 3:
            elsewhere = rng.randrange(len(damaged) + 1)
            damaged[elsewhere:elsewhere] = chunk
        elif kind == 4:
            damaged[start:end] = rng.randbytes(len(chunk))
        else:
            del damaged[rng.choice((start, len(damaged) - 1)) :]
    return bytes(damaged)


def as_digits(whole: bytes, rng: random.Random) -> bytes:
    """Figures changed, so that most of it is still JSON."""
    damaged = bytearray(whole)
    digits = [place for place, byte in enumerate(damaged) if byte in b"0123456789"]
    for place in rng.sample(digits, min(len(digits), rng.choice((1, 3, 20)))):
        damaged[place] = rng.choice(b"0123456789.-e")
    return bytes(damaged)


def as_json(whole: bytes, rng: random.Random) -> bytes:
    """Parts of the document changed for others, left out, nested, repeated or moved."""
    root = [json.loads(whole)]
    for _ in range(rng.choice((1, 1, 2, 5))):
        _change(root, rng)
    return json.dumps(root[0]).encode()


def _change(root: list[Any], rng: random.Random) -> None:
    places = list(_places(root))
    holder, key = rng.choice(places)
    other, other_key = rng.choice(places)
    kind = rng.randrange(7)
    if kind == 0:
        holder[key] = rng.choice(EXTREMES)
    elif kind == 1 and holder is not root:
        del holder[key]
    elif kind == 2:
        holder[key] = rng.choice(([holder[key]], {"a": holder[key]}, [holder[key]] * 3))
    elif kind == 3:
        holder[key] = copy.deepcopy(other[other_key])
    elif kind == 4 and isinstance(holder, dict):
        holder[rng.choice(KEYS)] = rng.choice((holder[key], rng.choice(EXTREMES)))
    elif kind == 5 and isinstance(holder[key], (int, float)):
        holder[key] *= rng.choice((-1, 0, 1e-300, 1e30, 1.01))
    elif isinstance(holder[key], str):
        holder[key] = rng.choice((holder[key] * 2, holder[key][1:], 1))


def _places(part: Any) -> Any:
    """Every part of a document, as what holds it and the key there."""
    for key in list(part) if isinstance(part, dict) else range(len(part)):
        yield part, key
        if isinstance(part[key], (dict, list)):
            yield from _places(part[key])


@pytest.fixture(scope="module")
def originals(
    make_campaign: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Small files of pyconc, and one of pyperf alone."""
    folder = tmp_path_factory.mktemp("originals")
    ours = {
        "3.13.0": {"a.x[thread-1]": 1e-6, "a.y[thread-1]": 2e-6},
        "3.14.0": {"a.x[thread-1]": 1e-6},
    }
    beside = {"a.x[thread-1]": {"version": 1, "backend": "thread", "workers": 1}}
    campaign = make_campaign(ours, 6, beside)
    about = json.loads((campaign / "campaign.json").read_text())
    for each in about["interpreters"]:
        each.update(BUILD)
    (campaign / "campaign.json").write_text(json.dumps(about))
    machine = {"hostname": "vm", "cpu_count": 2, "cpu_model_name": "AMD EPYC", "unit": "second"}
    bare = pyperf.BenchmarkSuite(
        [
            pyperf.Benchmark(
                [
                    pyperf.Run(
                        [1.0 + number / 50, 1.1], warmups=[(1, 1.2)], collect_metadata=False,
                        metadata={**machine, "name": name, "load_avg_1min": number + 0.5},
                    )
                    for number in range(4)
                ]
            )
            for name in ("sort", "search")
        ]
    )  # fmt: skip
    bare.dump(str(folder / "pyperf.json"))
    [of_313, _] = write_suites(campaign)
    of_313.write_text(json.dumps(_at_a_pace(json.loads(of_313.read_text()))))
    (folder / "packed.json.gz").write_bytes(gzip.compress(of_313.read_bytes()))
    return {"pyconc": of_313, "pyperf": folder / "pyperf.json", "packed": folder / "packed.json.gz"}


@pytest.mark.parametrize("mutated", MUTATED)
@pytest.mark.parametrize("name", ["pyconc", "pyperf", "packed"])
def test_a_damaged_file_is_compared_or_refused(
    name: str, mutated: int, originals: dict[str, Path], place: Path
) -> None:
    path = originals[name]
    original, whole = read_side(str(path)), path.read_bytes()
    rng = random.Random(name)
    refused = 0
    for number in range(mutated):
        put(place, _damaged(whole, rng))
        said = _compared_or_refused(original, place, rng, f"file {number} of {name}")
        assert is_one_line(said), f"file {number} of {name}"
        refused += said != "compared"
    assert mutated / 10 < refused < 0.95 * mutated  # both happen


def _at_a_pace(whole: Any) -> Any:
    """With the pace of the machine and the turns in every run, as a measured file has them."""
    for benchmark in whole["benchmarks"]:
        for number, run in enumerate(benchmark["runs"]):
            run["metadata"]["pyconc_pace"] = 4e-8 * (1 + number % 3 / 20)
            if run.get("values"):
                run["metadata"]["pyconc_turns"] = len(run["values"])
    return whole


def _damaged(whole: bytes, rng: random.Random) -> bytes:
    damage = rng.choice((as_bytes, as_digits, as_json))
    if not whole.startswith(b"\x1f\x8b") or rng.random() < 0.3:
        return damage(whole, rng) if whole.startswith(b"{") else as_bytes(whole, rng)
    return gzip.compress(damage(gzip.decompress(whole), rng), 1)


def _compared_or_refused(original: Side, place: Path, rng: random.Random, which: str) -> str:
    try:
        damaged = read_side(str(place))
        sides = [original, damaged] if rng.random() < 0.5 else [damaged, original]
        json.dumps(document(compare(*sides, across_machines=True)), allow_nan=False)
    except UsageError as error:
        return str(error)
    except Exception as error:
        raise AssertionError(f"{which}: {error!r}") from error
    return "compared"
