"""Every way in which a case can spoil what is read of it; and it prints where it is imported."""

from __future__ import annotations

import atexit
import json
import math
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from pyconc.suite.case import Clock, Workload, case

print("a family file that prints at import")
os.write(1, b'{"pid": 1}\n')


@case()
class Sound(Workload):
    """Does nothing, and does it well."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            pass


@case(kind=(
    "torn", "empty", "a folder", "a pipe", "nothing", "nan", "infinite", "zero", "negative", "text",
    "another", "values", "nested", "nan metric",
))  # fmt: skip
class Result(Workload):
    """Its result is not what it should be when its process ends."""

    clock = Clock.CALLER
    kind: str

    def setup(self) -> None:
        import pyperf

        whole, kind = pyperf.Benchmark.dump, self.kind

        def dump(bench: Any, name: str, **options: Any) -> None:
            whole(bench, name, **options)
            spoil(Path(name), str(kind))

        pyperf.Benchmark.dump = dump

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            pass


#: What is put in the place of each value.
VALUES = {"nan": math.nan, "infinite": math.inf, "zero": 0.0, "negative": -1.0, "text": "1"}


def spoil(path: Path, kind: str) -> None:
    whole = path.read_text("utf-8")
    path.unlink()
    if kind == "a folder":
        (path / "deep").mkdir(parents=True)
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "torn":
        path.write_text(whole[: len(whole) // 2], "utf-8")
    elif kind == "empty":
        path.write_text("", "utf-8")
    elif kind == "nested":
        path.write_text("[" * 100_000, "utf-8")
    elif kind != "nothing":
        path.write_text(json.dumps(spoilt(json.loads(whole), kind)), "utf-8")


def spoilt(document: Any, kind: str) -> Any:
    [benchmark] = document["benchmarks"]
    [run] = benchmark["runs"]
    if kind == "another":
        for holder in (document, benchmark, run):
            holder.setdefault("metadata", {})["name"] = "another.case[thread-1]"
    elif kind == "values":
        run["values"] = [] if "values" in run else [1.0]
    elif kind == "nan metric":
        run.setdefault("metadata", {})["pyconc_cpu_seconds"] = math.nan
    elif "values" in run:  # not while it is calibrated
        run["values"] = [VALUES[kind] for _ in run["values"]]
    return document


@case()
class Talks(Workload):
    """Prints without end."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        while True:
            os.write(1, b"and another thing\n" * 1000)


@case()
class TalksAndFails(Workload):
    """Prints more than is kept, and then why it fails."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        print("the beginning")
        print("in between\n" * 300_000)
        sys.stdout.flush()
        raise ValueError("the end\x1b[31m")


@case(kind=("a/b", "a b", "a:b", "A b"))
class Fails(Workload):
    """Its id differs from others in what no name of a file has."""

    kind: str

    def work(self, worker: int, loops: int) -> None:
        raise ValueError(f"of {self.kind}")


@case()
class LosesLog(Workload):
    """Puts a folder into the place of its log."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        path = Path("/proc/self/fd/1").resolve()
        atexit.register(shutil.rmtree, path, ignore_errors=True)
        path.unlink()
        path.mkdir()
        raise ValueError("no log")
