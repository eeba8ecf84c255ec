"""Count the weights and biases of fully connected layers on top of an image."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, case


def network_to_count(
    numbers: Numbers,
    layers: int = 2,
    input_shape: tuple[int, int, int] | None = None,
    layer_sizes: tuple[int, ...] | None = None,
) -> Arguments:
    """Draw a network whose sides and layers are all different, and whose layers are not sorted."""
    rng = numbers.rng
    sides = rng.permutation(np.arange(2, 12))[:3]
    sizes = np.sort(rng.permutation(np.arange(3, 60))[:layers])[::-1]
    sizes[1:] = sizes[1:][::-1]  # the largest first, then upwards
    return {
        "input_shape": input_shape or tuple(int(side) for side in sides),
        "layer_sizes": [int(size) for size in layer_sizes or sizes],
    }


def one_more_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """One more layer adds its own weights and biases, whatever comes before."""
    given = network_to_count(numbers, layers=3)
    shape, (*sizes, last) = given.values()
    with_it, without_it = call(**given), call(input_shape=shape, layer_sizes=sizes)
    yield Claim(
        with_it - without_it,
        (sizes[-1] + 1) * last,
        f"a layer of {last} units after one of {sizes[-1]}",
    )


def layer_counts(input_shape: tuple[int, ...], layer_sizes: list[int]) -> list[tuple[int, int]]:
    """Inputs and outputs of every layer."""
    return list(zip([prod(input_shape), *layer_sizes], layer_sizes, strict=False))


EXERCISE = Exercise(
    order=50,
    reference=reference.fully_connected_parameter_count,
    draw=network_to_count,
    example=lambda: {"input_shape": (3, 4, 5), "layer_sizes": [10, 2]},
    terms=1,
    cases=(
        case("values", layers=1),
        case("values", layers=2),
        case("depth", hidden=False, layers=3),
        case("depth", layers=5),
        case("photo", hidden=False, input_shape=(3, 224, 224), layer_sizes=(1000,)),
        case("photo", input_shape=(3, 1080, 1920), layer_sizes=(1000, 1000, 10)),
        case("grey", input_shape=(1, 28, 28), layer_sizes=(100, 10)),
        case("square", input_shape=(3, 32, 32)),
    ),
    properties=(Property("more", one_more_layer),),
    facet_words={
        "depth": "several layers",
        "photo": "images as large as photos",
        "grey": "one channel",
        "square": "square images",
        "more": "one more layer adds its own weights and biases",
    },
    see="Count every connection: the number of parameters",
    mistakes=(
        Mistake(
            "no biases",
            lambda input_shape, layer_sizes: sum(
                a * b for a, b in layer_counts(input_shape, layer_sizes)
            ),
            "The biases are missing: every unit has one.",
        ),
        Mistake(
            "channels forgotten",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                input_shape[1:], layer_sizes
            ),
            "The channels were left out: every number of the image is an input.",
        ),
        Mistake(
            "only the first layer",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                input_shape, layer_sizes[:1]
            ),
            "Only the first layer was counted.",
        ),
        Mistake(
            "only the last layer",
            lambda input_shape, layer_sizes: sum(
                (a + 1) * b for a, b in layer_counts(input_shape, layer_sizes)[-1:]
            ),
            "Only the last layer was counted.",
        ),
        Mistake(
            "first layer left out",
            lambda input_shape, layer_sizes: sum(
                (a + 1) * b for a, b in layer_counts(input_shape, layer_sizes)[1:]
            ),
            "The first layer, from the image to the first units, was left out.",
        ),
        Mistake(
            "every layer fed by the image",
            lambda input_shape, layer_sizes: sum(
                (prod(input_shape) + 1) * size for size in layer_sizes
            ),
            "Every layer was counted as if the image went into it; each is fed by the one before.",
        ),
        Mistake(
            "one bias a layer",
            lambda input_shape, layer_sizes: sum(
                a * b + 1 for a, b in layer_counts(input_shape, layer_sizes)
            ),
            "There is one bias for a whole layer; every unit has its own.",
        ),
        Mistake(
            "a bias for every input",
            lambda input_shape, layer_sizes: sum(
                a * (b + 1) for a, b in layer_counts(input_shape, layer_sizes)
            ),
            "The biases were counted by inputs; it is every output that has one.",
        ),
        Mistake(
            "image taken for a square",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                (input_shape[0], input_shape[1], input_shape[1]), layer_sizes
            ),
            "The image was taken for a square of its height.",
        ),
        Mistake(
            "sides added up",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                (sum(input_shape),), layer_sizes
            ),
            "The sides of the image were added; an image holds their product.",
        ),
        Mistake(
            "units counted, not wires",
            lambda input_shape, layer_sizes: prod(input_shape) + sum(layer_sizes),
            "The units were counted; the parameters are the weights between them and their biases.",
        ),
    ),
)
