"""Where no mistake is known, a relation that was measured is said; never one that is not true."""

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import find
from autograder.inside.answers import Response
from autograder.judging.diagnosis.conditions import exactly_where
from autograder.judging.measuring import Measure
from autograder.judging.trials import Trial

conv2d = find("conv2d-forward").reference
WHEREVER = "Wherever your result is wrong, it is "


def of_conv(change):
    """An answer that spoils the result of a right one."""
    return lambda x, weights, bias, stride=1, pad=0: change(conv2d(x, weights, bias, stride, pad))


def first_wrong_row(result):
    result = result.copy()
    result[..., -1, :] += 1
    return result


def later_channels(result):
    result = result.copy()
    result[:, 1:] *= 3
    return result


def no_border(result):
    result = result.copy()
    result[..., [0, -1], :] = 0.123
    result[..., [0, -1]] = 0.123
    return result


def moved_down(result):
    moved = np.roll(result, 1, axis=-2)
    moved[..., 0, :] = 9
    return moved


RESULTS = [
    (lambda y: y * 0, "0 everywhere"),
    (lambda y: -y, "the right result with its sign changed"),
    (lambda y: 3 * y, "the right result times 3"),
    (lambda y: y / 4, "the right result times 0.25"),
    (lambda y: y - 2, "too small by 2"),
    (np.abs, "the right result without its sign"),
    (np.square, "the square of the right result"),
    (lambda y: np.round(y, 1), "the right result rounded to 1 decimals"),
    (lambda y: y[..., ::-1, :], "the right result upside down"),
    (lambda y: y[..., ::-1], "the right result mirrored left to right"),
    (lambda y: y[..., ::-1, ::-1], "the right result turned by half a turn"),
    (moved_down, "the right result moved by one down"),
    (lambda y: y[None], "the right result with an axis of length 1 in front"),
    (lambda y: y[..., :-1, :], "right, but the last row is missing"),
    (
        lambda y: np.pad(y, [(0, 0), (0, 0), (0, 1), (0, 1)]),
        "right, with a last row and a last column too many",
    ),
    (lambda y: np.cumsum(y).reshape(y.shape), "a running sum of the right numbers"),
    (first_wrong_row, "right but for the last row"),
    (later_channels, "right but for the channels after the first"),
    (np.ravel, "made of the right numbers in one row"),
    (
        lambda y: y * (1 + 1e-3 * np.sin(y)),
        "nearly right: off by less than 0.2 % of its largest number",
    ),
]


@pytest.mark.parametrize(("change", "words"), RESULTS)
def test_what_a_result_has_to_do_with_the_right_one(change, words):
    verdict = judge("conv2d-forward", of_conv(change), hidden=True, seed=3)
    assert verdict.mistakes == ()
    assert verdict.message.endswith(f" {WHEREVER}{words}.")


ARGUMENTS = [
    (lambda x, w, b, s, p: conv2d(x[..., ::-1], w, b, s, p), "`x` mirrored left to right"),
    (lambda x, w, b, s, p: conv2d(x, w, -b, s, p), "`bias` of the other sign"),
    (lambda x, w, b, s, p: conv2d(x, np.abs(w), b, s, p), "`weights` without its sign"),
    (lambda x, w, b, s, p: conv2d(x, w, 2 * b, s, p), "twice the `bias`"),
    (lambda x, w, b, s, p: conv2d(x[:, ::-1], w, b, s, p), "`x` with its channels in reverse"),
]


@pytest.mark.parametrize(("function", "words"), ARGUMENTS)
def test_what_is_right_for_other_arguments(function, words):
    def answer(x, weights, bias, stride=1, pad=0):
        return function(x, weights, bias, stride, pad)

    verdict = judge("conv2d-forward", answer, hidden=True, seed=3)
    assert verdict.message.endswith(f" {WHEREVER}what is right with {words}.")


def test_a_setting_that_is_taken_for_another_is_named():
    reference = find("conv-output-size").reference

    def answer(size, kernel, pad=0, stride=1):
        return reference(size, kernel, pad, stride) + 1

    verdict = judge("conv-output-size", answer, hidden=True, seed=3)
    assert verdict.message.endswith(f" {WHEREVER}too large by 1.")


