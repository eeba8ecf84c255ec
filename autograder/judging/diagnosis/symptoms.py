"""What a wrong result has to do with the right one, where no known mistake explains it.

A symptom is a relation that was measured: it holds on every case on which the answer is wrong, and
again on fresh draws. Nothing is guessed of where it comes from.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from autograder.exercises import Exercise
from autograder.inside.answers import Answer
from autograder.inside.limits import captured
from autograder.judging.comparing import compare, is_shape
from autograder.judging.trials import Trial, attempt_all, problems

from .conditions import exactly_where, tells_apart
from .forms import Pair, Relation
from .other_arguments import other_truths
from .patterns import PATTERNS
from .relations import RELATIONS
from .settings import by_places, by_settings
from .suspects import same_outcome
from .wrong_parts import Holds, Wrong, wrong_parts

FRESH = 1_000_003
"""What is added to the seed to draw the cases on which a symptom has to hold again."""

WHEREVER = "Wherever your result is wrong, it is "

EXACTLY = "Of the cases tried, exactly those are wrong in which "

TWO_RESULTS = (
    "Asked twice the same, your function gives two different results: does it keep something from "
    "one call to the next, or draw numbers of its own?"
)

REORDERED = "Wherever your result is wrong, its parts are the right ones in another order: "

ELSEWHERE = "The cases of all other parts are right."
"""What is said where only one facet is wrong, which the heading names."""


def symptom(exercise: Exercise, answer: Answer, trials: Sequence[Trial], seed: int) -> str:
    """A sentence that is true of all that is wrong with an answer; empty if none was found."""
    if exercise.draw is None:
        return ""
    with captured():  # the course's own functions are given what they are not made for
        return measured(exercise, answer, trials, seed)


def measured(exercise: Exercise, answer: Answer, trials: Sequence[Trial], seed: int) -> str:
    """The first relation that holds here, and again on fresh draws."""
    if gives_two_results(answer, trials):
        return TWO_RESULTS
    trials = with_defaults(exercise, trials)
    candidates = list(relations_of(exercise, trials))
    where, part, orders = list(exactly_where(trials)), the_only_part(trials), orders_of(trials)
    if not candidates and not where and not part and not orders:
        return ""
    problems_anew = problems(exercise, seed + FRESH, hidden=True)
    fresh = with_defaults(exercise, attempt_all(exercise, answer, problems_anew))
    for order in orders:
        if order in orders_of(fresh):
            return f"{REORDERED}{in_order(exercise, order)}."
    again = list(wrong_parts(fresh))
    for path, says, holds in candidates:
        same = [one for one in again if path in (None, one.path)]
        if same and all(map(holds, same)):
            return f"{wherever(exercise, path)}{says}."
    for says, condition in where:
        if tells_apart(condition, fresh):
            return f"{EXACTLY}{says}."
    return ELSEWHERE if part and part == the_only_part(fresh) else ""


def relations_of(
    exercise: Exercise, trials: Sequence[Trial]
) -> Iterator[tuple[tuple | None, str, Holds]]:
    """What holds of everything that is wrong; then of each part of the result by itself.

    What leaves something open comes last.
    """
    seen = list(wrong_parts(trials))
    for found in (partial(true_of_all, exercise), loosely_true_of_all):
        yield from of_all_and_of_parts(seen, found)


def of_all_and_of_parts(
    seen: Sequence[Wrong], found: Callable[[Sequence[Wrong]], Iterator[tuple[str, Holds]]]
) -> Iterator[tuple[tuple | None, str, Holds]]:
    for says, holds in found(seen):
        yield None, says, holds
    paths = list(dict.fromkeys(one.path for one in seen))
    for path in filter(None, paths if len(paths) > 1 else ()):
        for says, holds in found([one for one in seen if one.path == path]):
            # A place in a part that is not drawn would be looked for in the one that is.
            if path == paths[0] or not says.startswith("right but"):
                yield path, says, holds


def wherever(exercise: Exercise, path: tuple | None) -> str:
    """How a sentence begins that is true of all that is wrong, or of one part of the result."""
    return WHEREVER if path is None else f"Wherever `{called(exercise, path)}` is wrong, it is "


def called(exercise: Exercise, path: tuple) -> str:
    """What a part of a result is called."""
    first, *rest = path
    named = isinstance(first, int) and first < len(exercise.results)
    return ", ".join(map(str, [exercise.results[first] if named else first, *rest]))


# -- what shows in the whole of a result -----------------------------------------------------------


def gives_two_results(answer: Answer, trials: Sequence[Trial]) -> bool:
    """Whether an answer, asked twice the same, does two different things."""
    wrong = [trial for trial in trials if trial.grave and not trial.response.error]
    if not wrong:
        return False
    first, second = answer.ask_all([wrong[0].arguments, wrong[0].arguments])
    return not same_outcome(first, second, wrong[0].measure)


def orders_of(trials: Sequence[Trial]) -> list[tuple]:
    """The orders in which the parts of all wrong results are the right ones."""
    wrong = [t for t in trials if t.grave and not t.response.error and not t.truth.error]
    keys = keys_of(wrong[0].truth.value) if len(wrong) > 1 else []
    orders = list(permutations(keys))[1:] if 2 <= len(keys) <= MOST_EXCHANGED else []
    return [order for order in orders if all(is_in_order(trial, keys, order) for trial in wrong)]


MOST_EXCHANGED = 4
"""With more parts than this, a result is not searched for an exchange of two."""


def keys_of(value: Any) -> list[Any]:
    """The keys or numbers of the parts of a result that is not a shape."""
    if isinstance(value, dict):
        return list(value)
    return list(range(len(value))) if isinstance(value, tuple) and not is_shape(value) else []


def is_in_order(trial: Trial, keys: Sequence[Any], order: tuple) -> bool:
    yours, truth = trial.response.value, trial.truth.value
    if type(yours) is not type(truth) or keys_of(yours) != list(keys):
        return False
    pairs = zip(keys, order, strict=True)
    return not any(compare(yours[k], truth[o], trial.measure, (o,)) for k, o in pairs)


def in_order(exercise: Exercise, order: tuple) -> str:
    return ", ".join(f"`{called(exercise, (key,))}`" for key in order)


def with_defaults(exercise: Exercise, trials: Sequence[Trial]) -> list[Trial]:
    """The trials with those arguments spelled out that were left out."""
    parameters = inspect.signature(exercise.reference).parameters.values()
    asked = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    names = [p.name for p in asked]
    defaults = {p.name: p.default for p in asked if p.default is not p.empty}
    full = [{**defaults, **trial.arguments} for trial in trials]
    return [  # in the order of the parameters, in which functions are called
        replace(trial, arguments={name: given[name] for name in names if name in given})
        for trial, given in zip(trials, full, strict=True)
    ]


def the_only_part(trials: Sequence[Trial]) -> str:
    """The facet that alone is wrong, if most others are right."""
    wrong = {trial.facet for trial in trials if trial.grave}
    right = {trial.facet for trial in trials if not trial.grave} - wrong
    return wrong.pop() if len(wrong) == 1 and len(right) > 2 else ""


def true_of_all(exercise: Exercise, seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Every relation that holds between all that is wrong and what is right there."""
    if not telling(seen):
        return
    yield from held_by_all(seen, RELATIONS)
    firsts = {part.path: part for part in reversed(seen)}
    if not all(np.array_equal(part.truth, firsts[part.path].truth) for part in seen):
        alike = partial(same_as, firsts=firsts)
        if all(map(alike, seen)):
            yield "the same, whatever your function is given", alike
    yield from by_places(seen)
    yield from other_truths(exercise, seen)
    yield from by_settings(seen)
    for name in seen[0].arguments:
        alike = partial(is_as_large, name=name)
        if all(map(alike, seen)):
            yield f"as large as `{name}`", alike


