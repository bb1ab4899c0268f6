"""The tidy frame: one row a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pyperf

_PREFIX = "pyconc_"


#: The metadata of one run, and its values.
_Run = tuple[Mapping[str, Any], Sequence[float]]


def tidy(suites: Iterable[pyperf.BenchmarkSuite]) -> pd.DataFrame:
    """Every value of the suites.

    Columns: ``case`` (id), ``seconds`` (cost of one operation), ``value`` (its place in the round),
    ``python``, ``round``, ``peak_rss`` (bytes of the worker, where the platform tells), and every
    parameter and metric of pyconc without its prefix. A file from elsewhere has its runs as rounds
    and its Python's version as ``python``.
    """
    return _frame(
        [(run.get_metadata(), run.values) for run in bench.get_runs()]
        for suite in suites
        for bench in suite
    )


def tidy_documents(documents: Iterable[Any]) -> pd.DataFrame:
    """The same of pyperf files as JSON has them, which takes a tenth of the time.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: a document is none of pyperf's.
    """
    return _frame(
        [({**shared, **run.get("metadata", {})}, run.get("values", ())) for run in bench["runs"]]
        for document in documents
        for bench in document["benchmarks"]
        for shared in [{**(document.get("metadata") or {}), **bench.get("metadata", {})}]
    )


def _frame(benchmarks: Iterable[Sequence[_Run]]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for runs in benchmarks:
        for number, (metadata, values) in enumerate(runs):
            ours = {k[len(_PREFIX) :]: v for k, v in metadata.items() if k.startswith(_PREFIX)}
            for place, seconds in enumerate(values):
                rows.append(
                    {
                        "case": metadata["name"],
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