def test_the_lesson_says_it_too():
    verdict = judge("conv2d-forward", of_conv(lambda y: 3 * y))
    assert f"{WHEREVER}the right result times 3." in verdict.message


def test_a_known_mistake_needs_no_symptom():
    verdict = judge("cross-correlate2d", find("convolve2d").reference, hidden=True, seed=1)
    assert verdict.mistakes == ("kernel flipped",)
    assert "Wherever" not in verdict.message


def test_nothing_is_said_where_no_relation_holds_everywhere():
    def mixed(result):
        return np.cos(7 * result) if result.size % 2 else 9 * np.sin(5 * result)

    verdict = judge("conv2d-forward", of_conv(mixed), hidden=True, seed=3)
    assert "Wherever" not in verdict.message


def test_a_relation_that_holds_on_one_draw_only_is_not_said():
    """Twice the truth while the case is that of the seed asked for; something else afterwards."""
    calls = []

    def fickle(x, weights, bias, stride=1, pad=0):
        calls.append(1)
        return conv2d(x, weights, bias, stride, pad) * (2 if len(calls) < 60 else 5)

    verdict = judge("conv2d-forward", fickle, hidden=True, seed=3)
    assert "times 2" not in verdict.message


def test_a_single_part_that_is_wrong_is_said_to_be_the_only_one():
    def in_two_batches(x, weights, bias):
        result = find("conv2d-naive").reference(x, weights, bias)
        if len(x) > 1:
            result[1] += np.arange(result[1].size).reshape(result[1].shape) ** 2
        return result

    said = judge("conv2d-naive", in_two_batches, hidden=True, seed=2).message
    assert said.startswith("conv2d-naive: several images. ")
    assert said.endswith(
        ("The cases of all other parts are right.", "right but for the images after the first.")
    )


@pytest.mark.parametrize(
    "value",
    [
        10**30,
        -(10**4000),
        True,
        1j,
        np.full((2, 2), 1j),
        np.array(["a"]),
        np.array([[True]]),
        np.inf,
    ],
    ids=lambda value: str(value)[:12],
)
@pytest.mark.parametrize("exercise", ["relu", "conv-parameter-count", "softmax-cross-entropy"])
def test_what_is_no_number_of_an_array_is_measured_by_nothing_and_breaks_nothing(exercise, value):
    for hidden in (False, True):
        assert not judge(exercise, lambda *given, **named: value, hidden=hidden).passed


MORE_RESULTS = [
    (lambda y: y - y.mean(), "the right result minus its mean"),
    (lambda y: y / np.abs(y).max(), "the right result divided by its largest size"),
    (np.tanh, "the hyperbolic tangent of the right result"),
    (lambda y: np.roll(y, 1, axis=-1), "the right result rolled by one to the right"),
    (lambda y: np.minimum(y, 0.5), "the right result cut off at 0.5"),
    (lambda y: np.where(y < 0, y - 3, y), "right but for its negative numbers"),
    (lambda y: np.moveaxis(y, 1, -1).reshape(y.shape), "the right numbers with the channels last"),
]


@pytest.mark.parametrize(("change", "words"), MORE_RESULTS)
def test_what_else_a_result_has_to_do_with_the_right_one(change, words):
    verdict = judge("conv2d-forward", of_conv(change), hidden=True, seed=3)
    assert verdict.mistakes == ()
    assert verdict.message.endswith(f" {WHEREVER}{words}.")


