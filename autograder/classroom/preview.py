"""What grading would change, without changing it: a class is graded in a copy, and compared.

The copy has the gradebook and what was graded; submissions are read where they lie. What is graded
there is graded as it will be: with the same seeds, by the same rules.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.digests import EVERYTHING, digests_of
from autograder.running.grade_submission import Graded, Task, perform
from autograder.running.page_marks import number
from autograder.sandbox.scratch import scratch_folder

from .dates import FILE as DATES
from .folder import ClassFolder
from .gradebook import ClassGradebook, address
from .grades import NO_PAGE, Failure, Grade
from .grading import Options, grade_class

LEAST = 1e-9
"""Points that differ by less are the same."""


@dataclass(frozen=True)
class Move:
    """What would change for one student.

    Parameters
    ----------
    student : str
    before, after : Grade or None
        `None` where there is no grade.
    details : tuple of str
        The exercises whose points would change, and how.
    """

    student: str
    before: Grade | None
    after: Grade | None
    details: tuple[str, ...]

    @property
    def by(self) -> float:
        """The points that the total would change by."""
        old, new = (one.points if one else 0.0 for one in (self.before, self.after))
        return new - old


@dataclass
class Preview:
    """What grading would change.

    Parameters
    ----------
    moves : list of Move
    reasons : list of str
        How the lesson and its judge have changed since, one sentence each.
    failures : list of Failure
        Who could not be graded.
    looked_at : int
        How many students were looked at.
    """

    moves: list[Move] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    looked_at: int = 0


def preview(
    lesson: Lesson,
    folder: ClassFolder,
    students: Sequence[str],
    options: Options = Options(),  # noqa: B008, it is frozen
    work: Callable[[Task], Graded] = perform,
) -> Preview:
    """Say what `grade_class` would change.

    Raises
    ------
    ClassroomError
        If nothing has been graded yet, or the gradebook is no file.
    """
    _refuse_other_gradebooks(folder, options.database)
    result = Preview(looked_at=len(students))
    with scratch_folder() as scratch:
        copy = ClassFolder(Path(scratch, "class"))
        _copy(folder, copy, lesson)
        with ClassGradebook(copy) as book:
            before = {one.student: one for one in book.grades(lesson)}
            if not before:
                raise ClassroomError(
                    f"Nothing of {lesson.name} has been graded yet, so there is nothing to "
                    "compare with."
                )
            result.reasons += _judged_anew(book, lesson)
        settings = replace(options, database=None)
        after: dict[str, Grade] = {}
        for one in grade_class(
            lesson, copy, students, settings, work=work, told=result.reasons.append
        ):
            if isinstance(one, Grade):
                after[one.student] = one
            elif one.what != NO_PAGE:
                result.failures.append(one)
    result.moves = list(_moves(before, after))
    return result


def _refuse_other_gradebooks(folder: ClassFolder, database: str | None) -> None:
    _, name = address(folder, database)
    if name != str(folder.gradebook):
        raise ClassroomError(
            f"A preview is made from a copy of the gradebook, and {name} is no file: "
            "copy the database yourself, and name the copy."
        )
    if not folder.gradebook.is_file():
        raise ClassroomError(
            f"Nothing has been graded into {name} yet, so there is nothing to compare with."
        )


def _copy(folder: ClassFolder, copy: ClassFolder, lesson: Lesson) -> None:
    """Copy what grading changes, and name what it only reads."""
    copy.root.mkdir()
    copy.submitted.symlink_to(folder.submitted.resolve(), target_is_directory=True)
    for path in [*folder.root.glob("*.py"), folder.root / DATES]:
        if path.is_file():
            shutil.copy(path, copy.root)
    _copy_gradebook(folder.gradebook, copy.gradebook)
    for kind in ("autograded", "feedback"):
        for path in (folder.root / kind).glob(f"*/{lesson.name}/*"):
            if path.is_file():
                _link(path, copy.root / path.relative_to(folder.root))


def _copy_gradebook(path: Path, to: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(to)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as error:
        raise ClassroomError(f"The gradebook {path} cannot be opened: {error}.") from None


def _link(path: Path, to: Path) -> None:
    """Let a file be found in the copy; whoever writes it there writes another one."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)


def _judged_anew(book: ClassGradebook, lesson: Lesson) -> list[str]:
    """Which exercises are judged by something else than when they were graded."""
    now = digests_of(compile_lesson(lesson).master)
    runs = book.runs(lesson).values()
    changed = sorted(
        {
            name
            for run in runs
            for name, digest in now.items()
            if name in run.exercises and run.exercises[name] != digest
        }
    )
    if EVERYTHING in changed:
        return ["What judges all exercises alike has changed since some were graded"]
    return [f"{name} is judged differently now" for name in changed]


def _moves(before: Mapping[str, Grade], after: Mapping[str, Grade]) -> Iterator[Move]:
    for student in sorted(after):
        old, new = before.get(student), after[student]
        if details := tuple(_details(old, new)):
            yield Move(student, old, new, details)


def _details(old: Grade | None, new: Grade) -> Iterator[str]:
    """How the points of one student would change, exercise by exercise."""
    if old is None:
        yield f"not graded before: {number(new.points)} of {number(new.max_points)}"
        return
    for name in dict.fromkeys([*old.exercises, *new.exercises]):
        was, now = old.exercises.get(name), new.exercises.get(name)
        if was is None or now is None or abs(was - now) > LEAST:
            yield f"{name}: {_points(was)} → {_points(now)}"
    for name in sorted(set(new.to_mark) - set(old.to_mark)):
        yield f"{name} would wait for a mark"
    if abs(old.penalty - new.penalty) > LEAST:
        yield f"taken off for handing in late: {number(old.penalty)} → {number(new.penalty)}"
    if abs(old.max_points - new.max_points) > LEAST:
        yield f"points to be had: {number(old.max_points)} → {number(new.max_points)}"


def _points(points: float | None) -> str:
    return "none" if points is None else number(points)
