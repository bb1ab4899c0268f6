"""Where a workload finds primitives that all of its workers can use."""

from __future__ import annotations

import multiprocessing
import threading
from typing import Any

from pyconc.suite.case import THREAD, Workload


def library(workload: Workload, of_threads: Any = threading) -> Any:
    """A module for threads, or `multiprocessing` as the workload's processes are started."""
    if workload.backend == THREAD:
        return of_threads
    return multiprocessing.get_context(workload.start_method)
