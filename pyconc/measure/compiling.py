"""C sources of ours, compiled once by the machine's own compiler, into the user's cache."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from pyconc.cache import cache_folder, locked

_FLAGS = ("-O2", "-shared", "-fPIC", "-pthread")


class CompileError(Exception):
    """There is no library on this machine; the message says why."""


def loaded(source: Path) -> Any:
    """The library of a source, made anew when that or the compiler's name changes, and when what is
    there is damaged or is not for this machine.

    Raises:
        CompileError: it cannot be compiled or loaded.
    """
    import ctypes  # not at the top, for every case with a floor imports this module

    if os.name != "posix":
        raise CompileError(f"{source.name} needs a POSIX system")
    place, begins = cache_folder() / source.stem, f"{source.stem}-{_key(source)}-"
    with contextlib.suppress(OSError):
        return ctypes.CDLL(str(_whole(place, begins)))
    try:
        with locked(place / f"{begins}lock"):
            with contextlib.suppress(OSError):  # another process was first
                return ctypes.CDLL(str(_whole(place, begins)))
            library = _made_anew(place, begins, source)
    except OSError as error:
        raise CompileError(f"{source.name} cannot be kept in {place}: {error}") from None
    try:
        return ctypes.CDLL(str(library))
    except OSError as error:
        raise CompileError(f"{source.name} was compiled but does not load: {error}") from None


def _key(source: Path) -> str:
    about = (source.read_bytes(), _compiler(), _FLAGS, sys.platform, os.uname().machine)
    return _digest(repr(about).encode())


def _compiler() -> list[str]:
    return shlex.split(os.environ.get("CC") or "cc")


def _whole(place: Path, begins: str) -> Path:
    """Its name says what it holds: one that was cut would crash what loads it.

    Raises:
        OSError: there is none that is whole.
    """
    for path in place.glob(f"{begins}*.so"):
        if path.stem == begins + _digest(path.read_bytes()):
            return path
    raise FileNotFoundError(begins)


def _digest(content: bytes) -> str:
    import hashlib  # nor this

    return hashlib.sha256(content).hexdigest()[:12]


def _made_anew(place: Path, begins: str, source: Path) -> Path:
    """Beside, and renamed when it is whole."""
    fresh = place / f"{begins}new"
    try:
        _compile([*_compiler(), *_FLAGS, "-o", str(fresh), str(source)], source.name)
        for old in place.glob(f"{begins}*.so"):
            old.unlink()
        return fresh.rename(place / f"{begins}{_digest(fresh.read_bytes())}.so")
    finally:
        fresh.unlink(missing_ok=True)


def _compile(command: list[str], name: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise CompileError(f"no C compiler: {command[0]} does not run") from None
    if done.returncode:
        reason = done.stderr.strip().splitlines()[:1] or ["no reason given"]
        raise CompileError(f"{command[0]} cannot compile {name}: {reason[0]}")
