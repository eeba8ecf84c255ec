"""Writing what goes back to a platform: its grade file, and a zip of pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from autograder.classroom.collecting import Origin, Roster, read_origins
from autograder.classroom.folder import ClassFolder
from autograder.classroom.grades import Grade
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.written import WrittenFiles

from .grade_files import (
    CANVAS,
    MOODLE,
    Line,
    canvas_file,
    exact,
    is_canvas,
    is_moodle,
    maximum,
    moodle_file,
    page_name,
)

SAME_TIME = (2026, 1, 1, 0, 0, 0)
"""Of all pages in a zip, so that the same pages make the same zip."""

RECORD = "returned.json"


@dataclass
class Returned:
    """What was written to be given back.

    Parameters
    ----------
    platform : str
    grades, pages : Path
        The grade file, and the zip of pages.
    lines : list of Line
        What the grade file says, by student.
    told : list of str
        Sentences on who has no grade or page in it, and why.
    kept : list of str
        Sentences on files that a person had changed.
    """

    platform: str
    grades: Path
    pages: Path
    lines: list[Line] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def by_hand(self) -> Path:
        """Where pages lie that the zip cannot hold."""
        return self.pages.with_name("by-hand")


def give_back(
    folder: ClassFolder,
    lesson: Lesson,
    grades: Sequence[Grade],
    roster: Roster | None = None,
    *,
    platform: str = "",
    scale: bool = False,
    unmarked: bool = False,
) -> Returned:
    """Write a lesson's grades and pages for the platform that they came from.

    Parameters
    ----------
    folder, lesson, grades
        Of the class: all grades of the lesson.
    roster : Roster, optional
        The list that the platform exported; its own columns go back.
    platform : str
        `"canvas"` or `"moodle"`; by default where the notebooks came from.
    scale : bool
        Whether points are turned into shares of the platform's maximum, where that is another.
    unmarked : bool
        Whether grades count in which a person has yet to mark something.

    Raises
    ------
    ClassroomError
        If nobody can tell which platform it is, or its maximum is another.
    """
    origins = read_origins(folder, lesson)
    platform = platform or _platform(origins.values(), roster)
    most = max((grade.max_points for grade in grades), default=0.0)
    factor, said = _factor(platform, lesson, most, roster, scale)
    place = folder.root / "returned" / lesson.name
    result = Returned(platform, place / f"grades-{platform}.csv", place / f"pages-{platform}.zip")
    if factor != 1:
        result.told.append(
            f"Points are converted: {exact(most)} are {said} there, to nine decimals"
        )
    final = [grade for grade in grades if unmarked or not grade.to_mark]
    result.lines = list(_lines(final, origins, roster, platform, factor, result.told))
    _tell(result, grades, final, roster)
    text = (
        canvas_file(result.lines, lesson.name, roster)
        if platform == CANVAS
        else moodle_file(result.lines, said, roster)
    )
    files = WrittenFiles(folder.root, folder.logs / RECORD)
    files.write(result.grades, text.encode("utf-8-sig" if platform == CANVAS else "utf-8"))
    pages = _pages(folder, lesson, result)
    files.write(result.pages, _zip_of(lesson, platform, pages))
    for line, page in _by_hand(pages):
        files.write(result.by_hand / f"{line.student}.html", page.read_bytes())
    result.kept = files.save().kept_sentences(folder.root)
    return result


def _platform(origins: Iterable[Origin], roster: Roster | None) -> str:
    found = {origin.platform for origin in origins} & {CANVAS, MOODLE}
    if not found and roster:
        tests = {CANVAS: is_canvas, MOODLE: is_moodle}
        found = {name for name, is_its in tests.items() if is_its(roster.columns)}
    if len(found) != 1:
        raise ClassroomError(
            "Nobody can tell which platform the grades go to: say --to canvas or --to moodle."
        )
    return found.pop()


def _factor(
    platform: str, lesson: Lesson, most: float, roster: Roster | None, scale: bool
) -> tuple[Decimal, str]:
    """What points are multiplied by, and the maximum that is written."""
    ours, said = Decimal(exact(most)), maximum(platform, lesson.name, roster)
    try:
        theirs = Decimal(said.replace(",", "."))
    except InvalidOperation:
        return Decimal(1), exact(most)
    if theirs == ours or not ours:
        return Decimal(1), said
    if not scale:
        raise ClassroomError(
            f"{lesson.name} has {ours:f} points and {platform.capitalize()} gives at most "
            f"{said} for it: change that there and export the list again, or say --scale to "
            "have points converted."
        )
    return theirs / ours, said


def _lines(
    grades: Iterable[Grade],
    origins: Mapping[str, Origin],
    roster: Roster | None,
    platform: str,
    factor: Decimal,
    told: list[str],
) -> Iterable[Line]:
    for grade in grades:
        origin = origins.get(grade.student)
        if origin and origin.platform != platform:
            origin = None
        person = roster.of(grade.student) if roster else None
        number = (person.number(platform) if person else "") or (origin.number if origin else "")
        if not number:
            told.append(
                f"{grade.student} is not in the grade file: "
                f"nobody knows the number that {platform.capitalize()} gave the student"
            )
            continue
        if origin is None and person and platform == MOODLE:
            origin = Origin(MOODLE, person.name, number, "", "")  # all that a page's name needs
        points = exact(float(Decimal(exact(grade.points)) * factor))
        yield Line(grade.student, person, origin, points, grade.handed_in_by)


def _tell(
    result: Returned, grades: Sequence[Grade], final: Sequence[Grade], roster: Roster | None
) -> None:
    waiting = [grade.student for grade in grades if grade not in final]
    if waiting:
        result.told.append(
            f"{_students(waiting)} left out until a person has marked all answers "
            "(--unmarked takes the points as they stand)"
        )
    known = {grade.student for grade in grades}
    absent = [one.id for one in roster.people if one.id not in known] if roster else []
    if absent:
        result.told.append(f"{_students(absent)} without a grade: nothing was graded of them")


def _students(names: Sequence[str]) -> str:
    count = f"{len(names)} {'student' if len(names) == 1 else 'students'}"
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{count} ({', '.join(names[:5])}{more})"


def _pages(folder: ClassFolder, lesson: Lesson, result: Returned) -> list[tuple[Line, Path]]:
    """The pages of all who are in the grade file; who has none is told."""
    found = []
    for line in result.lines:
        page = folder.feedback / (line.page_of or line.student) / lesson.name
        page /= f"{lesson.name}.html"
        if page.is_file():
            found.append((line, page))
        else:
            result.told.append(
                f"No page of {line.student} is in the zip: "
                "there is none, so run `autograder feedback` first"
            )
    if alone := [line.student for line, _ in _by_hand(found)]:
        result.told.append(
            f"The zip has no page for {_students(alone)}: {result.platform.capitalize()} takes "
            "one there only for a file that was handed in on it. Attach "
            f"{'it' if len(alone) == 1 else 'them'} by hand, from {result.by_hand}"
        )
    return found


def _by_hand(pages: Iterable[tuple[Line, Path]]) -> list[tuple[Line, Path]]:
    """The pages for which a platform expects no name."""
    return [(line, page) for line, page in pages if line.origin is None]


def _zip_of(lesson: Lesson, platform: str, pages: Iterable[tuple[Line, Path]]) -> bytes:
    """A zip of pages, by the names that a platform expects."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for line, page in pages:
            if line.origin is not None:
                info = zipfile.ZipInfo(page_name(lesson.name, line.origin, platform), SAME_TIME)
                info.external_attr = 0o644 << 16
                archive.writestr(info, page.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
