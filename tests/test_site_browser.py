"""The report's pages in a browser: nothing is asked for outside, and everything on them works."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import browser as browsers
import pytest

if browsers.missing():
    pytest.skip(str(browsers.missing()), allow_module_level=True)

from browser import Tab
from demonstration import HOSTILE, Demonstration, demonstration
from longest import ALL
from PIL import Image

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NARROW, WIDE = 390, 1280
HEIGHT = 900
#: Rules of axe-core that a narrower window can break.
OF_WIDTH = ("color-contrast", "scrollable-region-focusable", "target-size")

#: How far the page itself can be scrolled sideways, and what sticks out of the window.
_OVERFLOW = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  const clipped = (e) => e.parentElement?.closest(".wide, pre");
  const wide = (e) => e.getBoundingClientRect().right > innerWidth + 1 && !clipped(e);
  const named = (e) => `<${e.tagName.toLowerCase()} id="${e.id}" class="${e.className}"> ` +
    e.textContent.trim().slice(0, 60);
  const found = over > 0 ? [...document.querySelectorAll("main *, header *")].filter(wide) : [];
  return over > 0 ? [`${over} px`, ...found.slice(0, 4).map(named)] : [];
}"""

#: Charts that are not to be seen: without a size, or with a word or a shape outside of them.
_BROKEN = """() => [...document.querySelectorAll("figure svg")].flatMap((chart) => {
  if (chart.closest("details:not([open])")) return [];
  const { width, height, right } = chart.getBoundingClientRect();
  const astray = (each) => each.getBoundingClientRect().right > right + 8;
  const words = [...chart.querySelectorAll("text")].filter(astray).map((each) => each.textContent);
  return width < 100 || height < 30 ? [chart.id] : words;
})"""

#: Every column of every sortable table: as it was, after one click on its heading, after another.
_SORTED = """() => [...document.querySelectorAll("table.sortable")].flatMap((table, number) =>
  [...table.tHead.rows[0].cells].map((heading, place) => {
    const value = (cell) => cell.dataset.value ?? cell.textContent.trim();
    const cells = () => [...table.tBodies[0].rows].map((row) => value(row.cells[place]));
    const clicked = () => {
      heading.querySelector("button").click();
      return [heading.getAttribute("aria-sort"), cells()];
    };
    const marked = () => table.querySelectorAll("[aria-sort]").length;
    const name = `table ${number}, ${heading.textContent.trim()}`;
    return { name, before: cells(), once: clicked(), twice: clicked(), marked: marked() };
  }))"""

#: Rows of a table's body that are seen, and those that are not.
_ROWS = """(table) => [true, false].map((seen) => [...table.tBodies[0].rows]
  .filter((row) => (row.offsetParent !== null) === seen).map((row) => row.textContent))"""

#: Where the keyboard is.
_PLACE = """() => [".skip", ".name", "nav", "a.language", "#theme", ".switches", "main"]
  .find((place) => document.activeElement.closest(place))"""

#: The colours of what is below all in each chart, and of its words.
_PAINTED = """(charts) => charts.map((chart) => ({
  paper: getComputedStyle(chart.querySelector("path")).fill,
  inks: [...chart.querySelectorAll("text")].map((word) => getComputedStyle(word).fill),
}))"""

#: How bright a colour of the page's is, from 0 to 255.
_BRIGHTNESS = """(name) => {
  const [red, green, blue] = getComputedStyle(document.body)[name].match(/[\\d.]+/g).map(Number);
  return (red + green + blue) / 3;
}"""


class Visit(NamedTuple):
    """What was seen of one page."""

    path: Path
    complaints: list[str]
    #: What sticks out, by the width of the window.
    overflow: dict[int, list[str]]
    #: What axe-core found, by the look of the page.
    faults: dict[str, list[str]]
    broken: list[str]
    harmed: bool


