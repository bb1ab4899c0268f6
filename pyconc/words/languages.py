"""The report's languages: one table of strings, and how it is filled with figures.

The table is in ``strings/*.toml``, a file for each page; every string is there in every language.
A place for a figure says how it is written: ``{cost:seconds}``, ``{ratio:times}``,
``{share:percent}``, ``{lost:count}``, ``{count:case|cases}`` with what is counted, and of estimates
their intervals too, ``{cost:interval}``, ``{ratio:times_interval}`` and so on; ``{count:,}`` as in
Python's own format, and ``{python}`` for texts, phrases and lists of them.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import tomllib
from markupsafe import Markup, escape

from pyconc.figures import counted, percent, seconds, times
from pyconc.statistics.estimate import Estimate
from pyconc.words.phrase import Phrase, between

#: By the code that HTML has for them; the first is at the root of the site.
LANGUAGES = {"en": "English", "zh": "中文"}

_CODE = re.compile("`([^`]+)`")
#: Names of the notes' sections, in other languages too.
_CHINESE = re.compile("[\u4e00-\u9fff]\\w*")


class Words:
    """The strings of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._strings = {key: said[language] for key, said in table().items()}
        self._formatter = _Formatter(self)

    def __call__(self, key: str, **figures: object) -> str:
        """A string of the table, filled.

        Raises:
            KeyError: the table has no such string, or the string wants a figure that is not given.
        """
        return self._formatter.vformat(self._strings[key], (), figures)

    def say(self, phrase: Phrase) -> str:
        return self(phrase.key, **phrase.figures)

    def format(self, value: object, spec: str) -> str:
        """A figure as a place in a string of the table would write it."""
        return self._formatter.format_field(value, spec)

    def __contains__(self, key: str) -> bool:
        return key in self._strings


def markup(text: str, language: str = "zh") -> Markup:
    """HTML of a text of the table: escaped, what is in backticks as code, and Chinese words in
    other languages marked as such.
    """
    found = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    if language != "zh":
        found = _CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', found)
    return Markup(found)


@cache
def table() -> dict[str, dict[str, str]]:
    """Every string by its key, such as ``home.title``: a text by language."""
    found: dict[str, dict[str, str]] = {}
    folder = resources.files("pyconc.words") / "strings"
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.endswith(".toml"):
            found.update(_flat("", tomllib.loads(path.read_text("utf-8"))))
    return found


def _flat(prefix: str, strings: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for name, value in strings.items():
        if "en" in value:
            yield f"{prefix}{name}", value
        else:
            yield from _flat(f"{prefix}{name}.", value)


#: How figures are written, by what a place in a string says of them.
FORMS: dict[str, Callable[[float], str]] = {
    "seconds": seconds, "times": times, "percent": percent, "count": "{:,.0f}".format,
}  # fmt: skip


class _Formatter(string.Formatter):
    """Python's format, which knows how the report writes its figures."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def format_field(self, value: Any, spec: str) -> str:
        if isinstance(value, Phrase):
            return self._words.say(value)
        if isinstance(value, Mapping):  # a text by language
            return str(value[self._words.language])
        if isinstance(value, (list, tuple)) and not isinstance(value, Estimate):
            said = all(isinstance(each, Phrase) for each in value)
            joint = self._words("common.next" if said else "common.comma")
            return joint.join(self.format_field(each, spec) for each in value)
        if spec.endswith("interval"):  # of seconds, where it does not say of what
            write = FORMS[spec.removesuffix("interval")[:-1] or "seconds"]
            return self._words.say(between(value, write))
        if "|" in spec:
            return counted(value, *spec.split("|"))
        if form := FORMS.get(spec):
            return form(value.value if isinstance(value, Estimate) else value)
        return str(format(value, spec))
