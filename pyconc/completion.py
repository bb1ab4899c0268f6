"""Completion in a shell: `pyconc completion SHELL` prints a script, which asks pyconc for words.

So it knows the options of this version, and the user's own cases of the working directory.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

#: Each asks for what may stand in place of the last word; where that is nothing, files may.
SCRIPTS = {
    "bash": """\
# pyconc in bash: eval "$(pyconc completion bash)" in ~/.bashrc
_pyconc() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <("$1" completion bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _pyconc pyconc
""",
    "zsh": """\
#compdef pyconc
# pyconc in zsh: eval "$(pyconc completion zsh)" in ~/.zshrc, after compinit
_pyconc() {
    local -a found
    found=("${(@f)$("$words[1]" completion zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n $found[1] ]]; then
        _describe pyconc found
    else
        _files
    fi
}
if [[ $funcstack[1] = _pyconc ]]; then
    _pyconc "$@"
else
    compdef _pyconc pyconc
fi
""",
    "fish": """\
# pyconc in fish: pyconc completion fish > ~/.config/fish/completions/pyconc.fish
function __pyconc_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found ($words[1] completion fish -- $words[2..-1] "$current" 2>/dev/null)
    if test -n "$found"
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c pyconc -f -a '(__pyconc_complete)'
""",
}


class Candidate(NamedTuple):
    """What may stand in place of a word."""

    word: str
    help: str = ""


def answer(shell: str, parser: argparse.ArgumentParser, words: Sequence[str]) -> str:
    """What a script of ours reads: a candidate a line, as its shell wants it, or nothing.

    Args:
        words: those after the command's name; the last is the one to complete, and may be empty.
    """
    return "".join(f"{_as_line(shell, each)}\n" for each in candidates(parser, words))


def candidates(parser: argparse.ArgumentParser, words: Sequence[str]) -> list[Candidate]:
    """What may stand in place of the last of these words."""
    *before, last = words
    before, last = [word for word in before if word != "="], last.lstrip("=")  # as bash has them
    parser, option, given = _walk(parser, before)
    beginning = ""
    if option is None and last.startswith("--") and "=" in last:
        name, _, last = last.partition("=")
        option, beginning = _options(parser).get(name), f"{name}="
        if option is None:
            return []
    if option is not None:
        found = _values(option, last)
    elif last.startswith("-"):
        found = (_described(name, action) for name, action in _options(parser).items())
    else:
        found = _positional(parser, given, last)
    return [
        each._replace(word=beginning + each.word) for each in found if each.word.startswith(last)
    ]


def _walk(
    parser: argparse.ArgumentParser, words: Iterable[str]
) -> tuple[argparse.ArgumentParser, argparse.Action | None, int]:
    """Through the words that are there already.

    Returns:
        The parser of the command, the option whose value comes next, and how many arguments that
        are no options it was given.
    """
    option, given = None, 0
    for word in words:
        commands = _commands(parser)
        if option is not None:
            option = None
        elif word.startswith("-"):
            action = _options(parser).get(word)
            option = action if action is not None and action.nargs != 0 else None
        elif word in commands:
            parser, given = commands[word], 0
        else:
            given += 1
    return parser, option, given


def _positional(parser: argparse.ArgumentParser, given: int, last: str) -> Iterator[Candidate]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield Candidate(choice.dest, choice.help or "")
            return
    places = [a for a in parser._actions if not a.option_strings and a.help != argparse.SUPPRESS]
    for number, action in enumerate(places):
        if number == given or (number < given and action.nargs in ("*", "+")):
            yield from _values(action, last)
            return


def _values(action: argparse.Action, last: str) -> Iterator[Candidate]:
    """What an argument may be, as far as it is known; nothing for files."""
    if action.choices is not None:
        yield from map(Candidate, map(str, action.choices))
    elif action.dest == "select":
        yield from _selections(last)
    elif action.dest == "profile":
        from pyconc.measure.plan import PROFILES

        yield from map(Candidate, PROFILES)
    elif action.dest == "clock":
        from pyconc.measure.gauges.instructions import CLOCKS

        yield from map(Candidate, CLOCKS)


def _selections(last: str) -> Iterator[Candidate]:
    """Families; after a dot their workloads, and after a bracket ids."""
    from pyconc.suite import catalog

    family, dot, _ = last.partition(".")
    if not dot:
        yield from map(Candidate, catalog.families())
        return
    cases = [case for case in catalog.known() if case.family == family]
    summaries = {case.id if "[" in last else case.name: case.summary for case in cases}
    for name, summary in summaries.items():
        yield Candidate(name, summary)


def _options(parser: argparse.ArgumentParser) -> Mapping[str, argparse.Action]:
    return {
        name: action
        for action in parser._actions
        for name in action.option_strings
        if action.help != argparse.SUPPRESS
    }


def _commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            commands: Mapping[str, argparse.ArgumentParser] = action.choices
            return commands
    return {}


def _described(name: str, action: argparse.Action) -> Candidate:
    return Candidate(name, (action.help or "").replace("%%", "%"))


def _as_line(shell: str, candidate: Candidate) -> str:
    word, help_ = candidate.word, " ".join(candidate.help.split())
    if shell == "bash" or not help_:
        return word if shell != "zsh" else _escaped(word)
    return f"{word}\t{help_}" if shell == "fish" else f"{_escaped(word)}:{help_}"


def _escaped(word: str) -> str:
    """For zsh, to which what follows a colon is the description."""
    return word.replace("\\", "\\\\").replace(":", "\\:")
