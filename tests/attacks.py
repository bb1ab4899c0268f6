"""Attacks on a campaign and on what is typed: ``python tests/attacks.py [KILLS]``.

Prints what did not hold, and how many were tried and held; it takes a few minutes. Needs Linux.
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Callable, NamedTuple

from attacks_left import all_left

ROOT = Path(__file__).resolve().parents[1]
CASE = "thread.get_ident[thread-1]"
#: Seconds after which a command is taken to hang.
_LIMIT = 120
_BASH = shutil.which("bash") or "bash"
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HOSTILE = "\x1b[31mred\x07\u202eleft\u200f"
EDITS: list[Any] = [..., None, "", -1, 1e308, [], {}, True, "text", HOSTILE]
READERS = ("show", "compare", "noise", "report", "resume")


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


class Attack(NamedTuple):
    """Something that is tried; it says what did not hold, or nothing."""

    name: str
    do: Callable[[], str]


def pyconc(*arguments: object, into: str = "", env: Mapping[str, str] | None = None) -> Ended:
    """Run a command; its output goes where the shell says."""
    words = [sys.executable, "-m", "pyconc", *map(str, arguments)]
    command = [_BASH, "-c", f'set -o pipefail; "$@" {into}', "bash", *words]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, timeout=_LIMIT, stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ended(-1, "", "it hangs")
    out, err = (each.decode("utf-8", "replace") for each in (done.stdout, done.stderr))
    return Ended(done.returncode, out, err)


def wrong(ended: Ended, *statuses: int) -> str:
    """What is wrong with how a command ended: another status, a traceback, or several lines."""
    if ended.status == -1 or "Traceback" in ended.err:
        return ended.err[-300:]
    if ended.status not in statuses:
        return f"status {ended.status}: {ended.err[-300:]}"
    lines = [line for line in ended.err.splitlines() if "does not count" not in line]
    if ended.status == 2 and len(lines) != 1:
        return f"{len(lines)} lines: {ended.err[-300:]}"
    if found := _STEERING.search(ended.out + ended.err):
        return f"prints {found[0]!r}"
    return ""


def state_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def read_by(reader: str, folder: Path, beside: Path) -> Ended:
    """One of the commands that read a campaign."""
    history = {"PYCONC_HISTORY": str(beside / "history")}
    if reader == "resume":
        return pyconc("run", "--resume", folder, env=history)
    if reader == "compare":
        return pyconc("compare", f"{folder}@base", f"{folder}@again", env=history)
    if reader == "noise":
        return pyconc("noise", "--of", folder, env=history)
    if reader == "report":
        return pyconc("report", folder, "-o", beside / "site", env=history)
    return pyconc("show", folder, env=history)


class Attacks:
    """All of them, on copies of one campaign that is measured first.

    Args:
        place: a folder for everything.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.original = place / "original"
        self.base = [f"{sys.executable}={label}" for label in ("base", "again")]
        ended = pyconc("run", CASE, "-p", self.base[0], "-p", self.base[1], "--profile", "smoke",
                       "--seed", 1, "-o", self.original)  # fmt: skip
        if ended.status:
            raise SystemExit(f"the campaign to attack cannot be measured: {ended.err}")
        self.count = 0

    def copy(self) -> Path:
        self.count += 1
        folder = self.place / f"copy-{self.count}" / "c"
        shutil.copytree(self.original, folder)
        return folder

    def all(self, kills: int) -> Iterator[Attack]:
        yield from self.refusals()
        yield from self.outputs()
        yield from self.edits()
        yield from self.files()
        yield from self.times()
        yield from self.typed()
        for name, do in all_left(self.place, kills):
            yield Attack(name, do)

    def refusals(self) -> Iterator[Attack]:
        """Going on is refused, and changes nothing."""

        journal = "journal.jsonl"

        def refused(change: Callable[[Path], object]) -> str:
            folder = self.copy()
            change(folder)
            before = state_of(folder)
            said = wrong(pyconc("run", "--resume", folder), 2)
            return said or ("" if state_of(folder) == before else "the folder was changed")

        def say(**told: Any) -> Callable[[Path], object]:
            def change(folder: Path) -> None:
                about = json.loads((folder / "campaign.json").read_text("utf-8"))
                (folder / "campaign.json").write_text(json.dumps({**about, **told}), "utf-8")

            return change

        def published(folder: Path) -> None:
            command = [sys.executable, "-m", "pyconc.store.publish", str(folder), f"{folder}.new"]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            shutil.rmtree(folder)
            Path(f"{folder}.new").rename(folder)

        def gone(folder: Path) -> bool:
            (folder / journal).unlink()
            return True

        def rebuilt(folder: Path) -> None:
            path = folder / "campaign.json"
            about = json.loads(path.read_text("utf-8"))
            about["interpreters"][0]["build"] = "of yesterday"
            path.write_text(json.dumps(about), "utf-8")

        changes: dict[str, Callable[[Path], object]] = {
            "published": published,
            "without its journal": gone,
            "with an empty journal": lambda folder: (folder / journal).write_bytes(b""),
            "with half of its journal": lambda folder: (folder / journal).write_bytes(
                (folder / journal).read_bytes()[: (folder / journal).stat().st_size // 2]
            ),
            "of another build": rebuilt,
            "of another machine": say(machine=dict.fromkeys(
                ("host", "platform", "processor", "cpus"))),
            "of other cases": say(cases=["gone.case[thread-1]"]),
            "of an unknown profile": say(profile={"name": "gone"}),
            "unfinished, without its journal": lambda folder: (
                say(finished=False)(folder), gone(folder)
            ),
        }  # fmt: skip
        for name, change in changes.items():
            yield Attack(f"resume {name}", lambda c=change: refused(c))  # type: ignore[misc]

    def outputs(self) -> Iterator[Attack]:
        """What cannot be printed ends nothing, and is no success."""

        def measured(into: str) -> str:
            self.count += 1
            folder = self.place / f"output-{self.count}"
            ended = pyconc("run", CASE, "--profile", "smoke", "-o", folder, into=into)
            if said := wrong(ended, 3):
                return said
            finished = json.loads((folder / "campaign.json").read_text("utf-8"))["finished"]
            rounds = (folder / "journal.jsonl").read_text("utf-8").count('"round": 2')
            return "" if finished and rounds == 2 else "rounds are missing"

        for into in ("| head -1", "| true", ">/dev/full", ">&-", ">&- 2>&- <&-"):
            yield Attack(f"run {into}", lambda i=into: measured(i))  # type: ignore[misc]
        commands = (["show", self.original], ["list"], ["list", "--json"], ["--version"],
                    ["run", CASE, "--dry-run"])  # fmt: skip
        for command in commands:
            for into in (">/dev/full", ">&-"):
                yield Attack(
                    f"{command[0]} {into}",
                    lambda c=command, i=into: wrong(pyconc(*c, into=i), 3),  # type: ignore[misc]
                )
        for encoding in ("ascii", "latin-1", "utf-16"):
            yield Attack(
                f"show in {encoding}",
                lambda e=encoding: wrong(  # type: ignore[misc]
                    pyconc(
                        "show",
                        self.original,
                        env={"PYTHONIOENCODING": e},
                        into="| tr -cd ' -~'",
                    ),
                    0,
                ),
            )

    def edits(self) -> Iterator[Attack]:
        """One value changed in a file: read or refused in one line, by each command."""
        lot = random.Random(1)
        for name in ("campaign.json", "journal.jsonl"):
            lines = (self.original / name).read_text("utf-8").splitlines()
            documents = [json.loads(each) for each in lines] if name.endswith("l") else [
                json.loads("".join(lines))]  # fmt: skip
            every = [(n, path) for n, each in enumerate(documents) for path in _places(each)]
            for number, path in lot.sample(every, 40):
                value, reader = lot.choice(EDITS), lot.choice(READERS)
                changed = copy.deepcopy(documents)
                _edit(changed[number], path, value)

                def read(name: str = name, changed: Any = changed, reader: str = reader) -> str:
                    folder = self.copy()
                    for written in folder.glob("python-*"):
                        written.unlink()
                    text = "\n".join(json.dumps(each) for each in changed)
                    (folder / name).write_text(text + "\n", "utf-8")
                    return wrong(read_by(reader, folder, folder.parent), 0, 2)

                yield Attack(f"{reader}: {name}:{number} {path} made {value!r}", read)

    def files(self) -> Iterator[Attack]:
        """Something else in the place of a file."""
        names = ("campaign.json", "journal.jsonl", "python-base.json", "noise.json",
                 "statements.json")  # fmt: skip
        put: dict[str, Callable[[Path], object]] = {
            "a pipe": os.mkfifo,
            "a folder": lambda path: path.mkdir(),
            "a device": lambda path: path.symlink_to("/dev/zero"),
            "nothing in it": lambda path: path.write_bytes(b""),
            "NaN": lambda path: path.write_bytes(b'{"seed": NaN}\n{"round": NaN}\n'),
            "depth": lambda path: path.write_bytes(b"[" * 200_000),
            "no text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
        }  # fmt: skip
        lot = random.Random(2)
        for name in names:
            for what, make in put.items():
                for reader in lot.sample(READERS, 2):

                    def read(
                        name: str = name,
                        make: Callable[[Path], object] = make,
                        reader: str = reader,
                    ) -> str:
                        folder = self.copy()
                        (folder / name).unlink(missing_ok=True)
                        make(folder / name)
                        return wrong(read_by(reader, folder, folder.parent), 0, 2)

                    yield Attack(f"{reader}: {what} for {name}", read)

    def times(self) -> Iterator[Attack]:
        """No file hides a newer one, whatever their times are."""

        def rounds(folder: Path) -> set[int]:
            code = (
                "import sys; from pyconc.store.read_side import read_side\n"
                "print({len(e.costs) for e in read_side(sys.argv[1]).measured.values()})"
            )
            done = subprocess.run([sys.executable, "-c", code, f"{folder}@base"], cwd=ROOT,
                                  capture_output=True, text=True)  # fmt: skip
            return set(map(int, re.findall(r"\d+", done.stdout)))

        def older(age: float) -> str:
            folder = self.copy()
            path = folder / "python-base.json"
            document = json.loads(path.read_text("utf-8"))
            for benchmark in document["benchmarks"]:
                benchmark["runs"] = benchmark["runs"][:-1]
            path.write_text(json.dumps(document), "utf-8")
            moment = (folder / "journal.jsonl").stat().st_mtime + age
            os.utime(path, (moment, moment))
            return "" if rounds(folder) == {2} else f"{rounds(folder)} rounds"

        def emptied() -> str:
            folder = self.copy()
            (folder / "journal.jsonl").write_bytes(b"")
            return "" if rounds(folder) == {2} else f"{rounds(folder)} rounds"

        for age in (-1e6, 0.0, 1e6):
            yield Attack(f"an older file whose time is {age:+g} s", lambda a=age: older(a))  # type: ignore[misc]
        yield Attack("an empty journal beside the files", emptied)

    def typed(self) -> Iterator[Attack]:
        """What may be typed: one line and status 2."""
        long, place = "x" * 300, self.place
        os.mkfifo(place / "pipe")
        lines: Sequence[Sequence[object]] = (
            ["run", long], ["run", "-k", long], ["run", "-k", "'"],
            ["run", "lock", "-k", "8"], ["run", CASE, "-p", f"{sys.executable}={long}"],
            ["run", CASE, "-p", long], ["run", CASE, "-o", place / long],
            ["run", CASE, "-o", place / "pipe"], ["run", CASE, "-o", "/dev/null"],
            ["run", "--resume", place / long], ["run", "--resume", place / "pipe"],
            ["run", CASE, "--budget", "-1"], ["run", CASE, "--profile", HOSTILE], ["run", HOSTILE],
            ["show", place / long], ["show", place / "pipe"], ["show", "/dev/zero"],
            ["show", HOSTILE], ["report", place / long], ["report", place / "pipe"],
            ["report", "/dev/null", "-o", place / "s"],
            ["report", self.original, "-o", "/dev/null"],
            ["compare", place / long, self.original], ["compare", place / "pipe", "/dev/zero"],
            ["compare", HOSTILE, HOSTILE], ["compare", self.original, "/dev/zero"],
            ["noise", "--of", place / long], ["noise", "--of", place / "pipe"],
            ["noise", "--of", self.original, "--history", "/dev/null"],
            ["statements", "-p", long], ["list", long], ["list", HOSTILE],
        )  # fmt: skip
        for words in lines:
            name = " ".join(str(each)[:40] for each in words)
            yield Attack(
                repr(name),
                lambda w=words: wrong(pyconc(*w, env={"PYCONC_HISTORY": str(place / "h")}), 2),  # type: ignore[misc]
            )
        for variable in ("HOME", "PATH", "LANG", "TERM"):
            yield Attack(
                f"an empty {variable}",
                lambda v=variable: wrong(pyconc("run", CASE, "--dry-run", env={v: ""}), 0, 2),  # type: ignore[misc]
            )


def _places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in part if isinstance(part, dict) else range(len(part)):
        yield (*path, key)
        if isinstance(part[key], (dict, list)):
            yield from _places(part[key], (*path, key))


def _edit(document: Any, path: Sequence[Any], value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    if value is ...:
        del document[path[-1]]
    else:
        document[path[-1]] = value


def attack(kills: int, one_in: int = 1) -> tuple[int, list[str]]:
    """Try all, or one in so many; how many, and what did not hold."""
    tried, failed = 0, []
    with tempfile.TemporaryDirectory() as place:
        for number, each in enumerate(Attacks(Path(place)).all(kills)):
            if number % one_in:
                continue
            tried += 1
            if said := each.do():
                failed.append(f"{each.name}: {said}")
                print(f"did not hold: {failed[-1]}", flush=True)
    return tried, failed


if __name__ == "__main__":
    tried, failed = attack(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
    print(f"{tried} attacks tried, {tried - len(failed)} held")
    sys.exit(bool(failed))
