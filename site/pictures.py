"""Take the pictures that the README and the pages show: `python site/pictures.py`.

Each is a real notebook, run, exported and photographed in Chromium.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"

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

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def page_of(*cells: str) -> str:
    """Run code cells and export what a notebook shows; the first is not shown."""
    notebook = new_notebook(cells=[new_code_cell(source.strip()) for source in cells])
    NotebookClient(notebook, allow_errors=True).execute()
    del notebook.cells[0]
    return HTMLExporter(template_name="lab").from_notebook_node(notebook)[0]


def photograph(page: str, name: str) -> None:
    """Save a picture of a page's notebook, twice as fine as the screen."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, "page.html")
        path.write_text(page, encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM
        )
        view = browser.new_page(viewport={"width": 900, "height": 600}, device_scale_factor=2)
        view.goto(path.as_uri(), wait_until="domcontentloaded")
        view.locator("main").screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    check = 'check("cross-correlate2d", cross_correlate2d)'
    photograph(page_of(SETUP, WRONG_ANSWER, check), "wrong-answer")
