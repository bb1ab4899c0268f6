"""Cases of the user's own: declared, found by every command and every worker, and remembered."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from programs import pyconc
from repositories import HEADER, PAIR, Repository

from pyconc.errors import DeclarationError, UsageError
from pyconc.measure.copies import isolated
from pyconc.suite import catalog
from pyconc.suite.own import Own, declared, package_name, package_root, recalled

pytest_plugins = ["repositories"]


def test_they_come_after_ours(repository: Repository) -> None:
    ours = [case.id for case in catalog.load(catalog.benchmarks_folder())]
    repository(zebra=PAIR, apple=PAIR)
    assert [case.id for case in catalog.load()] == [
        *ours, "apple.pair[thread-1]", "zebra.pair[thread-1]",
    ]  # fmt: skip
    assert catalog.families()[-2:] == ["apple", "zebra"]


def test_their_control_and_floor_may_be_ours(repository: Repository) -> None:
    repository(apple=PAIR)
    case, twins = catalog.find("apple.pair[thread-1]")
    assert case.summary == "Nothing, by a name of its own. One operation: none."
    assert twins == {
        "control": "reference.empty_loop[thread-1]", "floor": "floor.mutex_pair[thread-1]",
    }  # fmt: skip


def test_the_nearest_pyproject_counts(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repository(apple=PAIR)
    below = tmp_path / "deep" / "below"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert declared().folders[:1] == (folder.resolve(),)
    (tmp_path / "deep" / "pyproject.toml").write_text("[project]\nname = 'other'\n", "utf-8")
    assert folder.resolve() not in declared().folders


def test_two_folders_may_have_the_same_name(repository: Repository, tmp_path: Path) -> None:
    for parent, name in (("a", "apple"), ("b", "banana")):
        folder = tmp_path / parent / "same_cases"
        folder.mkdir(parents=True)
        (folder / f"{name}.py").write_text(PAIR, "utf-8")
    repository('cases = ["a/same_cases", "b/same_cases"]')
    assert catalog.families()[-2:] == ["apple", "banana"]
    assert [case.id for case in catalog.load()][-2:] == [
        "apple.pair[thread-1]", "banana.pair[thread-1]",
    ]  # fmt: skip


def test_a_folder_may_be_a_package_in_another(repository: Repository, tmp_path: Path) -> None:
    package = tmp_path / "fruit" / "cases"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").write_text("", "utf-8")
    (package / "_shared.py").write_text("NOTES = 'of fruit'\n", "utf-8")
    body = PAIR.replace("@case()", "from ._shared import NOTES\n\n@case(notes=NOTES)")
    (package / "cherry.py").write_text(body, "utf-8")
    repository('cases = ["fruit/cases"]')
    assert (package_root(package), package_name(package)) == (tmp_path, "fruit.cases")
    case, _ = catalog.find("cherry.pair[thread-1]")
    assert (case.family, case.declaration.notes) == ("cherry", "of fruit")
    assert case.workload_class.__module__ == "fruit.cases.cherry"


def test_what_they_import_may_be_elsewhere(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "module_of_src.py").write_text("SIZE = 7\n", "utf-8")
    body = PAIR.replace("@case()", "from module_of_src import SIZE\n\n@case(size=SIZE)")
    folder = repository(apple=body)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.pyconc]\ncases = ["{folder.name}/"]\npythonpath = ["src"]\n', "utf-8"
    )
    assert declared().path[:2] == [(tmp_path / "src").resolve(), tmp_path.resolve()]
    assert catalog.load()[-1].id == "apple.pair[thread-1-7]"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ('cases = "cases"', "cases is no list of folders"),
        ("cases = [1]", "cases is no list of folders"),
        ('pythonpath = "src"', "pythonpath is no list of folders"),
        ('cases = ["gone/"]', "cases names 'gone/', and "),
        ('cases = ["pyproject.toml"]', "which is a file; name the folder that it is in"),
        ('cases = ["with.dot"]', "which no Python can import; leave out the dot"),
        ('case = ["cases"]', "[tool.pyconc] has 'case'; did you mean 'cases'?"),
        ('cases = ["', "cannot read "),
        ("[tool]\npyconc = 1", "cannot read "),
    ],
)
def test_a_bad_declaration_gets_one_line(
    settings: str, says: str, repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "with.dot").mkdir()
    repository(settings)
    with pytest.raises(UsageError) as caught:
        catalog.load()
    assert says in str(caught.value)
    assert "pyproject.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_that_are_no_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\npyconc = 1\n", "utf-8")
    with pytest.raises(UsageError, match=r"\[tool.pyconc\] is no table"):
        declared(tmp_path)


def test_thresholds_and_later_settings_are_none_of_its_business(tmp_path: Path) -> None:
    text = '[tool.pyconc]\nfuture = 1\n[tool.pyconc.thresholds]\ndefault = "2%"\n'
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    assert declared(tmp_path).pythonpath == ()


def test_a_pyproject_of_others_need_not_be_right(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[[[", "utf-8")
    assert declared(tmp_path).pythonpath == ()


def test_a_python_without_toml_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def import_module(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", import_module)
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\ndependencies = ["pyconc"]\n', "utf-8")
    assert declared(tmp_path) == Own(declared(tmp_path).folders)
    path.write_text('[tool.pyconc]\ncases = ["x"]\n', "utf-8")
    with pytest.raises(UsageError, match=r"cannot read by itself; pip install tomli"):
        declared(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("import no_such_module\n", "apple.py cannot be imported: ModuleNotFoundError: No module"),
        ("def\n", "apple.py cannot be imported: SyntaxError: "),
        ("import sys\nsys.exit(3)\n", "apple.py cannot be imported: SystemExit: 3"),
        ("raise ValueError('two\\nlines')\n", "ValueError: two lines"),
        (PAIR.replace("reference.empty_loop", "no.where"), "no case of its control no.where"),
        (PAIR.replace("floor.mutex_pair", "floor.none"), "no case of its floor floor.none"),
        (PAIR + PAIR.replace(HEADER, "first = Pair\n"), "apple.pair[thread-1] is declared twice"),
        (PAIR.replace("@case()", "@case(workers=0)"), "workers must be 1 or more"),
        ("NOTHING = 0\n", "declares a case"),
    ],
)  # fmt: skip
def test_a_bad_family_gets_one_line(content: str, says: str, repository: Repository) -> None:
    repository(apple=content)
    with pytest.raises(DeclarationError) as caught:
        catalog.load()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    ours = catalog.load(catalog.benchmarks_folder())
    assert [case.id for case in catalog.known()] == [case.id for case in ours]


def test_a_family_that_lacks_a_module_is_known_by_that(
    repository: Repository, tmp_path: Path
) -> None:
    """The others go on without it, also in the folder of a family that has it for a control."""
    folder = repository(
        apple="import no_such.module\n", banana="from json import no_such\n",
        cherry=PAIR.replace("reference.empty_loop", "apple.pair"), durian=PAIR,
    )  # fmt: skip
    cases, lacking = catalog.collect(*catalog.with_ours(Own((folder.resolve(),))))
    assert [case.id for case in cases][-2:] == ["cherry.pair[thread-1]", "durian.pair[thread-1]"]
    assert [(each.family, each.why) for each in lacking] == [
        ("apple", "needs the module no_such"), ("banana", "needs the module json"),
    ]  # fmt: skip
    listed = pyconc("list", cwd=tmp_path)
    assert listed.returncode == 0
    assert "durian.pair[thread-1]" in listed.stdout
    first, second = listed.stderr.splitlines()
    assert "apple.py needs the module no_such, which is not installed here; `--with" in first
    assert "banana.py needs the module json" in second
    for words in (["list", "apple"], ["run", "apple", "--dry-run"], ["run", "--dry-run"]):
        done = pyconc(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.splitlines() == [first]
    done = pyconc("run", "durian", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


#: As a file whose module only this Python, and not that of the workers, can execute.
NOT_THERE = """
import sys
if "pyconc.cli" not in sys.modules:
    raise AttributeError("module 'queue' has no attribute 'Ring'")
