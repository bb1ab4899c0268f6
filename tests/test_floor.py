"""The floors: compiled once, and a word where there is no compiler."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

from pyconc.measure import compiling, floor
from pyconc.measure.floor import FUNCTIONS, Floor, floor_library


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, of the user and of this process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    floor_library.cache_clear()


def test_it_is_compiled_once_into_the_users_cache(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert floor_library().floor_mutex_pair(0, 10) == 10
    [library] = fresh.glob("pyconc/floor/*.so")
    _forget()
    monkeypatch.setattr(compiling, "_compile", lambda *_: pytest.fail("compiled again"))
    assert floor_library().floor_counter() == 0
    assert library.exists()


@pytest.mark.parametrize("compiler", ["no-such-compiler", "/dev/null"])
def test_without_a_compiler_it_is_skipped_with_a_word(
    compiler: str, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", compiler)
    assert Floor("mutex_pair").unmet() == f"no C compiler: {compiler} does not run"
    with pytest.raises(compiling.CompileError):
        floor_library()


def test_what_the_compiler_says_is_passed_on(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "floor.c"
    broken.write_text("int main( { }")
    monkeypatch.setattr(floor, "SOURCE", broken)
    assert "cannot compile floor.c: " in (Floor("mutex_pair").unmet() or "")
    assert [path.suffix for path in fresh.glob("pyconc/floor/*")] == [""]  # the lock


def cut(library: Path) -> None:
    library.write_bytes(library.read_bytes()[:9000])


def of_another_machine(library: Path) -> None:
    """Whole, as its name says, and not to be loaded: so is one for a newer C library."""
    content = bytearray(library.read_bytes())
    content[18:20] = (0x16).to_bytes(2, sys.byteorder)  # the machine in the header of ELF: S/390
    begins = library.stem.rpartition("-")[0]
    library.unlink()
    library.with_name(f"{begins}-{compiling._digest(bytes(content))}.so").write_bytes(content)


@pytest.mark.skipif(sys.platform != "linux", reason="changes what ELF says")
@pytest.mark.parametrize(
    "damage", [cut, of_another_machine, Path.unlink, lambda library: library.write_bytes(b"")]
)
def test_one_that_is_damaged_is_made_again(fresh: Path, damage: Callable[[Path], object]) -> None:
    """In another process: what has one loaded may crash when it is cut."""
    code = "from pyconc.measure.floor import floor_library; floor_library().floor_mutex_pair(0, 9)"
    command = [sys.executable, "-c", code]
    subprocess.run(command, check=True)
    [library] = fresh.glob("pyconc/floor/*.so")
    before = library.read_bytes()
    damage(library)
    subprocess.run(command, check=True)
    [again] = fresh.glob("pyconc/floor/*.so")
    assert again.read_bytes() == before
    assert not list(fresh.glob("pyconc/floor/*new"))


def test_a_primitive_that_the_system_lacks_is_named() -> None:
    assert Floor("teleport").unmet() == "this system has no teleport in C"
    assert all(Floor(name).unmet() is None for name in FUNCTIONS)