def loosely_true_of_all(seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Every relation that leaves something open."""
    if telling(seen):
        yield from held_by_all(seen, PATTERNS)


def held_by_all(
    seen: Sequence[Wrong], relations: Sequence[Relation]
) -> Iterator[tuple[str, Holds]]:
    """Those of some relations that hold between all that is wrong and what is right there."""
    for says, holds in known_relations(seen, relations):
        if all(map(holds, seen)):
            yield says, holds


def same_as(part: Wrong, firsts: dict[tuple, Wrong]) -> bool:
    """Whether a part of a result is what it was the first time."""
    first = firsts.get(part.path)
    try:
        return first is not None and bool(np.array_equal(part.yours, first.yours))
    except (TypeError, ValueError):
        return False


def is_as_large(part: Wrong, name: str) -> bool:
    """Whether a result has the height and width of an argument, and the right one has not."""
    argument = part.arguments.get(name)
    if not isinstance(argument, np.ndarray) or argument.ndim < 2 or part.pair is None:
        return False
    sides = [side.shape[-2:] for side in (part.pair.yours, part.pair.truth, argument)]
    return sides[0] == sides[2] != sides[1]


def telling(seen: Sequence[Wrong]) -> bool:
    """Whether there is enough to measure: many a relation holds for a number or two."""
    sizes = [part.pair.truth.size for part in seen if part.pair is not None]
    return len(seen) > 1 and len(sizes) == len(seen) and sum(sizes) > 3


def known_relations(
    seen: Sequence[Wrong], relations: Sequence[Relation]
) -> Iterator[tuple[str, Holds]]:
    """The relations of arrays, with the numbers in them read off what is wrong.

    A relation has to show in the two largest results: of a single row much can be said.
    """
    pairs = [part.pair for part in seen if part.pair]
    first, second = sorted(pairs, key=lambda pair: -pair.truth.size)[:2]
    for relation in relations:
        found = relation(first)
        if found is not None and relation(second) is not None:
            says, check = found

            def holds(part: Wrong, check: Callable[[Pair], bool] = check) -> bool:
                return part.pair is not None and check(part.pair)

            yield says, holds
