"""What a stored description says of a Python: its build, its settings, and where several differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Union

from pyconc.store.packages import from_text

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
