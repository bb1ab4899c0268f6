"""HTML of a page in one language, by Jinja2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import jinja2
from markupsafe import Markup

from pyconc import __version__
from pyconc import figures as numbers
from pyconc.report.page import Page, Site, anchor
from pyconc.statistics.estimate import Estimate
from pyconc.store.builds import unlike
from pyconc.units import SECOND
from pyconc.words.languages import FORMS, LANGUAGES, Words, markup
from pyconc.words.phrase import Phrase, between

#: SVG elements by the name of the chart and the language.
Pictures = Mapping[str, Mapping[str, str]]

#: What HTML calls the languages.
_TAGS = {"en": "en", "zh": "zh-Hans"}


class Renderer:
    """Renders the pages of a site in one language."""

    def __init__(
        self,
        language: str,
        site: Site,
        pictures: Pictures,
        others: Iterable[tuple[str, str]],
        rendered: str,
    ) -> None:
        """
        Args:
            pictures: of the site's charts.
            others: the sites of other machines by name, seen from this site's folder.
            rendered: the date.
        """
        self.language = language
        #: Below the site's folder; the first language is in the folder itself.
        self.folder = "" if language == next(iter(LANGUAGES)) else language
        self._words = Words(language)
        self._up = "../" if self.folder else ""
        self._pictures = pictures
        self._names = {page.name for page in site.pages}
        self._places = {case: page.name for page in site.pages for case in page.cases}
        self._environment = _environment()
        self._environment.globals.update(self._said())
        self._environment.globals.update(
            addresses=site.addresses,
            about=site.shown.campaign.about,
            campaign=site.shown.campaign,
            drawings={drawing.name: drawing for page in site.pages for drawing in page.drawings},
            machine=site.name,
            pyconc=__version__,
            rendered=rendered,
            unlike_builds=unlike(site.shown.campaign.about["interpreters"]),
            navigation=[page for page in site.pages if f"nav.{page.name}" in self._words],
            other_machines=[(name, f"{self._up}{address}") for name, address in others],
        )

    def html(self, page: Page) -> str:
        """
        Raises:
            jinja2.UndefinedError, KeyError: the page's template or strings ask for what is not
                there.
        """
        return self._environment.get_template(page.template).render(
            {
                **page.context,
                "page": page,
                "other_languages": [
                    (code, name, self._seen(code, f"{page.name}.html"))
                    for code, name in LANGUAGES.items()
                    if code != self.language
                ],
            }
        )

    def _seen(self, code: str, file: str) -> str:
        inside = "" if code == next(iter(LANGUAGES)) else f"{code}/"
        return f"{self._up}{inside}{file}"

    def _said(self) -> dict[str, Any]:
        words = self._words

        def t(key: str, **figures: object) -> Markup:
            return markup(words(key, **figures), words.language)

        def say(phrase: Phrase) -> Markup:
            return markup(words.say(phrase), words.language)

        def said(text: Mapping[str, str]) -> Markup:
            return markup(text[words.language], words.language)

        def interval(estimate: Estimate, form: str | Callable[[float], str] = SECOND) -> str:
            if isinstance(form, str):  # a unit, or the name of a form
                form = FORMS.get(form) or partial(numbers.amount, unit=form)
            return words.say(between(estimate, form))

        return {
            "t": t, "say": say, "said": said, "text": words, "words": words, "interval": interval,
            "amount": numbers.amount,
            "language_tag": _TAGS[self.language], "root": self._up, "url": self._url,
            "case_url": self._case_url, "picture": self._picture, "anchor": anchor,
        }  # fmt: skip

    def _url(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(f"no page {name!r}")
        return f"{name}.html"

    def _case_url(self, case: str) -> str:
        """The permanent place of a case; where it was not measured, the page of its family, or that
        of all families.
        """
        if page := self._places.get(case):
            return f"{page}.html#{anchor(case)}"
        page = f"family-{case.partition('.')[0]}"
        return f"{page}.html" if page in self._names else "families.html"

    def _picture(self, name: str) -> Markup:
        return Markup(self._pictures[name][self.language])


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pyconc.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda said: "?" if said is None else said,  # what a file does not tell
    )
    environment.filters.update(
        seconds=numbers.seconds,
        times=numbers.times,
        percent=numbers.percent,
        code=markup,
        order=_order,
    )
    return environment


def _order(figure: float) -> str:
    """A figure by which rows are sorted, as exact as that needs."""
    return f"{figure:.5g}"
