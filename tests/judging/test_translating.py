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


LIST = "A list does not compute as an array does: make it an array first, with `np.array`."

MORE_WORDS = [
    (lambda x: x.shape[0] / 0, "Something is divided by 0."),
    (
        lambda x: max(x, x + 1),
        "`if`, `and`, `or` and Python's own `max` and `min` need one truth value, and an array has "
        "many: use `np.where`, `np.maximum`, `np.any` or `np.all`.",
    ),
    (lambda x: [1, 2] * 0.5, LIST),
    (lambda x: [1, 2] - 1, LIST),
    (lambda x: "3" + 4, "A text and a number cannot be put together."),
    (lambda x: x.size[0], "A single number is indexed as if it were an array or a tuple."),
    (lambda x: x[0, 0][1], "A single number is indexed as if it were an array or a tuple."),
    (
        lambda x: sum(x.size),
        "A `for` or a `sum` goes through a single number: `range(n)` counts up to it.",
    ),
    (lambda x: x @ x.max(), "A matrix product (`@`) is asked of a single number."),
    (
        lambda x: x[:0].max(),
        "The largest or smallest of no numbers at all is asked for: a slice is empty there.",
    ),
    (
        lambda x: x.shape[2],
        "An index lies beyond the end: the last one is one less than the length.",
    ),
    (lambda x: {x: 1}, "An array or a list cannot be a key of a dict, or stand in a set."),
    (lambda x: float(x), "Several numbers stand where one is needed."),
    (
        lambda x: np.zeros(3, int).__iadd__(0.5),
        "Numbers with a decimal point are put into an array of whole numbers: make it one of "
        "floats first.",
    ),
    (
        lambda x: x[x.astype(float)],
        "Numbers with a decimal point are used as an index: `.astype(int)` makes them whole.",
    ),
    (
        lambda x: np.concatenate([x, np.zeros((2, 3))]),
        "Arrays are joined that differ along another axis than the one they are joined along.",
    ),
    (lambda x: np.hstack([x, x[0]]), "Arrays with different numbers of axes are joined."),
    (
        lambda x: np.zeros(x.dtype, x.shape),
        "A shape is one whole number or a tuple of whole numbers; something else is given for it.",
    ),
    (lambda x: range(0, 3, 0), "The step of a range is 0."),
    (
        lambda x: refuse(x),
        "These inputs fit: there is a result for them, and nothing to refuse.",
    ),
    (lambda x: np.stack([x, x[:1]]), "Arrays of different shapes are stacked."),
    (
        lambda x: np.zeros((3 - 5, 2)),
        "An array of a negative size is asked for: a size is computed too small.",
    ),
    (
        lambda x: np.einsum("ijk,kl->ijl", x, x),
        "The letters of `np.einsum` do not fit its arrays: each axis has one letter.",
    ),
    (
        lambda x: four(x.shape),
        "Something of 2 parts is taken apart into 4 names: is it of the shape that you expect?",
    ),
    (lambda x: one(x[0]), "Something of more than 2 parts is taken apart into 2 names."),
    (lambda x: one(x.ndim), "A single value is taken apart into several names."),
    (lambda x: [1, 2].shape, "A list has no `shape`: make it an array first, with `np.array`."),
    (lambda x: x.ndim.shape, "A single number (`int`) has no `shape`: an array has."),
    (lambda x: x.lenght, "An array has no `lenght`: is it spelled right?"),
    (
        lambda x: x(0),
        "An array is called like a function: `x[i]` takes a part of it, `x * i` multiplies.",
    ),
    (
        lambda x: x.sum(axis=2),
        "Axis 2 is asked of an array with 2 axes, which are counted from 0.",
    ),
    (lambda x: {"w1": 1}["w2"], "There is no key 'w2' there: is it spelled right?"),
]


def refuse(given):
    raise ValueError("does not fit")


def four(given):
    n, c, h, w = given
    return n, c, h, w


def one(given):
    first, second = given
    return first, second


@pytest.mark.parametrize(("answer", "words"), MORE_WORDS)
def test_what_other_errors_mean(answer, words):
    assert said(answer, x=np.zeros((2, 4))) == words


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
