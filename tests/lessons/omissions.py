"""What is missing where a lesson or an exercise was added: one sentence each, naming the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.exercises import LESSONS, Exercise, of_lesson, package_of
from autograder.lessons.course import Lesson
from tests import banks, generated
from tests.lessons import module_of, path_of

STYLES = 3
"""How many right answers each exercise has at least, beside the reference."""

MISTAKES = 2
"""From how many mistakes on an exercise needs no wrong answers beside them: its right answers'
mutants are there too."""

TO_FILL_IN = re.compile(r"\bTo fill in: (.+?)[.\",)]*$")
"""What `autograder new` leaves in the files it writes."""


def lessons() -> list[str]:
    """Every lesson that has a source, or a folder of exercises."""
    sources = [path.name for path in (generated.ROOT / "solutions").iterdir() if path.is_dir()]
    return sorted({*sources, *LESSONS})


def omissions(lesson: str) -> Iterator[str]:
    """Everything that a lesson still lacks."""
    yield from missing_files(lesson)
    if lesson not in LESSONS:
        return
    yield from left_to_fill_in(lesson)
    for exercise in of_lesson(lesson):
        yield from missing_in_lesson(exercise)
        yield from missing_answers(exercise)
        yield from missing_in_class(exercise)
        yield from missing_rows(exercise)
    if generated.readme_row(lesson) not in generated.README.read_text(encoding="utf-8"):
        yield f"README.md: the row of {lesson} is not up to date; run `make survey`."


def files_of(lesson: str) -> list[Path]:
    """The files that a lesson must have, but for those of its exercises."""
    package = generated.ROOT / "autograder" / "exercises" / package_of(lesson)
    tests = [path_of(lesson, name) for name in ("__init__", "right", "wrong", "handed_in")]
    return [Lesson(lesson, generated.ROOT).source, package / "__init__.py", *tests]


def missing_files(lesson: str) -> Iterator[str]:
    for path in files_of(lesson):
        if not path.exists():
            yield f"{name_of(path)}: is not there; `autograder new lesson {lesson}` writes it."
    notebook = Lesson(lesson, generated.ROOT).student
    if not notebook.exists():
        yield f"{name_of(notebook)}: is not there; `autograder build {lesson}` writes it."


def left_to_fill_in(lesson: str) -> Iterator[str]:
    """What `autograder new` left open, one sentence a file."""
    asked = [exercise_file(exercise) for exercise in of_lesson(lesson)]
    for path in [*files_of(lesson), *asked]:
        if path.exists():
            lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            found = [f"{m[1]} (line {n})" for n, line in lines if (m := TO_FILL_IN.search(line))]
            if found:
                yield f"{name_of(path)}: still to be filled in: {'; '.join(found)}."


def missing_in_lesson(exercise: Exercise) -> Iterator[str]:
    """Whether the lesson asks the exercise."""
    source = Lesson(exercise.lesson, generated.ROOT).source
    if source.exists() and f'id="{exercise.id}"' not in source.read_text(encoding="utf-8"):
        yield (
            f"{name_of(source)}: does not ask {exercise.id!r} yet; put in its cells, exercise, "
            "look, check and test."
        )


def missing_answers(exercise: Exercise) -> Iterator[str]:
    """What the banks lack: right answers in three styles, wrong ones, mistakes."""
    if not exercise.mistakes:
        yield f"{name_of(exercise_file(exercise))}: give `EXERCISE` at least one mistake."
    right, wrong = banks.bank("right", exercise), banks.bank("wrong", exercise)
    if len(right) < STYLES:
        path = name_of(path_of(exercise.lesson, "right"))
        yield (
            f"{path}: give `ANSWERS` three right answers to {exercise.id!r} in other styles than "
            f"the reference's; there {'is' if len(right) == 1 else 'are'} {len(right)}."
        )
    if not wrong and len(exercise.mistakes) < MISTAKES:
        path = name_of(path_of(exercise.lesson, "wrong"))
        yield (
            f"{path}: give `ANSWERS` at least one wrong answer to {exercise.id!r} that is no "
            "mistake of the catalogue, which has less than two."
        )


def missing_in_class(exercise: Exercise) -> Iterator[str]:
    """Whether somebody in the sample class answers in a way of their own, and has no points."""
    module = module_of(exercise.lesson, "handed_in")
    exercises = [one.id for one in of_lesson(exercise.lesson)]
    if module is None or exercise.id in module.HANDED_IN.columns(exercises):
        return
    if own := module.HANDED_IN.in_ways_of_their_own(exercise.id):
        path = name_of(path_of(exercise.lesson, "handed_in"))
        yield (
            f"{path}: give `POINTS` a column for {exercise.id!r}: {', '.join(own)} answered it in "
            "a way of their own."
        )


def missing_rows(exercise: Exercise) -> Iterator[str]:
    """Whether what is generated knows of the exercise."""
    if generated.facets_line(exercise) not in generated.FACETS.read_text("utf-8").splitlines():
        path = name_of(generated.FACETS)
        yield (
            f"{path}: the line of {exercise.id!r} is not up to date; "
            f"run `make survey ID={exercise.id}`."
        )
    if not surveyed(exercise):
        path = name_of(generated.SURVEY)
        yield (
            f"{path}: the row of {exercise.id!r} is not up to date; "
            f"run `make survey ID={exercise.id}`."
        )


def surveyed(exercise: Exercise) -> bool:
    """Whether the survey has tried as many answers to an exercise as there are."""
    row = generated.survey_rows().get(exercise.id, "")
    counts = [int(cell) for cell in row.split(" | ")[1:-2]] or [0] * 7
    wrong = len(exercise.mistakes) + len(banks.wrong_answers_to(exercise))
    right = len(banks.right_answers_to(exercise))
    return (counts[0], counts[2], counts[5]) == (wrong, len(exercise.mistakes), right)


def exercise_file(exercise: Exercise) -> Path:
    package = generated.ROOT / "autograder" / "exercises" / package_of(exercise.lesson)
    return package / f"{exercise.function_name}.py"


def name_of(path: Path) -> str:
    """A file as it is called in the repository."""
    return path.relative_to(generated.ROOT).as_posix()
