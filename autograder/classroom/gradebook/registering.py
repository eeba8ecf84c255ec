"""Recording a lesson and its cells, as `nbgrader generate_assignment` does.

nbgrader refuses a lesson whose cells have changed once somebody has handed it in. Here the lesson's
rows are changed with it: marks and comments stay wherever their cell still exists, those of cells
that are gone are kept aside, and come back with the cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from nbformat import NotebookNode
from nbgrader import utils

from autograder.lessons.course import Lesson

from .ids import ids_of
from .submissions import make_cells
from .tables import (
    ANSWER_CELL,
    ANSWERS,
    ASSIGNMENT,
    CELL,
    COMMENT,
    DROPPED,
    GRADED_CELL,
    HANDED,
    NOTEBOOK,
    POINTS,
    SOURCE,
    SUBMISSION,
    TASK_CELL,
    insert,
)

GRADED, ANSWER = "GradeCell", "SolutionCell"

COURSE_ID = "default_course"
"""nbgrader's name for the only course in a gradebook."""


@dataclass
class Changes:
    """How the cells of a lesson have changed under those who had handed it in."""

    dropped: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    kept_aside: int = 0
    brought_back: int = 0

    def sentences(self, lesson: str) -> Iterator[str]:
        """What to tell of it."""
        for old, new in self.renamed.items():
            yield f"{lesson}: the cell {old} is called {new} now; its marks are kept"
        if self.dropped:
            yield (
                f"{lesson} no longer has {_listed(self.dropped)}: what {self.kept_aside} "
                f"{'student' if self.kept_aside == 1 else 'students'} had for that no longer "
                "counts, and is kept in the gradebook's table autograder_dropped"
            )
        if self.added:
            yield f"{lesson} has {_listed(self.added)} now, which it did not have before"
        if self.brought_back:
            yield f"{lesson}: what was kept for a cell that is back counts again"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))


def register_lesson(connection: sa.Connection, lesson: Lesson, master: NotebookNode) -> Changes:
    """Record a lesson, whatever was recorded of it before."""
    assignment = _assignment(connection, lesson)
    notebook = _notebook(connection, lesson, assignment, master)
    handed = list(
        connection.scalars(sa.select(HANDED.c.id).where(HANDED.c.notebook_id == notebook))
    )
    changes = Changes()
    wanted = {
        (cell.metadata.nbgrader.grade_id, kind): cell
        for cell in master.cells
        for kind in _kinds(cell)
    }
    _rename(connection, lesson, notebook, wanted, changes)
    there = _cells(connection, notebook)
    gone = {key: number for key, number in there.items() if key not in wanted}
    _drop(connection, lesson, gone, changes)
    there = _cells(connection, notebook)
    new = [key for key in wanted if key not in there]
    _add(connection, notebook, new)
    _describe(connection, notebook, wanted)
    _write_sources(connection, notebook, master)
    if handed:
        changes.added += [name for name, _ in new]
        make_cells(connection, ids_of(connection, lesson), handed)
        _bring_back(connection, lesson, notebook, [name for name, _ in new], changes)
    else:
        changes.dropped.clear()
        changes.renamed.clear()
    return changes


def _kinds(cell: NotebookNode) -> Iterator[str]:
    """Which of nbgrader's rows a cell has."""
    if utils.is_grade(cell):
        yield GRADED
    if utils.is_solution(cell):
        yield ANSWER


def _assignment(connection: sa.Connection, lesson: Lesson) -> str:
    there = connection.scalar(sa.select(ASSIGNMENT.c.id).where(ASSIGNMENT.c.name == lesson.name))
    if there is None:
        there = uuid4().hex
        row = {"id": there, "name": lesson.name, "course_id": COURSE_ID}
        insert(connection, ASSIGNMENT, [row])
    return there


def _notebook(
    connection: sa.Connection, lesson: Lesson, assignment: str, master: NotebookNode
) -> str:
    kernel = json.dumps(master.metadata.get("kernelspec", {}))
    there = connection.scalar(
        sa.select(NOTEBOOK.c.id).where(
            NOTEBOOK.c.assignment_id == assignment, NOTEBOOK.c.name == lesson.name
        )
    )
    if there is None:
        there = uuid4().hex
        row = {"id": there, "name": lesson.name, "assignment_id": assignment, "kernelspec": kernel}
        insert(connection, NOTEBOOK, [row])
    else:
        changed = sa.and_(NOTEBOOK.c.id == there, NOTEBOOK.c.kernelspec.is_distinct_from(kernel))
        connection.execute(sa.update(NOTEBOOK).where(changed).values(kernelspec=kernel))
    return there


