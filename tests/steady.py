"""`python -m tests.steady [ID…]`: do points depend on the draw?

Every answer of both banks is judged on fifty draws of the hidden cases. A right one has to earn
everything on each, a wrong one the same on each. Those that do not are listed with the seeds on
which they earn something else, and with the parts that are lost then or else.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import reload
from typing import Any

import numpy as np

from autograder.exercises import Exercise
from autograder.inside.answers import LocalAnswer
from autograder.inside.verdicts import Verdict
from autograder.judging.checking import facet_results, judge, points_for, try_all
from tests import banks
from tests.lessons import module_of

SEEDS = range(50)

Outcome = tuple[float, frozenset[str]]
"""The points that an answer earns, and the parts it loses."""


def answers_to(exercise: Exercise) -> Iterator[tuple[str, Any]]:
    """Every answer to an exercise, made anew: some remember what they were asked."""
    for style, answer in banks.right_answers_to(exercise).items():
        yield f"right: {style}", answer
    for number, mistake in enumerate(exercise.mistakes):
        yield f"mistake {number}: {mistake.name}", mistake.answer
    for what, answer in banks.wrong_answers_to(exercise).items():
        yield f"wrong: {what}", answer


def outcome(exercise: Exercise, answer: Any, seed: int) -> Outcome:
    """What an answer earns on one draw, without asking which mistake it makes."""
    if not callable(exercise.reference):
        return of_verdict(judge(exercise.id, answer, hidden=True, seed=seed))
    asked = LocalAnswer(answer, exercise.patience)
    facets = facet_results(exercise, list(try_all(exercise, asked, True, seed)))
    lost = frozenset(facet.facet for facet in facets if not facet.passed)
    return points_for(exercise, facets, exercise.test_points), lost


def made_anew(lesson: str) -> None:
    """Make the bank's answers once more, so that none knows of the draw before."""
    for module in filter(None, (module_of(lesson, "right"), module_of(lesson, "wrong"))):
        reload(module)


def of_verdict(verdict: Verdict) -> Outcome:
    return verdict.points, frozenset()


def outcomes(exercise: Exercise, seeds: Sequence[int]) -> dict[str, list[Outcome]]:
    """What every answer to an exercise earns on each draw."""
    found: dict[str, list[Outcome]] = {}
    for seed in seeds:
        made_anew(exercise.lesson)
        for what, answer in answers_to(exercise):
            with np.errstate(all="ignore"):
                found.setdefault(what, []).append(outcome(exercise, answer, seed))
    return found


def unsteady(exercise: Exercise, seeds: Sequence[int]) -> Iterator[str]:
    """A line for each answer that does not earn the same on every draw."""
    for what, each in outcomes(exercise, seeds).items():
        usual = Counter(each).most_common(1)[0][0]
        wanted = exercise.test_points if what.startswith("right: ") else usual[0]
        odd = [(seed, one) for seed, one in zip(seeds, each, strict=True) if one[0] != wanted]
        if odd:
            yield f"{exercise.id}, {what}: {wanted} points, but {in_words(odd, usual)}"


def in_words(odd: Sequence[tuple[int, Outcome]], usual: Outcome) -> str:
    """The seeds with other points, and in what parts they differ from the rest."""
    seeds = ", ".join(f"{points} with seed {seed}" for seed, (points, _) in odd[:3])
    more = f" and {len(odd) - 3} others" if len(odd) > 3 else ""
    parts = sorted({part for _, (_, lost) in odd for part in lost ^ usual[1]})
    return f"{seeds}{more} ({', '.join(parts)})"


def main(words: Sequence[str], tell: Callable[[str], None] = print) -> int:
    """Judge the exercises or lessons named, or all; the status is 0 if all points are steady."""
    asked = [one for one in banks.exercises() if not words or {one.id, one.lesson} & set(words)]
    count = 0
    for exercise in asked:
        for line in unsteady(exercise, SEEDS):
            count += 1
            tell(line)
    tell(f"{count} answers to {len(asked)} exercises earn other points on another draw")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
