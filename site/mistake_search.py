"""A Sphinx extension: the pages on which mistakes are searched get the program that does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reference_pages.searching import NAME
from sphinx.application import Sphinx

PAGES = ("search", "mistakes/index")
PROGRAM = "find-mistakes.js"


def add_program(app: Sphinx, name: str, *_: Any) -> None:
    """Have a page load all mistakes, where the site has them, and search them."""
    if name in PAGES and Path(app.srcdir, "static", NAME).is_file():
        app.add_js_file(NAME)
        app.add_js_file(PROGRAM)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", add_program)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
