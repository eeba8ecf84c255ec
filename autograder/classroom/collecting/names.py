"""What a path in a download says of who handed it in, by the schemes of the platforms.

| | |
|---|---|
| Canvas | `lovelaceada_LATE_4711_90210_02-filters-1.ipynb`: sortable name in small letters, whether
it was late, the user's number or `anon_` and five letters, the file's number, its own name with
the number of a resubmission |
| Moodle | `Ada Lovelace_4711_assignsubmission_file_/02-filters.ipynb`, since 4.1 without the last
`_`, or the same in one name: full name, participant's number, plugin |
| nbgrader | `ada+02-filters+2026-01-09 10:00:00 UTC+key/02-filters.ipynb`, in `inbound/` |
| a folder | `ada/…`, and GitHub Classroom's clones: `02-filters-ada/…` |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.classroom.finding import bare_name
from autograder.lessons.course import Lesson

CANVAS = re.compile(
    r"^(?:(?P<name>.+?)_)??(?P<late>LATE_)?(?P<number>\d+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<file>\d+)_(?P<inside>.+)|(?P<typed>(?:text|link)\.html))$"
)
MOODLE = re.compile(
    r"^(?P<name>[^_]+)_(?P<number>\d+)_(?P<kind>assign[a-z]+_[a-z]+)(?:_(?P<inside>.*))?$"
)
EXCHANGE = re.compile(r"^(?P<name>[^+]+)\+(?P<lesson>[^+]+)\+(?P<time>\d{4}-[^+]+)(?:\+[^+]*)?$")
RESUBMISSION = re.compile(r"-(\d{1,3})(?:\.[A-Za-z]+)*$")


@dataclass(frozen=True)
class Sender:
    """Who handed something in, and what a platform says of it.

    Parameters
    ----------
    platform : str
        `"canvas"`, `"moodle"`, `"nbgrader"` or `"folder"`.
    name : str
        As the platform writes it in file names.
    number : str
        The platform's own, of the student; empty if there is none.
    time : str
        When it was handed in; empty if that is not known.
    late : bool
        Whether the platform marked it as late.
    """

    platform: str
    name: str
    number: str = ""
    time: str = ""
    late: bool = False


@dataclass(frozen=True)
class Named:
    """What a path says: its sender, its name within the hand-in, and the file's own number."""

    sender: Sender
    inside: str
    file: int = 0
    lesson: str = ""


def named(parts: Sequence[str]) -> Named | None:
    """What a path says by the schemes of Canvas, Moodle and nbgrader; `None` if it fits none.

    Examples
    --------
    >>> found = named(["lovelaceada_LATE_4711_90210_02-filters-1.ipynb"])
    >>> found.sender.name, found.sender.number, found.sender.late, found.file, found.inside
    ('lovelaceada', '4711', True, 90210, '02-filters-1.ipynb')
    >>> named(["李 小龍_12_assignsubmission_file_", "a.ipynb"]).sender.name
    '李 小龍'
    """
    for at, part in enumerate(parts):
        beneath = "/".join(parts[at + 1 :])
        if found := MOODLE.match(part):
            inside = "/".join(filter(None, (found["inside"], beneath)))
            return Named(Sender("moodle", found["name"], found["number"]), inside)
        if beneath and (found := EXCHANGE.match(part)):
            sender = Sender("nbgrader", found["name"], time=found["time"])
            return Named(sender, beneath, lesson=found["lesson"])
    return _canvas(parts[0]) if len(parts) == 1 else None


def _canvas(name: str) -> Named | None:
    found = CANVAS.match(name)
    if not found or not (found["name"] or found["number"].startswith("anon_")):
        return None
    number = found["number"].removeprefix("anon_")
    sender = Sender("canvas", found["name"] or number, number, late=bool(found["late"]))
    return Named(sender, found["inside"] or found["typed"], int(found["file"] or 0))


def in_folder(parts: Sequence[str], lesson: Lesson) -> Named:
    """What a path says in a folder of students' folders, clones or notebooks."""
    name = parts[0]
    if len(parts) == 1:
        name = name.partition(".")[0]
    return Named(Sender("folder", _without_lesson(name, lesson)), "/".join(parts[1:]) or parts[0])


def _without_lesson(name: str, lesson: Lesson) -> str:
    """The name of a clone without the assignment's, which GitHub Classroom puts before it."""
    start = lesson.name.lower()
    rest = name[len(start) :]
    return rest[1:] if name.lower().startswith(start) and rest[:1] in ("-", "_") else name


def without_wrapper(paths: Iterable[Sequence[str]], lesson: Lesson) -> int:
    """How many folders all of some paths lie in, before the students' own begin.

    Examples
    --------
    >>> from pathlib import Path
    >>> without_wrapper([("all", "ada", "x"), ("all", "bob", "x")], Lesson("01-small", Path()))
    1
    """
    paths, depth = list(paths), 0
    while paths and all(len(path) > depth + 2 or _is_canvas(path[depth + 1 :]) for path in paths):
        if len({path[depth] for path in paths}) > 1:
            break
        below = {path[depth + 1] for path in paths}
        if all(_is_canvas(path[depth + 1 :]) for path in paths):
            return depth + 1
        if len(below) == 1 and bare_name(paths[0][depth]) != bare_name(lesson.name):
            break
        depth += 1
    return depth


def _is_canvas(path: Sequence[str]) -> bool:
    return len(path) == 1 and _canvas(path[0]) is not None


def resubmission(name: str) -> int:
    """The number that Canvas puts behind the name of a file that was handed in again.

    Examples
    --------
    >>> resubmission("02-filters-3.ipynb"), resubmission("02-filters.ipynb")
    (3, 0)
    """
    found = RESUBMISSION.search(name)
    return int(found[1]) if found else 0
