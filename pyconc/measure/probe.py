"""What a Python is, and which cases it cannot run: asked of it in a process of its own.

``python -m pyconc.measure.probe [FOLDER...]`` prints one JSON object.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import sys
import sysconfig
from pathlib import Path
from typing import Any

from pyconc.measure.packages import found_here
from pyconc.output import answering
from pyconc.suite import catalog
from pyconc.suite.requirements import gil_enabled


def describe() -> dict[str, Any]:
    """This Python: version, build, settings and state of the GIL, as plain scalars.

    A feature of the build is None where the build does not tell.
    """
    import multiprocessing

    return {
        "executable": sys.executable,
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "compiler": " ".join(platform.python_compiler().split()) or None,
        "gil": "on" if gil_enabled() else "off",
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "optimized": _built("--enable-optimizations", "-fprofile-use"),
        "lto": _built("--with-lto", "-flto"),
        "jit": _jit(),
        "debug": hasattr(sys, "gettotalrefcount"),
        "tail_calls": any(
            sysconfig.get_config_var(f"{prefix}Py_TAIL_CALL_INTERP") for prefix in ("", "_")
        ),
        "frame_pointers": _frame_pointers(),
        "allocator": _allocator(),
        "start_method": multiprocessing.get_start_method(),
        "switch_interval": sys.getswitchinterval(),
        "bytecode_cached": _bytecode_cached(),
    }


def _built(option: str, flag: str) -> bool | None:
    """Whether the build was configured with an option, or compiled with its flag.

    Windows and PyPy keep no record. A Linux distribution may compile so without the option, so
    that a build for /usr which lacks it tells nothing.
    """
    arguments = _configured()
    if arguments is None:
        return None
    given = re.findall(rf"{option}(?:=(\w+))?(?=['\s]|$)", arguments)
    if given:
        return bool(given[-1] != "no")
    if flag in _compiled("CFLAGS", "PY_CORE_CFLAGS", "LDFLAGS", "PY_CORE_LDFLAGS"):
        return True
    return None if re.search(r"--prefix=/usr(?=['\s]|$)", arguments) else False


def _configured() -> str | None:
    arguments = sysconfig.get_config_var("CONFIG_ARGS")
    return None if arguments is None else str(arguments)


def _compiled(*names: str) -> str:
    return " ".join(str(sysconfig.get_config_var(name) or "") for name in names)


def _jit() -> str:
    """``no`` if there is none, else whether it is on; ``interpreter`` for that of its micro-ops."""
    translated = getattr(sys, "pypy_translation_info", None)
    if translated is not None:
        return "on" if translated.get("translation.jit") else "no"
    jit = getattr(sys, "_jit", None)
    if jit is not None:
        if not jit.is_available():
            return "no"
        return "on" if jit.is_enabled() else "off"
    given = re.findall(r"--enable-experimental-jit(?:=([\w-]+))?", _configured() or "")
    if not given:
        return "no"
    known = {"no": "no", "yes-off": "off", "interpreter": "interpreter"}
    return known.get(given[-1], "on")


def _frame_pointers() -> bool | None:
    flags = _compiled("CFLAGS", "PY_CORE_CFLAGS")
    return "-fno-omit-frame-pointer" in flags if flags.strip() else None


def _allocator() -> str | None:
    """What most objects are allocated with, PYTHONMALLOC first."""
    if platform.python_implementation() != "CPython":
        return None
    if chosen := os.environ.get("PYTHONMALLOC"):
        return chosen
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "mimalloc"
    # Windows keeps no record, and has it.
    return "malloc" if sysconfig.get_config_var("WITH_PYMALLOC") == 0 else "pymalloc"


def _bytecode_cached() -> bool:
    """Whether what processes import at their start need not be compiled by each of them."""
    library = Path(os.__file__).parent
    sources = [
        library / f"{name}.py"
        for name in ("os", "pickle", "queue", "selectors", "socket", "subprocess", "threading")
    ]
    for package in ("asyncio", "concurrent/futures", "multiprocessing"):
        sources += (library / package).glob("*.py")
    return all(
        Path(importlib.util.cache_from_source(str(path))).exists()
        for path in sources
        if path.exists()
    )


def main(arguments: list[str]) -> int:
    import pyperf

    with answering() as answer:
        cases, lacking = catalog.collect(*map(Path, arguments), but=catalog.ImportFailedError)
        skipped = {case.id: reason for case in cases if (reason := case.skip_reason())}
        told = {
            "python": describe(),
            "skipped": skipped,
            "lacking": {each.family: each.why for each in lacking},
            "packages": found_here(),
            "pyperf": pyperf.__version__,
        }
        json.dump(told, answer, allow_nan=False)
    return 0


if __name__ == "__main__":
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # as a worker does
    sys.exit(main(sys.argv[1:]))
