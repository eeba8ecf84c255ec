"""Finding what a class handed in. Anything may lie there; nothing here raises for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.files_beside import MOST_FILES, candidates, files_beside, why_not
from autograder.running.handed_cells import is_text
from autograder.running.handed_in import Submission, read_notebook

from .archives import is_archive
from .finding import (
    File,
    Found,
    bare_name,
    files_of,
    find_notebook,
    is_noise,
    is_notebook,
    left_in_archive,
    may_be_notebook,
    shown_path,
)
from .folder import ClassFolder
from .shown import is_name, markup_in

MOST_IN_A_NAME = 128
"""Characters of a student's name that nbgrader's gradebook has room for."""

MOST_BYTES_OF_A_NAME = 200
"""Of a student's name: files are called by it, with something before and after."""


TIME = "timestamp.txt"
"""Where nbgrader's collect notes when something was handed in."""


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
        Names of the folders that hold a folder or a notebook for the lesson.
    strays : list of str
        A sentence for everything in which nothing is for the lesson, and for no other either.

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
        if is_noise(path.name):
            continue
        stray = _stray(path, lesson)
        if stray is None:
            students.append(path.name)
        elif stray:
            strays.append(stray)
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
            + "".join(f" Not looked at: {stray}." for stray in strays[:3])
        )
    return wanted or students, strays


def _stray(path: Path, lesson: Lesson) -> str | None:
    """Why something in `submitted/` is no submission for a lesson; `None` if it is one.

    It is empty where there is nothing to say: somebody who handed in nothing, or other lessons.
    """
    if not is_text(path.name):
        return f"{path.name!r} in submitted/ is no name that can be written down"
    if not is_name(path.name):
        return f"{path.name!r} in submitted/ is a name with control characters"
    if sign := markup_in(path.name):
        return (
            f"{path.name!r} in submitted/ is a name with {sign}, which Formgrader's page would run"
        )
    if len(path.name) > MOST_IN_A_NAME or len(path.name.encode()) > MOST_BYTES_OF_A_NAME:
        return f"{path.name[:20]!r}… in submitted/ is a longer name than a gradebook has room for"
    if path.is_symlink() or not path.is_dir():
        return _about_a_file(path, lesson)
    if (path / lesson.name).is_symlink() or (path / lesson.name).exists():
        return None
    return _without_lesson(path, lesson)


def _about_a_file(path: Path, lesson: Lesson) -> str:
    if is_archive(path.name) or is_notebook(path.name):
        return (
            f"{path.name!r} in submitted/ is not a student's folder: "
            f"put it into submitted/STUDENT/{lesson.name}/"
        )
    return f"{path.name!r} in submitted/ is not a student's folder"


def _without_lesson(path: Path, lesson: Lesson) -> str | None:
    """What to say of a folder in which nothing is for the lesson; `None` if something is."""
    try:
        files = files_of(path, lesson)
        found = find_notebook(files, lesson, path.name)
    except OSError:
        return None  # whoever reads it will say why
    if bare_name(path.name) == bare_name(lesson.name) and files:
        return (
            f"{path.name!r} in submitted/ is called like the lesson: "
            f"put each student's notebook into submitted/STUDENT/{lesson.name}/"
        )
    if found.taken is not None or any(_may_be(file, lesson) for file in files):
        return None
    if not files:
        return ""
    names = ", ".join(shown_path(file.path) for file in files[:3])
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return f"submitted/{path.name}/ holds no notebook of {lesson.name}, only {names}{more}"


def _may_be(file: File, lesson: Lesson) -> bool:
    """Whether a file's path says that it is for the lesson."""
    names = (*file.path.parts, file.name.lower().removesuffix(".zip"))
    return bare_name(lesson.name) in map(bare_name, names)


def read_submission(folder: ClassFolder, lesson: Lesson, student: str) -> Submission:
    """Read one student's notebook; if that cannot be done, the submission says why."""
    root = folder.submitted / student
    place, name = root / lesson.name, f"{lesson.name}.ipynb"
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        return Submission(student, lesson.name, unreadable=f"{lesson.name} is not a folder")
    try:
        files = files_of(root, lesson)
    except OSError as error:
        reason = f"the folder could not be read: {error.strerror or error}"
        return Submission(student, lesson.name, unreadable=reason)
    submission, taken = _read_or_found(place / name, files, lesson, student)
    beside = files_beside(taken.parent, _names_of(lesson))
    told = set(candidates(taken.parent))
    others = [
        file.called(lesson)
        for file in files
        if _is_other(file, lesson, taken) and file.root / file.path not in told
    ]
    others = [name for name in others if name not in submission.unreadable]
    return replace(
        submission,
        beside=beside.taken,
        remarks=(*submission.remarks, *beside.remarks, *_not_looked_at(others)),
        timestamp=_timestamp(place / TIME) or _timestamp(taken.parent / TIME),
    )


