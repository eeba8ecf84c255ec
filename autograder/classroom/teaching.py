"""A lesson's page for who teaches it: aims, time, what is asked, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from autograder.exercises import Exercise, Mistake, of_lesson
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.roles import role_of

MOST_MISTAKES = 6
"""Of one exercise that are told; the catalogue has them in the order in which to expect them."""

AIMS = re.compile(r"^- \*\*You will do\*\*.*?(?=\n\n|\Z)", re.M | re.S)

HEADING = re.compile(r"^##? (.+)$", re.M)

PREDICT = re.compile(r"^\*\*Predict\.\*\* *(.+?)(?=\n\n|\Z)", re.M | re.S)

LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")

PAGE = """\
# For teachers: {title}

Drawn from `{name}.ipynb` and from the catalogue of its exercises.

## Aims, and time

{aims}

## What students write

| exercise | in | points: open check | hidden test |
|---|---|---:|---:|
{exercises}

{marked}
## What to ask before an experiment

{predictions}

## What goes wrong

What students are told when a check recognizes it. `autograder report {name}` counts who did which.
{mistakes}
"""


def teaching_page(lesson: Lesson) -> str:
    """The page of a lesson as Markdown, the same for the same lesson.

    Raises
    ------
    UnknownExercise
        If the lesson is not in the catalogue.
    """
    cells = compile_lesson(lesson).student.cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    title = next(found[1] for text in texts if (found := HEADING.search(text)))
    return PAGE.format(
        title=title,
        name=lesson.name,
        aims=_without_links(_first(AIMS, texts)),
        exercises="\n".join(_rows(cells)),
        marked=_marked(lesson, cells),
        predictions="\n".join(f"- {one}" for one in _predictions(texts)),
        mistakes="\n".join(_mistakes_of(one) for one in of_lesson(lesson.name) if one.mistakes),
    )


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> str:
    found = (one[0] for text in texts if (one := pattern.search(text)))
    return next(found, "The lesson does not say.")


def _without_links(text: str) -> str:
    """A text of the lesson as it may stand anywhere: its links lead on from the notebook only."""
    return LINK.sub(r"\1", text)


def _rows(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """A row for each exercise: where it stands, and its points."""
    points = {cell.id: cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells}
    section = ""
    for cell in cells:
        if cell.cell_type == "markdown" and (found := HEADING.findall(cell.source)):
            section = found[-1]
        if role_of(cell) == "exercise":
            check, test = (points.get(f"{cell.id}-{kind}", 0) for kind in ("check", "test"))
            yield f"| `{cell.id}` | {section} | {check:g} | {test:g} |"


def _marked(lesson: Lesson, cells: Sequence[NotebookNode]) -> str:
    """Which written answers a person marks, and by which command."""
    return "".join(
        f"The written answer `{cell.id}` ({cell.metadata.nbgrader.points:g} points) is marked by "
        f"a person: `autograder mark {lesson.name} {cell.id}`.\n"
        for cell in cells
        if role_of(cell) == "question"
    )


def _predictions(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from (" ".join(_without_links(asked).split()) for asked in PREDICT.findall(text))


def _mistakes_of(exercise: Exercise) -> str:
    lines = list(dict.fromkeys(_line(one, exercise) for one in exercise.mistakes))
    told, left = lines[:MOST_MISTAKES], len(lines) - MOST_MISTAKES
    told += [f"- and {left} more that the check names"] if left > 0 else []
    return "\n".join([f"\n### `{exercise.id}`\n", *told])


def _line(mistake: Mistake, exercise: Exercise) -> str:
    see = mistake.see or exercise.see
    return f"- **{mistake.name}**: {mistake.sentence} (“{see}”)"
