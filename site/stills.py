"""The explorers' still pictures: what stands where nothing runs. Needs Chromium.

    python site/stills.py [NAME ...]

Each is the explorer as it opens, at the size of a notebook's page, in `stills/` beside it.
"""

from __future__ import annotations

import io
import sys

from PIL import Image
from playwright.sync_api import Browser

from autograder.figures.explorers import EXPLORERS, document
from autograder.figures.explorers.page import FOLDER
from autograder.learning.exploring import given
from tests.chromium import chromium

SIZE = {"width": 900, "height": 700}
WIDTH = 720


def main() -> None:
    with chromium("--force-color-profile=srgb") as browser:
        for name in sys.argv[1:] or EXPLORERS:
            write_still(browser, name)


def write_still(browser: Browser, name: str) -> None:
    """Open an explorer without its question, and keep what is seen as WebP."""
    page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
    page.set_content(document(name, {**given(name), "open": True}))
    page.locator(".stage").wait_for()
    seen = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    place = FOLDER / "stills" / f"{name}.webp"
    place.parent.mkdir(exist_ok=True)
    small = seen.convert("RGB").resize(
        (WIDTH, seen.height * WIDTH // seen.width), Image.Resampling.LANCZOS
    )
    small.save(place, quality=60, method=6)
    page.close()


if __name__ == "__main__":
    main()
