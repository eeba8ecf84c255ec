"""Functions that an answer is given: it can call them, and is not told which they are."""

import numpy as np
import pytest

from autograder.inside.answers import LocalAnswer
from autograder.inside.arguments import Named
from autograder.inside.functions import FUNCTIONS, nameless


def words_about(f):
    """Everything that a function says of itself in words."""
    code = f.__code__
    own = (f.__name__, f.__qualname__, f.__doc__, f.__module__, repr(f))
    return [*map(str, own), code.co_name, code.co_qualname, code.co_filename, *f.__globals__]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_does_not_tell_which_it_is(name):
    said = []
    LocalAnswer(lambda f: said.extend(words_about(f))).ask({"f": Named(name)})
    assert said
    module = FUNCTIONS[name].__module__
    for words in said:
        for known in (*FUNCTIONS, module, FUNCTIONS[name].__doc__):
            assert known not in words
    assert FUNCTIONS[name].__doc__ not in nameless(name).__code__.co_consts


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_without_a_name_computes_the_same(name):
    x = np.random.default_rng(0).normal(size=(2, 1, 3, 4))
    assert np.array_equal(nameless(name)(x), FUNCTIONS[name](x))
