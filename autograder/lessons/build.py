"""The lesson compiler: source → instructor's notebook → student's notebook, or a refusal.

What nbgrader does not ask is asked here and in `autograder.running.proving`: that the answers earn
every point, that nothing earns a point without them, and that no answer is left.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from .compiling import Compiled, compile_lesson
from .course import Lesson
from .errors import LessonError
from .files import write_aside
from .notebooks import notebook_text
from .refusals import (
    CatalogueExercise,
    refuse_answers_in_the_reference,
    refuse_disorder,
    refuse_leaks,
)


def build(
    lesson: Lesson,
    catalogue: Iterable[CatalogueExercise] | None = None,
    *,
    prove: Callable[[Lesson, Compiled], None] = lambda lesson, compiled: None,
) -> list[Path]:
    """Build a lesson: check it, and write its notebooks.

    Parameters
    ----------
    lesson : Lesson
    catalogue : iterable of exercises, optional
        The lesson's exercises in the catalogue; by default `autograder.exercises`.
    prove : callable
        Asked before anything is written, and raises `LessonError` for a lesson that does not do
        what it should when it is run: `autograder.running.proving.prove`. By default nothing runs.

    Returns
    -------
    list of Path
        The files that changed. None, when the source has not changed.

    Raises
    ------
    LessonError
        If the lesson is refused. Nothing is written then.
    """
    compiled = compile_lesson(lesson)
    exercises = tuple(catalogue_of(lesson) if catalogue is None else catalogue)
    refuse_disorder(lesson, compiled.instructor, exercises)
    refuse_leaks(lesson, compiled.instructor, compiled.student)
    refuse_answers_in_the_reference(lesson, compiled.master, exercises)
    prove(lesson, compiled)
    written = []
    for path, notebook in (
        (lesson.instructor, compiled.instructor),
        (lesson.student, compiled.student),
    ):
        if write_aside(path, notebook_text(notebook)):
            written.append(path)
    for path, relative in lesson.extra_files():
        copy_of = lesson.student.parent / relative
        if not copy_of.is_file() or not filecmp.cmp(path, copy_of, shallow=False):
            copy_of.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy_of)
            written.append(copy_of)
    return written


def is_built(lesson: Lesson) -> bool:
    """Whether both notebooks are those that the source gives now."""
    return all(
        path.is_file() and path.read_text(encoding="utf-8") == text
        for path, text in _texts(lesson, compile_lesson(lesson)).items()
    )


def _texts(lesson: Lesson, compiled: Compiled) -> dict[Path, str]:
    return {
        lesson.instructor: notebook_text(compiled.instructor),
        lesson.student: notebook_text(compiled.student),
    }


def catalogue_of(lesson: Lesson) -> tuple[CatalogueExercise, ...]:
    """The lesson's exercises in the course's catalogue."""
    from autograder.exercises import UnknownExercise, of_lesson

    try:
        return of_lesson(lesson.name)
    except UnknownExercise as error:
        raise LessonError(f"{lesson.source}: {error}") from None
