"""A headless Chromium for the tests of the report's pages, where there is one."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waiting import LIMIT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: It runs as root, without a display, and says nothing to anybody.
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: What axe-core calls faults that keep somebody from reading or using a page.
_GRAVE = ("serious", "critical")
#: Milliseconds that anything may take.
_PATIENCE = LIMIT * 1000


def missing() -> str | None:
    """What these tests lack here, in a word; None where everything is there."""
    if sys.version_info < (3, 11):
        return "reports need Python 3.11"
    for package in ("pandas", "scipy", "matplotlib", "jinja2", "playwright"):
        if importlib.util.find_spec(package) is None:
            return f"{package} is not installed"
    if importlib.util.find_spec("axe_playwright_python") is None:
        return "axe-playwright-python, which has axe-core, is not installed"
    return None if _executable() else f"none of {', '.join(_NAMES)} is on PATH"


def _executable() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser, closed at the end.

    Playwright's event loop runs on the thread until then, so that no other test that needs one may
    come between.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_executable(), args=_ARGUMENTS, timeout=_PATIENCE
        )
        try:
            yield browser
        finally:
            browser.close()


class Tab:
    """A tab of the browser, and everything that went wrong in it."""

    def __init__(self, browser: Browser, site: Path, **settings: Any) -> None:
        """
        Args:
            site: nothing outside this folder may be asked for.
            settings: of the browser's context, such as ``viewport``.
        """
        self._context = browser.new_context(**settings)
        self._context.set_default_timeout(_PATIENCE)
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self._inside = f"{site.as_uri()}/"
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"raised {error}"))
        self.page.on("dialog", self._asked)
        self.page.on("request", self._requested)
        self.page.on("requestfailed", self._failed)

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *raised: object) -> None:
        self._context.close()

    def open(self, page: Path, fragment: str = "") -> None:
        self.page.goto(page.as_uri() + (f"#{fragment}" if fragment else ""))

    def faults(self, *rules: str) -> list[str]:
        """What axe-core finds in the page as it is shown now, by all rules or by some."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(_axe())
        options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
        if rules:
            options["runOnly"] = {"type": "rule", "values": list(rules)}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{violation['id']} ({violation['impact']}): {node['html'][:150]}"
            for violation in found["violations"]
            if violation["impact"] in _GRAVE
            for node in violation["nodes"]
        ]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, request: Request) -> None:
        if not request.url.startswith(self._inside):
            self.complaints.append(f"asked for {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # pictures of a page that was left meanwhile
            self.complaints.append(f"did not get {request.url}: {request.failure}")


def _axe() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
