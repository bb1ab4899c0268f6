"""The site: every page in every language, its charts, and `report.json` with all its numbers."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from pyconc import __version__
from pyconc.errors import UsageError, brief
from pyconc.report import downloads, stamp
from pyconc.report.charts import pictures
from pyconc.report.html import Renderer
from pyconc.report.machines import name_of
from pyconc.report.page import Shown, Site
from pyconc.report.pages import PAGES, home
from pyconc.report.reading import read_campaigns
from pyconc.words.languages import LANGUAGES


def render(folders: Sequence[Path], output: Path, *, slim: bool = False) -> Path:
    """Render campaigns into a folder, unless they are there already as they would be again.

    Args:
        slim: for a site that is published together with its campaigns: it links to their files
            and has no copies of them, and its tables are compressed.

    Returns:
        The home page, ``index.html``.

    Raises:
        UsageError: a campaign cannot be read, or the folder cannot be written.
    """
    index = output / "index.html"
    state = stamp.state_of(folders, output if slim else None)
    if stamp.is_up_to_date(output, state):
        return index
    sites = list(_sites(read_campaigns(folders), output, slim))
    rendered = [list(_rendered(site, sites)) for site in sites]  # all of it, or nothing is written
    try:
        stamp.clear(output)
        written = [
            path
            for site, pages in zip(sites, rendered)
            for path in _write(site, pages, output / site.place, slim)
        ]
        stamp.leave(output, state, written)
    except OSError as error:
        raise UsageError(
            f"cannot write {brief(output)}: {error.strerror or error}; choose another with -o"
        ) from error
    return index


def _sites(machines: Sequence[Shown], output: Path, slim: bool) -> Iterator[Site]:
    for number, shown in enumerate(machines):
        pages = [page for build in PAGES for page in build(shown)]
        place = f"machine-{number + 1}" if number else ""
        name = name_of(shown.campaign.about["machine"])
        addresses = downloads.addresses(shown.campaign, output / place, slim=slim)
        yield Site(place, name, shown, (home.page(shown, pages), *pages), addresses)


def _rendered(site: Site, sites: Sequence[Site]) -> Iterator[tuple[str, bytes]]:
    """Every page in every language: where it is in the site, and its HTML."""
    day = datetime.date.today().isoformat()
    drawn = pictures.draw_all([drawing for page in site.pages for drawing in page.drawings])
    for language in LANGUAGES:
        renderer = Renderer(language, site, drawn, _others(site, sites), day)
        for page in site.pages:
            where = PurePosixPath(renderer.folder, f"{page.name}.html")
            yield str(where), renderer.html(page).encode()


def _write(
    site: Site, pages: Sequence[tuple[str, bytes]], folder: Path, slim: bool
) -> Iterator[Path]:
    """Write one machine's site, and name its files."""
    folder.mkdir(parents=True, exist_ok=True)
    yield from _write_assets(folder / "assets")
    data = folder / downloads.FOLDER
    yield from downloads.write(site.shown.campaign, _document(site), data, slim=slim)
    for name, html in pages:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(html)
        yield folder / name


def _write_assets(folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    for asset in sorted((resources.files("pyconc.report") / "assets").iterdir(), key=str):
        with resources.as_file(asset) as path:
            yield Path(shutil.copyfile(path, folder / path.name))


def _others(site: Site, sites: Sequence[Site]) -> Iterator[tuple[str, str]]:
    """The other machines by name, and where their sites are, seen from this one's."""
    up = "../" if site.place else ""
    for other in sites:
        if other is not site:
            yield other.name, f"{up}{other.place}/index.html" if other.place else f"{up}index.html"


def _document(site: Site) -> dict[str, Any]:
    shown = site.shown
    return {
        "pyconc": __version__,
        "campaign": {"name": shown.campaign.name, **shown.campaign.about},
        "earlier": [
            {"name": each.name, "started": each.about["started"]} for each in shown.earlier
        ],
        "pages": {page.name: page.document for page in site.pages if page.document is not None},
    }
