"""One sheet a lesson, which prints on one page: its own summary, shapes, and what goes wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.exercises import LESSONS, Exercise, Mistake, of_lesson

from .lesson_text import function_of, short_title, summary_of, title_in
from .markup import lesson_link, page, pages_below, slug, table
from .mistakes import titles

MOST_WRONG = 8
"""Mistakes on a sheet: as many as leave room for the rest of a printed page."""

INTRODUCTION = """\
One printed page for each lesson: symbols and formulas as the lesson sums them up, what goes into
each function and what comes out, and what most often goes wrong.
"""

SHEET = '<div class="sheet"></div>'
"""Tells the page's style that this is to be printed on one page."""

UP = "../"

SECTION = r"^{}\n-+\n(.*?)(?=^\w[^\n]*\n-+\n|\Z)"
"""A section of a numpydoc docstring, up to the next."""


def sheets_page() -> str:
    """The page that lists all sheets."""
    links = "\n".join(f"- [{title_in(lesson)}]({lesson}.md)" for lesson in LESSONS)
    return page("# Summary sheets", INTRODUCTION, links, pages_below(LESSONS))


def sheet(lesson: str) -> str:
    """The sheet of one lesson."""
    exercises = of_lesson(lesson)
    return page(
        f"# {short_title(lesson)}",
        SHEET,
        f"The summary of {lesson_link('the lesson', lesson, up=UP)}.",
        "## Symbols and formulas",
        summary_of(lesson, UP),
        "## Shapes",
        table(("function", "takes", "gives"), [row for e in exercises for row in shapes(e)]),
        "## What goes wrong",
        "\n".join(went_wrong(exercise, mistake) for exercise, mistake in chosen(exercises)),
    )


def shapes(exercise: Exercise) -> Iterator[tuple[str, str, str]]:
    """A row of the table of shapes, for an exercise that asks for a function."""
    function = function_of(exercise.lesson, exercise.id)
    if function:
        doc = ast.get_docstring(function) or ""
        name = f"[{function.name}]({UP}mistakes/{exercise.lesson}/{exercise.id}.md)"
        takes = [f"`{names}` {kind}".strip() for names, kind in entries(doc, "Parameters")]
        gives = [f"`{names}` {kind}" if kind else names for names, kind in entries(doc, "Returns")]
        takes = takes or [f"`{argument.arg}`" for argument in function.args.args]
        yield name, "; ".join(takes), "; ".join(gives) or doc.partition("\n")[0]


def entries(doc: str, section: str) -> Iterator[tuple[str, str]]:
    """The names and types that a section of a docstring lists.

    Examples
    --------
    >>> list(entries("Returns\\n-------\\nx : (N, D) ndarray\\n    Rows.\\n", "Returns"))
    [('x', '(N, D) ndarray')]
    """
    found = re.search(SECTION.format(section), doc, re.MULTILINE | re.DOTALL)
    for line in (found[1] if found else "").splitlines():
        if line and not line.startswith(" "):
            names, _, kind = line.partition(" : ")
            yield names, kind


def chosen(exercises: tuple[Exercise, ...]) -> list[tuple[Exercise, Mistake]]:
    """The first mistake of each exercise, then the second of each, as long as there is room."""
    turns = range(max(len(exercise.mistakes) for exercise in exercises))
    told: dict[str, tuple[Exercise, Mistake]] = {}
    for turn in turns:
        for exercise in exercises:
            if turn < len(exercise.mistakes):
                mistake = exercise.mistakes[turn]
                told.setdefault(mistake.sentence, (exercise, mistake))
    return list(told.values())[:MOST_WRONG]


def went_wrong(exercise: Exercise, mistake: Mistake) -> str:
    """One mistake with a link to its drawing."""
    title = titles(exercise)[exercise.mistakes.index(mistake)]
    path = f"{UP}mistakes/{exercise.lesson}/{exercise.id}.md#{slug(title)}"
    return f"- [{exercise.function_name}]({path}): {mistake.sentence}"
