"""The lesson compiler: source → instructor's notebook → student's notebook, or a refusal.

What nbgrader does not ask is asked here and in `autograder.running.proving`: that the answers earn
every point, that nothing earns a point without them, and that no answer is left.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from pathlib import Path

from .compiling import Compiled, compile_lesson
from .course import Lesson
from .errors import LessonError
from .notebooks import notebook_text
from .refusals import (
    CatalogueExercise,
    refuse_answers_in_the_reference,
    refuse_disorder,
    refuse_leaks,
)
from .written import Written, WrittenFiles

READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
"""How a system says that nothing may be written in a folder."""


def build(
    lesson: Lesson,
    catalogue: Iterable[CatalogueExercise] | None = None,
    *,
    prove: Callable[[Lesson, Compiled], object] = lambda lesson, compiled: None,
) -> Written:
    """Build a lesson: check it, and write its notebooks and what lies beside them.

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
    Written
        The files that changed: none, when the source has not changed. And those that a person had
        changed since they were built, which are kept under another name.

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
    files = WrittenFiles(lesson.root, lesson.record)
    texts = _texts(lesson, compiled)
    # Not among the sources: there nbgrader would take it for one more notebook of the lesson.
    solutions = lesson.source.parents[1]
    files.write(lesson.instructor, texts[lesson.instructor].encode(), keep_in=solutions)
    files.write(lesson.student, texts[lesson.student].encode())
    for path, relative in lesson.extra_files():
        files.write(lesson.student.parent / relative, path.read_bytes())
    return files.save()


def is_built(lesson: Lesson) -> bool:
    """Whether both notebooks are those that the source gives now."""
    return all(
        path.is_file() and path.read_text(encoding="utf-8") == text
        for path, text in _texts(lesson, compile_lesson(lesson)).items()
    )


def make_ready(lesson: Lesson, catalogue: Iterable[CatalogueExercise] | None = None) -> Written:
    """Build a lesson by its text alone, unless its notebooks are what the source gives now.

    A course in which nothing may be written stays as it is: whoever grades compiles its lessons.
    """
    if is_built(lesson):
        return Written()
    try:
        return build(lesson, catalogue)
    except OSError as error:
        if error.errno not in READ_ONLY:
            raise
        return Written()


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
