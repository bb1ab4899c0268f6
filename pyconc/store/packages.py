"""The packages of an arm, as results name them, and in which of them arms differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: What a result file says where there are none.
NONE = "none"


#: So many are named in a line.
_FEW = 8


def as_text(packages: Mapping[str, str]) -> str:
    """All of them, in the metadata of a result."""
    return "; ".join(f"{name} {version}" for name, version in packages.items()) or NONE


def from_text(text: str) -> dict[str, str]:
    """What `as_text` wrote."""
    parts = (part.partition(" ") for part in text.split("; ") if text != NONE)
    return {name: version for name, _, version in parts}


def in_short(packages: Mapping[str, str]) -> str:
    """For a line."""
    named = [f"{name} {version}" for name, version in packages.items()]
    if len(named) > _FEW + 1:
        named = [*named[:_FEW], f"{len(named) - _FEW} more"]
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def differing(packages: Sequence[Mapping[str, str]], labels: Sequence[str]) -> list[str]:
    """For each package that is not the same everywhere, what is where: ``aiologic 0.16.0 and
    0.17.1``.

    Args:
        labels: whose packages they are.
    """
    lines = []
    for name in dict.fromkeys(name for each in packages for name in each):
        versions = [each.get(name) for each in packages]
        if len(set(versions)) == 1:
            continue
        if None in versions:
            having = [
                f"{version} in {label}" for version, label in zip(versions, labels) if version
            ]
            lines.append(f"{name} {' and '.join(having)} alone")
        else:
            lines.append(f"{name} {' and '.join(map(str, versions))}")
    return lines
