"""Finding a student's notebook for a lesson, wherever in the student's folder it lies.

It belongs at LESSON/LESSON.ipynb. Browsers, learning platforms and people rename it, put it one
folder higher or deeper, or zip it. Then it is taken where it is certainly the one: the only
notebook there that has the lesson's cells. No link is followed, and what is read is bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from autograder.lessons.course import Lesson
from autograder.lessons.notebooks import node_of
from autograder.lessons.roles import role_of
from autograder.running.handed_in import (
    MOST_BYTES,
    Submission,
    Unreadable,
    notebook_from,
    printable,
)
from autograder.running.matching import match, plain

from .archives import files_in, is_archive, read_member

MOST_FILES, MOST_FOLDERS_DEEP, MOST_CANDIDATES = 2_000, 6, 20
"""Files that are looked at in a student's folder, how deep, and notebooks that are opened."""

NOISE = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "__pycache__", "icon\r"))
"""What systems and programs leave in folders, in small letters; and all that begins with a dot."""

COPIES = re.compile(
    r"^(?:(?:a\s)?copy\sof|kopie\svon|copie\sde|copia\sde)\s|"
    r"(?:\s?\(\d{1,3}\)|[\s_-]{1,3}(?:copy|kopie)\s?\d{0,3})$"
)
ENDINGS = (".txt", ".json", ".ipynb")
NOT_LETTERS = re.compile(r"[\W_]")


def is_noise(name: str) -> bool:
    """Whether a file or folder is one that nobody hands in on purpose.

    Examples
    --------
    >>> is_noise("._02-filters.ipynb"), is_noise("Thumbs.db"), is_noise("02-filters.ipynb")
    (True, True, False)
    """
    return name.startswith((".", "~$")) or name.lower() in NOISE


def bare_name(name: str) -> str:
    """A name without what browsers and people make of it.

    Examples
    --------
    >>> bare_name("Copy of 02-Filters (1).ipynb.txt"), bare_name("02_filters-Copy1.IPYNB")
    ('02filters', '02filters')
    """
    name = name.strip().lower()
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    before = None
    while before != name:
        before, name = name, COPIES.sub("", name).strip()
    return NOT_LETTERS.sub("", name)


def is_notebook(name: str) -> bool:
    """Whether a file is called like a notebook, whatever was put behind its name."""
    name = name.lower().removesuffix(".txt").removesuffix(".json")
    return name.endswith(".ipynb")


def may_be_notebook(name: str, lesson: Lesson) -> bool:
    """Whether a file is called like a notebook, or like the lesson without saying what it is."""
    unsaid = Path(name.lower()).suffix in ("", ".txt", ".json")
    return is_notebook(name) or (unsaid and bare_name(name) == bare_name(lesson.name))


def shown_path(path: str | Path) -> str:
    """A path of a stranger's, as it may stand in a sentence.

    Examples
    --------
    >>> print(shown_path("work/<b>.ipynb"))
    'work/?b?.ipynb'
    """
    parts = str(path).split("/")
    return "'" + "/".join(printable(part)[1:-1] for part in parts) + "'"


@dataclass(frozen=True)
class File:
    """Something in a student's folder: its path from there, and its name in a zip if in one."""

    root: Path
    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        return (self.member or self.path.as_posix()).rsplit("/", 1)[-1]

    def called(self, lesson: Lesson) -> str:
        """What it is called in a sentence: from the lesson's folder, if it lies there."""
        inside = self.path.parts[:1] == (lesson.name,) and len(self.path.parts) > 1
        path = self.path.relative_to(lesson.name) if inside else self.path
        return shown_path(path) + (f" ({shown_path(self.member)})" if self.member else "")

    def data(self) -> bytes:
        """What is in it."""
        path = self.root / self.path
        if self.member:
            return read_member(path, self.member)
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()

    def submission(self, lesson: Lesson, student: str) -> Submission:
        """What it is as a notebook; if it is none, the submission says why."""
        try:
            return notebook_from(self.data(), self.called(lesson), lesson, student)
        except Unreadable as reason:
            says = f"{self.called(lesson)} {reason}"
        except OSError as error:
            says = f"{self.called(lesson)} could not be read: {error.strerror or error}"
        return Submission(student, lesson.name, unreadable=says)


def files_of(root: Path, lesson: Lesson) -> list[File]:
    """All that lies in a student's folder and is not another lesson's, links and pipes too."""
    others = _other_lessons(lesson)
    top = [path for path in sorted(root.iterdir()) if bare_name(path.name) not in others]
    found: list[File] = []
    for path in top:
        _list(path, root, MOST_FOLDERS_DEEP, found)
    return found


def _list(path: Path, root: Path, depth: int, found: list[File]) -> None:
    """Add a file to what was found, or the files of a folder."""
    if is_noise(path.name) or len(found) >= MOST_FILES:
        return
    inside = None
    if depth and path.is_dir() and not path.is_symlink():
        with suppress(OSError):
            inside = sorted(path.iterdir())
    if inside is None:
        found.append(File(root, path.relative_to(root)))
    for one in inside or ():
        _list(one, root, depth - 1, found)


