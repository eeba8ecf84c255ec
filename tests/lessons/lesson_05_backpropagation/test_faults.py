"""Whoever lacks one thing loses the part that asks for it, whatever is drawn, and no other."""

import numpy as np
import pytest

from autograder import judge, reference
from autograder.exercises import find
from autograder.exercises.lesson_05_backpropagation._pooling import pool_backward_by, to_the_first
from tests import banks
from tests.lessons.lesson_05_backpropagation import right

SEEDS = (1, 2, 3)


def mistake(exercise_id, name):
    return next(m.answer for m in find(exercise_id).mistakes if m.name == name)


def wrong(exercise_id, what):
    return banks.wrong_answers_to(find(exercise_id))[what]


def int_only(answer, *which):
    """The answer of somebody who has not read pairs: the arguments numbered `which` are ints."""

    def wrong(*given):
        if any(isinstance(given[i], tuple) for i in which if i < len(given)):
            raise TypeError("can't multiply sequence by non-int of type 'tuple'")
        return answer(*given)

    return wrong


def padded_only_if_asked(grad, x, weights, stride=1, pad=0):
    if pad:
        padded = pad
    return reference.conv2d_backward(grad, x, weights, stride, padded)


def cut_at_minus_pad(grad, x, weights, stride=1, pad=0):
    """As most people publish it: for whole numbers, and broken without padding."""
    _, f, rows, columns = grad.shape
    kh, kw = weights.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx, dw = np.zeros_like(padded), np.zeros_like(weights)
    for i in range(rows):
        for j in range(columns):
            a, b = i * stride, j * stride
            for k in range(f):
                slopes = grad[:, k, i, j][:, None, None, None]
                dx[:, :, a : a + kh, b : b + kw] += slopes * weights[k]
                dw[k] += (slopes * padded[:, :, a : a + kh, b : b + kw]).sum(axis=0)
    return dx[:, :, pad:-pad, pad:-pad], dw, grad.sum(axis=(0, 2, 3))


def window_of_the_last(history, lr, factor=0.1, patience=3):
    tail = history[-(patience + 1) :]
    return lr * factor if len(tail) > patience and min(tail) == tail[0] else lr


