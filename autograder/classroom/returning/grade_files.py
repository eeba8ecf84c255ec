"""The grade files of Canvas and Moodle. Points are written as they are, never rounded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from autograder.classroom.collecting import Origin, Roster
from autograder.classroom.collecting.roster import Person, squashed
from autograder.classroom.shown import csv_cell

CANVAS, MOODLE = "canvas", "moodle"

OWN_NUMBER = re.compile(r"\s*\(\d+\)\s*$")
"""What Canvas puts behind the name of an assignment."""

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE_COLUMNS = (
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
    "Feedback comments",
)

LEAST = Decimal("1e-9")
"""What sums of points in binary are off by at most."""


def exact(points: float) -> str:
    """Points with all their decimals, without what binary numbers add to them.

    Examples
    --------
    >>> exact(0.1 + 0.2), exact(38), exact(2.6666), exact(1 / 3)
    ('0.3', '38', '2.6666', '0.333333333')
    """
    number = Decimal(repr(points)).quantize(LEAST)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") or "0"


@dataclass(frozen=True)
class Line:
    """One student's line: how the platform knows the student, and the points to write.

    `page_of` is whoever handed in for the group; empty if the student did.
    """

    student: str
    person: Person | None
    origin: Origin | None
    points: str
    page_of: str = ""


def safe(text: str) -> str:
    """A cell that a spreadsheet takes for text; a lone dash is what Moodle writes for nothing."""
    return text if text == "-" else csv_cell(text)


def is_canvas(columns: Sequence[str]) -> bool:
    """Whether a list has the columns that Canvas knows students by."""
    short = {squashed(name) for name in columns}
    return {"student", "id"} <= short


def is_moodle(columns: Sequence[str]) -> bool:
    """Whether a list has the column that Moodle's grading worksheet knows students by."""
    return "identifier" in {squashed(name) for name in columns}


def column_of(lesson: str, columns: Sequence[str]) -> str | None:
    """The column of an assignment that is called like the lesson, in a list of Canvas's.

    Examples
    --------
    >>> column_of("02-filters", ["Student", "02 Filters (4711)"])
    '02 Filters (4711)'
    """
    names = (name for name in columns if squashed(OWN_NUMBER.sub("", name)) == squashed(lesson))
    return next(names, None)


def canvas_file(lines: Sequence[Line], lesson: str, roster: Roster | None) -> str:
    """What Canvas's gradebook imports."""
    column = column_of(lesson, roster.columns if roster else ()) or lesson
    rows = []
    for line in lines:
        person = line.person
        known = (
            [person.first((squashed(name),)) for name in CANVAS_COLUMNS]
            if person
            else [line.origin.name if line.origin else line.student, "", "", "", ""]
        )
        known[1] = known[1] or (line.origin.number if line.origin else "")
        rows.append([*map(safe, known), line.points])
    return _csv([[*CANVAS_COLUMNS, safe(column)], *rows])


def moodle_file(lines: Sequence[Line], most: str, roster: Roster | None) -> str:
    """What Moodle takes for *Upload grading worksheet*; columns of the list are kept."""
    columns = roster.columns if roster and is_moodle(roster.columns) else MOODLE_COLUMNS
    return _csv([[*map(safe, columns)], *(_moodle_row(line, columns, most) for line in lines)])


def _moodle_row(line: Line, columns: Sequence[str], most: str) -> list[str]:
    row = line.person.row if line.person else {}
    origin = line.origin
    ours = {
        "identifier": f"Participant {origin.number}" if origin else "",
        "fullname": origin.name if origin else line.student,
        "maximumgrade": most,
    }
    cells = [row.get(name) or ours.get(squashed(name), "") for name in columns]
    return [
        line.points if squashed(name) == "grade" else safe(cell)
        for name, cell in zip(columns, cells, strict=True)
    ]


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def maximum(platform: str, lesson: str, roster: Roster | None) -> str:
    """The most points that a platform's own list gives for a lesson; empty if it does not say."""
    if roster is None:
        return ""
    if platform == MOODLE:
        return next(iter(p.row.get("Maximum Grade", "") for p in roster.people), "")
    column = column_of(lesson, roster.columns)
    return roster.possible.get(column, "") if column else ""


def page_name(lesson: str, origin: Origin, platform: str) -> str:
    """What a platform expects a page to be called that goes back with a hand-in.

    Examples
    --------
    >>> ada = Origin("canvas", "lovelaceada", "47", "all/lovelaceada_LATE_47_90_a.ipynb", "x.zip")
    >>> page_name("02-filters", ada, "canvas")
    'lovelaceada_LATE_47_90_a.html'
    >>> page_name("02-filters", Origin("moodle", "Ada L", "47", "x", "x.zip"), "moodle")
    'Ada L_47_assignfeedback_file_02-filters.html'
    """
    if platform == CANVAS:
        name = origin.path.rpartition("/")[2]
        for ending in (".txt", ".json", ".ipynb", ".zip"):
            name = name.removesuffix(ending)
        return f"{name}.html"
    return f"{origin.name}_{origin.number}_assignfeedback_file_{lesson}.html"