def _other_lessons(lesson: Lesson) -> set[str]:
    sources = lesson.root / "solutions"
    names = {path.name for path in sources.iterdir()} if sources.is_dir() else set()
    return {bare_name(name) for name in names} - {bare_name(lesson.name)}


@dataclass(frozen=True)
class Found:
    """What a student's folder holds for a lesson.

    Parameters
    ----------
    taken : (File, Submission) or None
        The one notebook that it certainly is, and what was read of it.
    candidates : tuple of File
        The notebooks it may be.
    remarks : tuple of str
        What there is to say about archives.
    """

    taken: tuple[File, Submission] | None
    candidates: tuple[File, ...]
    remarks: tuple[str, ...] = ()


def find_notebook(files: list[File], lesson: Lesson, student: str) -> Found:
    """The one notebook among a student's files that is certainly the lesson's, if there is one."""
    remarks: list[str] = []
    candidates = [*_candidates(files, lesson, remarks)][:MOST_CANDIDATES]
    given = _given(lesson)
    read = [(file, file.submission(lesson, student)) for file in candidates]
    its = [] if given is None else _fitting(read, given)
    if not its:
        its = [(file, one) for file, one in read if bare_name(file.name) == bare_name(lesson.name)]
    if len({one.cells for _, one in its}) == 1:
        file, one = its[0]
        return Found((file, one), tuple(candidates), tuple(remarks))
    return Found(None, tuple(file for file, _ in its or read), tuple(remarks))


def _fitting(
    read: list[tuple[File, Submission]], given: NotebookNode
) -> list[tuple[File, Submission]]:
    """Those that hold the lesson's cells; of these, those that are worked on, if any are."""
    fitting = [(file, one) for file, one in read if _has_lessons_cells(one, given)]
    return [(file, one) for file, one in fitting if _is_worked_on(one, given)] or fitting


def _candidates(files: list[File], lesson: Lesson, remarks: list[str]) -> Iterator[File]:
    for file in files:
        path = file.root / file.path
        if path.is_symlink() or not path.is_file():
            continue
        if may_be_notebook(file.name, lesson):
            yield file
        elif is_archive(file.name):
            try:
                names, passed_over = files_in(path)
            except (Unreadable, OSError) as reason:
                remarks.append(f"{file.called(lesson)} {reason}")
                continue
            if passed_over:
                remarks.append(_passed_over(passed_over, file.called(lesson)))
            for name in names:
                if is_notebook(name) and not _is_noise_inside(name):
                    yield File(file.root, file.path, name)


def _passed_over(count: int, archive: str) -> str:
    if count == 1:
        why = "was not looked at: it is a link, needs a password, or its name leads elsewhere"
    else:
        why = "were not looked at: they are links, need a password, or their names lead elsewhere"
    return f"{count} of the files in {archive} {why}"


def _is_noise_inside(name: str) -> bool:
    return any(map(is_noise, name.split("/")))


def left_in_archive(file: File, lesson: Lesson) -> tuple[str, ...]:
    """What to say of the other files in the archive that a notebook was taken from."""
    names, _ = files_in(file.root / file.path)
    others = [name for name in names if name != file.member and not _is_noise_inside(name)]
    if not others:
        return ()
    count = f"{len(others)} more file{'s are' if len(others) > 1 else ' is'}"
    return (f"{count} in {shown_path(file.path)}, and not looked at: {shown_path(others[0])}",)


def _given(lesson: Lesson) -> NotebookNode | None:
    """The lesson as students got it; `None` if it is not built."""
    try:
        return _read_once(lesson.student, lesson.student.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=4)
def _read_once(path: Path, changed: int) -> NotebookNode | None:
    notebook = node_of(json.loads(path.read_text(encoding="utf-8")))
    for cell in notebook.cells:
        cell.source = "".join(cell.source)
    return notebook if notebook.cells else None


def _has_lessons_cells(submission: Submission, given: NotebookNode) -> bool:
    """Whether half of a lesson's exercises, or a third of all it asks and checks, is there."""
    chosen = match(submission.cells, given).chosen
    roles = {cell.id: role_of(cell) for cell in given.cells if role_of(cell)}
    exercises = [name for name, role in roles.items() if role == "exercise"]
    there = [name for name in roles if name in chosen]
    answered = [name for name in exercises if name in chosen]
    return 3 * len(there) >= len(roles) or 2 * len(answered) >= len(exercises) > 0


def _is_worked_on(submission: Submission, given: NotebookNode) -> bool:
    """Whether an answer is not as it was given out."""
    chosen = match(submission.cells, given).chosen
    return any(
        plain(submission.cells[chosen[cell.id]].source) != plain(cell.source)
        for cell in given.cells
        if role_of(cell) in ("exercise", "question") and cell.id in chosen
    )
