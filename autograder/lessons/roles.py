"""The five kinds of cell an author can write, and what nbgrader calls them.

nbgrader describes a cell by booleans, most combinations of which mean nothing. An author writes
the name of a role; its row in `ROLES` completes the booleans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from .errors import LessonError

SCHEMA_VERSION = 3
"""The version of nbgrader's cell metadata that is written here."""


@dataclass(frozen=True)
class Role:
    """One row of the table: nbgrader's booleans, where the role may be used, how its ids end."""

    grade: bool
    solution: bool
    locked: bool
    cell_types: tuple[str, ...]
    suffix: str = ""


ROLES = {
    #                grade  solution locked
    "given": Role(False, False, True, ("code", "markdown")),  # read-only text or code
    "exercise": Role(False, True, False, ("code",)),  # code to write
    "check": Role(True, False, True, ("code",), "-check"),  # the check that students run
    "test": Role(True, False, True, ("code",), "-test"),  # the hidden test
    "question": Role(True, True, False, ("markdown",)),  # an answer that a person marks
}

NAMES = {
    flags: [
        name for name, role in ROLES.items() if (role.grade, role.solution, role.locked) == flags
    ]
    for flags in {(role.grade, role.solution, role.locked) for role in ROLES.values()}
}
"""The roles that nbgrader's booleans `grade`, `solution` and `locked` can stand for together."""

KEYS = ("role", "id", "points")


def nbgrader_metadata(options: Mapping[str, Any], cell_type: str, where: str) -> dict[str, Any]:
    """Spell out the options of one cell in nbgrader's own vocabulary.

    Parameters
    ----------
    options : mapping
        What the author wrote on the cell's line: `role`, `id` and, for a graded cell, `points`.
    cell_type : str
        `"code"` or `"markdown"`.
    where : str
        File and cell, for messages.

    Raises
    ------
    LessonError
        If the options are unknown, incomplete, or do not go together.

    Examples
    --------
    >>> options = {"role": "exercise", "id": "relu"}
    >>> nbgrader_metadata(options, "code", "lesson.py")["solution"]
    True
    """
    unknown = sorted(set(options) - set(KEYS))
    if unknown:
        raise LessonError(
            f"{where}: unknown key {unknown[0]!r}; a cell may have role, id and points."
        )
    if "role" not in options:
        raise LessonError(f"{where}: {sorted(options)[0]!r} is given but no role.")
    name = options["role"]
    if name not in ROLES:
        raise LessonError(f"{where}: unknown role {name!r}; the roles are {', '.join(ROLES)}.")
    role = ROLES[name]
    if not isinstance(options.get("id"), str) or not is_cell_id(options["id"]):
        raise LessonError(
            f"{where}: a cell with a role needs an id of at most 64 letters, digits and hyphens."
        )
    if not options["id"].endswith(role.suffix):
        raise LessonError(f"{where}: the id of a {name} ends in {role.suffix!r}.")
    if cell_type not in role.cell_types:
        raise LessonError(
            f"{where}: the role {name!r} is for a {role.cell_types[0]} cell, "
            f"and this is a {cell_type} cell."
        )
    metadata = {
        "cell_type": cell_type,
        "grade": role.grade,
        "grade_id": options["id"],
        "locked": role.locked,
        "schema_version": SCHEMA_VERSION,
        "solution": role.solution,
        "task": False,
    }
    points = options.get("points")
    if role.grade:
        if isinstance(points, bool) or not isinstance(points, int | float) or not points > 0:
            raise LessonError(f"{where}: the role {name!r} needs points above 0, as in points=3.")
        metadata["points"] = points
    elif points is not None:
        raise LessonError(f"{where}: the role {name!r} earns nothing, so it cannot have points.")
    return metadata


def role_of(cell: NotebookNode) -> str | None:
    """The name of the role a cell was given, read back from its metadata; `None` without one."""
    metadata = cell["metadata"].get("nbgrader")
    if not metadata:
        return None
    flags = (metadata["grade"], metadata["solution"], metadata["locked"])
    return next(
        name for name in NAMES.get(flags, ()) if metadata["grade_id"].endswith(ROLES[name].suffix)
    )


def exercise_of(graded_id: str) -> str:
    """The exercise that a check or a test is about.

    Examples
    --------
    >>> exercise_of("conv2d-naive-check")
    'conv2d-naive'
    """
    return graded_id.removesuffix(ROLES["check"].suffix).removesuffix(ROLES["test"].suffix)


def is_cell_id(text: str) -> bool:
    """Whether `text` can be the id of a notebook's cell."""
    return 1 <= len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)
