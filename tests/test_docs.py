"""What the documents say is so, and every command in them can be run."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pyperf
import pytest
from conftest import TOYS, CampaignMaker
from documents import Command, commands, environment, follow, like_a_checkout, steps
from longest import only_if_asked

from pyconc.cli import parser
from pyconc.measure.meter import Meter
from pyconc.store.journal import Record
from pyconc.suite import catalog, document, writing
from pyconc.suite.case import Clock, Workload, case
from pyconc.suite.spelling import ARGUMENTS, HOOKS

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [
    ROOT / "README.md", *DOCS, ROOT / "results/README.md", ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
]  # fmt: skip
FORMAT = ROOT / "docs" / "file-format.md"
#: Documents whose commands are run, each in a folder of its own.
FOLLOWED = [path for path in (ROOT / "README.md", *DOCS) if commands(path)]
#: They begin with an empty folder; the others are for a checkout, in which things were measured.
FROM_NOTHING = ("notebook.md", "tutorial.md", "workloads.md", "your-own.md")

PYTHON = shlex.quote(sys.executable)
#: What is run in place of what would take minutes, needs Pythons or cores that may not be here, or
#: would write beside the folder. Everything else is run as it is written.
INSTEAD = {
    # README.md
    "make bench": 'make bench ARGS="lock.pair --profile smoke"',
    'make bench ARGS="-p 3.9 -p 3.13 -p 3.14"': f'make bench ARGS="-p {PYTHON} --dry-run"',
    ".venv/bin/pyconc run barrier pool": "pyconc run barrier pool --dry-run",
    ".venv/bin/pyconc run --clock instructions lock": (
        "pyconc run --clock time lock --dry-run"  # there may be nothing that counts
    ),
    ".venv/bin/pyconc run counter.fine_lock": "pyconc run counter.fine_lock --dry-run",
    '.venv/bin/pyconc run -k "barrier and not spawn" --profile smoke': (
        'pyconc run -k "barrier and not spawn" --profile smoke --dry-run'
    ),
    ".venv/bin/pyconc noise": "pyconc noise --help",  # the tutorial's and others are run
    ".venv/bin/pytest benchmarks/ --benchmark-only": (
        "pytest benchmarks/lock.py -k try_held --benchmark-only"
    ),
    ".venv/bin/pyconc run -p 3.13 -p 3.14 -o results/both": (
        f"pyconc run lock.pair -p {PYTHON}=3.13 -p {PYTHON}=3.14 --profile smoke -o results/both"
    ),
    # ci.md
    "pyconc run -p path/to/base/python=base -p path/to/head/python=head --clock instructions "
    "-o counted": (
        f"pyconc run lock.pair -p {PYTHON}=base -p {PYTHON}=head --profile smoke -o counted"
    ),
    "pyconc run -p path/to/base/python=base -p path/to/head/python=head -o timed": (
        f"pyconc run lock.pair -p {PYTHON}=base -p {PYTHON}=head --profile smoke -o timed"
    ),
    # engines.md
    "pyconc run ecosystem joblib pool --with anyio --with trio --with gevent --with uvloop "
    "--with joblib --with distributed --with ray -o results/engines": (
        'pyconc run "ecosystem.asyncio_round_trip" --profile smoke -o results/engines'
    ),
    'pyconc run -k "joblib and jobs and 1000" --with joblib -o results/joblib --show': (
        'pyconc run "dispatch.thread_pool[thread-4-wait-1000]" --profile smoke '
        "-o results/joblib --show"
    ),
    'pyconc run libraries -k "pair or turns" --with anyio --with aiologic --with trio '
    "-o results/locks --show": (
        'pyconc run "queue.put_get[thread-1-SimpleQueue]" --profile smoke -o results/locks --show'
    ),
    'pyconc run -k "libraries and turns and anyio" -p 3.13=old -p 3.13=new '
    "--with old:anyio==4.4.0 --with new:anyio -o results/anyio": (
        f'pyconc run "libraries.turns[task-2-asyncio-Lock]" -p {PYTHON}=old -p {PYTHON}=new '
        "--profile smoke -o results/anyio"
    ),
    '.venv/bin/pytest benchmarks/ecosystem.py -k "round_trip" --benchmark-only': (
        'pytest benchmarks/ecosystem.py -k "asyncio_round_trip" --benchmark-only'
    ),
    # machine.md
    'python -m pyperf timeit --affinity=2 "pass"': "python -m pyperf timeit -l1 -n1 -p1 -w1 pass",
    "taskset -c 2-7 pyconc run": "taskset -c 0 pyconc run --dry-run",
    "pyconc noise": "pyconc noise lock.pair --profile smoke -o results/NOISE",
    "pyconc noise --clock instructions": "pyconc noise --help",  # not everybody has a counter
    "pyconc noise --of results/DATE": "pyconc noise --of results/NOISE",
    "pyconc noise lock queue -p 3.14 --profile full --budget 1h": "pyconc noise --help",
    # notebook.md
    "pyconc run lock.contended -p 3.13 -p 3.14 -o results/locks": (
        f"pyconc run 'lock.contended[thread-2]' 'lock.contended[thread-4]' -p {PYTHON}=3.13 "
        f"-p {PYTHON}=3.14 --profile smoke -o results/locks"
    ),
    # pyperformance.md
    'pytest benchmarks -m "pyconc_lock and quick and not contended" --benchmark-only': (
        'pytest benchmarks/lock.py -m "pyconc_lock and quick and not contended" -k try '
        "--benchmark-only"
    ),
    'pytest benchmarks/event.py -m "not multiprocessing" --benchmark-group-by=func,param:backend': (
        'pytest benchmarks/event.py -k is_set -m "not multiprocessing" '
        "--benchmark-group-by=func,param:backend"
    ),
    # statements.md
    "pyconc statements -p 3.9 -p 3.14 -o statements.json": (
        f"pyconc statements -p {PYTHON} -o statements.json"
    ),
    "pyconc statements -p all": "pyconc statements --help",  # that of one Python is run
    "pyconc statements -p all -o results/DATE-TIME/statements.json": (
        "cp statements.json results/DATE-TIME/"
    ),
    # tutorial.md
    'pyconc run lock.pair "lock.contended[thread-2]" counter.unlocked counter.fine_lock -o first': (
        'pyconc run lock.pair "lock.contended[thread-2]" counter.unlocked counter.fine_lock '
        "--profile smoke -o first"
    ),
    "pyconc run lock -p 3.13 -p 3.14 -o both": (
        f"pyconc run lock.pair -p {PYTHON}=3.13 -p {PYTHON}=3.14 --profile smoke -o both"
    ),
    "pyconc noise lock.pair lock.with": "pyconc noise lock.pair --profile smoke",
    "pyconc run polite lock.with -o mine": "pyconc run polite lock.with --profile smoke -o mine",
    # your-own.md
    "pyconc run ticket lock.pair lock.contended -o results/first": (
        "pyconc run ticket lock.pair --profile smoke -o results/first"
    ),
    "pyconc run ticket lock queue -o results/all": (
        "pyconc run ticket --profile smoke -o results/all"
    ),
    'pyconc run -k "pair and not process" --profile smoke -o results/pairs': (
        'pyconc run -k "pair and not process" --profile smoke --dry-run'
    ),
    "pyconc run ticket -p v1/bin/python=base -p v2/bin/python=head -o results/versions": (
        f"pyconc run ticket.pair -p {PYTHON}=base -p {PYTHON}=head --profile smoke "
        "-o results/versions"
    ),
    "pyconc run ticket -p 3.13=base -p 3.13=head --with base:ticketlock==1.0 --with head:./": (
        "pyconc run ticket --dry-run"  # test_arms.py does it
    ),
    "pyconc noise ticket.pair": "pyconc noise ticket.pair --profile smoke",
    # workloads.md
    "pyconc run gate bounded baton crew -o results/cases": (
        "pyconc run gate bounded baton crew --profile smoke -o results/cases"
    ),
}
#: What is not run, and why.
NOT_RUN = {
    r"make test(-long)?": "it is what runs this",
    r"git worktree .*|pyconc (run|compare) .*\.\./campaign.*": "test_pull_request.py does it",
    r"cd cpython|\(cd \.\./kept .*|git bisect .*": "test_bisect_run.py does it",
    r".*\bsudo\b.*": "it changes the machine, and needs its administrator",
    r"docker run .*": "it needs an image",
    r"pyperformance .*|python benchmarks/bm_pyconc/.*": "test_pyperformance.py does it",
    r"python -m pyconc.suite.manifest benchmarks": "it would write into the checkout",
    r".*pyperf system show": "it fails on machines that it does not know",
    r"python3 -m venv .*|\.venv/bin/pip install .*|\. \.venv/.*": "test_packaging.py does it",
}


class Followed(NamedTuple):
    folder: Path
    #: What went wrong.
    failures: Future[list[str]]


def reason(command: str) -> str | None:
    """Why a command is not run."""
    found = [why for pattern, why in NOT_RUN.items() if re.fullmatch(pattern, command)]
    return found[0] if found else None


@pytest.fixture(scope="module")
def followed(
    make_campaign: CampaignMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Followed]]:
    """Every document, followed at the same time as the others."""
    if sys.version_info < (3, 11) or not importlib.util.find_spec("matplotlib"):
        pytest.skip("the commands that show results need Python 3.11 and the extra `report`")
    if os.name != "posix":
        pytest.skip("the commands are for a shell of POSIX")
    found = {}
    with ThreadPoolExecutor(3) as pool:
        for path in sorted(FOLLOWED, key=lambda path: -len(commands(path))):
            folder = tmp_path_factory.mktemp(path.stem)
            env = environment(folder)
            if path.name not in FROM_NOTHING:
                like_a_checkout(folder)
                measured_before(folder, make_campaign)
            not_run = {each: why for each in commands(path) if (why := reason(each))}
            failures = pool.submit(follow, path, folder, env, INSTEAD, not_run)
            found[path.name] = Followed(folder, failures)
        yield found


def measured_before(folder: Path, make_campaign: CampaignMaker) -> None:
    """The campaigns and files that a checkout's documents speak of."""
    costs = {"3.13.0": {"lock.pair[thread-1]": 1e-7, "reference.empty_loop[thread-1]": 1e-8}}
    for name in ("BASE", "HEAD", "results/A", "results/B", "results/DATE-TIME"):
        shutil.copytree(make_campaign(costs), folder / name)
    rivals = {"3.13.0": {"lock.pair[thread-1]": 1e-7, "rlock.pair[thread-1]": 2e-7}}
    metrics = {"rlock.pair[thread-1]": {"rival": "lock.pair[thread-1]"}}
    shutil.copytree(make_campaign(rivals, metrics=metrics), folder / "results/DATE")
    for name in ("old.json", "new.json", "before.json", "after.json"):
        suite = pyperf.BenchmarkSuite([
            pyperf.Benchmark([
                pyperf.Run([1e-7], metadata={"name": "lock.pair"}, collect_metadata=False)
                for _ in range(3)
            ])
        ])  # fmt: skip
        suite.dump(str(folder / name))


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.name, marks=[only_if_asked] if path.name == "bisect.md" else [])
        for path in FOLLOWED
    ],
)
def test_every_command_of_a_document_can_be_run(
    name: str, followed: Mapping[str, Followed]
) -> None:
    assert followed[name].failures.result() == []


