"""01-fully-connected-limits: what a single lack costs, and what passed once and must not."""

import numpy as np
import pytest

from autograder import judge, reference
from autograder.exercises import find
from tests.lessons.lesson_01_fully_connected_limits import wrong

SEEDS = range(6)


def lost(exercise, answer, seed):
    """The parts that an answer loses, and its points."""
    verdict = judge(exercise, answer, hidden=True, seed=seed)
    return {facet.facet for facet in verdict.facets if not facet.passed}, verdict.points


# --- answers that are right but for one thing


def four_axes_only(images):
    n, c, h, w = images.shape
    return images.reshape(n, c * h * w)


def first_image_only(answer):
    return lambda images, *rest: answer(images[:1], *rest)


def first_channel_only(answer):
    return lambda images, *rest: answer(images[:, :1] if images.ndim == 4 else images, *rest)


def in_float64(answer):
    return lambda images, *rest: answer(images, *rest).astype(float)


def broadcasting(x, weights, bias):
    return (x[:, None, :] * weights[None, :, :]).sum(axis=2) + bias


def broadcasting_layers(x, w1, b1, w2, b2):
    return broadcasting(np.maximum(broadcasting(x, w1, b1), 0), w2, b2)


def broadcasting_collapse(w1, b1, w2, b2):
    return np.einsum("kh,hd->kd", w2, w1), np.einsum("kh,h->k", w2, b1) + b2


def summed_loss(scores, labels):
    loss, grad = reference.softmax_cross_entropy(scores, labels)
    return loss * len(labels), grad


def first_sample_gradients(x, labels, *layers):
    return reference.two_layer_gradients(x[:1], labels[:1], *layers)


def square_only(images, order):
    side = max(images.shape[2:])
    if len(order) != images[0, 0].size:
        raise ValueError("short")
    rows, columns = order // side, order % side
    return images[:, :, rows % images.shape[2], columns].reshape(images.shape)


def any_order(images, order):
    flat = images.reshape(*images.shape[:2], -1).copy()
    flat[:, :, : len(order)] = flat[:, :, order]
    return flat.reshape(images.shape)


def down_and_right_only(images, down, right):
    return reference.shift_images(images, max(down, 0), max(right, 0))


def slices_to_minus_zero(images, down, right):
    """Right but where a slice ends at −0, which is empty."""
    if down and right:
        return reference.shift_images(images, down, right)
    return np.zeros_like(images)


def inside_only(images, down, right):
    """Right but where everything leaves the picture."""
    height, width = images.shape[2:]
    if abs(down) < height and abs(right) < width:
        return reference.shift_images(images, down, right)
    return images.copy()


ONE_LACK = [
    ("flatten-images", four_axes_only, "grey"),
    ("flatten-images", first_image_only(reference.flatten_images), "batch"),
    ("flatten-images", first_channel_only(reference.flatten_images), "channels"),
    ("flatten-images", in_float64(reference.flatten_images), "dtype"),
    ("linear-scores", broadcasting, "refused"),
    ("linear-scores", first_image_only(reference.linear_scores), "batch"),
    ("linear-scores", in_float64(reference.linear_scores), "dtype"),
    ("two-layer-scores", broadcasting_layers, "refused"),
    ("two-layer-scores", first_image_only(reference.two_layer_scores), "batch"),
    ("collapse-linear-layers", broadcasting_collapse, "refused"),
    ("two-layer-gradients", first_sample_gradients, "batch"),
    ("permute-pixels", first_image_only(reference.permute_pixels), "batch"),
    ("permute-pixels", first_channel_only(reference.permute_pixels), "channels"),
    ("permute-pixels", square_only, "rectangular"),
    ("permute-pixels", any_order, "refused"),
    ("permute-pixels", in_float64(reference.permute_pixels), "dtype"),
    ("shift-images", down_and_right_only, "negative"),
    ("shift-images", slices_to_minus_zero, "zero"),
    ("shift-images", inside_only, "far"),
    ("shift-images", wrong.only_square_pictures, "rectangular"),
    ("shift-images", first_image_only(reference.shift_images), "batch"),
    ("shift-images", first_channel_only(reference.shift_images), "channels"),
    ("shift-images", in_float64(reference.shift_images), "dtype"),
]


@pytest.mark.parametrize(
    ("exercise", "answer", "part"),
    [pytest.param(*row, id=f"{row[0]}-{row[2]}-{i}") for i, row in enumerate(ONE_LACK)],
)
def test_one_lack_costs_one_part(exercise, answer, part):
    for seed in SEEDS:
        missing, points = lost(exercise, answer, seed)
        assert missing == {part}
        assert points > 2.3


def test_a_loss_that_is_summed_costs_what_asks_for_several_samples_and_no_more():
    for seed in SEEDS:
        assert lost("softmax-cross-entropy", summed_loss, seed)[0] == {"batch", "low"}


# --- combinations are asked of whoever is right in their parts


def samples_for_channels(images):
    """Right for one image and for one channel, and wrong for several of both."""
    return images.swapaxes(0, 1).reshape(len(images), -1)


def up_and_away(images, down, right):
    """Right for near shifts up and far ones down, and wrong for far ones up."""
    moved = reference.shift_images(images, down, right)
    return images.copy() if min(down, right) < -max(images.shape[2:]) else moved


@pytest.mark.parametrize(
    ("exercise", "answer", "part"),
    [
        ("flatten-images", samples_for_channels, "batch"),
        ("shift-images", up_and_away, "far"),
    ],
)
def test_what_is_wrong_together_only_is_found(exercise, answer, part):
    for seed in SEEDS:
        assert lost(exercise, answer, seed)[0] == {part}


# --- points do not depend on the draw


def sizes_sorted(shape, sizes):
    return reference.fully_connected_parameter_count(shape, sorted(sizes))


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("linear-scores", lambda *given: np.maximum(reference.linear_scores(*given), 0)),
        ("two-layer-scores", lambda *given: np.maximum(reference.two_layer_scores(*given), 0)),
        ("fully-connected-parameter-count", sizes_sorted),
        ("softmax-cross-entropy", find("softmax-cross-entropy").mistakes[-1].answer),
    ],
    ids=["negative scores cut", "ReLU at the end", "sizes sorted", "every label in every row"],
)
def test_points_do_not_depend_on_the_numbers_drawn(exercise, answer):
    assert len({lost(exercise, answer, seed)[1] for seed in range(20)}) == 1


# --- the lesson's own check asks what the docstring says


def collapsed_in_float64(*layers):
    return tuple(part.astype(float) for part in reference.collapse_linear_layers(*layers))


def cut_to_fit(x, weights, bias):
    return x[:, : weights.shape[1]] @ weights[:, : x.shape[1]].T + bias


IN_THE_LESSON = [
    ("flatten-images", four_axes_only),
    ("flatten-images", in_float64(reference.flatten_images)),
    ("linear-scores", in_float64(reference.linear_scores)),
    ("linear-scores", cut_to_fit),
    ("two-layer-scores", in_float64(reference.two_layer_scores)),
    ("two-layer-scores", first_image_only(reference.two_layer_scores)),
    ("collapse-linear-layers", collapsed_in_float64),
    ("permute-pixels", any_order),
    ("permute-pixels", in_float64(reference.permute_pixels)),
    ("shift-images", in_float64(reference.shift_images)),
    ("shift-images", inside_only),
]


@pytest.mark.parametrize(("exercise", "answer"), IN_THE_LESSON)
def test_the_check_in_the_lesson_does_not_call_it_right(exercise, answer):
    assert not judge(exercise, answer).passed
