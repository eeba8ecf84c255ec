"""Build the course to read: `make site`, or `python site/building.py [LESSON…]`.

The pages come into `build/site/html/`, which opens from the disk, and the book is
`build/site/course.epub`. Lessons are run only if they have changed since they were proved. A build
of some lessons has no pages of exercises and mistakes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import book
import explorer_pages
import front_page
import guide_pages
import lesson_pages
from pictures_apart import Drawings

from autograder.lessons.course import Lesson

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "build" / "site"

REFERENCES = ("reference_pages",)
"""Modules that write the pages to look things up in."""

DRAWN = "drawn"
"""The folder of drawings, below the site's static files."""


def write_sources(
    folder: Path, lessons: list[Lesson], answers: bool, references: Iterable[str]
) -> None:
    """Write all pages as Sphinx reads them into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    drawings = Drawings(folder / "static" / DRAWN, f"../_static/{DRAWN}")
    lesson_pages.write_pages(folder, answers, lessons, drawings, bool(references))
    explorer_pages.write_pages(folder, answers, drawings)
    guide_pages.write_pages(folder, answers)
    for name in references:
        import_module(name).write_pages(folder, answers)
    at_the_top = Drawings(folder / "static" / DRAWN, f"_static/{DRAWN}")
    front_page.write_pages(folder, answers, lessons, at_the_top)


def sphinx(source: Path, target: Path, builder: str) -> None:
    """Run Sphinx on the pages; `SystemExit` with its status if it did not do its whole job."""
    from sphinx.cmd.build import build_main

    shutil.rmtree(target, ignore_errors=True)
    doctrees = target.with_name(f"{target.name}-read")
    options = ["-q", "-W", "--keep-going", "-j", str(os.cpu_count() or 1), "-b", builder]
    paths = ["-c", str(Path(__file__).parent), "-d", str(doctrees), str(source), str(target)]
    static = f"html_static_path={Path(__file__).parent / 'static'},{source / 'static'}"
    if status := build_main([*options, "-D", static, *paths]):
        raise SystemExit(status)


def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(description="Build the course to read.")
    options.add_argument("lessons", nargs="*", metavar="LESSON", help="by default all")
    options.add_argument("--no-answers", action="store_true", help="leave out the right answers")
    options.add_argument("--links", action="store_true", help="only follow links to the outside")
    options.add_argument("--no-book", action="store_true", help="make no EPUB")
    options.add_argument("--to", type=Path, default=BUILT, metavar="DIR", help="the folder")
    told = options.parse_args(arguments)
    # The same texts give the same pages: whatever is written knows no other hour.
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(book.OLDEST))
    source = told.to / "source"
    lessons = lesson_pages.all_lessons(told.lessons)
    write_sources(source, lessons, not told.no_answers, () if told.lessons else REFERENCES)
    if told.links:
        sphinx(source, told.to / "links", "linkcheck")
        return
    sphinx(source, told.to / "html", "html")
    (told.to / "html" / ".buildinfo").unlink()  # it holds the folders of this machine
    if not told.no_book:
        sphinx(source, told.to / "book", "epub")
        book.bind(told.to / "book", told.to / "course.epub")
    print(f"The site is built: open {told.to / 'html' / 'index.html'}")


if __name__ == "__main__":
    main(sys.argv[1:])
