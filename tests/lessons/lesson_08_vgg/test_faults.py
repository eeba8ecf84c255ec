"""08-vgg: one lack costs one part, and the lesson's own check sees it."""

import numpy as np
import pytest

from autograder.judging import judge
from autograder.reference import accounting, networks

from .right import vgg_from_blocks


def lost(exercise, answer, seed=1):
    """The parts that an answer loses, and the points that it keeps."""
    verdict = judge(exercise, answer, hidden=True, seed=seed)
    return {facet.facet for facet in verdict.facets if not facet.passed}, verdict.points


def for_ints(kernel, times, channels):
    return times * kernel**2 * channels**2


def for_squares(kernel, times, channels):
    side = kernel if isinstance(kernel, int) else kernel[0]
    return times * side**2 * channels**2


def first_photo(layers, params, x):
    return networks.forward(layers, params, x[:1])


def in_float64(layers, params, x):
    return networks.forward(layers, params, x).astype(np.float64)


def full_batches_only(layers, params, images, batch_size=20):
    parts = [
        networks.transfer_features(layers, params, images[i : i + batch_size])
        for i in range(0, len(images) - batch_size + 1, batch_size)
    ]
    return np.concatenate(parts)


WORK_LOST = {"multiply_adds", "groups"}


def table_with(change):
    def answer(layers, input_shape):
        table = accounting.memory_and_parameter_table(layers, input_shape)
        return [{**row, **change(row)} for row in table]

    return answer


def stored_in_place(kind):
    def answer(layers, input_shape):
        counts = accounting.activation_counts(layers, input_shape)
        shapes = accounting.layer_shapes(layers, input_shape)
        return [
            counts[0],
            *(
                int(np.prod(shape)) if row[0] == kind else count
                for row, shape, count in zip(layers, shapes, counts[1:], strict=True)
            ),
        ]

    return answer


def accepting(answer):
    """An answer that refuses nothing: what does not fit is an empty table."""

    def every(layers, input_shape):
        try:
            return answer(layers, input_shape)
        except ValueError:
            return []

    return every


ONE_LACK = [
    ("activation-counts", accepting(accounting.activation_counts), {"refused"}, 2.7),
    ("activation-counts", stored_in_place("relu"), {"in_place", "networks"}, 2.4),
    ("activation-counts", stored_in_place("dropout"), {"in_place", "networks"}, 2.4),
    ("memory-and-parameter-table", table_with(lambda row: {"multiply_adds": 0}), WORK_LOST, 3.88),
    (
        "memory-and-parameter-table",
        table_with(lambda row: {"shape": list(row["shape"])}),
        {"whole"},
        4.5,
    ),
    (
        "memory-and-parameter-table",
        accepting(accounting.memory_and_parameter_table),
        {"refused", "again"},
        3.88,
    ),
    ("stack-parameter-count", for_ints, {"pair"}, 0.8),
    ("stack-parameter-count", for_squares, {"pair"}, 0.8),
    ("vgg-forward", first_photo, {"batch"}, 4.37),
    ("vgg-forward", in_float64, {"dtype"}, 4.37),
]


@pytest.mark.parametrize(("exercise", "answer", "parts", "points"), ONE_LACK)
def test_one_lack_costs_one_part(exercise, answer, parts, points):
    assert lost(exercise, answer) == (parts, points)


@pytest.mark.parametrize(("exercise", "answer", "parts", "points"), ONE_LACK)
def test_the_open_check_does_not_call_it_right(exercise, answer, parts, points):
    assert not judge(exercise, answer).passed


def test_a_missing_pooling_is_named_however_the_table_is_written():
    def without_fifth_pool(depth):
        rows = vgg_from_blocks(depth)
        del rows[max(i for i, (kind, _) in enumerate(rows) if kind == "max_pool")]
        return rows

    verdict = judge("vgg-layers", without_fifth_pool, hidden=True, seed=1)
    assert verdict.mistake == "fifth pooling left out"


def test_batches_that_are_not_full_cost_no_other_part():
    assert lost("transfer-features", full_batches_only)[0] == {"batches", "default"}
