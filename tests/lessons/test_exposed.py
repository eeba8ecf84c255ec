"""What a lesson lets its students use of the reference answers none of its own exercises."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import LESSONS, Exercise, of_lesson
from autograder.inside.answers import LocalAnswer
from autograder.judging.trials import attempt_all, problems, try_property
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.lessons.stub_package import REFERENCE, reference_used


@cache
def exposed(lesson: str) -> dict[str, Callable]:
    """Every public function of the modules that a lesson exposes, by its full name."""
    used = reference_used(compile_lesson(Course.find().lesson(lesson)).master)
    functions = {}
    for name in used:
        module = import_module(REFERENCE + name)
        for function in vars(module).values():
            ours = inspect.isfunction(function) and function.__module__.startswith(REFERENCE)
            if ours and not function.__name__.startswith("_"):
                functions[f"{function.__module__}.{function.__name__}"] = function
    return functions


def repeated(function: Callable) -> Callable:
    """Called with as many rows as the last argument says, each of the first and a stride of 1."""
    return lambda first, *more: function([(first, 1)] * more[-1])


COMPOSED: dict[str, Callable[[Callable], Callable]] = {
    "as it is": lambda function: function,
    "of a list of the arguments": lambda function: lambda *given: function(list(given)),
    "of each pair of arguments": lambda function: lambda *given: function([given]),
    "of the last argument": lambda function: lambda *given: function(given[-1]),
    "backwards": lambda function: lambda *given: function(*given[::-1]),
    "repeated": repeated,
    "without a generator": lambda function: lambda *given: function(*given, None),
    "the first of what comes back": lambda function: lambda *given: function(*given)[0],
    "the first, without a generator": lambda function: lambda *given: function(*given, None)[0],
    "the last of what comes back": lambda function: lambda *given: function(*given)[-1],
    "as rows": lambda function: lambda *given: function(*given).reshape(len(given[-1]), -1),
}
"""Ways to hand a function in without a thought of one's own."""


ENOUGH = 0.1
"""The share of the points that such an answer may earn."""


def handed_in(lesson: str) -> Iterator[tuple[str, Callable]]:
    for name, function in exposed(lesson).items():
        for way, compose in COMPOSED.items():
            yield f"{name} {way}", compose(function)


def holds_the_heart(exercise: Exercise, answer: Callable) -> bool:
    """Whether an answer gets right what it earns nothing without: its first case, or a property."""
    asked = LocalAnswer(answer, 5.0)
    if exercise.cases:
        task = problems(exercise, 5, hidden=True)[0]
        return not attempt_all(exercise, asked, [task])[0].grave
    if try_property(exercise, asked, 0, 5).response.error:  # it cannot be called
        return False
    numbers = (i for i, prop in enumerate(exercise.properties) if prop.facet in exercise.heart)
    return any(not try_property(exercise, asked, number, 5).grave for number in numbers)


@pytest.fixture(autouse=True)
def arrays_in_few_words() -> Iterator[None]:
    """What some functions put into words is wrong in full as well, and takes most of the time."""
    with np.printoptions(threshold=0):
        yield


@pytest.mark.parametrize("lesson", LESSONS)
def test_nothing_that_a_lesson_exposes_answers_its_exercises(lesson):
    for exercise in of_lesson(lesson):
        if not callable(exercise.reference):
            continue
        for name, answer in handed_in(lesson):
            if holds_the_heart(exercise, answer):
                verdict = judge(exercise.id, answer, hidden=True, seed=5)
                assert verdict.points <= ENOUGH * exercise.test_points, f"{exercise.id}: {name}"
