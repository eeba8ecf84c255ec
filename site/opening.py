"""Opening pages of the site in Chromium, from the disk, and noting what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request
from sheets import Sheets

from tests.accessibility import serious_faults
from tests.chromium import chromium

WIDTHS = (1280, 640, 320)
SCHEMES = ("light", "dark")

CONTRAST = ("color-contrast",)
"""What axe-core asks of a page anew where only its colors are others."""

MEASURE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOAD_ALL = "document.querySelectorAll('img').forEach((image) => (image.loading = 'eager'))"


class Look:
    """Looks at pages in one page of Chromium, and remembers what it complained of.

    Parameters
    ----------
    view : Page
    sheets : Sheets, optional
        Get a picture of each page in each of its forms.
    """

    def __init__(self, view: Page, sheets: Sheets | None = None) -> None:
        self.view, self.sheets = view, sheets
        self.said: list[str] = []
        view.on("console", lambda said: said.type == "error" and self.said.append(said.text))
        view.on("pageerror", lambda error: self.said.append(str(error)))
        view.on("request", self.requested)

    def requested(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("file", "data", "blob", "about"):
            self.said.append(f"asks for {request.url}")

    def at(self, path: Path) -> Iterator[str]:
        """What is wrong with a page."""
        self.view.goto("about:blank")  # what axe-core still reads of the page before ends here
        self.said.clear()
        self.view.goto(path.as_uri(), wait_until="load")
        self.view.evaluate(LOAD_ALL)
        yield from (self.beyond(path, width, scheme) for width in WIDTHS for scheme in SCHEMES)
        yield from self.said  # axe-core reads the styles once more, which the console complains of
        for scheme, only in zip(SCHEMES, ((), CONTRAST), strict=True):
            self.view.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            yield from (f"{scheme}: {fault}" for fault in serious_faults(self.view, only=only))

    def beyond(self, path: Path, width: int, scheme: str) -> str:
        """What stands beyond the side of a page, in one of its forms; nothing if all is well."""
        self.view.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self.view.set_viewport_size({"width": width, "height": 900})
        if self.sheets:
            self.sheets.add(self.view, path, width, scheme)
        found = self.view.evaluate(MEASURE)
        return f"{width} px, {scheme}: {found} px stand beyond the side" if found > 0 else ""


def opened(paths: Iterable[Path], sheets: Sheets | None = None) -> Iterator[tuple[Path, str]]:
    """What is wrong with pages that are opened in Chromium."""
    with chromium() as browser:
        look = Look(browser.new_page(), sheets)
        for path in paths:
            yield from ((path, line) for line in look.at(path) if line)
