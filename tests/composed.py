"""`python -m tests.composed [--sample] [ID…]`: is a mistake still named beside a second one?

Wrong answers with two faults are made from the catalogue: a mistake whose result has another dtype,
is made of floats and lists, or that refuses nothing, takes no pairs, writes to its input; and one
mistake around another, where the first is written with the reference and gets the second in its
place. A second fault that hides the first (who refuses nothing, and who rounds down where it is to
refuse, do the same) makes no such answer. A name is right if it is that of a part, or if what it
names does the same on fresh draws, but for a part of which the sentence says that it is wrong too.
A sample tries a few of each exercise, chosen by chance; all others go into `docs/mutants.md`.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from typing import Any
from unittest.mock import patch

import numpy as np

from autograder import reference
from autograder.exercises import Exercise, Mistake
from autograder.inside.answers import LocalAnswer
from autograder.judging import judge
from autograder.judging.diagnosis.suspects import same_outcome
from autograder.judging.measuring import Measure
from autograder.judging.trials import problems
from tests import banks
from tests.mutants import kept
from tests.mutants.judged import Mutant
from tests.mutants.saying import is_false
from tests.mutants.written import write_page

SEED, FRESH = 7, 1007

AROUND = 40
"""How many pairs of mistakes are tried for each exercise, chosen by chance."""


FEW = 6
"""How many answers of each exercise a sample tries: half of them with a fault beside a mistake."""


@dataclass(frozen=True)
class Composed:
    """A wrong answer with two faults, and the names that are right for it."""

    what: str
    answer: Callable[..., Any]
    names: frozenset[str]


def composed(exercise: Exercise, most: int | None = None) -> Iterator[Composed]:
    """What can be made of the mistakes of one exercise: all, or so many of either kind."""
    yield from islice(beside(exercise), most)
    yield from around(exercise, AROUND if most is None else most)


def beside(exercise: Exercise) -> Iterator[Composed]:
    """Each mistake with a fault beside it, in an order by chance, if both show."""
    pairs = [(mistake, what) for mistake in exercise.mistakes for what in SIDES]
    random.Random(exercise.id).shuffle(pairs)
    for mistake, what in pairs:
        spoil = SIDES[what]
        spoiled, hidden = spoil(exercise, mistake.answer), spoil(exercise, exercise.reference)
        both_show = differs(exercise, spoiled, hidden)
        if both_show and differs(exercise, spoiled, mistake.answer, sides=True):
            yield Composed(f"{mistake.name}, {what}", spoiled, frozenset({mistake.name}))


def around(exercise: Exercise, most: int) -> Iterator[Composed]:
    """One mistake around another, if neither of the two nor the truth does the same."""
    pairs = [(a, b) for a in exercise.mistakes for b in exercise.mistakes if a.name != b.name]
    random.Random(exercise.id).shuffle(pairs)
    count = 0
    for outer, inner in pairs:
        both = one_around(exercise, outer, inner)
        others = (outer.answer, inner.answer, exercise.reference)
        if count < most and all(differs(exercise, both, other) for other in others):
            count += 1
            names = frozenset({outer.name, inner.name})
            yield Composed(f"{outer.name} around {inner.name}", both, names)


def one_around(exercise: Exercise, outer: Mistake, inner: Mistake) -> Callable[..., Any]:
    """The outer mistake with the inner one where it calls the reference."""
    name = exercise.reference.__name__

    def second(*given: Any, **named: Any) -> Any:
        with patch.object(reference, name, exercise.reference):
            return inner.answer(*given, **named)

    @wraps(exercise.reference)
    def both(*given: Any, **named: Any) -> Any:
        if getattr(reference, name, None) is not exercise.reference:
            return outer.answer(*given, **named)
        with patch.object(reference, name, second):
            return outer.answer(*given, **named)

    return both


def differs(exercise: Exercise, one: Any, other: Any, sides: bool = False) -> bool:
    """Whether two answers do not do the same on one draw; `sides` counts dtype and inputs too."""
    return not agree(exercise, one, other, SEED, sides)


def agree(exercise: Exercise, one: Any, other: Any, seed: int, sides: bool = False) -> bool:
    first, second = LocalAnswer(one), LocalAnswer(other)
    for problem in problems(exercise, seed, hidden=True):
        mine, theirs = first.ask(problem.arguments), second.ask(problem.arguments)
        measure = Measure.of(exercise, problem.arguments)
        if not same_outcome(mine, theirs, measure):
            return False
        if sides and (kinds(mine.value), mine.changed) != (kinds(theirs.value), theirs.changed):
            return False
    return True


def kinds(value: Any) -> Any:
    """The dtypes and types in a result."""
    if isinstance(value, (list, tuple)):
        return type(value), [kinds(item) for item in value]
    if isinstance(value, dict):
        return {key: kinds(item) for key, item in value.items()}
    return getattr(value, "dtype", type(value))


Answer = Callable[..., Any]


def without_refusal(exercise: Exercise, answer: Answer) -> Answer:
    """An answer that returns something where it is to refuse."""

    @wraps(answer)
    def accepting(*given: Any, **named: Any) -> Any:
        try:
            exercise.reference(*given, **named)
        except ValueError:
            return np.zeros((1, 1))
        return answer(*given, **named)

    return accepting


def without_pairs(exercise: Exercise, answer: Answer) -> Answer:
    """An answer that computes with whole numbers only where a pair is allowed as well."""

    @wraps(answer)
    def single(*given: Any, **named: Any) -> Any:
        for value in (*given, *named.values()):
            if isinstance(value, tuple) and len(value) == 2:
                raise TypeError("can only concatenate tuple to tuple")
        return answer(*given, **named)

    return single


def writing(exercise: Exercise, answer: Answer) -> Answer:
    """An answer that writes to its input, after it has made a result of its own."""
    own = banks.returning(lambda value: banks.leaves(value, copy))
    return banks.writing(own(answer))


def then(change: Callable[[Any], Any]) -> Callable[[Exercise, Answer], Answer]:
    return lambda exercise, answer: banks.returning(change)(answer)


def loose(value: Any) -> Any:
    """Floats for whole numbers, lists for tuples."""
    if isinstance(value, tuple):
        return [loose(item) for item in value]
    if isinstance(value, dict):
        return {key: loose(item) for key, item in value.items()}
    return float(value) if type(value) is int else value


def in_dtype(dtype: type) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        floats = isinstance(value, np.ndarray) and value.dtype.kind == "f"
        return value.astype(dtype) if floats else value

    return lambda value: banks.leaves(value, change)


SIDES: dict[str, Callable[[Exercise, Answer], Answer]] = {
    "always float64": then(in_dtype(np.float64)),
    "always float32": then(in_dtype(np.float32)),
    "floats and lists": then(loose),
    "nothing refused": without_refusal,
    "no pairs": without_pairs,
    "input written to": writing,
}


def kind_of(what: str) -> str:
    return "around" if " around " in what else what.rpartition(", ")[2]


def outcome(exercise: Exercise, one: Composed) -> str:
    """`"right"`, `"none"` or `"false"`, by the names that are given."""
    verdict = judge(exercise.id, one.answer, hidden=True, seed=SEED)
    if not verdict.mistakes:
        return "none"
    others = set(verdict.mistakes) - one.names
    same = [m for m in exercise.mistakes if m.name in others]
    if not others or any(agree(exercise, m.answer, one.answer, FRESH) for m in same):
        return "right"
    answer = Mutant(exercise, "composed", one.what, one.answer)
    return "false" if is_false(answer, verdict) else "right"


def outcomes(exercise: Exercise, most: int | None) -> dict[str, Counter]:
    """What comes of all that is made for one exercise, by kind; all but right names are told."""
    counts: dict[str, Counter] = {}
    for one in composed(exercise, most):
        with np.errstate(all="ignore"):
            how = outcome(exercise, one)
        counts.setdefault(kind_of(one.what), Counter())[how] += 1
        if how != "right":
            print(f"{exercise.id}: {one.what}: {how}", flush=True)
    return counts


def main(words: Sequence[str]) -> int:
    """The status is 0 if nine in ten get a right name, and none a false one."""
    warnings.simplefilter("ignore")
    whole: Counter = Counter()
    most = FEW // 2 if "--sample" in words else None
    ids = {word for word in words if not word.startswith("-")}
    asked = [one for one in banks.exercises() if not ids or {one.id, one.lesson} & ids]
    for exercise in asked:
        if exercise.draw is None or not exercise.mistakes:
            continue
        counts = outcomes(exercise, most)
        whole.update(sum(counts.values(), Counter()))
        if most is None:
            kept.composed().keep(exercise, counts)
    if most is None:
        write_page()
    print(f"all: {dict(whole)}")
    return 0 if whole["right"] >= 0.9 * whole.total() and not whole["false"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
