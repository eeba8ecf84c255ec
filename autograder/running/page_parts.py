"""How a page is divided: what came of each exercise, the written answers, the code, the lesson.

What the judge said stands in the notebook's own metadata, where the run has put it: for each check
and test its sentence, and the parts of the exercise that held and that did not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from autograder.lessons.roles import exercise_of

from .page_marks import Mark, is_graded, mark_of

NOTES, ADDED = "grader_notes", "added_"
"""The id of the grader's own cell, and how ids of cells that a student added begin."""

HEADING = re.compile(r"^ {0,3}#{1,6}[ \t](.*)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?(?:^```|\Z)", re.MULTILINE | re.DOTALL)

DRAWN = re.compile("<(?:img|svg) ")
"""How a picture begins in a verdict."""

BLANK = "Not written yet"
"""How the judge says that there is no answer."""

UNANSWERED = "No response."
"""nbgrader's comment on a cell that was left as it was."""

WRITTEN, CODE, LESSON = "Your written answers", "Your code", "The lesson"
"""Headings of a page."""

SIGNS = {"full": "✓", "part": "◐", "none": "✗", "blank": "○", "waits": "…"}
WORDS = {
    "full": "right",
    "part": "right in part",
    "none": "wrong",
    "blank": "not written yet",
    "waits": "to be marked",
}
"""What a mark is called, so that nobody has to know a sign or see a color."""


@dataclass(frozen=True)
class Entry:
    """What came of one exercise or question.

    Parameters
    ----------
    name : str
        Its id.
    title : str
        As the lesson's heading names it.
    mark : Mark
    kind : str
        Of `WORDS`.
    said : str
        The judge's sentence on what is wrong, in plain text.
    held, lost : tuple of str
        Parts of the exercise that hold, and those that do not, in words.
    drawing : str
        The open check's own picture of the smallest case that fails, as HTML.
    comment : str
        A person's, as Markdown.
    criteria : sequence of str
        What a written answer was marked by, once it has been.
    answer : NotebookNode or None
        The cell that holds it.
    """

    name: str
    title: str
    mark: Mark
    kind: str
    said: str = ""
    held: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    drawing: str = ""
    comment: str = ""
    criteria: Sequence[str] = ()
    answer: NotebookNode | None = None

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]

    @property
    def word(self) -> str:
        return WORDS[self.kind]

    @property
    def is_written(self) -> bool:
        """Whether it is a question that is answered in words."""
        return self.answer is not None and self.answer.cell_type != "code"

    @property
    def is_code(self) -> bool:
        return self.answer is not None and self.answer.cell_type == "code"

    @property
    def is_of_interest(self) -> bool:
        """Whether somebody would want to see its code at once: it is there, and not right."""
        return self.kind in ("part", "none", "waits")


@dataclass(frozen=True)
class Section:
    """A stretch of a page: its kind, the heading above it if one begins here, and its cells."""

    kind: str
    heading: str = ""
    entry: Entry | None = None
    cells: Sequence[NotebookNode] = ()


@dataclass(frozen=True)
class Parts:
    """A page, divided: what it is called, what came of it, and the cells that are shown."""

    title: str
    notes: Sequence[NotebookNode]
    entries: Sequence[Entry]
    added: Sequence[NotebookNode] = field(default_factory=list)
    rest: Sequence[NotebookNode] = field(default_factory=list)

    @property
    def sections(self) -> Iterator[Section]:
        """In the order in which they stand on the page."""
        yield from [Section("notes", "", None, self.notes)] if self.notes else []
        yield from [Section("results")] if self.entries else []
        yield from _answers("questions", WRITTEN, [one for one in self.entries if one.is_written])
        yield from _answers("code", CODE, [one for one in self.entries if one.is_code])
        yield from [Section("added", "", None, self.added)] if self.added else []
        yield from [Section("lesson", LESSON, None, self.rest)] if self.rest else []

    @property
    def first_drawn(self) -> str:
        """The exercise whose picture is seen at once."""
        return next((entry.name for entry in self.entries if entry.drawing), "")

    @property
    def counts(self) -> str:
        """How many exercises came out how, in a line."""
        kinds = [entry.kind for entry in self.entries]
        return ", ".join(f"{kinds.count(k)} {word}" for k, word in WORDS.items() if k in kinds)


def _answers(kind: str, heading: str, entries: Sequence[Entry]) -> Iterator[Section]:
    for place, entry in enumerate(entries):
        cells = [entry.answer] if entry.answer is not None else []
        yield Section(kind, "" if place else heading, entry, cells)


