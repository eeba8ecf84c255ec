"""What programs write and the repository keeps: facets, the README's lessons, hints, the survey.

`python -m tests.banks` rewrites them all.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from autograder import exercises
from autograder.exercises import LESSONS, Exercise, of_lesson, package_of
from tests.learning import reading

ROOT = Path(__file__).parents[1]
FACETS = ROOT / "tests" / "judging" / "facets.txt"
README = ROOT / "README.md"
SURVEY = ROOT / "docs" / "catalogue-survey.md"
HINTS = ROOT / "docs" / "hints.md"

HINTS_HEAD = """# How long hints are, and how hard to read

Made by `make survey`. Words as a reader counts them, and years of school by Flesch and Kincaid's
formula; the second hint on a wrong answer is measured for each mistake of the catalogue, and the
worst is told. A test holds all of them to 80–160 words and a grade of 9 at most, and to no line of
the answer.
"""

HEADER = "| lesson | students write |\n|---|---|\n"
"""How the table of lessons begins in the README; it ends with an empty line."""


def facets_line(exercise: Exercise) -> str:
    """An exercise's id, then every facet of its cases and properties, once."""
    tested = [*exercise.cases, *exercise.properties]
    names = dict.fromkeys(one.facet for one in tested) or {"value": None}
    return f"{exercise.id}: {' '.join(names)}"


def facets() -> str:
    """What every exercise is judged on, one line an exercise."""
    asked = [exercise for lesson in LESSONS for exercise in of_lesson(lesson)]
    return "".join(f"{facets_line(exercise)}\n" for exercise in asked)


def readme_row(lesson: str) -> str:
    """A lesson's row in the README, in the words of its folder of exercises."""
    package = import_module(f"{exercises.__name__}.{package_of(lesson)}")
    return f"| {lesson} | {package.STUDENTS_WRITE} |"


def readme() -> str:
    """The README with the table of lessons as it should be."""
    before, _, rest = README.read_text(encoding="utf-8").partition(HEADER)
    _, _, after = rest.partition("\n\n")
    return before + HEADER + "\n".join(map(readme_row, LESSONS)) + "\n\n" + after


def hints() -> str:
    """How long the hints of every exercise are, and how hard to read."""
    asked = [exercise for lesson in LESSONS for exercise in of_lesson(lesson)]
    head = " | ".join(["| exercise", *reading.KINDS]) + " |"
    return "\n".join([HINTS_HEAD, head, "|---" * 5 + "|", *map(reading.row, asked), ""])


def survey_rows() -> dict[str, str]:
    """The rows of the survey as it stands, by exercise."""
    lines = SURVEY.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ")][1:]
    return {line.split(" | ")[0].removeprefix("| "): line for line in table}
