"""What is printed is safe: nothing from a file can steer a terminal, or stop a command."""

from __future__ import annotations

import functools
import json
import re
import sys
import unicodedata

#: Categories of characters that are spelled out: control and format characters, lone surrogates,
#: what no font may have, and separators of lines and paragraphs.
_STEERING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def shown(text: str) -> str:
    """On one line, with what would steer a terminal, or cannot be written, spelled out."""
    spelled = "".join(
        ascii(each)[1:-1] if unicodedata.category(each) in _STEERING else each for each in text
    )
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return spelled.encode(encoding, "backslashreplace").decode(encoding)


def say_json(data: object) -> None:
    """JSON on the standard output, in which the same is spelled out as JSON does it."""
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    # What steers below that json has spelled out.
    print(re.sub("[\x7f-\U0010ffff]", _spelled, text))


def _spelled(found: re.Match[str]) -> str:
    return found[0] if shown(found[0]) == found[0] else json.dumps(found[0], allow_nan=False)[1:-1]


def say(text: object) -> None:
    """A line on the standard output."""
    print(shown(str(text)))


def warn(text: object) -> None:
    """A line on the standard error."""
    print(f"pyconc: {shown(str(text))}", file=sys.stderr)


@functools.cache
def say_once(text: str) -> None:
    """A line on the standard error, however often it has to be said."""
    warn(text)
