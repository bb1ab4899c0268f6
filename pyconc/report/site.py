"""The report: a page, its charts, and `report.json` with every number that the page shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2

from pyconc import __version__
from pyconc.analysis import comparisons, findings, numbers
from pyconc.analysis.comparisons import Measured, Result
from pyconc.analysis.costs import Costs
from pyconc.analysis.effect import Estimate
from pyconc.compare import noise_file
from pyconc.compare.noise_file import NOISE, Noise, NoRoundsError
from pyconc.errors import UsageError
from pyconc.measure.journal import CAMPAIGN, JOURNAL, write_json
from pyconc.measure.probe import unlike
from pyconc.report import charts
from pyconc.store.frame import tidy
from pyconc.store.suites import read_campaign


def render(campaign: Path, output: Path) -> Path:
    """Render a campaign's report into a folder.

    Returns:
        The page, ``index.html``.

    Raises:
        UsageError: the campaign cannot be read, or the folder cannot be written.
    """
    about, suites = read_campaign(campaign)
    costs = Costs(tidy(suites))
    defaults = {each["label"]: each.get("start_method", "") for each in about["interpreters"]}
    results = comparisons.compare(costs, defaults)
    found = findings.topics(costs)
    noise = _noise(campaign, about, len(suites))
    processor = suites[0].get_metadata().get("cpu_model_name", about["machine"]["processor"])
    report = {
        "pyconc": __version__,
        "campaign": {**about, "machine": {**about["machine"], "processor": processor}},
        "comparisons": [_comparison(result) for result in results],
        "topics": [topic._asdict() for topic in found],
        "unlike_builds": unlike(about["interpreters"]),
        "cases": list(_cases(costs)),
        "noise": noise and noise_file.document(noise),
    }
    page = output / "index.html"
    try:
        output.mkdir(parents=True, exist_ok=True)
        charts.draw_all(costs, results, [topic.id for topic in found], output / "charts")
        if noise:
            charts.draw_noise(noise, output / "charts")
        write_json(output / "report.json", report)
        page.write_text(_page(report, results, noise), "utf-8")
    except jinja2.UndefinedError as error:
        raise UsageError(f"{campaign / CAMPAIGN} is damaged ({error}); measure again") from error
    except OSError as error:
        raise UsageError(
            f"cannot write {output}: {error.strerror or error}; choose another with -o"
        ) from error
    return page


def _noise(campaign: Path, about: Mapping[str, Any], arms: int) -> Noise | None:
    """What this machine can see, where the campaign tells: by its file, or measured anew."""
    path, journal = campaign / NOISE, campaign / JOURNAL
    twice = arms == 2 and noise_file.measured_twice(about)
    gone_on = (
        twice and path.exists() and journal.exists()
        and journal.stat().st_mtime > path.stat().st_mtime
    )  # fmt: skip
    if path.exists() and not gone_on:
        return noise_file.read_noise_file(path)
    if not twice:
        return None
    from pyconc.compare.noise import read_noise  # it can measure too, which is a lot to import

    try:
        return read_noise(campaign)[0]
    except NoRoundsError:
        return None


def _page(report: dict[str, Any], results: list[Result], noise: Noise | None) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pyconc.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["seconds"] = numbers.seconds
    environment.filters["times"] = numbers.times
    environment.filters["effect"] = noise_file.effect_in_words
    environment.filters["contradiction"] = comparisons.contradiction
    return environment.get_template("index.html").render(
        report=report,
        results=results,
        interval=numbers.interval,
        times=numbers.times,
        noise=noise,
        seen=noise_file.sentences(noise) if noise else [],
    )


def _comparison(result: Result) -> dict[str, Any]:
    comparison = result.comparison
    return {
        "id": comparison.id,
        "title": comparison.title,
        "section": comparison.section,
        "slow": comparison.slow_name,
        "fast": comparison.fast_name,
        "notes": {
            "slow_s": comparison.slow_s,
            "fast_s": comparison.fast_s,
            "ratio": comparison.ratio,
            "claimed_ratio": comparison.claimed,
            "contradiction": comparisons.contradiction(comparison) or None,
        },
        "measured": [
            {
                **_measured(measured),
                "verdict": result.verdicts[measured.python],
                "others": [_measured(m) for m in result.others if m.python == measured.python],
                **_lost(result, measured.python),
            }
            for measured in result.written
        ],
    }


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "python": measured.python,
        "name": measured.pair.name,
        "ratio": measured.ratio.value,
        "ci_low": _finite(measured.ratio.low),
        "ci_high": _finite(measured.ratio.high),
        "rounds": measured.ratio.rounds,
        "slow_case": measured.pair.slow,
        "fast_case": measured.pair.fast,
        "slow_s": measured.slow.value,
        "fast_s": measured.fast.value,
    }


def _lost(result: Result, python: str) -> dict[str, Any]:
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


def _cases(costs: Costs) -> Iterable[dict[str, Any]]:
    measured = costs.frame[["python", "case"]].drop_duplicates().itertuples(index=False)
    for python, case in sorted(measured, key=lambda row: (row.case, row.python)):
        gross, net = costs.estimate(python, case), costs.net(python, case)
        assert gross is not None
        overlap = costs.metric(python, case, "overlap")
        yield {
            "id": case,
            "python": python,
            "rounds": gross.rounds,
            **_figures("seconds", gross),
            **_figures("net_seconds", net),
            "control": costs.twin(case, "control"),
            "floor": costs.twin(case, "floor"),
            **_figures("floor_ratio", costs.distance(python, case)),
            "overlap": float(overlap.min()) if len(overlap) else None,
            "short_window": len(costs.metric(python, case, "short_window")) > 0,
            "metrics": costs.metrics(python, case),
        }


def _figures(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {
        name: estimate.value,
        f"{name}_low": _finite(estimate.low),
        f"{name}_high": _finite(estimate.high),
    }


def _finite(figure: float) -> float | None:
    """JSON has no NaN."""
    return figure if math.isfinite(figure) else None
