"""How the lessons of a class add up: `course.toml` in its folder.

drop-lowest = 1                      # of each student's lessons, the worst does not count
extra-credit = ["09-after-vgg"]      # what it earns comes on top

[weights]                            # without it, a lesson weighs as much as it has points
"02-filters" = 1
"08-vgg" = 2
"09-after-vgg" = 0.5

[groups]                             # one hands in for all: for all lessons
north = ["ada", "bob"]

[groups."08-vgg"]                    # or for one
south = ["cleo", "dan"]
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from autograder.lessons.errors import ClassroomError

from .folder import ClassFolder
from .grades import Grade

FILE, ALL = "course.toml", "*"

KEYS = ("drop-lowest", "extra-credit", "weights", "groups")

Groups = dict[str, tuple[str, ...]]
"""Students by the name of their group."""


@dataclass(frozen=True)
class Rules:
    """What `course.toml` says.

    Parameters
    ----------
    drop_lowest : int
        How many lessons of each student do not count: those with the smallest share of points.
    extra_credit : frozenset of str
        Lessons that can only add.
    weights : dict or None
        By lesson; `None` if every lesson weighs as much as it has points.
    groups : dict
        By lesson, or `*` for all.
    """

    drop_lowest: int = 0
    extra_credit: frozenset[str] = frozenset()
    weights: Mapping[str, Fraction] | None = None
    groups: Mapping[str, Groups] = field(default_factory=dict)

    def shared(self, lesson: str, grades: Iterable[Grade]) -> list[Grade]:
        """All grades of a lesson: whoever has handed in nothing gets what the group has earned.

        Whoever has handed in keeps that grade; where several of a group have, the others get the
        best one.
        """
        own = {grade.student: grade for grade in grades}
        found = dict(own)
        for name, members in {**self.groups.get(ALL, {}), **self.groups.get(lesson, {})}.items():
            theirs = [own[one] for one in members if one in own]
            best = max(theirs, key=lambda grade: grade.points, default=None)
            for student in members if best else ():
                found.setdefault(student, _in_group(best, student, name))  # type: ignore[arg-type]
        return [found[student] for student in sorted(found)]

    def are_a_group(self, lesson: str, one: str, other: str) -> bool:
        """Whether two students hand in a lesson as one."""
        groups = [*self.groups.get(ALL, {}).values(), *self.groups.get(lesson, {}).values()]
        return any(one in members and other in members for members in groups)


def _in_group(grade: Grade, student: str, group: str) -> Grade:
    look = f"{grade.student} handed this in for the group {group}"
    return replace(grade, student=student, looks=(look,), handed_in_by=grade.student)


def read_rules(
    folder: ClassFolder, lessons: Collection[str], students: Collection[str] | None = None
) -> Rules:
    """What `course.toml` says; nothing, if there is none.

    Parameters
    ----------
    folder : ClassFolder
    lessons : collection of str
        All that the course has.
    students : collection of str, optional
        All that the class has, where there is a list of them.

    Raises
    ------
    ClassroomError
        If it says something that cannot be meant, with the line or the key.
    """
    path = folder.root / FILE
    if not path.exists():
        return Rules()
    if not path.is_file():
        raise ClassroomError(f"{path} is no file: it is to be a text in TOML.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ClassroomError(f"{path} is not saved as UTF-8: save it so.") from None
    try:
        return _Reading(lessons, students).rules(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        last = f"line {len(text.splitlines())}, the last"
        said = str(error).replace("end of document", last)
        raise ClassroomError(f"{path} cannot be read as TOML: {said}.") from None
    except ValueError as error:
        raise ClassroomError(f"{path}, {error}.") from None


class _Reading:
    """Reads what the file says, and says by `ValueError` what cannot be meant."""

    def __init__(self, lessons: Collection[str], students: Collection[str] | None) -> None:
        self._lessons = lessons
        self._students = students

    def rules(self, said: Mapping[str, Any]) -> Rules:
        for key in said:
            _known(key, KEYS, key, "key")
        return Rules(
            _whole(said.get("drop-lowest", 0)),
            frozenset(self._named(said.get("extra-credit", []))),
            dict(self._weights(said["weights"])) if "weights" in said else None,
            self._groups(said.get("groups", {})),
        )

    def _named(self, said: object) -> Iterator[str]:
        for lesson in _texts(said, "extra-credit", "lessons"):
            yield _known(lesson, self._lessons, "extra-credit", "lesson")

    def _weights(self, said: object) -> Iterator[tuple[str, Fraction]]:
        for lesson, weight in _table(said, "weights").items():
            key = f"weights.{lesson}"
            _known(lesson, self._lessons, key, "lesson")
            if isinstance(weight, bool) or not isinstance(weight, int | float):
                raise ValueError(f"{key}: a weight is a number from 0 on, not {weight!r}")
            if not 0 <= weight < math.inf:
                raise ValueError(f"{key}: a weight is a number from 0 on, not {weight!r}")
            yield lesson, Fraction(str(weight))

    def _groups(self, said: object) -> dict[str, Groups]:
        found: dict[str, Groups] = {}
        for name, members in _table(said, "groups").items():
            if isinstance(members, dict):
                _known(name, self._lessons, f"groups.{name}", "lesson")
                found[name] = self._of_lesson(members, f"groups.{name}")
            else:
                found.setdefault(ALL, {})[name] = self._members(members, f"groups.{name}")
        for key, groups in found.items():
            _once(groups, "groups" if key == ALL else f"groups.{key}")
        return found

    def _of_lesson(self, said: Mapping[str, object], key: str) -> Groups:
        return {name: self._members(one, f"{key}.{name}") for name, one in said.items()}

    def _members(self, said: object, key: str) -> tuple[str, ...]:
        names = _texts(said, key, "students")
        for name in names if self._students is not None else ():
            _known(name, self._students or (), key, "student")
        return tuple(dict.fromkeys(names))


def _whole(said: object) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or said < 0:
        raise ValueError(f"drop-lowest: how many lessons do not count is 0, 1, 2 …, not {said!r}")
    return said


def _texts(said: object, key: str, what: str) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise ValueError(f'{key}: write a list of {what} in quotes, such as ["a", "b"]')
    return said


def _table(said: object, key: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise ValueError(f"{key}: begin a line [{key}] and write one entry a line below it")
    return said


def _known(name: str, names: Collection[str], key: str, what: str) -> str:
    """A name, if it is one of some."""
    if name not in names:
        close = get_close_matches(name, names, 1)
        meant = f", perhaps {close[0]!r} is meant" if close else ""
        raise ValueError(f"{key}: there is no {what} {name!r}{meant}")
    return name


def _once(groups: Groups, key: str) -> None:
    """Nobody is in two groups."""
    seen: dict[str, str] = {}
    for group, members in groups.items():
        for student in members:
            if student in seen:
                raise ValueError(f"{key}: {student!r} is in {seen[student]!r} and in {group!r}")
            seen[student] = group
