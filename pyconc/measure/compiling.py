"""C sources of ours, compiled once by the machine's own compiler, into the user's cache."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from pyconc.measure.cache import cache_folder

_FLAGS = ("-O2", "-shared", "-fPIC", "-pthread")


class CompileError(Exception):
    """There is no library on this machine; the message says why."""


def compiled(source: Path) -> Path:
    """The library of a source, made anew when that or the compiler's name changes.

    Raises:
        CompileError: it cannot be compiled.
    """
    import hashlib  # not at the top, for every case with a floor imports this module

    compiler = shlex.split(os.environ.get("CC") or "cc")
    content = source.read_bytes()
    key = hashlib.sha256(repr((content, compiler, _FLAGS, sys.platform)).encode()).hexdigest()[:12]
    library = cache_folder() / source.stem / f"{source.stem}-{key}.so"
    if not library.exists():
        library.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=library.parent) as folder:
            fresh = Path(folder) / library.name
            _compile([*compiler, *_FLAGS, "-o", str(fresh), str(source)], source.name)
            fresh.replace(library)
    return library


def _compile(command: list[str], name: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise CompileError(f"no C compiler: {command[0]} does not run") from None
    if done.returncode:
        reason = done.stderr.strip().splitlines()[:1] or ["no reason given"]
        raise CompileError(f"{command[0]} cannot compile {name}: {reason[0]}")
