"""What runs is not what was handed in: it is rebuilt from the lesson, with the answers put in.

Every cell of the lesson is there, once, in the lesson's order. Cells with a role that students may
not change carry the lesson's text; answers, and cells without a role, carry the student's. Whatever
else the student wrote stands in cells of the student's own: an added cell after the cell it
followed, what was added to a cell that cannot be changed beside that cell. Nothing of the student's
metadata is kept. Where an id was handed in twice the last one counts, as in nbgrader, and the other
is an added cell.

An answer counts wherever it stands. Where the cell that is meant for it holds none, a function that
the student defined elsewhere is not written over by the stub, and words that stand beside a
question's own cell are put into it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from nbformat import NotebookNode

from autograder.lessons.notebooks import cell_of, copy_of
from autograder.lessons.roles import exercise_of, role_of
from autograder.running.handed_in import HandedCell, Submission

from .cells_to_run import names_in
from .matching import match, plain
from .pictures import attachments_of
from .student_code import added_lines, additions, definitions, words_in_code, writes

ANSWERS = ("exercise", "question", None)
"""Roles of the cells that carry the student's text; `None` is a cell without a role."""

ELSEWHERE = "# {} stands in another cell."
"""In place of a stub whose answer was written elsewhere."""


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to run, and what had to be mended in one sentence each."""

    notebook: NotebookNode
    changes: tuple[str, ...]
    added: int


def rebuild(master: NotebookNode, student: NotebookNode, submission: Submission) -> Rebuilt:
    """Put a student's answers into a lesson.

    Parameters
    ----------
    master : NotebookNode
        The lesson with the answers cut and the hidden tests in.
    student : NotebookNode
        The lesson as students got it; tells what they changed.
    submission : Submission
    """
    draft = _Draft(master, student, submission)
    draft.note_what_is_missing()
    draft.keep_what_was_added()
    draft.put_words_into_questions()
    draft.put_answers_before_stubs()
    return draft.finished()


def answer_names(lesson: NotebookNode) -> dict[str, str]:
    """For every exercise of a lesson by its id, the name that its stub defines and its check uses.

    Parameters
    ----------
    lesson : NotebookNode
        With its stubs.
    """
    stubs = {cell.id: cell.source for cell in lesson.cells if role_of(cell) == "exercise"}
    checks = {exercise_of(c.id): c.source for c in lesson.cells if role_of(c) == "check"}
    return {name: _answer_name(stubs.get(name, ""), check) for name, check in checks.items()}


@lru_cache(maxsize=1000)
def _answer_name(stub: str, check: str) -> str:
    for node in ast.walk(ast.parse(check)):
        match node:
            case ast.Call(func=ast.Name(id="check"), args=[_, ast.Name(id=name), *_]):
                return name
    return next(iter(sorted(definitions(stub))), "")


class _Draft:
    """A lesson, the student's text for its cells, and the student's own cells after each."""

    def __init__(self, master: NotebookNode, student: NotebookNode, submission: Submission) -> None:
        self.notebook = copy_of(master)
        self.cells = {cell.id: cell for cell in self.notebook.cells}
        self.names = answer_names(master)
        self.given = {cell.id: cell.source for cell in student.cells}
        matched = match(submission.cells, student)
        self.twice = matched.twice
        handed = {name: submission.cells[at] for name, at in matched.chosen.items()}
        self.handed = {name: cell.source for name, cell in handed.items()}
        self.own = _followers(submission.cells, matched.chosen)
        self.changes = list(matched.told)
        for name, cell in handed.items():
            if role_of(self.cells[name]) in ANSWERS:
                put_text(self.cells[name], cell)

    def note_what_is_missing(self) -> None:
        """Say which of the lesson's cells are not there, and which are there twice."""
        graded = [name for name, cell in self.cells.items() if role_of(cell)]
        missing = [name for name in graded if name not in self.handed]
        if len(missing) == len(graded):
            self.changes.append("no cell of the lesson was found in the notebook")
        elif missing:
            self.changes.append(f"deleted and put back: {', '.join(missing)}")
        if twice := [name for name in self.twice if name in graded]:
            self.changes.append(f"there twice, the last one counts: {', '.join(twice)}")

    def keep_what_was_added(self) -> None:
        """Move what was added to cells that cannot be changed into cells of the student's own."""
        changed = [name for name in self.handed if self._is_set_back(name)]
        kept = [name for name in changed if self._keep_additions(name)]
        if changed:
            self.changes.append(f"changed and set back: {', '.join(changed)}")
        if kept:
            self.changes.append(
                "what was added to a read-only cell is kept in a cell of the student's own: "
                + ", ".join(kept)
            )

    def _is_set_back(self, name: str) -> bool:
        # nbgrader's own command has put the master's text, hidden tests and all, into them.
        same = (plain(self.given[name]), plain(self.cells[name].source))
        return self._is_locked(name) and plain(self.handed[name]) not in same

    def _keep_additions(self, name: str) -> bool:
        """Keep what was added to a cell; whether there was anything."""
        kind = self.cells[name].cell_type
        if kind == "code":
            before, after = additions(self.given[name], self.handed[name])
        else:
            before, after = "", self._added_text(name)
        if after:
            self.own.setdefault(name, []).insert(0, HandedCell(kind, after, ()))
        if before:
            self.own.setdefault(self._before(name), []).append(HandedCell(kind, before, ()))
        return bool(before or after)

    def _added_text(self, name: str) -> str:
        """What was added to a text, line by line."""
        lines = self.handed.get(name, "").splitlines()
        added = added_lines(self.given[name], self.handed.get(name, ""))
        return "\n".join(lines[number] for number in sorted(added))

    def _before(self, name: str) -> str | None:
        """The lesson's cell before another; `None` at the top."""
        order = [None, *self.cells]
        return order[order.index(name) - 1]

    def put_words_into_questions(self) -> None:
        """Let words that stand beside a question's untouched cell be its answer."""
        for name, cell in self.cells.items():
            text = plain(cell.source)
            if role_of(cell) == "question" and text in ("", plain(self.given[name])):
                self._put_words_into(name)

    def _put_words_into(self, name: str) -> None:
        above = self._before(name)
        words = []
        if above is not None and self._is_text_of_students(above):
            words.append(HandedCell("markdown", self._added_text(above), ()))
        for place in (above, name):
            words += [_words_of(own) for own in self.own.get(place, ())]
            self.own[place] = [own for own in self.own.get(place, ()) if own.cell_type == "code"]
        words = [one for one in words if one.source.strip()]
        if words:
            text = "\n\n".join([self.given[name], *(one.source for one in words)])
            pictures = tuple(picture for one in words for picture in one.pictures)
            put_text(self.cells[name], HandedCell("markdown", text, (), pictures=pictures))
            self.changes.append(
                f"{name}: the answer stood beside the question's own cell, and was put into it"
            )

    def _is_text_of_students(self, name: str) -> bool:
        return self.cells[name].cell_type == "markdown" and not self._is_locked(name)

    def _is_locked(self, name: str) -> bool:
        return role_of(self.cells[name]) not in ANSWERS

    def put_answers_before_stubs(self) -> None:
        """Run no stub where the student wrote the answer elsewhere, and that before its check."""
        for exercise, name in self.names.items():
            cell = self.cells.get(exercise)
            if cell is None:
                continue
            needed = {name}
            if writes(cell.source, name):
                names = names_in(cell.source)
                needed = set(names.read) if names else set()
            elif self._is_written_elsewhere(name):
                self._leave_out_stub(cell, name)
                self.changes.append(
                    f"{exercise}: its own cell holds no answer; `{name}` is taken from another cell"
                )
            else:
                continue
            self._move_up(exercise, needed)

    def _is_written_elsewhere(self, name: str) -> bool:
        return any(
            source != self.given.get(place) and writes(source, name)
            for place, source in self._student_code()
        )

    def _student_code(self) -> list[tuple[str | None, str]]:
        """The code that students can write, in order, with the lesson's cell it is in or after."""
        found = []
        for place in (None, *self.cells):
            cell = self.cells[place] if place is not None else None
            if cell is not None and cell.cell_type == "code" and not self._is_locked(cell.id):
                found.append((place, cell.source))
            found += [(None, c.source) for c in self.own.get(place, ()) if c.cell_type == "code"]
        return found

    def _leave_out_stub(self, cell: NotebookNode, name: str) -> None:
        """Put a comment in place of a stub; what the student may have noted there stays, as one."""
        notes = self._added_text(cell.id) if cell.id in self.handed else ""
        lines = [ELSEWHERE.format(name), *(f"# {line}" for line in notes.splitlines())]
        cell.source = "\n".join(lines)

    def _move_up(self, exercise: str, needed: set[str]) -> None:
        """Move the student's own cells that make what an answer needs before it, from the end."""
        order = [None, *self.cells]
        check = order.index(f"{exercise}-check")
        if not any(self.own.get(place) for place in order[check:]):
            return
        made = frozenset().union(*map(self._made_at, order[:check]))
        needed, moved = needed - made, []
        for place in reversed(order[check:]):
            for own in reversed(self.own.get(place, [])):
                if own.cell_type == "code" and definitions(own.source) & needed:
                    self.own[place].remove(own)
                    moved.insert(0, own)
                    names = names_in(own.source)
                    needed |= names.read - made if names else frozenset()
        self.own.setdefault(self._before(exercise), []).extend(moved)

    def _made_at(self, place: str | None) -> frozenset[str]:
        """The names made by a cell of the lesson, and by the student's own after it."""
        cells = [self.cells[place]] if place is not None else []
        code = (c.source for c in (*cells, *self.own.get(place, ())) if c.cell_type == "code")
        return frozenset().union(*map(definitions, code))

    def finished(self) -> Rebuilt:
        """The notebook, the student's own cells in their places."""
        cells: list[NotebookNode] = []
        count = 0
        for place in (None, *self.cells):
            if place is not None:
                cells.append(self.cells[place])
            for own in self.own.get(place, ()):
                count += 1
                added = cell_of(own.cell_type, f"added_{count}")
                put_text(added, own)
                cells.append(added)
        self.notebook.cells = cells
        return Rebuilt(self.notebook, tuple(self.changes), count)


def _words_of(own: HandedCell) -> HandedCell:
    """What a cell of the student's own says to a reader; nothing if it is code and no more."""
    if own.cell_type != "code":
        return own
    said = own.source.splitlines() if words_in_code(own.source) else []
    return HandedCell("markdown", "\n".join(f"    {line}" for line in said), ())


def put_text(cell: NotebookNode, handed: HandedCell) -> None:
    """Put a student's text into a cell, and the pictures in it."""
    cell.source = handed.source
    if cell.cell_type == "markdown" and handed.pictures:
        cell.attachments = attachments_of(handed)


def _followers(
    cells: tuple[HandedCell, ...], chosen: dict[str, int]
) -> dict[str | None, list[HandedCell]]:
    """The student's own cells, by the cell of the lesson they stand after; `None` for the top."""
    names = {at: name for name, at in chosen.items()}
    followers: dict[str | None, list[HandedCell]] = {}
    after = None
    for at, cell in enumerate(cells):
        if at in names:
            after = names[at]
        else:
            followers.setdefault(after, []).append(cell)
    return followers