LACKS = [
    ("conv2d-backward", int_only(right.conv_by_loops, 3, 4), {"pair"}),
    ("conv2d-backward", cut_at_minus_pad, {"pair", "no_padding"}),
    ("conv2d-backward", mistake("conv2d-backward", "p:-p slice at pad 0"), {"no_padding"}),
    ("conv2d-backward", padded_only_if_asked, {"no_padding"}),
    ("conv2d-backward", wrong("conv2d-backward", "padding ignored"), {"pad"}),
    ("conv2d-backward", mistake("conv2d-backward", "stride ignored"), {"stride"}),
    ("conv2d-backward", mistake("conv2d-backward", "only the first image"), {"batch"}),
    ("conv2d-backward", mistake("conv2d-backward", "only the last filter"), {"filters"}),
    ("conv2d-backward", mistake("conv2d-backward", "channels alike"), {"channels"}),
    ("conv2d-backward", wrong("conv2d-backward", "always float64"), {"dtype"}),
    ("max-pool2d-backward", pool_backward_by(to_the_first, overwrite=True), {"overlap"}),
    ("max-pool2d-backward", int_only(right.max_pool_by_masks, 2, 3), {"pair"}),
    ("max-pool2d-backward", mistake("max-pool2d-backward", "all ties paid"), {"ties"}),
    ("max-pool2d-backward", mistake("max-pool2d-backward", "stride := size"), {"overlap"}),
    ("max-pool2d-backward", mistake("max-pool2d-backward", "largest size wins"), {"negative"}),
    ("max-pool2d-backward", wrong("max-pool2d-backward", "only image 0"), {"batch"}),
    ("max-pool2d-backward", wrong("max-pool2d-backward", "always float64"), {"dtype"}),
    ("average-pool2d-backward", mistake("average-pool2d-backward", "= for +="), {"overlap"}),
    ("average-pool2d-backward", int_only(right.average_pool_by_loops, 2, 3), {"pair"}),
    ("relu-backward", lambda grad, x: grad * (x >= 0), {"zero"}),
    ("filter-gradient", wrong("filter-gradient", "always float64"), {"dtype"}),
    ("image-gradient", wrong("image-gradient", "always float64"), {"dtype"}),
    ("batch-normalize-backward", mistake("batch-normalize-backward", "gamma left out"), {"scale"}),
    ("batch-normalize-backward", mistake("batch-normalize-backward", "eps left out"), {"eps"}),
    ("batch-normalize-backward", wrong("batch-normalize-backward", "one channel"), {"channels"}),
    ("sgd-momentum-step", mistake("sgd-momentum-step", "weight decay left out"), {"decay"}),
    ("sgd-momentum-step", mistake("sgd-momentum-step", "momentum always 0.9"), {"momentum"}),
    ("sgd-momentum-step", wrong("sgd-momentum-step", "default momentum 0.5"), {"defaults"}),
    ("numerical-gradient", mistake("numerical-gradient", "row by row"), {"shape"}),
    ("numerical-gradient", wrong("numerical-gradient", "coarse by default"), {"default"}),
    ("reduce-on-plateau", window_of_the_last, {"after_drop"}),
    ("reduce-on-plateau", mistake("reduce-on-plateau", "drops once only"), {"after_drop"}),
    ("reduce-on-plateau", mistake("reduce-on-plateau", "equal taken for better"), {"equal"}),
    ("reduce-on-plateau", mistake("reduce-on-plateau", "factor always 0.1"), {"factor"}),
    ("training-memory", mistake("training-memory", "4 bytes always"), {"bytes"}),
    ("training-memory", mistake("training-memory", "one slot always"), {"slots"}),
]


@pytest.mark.parametrize(("exercise_id", "answer", "parts"), LACKS)
def test_one_lack_costs_one_part_and_the_lesson_shows_it(exercise_id, answer, parts):
    for seed in SEEDS:
        verdict = judge(exercise_id, answer, hidden=True, seed=seed)
        assert {f.facet for f in verdict.facets if f.graded and not f.passed} == parts
    assert not judge(exercise_id, answer).passed


def test_the_plateau_seen_through_a_window_is_never_right_and_has_its_own_name():
    for seed in range(60):
        verdict = judge("reduce-on-plateau", window_of_the_last, hidden=True, seed=seed)
        assert verdict.mistakes == ("only the last epochs looked at",)


def test_pytorchs_plateau_rule_is_one_epoch_late():
    def pytorchs(history, lr, factor=0.1, patience=3):
        best, bad, dropped = np.inf, 0, False
        for error in history:
            best, bad = (error, 0) if error < best else (best, bad + 1)
            dropped = bad > patience
            bad = 0 if dropped else bad
        return lr * factor if dropped else lr

    verdict = judge("reduce-on-plateau", pytorchs, hidden=True, seed=1)
    assert verdict.mistake == "one epoch late"


def test_the_frame_cut_at_minus_pad_is_told_where_pairs_are_missing_too():
    verdict = judge("conv2d-backward", cut_at_minus_pad, hidden=True, seed=1)
    assert verdict.message == (
        "conv2d-backward: no padding. `grad_x` is empty where there is no padding: a slice `p:-p` "
        "holds nothing when p is 0. See “Back through a convolution”. Besides, something else is "
        "wrong in this part: a pair for the stride or the pad."
    )


def test_nothing_of_a_wrong_answers_points_is_left_to_chance():
    for exercise_id, answer, _ in LACKS[:1] + LACKS[10:11] + LACKS[19:20]:
        points = {judge(exercise_id, answer, hidden=True, seed=seed).points for seed in range(12)}
        assert len(points) == 1
