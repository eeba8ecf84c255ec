"""Collecting: whose notebook is whose, which is the newest, and into `submitted/` with it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

from dateutil import parser as dates
from dateutil import tz

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import TIME
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.sandbox.scratch import held, scratch_folder

from .entries import entries_of
from .hand_ins import Candidate, HandIn, hand_ins, look_into
from .names import Sender
from .record import Origin, read_origins, write_origins
from .roster import Person, Roster, why_no_id

TAKEN, REPLACED, KNOWN = "taken", "newer taken", "known"
OLDER, REFUSED = "older", "not taken"
"""What can become of a file."""

SAYS = {
    TAKEN: "taken",
    REPLACED: "taken",
    KNOWN: "collected before",
    OLDER: "newer kept",
    REFUSED: "not taken",
}
"""The same, as the table says it."""


@dataclass(frozen=True)
class Row:
    """What became of a file, and why."""

    student: str
    file: str
    what: str
    why: str = ""


@dataclass
class Collected:
    """What came of collecting.

    Parameters
    ----------
    rows : list of Row
    missing : list of str
        Students of the roster of whom nothing has been collected, now or before.
    """

    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def count(self, *whats: str) -> int:
        return sum(row.what in whats for row in self.rows)


def collect(
    lesson: Lesson, folder: ClassFolder, places: Sequence[Path], roster: Roster | None = None
) -> Collected:
    """Collect what a class handed in for a lesson.

    Parameters
    ----------
    lesson : Lesson
        Built.
    folder : ClassFolder
        Where `submitted/` lies.
    places : sequence of Path
        Zips, folders and notebooks. Nothing in them is changed.
    roster : Roster, optional
        Who is in the class. By default students are called as the platform calls their files.

    Raises
    ------
    ClassroomError
        If a place is none, or the class's folder cannot be written to.
    """
    if not lesson.student.is_file():
        raise ClassroomError(
            f"{lesson.name} is not built: run `autograder build {lesson.name}` first."
        )
    result = Collected()
    with _alone(folder), scratch_folder() as scratch, ExitStack() as open_files:
        found = [
            (place, one)
            for place in places
            for one in hand_ins(entries_of(place, open_files), place, lesson)
        ]
        wanted = _sorted_out(found, lesson, Path(scratch), roster, result)
        _put_all(folder, lesson, wanted, result)
        there = read_origins(folder, lesson)
    if roster:
        result.missing = [one.id for one in roster.people if one.id not in there]
    result.rows.sort(key=lambda row: (row.student.casefold(), row.file))
    return result


@contextmanager
def _alone(folder: ClassFolder) -> Iterator[None]:
    folder.collected.mkdir(parents=True, exist_ok=True)
    with held(folder.collected) as ours:
        if ours is False:
            raise ClassroomError(
                f"Somebody is collecting into {folder.root} already: wait until that is done."
            )
        yield


def _sorted_out(
    found: Iterable[tuple[Path, HandIn]],
    lesson: Lesson,
    scratch: Path,
    roster: Roster | None,
    result: Collected,
) -> dict[str, list[Candidate]]:
    """The notebooks of each student; what is none is told in `result`."""
    wanted: dict[str, list[Candidate]] = {}
    for number, (_, hand_in) in enumerate(found):
        person = _who(hand_in.sender, roster)
        if isinstance(person, str):
            result.rows.append(Row(hand_in.sender.name, hand_in.called, REFUSED, person))
            continue
        for one in look_into(hand_in, lesson, scratch / str(number)):
            if isinstance(one, Candidate):
                wanted.setdefault(person.id, []).append(_timed(one, person))
            else:
                result.rows.append(Row(person.id, one[0], REFUSED, one[1]))
    return wanted


def _who(sender: Sender, roster: Roster | None) -> Person | str:
    """The student who a sender is; or why that cannot be told."""
    if roster is not None:
        return roster.find(sender)
    name = f"{sender.name}_{sender.number}" if sender.number else sender.name
    reason = why_no_id(name)
    return reason if reason else Person(name, {})


def _timed(one: Candidate, person: Person) -> Candidate:
    """A notebook with the time of handing in, in UTC, if the platform or the roster says it."""
    said = one.origin.time or person.handed_in
    return replace(one, origin=replace(one.origin, time=time_in_utc(said)))


def time_in_utc(said: str) -> str:
    """A time as nbgrader writes it; empty if it is none. Without a zone it is this machine's.

    Examples
    --------
    >>> time_in_utc("2026-01-09 10:00:00 UTC"), time_in_utc("-")
    ('2026-01-09 10:00:00.000000 UTC', '')
    """
    try:
        when = dates.parse(said)
    except (ValueError, OverflowError):
        return ""
    when = (when if when.tzinfo else when.replace(tzinfo=tz.tzlocal())).astimezone(UTC)
    return f"{when:%Y-%m-%d %H:%M:%S.%f} UTC"


def _put_all(
    folder: ClassFolder, lesson: Lesson, wanted: dict[str, list[Candidate]], result: Collected
) -> None:
    """Put the newest notebook of each student into `submitted/`; what was there is kept."""
    for student, candidates in wanted.items():
        newest = _newest(candidates)
        others = [one.origin for one in candidates if one is not newest]
        rivals = [one for one in others if _is_rival(one, newest.origin)]
        older = [one for one in others if one not in rivals]
        result.rows += [_older(student, one, newest.origin) for one in older]
        if rivals:
            result.rows += [_undecided(student, one) for one in (newest.origin, *rivals)]
            continue
        origins = read_origins(folder, lesson)
        row = _put(folder, lesson, student, newest, origins)
        result.rows.append(row)
        if row.what in (TAKEN, REPLACED):
            write_origins(folder, lesson, origins | {student: newest.origin})


def _newest(candidates: Sequence[Candidate]) -> Candidate:
    newest = candidates[0]
    for one in candidates[1:]:
        newest = newest if one.origin.is_older_than(newest.origin) else one
    return newest


def _is_rival(one: Origin, newest: Origin) -> bool:
    """Whether a notebook is as new as the newest, and another."""
    return one.digest != newest.digest and not one.is_older_than(newest)


def _undecided(student: str, one: Origin) -> Row:
    why = "another of the same student is as new: ask which one counts, and collect that one"
    return Row(student, one.path, REFUSED, why)


def _older(student: str, older: Origin, newer: Origin) -> Row:
    if older.digest == newer.digest:
        return Row(student, older.path, OLDER, f"the same as {newer.path}")
    return Row(student, older.path, OLDER, f"{newer.path} is newer")


def _put(
    folder: ClassFolder, lesson: Lesson, student: str, one: Candidate, origins: dict[str, Origin]
) -> Row:
    place, origin = folder.submitted / student / lesson.name, one.origin
    before = origins.get(student)
    late = "late, says the platform" if origin.late else ""
    digest = _digest_in(place, lesson)
    if digest == origin.digest:
        return Row(student, origin.path, KNOWN if before else TAKEN, "" if before else late)
    if digest is not None:
        if before is None or before.digest != digest:
            why = (
                f"submitted/{student}/{lesson.name} is not as it was collected: move it away first"
            )
            return Row(student, origin.path, REFUSED, why)
        if origin.is_older_than(before):
            return Row(student, origin.path, OLDER, f"{before.path} was collected before")
    kept = _keep(folder, lesson, student) if digest is not None else None
    _write(place, lesson, one)
    if kept is None:
        return Row(student, origin.path, TAKEN, late)
    why = f"newer; the one before is in {kept.relative_to(folder.root)}"
    return Row(student, origin.path, REPLACED, "; ".join(filter(None, (late, why))))


def _digest_in(place: Path, lesson: Lesson) -> str | None:
    """The digest of the notebook in a folder; empty if there is something else, `None` if not."""
    if not place.is_symlink() and not place.exists():
        return None
    notebook = place / f"{lesson.name}.ipynb"
    if place.is_symlink() or notebook.is_symlink() or not notebook.is_file():
        return ""
    with notebook.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(folder: ClassFolder, lesson: Lesson, student: str) -> Path:
    """Move what was collected before aside, where it stays."""
    root, number = folder.collected / lesson.name / student, 1
    while (root / str(number)).exists():
        number += 1
    root.mkdir(parents=True, exist_ok=True)
    (folder.submitted / student / lesson.name).rename(root / str(number))
    return root / str(number)


def _write(place: Path, lesson: Lesson, one: Candidate) -> None:
    """Write a folder aside, and let it appear as a whole."""
    aside = place.with_name(f".collecting-{place.name}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        shutil.copyfile(one.notebook, aside / f"{lesson.name}.ipynb")
        for path in one.beside:
            if path.is_file() and not path.is_symlink():
                shutil.copyfile(path, aside / path.name)
        if one.origin.time:
            (aside / TIME).write_text(one.origin.time, encoding="utf-8")
        aside.rename(place)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
