"""What the mistakes of an exercise do with the inputs of one seed, each asked once.

Every answer of a class, and of a bank, is held against the same mistakes on the same inputs: what
they do with them, and in what they differ from the truth there, is found for the first answer that
needs it. Nobody can write to what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from autograder.exercises import Exercise
from autograder.inside.answers import Answer, LocalAnswer, Response, arrays_in
from autograder.judging.measuring import Measure
from autograder.judging.trials import (
    Problem,
    Trial,
    example_problem,
    problems,
    try_properties,
    try_property,
)

from .composing import compositions
from .side_by_side import SideBySide
from .suspects import Faults, faults_of

SEEDS_KEPT = 32
"""Exercises, each with one seed, for which it is kept what their mistakes do."""

Kept = TypeVar("Kept")


class Memory:
    """What was found once, by what it was found for."""

    def __init__(self) -> None:
        self._known: dict[tuple, Any] = {}

    def get(self, key: tuple, find: Callable[[], Kept]) -> Kept:
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]


class Mistaken:
    """What mistakes do with the worked example and all cases, hidden ones too."""

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise = exercise
        self.posed = [example_problem(exercise), *problems(exercise, seed, hidden=True)]
        self.answers = [LocalAnswer(mistake.answer) for mistake in exercise.mistakes]
        self._memory = Memory()

    @classmethod
    @lru_cache(maxsize=SEEDS_KEPT)
    def of(cls, exercise: Exercise, seed: int) -> Mistaken:
        """Kept for the next answer that is tried on the same inputs, as those of a lesson are."""
        return cls(exercise, seed)

    def responses(self, mistake: int) -> Sequence[Response]:
        def ask() -> tuple[Response, ...]:
            return tuple(self.response(mistake, trial) for trial in range(len(self.posed)))

        return self._memory.get(("responses", mistake), ask)

    def response(self, mistake: int, trial: int) -> Response:
        return self._memory.get((mistake, trial), lambda: self._ask(self.answers[mistake], trial))

    def like(self, trial: int, response: Response) -> dict[int, bool]:
        """Which mistakes do what an answer does, as far as that is seen side by side."""
        return self._side_by_side(trial).like(response, self.posed[trial].measure)

    def _side_by_side(self, trial: int) -> SideBySide:
        def lay() -> SideBySide:
            return SideBySide([self.response(n, trial) for n in range(len(self.answers))])

        return self._memory.get(("side by side", trial), lay)

    def faults(self, mistake: int) -> Faults:
        """In what a mistake differs from the truth, on each of the inputs."""
        responses = self.responses(mistake)
        return self._memory.get((mistake,), lambda: faults_of(responses, self.posed))

    def composed(self, number: int, trial: int) -> Response:
        """What one mistake around another does; they are numbered as `compositions` has them."""
        both = compositions(self.exercise)[number][2]
        key = ("composed", number, trial)
        return self._memory.get(key, lambda: self._ask(LocalAnswer(both), trial))

    def _ask(self, answer: Answer, trial: int) -> Response:
        return locked(answer.ask(self.posed[trial].arguments))


class Claimed:
    """Which claims mistakes break, where an exercise is known by its properties alone."""

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise, self.seed = exercise, seed
        self._memory = Memory()

    @classmethod
    @lru_cache(maxsize=SEEDS_KEPT)
    def of(cls, exercise: Exercise, seed: int) -> Claimed:
        return cls(exercise, seed)

    def right(self) -> list[Response]:
        """What the reference does, of which nothing is broken."""
        return self._memory.get(("right",), lambda: self._claims(self.exercise.reference))

    def responses(self, mistake: int) -> Sequence[Response]:
        def find() -> list[Response]:
            answer = LocalAnswer(self.exercise.mistakes[mistake].answer)
            seen = [self.broken(mistake, n) for n in range(len(self.exercise.properties))]
            return [*seen, *map(locked, parts_of_the_example(self.exercise, answer))]

        return self._memory.get((mistake,), find)

    def faults(self, mistake: int) -> Faults:
        """In what a mistake differs from what the reference does."""

        def find() -> Faults:
            measure = Measure.of(self.exercise)
            posed = [Problem("", {}, truth, measure) for truth in self.right()]
            return faults_of(self.responses(mistake), posed)

        return self._memory.get(("faults", mistake), find)

    def broken(self, mistake: int, number: int) -> Response:
        """The claims of one property that a mistake breaks."""
        answer = LocalAnswer(self.exercise.mistakes[mistake].answer)

        def find() -> Response:
            return claims_of(try_property(self.exercise, answer, number, self.seed))

        return self._memory.get((mistake, number), find)

    def _claims(self, function: Callable[..., Any]) -> list[Response]:
        return list(map(locked, claims(self.exercise, LocalAnswer(function), self.seed)))


def claims(
    exercise: Exercise, answer: Answer, seed: int, tried: Sequence[Trial] = ()
) -> list[Response]:
    """The broken claims of each property, then each part of the result for the example.

    Claims alone say little: many a wrong kernel is not silent where all is even.

    Parameters
    ----------
    tried : sequence of Trial
        What came of all properties, hidden ones too, if they were tried before.
    """
    trials = tried or try_properties(exercise, answer, seed, hidden=True)
    return [*map(claims_of, trials), *parts_of_the_example(exercise, answer)]


def claims_of(trial: Trial) -> Response:
    """The claims of a property that were broken, as a response."""
    return Response(list(trial.broken))


def parts_of_the_example(exercise: Exercise, answer: Answer) -> list[Response]:
    """Each part of what an answer makes of the worked example, if there is one."""
    if exercise.example is None:
        return []
    parts = LocalAnswer(exercise.reference).ask(exercise.example()).value
    value = answer.ask(exercise.example()).value
    if isinstance(parts, dict):
        value = value if isinstance(value, dict) else {}
        return [Response(value.get(name)) for name in parts]
    return [Response(exercise.reading(value))]


def locked(response: Response) -> Response:
    """The same response, whose arrays cannot be written to."""
    for array in arrays_in(response.value):
        array.flags.writeable = False
    return response