def test_what_is_run_otherwise_or_not_at_all_is_still_in_a_document() -> None:
    said = [command for path in FOLLOWED for command in commands(path)]
    assert set(INSTEAD) - set(said) == set()
    for pattern in NOT_RUN:
        assert any(re.fullmatch(pattern, command) for command in said), pattern


@pytest.mark.long
def test_the_tutorial_leaves_what_it_speaks_of(followed: Mapping[str, Followed]) -> None:
    folder, failures = followed["tutorial.md"]
    assert failures.result() == []
    assert (folder / "first" / "report" / "index.html").exists()
    about = json.loads((folder / "mine" / "campaign.json").read_text("utf-8"))
    assert "polite.with[thread-1]" in about["cases"]
    assert about["own"] == {"folders": ["../my_benchmarks"], "pythonpath": []}


@pytest.mark.long
def test_every_name_in_the_files_of_a_campaign_is_explained(
    followed: Mapping[str, Followed],
) -> None:
    folder, failures = followed["tutorial.md"]
    assert failures.result() == []
    about = json.loads((folder / "first" / "campaign.json").read_text("utf-8"))
    data = folder / "first" / "report" / "data"
    report = json.loads((data / "report.json").read_text("utf-8"))
    names = {*about, *about["profile"], *about["machine"], *about["own"], *report}
    names |= {*about["interpreters"][0], *about["doctor"][0], *Record._fields}
    for table in ("cases.csv", "rounds.csv"):
        names |= set((data / table).read_text("utf-8").splitlines()[0].split(","))
    assert names - explained() == set()


