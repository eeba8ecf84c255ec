"""What was collected, and where from: kept to tell newer from older, and to give back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from autograder.classroom.folder import ClassFolder
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.files import write_aside


@dataclass(frozen=True)
class Origin:
    """Where a notebook in `submitted/` came from.

    Parameters
    ----------
    platform, name, number : str
        Of the student: see `names.Sender`.
    path : str
        Of the file in the place that it was taken from, as the platform wrote it.
    place : str
        The name of that place.
    file, resubmission : int
        The platform's number of the file, and of the hand-in; 0 if there is none.
    time : str
        When it was handed in, with its zone; empty if that is not known.
    changed : str
        When the place says that the file was last changed.
    late : bool
        Whether the platform marked it as late.
    digest : str
        The SHA-256 of the file.
    """

    platform: str
    name: str
    number: str
    path: str
    place: str
    file: int = 0
    resubmission: int = 0
    time: str = ""
    changed: str = ""
    late: bool = False
    digest: str = ""

    def is_older_than(self, other: Origin) -> bool:
        """Whether another was handed in later, as far as that can be told."""
        if self.file and other.file and self.platform == other.platform:
            return self.file < other.file
        if self.time and other.time:
            return self.time < other.time
        return (self.changed, self.resubmission) < (other.changed, other.resubmission)


def record_file(folder: ClassFolder, lesson: Lesson) -> Path:
    """Where it is kept for a lesson."""
    return folder.collected / f"{lesson.name}.json"


def read_origins(folder: ClassFolder, lesson: Lesson) -> dict[str, Origin]:
    """Where the notebooks of a lesson came from, by student."""
    path = record_file(folder, lesson)
    known = {one.name for one in fields(Origin)}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {
            student: Origin(**{name: value for name, value in row.items() if name in known})
            for student, row in rows.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        raise ClassroomError(
            f"{path} is damaged, so nobody can tell what was collected before: "
            "move it away, and collect again."
        ) from None


def write_origins(folder: ClassFolder, lesson: Lesson, origins: Mapping[str, Origin]) -> None:
    """Write down where the notebooks of a lesson came from."""
    rows = {student: asdict(origins[student]) for student in sorted(origins)}
    text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    write_aside(record_file(folder, lesson), text)
