"""Finding what a class handed in. Anything may lie there; nothing here raises for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.handed_cells import is_text
from autograder.running.handed_in import Submission, printable, read_notebook

from .folder import ClassFolder

MOST_IN_A_NAME = 128
"""Characters of a student's name that nbgrader's gradebook has room for."""

MOST_BYTES_OF_A_NAME = 200
"""Of a student's name: files are called by it, with something before and after."""


def find_students(
    folder: ClassFolder, lesson: Lesson, wanted: Iterable[str] = ()
) -> tuple[list[str], list[str]]:
    """Who handed in something for a lesson, and what else lies in `submitted/`.

    Parameters
    ----------
    folder : ClassFolder
    lesson : Lesson
    wanted : iterable of str
        Only these students. By default everybody.

    Returns
    -------
    students : list of str
        Names of the folders that hold a folder for the lesson.
    strays : list of str
        A sentence for everything that is no student's folder.

    Raises
    ------
    ClassroomError
        If there is no `submitted/`, nothing in it for the lesson, or nothing of one who is wanted.
    """
    if not folder.submitted.is_dir():
        raise ClassroomError(
            f"There is no folder {folder.submitted}: put what was handed in there."
        )
    students, strays = [], []
    for path in sorted(folder.submitted.iterdir()):
        if path.name.startswith("."):
            continue
        if not is_text(path.name):
            strays.append(f"{path.name!a} in submitted/ is no name that can be written down")
        elif len(path.name) > MOST_IN_A_NAME or len(path.name.encode()) > MOST_BYTES_OF_A_NAME:
            strays.append(
                f"{path.name[:20]!a}… in submitted/ is a longer name than a gradebook has room for"
            )
        elif path.is_symlink() or not path.is_dir():
            strays.append(f"{path.name!r} in submitted/ is not a student's folder")
        elif (path / lesson.name).is_symlink() or (path / lesson.name).exists():
            students.append(path.name)
    wanted = list(wanted)
    for student in wanted:
        if student not in students:
            raise ClassroomError(
                f"{student!r} handed in nothing for {lesson.name}: "
                f"there is no {folder.submitted / student / lesson.name}."
            )
    if not students:
        raise ClassroomError(
            f"Nothing was handed in for {lesson.name}: "
            f"there is no {folder.submitted}/STUDENT/{lesson.name}."
        )
    return wanted or students, strays


def read_submission(folder: ClassFolder, lesson: Lesson, student: str) -> Submission:
    """Read one student's notebook; if that cannot be done, the submission says why."""
    place = folder.submitted / student / lesson.name
    name = f"{lesson.name}.ipynb"
    if place.is_symlink() or not place.is_dir():
        return Submission(student, lesson.name, unreadable=f"{lesson.name} is not a folder")
    others = sorted(path.name for path in place.glob("*.ipynb") if path.name != name)
    if others and not (place / name).is_symlink() and not (place / name).exists():
        reason = f"there is no {name}, only {printable(others[0])}: rename it and grade again"
        return Submission(student, lesson.name, unreadable=reason)
    submission = read_notebook(place / name, lesson, student)
    remarks = tuple(
        f"{printable(other)} was handed in too, and not looked at" for other in others[:3]
    )
    if len(others) > 3:
        remarks += (f"{len(others) - 3} more notebooks were handed in, and not looked at",)
    return replace(
        submission,
        remarks=(*remarks, *submission.remarks),
        timestamp=_timestamp(place / "timestamp.txt"),
    )


def file_digest(folder: ClassFolder, lesson: Lesson, student: str) -> bytes:
    """A digest of all that `read_submission` looks at: another one, if anything has changed.

    Raises
    ------
    OSError
        If something there cannot be read.
    """
    place = folder.submitted / student / lesson.name
    digest = hashlib.sha256()
    names = sorted(path.name for path in place.iterdir()) if place.is_dir() else []
    for name in (f"{lesson.name}.ipynb", "timestamp.txt"):
        path = place / name
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                names.append(hashlib.file_digest(file, "sha256").hexdigest())
    digest.update(repr((names, place.is_symlink())).encode())
    return digest.digest()


def _timestamp(path: Path) -> str:
    """What nbgrader's collect noted of when it was handed in."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 100:
        return ""
    return path.read_text(encoding="utf-8", errors="replace").strip()
