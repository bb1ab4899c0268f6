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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Union

from pyconc.measure.packages import found_here, from_text
from pyconc.output import answering
from pyconc.suite import catalog
from pyconc.suite.requirements import gil_enabled

Scalar = Union[str, int, float]

#: What is said of a Python with a certain value, after "is" or "are"; ``{}`` is the value itself.
#: One that has none, or whose build does not tell, "does not say".
_SAID: dict[str, dict[object, str]] = {
    "implementation": {str: "{}"},
    "compiler": {str: "compiled by {}"},
    "optimized": {True: "built with PGO", False: "built without PGO"},
    "lto": {True: "built with LTO", False: "built without LTO"},
    "jit": {
        "on": "running with a JIT",
        "off": "built with a JIT that is off",
        "interpreter": "running with the interpreter of the JIT",
        "no": "built without a JIT",
    },
    "debug": {True: "built for debugging", False: "built for release"},
    "free_threaded": {True: "built free-threaded", False: "built with the GIL"},
    "gil": {str: "running with the GIL {}"},
    "tail_calls": {
        True: "interpreting by tail calls",
        False: "interpreting without tail calls",
    },
    "frame_pointers": {True: "built with frame pointers", False: "built without frame pointers"},
    "allocator": {str: "allocating with {}"},
    "switch_interval": {float: "set to switch threads after {} s"},
    "start_method": {str: "set to start processes by {}"},
    "bytecode_cached": {
        True: "running a standard library whose bytecode is cached",
        False: "running a standard library whose bytecode is not cached",
    },
}
#: What the metadata of a result calls it, where a case has metadata of that name itself.
_RENAMED = {"start_method": "default_start_method"}
#: Of a worker these are recorded after its case.
_SEEN_AFTERWARDS = ("gil",)
_NO_ANSWER = "unknown"


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


def confounds(about: Mapping[str, Any]) -> dict[str, Scalar]:
    """Of a description, what may explain a difference: for the metadata of every result.

    All are text or above zero, as pyperf wants it: ``yes``, ``no`` and, for what the build does
    not tell, ``unknown``. The switch interval is in seconds.
    """
    words = {True: "yes", False: "no", None: _NO_ANSWER}
    names = [name for name in _SAID if name not in _SEEN_AFTERWARDS]
    answers = {_RENAMED.get(name, name): about.get(name) for name in names}
    return {
        name: words[value] if value is None or isinstance(value, bool) else value
        for name, value in answers.items()
    }


def recalled(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The description that the metadata of a result remembers: what `confounds` wrote there, or the
    little that pyperf itself writes.
    """
    words = {"yes": True, "no": False, _NO_ANSWER: None}
    about: dict[str, Any] = {
        name: metadata[found]
        for name in ("implementation", "compiler", "version")
        if (found := f"python_{name}") in metadata
    }
    for name in _SAID:
        written = metadata.get(f"pyconc_{_RENAMED.get(name, name)}")
        if written is not None:
            about[name] = words.get(written, written) if name != "jit" else written
    if (packages := metadata.get("pyconc_packages")) is not None:
        about["packages"] = from_text(str(packages))
    return about


def unlike(abouts: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence, without its full stop, for each feature in which these Pythons differ.

    Args:
        abouts: descriptions with a label each, such as the interpreters of a campaign.
    """
    sentences = []
    for feature in _SAID:
        names: dict[str | None, list[str]] = {}
        for about in abouts:
            said = _say(feature, about.get(feature))
            names.setdefault(said, []).append(str(about.get("label") or about.get("version")))
        if len(names) > 1:
            known_first = sorted(names, key=lambda said: said is None)
            sentences.append(", ".join(_clause(names[said], said) for said in known_first))
    return sentences


def _say(feature: str, value: Any) -> str | None:
    if value is None or value == _NO_ANSWER:
        return None
    said = _SAID[feature]
    text = said.get(type(value)) or said.get(value)
    return text.format(value) if text else None


def _clause(names: Sequence[str], said: str | None) -> str:
    joined = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    if said is None:
        return f"{joined} {'does' if len(names) == 1 else 'do'} not say"
    return f"{joined} {'is' if len(names) == 1 else 'are'} {said}"


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
