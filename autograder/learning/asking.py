"""Questions about a learner's own code once it passes, answered by what it was seen doing.

Who cannot say what their program does has not understood it yet, even if it is right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.exercises import Exercise, find
from autograder.inside.answers import duplicate
from autograder.inside.showing import show

from . import record
from .cards import Card
from .hints import verdict_on
from .switches import is_graded

if TYPE_CHECKING:
    from autograder.watching.stepping import Move


@dataclass(frozen=True)
class OwnQuestion:
    """A question about what a function does, and what it was seen doing."""

    asks: str
    answer: int


def ask(exercise_id: str, answer: Any, *yours: Any) -> None:
    """Ask about your own code, once it passes: what it reads, how often, and what it costs.

    The answers come from watching your function at work, so they are true of yours alone.

    Parameters
    ----------
    exercise_id : str
    answer : callable
        Your function.
    *yours
        Your answers, in the order of the questions. With `...` in place of one, it stays open.

    Raises
    ------
    UnknownExercise
        If there is no such exercise.

    Examples
    --------
    >>> def cross_correlate2d(image, kernel): return image
    >>> ask("cross-correlate2d", cross_correlate2d)
    cross-correlate2d: these questions are about code that passes its check. Come back when it does.
    """
    exercise = find(exercise_id)
    if is_graded():
        return
    if not verdict_on(exercise, answer).passed:
        show(
            f"{exercise_id}: these questions are about code that passes its check. "
            "Come back when it does."
        )
        return
    questions = questions_about(exercise, answer)
    show(card(exercise, questions, yours))
    if any(map(is_number, yours[: len(questions)])):
        right = [is_right(one, q) for q, one in zip(questions, yours, strict=False)]
        record.add("ask", exercise=exercise_id, right=sum(right), of=len(questions))


def card(exercise: Exercise, questions: list[OwnQuestion], yours: tuple[Any, ...]) -> Card:
    """The questions, with what is to be said of each answer."""
    title = f"Your own {exercise.function_name}"
    if not questions:
        return Card(title, ("It was not seen reading a number, so there is nothing to ask.",))
    answers = [*yours, *[...] * len(questions)]
    lines = [
        f"{number}. {one.asks} {_said(one, given)}".rstrip()
        for number, (one, given) in enumerate(zip(questions, answers, strict=False), 1)
    ]
    if any(given is ... for given in answers[: len(questions)]):
        dots = ", ".join(["..."] * len(questions))
        call = f'ask("{exercise.id}", {exercise.function_name}, {dots})'
        lines.append(f"Put your numbers in place of the dots, and run it again: `{call}`.")
    return Card(title, (_on_what(exercise), *lines))


def _said(question: OwnQuestion, given: Any) -> str:
    """What to say of an answer; nothing if there is none yet."""
    if given is ...:
        return ""
    if not is_number(given):
        return "→ That is no number: write one in its place, without quotation marks."
    if is_right(given, question):
        return f"→ {question.answer}: right."
    return f"→ You said {given}; it is {question.answer}. Which line of yours makes it so?"


def is_number(given: Any) -> bool:
    """Whether something is a number that a learner may have counted."""
    return isinstance(given, Real) and not isinstance(given, bool)


def is_right(given: Any, question: OwnQuestion) -> bool:
    return is_number(given) and given == question.answer


def _on_what(exercise: Exercise) -> str:
    """The sizes of what the function is watched with."""
    sizes = [
        f"`{name}` of {'×'.join(map(str, value.shape))}"
        for name, value in worked_example(exercise).items()
        if isinstance(value, np.ndarray)
    ]
    return f"Here it runs on the worked example: {', '.join(sizes)}. Say it before you look."


# -- what was seen ---------------------------------------------------------------------------------


def worked_example(exercise: Exercise) -> dict[str, Any]:
    """What the function is watched with; nothing where the exercise has no example."""
    return dict(exercise.example()) if exercise.example is not None else {}


def questions_about(exercise: Exercise, function: Any) -> list[OwnQuestion]:
    """What to ask about a function, by what it does with the worked example."""
    arguments = worked_example(exercise)
    name = next((n for n, v in arguments.items() if isinstance(v, np.ndarray) and v.ndim), None)
    steps = seen(function, arguments) if name is not None else None
    if not steps or name is None:
        return []
    if len(steps) == 1:
        return [how_many_at_once(steps[0], name)]
    asked = [reads_of_the_last(steps[-1], name), most_read(steps, name, arguments[name].shape)]
    larger = {**arguments, name: twice_the_size(arguments[name])}
    more = seen(function, larger)
    return asked + ([steps_at_twice_the_size(name, len(more))] if more else [])


def seen(function: Any, arguments: dict[str, Any]) -> list[Move] | None:
    """The steps of a function on some arguments; `None` if it stopped, or took too many to note.

    Only what it reads of its first array counts.
    """
    # Loaded when first used: a check should not wait for it.
    from autograder.watching.instruments import MOST_EVENTS, Trace
    from autograder.watching.stepping import moves
    from autograder.watching.watching import run, written_array

    log = Trace()
    arrays = {n for n, v in arguments.items() if isinstance(v, np.ndarray) and v.ndim}
    handed = {n: log.given(duplicate(v)) for n, v in arguments.items() if n in arrays}
    given = [handed.get(n, duplicate(v)) for n, v in arguments.items()]
    result, stopped = run(function, given, log)
    if stopped or len(log.events) >= MOST_EVENTS:
        return None
    steps = moves(log.events, len(arrays), written_array(result, log, len(arrays)))
    return [step for step in steps if step.reads.get(0)]


def twice_the_size(array: np.ndarray) -> np.ndarray:
    """A picture of twice the height and width, or a row of twice the length."""
    return np.tile(array, (1,) * max(array.ndim - 2, 0) + (2,) * min(array.ndim, 2))


def how_many_at_once(step: Move, name: str) -> OwnQuestion:
    return OwnQuestion(
        f"Your function reads `{name}` in one go. How many of its numbers does it read?",
        len(step.reads[0]),
    )


def reads_of_the_last(step: Move, name: str) -> OwnQuestion:
    return OwnQuestion(
        f"How many numbers of `{name}` does your function read in its last step?",
        len(step.reads[0]),
    )


def most_read(steps: list[Move], name: str, shape: tuple[int, ...]) -> OwnQuestion:
    """In how many steps the number is read that is read most often."""
    ((cell, times),) = Counter(c for step in steps for c in step.reads[0]).most_common(1)
    place = ", ".join(str(int(i)) for i in np.unravel_index(cell, shape))
    return OwnQuestion(f"In how many of its steps does it read `{name}[{place}]`?", times)


def steps_at_twice_the_size(name: str, count: int) -> OwnQuestion:
    return OwnQuestion(
        f"If `{name}` were twice as high and twice as wide, how many steps would it take?", count
    )
