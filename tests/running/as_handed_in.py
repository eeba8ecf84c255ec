"""Notebooks as people really hand them in: a table of what happens to them on the way.

`base` is a submission with every answer right. A mutator does to it what an editor, a learning
platform or a person does. `@kind` puts it in the table `MUTATORS`; `keeps` says that the grader
must read every answer as if nothing had happened; otherwise it must at least say what it lost.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random

import nbformat

from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Course, Lesson
from autograder.lessons.roles import role_of
from tests.sample_class.students import without_marks

LESSON = "02-filters"
FILE = f"{LESSON}.ipynb"
WORDS = "The same edge can be anywhere in a photo, so one filter serves everywhere."


@dataclass
class HandedIn:
    """What lies in one student's folder.

    Parameters
    ----------
    notebook : dict
        As JSON.
    path : str
        Of the notebook's file, from the student's folder.
    write : callable
        Makes the bytes of the file.
    beside : dict
        What else lies in the folder: bytes by path.
    """

    notebook: dict
    path: str = f"{LESSON}/{FILE}"
    write: Callable[[dict], bytes] = lambda notebook: json.dumps(notebook, indent=1).encode()
    beside: dict[str, bytes] = field(default_factory=dict)

    @property
    def cells(self) -> list[dict]:
        return self.notebook["cells"]

    def cell(self, name: str) -> dict:
        """The cell of that id."""
        return next(cell for cell in self.cells if cell.get("id") == name)

    def files(self) -> dict[str, bytes]:
        """All files of the folder: bytes by path."""
        return {self.path: self.write(self.notebook), **self.beside}


Change = Callable[[HandedIn, Random], None]


@dataclass(frozen=True)
class Mutator:
    """One thing that happens to a submission, in one spelling."""

    name: str
    change: Change
    keeps: bool = True


MUTATORS: dict[str, Mutator] = {}


def kind(name: str, keeps: bool = True, **spellings: object) -> Callable[[Change], Change]:
    """Put a mutator into the table; with `spellings`, once for each value it is called with."""

    def add(change: Change) -> Change:
        rows = {name: change}
        if spellings:
            rows = {
                f"{name}: {spelling.replace('_', ' ')}": _called_with(change, value)
                for spelling, value in spellings.items()
            }
        for row, one in rows.items():
            assert row not in MUTATORS, row
            MUTATORS[row] = Mutator(row, one, keeps)
        return change

    return add


def _called_with(change: Callable, value: object) -> Change:
    return lambda handed, random: change(handed, random, value)


@cache
def lesson() -> Lesson:
    """The lesson of the course that comes with the tests."""
    return Course.find().lesson(LESSON)


@cache
def compiled() -> Compiled:
    return compile_lesson(lesson())


@cache
def answers() -> dict[str, str]:
    """The right answer of every exercise, and of the written question, by id."""
    return {
        cell.id: without_marks(cell.source) if role_of(cell) == "exercise" else WORDS
        for cell in compiled().instructor.cells
        if role_of(cell) in ("exercise", "question")
    }


def base() -> HandedIn:
    """A submission with every answer right."""
    return HandedIn(copy.deepcopy(_base()))


@cache
def _base() -> dict:
    notebook = json.loads(nbformat.writes(compiled().student))
    for cell in notebook["cells"]:
        cell["source"] = answers().get(cell["id"], "".join(cell["source"]))
    return notebook


def texts(handed: HandedIn) -> list[dict]:
    """The text cells that were given out with text."""
    return [c for c in handed.cells if c["cell_type"] == "markdown" and c["id"] not in answers()]


def code(source: str, **more: object) -> dict:
    """A code cell of the student's own."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
        **more,
    }


# --- ends of lines ------------------------------------------------------------------------------


@kind(
    "ends of lines",
    CRLF="\r\n",
    CR="\r",
    trailing_blanks="  \n",
    trailing_tabs="\t\n",
    non_breaking_spaces="\u00a0\n",
)
def line_ends(handed: HandedIn, random: Random, end: str) -> None:
    for cell in handed.cells:
        cell["source"] = cell["source"].replace("\n", end)


@kind("a final newline", one="\n", three="\n\n\n", CRLF="\r\n", blank=" ")
def final_newline(handed: HandedIn, random: Random, end: str) -> None:
    for cell in handed.cells:
        cell["source"] += end


@kind("sources are lists of lines")
def lists(handed: HandedIn, random: Random) -> None:
    for cell in handed.cells:
        cell["source"] = cell["source"].splitlines(keepends=True)


@kind("a byte order mark on the file")
def bom(handed: HandedIn, random: Random) -> None:
    write = handed.write
    handed.write = lambda notebook: b"\xef\xbb\xbf" + write(notebook)
