"""The errors that pyconc raises on purpose."""

from __future__ import annotations


class UsageError(Exception):
    """Bad input: one line that says what, where and the remedy. The command exits with status 2."""


class CaseError(Exception):
    """A case could not be measured soundly; the campaign goes on without that round."""


class InvariantError(CaseError):
    """A workload ended in a state that a correct primitive does not allow."""


class OverlapError(CaseError):
    """The workers of a contended case never ran at the same time: there is nothing to charge."""


class WorkerDiedError(CaseError):
    """A worker of a team raised, or its process ended, before its work was done."""


class LeftoverError(CaseError):
    """A case left a thread or process behind."""


class DeclarationError(Exception):
    """A workload declares something impossible; the message names the workload."""


#: Characters of a message, at most, that come from elsewhere.
_MOST_SAID = 300


def brief(said: object, most: int = _MOST_SAID) -> str:
    """As one line that a terminal can show, and no long one."""
    text = str(said)
    if not text.isprintable():
        text = " ".join(text.split())
        text = text if text.isprintable() else repr(text)[1:-1]
    return text if len(text) <= most else f"{text[:most]}..."
