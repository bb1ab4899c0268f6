"""Names made shorter where figures need the room: each still stands for itself alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from os.path import commonprefix
from typing import NamedTuple

from rich.cells import cell_len

#: Stands for what was left out.
GAP = "…"
#: No name is cut to fewer characters, gaps included.
LEAST = 10
#: Of a name with two gaps: characters at its beginning and its end, and between the gaps.
_LEAST_HEAD, _LEAST_TAIL, _MIDDLES = 3, 2, (4, 3, 5, 6, 2, 7, 8)
#: The middle begins with one of so many words.
_WORDS = 6
#: To cut no word, so many characters more or fewer may be left of the end.
_A_WORD = 5
#: What a shared beginning may end with, so that no word is cut.
_WHOLE = re.compile(r"[./:_-]+|(?=\[)")
_WORD = re.compile(r"[A-Za-z0-9]+")


class _Cut(NamedTuple):
    """Which characters of a name are left."""

    head: int
    tail: int
    #: Between two gaps: so many characters of a word, counted from the last one that is hidden.
    middle: int = 0
    word: int = 0

    def of(self, name: str) -> str | None:
        """The name so cut; None where nothing of it would be hidden."""
        end = len(name) - self.tail
        if end <= self.head:
            return None
        if not self.middle:
            return f"{name[: self.head]}{GAP}{name[end:]}"
        words = [each.start() for each in _WORD.finditer(name, self.head, end)]
        if len(words) < self.word:
            return None
        start = words[-self.word]
        stop = start + self.middle
        if start <= self.head or stop >= end:
            return None
        return f"{name[: self.head]}{GAP}{name[start:stop]}{GAP}{name[end:]}"


def shortened(names: Collection[str], room: int) -> dict[str, str] | None:
    """By name what is shown of it, in so many cells; None where not all would stay unlike.

    What all begin with is dropped where that is enough; otherwise each is cut in its middle, once
    or twice, where it differs least from the others.
    """
    if all(cell_len(name) <= room for name in names):
        return {name: name for name in names}
    if room < LEAST:
        return None
    found = _without_beginning(names, room) if len(names) > 1 else None
    return found or _cut_in_the_middle(names, room)


def _without_beginning(names: Collection[str], room: int) -> dict[str, str] | None:
    """Without as few whole words as possible."""
    common = commonprefix(list(names))  # noqa: RUF071 - character by character
    longest = max(map(cell_len, names))
    for start in (each.end() for each in _WHOLE.finditer(common)):
        if start > 1 and longest - cell_len(common[:start]) + 1 <= room:
            return {name: f"{GAP}{name[start:]}" for name in names}
    return None


def _cut_in_the_middle(names: Collection[str], room: int) -> dict[str, str] | None:
    counts: dict[_Cut, Counter[str | None]] = {}

    taken = {name for name in names if cell_len(name) <= room}

    def is_unique(cut: _Cut, text: str) -> bool:
        if cut not in counts:
            counts[cut] = Counter(map(cut.of, names))
        return counts[cut][text] == 1 and text not in taken

    found = {}
    for name in names:
        text = name if cell_len(name) <= room else _first(name, room, is_unique)
        if text is None:
            return None
        taken.add(text)
        found[name] = text
    return found


def _first(name: str, room: int, is_unique: Callable[[_Cut, str], bool]) -> str | None:
    for cut in _cuts(name, room):
        text = cut.of(name)
        if text is not None and cell_len(text) <= room and is_unique(cut, text):
            return text
    return None


def _cuts(name: str, room: int) -> Iterator[_Cut]:
    """Ways to cut a name, those that leave its parameters whole first."""
    parameters = len(name) - name.find("[") if "[" in name else room // 2
    left = room - 1
    wanted = min(parameters, left - left // 3)
    for tail in _tails(name, wanted, left):
        yield _Cut(left - tail, tail)
    for middle in _MIDDLES:
        left = room - 2 - middle
        for tail in _tails(name, left // 2, left):
            for word in range(1, _WORDS + 1):
                yield _Cut(left - tail, tail, middle, word)


def _tails(name: str, wanted: int, room: int) -> list[int]:
    """How much of its end may be left, the best first: so much, and whole words."""

    def worth(tail: int) -> int:
        cuts_a_word = name[-tail - 1 : -tail].isalnum() and name[-tail].isalnum()
        return abs(tail - wanted) + _A_WORD * cuts_a_word

    return sorted(range(_LEAST_TAIL, room - _LEAST_HEAD + 1), key=worth)


def stands_for(text: str, name: str) -> bool:
    """Whether a text, as it was shown, may stand for a name."""
    if text == name:
        return True
    parts = re.split(rf"{GAP}|\.\.\.", text)
    return len(parts) > 1 and bool(re.fullmatch(".+".join(map(re.escape, parts)), name, re.S))
