"""The list of a class, `students.csv`, in the columns that Canvas, Moodle and nbgrader export."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.classroom.shown import is_name, shown
from autograder.classroom.submissions import MOST_BYTES_OF_A_NAME, MOST_IN_A_NAME
from autograder.lessons.errors import ClassroomError

from .names import Sender

FILE = "students.csv"

IDS = (
    *("studentid", "sisloginid", "username", "idnumber", "sisuserid", "githubusername"),
    *("emailaddress", "email", "id", "identifier"),
)
"""Columns that may hold what a student is called in a class, the best first, without spaces."""

NUMBERS = {"canvas": ("id",), "moodle": ("identifier", "participantnumber")}
"""Columns with the number that a platform writes into file names."""

ACCOUNTS = (*IDS, "githubid")
"""Columns by which a folder may be called."""

NAMES = ("student", "fullname", "name", "studentname")
FIRST, LAST = ("firstname", "givenname"), ("lastname", "surname", "familyname")

TIMES = ("lastmodifiedsubmission",)
"""The column in which Moodle's grading worksheet says when something was handed in."""

NOBODY = ("pointspossible", "studenttest", "teststudent")
"""Rows in Canvas's exports that are nobody's."""

READ = frozenset((*ACCOUNTS, *NAMES, *FIRST, *LAST, *TIMES, *sum(NUMBERS.values(), ())))
"""Columns that say something here."""

MOST_BYTES = 10_000_000

MARKS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
"""What a text begins with that is in another form than UTF-8, the longest first."""

SEPARATOR = re.compile(r"\Asep=.\r?\n")
"""The line in which Excel says what parts the cells."""


def squashed(text: str) -> str:
    """A name with nothing but its letters and digits, in small letters.

    Examples
    --------
    >>> squashed("O'Neil, Zoë"), squashed("  Points Possible")
    ('oneilzoë', 'pointspossible')
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if unicodedata.category(c)[0] in "LMN")


@dataclass(frozen=True)
class Person:
    """A student of the class.

    Parameters
    ----------
    id : str
        What the student is called in `submitted/` and in the gradebook.
    row : dict
        All columns as they stand in the file.
    """

    id: str
    row: dict[str, str] = field(hash=False)

    def first(self, columns: Iterable[str]) -> str:
        """What stands in the first of some columns that is not empty."""
        short = {squashed(name): value for name, value in self.row.items()}
        return next((short[name] for name in columns if short.get(name)), "")

    @property
    def name(self) -> str:
        """The full name, as the file has it."""
        first, last = self.first(FIRST), self.first(LAST)
        return self.first(NAMES) or f"{first} {last}".strip()

    @property
    def handed_in(self) -> str:
        """When something was handed in, in the words of Moodle's grading worksheet."""
        return self.first(TIMES)

    def number(self, platform: str) -> str:
        """The number that a platform knows the student by."""
        value = self.first(NUMBERS.get(platform, ()))
        return "".join(c for c in value if c.isdigit()) if platform == "moodle" else value

    def names(self) -> set[str]:
        """The ways in which the name may be written, squashed: any part may come first."""
        first, last = self.first(FIRST), self.first(LAST)
        written = {squashed(first + last), squashed(last + first)} if first or last else set()
        parts = self.first(NAMES).replace(",", " , ").split()
        turns = [parts[at:] + parts[:at] for at in range(len(parts))]
        return (written | {squashed("".join(turn)) for turn in turns}) - {""}

    def accounts(self) -> set[str]:
        """What a folder of the student's may be called, squashed."""
        values = [self.id, *(self.first((column,)) for column in ACCOUNTS)]
        values += [value.partition("@")[0] for value in values if "@" in value]
        return {squashed(value) for value in values} - {""}


@dataclass(frozen=True)
class Roster:
    """The students of a class, and the file that lists them.

    `possible` holds the most points of each column, in which Canvas says them.
    """

    people: tuple[Person, ...]
    path: Path
    columns: tuple[str, ...] = ()
    possible: dict[str, str] = field(default_factory=dict, hash=False)

    def of(self, student: str) -> Person | None:
        """The row of somebody by id."""
        return next((person for person in self.people if person.id == student), None)

    def find(self, sender: Sender) -> Person | str:
        """Who a sender is; or, if that cannot be told, why not."""
        numbered = [p for p in self.people if sender.number and _has_number(p, sender)]
        if numbered:
            return numbered[0]
        key = squashed(sender.name)
        called = [person for person in self.people if key in person.names()]
        if sender.platform in ("folder", "nbgrader"):
            called = [p for p in self.people if key in p.accounts()] or called
        called = [p for p in called if not _has_another(p, sender)]
        if len(called) == 1:
            return called[0]
        number = f" and none has the number {sender.number}" if sender.number else ""
        if called:
            return f"{len(called)} students in {self.path.name} are called so{number}"
        return (
            f"nobody in {self.path.name} is called so{number}: "
            "add a row for the student, and collect again"
        )


