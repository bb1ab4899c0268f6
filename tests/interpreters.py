"""An interpreter in a repository, whose lock becomes dearer with some commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

#: Replaces `threading.Lock` when the interpreter starts.
_LOCK = """import _thread
import threading


class Lock:
    def __init__(self):
        self._lock = _thread.allocate_lock()

    def __getattr__(self, name):
        return getattr(self._lock, name)

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *error):
        self._lock.release()

    def acquire(self, *arguments, **named):
        for _ in range({busy}):
            pass
        return self._lock.acquire(*arguments, **named)


threading.Lock = Lock
"""


def interpreter(folder: Path, python: str) -> Path:
    """The Python of a new virtual environment, in which `set_busy` sets what its lock costs."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "lock.pth").write_text("import dear_lock\n")
    (folder / ".gitignore").write_text("__pycache__/\n")
    set_busy(folder, 0)
    return folder / "bin" / "python"


def set_busy(folder: Path, turns: int) -> None:
    """Its lock turns so many times in an empty loop before it is taken."""
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "dear_lock.py").write_text(_LOCK.format(busy=turns))
