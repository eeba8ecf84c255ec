"""The whole layer as one matrix product."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import reference

from ..model import Exercise, between, case
from ._layer import (
    LAYER_CASES,
    LAYER_PROPERTIES,
    LAYER_WORDS,
    SQUARE,
    layer,
    layer_example,
    layer_window,
    with_and_without_frame,
)
from ._layer_mistakes import LAYER_MISTAKES
from ._shared import places
from ._wrong_layers import layer_mistake


def by_columns(finish: Callable) -> Callable:
    """A layer as one product: `finish(columns, weights, bias, height, width)` says how."""

    def wrong(x, weights, bias, stride, pad):
        kernel = weights.shape[2:]
        columns = reference.im2col(x, kernel, stride, pad)
        return finish(columns, weights, bias, *places(x, kernel, stride, pad))

    return wrong


def product(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weights times columns: (N, F, H'·W')."""
    return weights.reshape(len(weights), -1) @ columns


def images_and_filters_mixed(columns, weights, bias, height, width):
    maps = product(columns, weights) + bias[:, None]
    return maps.swapaxes(0, 1).reshape(len(columns), len(weights), height, width)


def images_and_places_mixed(columns, weights, bias, height, width):
    maps = product(columns, weights) + bias[:, None]
    return maps.transpose(1, 2, 0).reshape(len(columns), len(weights), height, width)


def filters_and_places_mixed(columns, weights, bias, height, width):
    maps = product(columns, weights) + bias[:, None]
    return maps.swapaxes(1, 2).reshape(len(columns), len(weights), height, width)


def weights_channels_last(columns, weights, bias, height, width):
    maps = product(columns, weights.transpose(0, 2, 3, 1)) + bias[:, None]
    return maps.reshape(len(columns), len(weights), height, width)


def weights_cut_across(columns, weights, bias, height, width):
    maps = weights.reshape(-1, len(weights)).T @ columns + bias[:, None]
    return maps.reshape(len(columns), len(weights), height, width)


def bias_over_positions(columns, weights, bias, height, width):
    maps = product(columns, weights) + bias
    return maps.reshape(len(columns), len(weights), height, width)


def sides_exchanged(columns, weights, bias, height, width):
    maps = product(columns, weights) + bias[:, None]
    return maps.reshape(len(columns), len(weights), width, height)


def maps_left_flat(columns, weights, bias, height, width):
    return product(columns, weights) + bias[:, None]


OF_COLUMNS = (
    "stride ignored",
    "stride's numbers exchanged",
    "stride's first number for both",
    "pad ignored",
    "pad with edge values",
    "pad's numbers exchanged",
    "output transposed",
    "filters last",
    "filters before images",
    "rounds down silently",
    "kernel flipped",
    "kernel transposed",
    "bias left out",
    "first bias for every filter",
    "filters and channels swapped",
    "only image 0",
    "only channel 0",
)
"""Mistakes in the layer that people make with columns as well as with loops."""

EXERCISE = Exercise(
    order=60,
    reference=reference.conv2d_forward,
    draw=layer,
    example=layer_example,
    smallest={"size": 3, "kernel": 2, "pad": 0},
    window=layer_window,
    cases=(
        *LAYER_CASES,
        *with_and_without_frame(
            "filters",
            **SQUARE,
            C=between(2, 3),
            F=between(2, 4),
            corners=({"size": 4, "kernel": 2, "C": 2, "F": 4},),
            needs=("channels",),
        ),
        case("bias", size=(3, 3), kernel=(2, 2), F=4, biased=True, needs=("no_pad", "filters")),
        *with_and_without_frame(
            "batch",
            **SQUARE,
            N=between(2, 3),
            F=between(2, 4),
            corners=({"size": 4, "kernel": 2, "N": 3, "F": 3},),
            needs=("filters",),
        ),
    ),
    properties=LAYER_PROPERTIES,
    facet_words=LAYER_WORDS,
    see="The whole convolutional layer",
    mistakes=(
        layer_mistake(
            "wrong reshape order",
            by_columns(images_and_filters_mixed),
            "The maps of several images stand in one: images and filters were mixed up by the "
            "last reshape.",
            see="Fast convolution: one matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(images_and_places_mixed),
            "The maps of several images stand in one: images and places were mixed up by the "
            "last reshape.",
            see="Fast convolution: one matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(filters_and_places_mixed),
            "Filters and places were mixed up by the last reshape: it was given the filters last.",
            see="Fast convolution: one matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(weights_channels_last),
            "The weights were laid out with the channels last, the columns with the channels "
            "first: the products meet the wrong partners.",
            see="Fast convolution: one matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(weights_cut_across),
            "The rows of the weight matrix hold pieces of several filters; each row is one filter.",
            see="Fast convolution: one matrix product",
        ),
        layer_mistake(
            "bias broadcast over positions",
            by_columns(bias_over_positions),
            "The biases were spread over the places, or could not be; they belong to the filters.",
            see="Fast convolution: one matrix product",
        ),
        layer_mistake(
            "H and W exchanged at the end",
            by_columns(sides_exchanged),
            "The last reshape gave the maps their width for a height.",
            see="Fast convolution: one matrix product",
        ),
        layer_mistake(
            "maps left flat",
            by_columns(maps_left_flat),
            "The maps are still rows of numbers, (N, F, H'·W'); they should be pictures again.",
            see="Fast convolution: one matrix product",
        ),
        *(mistake for mistake in LAYER_MISTAKES if mistake.name in OF_COLUMNS),
    ),
)
