"""The tidy frame: one row a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyperf

_PREFIX = "pyconc_"


def tidy(suites: Iterable[pyperf.BenchmarkSuite]) -> pd.DataFrame:
    """Every value of the suites.

    Columns: ``case`` (id), ``seconds`` (cost of one operation), ``value`` (its place in the round),
    ``python``, ``round``, ``peak_rss`` (bytes of the worker, where the platform tells), and every
    parameter and metric of pyconc without its prefix. A file from elsewhere has its runs as rounds
    and its Python's version as ``python``.
    """
    rows: list[dict[str, Any]] = []
    for suite in suites:
        for bench in suite:
            for number, run in enumerate(bench.get_runs()):
                metadata = run.get_metadata()
                ours = {k[len(_PREFIX) :]: v for k, v in metadata.items() if k.startswith(_PREFIX)}
                for place, seconds in enumerate(run.values):
                    rows.append(
                        {
                            "case": bench.get_name(),
                            "python": metadata.get("python_version", "unknown"),
                            "round": number,
                            "peak_rss": metadata.get("mem_max_rss"),
                            **ours,
                            "value": place,
                            "seconds": seconds,
                        }
                    )
    return pd.DataFrame(rows)


def rounds(frame: pd.DataFrame) -> pd.DataFrame:
    """The cost of each round, the unit of the statistics: the mean of its values, in seconds.

    Returns:
        A frame with the columns ``python``, ``case``, ``round``, ``seconds``.
    """
    by_round = frame.groupby(["python", "case", "round"], sort=False)
    return by_round["seconds"].mean().reset_index()
