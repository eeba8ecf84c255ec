"""A right answer to read, after an honest try: the lesson's own, and what it takes care of."""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path

from autograder.exercises import Exercise, find
from autograder.inside.showing import show

from . import record
from .cards import Card
from .switches import is_offered

SOURCES = Path(__file__).resolve().parents[2] / "solutions"
"""The lessons as their authors wrote them, in a checkout."""

CELL = r'^# %% role="exercise" id="{}"[^\n]*\n(.*?)(?=^# %%)'

MARK = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n", re.MULTILINE)

DOCSTRING = re.compile(r'\n[ \t]+r?"""\n?.*?"""(?=\n)', re.DOTALL)

MOST_REASONS = 6

FIRST_TRY = (
    "Try {0} first, and run its check: what a wrong answer teaches stays longer than what is read. "
    'hint("{0}") says where to begin. To read the solution all the same: '
    'solution("{0}", anyway=True).'
)


def solution(exercise_id: str, anyway: bool = False) -> None:
    """Show a right answer, once you have tried, with what it takes care of and why.

    Parameters
    ----------
    exercise_id : str
    anyway : bool
        Show it even if nothing of yours has been checked yet.

    Raises
    ------
    UnknownExercise
        If there is no such exercise.
    """
    exercise = find(exercise_id)
    if not is_offered("solutions"):
        return
    if anyway or has_tried(exercise_id):
        record.add("solution", exercise=exercise_id)
        show(card(exercise))
    else:
        print(FIRST_TRY.format(exercise_id))


def has_tried(exercise_id: str, path: Path | None = None) -> bool:
    """Whether an answer that was more than a stub has been checked, here or before."""
    from .progressing import tried_here

    return exercise_id in tried_here() or any(
        entry["what"] == "check"
        and entry.get("exercise") == exercise_id
        and entry.get("tried", True) is True
        for entry in record.entries(path)
    )


def card(exercise: Exercise) -> Card:
    """The solution of an exercise, its reasons one by one, and what to do with it."""
    code = code_of(exercise)
    reasons = list(dict.fromkeys(mistake.sentence for mistake in exercise.mistakes))
    paragraphs = [
        f"It is one way among many. Read it beside “{exercise.see}”, line by line. Which line "
        "keeps it from each of these, which people often write instead?",
        *(f"• {reason}" for reason in reasons[:MOST_REASONS]),
        "Then close it, wait until tomorrow, and write it again without looking.",
    ]
    return Card(f"A solution of {exercise.id}", tuple(paragraphs), code=code)


def code_of(exercise: Exercise) -> str:
    """The answer that the lesson's author wrote; where that is not at hand, the reference."""
    file = SOURCES / exercise.lesson / f"{exercise.lesson}.py"
    if file.is_file():
        cell = re.compile(CELL.format(re.escape(exercise.id)), re.MULTILINE | re.DOTALL)
        if found := cell.search(file.read_text(encoding="utf-8")):
            return DOCSTRING.sub("", MARK.sub("", found[1])).strip()
    if not callable(exercise.reference):
        return f"{exercise.function_name} = {exercise.reference!r}"
    try:
        return textwrap.dedent(inspect.getsource(inspect.unwrap(exercise.reference))).strip()
    except (OSError, TypeError):  # it was put together from parts
        return f"# autograder.reference has it: {exercise.function_name}"
