"""Where Pythons are: on PATH, in PYCONC_PYTHONS, among pyenv's and uv's, in Windows' launcher.

findpython looks in the same places. It is not used, as measuring needs pyperf alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pyconc.cache import home_folder
from pyconc.measure.asking import said
from pyconc.measure.variables import worker_environment

#: Names paths of executables, separated as those of PATH are.
VARIABLE = "PYCONC_PYTHONS"
#: Is in the folder of every virtual environment.
_ENVIRONMENT = "pyvenv.cfg"
_MOST_LINKS = 40
_COMMAND = re.compile(r"(python|pypy|graalpy)(3(\.\d+)?t?)?(\.exe)?")
_LAUNCHED = re.compile(r"\s*-\S+\s+(?:\*\s+)?(\S.*?)\s*")
#: In words that the oldest Python understands, so that it can be told that it is too old.
_WHO = """
import json, os, platform, sys, sysconfig
python = getattr(sys, "_base_executable", None) or sys.executable
if os.name != "nt":
    python = os.path.realpath(python)
free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
name = platform.python_implementation()
debug = hasattr(sys, "gettotalrefcount")
print(json.dumps([list(sys.version_info), name, free, debug, sys.version, python]))
"""


class Python(NamedTuple):
    """An interpreter, never that of a virtual environment."""

    #: As `sys.version_info` has it.
    version: tuple[int, int, int, str, int]
    implementation: str
    free_threaded: bool
    debug: bool
    #: All that it says of its version: the same text is the same build.
    build: str
    executable: str

    @property
    def label(self) -> str:
        """``3.13.0``, ``3.14.0t`` for a free-threaded build, ``pypy3.11.13`` for PyPy."""
        prefix = "" if self.implementation == "CPython" else self.implementation.lower()
        return f"{prefix}{self.build.split()[0]}{'t' if self.free_threaded else ''}"


def identify(executable: str) -> Python | None:
    """What an executable is, and where that of its virtual environment is from; None if neither
    runs.
    """
    answer = said([executable, "-c", _WHO], worker_environment())
    try:
        version, *others = json.loads(answer.strip().rpartition("\n")[2])
        return Python(tuple(version), *others)
    except (ValueError, TypeError):
        return None


def environment(executable: str) -> str | None:
    """The executable of the virtual environment that a path leads to, where it is that of one: by
    the folder that it is really in, whatever links lead there.
    """
    path = Path(executable)
    for _ in range(_MOST_LINKS):
        path = path.parent.resolve() / path.name
        if (path.parent.parent / _ENVIRONMENT).exists():
            return str(path)
        if not path.is_symlink():
            break
        path = path.parent / path.readlink()
    return None


def on_path(command: str) -> list[str]:
    """A command in each folder of PATH that has it, or a path that is executable."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = [shutil.which(command, path=folder) for folder in folders]
    return list(dict.fromkeys(filter(None, found)))


def beside_path() -> Iterator[str]:
    """Pythons that PATH may lack, the newest of each place first; some may not run."""
    yield from _installed_in(_pyenv_root() / "versions", "python")
    yield from _of_uv()
    if os.name == "nt":
        yield from _of_launcher(said(["py", "-0p"]))


def named() -> list[str]:
    """The paths in PYCONC_PYTHONS."""
    return [path for path in os.environ.get(VARIABLE, "").split(os.pathsep) if path]


def everywhere() -> Iterator[str]:
    """All Pythons of all places; some may be the same, or may not run."""
    yield from named()
    shims = _pyenv_root() / "shims"  # each runs only what is active; all versions come later
    for folder in map(Path, filter(None, os.environ.get("PATH", os.defpath).split(os.pathsep))):
        if folder != shims:
            yield from _pythons_in(folder)
    yield from beside_path()


def _pythons_in(folder: Path) -> list[str]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:  # PATH may name what is not there
        return []
    commands = (path for path in paths if _COMMAND.fullmatch(path.name))
    return [str(path) for path in commands if path.is_file() and os.access(path, os.X_OK)]


def _pyenv_root() -> Path:
    chosen = os.environ.get("PYENV_ROOT") or os.environ.get("PYENV")
    default = (home_folder() or Path("/")) / ".pyenv"
    return Path(chosen) if chosen else default / "pyenv-win" if os.name == "nt" else default


def _of_uv() -> list[str]:
    chosen = os.environ.get("UV_PYTHON_INSTALL_DIR")
    if not chosen and shutil.which("uv"):
        chosen = said(["uv", "python", "dir"]).strip()
    data = os.environ.get("XDG_DATA_HOME") or (home_folder() or Path("/")) / ".local" / "share"
    return _installed_in(Path(chosen or Path(data) / "uv" / "python"), "python3")


def _installed_in(folder: Path, command: str) -> list[str]:
    """The executables of installations side by side, the newest version first."""
    below = "python.exe" if os.name == "nt" else f"bin/{command}"
    by_version = sorted(folder.glob(f"*/{below}"), key=lambda path: _numbers(str(path)))
    return [str(path) for path in reversed(by_version)]


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _of_launcher(listing: str) -> list[str]:
    """The paths in what ``py -0p`` prints."""
    lines = (_LAUNCHED.fullmatch(line) for line in listing.splitlines())
    return [line[1] for line in lines if line]
