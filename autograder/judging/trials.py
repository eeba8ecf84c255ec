"""Trying an answer: one case or one property, one set of inputs, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any
from zlib import crc32

from autograder.exercises import Arguments, Case, Exercise, Numbers
from autograder.inside.answers import (
    Answer,
    Response,
    duplicate,
    error_name,
    message_of,
    to_plain_data,
)
from autograder.inside.limits import captured
from autograder.inside.wire import Foreign

from .comparing import SIDE_ASPECTS, Difference, compare, differences, in_words
from .measuring import Measure

AGAIN = 1000
"""The number under which the first case is drawn a second time."""


@dataclass(frozen=True)
class Problem:
    """What an answer is to be tried on: a case, its facet, arguments, and what is right.

    The measure is that of all answers: how large a result can be is found once.
    """

    facet: str
    arguments: Arguments
    truth: Response
    measure: Measure
    case: Case | None = None


@dataclass(frozen=True)
class Trial:
    """What an answer made of one set of inputs.

    Parameters
    ----------
    facet : str
    arguments : dict
        What the answer was given; empty for a property that says no more.
    response, truth : Response
        What it did, and what is right.
    found : list of Difference
        Everything that is wrong with it, the gravest first; empty if it is right.
    measure : Measure
        How far its numbers may be off.
    case : Case, optional
        The case the inputs were drawn for; none for the worked example and for properties.
    broken : tuple of str
        The claims of a property that do not hold.
    needs : tuple of str
        The facets that its case or property leans on.
    """

    facet: str
    arguments: Arguments
    response: Response
    truth: Response
    found: list[Difference]
    measure: Measure
    case: Case | None = None
    broken: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def refusal(self) -> bool:
        """Whether the right thing to do was to refuse the inputs."""
        return self.truth.error is not None

    @cached_property
    def grave(self) -> bool:
        """Whether more is wrong than a dtype, a fraction for a whole number, or the inputs."""
        return any(difference.aspect not in SIDE_ASPECTS for difference in self.found)

    @property
    def costs(self) -> bool:
        """Whether its facet is lost: a dtype costs that of its name, a changed input none."""
        aspects = {difference.aspect for difference in self.found}
        return self.grave or (self.facet in ("dtype", "whole") and self.facet in aspects)


def seed_of(exercise: Exercise, number: int, seed: int) -> list[int]:
    """The seed of one case, its own for each run, exercise and case."""
    return [seed, crc32(exercise.id.encode()), number]


def draw(exercise: Exercise, case: Case, seed: Any, whole: bool = False) -> Arguments:
    """Draw the inputs of a case."""
    if exercise.draw is None:
        raise ValueError(f"{exercise.id} asks for a value: nothing is drawn for it")
    numbers = Numbers(seed, dtype=case.dtype, layout=case.layout, whole=whole, of=case.of)
    return exercise.draw(numbers, **case.sizes)


def attempt(
    exercise: Exercise, answer: Answer, arguments: Arguments, facet: str, case: Case | None = None
) -> Trial:
    """Try an answer on given inputs."""
    return attempt_all(exercise, answer, [problem_of(exercise, arguments, facet, case)])[0]


def attempt_all(exercise: Exercise, answer: Answer, problems: Sequence[Problem]) -> list[Trial]:
    """Try an answer on several inputs, one after the other."""
    responses = answer.ask_all([problem.arguments for problem in problems])
    trials = []
    for problem, response in zip(problems, responses, strict=True):
        found = differences(response, problem.truth, problem.measure)
        trials.append(
            Trial(
                problem.facet,
                problem.arguments,
                response,
                problem.truth,
                found,
                problem.measure,
                problem.case,
                needs=problem.case.needs if problem.case else (),
            )
        )
    return trials


def try_example(exercise: Exercise, answer: Answer) -> Trial:
    """Try an answer on the worked example."""
    return attempt_all(exercise, answer, [example_problem(exercise)])[0]


def problem_of(
    exercise: Exercise, arguments: Arguments, facet: str, case: Case | None = None
) -> Problem:
    """The problem that consists of given inputs."""
    with captured():
        return _problem_of(exercise, arguments, facet, case)


def _problem_of(exercise: Exercise, arguments: Arguments, facet: str, case: Case | None) -> Problem:
    truth = truth_of(exercise, arguments)
    return Problem(facet, arguments, truth, Measure.of(exercise, arguments), case)


def truth_of(exercise: Exercise, arguments: Arguments) -> Response:
    """What is right: what the reference makes of copies of the arguments, or why it refuses."""
    given = [duplicate(value) for value in arguments.values()]
    try:
        return Response(to_plain_data(exercise.reference(*given)))
    except Exception as error:
        return Response(error=error_name(error), detail=message_of(error))


def small_problem(exercise: Exercise, case: Case, facet: str, seed: int) -> Problem:
    """The problem of a case in small whole numbers.

    Raises whatever `draw` does where there is nothing of such sizes.
    """
    kind = (case.dtype, case.layout, case.of)
    small = _small_problem(exercise, tuple(case.sizes.items()), kind, seed)
    return replace(small, facet=facet, case=case)


@lru_cache(maxsize=256)
def _small_problem(
    exercise: Exercise, sizes: tuple, kind: tuple[str, str, str], seed: int
) -> Problem:
    """Kept: whoever makes the same mistake is asked the same on the way to the smallest case."""
    dtype, layout, of = kind
    case = Case("", dict(sizes), dtype=dtype, layout=layout, of=of)
    return problem_of(exercise, draw(exercise, case, seed, whole=True), "")


@lru_cache(maxsize=32)
def example_problem(exercise: Exercise) -> Problem:
    """The worked example."""
    if exercise.example is None:
        raise ValueError(f"{exercise.id} has no worked example")
    return problem_of(exercise, exercise.example(), "example")


@lru_cache(maxsize=32)
def problems(exercise: Exercise, seed: int, hidden: bool) -> tuple[Problem, ...]:
    """All cases, or those that the lesson shows, which are the same for every answer."""
    drawn = [(case, case.facet, own) for case, own in settled_cases(exercise, seed, hidden)]
    drawn += [
        (case, "again", seed_of(exercise, AGAIN + number, seed))
        for number, case in enumerate(tried_again([case for case, _, _ in drawn]))
    ]
    with captured():
        return tuple(
            _problem_of(exercise, draw(exercise, case, own), facet, case)
            for case, facet, own in drawn
        )


def settled_cases(exercise: Exercise, seed: int, hidden: bool) -> Iterator[tuple[Case, list[int]]]:
    """The cases that a run tries, with the sizes that its seed draws, and a seed for each."""
    for number, case in enumerate(exercise.cases):
        if hidden or not case.hidden:
            own = seed_of(exercise, number, seed)
            for corner, settled in enumerate(case.settled(own)):
                yield settled, [*own, corner] if corner else own


def tried_again(cases: Sequence[Case]) -> list[Case]:
    """The first case; where it needs another facet, all of its kind."""
    alike = [case for case in cases if case.facet == cases[0].facet]
    return alike if alike and alike[0].needs else alike[:1]


def try_cases(
    exercise: Exercise, answer: Answer, seed: int, hidden: bool, example: bool = False
) -> list[Trial]:
    """Try an answer on all cases, or on those only that the lesson shows, after the worked example.

    The first is tried once more in the end, with other numbers: whoever keeps something from one
    call to the next, a total or a result, is found out by it.
    """
    first = [example_problem(exercise)] if example else []
    return attempt_all(exercise, answer, [*first, *problems(exercise, seed, hidden=hidden)])


class AnswerRaised(Exception):
    """The answer raised while a property was being tested."""


def try_properties(exercise: Exercise, answer: Answer, seed: int, hidden: bool) -> Iterator[Trial]:
    """Test all properties on an answer, or those only that the lesson shows."""
    for number, prop in enumerate(exercise.properties):
        if hidden or not prop.hidden:
            yield try_property(exercise, answer, number, seed)


def try_property(exercise: Exercise, answer: Answer, number: int, seed: int) -> Trial:
    """Test one property of an exercise on an answer."""
    prop = exercise.properties[number]
    numbers = Numbers(seed_of(exercise, len(exercise.cases) + number, seed))
    responses: list[Response] = []

    def call(**arguments: Any) -> Any:
        response = answer.ask(arguments)
        responses.append(response)
        if response.error:
            raise AnswerRaised
        return response.value

    broken: list[str] = []
    found: list[Difference] = []
    arguments: Arguments = {}
    response, truth = Response(), Response()
    measure = Measure.of(exercise)
    try:
        with captured():  # the test computes with whatever it was given
            for claim in prop.test(call, numbers):
                got, wanted = to_plain_data(claim.got), to_plain_data(claim.wanted)
                wrong = compare(got, wanted, measure)
                if wrong and not broken:
                    found, arguments = wrong, claim.arguments or {}
                    response, truth = Response(got), Response(wanted)
                if wrong:
                    broken.append(claim.says)
    except AnswerRaised:
        response = responses[-1]
        found = [Difference("error", response.error, None)]
        broken = ["it raised"]
    except Exception:
        # The test reached into a result that is not what an answer should be made of.
        value = responses[-1].value if responses else Foreign("nothing")
        response = Response(value)
        found = [Difference("unusable", in_words(value), None)]
        broken = ["the result could not be used"]
    touched = {name for response in responses for name in response.changed}
    if touched:
        found = [*found, Difference("untouched", tuple(sorted(touched)), ())]
    return Trial(
        prop.facet,
        arguments,
        response,
        truth,
        found,
        measure,
        broken=tuple(broken),
        needs=prop.needs,
    )
