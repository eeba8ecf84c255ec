"""A learner's own copy of a lesson, in a place that no build writes to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from .course import Lesson
from .errors import ClassroomError

MY_COURSE = "my-course"
"""The folder, beside `notebooks/`, where learners' own copies are by default."""


def own_copy(lesson: Lesson, folder: Path) -> list[Path]:
    """Copy a lesson as it was given out to `folder`; what is there already stays as it is.

    Returns
    -------
    list of Path
        The files that were copied: none, if all were there.

    Raises
    ------
    ClassroomError
        If there is no notebook to copy.
    """
    if not lesson.student.is_file():
        raise ClassroomError(f"{lesson.name} is not built: run `autograder build {lesson.name}`.")
    copied = []
    for path in _given_out(lesson):
        own = folder / lesson.name / path.relative_to(lesson.student.parent)
        if _copy_new(path, own):
            copied.append(own)
    return copied


def _given_out(lesson: Lesson) -> Iterator[Path]:
    """The lesson's notebook, and what was built beside it."""
    yield lesson.student
    for _, relative in lesson.extra_files():
        yield lesson.student.parent / relative


def _copy_new(path: Path, own: Path) -> bool:
    """Copy a file to where none is, whole or not at all; whether that was done."""
    if own.exists() or own.is_symlink():
        return False
    own.parent.mkdir(parents=True, exist_ok=True)
    aside = own.with_name(f".writing-{own.name}")
    shutil.copyfile(path, aside)
    aside.rename(own)
    return True