def _has_number(person: Person, sender: Sender) -> bool:
    return person.number(sender.platform) == sender.number


def _has_another(person: Person, sender: Sender) -> bool:
    """Whether the platform knows the person by another number, so it is somebody of that name."""
    return bool(sender.number and person.number(sender.platform))


def read_roster(path: Path) -> Roster:
    """Read the list of a class.

    Raises
    ------
    ClassroomError
        If it cannot be read, or does not say what students are called.
    """
    name = shown(str(path))
    if path.exists() and not path.is_file():
        raise ClassroomError(f"{name} is no file: the list of students is a table, as CSV.")
    if not path.is_file():
        raise ClassroomError(f"There is no list of students {name}: export it from your platform.")
    if path.stat().st_size > MOST_BYTES:
        raise ClassroomError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB: no list is.")
    rows, names = table_of(path)
    people = tuple(_people(rows, path.name))
    if not people:
        raise ClassroomError(
            f"{name} lists nobody: its first line names the columns, for instance "
            "`Student,ID,SIS Login ID` (Canvas) or `Identifier,Full name,Username` (Moodle). "
            "Where they are in another language, export it in English, or name them so."
        )
    if double := _double(person.id for person in people):
        raise ClassroomError(f"{name} lists {double!r} twice: every student has one row.")
    for columns in NUMBERS.values():
        if double := _double(filter(None, (person.first(columns) for person in people))):
            raise ClassroomError(
                f"{name} has the number {double!r} twice: every student has one of their own."
            )
    return Roster(people, path, tuple(names), _possible(rows))


def _possible(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    """The row in which Canvas says the most points of each column."""
    return next((row for row in rows if squashed(Person("", row).name) == NOBODY[0]), {})


def table_of(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of a CSV file by column, and its columns, whatever wrote it."""
    text = SEPARATOR.sub("", text_of(path.read_bytes()).lstrip("\r\n"))
    line = text.partition("\n")[0]
    parted = max(",;\t", key=line.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=parted, strict=False)
        rows = [_row(row) for row in reader]
    except csv.Error as error:
        raise ClassroomError(f"{shown(str(path))} is no table: {error}.") from None
    columns = [name.strip() for name in reader.fieldnames or ()]
    if double := _double(name for name in columns if squashed(name) in READ):
        raise ClassroomError(f"{shown(str(path))} has two columns {double!r}: rename one of them.")
    return rows, columns


def _row(row: dict) -> dict[str, str]:
    return {name.strip(): (value or "").strip() for name, value in row.items() if name is not None}


def text_of(data: bytes) -> str:
    """A text as it was meant, in whatever form a spreadsheet of the West or of Korea saves it.

    Examples
    --------
    >>> text_of("김".encode("cp949")), text_of("Zoë".encode("cp1252"))
    ('김', 'Zoë')
    """
    form = _form(data)
    if form:
        return data.decode(form, "replace").removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return korean(data) or data.decode("cp1252", "replace")


def _form(data: bytes) -> str:
    """The form of a text that says it by a mark, or by the zeros between its letters."""
    for mark, form in MARKS.items():
        if data.startswith(mark):
            return form
    head = data[:400]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= len(head) // 8:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def korean(data: bytes) -> str:
    """A text in Korean Windows's own form; nothing if that gives other letters than Korean's."""
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return ""
    # One letter of the West and what follows it may look like a rare syllable, two do not.
    pairs = all(len(run) % 2 == 0 for run in re.findall(rb"[\x80-\xff]+", data))
    return text if pairs and all(c.isascii() or "가" <= c <= "힣" for c in text) else ""


def _people(rows: Iterable[dict[str, str]], file: str) -> Iterator[Person]:
    for number, row in enumerate(rows, 2):
        person = Person("", row)
        if squashed(person.name) in NOBODY or not any(row.values()):
            continue
        name = person.first(IDS) or person.name
        if not name:
            continue
        if reason := why_no_id(name):
            raise ClassroomError(
                f"{file}, line {number}: {name[:40]!r} {reason}. "
                "The column that says what students are called is to be named Username."
            )
        yield Person(name, row)


def why_no_id(name: str) -> str:
    """Why a folder and a row of the gradebook cannot be called by a name; nothing if they can."""
    if "/" in name or "\\" in name or name.startswith(".") or not is_name(name):
        return "cannot be the name of a folder"
    if len(name) > MOST_IN_A_NAME or len(name.encode("utf-8", "replace")) > MOST_BYTES_OF_A_NAME:
        return "is a longer name than a gradebook has room for"
    return ""


def _double(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            return name
        seen.add(name.casefold())
    return ""
