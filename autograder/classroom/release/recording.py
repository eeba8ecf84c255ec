"""Writing an exercise down: its open cases, what is right there, and what mistakes give there."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from autograder.exercises import Arguments, Exercise
from autograder.exercises.recorded import KEPT, key_of
from autograder.inside.answers import LocalAnswer, duplicate
from autograder.inside.wire import WireError, encode
from autograder.judging.checking import VISIBLE_SEED
from autograder.judging.measuring import sizes_of
from autograder.judging.trials import Problem, example_problem, problems

AGAIN = "again"
"""The facet of a second call, which is drawn from the first case once more."""


def recorded(exercise: Exercise) -> bytes | None:
    """An exercise as bytes; `None` if it can only be checked by who knows the answer.

    That is so where it asks for a value, which would be all there is to know, where the lesson
    shows no case, or where what it is called with cannot be written down.
    """
    if not callable(exercise.reference) or exercise.draw is None:
        return None
    shown = [p for p in problems(exercise, VISIBLE_SEED, False) if p.facet != AGAIN]
    if not shown:
        return None
    example = [example_problem(exercise)] if exercise.example else []
    asked = _asked([*example, *shown])
    try:
        return encode(_data(exercise, shown, example, asked))
    except (TypeError, WireError):
        return None


def _asked(given: Iterable[Problem]) -> list[Arguments]:
    """All that the judge may ask: the inputs, and their sizes, which tell how much is rounding."""
    return [kind for one in given for kind in (one.arguments, sizes_of(one.arguments))]


def _data(
    exercise: Exercise,
    shown: Sequence[Problem],
    example: Sequence[Problem],
    asked: Sequence[Arguments],
) -> dict[str, Any]:
    kept = {name: getattr(exercise, name) for name in KEPT}
    for name in ("heart", "results"):
        kept[name] = list(kept[name])
    hidden = [*exercise.cases, *exercise.properties]
    return {
        "kept": {**kept, "facet_words": dict(kept["facet_words"])},
        "parameters": _parameters(exercise.reference),
        "example": dict(example[0].arguments) if example else None,
        "cases": [_case(one) for one in shown],
        "left": list(dict.fromkeys(part.facet for part in hidden if part.hidden)),
        "right": _said(exercise.reference, asked),
        "mistakes": list(_mistakes(exercise, asked)),
    }


def _mistakes(exercise: Exercise, asked: Sequence[Arguments]) -> Iterator[dict[str, Any]]:
    """The mistakes that always say the same to the same."""
    for one in exercise.mistakes:
        with suppress(TypeError):
            said = _said(one.answer, asked)
            yield {"name": one.name, "sentence": one.sentence, "see": one.see, "said": said}


def _parameters(function: Any) -> list:
    found = inspect.signature(function).parameters.values()
    return [
        [one.name, one.default is not one.empty, None if one.default is one.empty else one.default]
        for one in found
    ]


def _case(problem: Problem) -> dict[str, Any]:
    case = problem.case
    facts = {"dtype": case.dtype, "layout": case.layout, "needs": list(case.needs)} if case else {}
    return {"facet": problem.facet, "arguments": dict(problem.arguments), **facts}


def _said(function: Any, asked: Iterable[Arguments]) -> dict[str, dict]:
    """What a function says to all that may be asked.

    Raises
    ------
    TypeError
        If it says different things to what cannot be told apart, as two seeds of a generator.
    """
    answer = LocalAnswer(function)
    found: dict[str, dict] = {}
    for arguments in asked:
        response = answer.ask(arguments)
        error = {"error": response.error, "detail": response.detail}
        said = error if response.error else {"value": response.value}
        key = key_of([duplicate(value) for value in arguments.values()])
        if key in found and encode(found[key]) != encode(said):
            raise TypeError("what cannot be told apart has several results")
        found[key] = said
    return found