output_size = find("conv-output-size").reference


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda size, kernel, pad=0, stride=1: output_size(size, kernel, pad, stride) + stride,
         "the right result plus `stride`"),
        (lambda size, kernel, pad=0, stride=1: output_size(size, kernel, pad, stride) * kernel,
         "the right result times `kernel`"),
        (lambda size, kernel, pad=0, stride=1: 17,
         "the same, whatever your function is given"),
    ],
)  # fmt: skip
def test_what_a_number_has_to_do_with_those_given(answer, words):
    verdict = judge("conv-output-size", answer, hidden=True, seed=3)
    assert f"{WHEREVER}{words}." in verdict.message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x, weights, bias: weights.shape[1] > 1, "`x` is longer than 1 along axis 1"),
        (lambda x, weights, bias: len(x) > 1, "`x` is longer than 1 along axis 0"),
    ],
)
def test_where_an_answer_is_wrong_is_told(wrong, words):
    def answer(x, weights, bias):
        result = find("conv2d-naive").reference(x, weights, bias)
        return np.cos(7 * result) if wrong(x, weights, bias) else result

    said = judge("conv2d-naive", answer, hidden=True, seed=2).message
    assert said.endswith(f"Of the cases tried, exactly those are wrong in which {words}.")


def test_of_two_cases_no_condition_is_read():
    trials = [
        Trial("values", {"k": k}, Response(1), Response(k % 2), [], Measure()) for k in (0, 1)
    ]
    assert list(exactly_where(trials)) == []


def parted(change):
    """An answer to an exercise with two results that spoils them."""
    right = find("softmax-cross-entropy").reference
    return lambda scores, labels: change(*right(scores, labels))


PARTS = [
    (
        lambda loss, grad: (grad, loss),
        f"{WHEREVER[:-6]}its parts are the right ones in another order: `grad`, `loss`.",
    ),
    (
        lambda loss, grad: (loss, 3 * grad),
        "Wherever your result is wrong, it is the right result times 3.",
    ),
    (
        lambda loss, grad: (loss**2 + loss, 5 * grad),
        "Wherever `grad` is wrong, it is the right result times 5.",
    ),
]


@pytest.mark.parametrize(("change", "words"), PARTS)
def test_the_parts_of_a_result_are_looked_at_one_by_one(change, words):
    said = judge("softmax-cross-entropy", parted(change), hidden=True, seed=3).message
    assert said.endswith(words)


def test_an_answer_that_gives_two_results_is_told_so():
    calls = []

    def counting(x, weights, bias, stride=1, pad=0):
        calls.append(1)
        return conv2d(x, weights, bias, stride, pad) + len(calls)

    said = judge("conv2d-forward", counting, hidden=True, seed=3).message
    assert "Asked twice the same, your function gives two different results" in said


SETTINGS = [
    (
        "sgd-momentum-step",
        lambda r: lambda w, g, v, lr, m=0.9, wd=0.0: r(w, g, v, 0.1, m, wd),
        "lr = 0.1",
    ),
    ("receptive-field", lambda r: lambda layers: r(layers[1:]), "the first of `layers` left out"),
    ("relu-backward", lambda r: lambda grad, x: grad * (x > 0.9), "`x` is between 0 and 1"),
    ("conv-layer-volume", lambda r: more_places(r), "off by (0, +1, +1)"),
]


def more_places(right):
    def wrong(*given):
        (filters, height, width), count = right(*given)
        return (filters, height + 1, width + 1), count

    return wrong


@pytest.mark.parametrize(("name", "change", "words"), SETTINGS)
def test_a_setting_a_list_a_limit_and_a_shape_are_read_off(name, change, words):
    said = judge(name, change(find(name).reference), hidden=True, seed=3).message
    assert words in said


def test_a_part_of_which_only_the_dtype_is_wrong_is_no_wrong_part():
    right = find("conv2d-backward").reference

    def spoiled(*given, **named):
        grad_x, grad_weights, grad_bias = right(*given, **named)
        return grad_x.astype(np.float32), grad_weights + 2, grad_bias

    said = judge("conv2d-backward", spoiled, hidden=True, seed=3).message
    assert "Wherever your result is wrong, it is too large by 2." in said


def test_a_result_that_is_wrong_as_a_whole_here_and_in_parts_there_has_a_sentence():
    right = find("separable-parameter-count").reference

    def spoiled(in_channels, *given):
        one, other = right(in_channels, *given)
        return (2 * one, 2 * other) if in_channels % 2 else (one**0.7, other)

    said = judge("separable-parameter-count", spoiled, hidden=True, seed=3).message
    assert "Wherever `separable` is wrong, it is too small, and nowhere too large." in said
