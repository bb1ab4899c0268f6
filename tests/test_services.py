"""What `pyconc show` prints for services is what their formats ask for, with the same figures."""

from __future__ import annotations

import importlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import pyperf
import pytest
from conftest import CampaignMaker

from pyconc import cli
from pyconc.report.reading import read

PAIR, WITH = "lock.pair[thread-1]", "lock.with[thread-1]"
#: As Bencher publishes it, at bencher.dev/bmf.json.
BENCHER: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema",
    "type": "object",
    "patternProperties": {
        ".+": {
            "type": "object",
            "patternProperties": {
                ".+": {
                    "type": "object",
                    "properties": {
                        name: {"type": "number"} for name in ("value", "lower_value", "upper_value")
                    },
                    "required": ["value"],
                }
            },
        }
    },
}
#: What the README and the types of the action say of an entry.
ACTION: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema",
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "value": {"type": "number"},
            **{name: {"type": "string"} for name in ("name", "unit", "range", "extra")},
        },
        "required": ["name", "unit", "value"],
        "additionalProperties": False,
    },
}
SCHEMAS = {"bencher": BENCHER, "github-action-benchmark": ACTION}


def shown(path: Path, form: str, capsys: pytest.CaptureFixture[str], *select: str) -> Any:
    """What is printed, which its schema finds no fault with, where that can be asked."""
    assert cli.main(["show", str(path), *select, "--format", form]) == 0
    found = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    if importlib.util.find_spec("jsonschema"):
        importlib.import_module("jsonschema").Draft7Validator(SCHEMAS[form]).validate(found)
    return found


def test_the_action_is_given_nanoseconds_and_half_the_interval(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.14.0": {PAIR: 1e-7, WITH: 2e-6}})
    entries = shown(folder, "github-action-benchmark", capsys)
    assert [each["name"] for each in entries] == [PAIR, WITH]
    cost = read(folder).costs.estimate("3.14.0", WITH)
    assert cost is not None
    entry = entries[1]
    assert entry["unit"] == "ns"
    assert entry["value"] == pytest.approx(cost.value * 1e9, rel=1e-5)
    sign, _, beyond = entry["range"].partition(" ")
    assert sign == "±"  # by which the action tells the number
    assert entry["value"] + float(beyond) == pytest.approx(cost.high * 1e9, rel=1e-5)
    assert entry["value"] - float(beyond) <= cost.low * 1e9 * 1.00001
    assert entry["extra"].endswith("\n5 rounds on Python 3.14.0")


def test_bencher_is_given_the_interval_in_nanoseconds_as_latency(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.14.0": {PAIR: 1e-7, WITH: 2e-6}})
    found = shown(folder, "bencher", capsys, PAIR)
    cost = read(folder).costs.estimate("3.14.0", PAIR)
    assert cost is not None
    names = ("value", "lower_value", "upper_value")
    nanoseconds = {name: figure * 1e9 for name, figure in zip(names, cost[:3])}
    assert found == {PAIR: {"latency": pytest.approx(nanoseconds, rel=1e-5)}}


def test_instructions_are_a_measure_of_their_own(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = {PAIR: {"counter": "valgrind 3.19.0"}}
    folder = make_campaign({"3.14.0": {PAIR: 678.0}}, metrics=metrics)
    [(measure, metric)] = shown(folder, "bencher", capsys)[PAIR].items()
    [entry] = shown(folder, "github-action-benchmark", capsys)
    assert measure == entry["unit"] == "instructions"
    assert metric["value"] == entry["value"] == pytest.approx(678, rel=0.05)


@pytest.mark.parametrize("form", SCHEMAS)
def test_several_pythons_are_told_apart_and_one_alone_is_not_named(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    folder = make_campaign({"3.13.0": {PAIR: 1e-7}, "3.14.0": {PAIR: 1e-7}})
    found = shown(folder, form, capsys)
    names = list(found) if form == "bencher" else [each["name"] for each in found]
    assert names == [f"{PAIR} on 3.13.0", f"{PAIR} on 3.14.0"]


@pytest.mark.parametrize(("unit", "named"), [("byte", "bytes"), ("integer", "number")])
def test_a_file_of_pyperf_in_another_unit_and_without_an_interval_is_shown_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], unit: str, named: str
) -> None:
    path = tmp_path / "memory.json"
    metadata = {"name": "memory", "unit": unit}
    run = pyperf.Run([4096], metadata=metadata, collect_metadata=False)
    pyperf.BenchmarkSuite([pyperf.Benchmark([run])]).dump(str(path))
    assert shown(path, "bencher", capsys) == {"memory": {named: {"value": 4096}}}
    [entry] = shown(path, "github-action-benchmark", capsys)
    assert (entry["value"], entry["unit"]) == (4096, named)
    assert "range" not in entry
    assert "interval" not in entry["extra"]
