"""What tests want to know of the report's pages, read from their HTML without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Where a link in the text may lead.
_ELSEWHERE = re.compile(r"https://(github\.com|([a-z]+\.)?python\.org)/")
#: What has no end tag.
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_CHART = re.compile("<svg .*?</svg>", re.DOTALL)
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


class Html(HTMLParser):
    """What the tests want to know of a page."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        """
        Args:
            text: of a page that is in no file.
        """
        super().__init__()
        self.path = path
        self.text = path.read_text("utf-8") if text is None else text
        self.language = ""
        self.title = ""
        self.ids: list[str] = []
        #: Tag, attribute and what it refers to.
        self.links: list[tuple[str, str, str]] = []
        self.images: list[Mapping[str, str]] = []
        #: As they are in the page.
        self.charts = _CHART.findall(self.text)
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.headings: list[int] = []
        self.tables: list[list[list[str]]] = []
        #: Chinese words where the page says that its language is another.
        self.stray: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        language = given.get("lang", self._open[-1][1] if self._open else "")
        if tag not in _VOID:
            self._open.append((tag, language))
        self.language = self.language or language
        self.ids += [given["id"]] if "id" in given else []
        self._collect(tag, given)
        self._table(tag, int(given.get("colspan", "1")))
        self._refer(tag, given)
        self.handlers += [name for name in given if name.startswith("on")]

    def _collect(self, tag: str, given: dict[str, str]) -> None:
        if tag == "img" or given.get("role") == "img":
            self.images.append(given)
        elif tag == "script":
            self.scripts.append(given.get("src"))
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def _table(self, tag: str, columns: int) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1] += [tag] * columns

    def _refer(self, tag: str, given: Mapping[str, str]) -> None:
        for name in ("href", "src"):
            if name in given:
                self.links.append((tag, name, given[name]))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self._open[-1] if self._open else ("", "")
        if tag == "title":
            self.title += data
        elif _CHINESE.search(data) and language and not language.startswith("zh"):
            self.stray.append(data)


read = cache(Html)


def plain_text(page: str) -> str:
    """What a page says, without its tags."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def astray(page: Html, site: Path) -> list[str]:
    """Links of a page that lead nowhere, or out of the site."""
    found = []
    for tag, attribute, target in page.links:
        parts = urlsplit(target)
        path = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
        if parts.scheme or parts.netloc:
            fine = tag == "a" and attribute == "href" and bool(_ELSEWHERE.match(target))
        else:
            fine = path.is_file() and path.is_relative_to(site.resolve())
            if fine and parts.fragment:
                fine = path.suffix != ".html" or unquote(parts.fragment) in read(path).ids
        if not fine:
            found.append(f"{page.path.relative_to(site)}: <{tag} {attribute}={target!r}>")
    return found