def parts_of(notebook: NotebookNode, name: str) -> Parts:
    """Divide a notebook whose graded cells are marked; `name` is its lesson's."""
    own = [cell for cell in notebook.cells if not cell.id.startswith((NOTES, ADDED))]
    titles, groups = _titles(own), _groups(own)
    noted = notebook.metadata.get("autograder", {})
    entries = [_entry(one, titles[one] or name, cells, noted) for one, cells in groups.items()]
    shown = {cell.id for cells in groups.values() for cell in cells}
    return Parts(
        next(filter(None, map(_last_heading, own)), name),
        [cell for cell in notebook.cells if cell.id == NOTES],
        entries,
        [cell for cell in notebook.cells if cell.id.startswith(ADDED)],
        [cell for cell in own if cell.id not in shown],
    )


def _titles(cells: Sequence[NotebookNode]) -> dict[str, str]:
    """For every exercise and question, the heading above its first cell; empty if there is none."""
    titles: dict[str, str] = {}
    title = ""
    for cell in cells:
        title = _last_heading(cell) or title
        if name := exercise_of(cell.metadata.get("nbgrader", {}).get("grade_id", "")):
            titles.setdefault(name, title)
    return titles


def _last_heading(cell: NotebookNode) -> str:
    """The last heading in a text of the lesson's or a student's, without its marks."""
    if cell.cell_type != "markdown" or "#" not in cell.source:
        return ""
    found = HEADING.findall(FENCED.sub("", cell.source))
    return re.sub(r"[*`$]", "", found[-1]).strip(" \t#") if found else ""


def _groups(cells: Sequence[NotebookNode]) -> dict[str, list[NotebookNode]]:
    """The cells of each exercise and question, in order: answers, checks, tests."""
    groups: dict[str, list[NotebookNode]] = {}
    for cell in cells:
        own = cell.metadata.get("nbgrader", {})
        if own.get("solution") or is_graded(cell):
            groups.setdefault(exercise_of(own.get("grade_id", "")), []).append(cell)
    return {name: own for name, own in groups.items() if any(map(is_graded, own))}


def _entry(name: str, title: str, cells: list[NotebookNode], noted: Mapping[str, Any]) -> Entry:
    """What came of an exercise, read off its cells and what the run has noted."""
    graded = [cell for cell in cells if is_graded(cell)]
    answer = next((cell for cell in cells if _holds_an_answer(cell)), None)
    verdicts = noted.get("verdicts", {})
    found = [verdicts[cell.id] for cell in graded if cell.id in verdicts]
    mark = mark_of(*graded)
    said = _said(name, found) or (_failure(graded) if mark.kind in ("part", "none") else "")
    comment = _comment(answer)
    blank = mark.kind == "none" and (said.startswith(BLANK) or comment == UNANSWERED)
    kind = "blank" if blank else mark.kind
    marked = mark.kind != "waits" and not blank
    return Entry(
        name,
        title,
        mark,
        kind,
        said,
        *_facets(found if marked else []),
        _drawing(graded) if said and not blank else "",
        comment,
        noted.get("criteria", {}).get(name, ()) if marked else (),
        answer,
    )


def _holds_an_answer(cell: NotebookNode) -> bool:
    own = cell.metadata.nbgrader
    return bool(own.get("solution") or own.get("task"))


def _comment(answer: NotebookNode | None) -> str:
    return (answer.metadata.nbgrader.get("comment") or "") if answer is not None else ""


def _said(name: str, found: Sequence[Mapping[str, Any]]) -> str:
    """What the judge says is wrong: where it names a mistake, that."""
    wrong = [one for one in found if not one["passed"]]
    said = next((one["said"] for one in wrong if one["mistake"]), "")
    said = (said or (wrong[0]["said"] if wrong else "")).removeprefix(f"{name}: ")
    return said[:1].upper() + said[1:]


def _failure(graded: Sequence[NotebookNode]) -> str:
    """Why there is no verdict: the error that a cell ended in."""
    for cell in graded:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                return str(output.evalue)
    return ""


def _facets(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts that hold everywhere, and those that do not."""
    lost = dict.fromkeys(words for one in found for words in one["lost"])
    held = dict.fromkeys(words for one in found for words in one["held"] if words not in lost)
    return tuple(held), tuple(lost)


def _drawing(graded: Sequence[NotebookNode]) -> str:
    """The picture in the verdict that stands first among a check's outputs, and what it printed.

    Of what a student's own code puts out no HTML is left, so this is the judge's.
    """
    for cell in graded:
        for output in cell.get("outputs", ())[:1]:
            html = output.get("data", {}).get("text/html", "")
            if found := DRAWN.search(html):
                return html[found.start() :].removesuffix("</div>")
    return ""