"""


@pytest.mark.long
def test_a_family_that_a_python_cannot_import_is_skipped_there_by_name(
    repository: Repository, tmp_path: Path
) -> None:
    """And what has its control there is measured without one."""
    pair = PAIR.replace("        pass\n", "        for _ in range(loops):\n            pass\n")
    repository(apple=pair + NOT_THERE, banana=pair.replace("reference.empty_loop", "apple.pair"))
    words = ("run", "apple", "banana", "--profile", "smoke", "-o", "results")
    done = pyconc(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    why = "apple.pair[thread-1]: cannot be imported: AttributeError: module 'queue' has no attribu"
    assert why in done.stdout
    shown = pyconc("show", "results", cwd=tmp_path)
    assert "banana.pair[thread-1]" in shown.stdout
    assert "apple.pair[thread-1]" not in shown.stdout
    alone = pyconc("run", "apple", "-o", "none", cwd=tmp_path)
    assert alone.returncode == 2
    assert "none of these cases can run" in alone.stderr
    assert "cannot be imported: AttributeError" in alone.stderr


def test_a_folder_that_a_python_cannot_import_is_skipped_there(
    repository: Repository, tmp_path: Path
) -> None:
    folder = repository(apple=PAIR, __init__=NOT_THERE)
    done = pyconc("run", "apple", "barrier.crossing[thread-2]", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "apple.pair[thread-1]: cannot be imported: AttributeError" in done.stdout
    assert folder.exists()


def test_ours_cannot_be_shadowed(repository: Repository) -> None:
    folder = repository(lock=PAIR)
    with pytest.raises(DeclarationError) as caught:
        catalog.load()
    place = folder.resolve() / "lock"
    assert str(caught.value) == f"{place}.py has the name of a family of pyconc; rename the file"


def test_nor_each_other(repository: Repository, tmp_path: Path) -> None:
    names = [repository(apple=PAIR).name for _ in range(2)]
    text = f"[tool.pyconc]\ncases = {json.dumps(names)}\n"
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    with pytest.raises(DeclarationError, match=r"apple.py has the name of a family in .*own_cases"):
        catalog.load()


def test_a_folder_whose_name_is_taken(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "apple.py").write_text(PAIR, "utf-8")
    repository('cases = ["json"]')
    with pytest.raises(DeclarationError, match=r"cannot be imported, as json is .*rename the fold"):
        catalog.load()


def test_the_command_line_gives_that_line(repository: Repository, tmp_path: Path) -> None:
    repository(lock=PAIR)
    for command in (["list"], ["run", "lock.pair", "-o", "results"]):
        done = pyconc(*command, cwd=tmp_path)
        assert done.returncode == 2
        [line] = done.stderr.strip().splitlines()
        assert line.startswith("pyconc: ")
        assert "rename the file" in line
    assert not (tmp_path / "results").exists()


def test_a_repository_is_used_where_it_is(repository: Repository) -> None:
    folder = repository(apple=PAIR)
    assert isolated(Own((folder,))) == Own((folder,))


def test_a_campaign_remembers_them_from_its_folder(tmp_path: Path) -> None:
    for name in ("cases", "src", "results/new"):
        (tmp_path / name).mkdir(parents=True)
    mine = Own((tmp_path / "cases",), (tmp_path / "src",))
    campaign = tmp_path / "results" / "new"
    written = mine.as_json(campaign)
    assert written == {"folders": ["../../cases"], "pythonpath": ["../../src"]}
    about = {"own": json.loads(json.dumps(written))}
    resolved = Own((mine.folders[0].resolve(),), (mine.pythonpath[0].resolve(),))
    assert recalled(about, campaign) == resolved
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("cases", "src", "results"):
        (tmp_path / name).rename(moved / name)
    found = recalled(about, moved / "results" / "new")
    assert found.folders == ((moved / "cases").resolve(),)
    assert recalled({}, campaign) == Own()


@pytest.mark.parametrize("written", [None, [], "x", {"folders": "x"}, {"pythonpath": [1, None]}])
def test_a_damaged_memory_is_named(written: object, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"what campaign.json says of own cases is damaged"):
        recalled({"own": written}, tmp_path)


ROUTES = (
    HEADER
    + '''
import threading

from module_beside import ONE

@case(backend=(THREAD, *PROCESSES), workers=2)
class Counted(Workload):
    """Each worker counts for itself, on every backend. One operation: one update."""

    control = "reference.empty_loop"
    fixed_time = True

    def work(self, worker: int, loops: int) -> int:
        count = 0
        for _ in range(loops):
            count += ONE
        return count

    def check(self, loops: int) -> None:
        assert all(sum(counts) == sum(lap.parts) for counts, lap in zip(self.returned, self.laps))
'''
)


@pytest.mark.long
def test_workers_find_them_and_a_campaign_goes_on_from_anywhere(
    repository: Repository, tmp_path: Path
) -> None:
    """Also children by every start method, which import the family by its name."""
    folder = repository(apple=ROUTES)
    (tmp_path / "module_beside.py").write_text("ONE = 1\n", "utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    listed = pyconc("list", "apple", "--json", cwd=tmp_path)
    ids = [each["id"] for each in json.loads(listed.stdout)]
    assert "apple.counted[process-spawn-2]" in ids
    done = pyconc("run", "apple", "--profile", "smoke", "-o", "results/mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    about = json.loads((tmp_path / "results/mine/campaign.json").read_text("utf-8"))
    assert about["own"] == {"folders": [f"../../{folder.name}"], "pythonpath": []}
    assert about["failures"] == []
    measured = {*about["cases"], *about["interpreters"][0]["skipped"]}
    assert {*ids, "reference.empty_loop[thread-2]"} <= measured

    journal = tmp_path / "results/mine/journal.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:-1]), "utf-8")
    for written in journal.parent.glob("python-*.json"):  # as where it was stopped
        written.unlink()
    again = pyconc("run", "--resume", str(tmp_path / "results/mine"), cwd=elsewhere)
    assert again.returncode == 0, again.stderr
    assert len(journal.read_text("utf-8").splitlines()) == len(lines)

    folder.rename(elsewhere / folder.name)
    lost = pyconc("run", "--resume", "results/mine", cwd=tmp_path)
    assert lost.returncode == 2
    [line] = lost.stderr.strip().splitlines()
    assert f"{folder.name}" in line
