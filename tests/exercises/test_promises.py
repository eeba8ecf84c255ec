"""What an exercise asks, its docstring says; and the ✓ of the open check says what is left."""

import ast
from functools import cache

import pytest

from autograder.judging.checking import MORE_REFUSED, what_is_left
from tests import banks
from tests.generated import ROOT

FUNCTIONS = [one for one in banks.exercises() if callable(one.reference)]

every_function = pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.id)


@cache
def docstrings(lesson):
    """What the functions in a lesson's source say of themselves, by name."""
    source = (ROOT / "solutions" / lesson / f"{lesson}.py").read_text(encoding="utf-8")
    functions = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)]
    return {one.name: ast.get_docstring(one) or "" for one in reversed(functions)}


def says(exercise):
    return docstrings(exercise.lesson)[exercise.function_name]


def asks(exercise, facet, hidden=None):
    parts = [*exercise.cases, *exercise.properties]
    return any(one.facet == facet and hidden in (None, one.hidden) for one in parts)


@every_function
def test_a_docstring_says_what_is_refused(exercise):
    assert ("ValueError" in says(exercise)) == asks(exercise, "refused")


@every_function
def test_a_docstring_says_which_dtype_comes_back(exercise):
    if asks(exercise, "dtype") and exercise.draw is not None:
        assert "dtype" in says(exercise) or "float32" in says(exercise)


@every_function
def test_the_open_check_names_all_that_is_left_to_the_hidden_tests(exercise):
    left = what_is_left(exercise).partition("also: ")[2].removesuffix(".").split("; ")
    worked_out = {"values"} if exercise.example else set()
    for facet in {one.facet for one in [*exercise.cases, *exercise.properties]} - worked_out:
        only_hidden = not asks(exercise, facet, hidden=False)
        assert (exercise.words(facet) in left) == only_hidden, facet
    more = asks(exercise, "refused", hidden=True) and asks(exercise, "refused", hidden=False)
    assert (MORE_REFUSED in left) == more
