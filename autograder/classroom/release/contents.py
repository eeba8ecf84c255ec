"""What a release holds: lessons, a wheel, and how to set it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.exercises import Exercise, UnknownExercise, of_lesson
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.files import write_bytes_aside
from autograder.lessons.notebooks import notebook_text
from autograder.sandbox.scratch import scratch_folder

from .data import data_read, explorers_named
from .explorers import write_explorers
from .package import wheel_of, write_package, zipped
from .reference import NOTHING, Parts, parts_used

FOLDER, SET_UP = "course", Path(__file__).with_name("SETUP.md")


@dataclass(frozen=True)
class Released:
    """What was written: the zip, its notebooks, and what can only be checked by the grader."""

    path: Path
    lessons: tuple[str, ...]
    later: tuple[str, ...]
    size: int


def release(lessons: Sequence[Lesson], to: Path) -> Released:
    """Write what students get of some lessons into a zip.

    Raises
    ------
    ClassroomError
        If a lesson is not built, or lets its students use what another of them asks for.
    """
    exercises = [one for lesson in lessons for one in exercises_of(lesson)]
    parts, read, explorers = NOTHING, frozenset[str](), frozenset[str]()
    for lesson in lessons:
        student = compile_lesson(lesson).student
        refuse_another(lesson, student)
        used = parts_used(student)
        refuse_answers(lesson, used, exercises)
        texts = [cell.source for cell in student.cells]
        parts, read = parts | used, read | data_read(texts)
        explorers |= explorers_named(texts)
    with scratch_folder() as name:
        package = Path(name, "package")
        later = write_package(package, exercises, parts, read)
        write_explorers(package / "autograder", explorers, exercises)
        wheel, data = wheel_of(package)
    files = {f"{FOLDER}/{wheel}": data, f"{FOLDER}/SETUP.md": _set_up(wheel, lessons, later)}
    files |= dict(_lesson_files(lessons))
    whole = zipped(files)
    write_bytes_aside(to, whole)
    return Released(to, tuple(one.name for one in lessons), tuple(later), len(whole))


def refuse_another(lesson: Lesson, student: NotebookNode) -> None:
    """Refuse a lesson whose notebook is not the one that its source gives now."""
    there = lesson.student.is_file() and lesson.student.read_text(encoding="utf-8")
    if there != notebook_text(student):
        raise ClassroomError(
            f"{lesson.name} is not built as its source says: "
            f"run `autograder build {lesson.name}` first."
        )


def exercises_of(lesson: Lesson) -> tuple[Exercise, ...]:
    """The exercises of a lesson in the catalogue."""
    try:
        return of_lesson(lesson.name)
    except UnknownExercise as error:
        raise ClassroomError(str(error)) from None


def refuse_answers(lesson: Lesson, used: Parts, exercises: Sequence[Exercise]) -> None:
    """Refuse a lesson that lets its students use what an exercise of the release asks for."""
    for exercise in exercises:
        home = getattr(exercise.reference, "__module__", "") or ""
        module = home.removeprefix("autograder.reference.")
        if module not in used.declared | used.whole:
            continue
        if exercise.lesson != lesson.name:
            raise ClassroomError(
                f"{lesson.name} lets its students use {exercise.function_name}, which "
                f"{exercise.lesson} asks for: release the two in zips of their own."
            )
        raise ClassroomError(
            f"{lesson.name} imports {home} in a cell, and with it {exercise.function_name}, which "
            "it asks for: move one of the two into a module of its own."
        )


def _set_up(wheel: str, lessons: Sequence[Lesson], later: Sequence[str]) -> bytes:
    names = "\n".join(f"- `{one.name}/{one.name}.ipynb`" for one in lessons)
    told = ", ".join(f"`{name}`" for name in later) or "none"
    text = SET_UP.read_text(encoding="utf-8")
    return text.format(wheel=wheel, notebooks=names, later=told).encode()


def _lesson_files(lessons: Sequence[Lesson]) -> Iterator[tuple[str, bytes]]:
    """The notebooks and what lies beside them."""
    for lesson in lessons:
        yield f"{FOLDER}/{lesson.name}/{lesson.name}.ipynb", lesson.student.read_bytes()
        for path, relative in lesson.extra_files():
            yield f"{FOLDER}/{lesson.name}/{relative.as_posix()}", path.read_bytes()