def _cells(connection: sa.Connection, notebook: str) -> dict[tuple[str, str], str]:
    """The cells that are recorded, by name and kind: their ids."""
    rows = connection.execute(
        sa.select(CELL.c.name, CELL.c.type, CELL.c.id).where(CELL.c.notebook_id == notebook)
    )
    return {(name, kind): number for name, kind, number in rows}


def _rename(
    connection: sa.Connection, lesson: Lesson, notebook: str, wanted: dict, changes: Changes
) -> None:
    """Take a cell that is gone for a new one with the same text, if there is one of each only."""
    there = _cells(connection, notebook)
    gone, new = {name for name, _ in there} - {n for n, _ in wanted}, {}
    for (name, _), cell in wanted.items():
        if name not in {n for n, _ in there}:
            new[name] = cell
    if not gone or not new:
        return
    rows = connection.execute(
        sa.select(SOURCE.c.name, SOURCE.c.cell_type, SOURCE.c.source).where(
            SOURCE.c.notebook_id == notebook, SOURCE.c.name.in_(list(gone))
        )
    )
    texts: dict[tuple, list[str]] = {}
    for name, cell_type, text in rows:
        kinds = tuple(sorted(kind for n, kind in there if n == name))
        texts.setdefault((cell_type, text.strip(), kinds), []).append(name)
    for name, cell in new.items():
        key = (cell.cell_type, cell.source.strip(), tuple(sorted(_kinds(cell))))
        same = [n for n, c in new.items() if _alike(c, cell)]
        if len(texts.get(key, [])) == 1 and same == [name]:
            (old,) = texts[key]
            _call(connection, lesson, notebook, old, name)
            changes.renamed[old] = name


def _alike(one: NotebookNode, other: NotebookNode) -> bool:
    return one.cell_type == other.cell_type and one.source.strip() == other.source.strip()


def _call(connection: sa.Connection, lesson: Lesson, notebook: str, old: str, new: str) -> None:
    for table in (CELL, SOURCE):
        here = sa.and_(table.c.notebook_id == notebook, table.c.name == old)
        connection.execute(sa.update(table).where(here).values(name=new))
    ours = ANSWERS.c.lesson == lesson.name
    connection.execute(sa.delete(ANSWERS).where(ours, ANSWERS.c.cell == new))
    connection.execute(sa.update(ANSWERS).where(ours, ANSWERS.c.cell == old).values(cell=new))


def _drop(
    connection: sa.Connection, lesson: Lesson, gone: dict[tuple[str, str], str], changes: Changes
) -> None:
    """Keep aside what students had for cells, and take the cells out of nbgrader's tables."""
    if not gone:
        return
    numbers = list(gone.values())
    kept = _worth_keeping(connection, numbers)
    names = {name for name, _ in gone}
    for student, name in kept:
        here = sa.and_(
            DROPPED.c.student == student, DROPPED.c.lesson == lesson.name, DROPPED.c.cell == name
        )
        connection.execute(sa.delete(DROPPED).where(here))
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {**values, "student": student, "lesson": lesson.name, "cell": name, "dropped": now}
        for (student, name), values in kept.items()
    ]
    insert(connection, DROPPED, [_full(row) for row in rows])
    for table, column in (
        (POINTS, POINTS.c.cell_id),
        (COMMENT, COMMENT.c.cell_id),
        (GRADED_CELL, GRADED_CELL.c.id),
        (ANSWER_CELL, ANSWER_CELL.c.id),
        (TASK_CELL, TASK_CELL.c.id),
        (CELL, CELL.c.id),
    ):
        connection.execute(sa.delete(table).where(column.in_(numbers)))
    changes.dropped += names
    changes.kept_aside = len({student for student, _ in kept})


def _full(row: dict) -> dict:
    return {column.name: row.get(column.name) for column in DROPPED.columns}


