"""Whether a mutant is refused and, if it is not, whether it differs from the truth at all."""

from __future__ import annotations

import ast
import inspect
import math
import random
import textwrap
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.exercises import Case, Exercise
from autograder.inside.answers import LocalAnswer
from autograder.judging.trials import (
    attempt_all,
    draw,
    problem_of,
    problems,
    settled_cases,
    try_properties,
)
from tests import banks

from .changes import changed

PATIENCE = 2.0
"""Seconds that one call of a mutant may take."""

SIZES = 500
"""How many random sizes a survivor is tried on."""


@dataclass(frozen=True)
class Mutant:
    """A right answer with one change."""

    exercise: Exercise
    style: str
    words: str
    function: Callable[..., Any]


def mutants_of(exercise: Exercise, most: int | None = None) -> Iterator[Mutant]:
    """The mutants of every right answer to an exercise whose source stands alone.

    Parameters
    ----------
    most : int, optional
        So many of each answer, chosen by chance; the same ones each time.
    """
    if not callable(exercise.reference):
        return
    for style, answer in banks.right_answers_to(exercise).items():
        source = source_of(answer)
        changes = list(changed(source)) if source else []
        if most is not None:
            changes = random.Random(style).sample(changes, min(most, len(changes)))
        for words, make in changes:
            made = compiled(make(), answer)
            if made is not None:
                yield Mutant(exercise, style, words, made)


def source_of(answer: Any) -> ast.FunctionDef | None:
    """The syntax tree of a plain function; None of anything else, and of closures."""
    if not isinstance(answer, types.FunctionType) or answer.__code__.co_freevars:
        return None
    if answer.__name__ == "<lambda>" or hasattr(answer, "__wrapped__"):
        return None
    tree = ast.parse(textwrap.dedent(inspect.getsource(answer))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        return None
    tree.decorator_list = []
    tree.returns = None
    if ast.get_docstring(tree):
        tree.body = tree.body[1:] or [ast.Pass()]
    return tree


def compiled(function: ast.FunctionDef, answer: types.FunctionType) -> Callable[..., Any] | None:
    """A mutant as a function among the names of the module it comes from."""
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    tree = ast.fix_missing_locations(ast.Module([function], []))
    names = dict(answer.__globals__)
    try:
        exec(compile(tree, "mutant", "exec"), names)
    except (SyntaxError, TypeError, NameError):
        return None
    return names[function.name]


def is_refused(mutant: Mutant, seed: int) -> bool:
    """Whether one draw of the hidden cases finds something wrong; the first that does ends it."""
    exercise, answer = mutant.exercise, LocalAnswer(mutant.function, PATIENCE)
    if exercise.draw is not None:
        for problem in problems(exercise, seed, hidden=True):
            if attempt_all(exercise, answer, [problem])[0].found:
                return True
    return any(trial.found for trial in try_properties(exercise, answer, seed, hidden=True))


def differs(mutant: Mutant, until: float = math.inf) -> str | None:
    """The sizes for which a mutant is not the truth; empty if there are none in 500.

    None if that is not known by the time `until`. Sizes that are refused are left out: made at
    random, they are mostly such as nobody asks for.
    """
    exercise, answer = mutant.exercise, LocalAnswer(mutant.function, PATIENCE)
    chance = random.Random(mutant.words)
    if exercise.draw is None:
        return ""
    for number in range(SIZES):
        if time.monotonic() > until:
            return None
        case = other_sizes(exercise, number, chance)
        try:
            problem = problem_of(exercise, draw(exercise, case, [number, 1]), case.facet, case)
        except Exception:  # there is nothing of these sizes
            continue
        if problem.truth.error:
            continue
        if attempt_all(exercise, answer, [problem])[0].grave:
            return str(dict(case.sizes))
    return ""


def other_sizes(exercise: Exercise, number: int, chance: random.Random) -> Case:
    """A case of the exercise, drawn, with one size or two made a little larger or smaller."""
    cases = [case for case, _ in settled_cases(exercise, number % 50, hidden=True)]
    case = chance.choice(cases)
    sizes = dict(case.sizes)
    whole = [name for name, size in sizes.items() if type(size) is int]
    for name in chance.sample(whole, min(len(whole), chance.randrange(3))):
        least = exercise.smallest.get(name, 0 if name == "pad" else 1)
        sizes[name] = max(least, sizes[name] + chance.choice((-2, -1, 1, 2, 3)))
    return replace(case, sizes=sizes)


def quietly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call with NumPy's warnings off: mutants divide by zero."""
    with np.errstate(all="ignore"):
        return function(*arguments)
