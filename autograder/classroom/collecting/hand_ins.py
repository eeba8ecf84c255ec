"""What one student handed in at one place: which of the files is the lesson's notebook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.classroom.archives import is_archive
from autograder.classroom.finding import File, files_of, find_notebook, may_be_notebook, shown_path
from autograder.classroom.finding import is_notebook as called_notebook
from autograder.lessons.course import Lesson
from autograder.running.files_beside import candidates
from autograder.running.handed_in import Unreadable

from .entries import Entry
from .names import Named, Sender, in_folder, named, resubmission, without_wrapper
from .record import Origin

MOST_FILES, MOST_BYTES = 500, 200_000_000
"""Files of one hand-in that are looked at, and bytes of all."""


@dataclass
class HandIn:
    """What one sender handed in at a place: for each file, what its path says."""

    sender: Sender
    place: str
    files: list[tuple[Entry, Named]] = field(default_factory=list)

    @property
    def called(self) -> str:
        """What it is called in a table: its file, or the folder of its files."""
        paths = [entry.path for entry, _ in self.files]
        return paths[0] if len(paths) == 1 else f"{paths[0].rpartition('/')[0] or paths[0]}"


class _Refused(Exception):
    """Why a file of a hand-in cannot be read."""

    def __init__(self, reason: str, path: str) -> None:
        super().__init__(reason)
        self.path = path


@dataclass(frozen=True)
class Candidate:
    """A notebook of the lesson, laid out with what goes with it."""

    notebook: Path
    beside: tuple[Path, ...]
    origin: Origin


def hand_ins(entries: Iterable[Entry], place: Path, lesson: Lesson) -> list[HandIn]:
    """What lies in a place, by who handed it in; what is for another lesson is left out."""
    entries = list(entries)
    depth = without_wrapper([entry.parts for entry in entries], lesson)
    found: dict[Sender, HandIn] = {}
    for entry in entries:
        parts = entry.parts[depth:] or ("?",)
        says = named(parts) or in_folder(parts, lesson)
        if says.lesson in ("", lesson.name):
            one = found.setdefault(says.sender, HandIn(says.sender, place.name))
            one.files.append((entry, says))
    return [one for one in found.values() if not _is_nobodys(one, lesson)]


def _is_nobodys(hand_in: HandIn, lesson: Lesson) -> bool:
    """Whether it is a file beside students' folders that is no notebook, such as a README."""
    if hand_in.sender.platform != "folder":
        return False
    return all(
        len(entry.parts) == 1 and not (_may_hold_one(entry.path, lesson))
        for entry, _ in hand_in.files
    )


def _may_hold_one(name: str, lesson: Lesson) -> bool:
    return may_be_notebook(name, lesson) or is_archive(name)


def look_into(
    hand_in: HandIn, lesson: Lesson, scratch: Path
) -> Iterator[Candidate | tuple[str, str]]:
    """The notebooks of a lesson in a hand-in; for what is none, its name and the reason."""
    refused = [(entry, entry.refused) for entry, _ in hand_in.files if entry.refused]
    yield from ((entry.path, reason) for entry, reason in refused)
    sound = [(entry, says) for entry, says in hand_in.files if not entry.refused]
    if not sound:
        return
    for at, files in enumerate(_tries(sound, hand_in, lesson)):
        yield _notebook_in(files, hand_in, lesson, scratch / str(at))


def _tries(
    files: list[tuple[Entry, Named]], hand_in: HandIn, lesson: Lesson
) -> Iterator[list[tuple[Entry, Named]]]:
    """Which files are looked at together: Canvas puts all that somebody ever sent side by side."""
    notebooks = [pair for pair in files if _may_hold_one(pair[1].inside, lesson)]
    if hand_in.sender.platform != "canvas" or len(notebooks) < 2:
        yield files
        return
    others = [pair for pair in files if pair not in notebooks]
    for pair in notebooks:
        yield [pair, *others]


def _notebook_in(
    files: list[tuple[Entry, Named]], hand_in: HandIn, lesson: Lesson, scratch: Path
) -> Candidate | tuple[str, str]:
    called = files[0][0].path if len(files) == 1 else hand_in.called
    try:
        laid_out = _lay_out(files, scratch)
    except _Refused as refused:
        return refused.path, f"it {refused}"
    except OSError as error:
        return called, f"it could not be read ({error.strerror or error})"
    found = find_notebook(files_of(scratch, lesson), lesson, hand_in.sender.name)
    if found.taken is None:
        return called, _nothing(found.candidates, found.remarks, laid_out, scratch, lesson)
    file, submission = found.taken
    if submission.unreadable:
        return called, submission.unreadable
    return _candidate(file, laid_out, hand_in, scratch)


def _lay_out(files: list[tuple[Entry, Named]], scratch: Path) -> dict[Path, tuple[Entry, Named]]:
    """Write files into a folder of their own, by the names that they have in their hand-in."""
    room, laid_out = MOST_BYTES, {}
    for number, (entry, says) in enumerate(files[:MOST_FILES]):
        path = scratch / says.inside
        if path in laid_out or len(path.name.encode()) > 255:
            path = scratch / f"{number}" / says.inside[-40:].rpartition("/")[2]
        try:
            data = entry.read()
        except Unreadable as reason:
            raise _Refused(str(reason), entry.path) from None
        room -= len(data)
        if room < 0:
            raise _Refused(f"holds more than {MOST_BYTES // 1_000_000} MB", entry.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        laid_out[path] = entry, says
    return laid_out


def _nothing(
    found: tuple[File, ...],
    remarks: tuple[str, ...],
    laid_out: dict[Path, tuple[Entry, Named]],
    scratch: Path,
    lesson: Lesson,
) -> str:
    """Why no notebook was taken."""
    fitting = [file.called(lesson) for file in found if called_notebook(file.name)]
    if len(fitting) > 1 and _is_asked(found, lesson):
        names = " and ".join(fitting[:3])
        return f"{names} may both be it: ask which one counts, and collect that one"
    if remarks:
        return "; ".join(remarks)
    names = [shown_path(path.relative_to(scratch)) for path in laid_out][:3]
    return f"it holds no notebook of {lesson.name}, only {', '.join(names)}"


def _is_asked(found: tuple[File, ...], lesson: Lesson) -> bool:
    """Whether several notebooks really hold the lesson's cells, and not just any."""
    alone = [find_notebook([file], lesson, "").taken for file in found if not file.member]
    return sum(one is not None for one in alone) > 1


def _candidate(
    file: File, laid_out: dict[Path, tuple[Entry, Named]], hand_in: HandIn, scratch: Path
) -> Candidate:
    path = file.root / file.path
    entry, says = laid_out[path]
    data = file.data()
    notebook = path
    if file.member:
        notebook = scratch / "from an archive" / "notebook.ipynb"
        notebook.parent.mkdir()
        notebook.write_bytes(data)
    sender = hand_in.sender
    return Candidate(
        notebook,
        tuple(candidates(path.parent)),
        Origin(
            *(sender.platform, sender.name, sender.number, entry.path, hand_in.place, says.file),
            resubmission=resubmission(says.inside) if sender.platform == "canvas" else 0,
            time=sender.time,
            changed=entry.changed,
            late=sender.late,
            digest=hashlib.sha256(data).hexdigest(),
        ),
    )
