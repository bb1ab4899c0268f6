"""What a case is about, in the words by which the tools of others choose: tags and markers."""

from __future__ import annotations

from pyconc.suite.case import Case

#: Every tag, and what it says of a case.
TAGS = {
    "threading": "its workers are threads",
    "multiprocessing": "its workers are processes",
    "interpreters": "its workers are threads, each in an interpreter of its own",
    "asyncio": "its workers are tasks of an event loop",
    "contended": "several workers use the primitive at once",
    "notes": "the notes have it",
}
_OF_BACKEND = {
    "thread": "threading",
    "process": "multiprocessing",
    "interpreter": "interpreters",
    "task": "asyncio",
}


def tags(case: Case) -> list[str]:
    """Those of `TAGS` that are so."""
    found = {_OF_BACKEND[str(case.parameters["backend"])]}
    if case.contended:
        found.add("contended")
    if case.declaration.notes:
        found.add("notes")
    return [tag for tag in TAGS if tag in found]
