"""What is right about a wrong answer is said where all of it was tried; and of most, something."""

from collections import Counter

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import find
from tests import named

loss_and_grad = find("softmax-cross-entropy").reference
scores = find("conv2d-forward").reference
memory = find("training-memory").reference
shapes = find("layer-shapes").reference
error = find("top-k-error").reference

OTHER_KINDS = [
    ("softmax-cross-entropy", lambda *given: loss_and_grad(*given)[1],
     "It is the right `grad` alone; the rest is missing."),
    ("conv2d-forward", lambda *given, **named: (scores(*given, **named), 0),
     "The right result is its part 0."),
    ("training-memory", lambda *given: {"sum" if k == "total" else k: v
                                        for k, v in memory(*given).items()},
     "What stands under the other keys is right."),
    ("training-memory", lambda *given: memory(*given)["total"],
     "It is the right `total` alone; the rest is missing."),
    ("layer-shapes", lambda *given: shapes(*given)[:-1],
     "What it has is right; it ends too early."),
    ("layer-shapes", lambda *given: [*shapes(*given), (1,)],
     "All that is asked for is right in it; more comes after that."),
    ("top-k-error", lambda *given: str(error(*given)),
     "The number in its text is the right one; a number is asked for."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "words"), OTHER_KINDS)
def test_what_a_result_of_another_kind_has_to_do_with_the_right_one(name, answer, words):
    assert judge(name, answer, hidden=True, seed=3).message.endswith(words)


LOOSELY = [
    (lambda y: y * (1 + np.abs(y).sum()),
     "the right result, in each case times a number of its own"),
    (lambda y: y - y.mean(axis=(0, 2, 3), keepdims=True) ** 2,
     "the right result, each channel plus a number of its own"),
    (lambda y: np.sign(y) * np.abs(y) ** 1.5 - np.cbrt(y).mean(),
     "wrong in its numbers, though their order of size is right"),
    (lambda y: y + np.sin(9 * y) ** 2 * np.abs(y).max() + 0.1,
     "too large, and nowhere too small"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), LOOSELY)
def test_what_leaves_something_open_is_said_where_nothing_else_holds(change, words):
    said = judge("conv2d-forward", lambda *a, **n: change(scores(*a, **n)), hidden=True, seed=3)
    assert said.message.endswith(f"Wherever your result is wrong, it is {words}.")


def test_a_type_alone_is_called_wrong_only_where_the_numbers_are_right():
    def off(*given, **named):
        return (scores(*given, **named) + np.arange(3)[0] + 1e-2).tolist()

    said = judge("conv2d-forward", off, hidden=True, seed=3).message
    assert "The numbers in it are right" not in said


def test_the_one_row_of_a_table_that_is_wrong_is_told():
    def layers():
        return [("conv", {**row[1], "filters": 7}) if row is rows[0] else row for row in rows]

    rows = find("lenet-layers").reference()
    said = judge("lenet-layers", layers, hidden=True, seed=3).message
    assert "row 0, conv, which gives 7×28×28 and learns 182 numbers, is the right layer" in said
    assert "there, as all others are" in said


def test_something_specific_is_said_of_wrong_answers_that_nobody_foresaw():
    """A sample: `python -m tests.named` measures all."""
    strictly, widely = named.shares(Counter(named.said(one)[0] for one in named.sample()))
    assert strictly >= 0.75
    assert widely >= named.WIDELY