def explained() -> set[str]:
    return set(re.findall(r"`(\w+)`", FORMAT.read_text("utf-8")))


def example() -> str:
    """The case that the README adds."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_short() -> None:
    assert len(example().splitlines()) <= 26


def test_the_example_can_be_measured(tmp_path: Path) -> None:
    folder = tmp_path / "example_benchmarks"
    folder.mkdir()
    shutil.copy(ROOT / "benchmarks" / "reference.py", folder)
    (folder / "flag.py").write_text(example(), "utf-8")
    cases = {case.id: case for case in catalog.load(folder)}
    flag = cases["flag.set_clear[thread-1]"]
    assert catalog.twin(flag, "control", cases) is cases["reference.empty_loop[thread-1]"]
    with Meter(flag, 0) as meter:
        assert meter.seconds(1000) > 0


def test_the_catalogue_is_what_is_declared() -> None:
    """`make docs` writes it again."""
    written = (ROOT / "docs/catalogue.md").read_text("utf-8")
    assert written == document.document(catalog.load()), "stale: run `make docs`"


def test_how_to_write_a_case_is_what_is_in_the_code() -> None:
    """`make docs` writes it again."""
    template = (ROOT / "docs/workloads.md.in").read_text("utf-8")
    written = (ROOT / "docs/workloads.md").read_text("utf-8")
    assert written == writing.document(template, catalog.load()), "stale: run `make docs`"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="reports are read by Python 3.11")
def test_the_list_of_reports_is_that_of_the_file() -> None:
    """`make docs` writes it again."""
    from pyconc.findings.reported import known_reports
    from pyconc.report import reports_list

    template = (ROOT / "docs/reports.md.in").read_text("utf-8")
    written = (ROOT / "docs/reports.md").read_text("utf-8")
    assert written == reports_list.document(template, known_reports()), "stale: run `make docs`"


@pytest.mark.parametrize("of", ["attributes", "hooks", "arguments", "clocks", "backends", "given"])
def test_nothing_that_a_case_can_say_is_left_out(of: str) -> None:
    template = f"${of}"
    documented = set(re.findall(r"\b\w+\b", writing.document(template, catalog.load())))
    properties = {name for name in HOOKS if isinstance(vars(Workload)[name], property)}
    wanted = {
        "attributes": {name for name, called in HOOKS.items() if not called} - properties,
        "hooks": {name for name, called in HOOKS.items() if called} | properties,
        "arguments": {*ARGUMENTS, "axes"},
        "clocks": {clock.name for clock in Clock},
        "backends": {
            "THREAD",
            "FORK",
            "FORKSERVER",
            "SPAWN",
            "PROCESSES",
            "DEFAULT",
            "INTERPRETER",
            "TASK",
        },
        "given": {*Workload.__annotations__} - {*HOOKS, "declaration"},
    }
    assert wanted[of] <= documented


def test_hooks_are_called_in_the_order_that_is_documented() -> None:
    called: list[str] = []

    def hook(name: str) -> Any:
        def record(self: Workload, worker: int = 0, loops: int = 1) -> list[float]:
            if worker == 0:
                called.append(name)
            time.sleep(0.001)
            return [1e-6]

        return record

    hooks = {name: hook(name) for name, is_function in HOOKS.items() if is_function}
    hooks["check"] = lambda self, loops: called.append("check")
    about = {"__doc__": "One operation: none.", "observes": "handoff"}
    made: type[Workload] = type("Telling", (Workload,), {**hooks, **about})
    workload = case(workers=2)(made)
    [telling] = workload.declaration.cases(workload)
    with Meter(telling, 0, calibrating=True) as meter:
        meter.seconds(1)
        meter.observed()
    text = (ROOT / "docs/workloads.md").read_text("utf-8")
    listed = re.findall(r"^\d\. (.*)$", text, re.MULTILINE)
    order = [re.findall("`([a-z]+)`", line.partition(", where")[0]) for line in listed]
    assert [name for names in order for name in names] == called


def test_what_is_documented_depends_on_no_machine() -> None:
    template = (ROOT / "docs/workloads.md.in").read_text("utf-8")
    code = (
        "import os, sys;"
        "os.cpu_count = lambda: 6; os.sched_getaffinity = lambda pid: set(range(6));"
        "from pyconc.suite import catalog, document, writing; cases = catalog.load();"
        "print(document.document(cases)); print(writing.document(sys.stdin.read(), cases))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, input=template
    )
    cases = catalog.load()
    here = f"{document.document(cases)}\n{writing.document(template, cases)}\n"
    assert done.stdout == here, done.stderr


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_resolve(path: Path) -> None:
    text = path.read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", text):
        if target.startswith("https:"):
            continue
        other = path.parent / target if target else path
        assert other.exists(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors(other), f"{path.name}: {target}#{anchor}"


def anchors(path: Path) -> set[str]:
    """Of its headings, as they are made where the documents are read."""
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_the_commands_of_the_readme_name_cases_that_exist() -> None:
    said = [each for each in commands(ROOT / "README.md") if each.startswith(".venv/bin/pyconc ")]
    assert len(said) >= 5
    cases = catalog.load()
    for command in said:
        args = parser().parse_args(shlex.split(command)[1:])
        if hasattr(args, "select"):
            assert catalog.select(cases, args.select, args.keywords)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_the_documents_are_understood(path: Path) -> None:
    """As they are written, also where they are run otherwise."""
    for step in steps(path):
        if isinstance(step, Command) and re.match(r"(\.venv/bin/)?pyconc ", step.text):
            args = parser().parse_args(shlex.split(step.text)[1:])
            assert callable(args.command), step


def test_what_a_worker_says_is_explained(tmp_path: Path) -> None:
    """Every name of the metadata of a result is in docs/file-format.md."""
    result = tmp_path / "result.json"
    arguments = [
        "--case", "faulty.passes[thread-2]", "--benchmarks", str(TOYS), "--worker", "--quiet",
        "--min-time=0.001", "--loops=8", "--warmups=0", "--values=1", "--result", str(result),
        "--pace=1", "--patience=0",
    ]  # fmt: skip
    command = [sys.executable, "-m", "pyconc.measure.worker", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names = {
        name.removeprefix("pyconc_")
        for name in pyperf.Benchmark.load(str(result)).get_metadata()
        if name.startswith("pyconc_")
    }
    assert {"pace", "usual_pace", "fastest_pace", "remeasured", "handoff_p50"} <= names
    assert names - explained() == set()
