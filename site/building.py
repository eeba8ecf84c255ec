"""Build the course to read: `make site`, or `python site/building.py [LESSON…]`.

The pages come into `build/site/html/`, which opens from the disk, and the book is
`build/site/course.epub`. Lessons are run only if their code has changed since they were proved, and
only pages that have changed are written. A build of some lessons has no pages of exercises and
mistakes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import distributions
from pathlib import Path

import book
import explorer_pages
import front_page
import guide_pages
import lesson_pages
from book import files_in
from giving_away import without_values
from pictures_apart import Drawings

from autograder.lessons.course import Lesson
from autograder.lessons.files import write_aside, write_bytes_aside

SITE = Path(__file__).resolve().parent
BUILT = SITE.parent / "build" / "site"

REFERENCES = ("reference_pages",)
"""Modules that write the pages to look things up in."""

DRAWN = "drawn"
"""The folder of drawings, below the site's static files."""

LATE = "mystnb.*.css"
"""What MyST-NB copies when all pages are written: a page that finds it there says so."""

PARTS = ("html", "book", "bound", "read")
"""Folders of a build: pages, the book before it is bound and after, what Sphinx has read."""


def write_sources(
    folder: Path, lessons: list[Lesson], answers: bool, references: Iterable[str]
) -> None:
    """Write all pages as Sphinx reads them; what is there already, and the same, stays."""
    made = folder.with_name(f"{folder.name}-made")
    shutil.rmtree(made, ignore_errors=True)
    drawings = Drawings(made / "static" / DRAWN, f"../_static/{DRAWN}")
    lesson_pages.write_pages(made, answers, lessons, drawings, bool(references))
    explorer_pages.write_pages(made, answers, drawings)
    guide_pages.write_pages(made, answers)
    for name in references:
        import_module(name).write_pages(made, answers)
    at_the_top = Drawings(made / "static" / DRAWN, f"_static/{DRAWN}")
    front_page.write_pages(made, answers, lessons, at_the_top)
    if not answers:
        leave_out_values(made)
    bring_up_to_date(folder, made)
    shutil.rmtree(made)


def leave_out_values(folder: Path) -> None:
    """Take out the numbers that exercises ask for; what explorers compute stays."""
    for path in folder.rglob("*"):
        if path.suffix in (".md", ".ipynb", ".svg", ".js") and path.parent.name != "explorers":
            text = path.read_text(encoding="utf-8")
            path.write_text(without_values(text), encoding="utf-8")


def bring_up_to_date(folder: Path, made: Path) -> None:
    """Give a folder the files of another; those that are the same keep their time."""
    names = files_in(made)
    for name in files_in(folder) - names:
        (folder / name).unlink()
    for name in sorted(names):
        write_bytes_aside(folder / name, (made / name).read_bytes())


def rests_on(source: Path, told: argparse.Namespace) -> str:
    """A digest of all that decides how pages come out beside their own texts.

    It holds the site's programs and styles, the packages, which pages there are, and the options.
    """
    programs = [path.read_bytes() for path in sorted(SITE.rglob("*.*")) if path.suffix != ".pyc"]
    packages = sorted(f"{found.name} {found.version}" for found in distributions())
    pages = sorted(name for name in files_in(source) if f"static/{DRAWN}/" not in name)
    settings = [os.environ["SOURCE_DATE_EPOCH"], str(told.no_answers), str(source)]
    digest = hashlib.sha256(b"\0".join(programs))
    digest.update("\n".join([*packages, *pages, *settings]).encode())
    return digest.hexdigest()


def sphinx(source: Path, target: Path, builder: str, read: Path) -> None:
    """Run Sphinx on the pages; `SystemExit` with its status if it did not do its whole job.

    Parameters
    ----------
    source, target : Path
    builder : str
        What to make, as Sphinx calls it.
    read : Path
        The folder in which it keeps what it has read.
    """
    from sphinx.cmd.build import build_main

    leave_only(target / "_static" / DRAWN, files_in(source / "static" / DRAWN))
    for style in (target / "_static").glob(LATE):
        style.unlink()
    options = ["-q", "-W", "--keep-going", "-j", str(os.cpu_count() or 1), "-b", builder]
    paths = ["-c", str(SITE), "-d", str(read), str(source), str(target)]
    static = f"html_static_path={SITE / 'static'},{source / 'static'}"
    if status := build_main([*options, "-D", static, *paths]):
        raise SystemExit(status)


def leave_only(folder: Path, names: set[str]) -> None:
    """Take away the files of a folder that have other names."""
    for name in files_in(folder) - names:
        (folder / name).unlink()


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
    source, note = told.to / "source", told.to / "built.txt"
    lessons = lesson_pages.all_lessons(told.lessons)
    write_sources(source, lessons, not told.no_answers, () if told.lessons else REFERENCES)
    if told.links:
        sphinx(source, told.to / "links", "linkcheck", told.to / "links-read")
        return
    digest = rests_on(source, told)
    forget_unless(note, digest)
    build(source, told.to, with_book=not told.no_book)
    write_aside(note, digest)
    print(f"The site is built: open {told.to / 'html' / 'index.html'}")


def forget_unless(note: Path, digest: str) -> None:
    """Begin from nothing, unless the last build came to its end and rests on the same.

    The note is gone while a build runs, so one that is cut off or fails is not built upon.
    """
    if not note.is_file() or note.read_text(encoding="utf-8") != digest:
        for part in PARTS:
            shutil.rmtree(note.with_name(part), ignore_errors=True)
    note.unlink(missing_ok=True)


def build(source: Path, target: Path, *, with_book: bool) -> None:
    """Write the pages, and the book."""
    sphinx(source, target / "html", "html", target / "read")
    (target / "html" / ".buildinfo").unlink()  # it holds the folders of this machine
    if with_book:
        sphinx(source, target / "book", "epub", target / "read")
        book.bind(target / "book", target / "bound", target / "course.epub")


if __name__ == "__main__":
    main(sys.argv[1:])
