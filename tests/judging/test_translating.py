"""Python's own words come with ours, and with the numbers at hand."""

import numpy as np
import pytest

from autograder import judge
from autograder.inside.answers import LocalAnswer
from autograder.judging.explaining.translating import meaning


def said(answer, **arguments):
    response = LocalAnswer(answer).ask(arguments)
    assert response.error
    return meaning(response, arguments)


FRACTION = (
    "A number with a decimal point stands where a whole number is needed, as a size, an index or "
    "in `range`: `/` gives such a number even for 6 / 2, `//` gives a whole one."
)

WORDS = [
    (lambda x: range(6 / 2), FRACTION),
    (lambda x: np.zeros((4 / 2, 3)), FRACTION),
    (lambda x: x[: 4 / 2], FRACTION),
    (lambda x: x[4 / 2], FRACTION),
    (
        lambda x: np.random.default_rng(0).rand(3),
        "`rng` is a Generator, which has no `rand`: `rng.random` is what it has.",
    ),
    (
        lambda x: np.random.default_rng(0).randn(3),
        "`rng` is a Generator, which has no `randn`: `rng.standard_normal` is what it has.",
    ),
    (
        lambda x: np.random.default_rng(0).randint(3),
        "`rng` is a Generator, which has no `randint`: `rng.integers` is what it has.",
    ),
    (lambda x: np.sometrue(x), "This version of NumPy has no `np.sometrue`: use `np.any`."),
    (lambda x: np.maximun(x, 0), "NumPy has no `np.maximun`: is it spelled right?"),
    (
        lambda x: np.array([[1, 2], [3]]),
        "An array is made of parts that differ in shape: all rows of an array are equally long.",
    ),
    (
        lambda x: x + np.zeros(3),
        "Arrays of shapes (2, 4) and (3,) meet there, and do not fit: counted from the last axis, "
        "two sizes must be equal, or one of them 1.",
    ),
    (
        lambda x: x.__setitem__(0, np.zeros(3)),
        "Something of shape (3,) is put into a place of shape (4,).",
    ),
    (
        lambda x: x @ np.zeros((3, 5)),
        "A matrix product needs as many columns on its left as rows on its right; here they are 4 "
        "and 3.",
    ),
    (
        lambda x: np.dot(x, np.zeros((3, 5))),
        "A product of shapes (2, 4) and (3, 5) needs as many columns on its left as rows on its "
        "right.",
    ),
    (lambda x: x[2], "Index 2 is asked of axis 0, which has 2 numbers: the last index is 1."),
    (lambda x: x[0, 0, 0], "An array with 2 axes is given 3 indices."),
    (lambda x: x.reshape(3, 3), "8 numbers cannot be put into the shape (3, 3)."),
    (
        lambda x: missing + x,  # noqa: F821
        "Nothing is called `missing` there: is it spelled right, and has its cell run?",
    ),
]


@pytest.mark.parametrize(("answer", "words"), WORDS)
def test_what_an_error_means(answer, words):
    assert said(answer, x=np.zeros((2, 4))) == words


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, pad: x.shape[0] + 2 * pad[0] + pad,
        lambda x, pad: pad + 1,
        lambda x, pad: range(pad),
        lambda x, pad: pad > 0,
        lambda x, pad: -pad,
        lambda x, pad: 6 // pad,
    ],
)
def test_a_pair_that_is_computed_with_as_one_number_is_named(answer):
    assert said(answer, x=np.zeros((2, 4)), pad=(0, 1)) == (
        "Your function got `pad = (0, 1)`, a pair, where it computes with one number: take height "
        "and width apart first."
    )


def test_a_none_that_is_computed_with_is_named():
    assert said(lambda x, stride: 2 * stride, x=1, stride=None) == (
        "Your function got None for `stride`: put the default in its place."
    )


def test_a_name_that_is_not_set_yet():
    def early(x):
        out += x  # noqa: F821
        return out

    assert said(early, x=1) == "`out` is read before anything is put into it."


def test_the_verdict_says_it():
    def halves(image, kernel):
        return np.zeros((len(image) / 2, 3))

    verdict = judge("cross-correlate2d", halves)
    assert verdict.message.endswith(f" {FRACTION}")
    assert "raised TypeError ('float' object cannot be interpreted as an integer)" in (
        verdict.message
    )