def _worth_keeping(connection: sa.Connection, numbers: list[str]) -> dict[tuple[str, str], dict]:
    """What students have for these cells: points and comments, by student and name of the cell."""
    kept: dict[tuple[str, str], dict] = {}
    most = sa.select(GRADED_CELL.c.max_score).where(GRADED_CELL.c.id == CELL.c.id)
    for table, columns in (
        (
            POINTS,
            (
                POINTS.c.auto_score,
                POINTS.c.manual_score,
                POINTS.c.extra_credit,
                POINTS.c.needs_manual_grade,
                most.scalar_subquery().label("max_score"),
            ),
        ),
        (COMMENT, (COMMENT.c.auto_comment, COMMENT.c.manual_comment)),
    ):
        rows = connection.execute(
            sa.select(SUBMISSION.c.student_id, CELL.c.name, *columns)
            .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
            .join(table, table.c.notebook_id == HANDED.c.id)
            .join(CELL, CELL.c.id == table.c.cell_id)
            .where(CELL.c.id.in_(numbers))
        ).mappings()
        for row in rows:
            values = {k: v for k, v in row.items() if k not in ("student_id", "name")}
            kept.setdefault((row["student_id"], row["name"]), {}).update(values)
    return kept


def _add(connection: sa.Connection, notebook: str, new: list[tuple[str, str]]) -> None:
    insert(
        connection,
        CELL,
        [{"id": uuid4().hex, "name": n, "type": k, "notebook_id": notebook} for n, k in new],
    )
    there = _cells(connection, notebook)
    # What a graded cell is worth comes with `_describe`.
    blank = {"max_score": 0.0, "cell_type": "code"}
    graded = [{"id": there[key], **blank} for key in new if key[1] == GRADED]
    insert(connection, GRADED_CELL, graded)
    insert(connection, ANSWER_CELL, [{"id": there[key]} for key in new if key[1] == ANSWER])


def _describe(connection: sa.Connection, notebook: str, wanted: dict) -> None:
    """Record what each graded cell is worth."""
    there = _cells(connection, notebook)
    for key, cell in wanted.items():
        if key[1] == GRADED:
            points = float(cell.metadata.nbgrader.points)
            connection.execute(
                sa.update(GRADED_CELL)
                .where(GRADED_CELL.c.id == there[key])
                .values(max_score=points, cell_type=cell.cell_type)
            )


def _write_sources(connection: sa.Connection, notebook: str, master: NotebookNode) -> None:
    """Record the text of the cells that nbgrader puts back or compares."""
    there = dict(
        map(
            tuple,
            connection.execute(
                sa.select(SOURCE.c.name, SOURCE.c.id).where(SOURCE.c.notebook_id == notebook)
            ),
        )
    )
    cells = [cell for cell in master.cells if [*_kinds(cell)] or utils.is_locked(cell)]
    rows = [
        {
            "id": there.get(cell.metadata.nbgrader.grade_id) or uuid4().hex,
            "name": cell.metadata.nbgrader.grade_id,
            "cell_type": cell.cell_type,
            "locked": utils.is_locked(cell),
            "source": cell.source,
            "checksum": cell.metadata.nbgrader.get("checksum"),
            "notebook_id": notebook,
        }
        for cell in cells
    ]
    connection.execute(sa.delete(SOURCE).where(SOURCE.c.notebook_id == notebook))
    insert(connection, SOURCE, rows)


def _bring_back(
    connection: sa.Connection, lesson: Lesson, notebook: str, names: list[str], changes: Changes
) -> None:
    """Give students again what was kept aside when a cell was dropped that is back."""
    there = _cells(connection, notebook)
    here = sa.and_(DROPPED.c.lesson == lesson.name, DROPPED.c.cell.in_(names))
    for row in list(connection.execute(sa.select(DROPPED).where(here))):
        handed = (
            sa.select(HANDED.c.id)
            .join(SUBMISSION, SUBMISSION.c.id == HANDED.c.assignment_id)
            .where(HANDED.c.notebook_id == notebook, SUBMISSION.c.student_id == row.student)
        ).scalar_subquery()
        for table, kind, columns in (
            (POINTS, GRADED, ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")),
            (COMMENT, ANSWER, ("auto_comment", "manual_comment")),
        ):
            if (row.cell, kind) in there:
                values = {name: getattr(row, name) for name in columns}
                if kind == GRADED and values["needs_manual_grade"] is None:
                    continue
                connection.execute(
                    sa.update(table)
                    .where(table.c.notebook_id == handed, table.c.cell_id == there[row.cell, kind])
                    .values(**values)
                )
        changes.brought_back += 1
    connection.execute(sa.delete(DROPPED).where(here))