def _read_or_found(
    own: Path, files: list[File], lesson: Lesson, student: str
) -> tuple[Submission, Path]:
    """What is graded, and where that was: the file in its place, or one that is certainly it."""
    if not own.is_symlink() and not own.exists():
        return _taken(find_notebook(files, lesson, student), files, lesson, own, student)
    submission = read_notebook(own, lesson, student)
    if submission.unreadable and not own.is_symlink():
        others = [file for file in files if file.root / file.path != own]
        found = find_notebook(others, lesson, student)
        if found.taken is not None and not found.taken[1].unreadable:
            return _instead(*found.taken, found.remarks, lesson, submission.unreadable)
    return submission, own


def _taken(
    found: Found, files: list[File], lesson: Lesson, own: Path, student: str
) -> tuple[Submission, Path]:
    """What is graded where no file is in its place, and where that was."""
    if found.taken is not None:
        return _instead(
            *found.taken, found.remarks, lesson, f"there is no {lesson.name}/{own.name}"
        )
    called = [file.called(lesson) for file in found.candidates[:3] or files[:3]]
    reason = f"there is no {own.name}"
    if len(found.candidates) > 1:
        reason += f", and {' and '.join(called)} may be it: keep one of them and grade again"
    elif found.candidates:
        reason += f", only {called[0]}: rename it and grade again"
    elif called:
        reason += f", only {', '.join(called)}"
    return Submission(student, lesson.name, unreadable=reason, remarks=found.remarks), own


def _instead(
    file: File, notebook: Submission, remarks: tuple[str, ...], lesson: Lesson, why: str
) -> tuple[Submission, Path]:
    """A notebook that was found, and where that was."""
    says = f"{why}, so {file.called(lesson)} was taken for it"
    left = left_in_archive(file, lesson) if file.member else ()
    remarks = (says, *left, *notebook.remarks, *remarks)
    return replace(notebook, remarks=remarks), file.root / file.path


def _is_other(file: File, lesson: Lesson, taken: Path) -> bool:
    """Whether a file is neither the notebook that was taken, nor given out or made by nbgrader."""
    given = {Path(lesson.name, relative) for _, relative in lesson.extra_files()}
    return file.root / file.path != taken and file.path not in given and file.name != TIME


def _not_looked_at(names: list[str]) -> tuple[str, ...]:
    remarks = tuple(f"{name} was handed in too, and not looked at" for name in names[:3])
    if len(names) > 3:
        remarks += (f"{len(names) - 3} more files were handed in, and not looked at",)
    return remarks


def file_digest(folder: ClassFolder, lesson: Lesson, student: str) -> bytes:
    """A digest of all that `read_submission` looks at: another one, if anything has changed.

    Raises
    ------
    OSError
        If something there cannot be read.
    """
    root = folder.submitted / student
    place = root / lesson.name
    files = files_of(root, lesson)
    seen = [file.path.as_posix() for file in files]
    read = [file.root / file.path for file in files if _is_read(file, lesson)]
    for path in (*read, *_beside(read, lesson)):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                seen.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashlib.sha256(repr((seen, place.is_symlink())).encode()).digest()


def _beside(notebooks: list[Path], lesson: Lesson) -> Iterator[Path]:
    """The files that may go with one of some notebooks."""
    own = _names_of(lesson)
    for folder in dict.fromkeys(path.parent for path in notebooks):
        fit = (path for path in candidates(folder) if not why_not(path, own))
        yield from islice(fit, MOST_FILES)


def _names_of(lesson: Lesson) -> list[str]:
    """The names of the files that come with a lesson."""
    return [relative.as_posix() for _, relative in lesson.extra_files()]


def _is_read(file: File, lesson: Lesson) -> bool:
    return may_be_notebook(file.name, lesson) or is_archive(file.name) or file.name == TIME


def _timestamp(path: Path) -> str:
    """What nbgrader's collect noted of when it was handed in."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 100:
        return ""
    return path.read_text(encoding="utf-8", errors="replace").strip()
