"""What the lessons' sources say of their exercises: the task, the stub, the answer, the summary."""

from __future__ import annotations

import ast
import re
from functools import cache

from nbformat import NotebookNode

from autograder.lessons.course import Course
from autograder.lessons.source import read_source

from .markup import LESSON_PAGE

SOLUTION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION\n(.*?)^[ \t]*### END SOLUTION[ \t]*\n?", re.MULTILINE | re.DOTALL
)

TURN = "**Your turn"

TO_NOTEBOOK = re.compile(r"\]\(\.\./(\d\d-[\w-]+)/\1\.ipynb(#[\w-]+)?\)")

HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)


@cache
def cells_of(lesson: str) -> tuple[NotebookNode, ...]:
    """The cells of a lesson's source."""
    return tuple(read_source(Course.find().lesson(lesson).source).cells)


def place_of(lesson: str, exercise: str) -> int:
    """Which cell of a lesson holds the stub of an exercise."""
    return next(i for i, cell in enumerate(cells_of(lesson)) if cell.id == exercise)


def task_of(lesson: str, exercise: str, up: str = "../") -> str:
    """What the lesson asks for, from "Your turn" on."""
    before = cells_of(lesson)[: place_of(lesson, exercise)]
    texts = [c.source for c in before if c.cell_type == "markdown" and TURN in c.source]
    asked = texts[-1][texts[-1].index(TURN) :]
    return with_links(re.sub(r"^\*\*Your turn\.?\*\* *", "", asked), up)


def stub_of(lesson: str, exercise: str) -> str:
    """The cell that a learner starts from: signature and docstring."""
    source = cells_of(lesson)[place_of(lesson, exercise)].source
    return SOLUTION.sub(unwritten, source).strip()


def unwritten(region: re.Match) -> str:
    """What stands in a stub where the answer was; nothing beside a value that is None."""
    return f"{region[1]}raise NotImplementedError()\n" if region[1] else ""


def function_of(lesson: str, exercise: str) -> ast.FunctionDef | None:
    """The function that a stub begins; none where the exercise asks for a value."""
    name, body = exercise.replace("-", "_"), ast.parse(stub_of(lesson, exercise)).body
    return next((n for n in body if isinstance(n, ast.FunctionDef) and n.name == name), None)


def title_in(lesson: str) -> str:
    """The lesson's first heading: "03 · Padding, stride and receptive field: decide …"."""
    return next(HEADING.search(c.source)[2] for c in cells_of(lesson) if HEADING.search(c.source))


def short_title(lesson: str) -> str:
    """The lesson's number and what it is about: "03 · Padding, stride and receptive field"."""
    return title_in(lesson).partition(":")[0]


def headings_of(lesson: str) -> list[str]:
    """All headings of a lesson."""
    texts = (c.source for c in cells_of(lesson) if c.cell_type == "markdown")
    return [found[2] for text in texts for found in HEADING.finditer(text)]


def summary_of(lesson: str, up: str = "../") -> str:
    """The lesson's own summary: its cells up to the next heading."""
    inside, texts = False, []
    for cell in (c for c in cells_of(lesson) if c.cell_type == "markdown"):
        if heading := HEADING.match(cell.source.strip()):
            inside = heading[2].startswith("Summary")
        if inside:
            texts.append(HEADING.sub("", cell.source, count=1) if heading else cell.source)
    return with_links("\n\n".join(text.strip() for text in texts), up)


def with_links(text: str, up: str) -> str:
    """Links to other lessons' notebooks as links to their pages."""
    return TO_NOTEBOOK.sub(
        lambda found: f"]({LESSON_PAGE.format(up=up, lesson=found[1])}{found[2] or ''})", text
    )
