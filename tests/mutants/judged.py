"""Whether a mutant is refused and, if it is not, whether it differs from the truth at all."""

from __future__ import annotations

import ast
import inspect
import math
import random
import textwrap
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.exercises import Case, Exercise
from autograder.inside.answers import LocalAnswer
from autograder.judging.diagnosis.composing import Exchange, names_in
from autograder.judging.trials import (
    Problem,
    attempt_all,
    draw,
    problem_of,
    problems,
    settled_cases,
    try_properties,
)
from tests import banks

from .changes import Change, changed

PATIENCE = 2.0
"""Seconds that one call of a mutant may take."""

DRAWS = 3
"""How many draws of the hidden cases a mutant is judged on."""

SIZES = 500
"""How many random sizes a survivor is tried on."""


@dataclass(frozen=True)
class Mutant:
    """A right answer with one change."""

    exercise: Exercise
    style: str
    words: str
    function: Callable[..., Any]
    origin: Callable[..., Any] | None = None


class InBank(Exchange):
    """Copies of a bank's functions that call a mutant in place of one of their helpers."""

    home = "tests.lessons"


def mutants_of(exercise: Exercise, most: int | None = None) -> Iterator[Mutant]:
    """The mutants of every right answer to an exercise whose source stands alone.

    Helpers that an answer calls are changed too, if they stand in the bank.

    Parameters
    ----------
    most : int, optional
        So many of each answer, chosen by chance; the same ones each time.
    """
    if not callable(exercise.reference):
        return
    seen: set[tuple[str, str]] = set()
    for style, answer in banks.right_answers_to(exercise).items():
        changes = [(part, *change) for part in parts_of(answer) for change in changes_to(part)]
        changes = [one for one in changes if (one[0].__qualname__, one[1]) not in seen]
        if most is not None:
            changes = random.Random(style).sample(changes, min(most, len(changes)))
        for part, words, make in changes:
            made = compiled(make(), part)
            if made is not None:
                seen |= (
                    {(part.__qualname__, words)} if most is None and not part.__closure__ else set()
                )
                said = words if part is answer else f"`{part.__name__}`, {words}"
                yield Mutant(exercise, style, said, InBank(part, made).of(answer), answer)


def changes_to(part: types.FunctionType) -> list[Change]:
    source = source_of(part)
    return list(changed(source)) if source else []


def parts_of(answer: Any, before: frozenset[Any] = frozenset()) -> list[types.FunctionType]:
    """An answer, and the plain functions of its bank that it calls, each once."""
    if not isinstance(answer, types.FunctionType):
        return []
    found = [answer]
    for other in called_by(answer):
        if other not in before and other not in found:
            more = parts_of(other, before | set(found))
            found += [part for part in more if part not in found]
    return found


def called_by(answer: types.FunctionType) -> Iterator[types.FunctionType]:
    """The functions of a bank among the names that a function looks up."""
    names = [answer.__globals__.get(name) for name in sorted(names_in(answer.__code__))]
    for value in [*names, *(cell.cell_contents for cell in answer.__closure__ or ())]:
        if isinstance(value, types.FunctionType) and value.__module__.startswith(InBank.home):
            yield value


def source_of(answer: Any) -> ast.FunctionDef | None:
    """The syntax tree of a function; None of anything else, and of lambdas."""
    if not isinstance(answer, types.FunctionType):
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
    """A mutant as a function among the names that the answer itself sees."""
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    names = dict(answer.__globals__)
    try:
        exec(compile(surrounded(function, answer.__code__.co_freevars), "mutant", "exec"), names)
        cells = [cell.cell_contents for cell in answer.__closure__ or ()]
        return names["around_it"](*cells)
    except (SyntaxError, TypeError, NameError, ValueError):
        return None


def surrounded(function: ast.FunctionDef, free: Sequence[str]) -> ast.Module:
    """A program that defines a function inside another one, which is given its free names."""
    program = ast.parse(f"def around_it({', '.join(free)}):\n    return {function.name}")
    program.body[0].body.insert(0, function)  # type: ignore[attr-defined]
    return ast.fix_missing_locations(program)


def passes(mutant: Mutant, draws: int = DRAWS) -> int:
    """How many draws of the hidden cases let a mutant through.

    One that does not come to an end is not asked again.
    """
    begun = time.monotonic()
    passed = 0
    for seed in range(draws):
        passed += not is_refused(mutant, seed)
        if time.monotonic() - begun > PATIENCE * draws:
            return passed * draws // (seed + 1)
    return passed


def is_refused(mutant: Mutant, seed: int) -> bool:
    """Whether one draw of the hidden cases finds something wrong; the first that does ends it."""
    exercise, answer = mutant.exercise, LocalAnswer(mutant.function, PATIENCE)
    if exercise.draw is not None:
        for problem in problems(exercise, seed, hidden=True):
            if attempt_all(exercise, answer, [problem])[0].found:
                return True
    return any(trial.found for trial in try_properties(exercise, answer, seed, hidden=True))


def differs(mutant: Mutant, until: float = math.inf, count: int = SIZES) -> str | None:
    """The sizes for which a mutant is not the truth; empty if there are none in so many.

    None if that is not known by the time `until`.
    """
    exercise = mutant.exercise
    if exercise.draw is None:
        return ""
    for problem in many_sizes(exercise, count):
        if time.monotonic() > until:
            return None
        answer = LocalAnswer(mutant.function, PATIENCE)
        if attempt_all(exercise, answer, [problem])[0].grave and holds_for(mutant, problem):
            return str(dict(problem.case.sizes if problem.case else {}))
    return ""


def holds_for(mutant: Mutant, problem: Problem) -> bool:
    """Whether the answer as it was is right for these sizes: nobody may have asked for them.

    It has to be so in a part of the mutant's time, or how busy the machine is would count.
    """
    if mutant.origin is None:
        return True
    answer = LocalAnswer(mutant.origin, PATIENCE / 4)
    return not attempt_all(mutant.exercise, answer, [problem])[0].grave


def many_sizes(exercise: Exercise, count: int) -> Iterator[Problem]:
    """The same for all mutants of an exercise: problems of random sizes.

    Sizes that are refused are left out: made at random, they are mostly such as nobody asks for.
    """
    known = known_sizes(exercise)
    for number in range(count):
        if number == len(known):
            known.append(problem_of_sizes(exercise, number))
        problem = known[number]
        if problem is not None:
            yield problem


@lru_cache(maxsize=2)
def known_sizes(exercise: Exercise) -> list[Problem | None]:
    """What was made already, for the next mutant."""
    return []


def problem_of_sizes(exercise: Exercise, number: int) -> Problem | None:
    """One problem of random sizes; None where there is none of those, or they are refused."""
    case = other_sizes(exercise, number, random.Random(f"{exercise.id} {number}"))
    try:
        problem = problem_of(exercise, draw(exercise, case, [number, 1]), case.facet, case)
    except Exception:  # there is nothing of these sizes
        return None
    return None if problem.truth.error else problem


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
