"""The packages of an arm: what each is, so that two arms with other ones can be told apart."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from pyconc.measure.sources import content, path_of, source

#: What measuring brings, or an environment has for installing alone.
_NO_MATTER = {"pip", "setuptools", "wheel", "pyperf", "pyconc"}
#: The version of what does not say it.
UNKNOWN = "?"


def found_here() -> dict[str, dict[str, str]]:
    """What is installed for this Python, by name: the version, and of what came from no index also
    where it came from and what its files hold.

    What lies in PYTHONPATH is not installed.
    """
    from importlib.metadata import distributions

    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    found: dict[str, dict[str, str]] = {}
    for each in distributions(path=[place for place in sys.path if place not in given]):
        name, version = (_printable(_said(each, field)) for field in ("Name", "Version"))
        if name:  # what is left of one that was removed has none
            found.setdefault(name, {"version": version or UNKNOWN, **_origin(each)})
    return dict(sorted(found.items()))


def _said(distribution: Any, field: str) -> str:
    """Of a distribution; nothing where its metadata are damaged or gone."""
    try:
        return str(distribution.metadata[field] or "")
    except (KeyError, TypeError, OSError):
        return ""


def _printable(text: str) -> str:
    return "".join(each for each in text if each.isprintable())


def _origin(distribution: Any) -> dict[str, str]:
    try:
        url: dict[str, Any] = json.loads(distribution.read_text("direct_url.json") or "{}")
        said = {"url": str(url["url"])}
        if url.get("dir_info", {}).get("editable"):
            return {**said, "editable": "yes"}
        if commit := url.get("vcs_info", {}).get("commit_id"):
            said["commit"] = _printable(str(commit))
    except (ValueError, LookupError, TypeError, AttributeError):  # it is not as it should be
        return {}
    return {**said, "content": _content(distribution)}


def _content(distribution: Any) -> str:
    """Of the files that it put in place, without what is said of them."""
    digest = hashlib.sha256()
    for file in sorted(distribution.files or (), key=str):
        first = file.parts[0]
        if first == ".." or first.endswith(".dist-info") or file.suffix == ".pyc":
            continue
        digest.update(f"{file}\0".encode())
        try:
            digest.update(file.locate().read_bytes())
        except OSError:
            digest.update(b"-")
    return digest.hexdigest()[:12]


def identified(
    found: Mapping[str, Mapping[str, str]], sources: Mapping[str, str]
) -> dict[str, str]:
    """By name what tells a package from others of its name, of those that matter: ``0.17.1``,
    ``1.0 (1a2b3c4d5e6f+, content 0123456789ab)``.

    Args:
        found: as `found_here` has it.
        sources: the commits of what was installed from a path, by its URL.
    """
    return {
        name: _identity(about, sources)
        for name, about in found.items()
        if name.lower() not in _NO_MATTER
    }


def _identity(about: Mapping[str, str], sources: Mapping[str, str]) -> str:
    url = about.get("url", "")
    said, held = sources.get(url) or about.get("commit", "")[:12], about.get("content")
    if "editable" in about:
        path = path_of(url)
        here = source(str(path)) if path else None
        said, held = (here.said or "", content(path)) if here and path else ("", None)
    details = ", ".join(filter(None, [said, held and f"content {held}"]))
    return f"{about['version']} ({details})" if details else about["version"]
