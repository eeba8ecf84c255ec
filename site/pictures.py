"""Take the pictures of the README and the pages: `make site`, then `python site/pictures.py`.

Each is a real notebook, run, exported and photographed in Chromium, or a page of the built site.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from tests.chromium import chromium

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
SITE = ROOT / "build" / "site" / "html"

PLACES = {
    "lesson": ("lessons/02-filters.html", "#convolution", 460),
    "mistakes": ("mistakes/02-filters/cross-correlate2d.html", "#kernel-flipped", 20),
}
"""Pages of the built site that are shown, each from so many pixels above one of its headings."""

SETUP = "import numpy as np\nfrom autograder import check"

WRONG_ANSWER = """
def cross_correlate2d(image, kernel):
    kh, kw = kernel.shape
    output = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1), image.dtype)
    for i, j in np.ndindex(output.shape):
        for a, b in np.ndindex(kernel.shape):
            output[i, j] += image[i + a, j + b] * kernel[kh - 1 - a, kw - 1 - b]
    return output
"""


def page_of(*cells: str) -> str:
    """Run code cells and export what a notebook shows; the first is not shown."""
    notebook = new_notebook(cells=[new_code_cell(source.strip()) for source in cells])
    NotebookClient(notebook, allow_errors=True).execute()
    del notebook.cells[0]
    return HTMLExporter(template_name="lab").from_notebook_node(notebook)[0]


def photograph(page: str, name: str) -> None:
    """Save a picture of a page's notebook, twice as fine as the screen."""
    with TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder, "page.html")
        path.write_text(page, encoding="utf-8")
        view = browser.new_page(viewport={"width": 900, "height": 600}, device_scale_factor=2)
        view.goto(path.as_uri(), wait_until="domcontentloaded")
        view.locator("main").screenshot(path=FOLDER / f"{name}.png")


def photograph_site(name: str, page: str, heading: str, above: int) -> None:
    """Save a picture of a page of the built site."""
    with chromium() as browser:
        view = browser.new_page(viewport={"width": 1200, "height": 780}, reduced_motion="reduce")
        view.goto((SITE / page).as_uri(), wait_until="load")
        view.evaluate("document.querySelectorAll('img').forEach((one) => (one.loading = 'eager'))")
        view.wait_for_load_state("networkidle")
        top = view.locator(heading).first.bounding_box()
        assert top
        view.mouse.wheel(0, top["y"] - above)
        view.wait_for_timeout(500)
        view.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    check = 'check("cross-correlate2d", cross_correlate2d)'
    photograph(page_of(SETUP, WRONG_ANSWER, check), "wrong-answer")
    for name, place in PLACES.items():
        photograph_site(name, *place)
