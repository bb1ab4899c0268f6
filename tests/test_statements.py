"""The statements of the notes, each checked on the Python that runs the tests."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from pyconc.errors import UsageError
from pyconc.statements import answers as answering
from pyconc.statements import asking, command
from pyconc.statements.answers import Answer, answer_all, answer_here
from pyconc.statements.catalog import SECTIONS, STATEMENTS
from pyconc.statements.statement import DECLARED, Found, Statement, always, here, statement
from pyconc.statements.store import read_answers, write_answers
from pyconc.statements.watch import call, in_thread, run_program


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The file that the command wrote of this Python, and what it printed."""
    path = tmp_path_factory.mktemp("asked") / "statements.json"
    with redirect_stdout(io.StringIO()) as out:
        assert command.show_statements([], path) == 0
    return path, out.getvalue()


@pytest.fixture(scope="module")
def given(asked: tuple[Path, str]) -> Mapping[str, Answer]:
    """What this Python has to say to all of them."""
    [answers] = read_answers(asked[0]).values()
    return answers


@pytest.mark.parametrize("each", STATEMENTS, ids=lambda each: each.id)
def test_a_statement_holds_where_it_is_said_to(
    each: Statement, given: Mapping[str, Answer]
) -> None:
    answer = given[each.id]
    assert answer.holds is each.expected(here()), answer.found


@pytest.mark.parametrize("each", STATEMENTS, ids=lambda each: each.id)
def test_a_statement_is_deprecated_where_it_is_said_to_be(
    each: Statement, given: Mapping[str, Answer]
) -> None:
    since = each.deprecated
    expected = since is not None and here().version >= since and given[each.id].holds is True
    assert given[each.id].deprecated is expected


def test_there_are_statements_of_every_section_in_the_order_of_the_notes() -> None:
    places = [SECTIONS.index(each.section) for each in STATEMENTS]
    assert places == sorted(places)
    assert set(places) == set(range(len(SECTIONS)))
    assert len(STATEMENTS) >= 30


def test_what_is_found_is_short(given: Mapping[str, Answer]) -> None:
    assert max(len(answer.found) for answer in given.values()) <= 80


def test_two_statements_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="two statements are called lock-states"):
        statement("lock-states", "lock", always)(lambda: Found(True))


def made(name: str, text: str) -> Statement:
    """A statement that is not declared, as far as the process that answers it is concerned."""
    return Statement(name, "lock", lambda: Found(True, text), always, None)


def test_a_check_that_raises_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def check() -> Found:
        raise KeyError("gone")

    monkeypatch.setitem(DECLARED, "bad", Statement("bad", "lock", check, always, None))
    assert answer_here("bad") == Answer(None, "KeyError: 'gone'")


def test_a_process_that_dies_is_no_answer() -> None:
    assert answer_all([made("not-declared", "")]) == {
        "not-declared": Answer(None, "ended with status 1")
    }


def test_a_check_that_hangs_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "LIMIT", 0.001)
    [answer] = answer_all([made("lock-release", "")]).values()
    assert answer == Answer(None, "no answer within 0.001 s")


def test_a_module_prints_json_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from pyconc.statements import __main__ as m, answers; "
         "m.answer_all = lambda: answers.answer_all(answers.STATEMENTS[:2]); m.main([])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(json.loads(done.stdout)) == {each.id for each in STATEMENTS[:2]}


def test_a_call_is_watched() -> None:
    assert call(lambda: dict[str, int]()["a"]).error == "KeyError"
    assert call(sorted, [2, 1]).value == [1, 2]
    assert not call(sorted, []).deprecated


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_raises_has_nothing_to_return() -> None:
    assert in_thread(lambda: 7) == 7
    with pytest.raises(RuntimeError, match="nothing to return"):
        in_thread(lambda: [][1])


def test_a_program_is_run_to_its_end() -> None:
    assert run_program("print('out')")[:2] == (0, "out\n")
    assert run_program("raise IndexError('too far')").error == "IndexError"


def test_answers_are_kept_in_a_file(tmp_path: Path) -> None:
    answers = {
        "3.9.18": {"a": Answer(True, "RuntimeError"), "b": Answer(True, "", True)},
        "3.14.0": {"a": Answer(False, "nothing"), "b": Answer(None, "no answer within 60 s")},
    }
    write_answers(tmp_path / "statements.json", answers)
    assert read_answers(tmp_path / "statements.json") == answers


@pytest.mark.parametrize(
    "text", ["", "[]", "[1]", '{"3.9": 1}', '{"3.9": {"a": {"holds": 2, "found": ""}}}', "[" * 9999,
             '{"3.9": {"a": {"holds": true, "found": 1}}}', '{"3.9": {"a": null}}'],
)  # fmt: skip
def test_a_damaged_file_is_one_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "statements.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"statements\.json holds no answers") as caught:
        read_answers(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_answers(tmp_path / "missing" / "statements.json", {})


def test_a_python_is_asked_once() -> None:
    [python] = asking.chosen([sys.executable])
    with pytest.raises(UsageError, match="is asked already"):
        asking.chosen([sys.executable, python.executable])


def test_the_command_asks_this_python_and_writes_a_file(asked: tuple[Path, str]) -> None:
    path, out = asked
    [(label, given)] = read_answers(path).items()
    assert set(given) == {each.id for each in STATEMENTS}
    held = sum(answer.holds is True for answer in given.values())
    assert f"{label}: {held} of {len(STATEMENTS)} statements hold" in out
    assert any(line.split()[:2] == ["lock-release", "yes"] for line in out.splitlines())


def test_the_table_has_a_mark_for_every_answer() -> None:
    answers = {
        "3.9.18": {"thread-name": Answer(True, "Thread-1"), "lock-release": Answer(None)},
        "3.14.0": {
            "thread-name": Answer(False, "Thread-1 (f)"),
            "lock-release": Answer(True, "", True),
        },
    }
    lines = {line.split()[0]: line.split()[1:] for line in command.table(answers)}
    assert lines["thread-name"][:2] == ["yes", "no"]
    assert lines["lock-release"] == ["?", "deprecated"]
    assert "Thread-1; Thread-1 (f)" in "\n".join(command.table(answers))
