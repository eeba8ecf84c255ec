"""The course's functions, in a lesson's cells, in place of those that do not pass their check yet.

A learner who cannot solve an exercise goes on with the rest. Only the lesson's cells are helped:
an exercise's own cell, its check and its picture, and all cells of the learner's own, have the
learner's function and nothing else. The cell of a value finds what other exercises ask for.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from autograder.exercises import Exercise, of_lesson
from autograder.judging.explaining.undefined import names_defined

from .hints import has_passed, remember_answer, verdict_on
from .lesson_cells import cell_of_lesson, value_asked
from .switches import is_graded

ASKED = re.compile(r"\b(?:check|look|hint|solution|ask)\(\s*[\"']([\w-]+)[\"']")
"""How a lesson names an exercise whose answer is the learner's own."""

CHECKED = re.compile(r"\bcheck\(")

WATCHED = re.compile(r"""\b(?:watch\(|explore\(\s*["'][\w-]+["'],)\s*(\w+)\b(?!\s*\()""")
"""What a cell shows at work: that is the learner's own, unless only its result is shown."""

ONCE_WRITTEN = re.compile(r"@figures\.once_written\b")
"""How a cell shows what the learner's own function gives, and waits until there is one."""

ABSENT = object()
"""What a name stands for that the notebook does not know."""


@dataclass
class StandIns:
    """What stands in for a learner's answers while one cell runs.

    Parameters
    ----------
    names : dict
        The notebook's: they are changed, and changed back.
    """

    names: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    put: dict[str, Any] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    earns: bool = False

    def place(self, lesson: str, cell: str, cell_id: str = "") -> None:
        """Let a cell find the course's answers where the learner's do not pass their check.

        The cell of an exercise's picture shows the learner's own: its id says so.
        """
        if ONCE_WRITTEN.search(cell):
            return
        asked = {*ASKED.findall(cell), cell_id.removesuffix("-look")}
        own = {*names_defined(cell), *WATCHED.findall(cell)}
        self.earns = bool(CHECKED.search(cell) or value_asked(lesson, cell))
        for exercise in of_lesson(lesson):
            if exercise.id not in asked:
                for name, answer in answers_of(exercise):
                    if not (name in own or self.is_given(name) or self.passes(exercise, name)):
                        self.put_in(name, answer, cell)

    def put_in(self, name: str, answer: Any, cell: str) -> None:
        """Have a name stand for an answer of the course."""
        self.before[name] = self.names.get(name, ABSENT)
        self.put[name] = self.names[name] = self.noting(name, answer)
        if not callable(answer) and re.search(rf"\b{name}\b", cell):
            self.used[name] = None

    def is_given(self, name: str) -> bool:
        """Whether a name still stands for what the lesson imported, and not for an answer."""
        home = getattr(self.names.get(name), "__module__", None) or ""
        return home.startswith("autograder.reference")

    def passes(self, exercise: Exercise, name: str) -> bool:
        """Whether the learner's own answer passes its check, as what comes before it stands now."""
        if name in exercise.beside:
            return has_passed(exercise)
        mine = self.names.get(name)
        if mine is None:
            return False
        verdict = verdict_on(exercise, mine)
        remember_answer(mine, verdict)
        return verdict.passed

    def noting(self, name: str, answer: Any) -> Any:
        """An answer of the course that notes when it is called."""
        if not callable(answer):
            return answer

        @wraps(answer)
        def stand_in(*arguments: Any, **options: Any) -> Any:
            self.used[name] = None
            return answer(*arguments, **options)

        return stand_in

    def remove(self) -> None:
        """Give the learner's names back, but for those that the cell gave another meaning."""
        for name, mine in self.before.items():
            if self.names.get(name) is not self.put[name]:
                continue
            if mine is ABSENT:
                del self.names[name]
            else:
                self.names[name] = mine

    def said(self) -> str:
        """Which of the course's functions a cell has used; nothing if none.

        Examples
        --------
        >>> StandIns({}, used={"relu": None}).said()
        "This cell used the course's `relu`: yours does not pass its check yet."
        """
        if not self.used:
            return ""
        *first, last = (f"`{name}`" for name in self.used)
        functions = f"{', '.join(first)} and {last}" if first else last
        does = "do not pass their checks" if first else "does not pass its check"
        then = " Where this is graded, your own are used." if self.earns else ""
        return f"This cell used the course's {functions}: yours {does} yet.{then}"


def answers_of(exercise: Exercise) -> list[tuple[str, Any]]:
    """What an exercise asks for, by name, and what is written on the way to it."""
    return [(exercise.function_name, exercise.reference), *exercise.beside.items()]


_RUNNING: list[StandIns] = []
"""For the cell that runs, if it is the lesson's."""


def before_cell(info: Any) -> None:
    """Let a cell of the lesson that is about to run find answers that work."""
    after_cell()
    found = None if is_graded() else cell_of_lesson(info.cell_id, info.raw_cell or "")
    if found is not None:
        lesson, cell_id = found
        stand_ins = StandIns(_names())
        _RUNNING.append(stand_ins)
        stand_ins.place(lesson, info.raw_cell, cell_id)


def after_cell(result: Any = None) -> None:
    """Give the learner's own answers back, and say which of the course's were used."""
    while _RUNNING:
        stand_ins = _RUNNING.pop()
        stand_ins.remove()
        if said := stand_ins.said():
            print(said)


def _names() -> dict[str, Any]:
    """What the notebook's names stand for."""
    get: Callable[[], Any] = sys.modules["IPython"].get_ipython
    return get().user_ns
