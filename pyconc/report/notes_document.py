"""The numbers of the notes' page as plain JSON, for `report.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyconc.findings.notes_checked import Measured, Result, contradiction
from pyconc.findings.notes_findings import Started
from pyconc.show.plain import figures, finite
from pyconc.statements.answers import Answers, to_json
from pyconc.words.languages import Words


def document(
    results: Sequence[Result], starts: Sequence[Started], answers: Mapping[str, Answers]
) -> dict[str, Any]:
    """Sentences are English; times are seconds of the notes' whole program."""
    words = Words("en")
    return {
        "comparisons": [_comparison(result, words) for result in results],
        "start_methods": [
            {
                "id": each.result.comparison.id,
                "python": each.python,
                "default": each.method,
                "of_threads": figures(each.of_threads),
                "of_fork": figures(each.of_fork),
            }
            for each in starts
        ],
        "statements": {python: to_json(each) for python, each in answers.items()},
    }


def _comparison(result: Result, words: Words) -> dict[str, Any]:
    comparison, against = result.comparison, contradiction(result.comparison)
    return {
        "id": comparison.id,
        "title": words.say(comparison.title),
        "section": words.say(comparison.section),
        "slow": words.say(comparison.slow_name),
        "fast": words.say(comparison.fast_name),
        "notes": {
            "slow_s": comparison.slow_s,
            "fast_s": comparison.fast_s,
            "ratio": comparison.ratio,
            "claimed_ratio": comparison.claimed,
            "contradiction": words.say(against) if against else "",
        },
        "measured": [
            {
                **_measured(each),
                **_unlocked(result, each.python),
                "verdict": " ".join(map(words.say, result.verdicts[each.python])),
                "others": [
                    {"name": other.pair.name, **_measured(other)}
                    for other in result.others
                    if other.python == each.python
                ],
            }
            for each in result.written
        ],
    }


def _measured(measured: Measured) -> dict[str, Any]:
    ratio = measured.ratio
    return {
        "python": measured.python,
        "ratio": ratio.value,
        "ci_low": finite(ratio.low),
        "ci_high": finite(ratio.high),
        "rounds": ratio.rounds,
        "slow_case": measured.pair.slow,
        "fast_case": measured.pair.fast,
        "slow_s": measured.slow.value,
        "fast_s": measured.fast.value,
    }


def _unlocked(result: Result, python: str) -> dict[str, Any]:
    """What became of the counter, where that is what the comparison is about."""
    lost = result.lost.get(python)
    if lost is None:
        return {}
    return {
        "unlocked": {
            "rounds": lost.programs,
            "rounds_not_zero": lost.nonzero,
            "lost_per_million": lost.plain,
            "lost_per_million_of_calls": lost.call,
        }
    }
