"""A contact sheet of each lesson: `make figures`, or `python site/figures.py LESSON…`.

What a lesson's cells show, with its answers, is laid side by side on one page, light and dark, and
photographed in Chromium: `figures/LESSON-light.png` and `-dark.png`. A lesson whose proof is kept
is not run again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from nbconvert import HTMLExporter
from nbformat import NotebookNode

from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.running.proving import kept_run
from tests.chromium import chromium

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "figures"

SHEET = """
main { columns: 4; column-gap: 16px; zoom: 0.6; padding: 16px; max-width: none !important }
.jp-Cell { break-inside: avoid; padding: 0 !important }
.jp-OutputPrompt { display: none }
"""
"""How the page lays out what the cells show; each stays whole."""

WIDE = 2000
"""The page in pixels."""


def sheet(notebook: NotebookNode, theme: str) -> str:
    """A page of a notebook's outputs alone."""
    exporter = HTMLExporter(
        template_name="lab",
        theme=theme,
        exclude_input=True,
        exclude_markdown=True,
    )
    page, _ = exporter.from_notebook_node(notebook)
    return page.replace("</head>", f"<style>{SHEET}</style></head>", 1)


def photograph(page: str, path: Path) -> None:
    """Save a picture of a whole page."""
    with TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder, "sheet.html")
        file.write_text(page, encoding="utf-8")
        view = browser.new_page(viewport={"width": WIDE, "height": 1000}, reduced_motion="reduce")
        view.goto(file.as_uri(), wait_until="domcontentloaded")
        view.screenshot(path=path, full_page=True)


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    course = Course(ROOT)
    for lesson in [course.lesson(name) for name in names] or course.lessons():
        notebook = kept_run(lesson, compile_lesson(lesson))
        for theme in ("light", "dark"):
            path = FOLDER / f"{lesson.name}-{theme}.png"
            photograph(sheet(notebook, theme), path)
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