@pytest.fixture(scope="module")
def shown(
    make_campaign: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Demonstration:
    return demonstration(make_campaign, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for the module, and no longer: while it runs, nothing else can have an event loop."""
    with browsers.launched() as launched:
        yield launched


@pytest.fixture(scope="module")
def visits(shown: Demonstration, browser: Browser) -> list[Visit]:
    """Every page in every language, looked at once."""
    viewport = {"width": WIDE, "height": HEIGHT}
    with Tab(browser, shown.site, viewport=viewport, color_scheme="light") as tab:
        return [_visit(tab, path) for path in shown.pages]


def _visit(tab: Tab, path: Path) -> Visit:
    tab.complaints.clear()
    page, overflow, faults = tab.page, {}, {}
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    page.emulate_media(color_scheme="light")
    tab.open(path)
    broken = page.evaluate(_BROKEN)
    overflow[WIDE] = page.evaluate(_OVERFLOW)
    # Both languages are of one template.
    is_audited = ALL or "zh" not in path.parts
    faults["light"] = tab.faults() if is_audited else []
    page.emulate_media(color_scheme="dark")
    faults["dark"] = tab.faults("color-contrast") if is_audited else []
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    overflow[NARROW] = page.evaluate(_OVERFLOW)
    faults["narrow"] = tab.faults(*OF_WIDTH) if is_audited else []
    harmed = page.evaluate("'harmed' in window")
    return Visit(path, list(tab.complaints), overflow, faults, broken, harmed)


@pytest.fixture
def tab(shown: Demonstration, browser: Browser) -> Iterator[Tab]:
    """A tab that remembers nothing."""
    viewport = {"width": WIDE, "height": HEIGHT}
    with Tab(browser, shown.site, viewport=viewport, color_scheme="light") as opened:
        yield opened
        assert not opened.complaints


def told(visits: list[Visit], found: Callable[[Visit], list[str]]) -> str:
    """What was found, a line each with its page; empty where nothing was."""
    return "\n".join(f"{_short(visit.path)}: {line}" for visit in visits for line in found(visit))


def _short(path: Path) -> str:
    return "/".join(path.parts[-2:])


def english(shown: Demonstration, has: str) -> list[Path]:
    """English pages of the newest machine that have something in their source."""
    pages = sorted(shown.site.glob("*.html"))
    return [path for path in pages if has in path.read_text("utf-8")]


def test_no_page_complains_or_asks_for_anything_outside(visits: list[Visit]) -> None:
    assert len(visits) > 4
    assert not told(visits, lambda visit: visit.complaints)


def test_every_chart_can_be_seen(visits: list[Visit]) -> None:
    """But for names from outside, which may be too long."""
    found = told(visits, lambda visit: [each for each in visit.broken if HOSTILE not in each])
    assert not found


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_page_scrolls_sideways(visits: list[Visit], width: int) -> None:
    assert not told(visits, lambda visit: visit.overflow[width])


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_axe_finds_no_serious_fault(visits: list[Visit], look: str) -> None:
    assert not told(visits, lambda visit: visit.faults[look])


def test_no_name_from_outside_does_anything(visits: list[Visit], shown: Demonstration) -> None:
    assert any("harmed=1" in path.read_text("utf-8") for path in shown.pages)
    assert not [_short(visit.path) for visit in visits if visit.harmed]


def test_every_column_sorts(tab: Tab, shown: Demonstration) -> None:
    faults = []
    for path in english(shown, 'class="sortable'):
        tab.open(path)
        for column in tab.page.evaluate(_SORTED):
            faults += [f"{_short(path)}, {column['name']}: {said}" for said in _ill_sorted(column)]
    assert english(shown, 'class="sortable')
    assert not faults, "\n".join(faults)


def _ill_sorted(column: dict[str, Any]) -> Iterator[str]:
    """What is wrong with how a column was sorted."""
    before = column["before"]
    [once, upwards], [twice, downwards] = column["once"], column["twice"]
    if [once, twice, column["marked"]] != ["ascending", "descending", 1]:
        yield f"marked as {once}, then {twice}, {column['marked']} headings"
    if not Counter(before) == Counter(upwards) == Counter(downwards):
        yield "other cells than before"
    for cells in (upwards, downwards):
        if not all(cells[: len(cells) - cells.count("")]):
            yield f"empty cells before others: {cells}"
    full = [cell for cell in upwards if cell]
    if all(map(_is_number, full)):
        figures = [float(cell) for cell in full]
        if figures != sorted(figures):
            yield f"not in order: {figures}"
        if [float(cell) for cell in downwards if cell] != figures[::-1]:
            yield f"not in order: {downwards}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_click_and_a_key_sort(tab: Tab, shown: Demonstration) -> None:
    tab.open(english(shown, 'class="sortable')[0])
    heading = tab.page.locator("table.sortable thead th").first
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.locator("button").focus()
    tab.page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"


def test_a_filter_hides_rows(tab: Tab, shown: Demonstration) -> None:
    for path in english(shown, "filterable"):
        tab.open(path)
        tab.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        box = tab.page.locator("label.filter input").first
        table = tab.page.locator("table.filterable").first
        status = tab.page.locator("label.filter + [role=status]").first
        rows, _ = table.evaluate(_ROWS)
        word = rows[-1].split()[0].lower()
        box.fill(word)
        seen, hidden = table.evaluate(_ROWS)
        assert seen
        assert all(word in row.lower() for row in seen)
        assert not any(word in row.lower() for row in hidden)
        assert str(len(seen)) in status.inner_text()
        box.fill("no row has this")
        assert table.evaluate(_ROWS)[0] == []
        box.fill("")
        assert table.evaluate(_ROWS) == [rows, []]
    assert english(shown, "filterable")


def test_the_other_language_opens_at_the_same_place(tab: Tab, shown: Demonstration) -> None:
    page = tab.page
    for path in english(shown, "<tr id="):
        tab.open(path)
        place = page.locator("tr[id]").last.get_attribute("id") or ""
        tab.open(path, place)
        page.locator("a.language").click()
        assert page.url == f"{(path.parent / 'zh' / path.name).as_uri()}#{place}"
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        page.locator("a.language").click()
        assert page.url == f"{path.as_uri()}#{place}"
    assert english(shown, "<tr id=")


def test_what_is_linked_to_is_unfolded(tab: Tab, shown: Demonstration) -> None:
    for path in english(shown, "<details"):
        tab.open(path)
        inside = tab.page.locator("details:not([open]) [id]")
        if inside.count() == 0:
            continue
        place = inside.first.get_attribute("id") or ""
        tab.open(path, place)
        tab.page.reload()
        assert tab.page.evaluate(
            "id => document.getElementById(id).closest('details').open", place
        ), (path.name, place)
    assert tab.page.url


def test_the_theme_is_switched_and_remembered(tab: Tab, shown: Demonstration) -> None:
    pages = english(shown, "<svg")
    tab.open(pages[0])
    button = tab.page.locator("#theme button")
    looks = [_look(tab)]
    for _ in range(3):
        button.click()
        looks.append(_look(tab))
    assert looks == ["light", "light", "dark", "light"]  # as the system, light, dark, as the system
    button.click()
    button.click()
    for path in (pages[0], pages[-1], pages[-1].parent / "zh" / pages[-1].name):
        tab.open(path)
        assert _look(tab) == "dark"


def test_the_theme_of_the_system_is_followed(tab: Tab, shown: Demonstration) -> None:
    tab.open(english(shown, "<svg")[0])
    tab.page.emulate_media(color_scheme="dark")
    assert _look(tab) == "dark"
    tab.page.locator("#theme button").click()
    assert _look(tab) == "light"


def _look(tab: Tab) -> str:
    """Light or dark: the page and its charts, which have its colours."""
    page = tab.page
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.body).color")
    dark = page.evaluate(_BRIGHTNESS, "backgroundColor") < 128
    assert (page.evaluate(_BRIGHTNESS, "color") > 128) == dark
    charts = page.locator("figure svg").evaluate_all(_PAINTED)
    assert charts
    assert all(chart["paper"] == paper and ink in chart["inks"] for chart in charts)
    return "dark" if dark else "light"


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_chart_is_saved_as_it_looks(
    look: Literal["light", "dark"],
    tab: Tab,
    shown: Demonstration,
    browser: Browser,
    tmp_path: Path,
) -> None:
    """Its SVG needs no page around it, and nothing that only browsers know."""
    tab.page.emulate_media(color_scheme=look)
    tab.open(english(shown, "<svg")[0])
    figure = tab.page.locator("figure").first
    saved = {}
    for kind in ("svg", "png"):
        with tab.page.expect_download() as download:
            figure.locator(".save button", has_text=kind.upper()).click()
        name = download.value.suggested_filename
        assert f"chart-{name}" == f"{figure.get_attribute('id')}.{kind}"
        saved[kind] = tmp_path / name
        download.value.save_as(saved[kind])
    text = saved["svg"].read_text("utf-8")
    width = float(ET.fromstring(text).attrib["width"])
    assert "var(" not in text
    with Image.open(saved["png"]) as image:
        assert image.width == 3 * width
        corner = image.convert("RGB").getpixel((1, 1))
    assert corner == {"light": (255, 255, 255), "dark": (18, 22, 28)}[look]
    with Tab(browser, tmp_path) as alone:
        alone.open(saved["svg"])
        [chart] = alone.page.locator("svg").evaluate_all(_PAINTED)
        assert not alone.complaints
    assert chart["paper"] == f"rgb{corner}"


def test_the_keyboard_reaches_everything_in_order(tab: Tab, shown: Demonstration) -> None:
    page, reached = tab.page, [""]
    tab.open(english(shown, 'class="sortable')[0])
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        place = page.evaluate(_PLACE)
        if place != reached[-1]:
            reached.append(place)
        if place == "main":
            break
    assert reached[1:] == [".skip", ".name", "nav", "a.language", ".switches", "#theme", "main"]


def test_the_navigation_can_be_skipped(tab: Tab, shown: Demonstration) -> None:
    tab.open(shown.home)
    tab.page.keyboard.press("Tab")
    skip = tab.page.locator("a.skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.evaluate("link => link.getBoundingClientRect().left") >= 0
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.closest('main') !== null")


def test_paper_has_no_switches_and_dark_ink(tab: Tab, shown: Demonstration) -> None:
    page = tab.page
    for path in [*english(shown, "<svg")[:1], *english(shown, "filterable")[:1]]:
        tab.open(path)
        page.evaluate("localStorage.setItem('pyconc-theme', 'dark')")
        page.reload()
        page.emulate_media(media="print", color_scheme="dark")
        for hidden in ("nav", ".switches", ".filter", ".save", ".skip"):
            assert not any(each.is_visible() for each in page.locator(hidden).all()), hidden
        assert page.evaluate(_BRIGHTNESS, "color") < 100, "light ink on white paper"
        for chart in page.locator("figure svg").evaluate_all(_PAINTED):
            assert chart["paper"] == "rgb(255, 255, 255)"
        page.emulate_media(media="screen")


def test_what_is_folded_is_printed(tab: Tab, shown: Demonstration) -> None:
    for path in [shown.home, *english(shown, "<details")]:
        tab.open(path)
        tab.page.emulate_media(media="print")
        folded = tab.page.evaluate(
            "[...document.querySelectorAll('details > :not(summary, .filter, [role=status])')]"
            ".filter((each) => !each.checkVisibility() ||"
            " each.getBoundingClientRect().height === 0).map((each) => each.outerHTML.slice(0, 80))"
        )
        assert not folded, path.name


def test_without_scripts_everything_is_there(shown: Demonstration, browser: Browser) -> None:
    with Tab(browser, shown.site, java_script_enabled=False) as tab:
        rows = 0
        for path in sorted(shown.site.glob("*.html")):
            tab.open(path)
            for always in ("tbody tr", "figure svg", "figure"):
                unfolded = tab.page.locator(f"{always}:not(details *)")
                assert unfolded.and_(tab.page.locator(":visible")).count() == unfolded.count()
            assert tab.page.locator("button, input").count() == 0
            rows += tab.page.locator("tbody tr").count()
        assert rows > 100
        assert not tab.complaints


def test_a_name_from_outside_is_read_as_it_is(tab: Tab, shown: Demonstration) -> None:
    [elsewhere] = shown.site.glob("machine-*/machine.html")
    tab.open(elsewhere)
    words = " ".join((tab.page.locator("main").text_content() or "").split())
    assert " ".join(HOSTILE.replace("`", "").split()) in words.replace("`", "")
