"""01-fully-connected-limits: why flattening an image is a bad deal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

import numpy as np

from autograder import reference
from autograder.inside.arguments import Arguments

from .model import Claim, Exercise, Mistake, Numbers, Property, case

LESSON = "01-fully-connected-limits"


# --- an image as one row of numbers ---------------------------------------------------------------


def some_images(numbers: Numbers, N: int, H: int, W: int, C: int | None = None) -> Arguments:
    shape = (N, H, W) if C is None else (N, C, H, W)
    return {"images": numbers.array(*shape)}


def every_number_has_its_place(call, numbers: Numbers) -> Iterator[Claim]:
    """Channel c, row i, column j goes to place (c·H + i)·W + j."""
    images = numbers.array(2, 3, 2, 4)
    flat = call(images=images)
    found = [flat[n, (c * 2 + i) * 4 + j] for n, c, i, j in np.ndindex(images.shape)]
    yield Claim(
        np.array(found),
        np.array([images[index] for index in np.ndindex(images.shape)]),
        "channel c, row i, column j is found at place (c·H + i)·W + j of its image's row",
    )


def laid_out(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Flatten what is left of the images after a change."""
    return lambda images: reference.flatten_images(change(images))


FLATTEN_IMAGES = Exercise(
    id="flatten-images",
    lesson=LESSON,
    reference=reference.flatten_images,
    draw=some_images,
    example=lambda: {
        "images": np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], [[[7.0, 8.0, 9.0], [0, 1, 2]]]])
    },
    terms=1,
    cases=(
        case("values", N=2, C=1, H=3, W=3),
        case("values", N=1, C=1, H=4, W=4),
        case("channels", hidden=False, N=2, C=3, H=2, W=3),
        case("channels", N=1, C=4, H=3, W=3),
        case("batch", N=5, C=2, H=2, W=2),
        case("rectangular", N=3, C=2, H=2, W=5),
        case("rectangular", N=2, C=2, H=4, W=1),
        case("grey", hidden=False, N=2, H=2, W=4),
        case("grey", N=3, H=3, W=2),
        case("dtype", dtype="float32", N=2, C=3, H=3, W=4),
        case("layout", layout="F", N=2, C=3, H=3, W=4),
        case("layout", layout="strided", N=2, C=3, H=3, W=4),
    ),
    properties=(
        Property("place", "every number at its place in the row", every_number_has_its_place),
    ),
    facet_words={
        "grey": "images without a channel axis, (N, H, W)",
        "place": "every number at its place in the row",
    },
    mistakes=(
        Mistake(
            "keeps only one image",
            laid_out(lambda images: images[:1]),
            "Only the first image is left; every image of the batch becomes a row.",
            "Lay the image flat",
        ),
        Mistake(
            "keeps only one image",
            lambda images: images[0].reshape(-1),
            "Only the first image is left; every image of the batch becomes a row.",
            "Lay the image flat",
        ),
        Mistake(
            "transposes before flattening",
            laid_out(lambda images: images.swapaxes(-1, -2)),
            "Each image was transposed on the way: its numbers come column by column, where "
            "reading order goes row by row.",
            "Lay the image flat",
        ),
        Mistake(
            "whole batch transposed",
            lambda images: images.T.reshape(len(images), -1),
            "The whole batch was transposed, so that each row mixes numbers of several images.",
            "Lay the image flat",
        ),
        Mistake(
            "first axis fastest",
            lambda images: images.reshape(len(images), -1, order="F"),
            "The numbers come in Fortran order, where the first axis runs fastest; in reading "
            "order the last one does.",
            "Lay the image flat",
        ),
        Mistake(
            "channels last",
            laid_out(lambda images: np.moveaxis(images, 1, -1)),
            "The channels of a pixel came together; the course keeps them apart: all of the first "
            "channel, then all of the second.",
            "Lay the image flat",
        ),
        Mistake(
            "batch flattened as well",
            lambda images: images.reshape(-1),
            "Everything lies in one long row: the images were joined end to end.",
            "Lay the image flat",
        ),
        Mistake(
            "batch flattened as well",
            lambda images: images.reshape(1, -1),
            "Everything lies in one long row: the images were joined end to end.",
            "Lay the image flat",
        ),
        Mistake(
            "one axis left",
            lambda images: images.reshape(*images.shape[:2], -1),
            "An axis is left between the images and their numbers: one row an image, whatever it "
            "was made of.",
            "Lay the image flat",
        ),
        Mistake(
            "one column an image",
            lambda images: reference.flatten_images(images).T,
            "Each image became a column; it is asked for as a row.",
            "Lay the image flat",
        ),
    ),
)


# --- one linear layer -----------------------------------------------------------------------------


def standing_out(numbers: Numbers, size: int) -> np.ndarray:
    """Biases that can't be overlooked, no two of them near each other on average."""
    return numbers.lay_out(numbers.array(size) + 2 * np.arange(1, size + 1, dtype=numbers.dtype))


def one_layer(numbers: Numbers, N: int, D: int, K: int, wide: int | None = None) -> Arguments:
    return {
        "x": numbers.array(N, D),
        "weights": numbers.array(K, wide or D),
        "bias": standing_out(numbers, K),
    }


def nothing_in_bias_out(call, numbers: Numbers) -> Iterator[Claim]:
    """An input of zeros scores the bias, for every sample."""
    given = {"x": np.zeros((3, 2)), "weights": numbers.array(4, 2), "bias": numbers.array(4)}
    yield Claim(call(**given), np.tile(given["bias"], (3, 1)), "inputs of zeros", given)


def one_number_picks_a_column(call, numbers: Numbers) -> Iterator[Claim]:
    """An input with a single 1 in it scores one column of the weights."""
    weights = numbers.array(2, 3)
    given = {"x": np.eye(3), "weights": weights, "bias": np.zeros(2)}
    yield Claim(call(**given), weights.T.copy(), "inputs with a single 1", given)


def without_bias(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return reference.linear_scores(x, weights, np.zeros_like(bias))


LINEAR_SCORES = Exercise(
    id="linear-scores",
    lesson=LESSON,
    reference=reference.linear_scores,
    draw=one_layer,
    example=lambda: {
        "x": np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]),
        "weights": np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]),
        "bias": np.array([10.0, 20.0]),
    },
    window=lambda arguments, where: {"x": (where[0],), "weights": (where[1],)},
    cases=(
        case("values", N=1, D=4, K=3),
        case("values", N=2, D=3, K=5),
        case("square", hidden=False, N=2, D=3, K=3),
        case("square", N=4, D=4, K=4),
        case("batch", N=6, D=5, K=2),
        case("batch", N=3, D=2, K=3),
        case("narrow", N=3, D=4, K=1),
        case("narrow", N=3, D=1, K=4),
        case("dtype", dtype="float32", N=3, D=6, K=4),
        case("layout", layout="F", N=3, D=5, K=4),
        case("layout", layout="strided", N=3, D=5, K=4),
        case("refused", N=3, D=5, K=4, wide=4),
        case("refused", N=2, D=3, K=3, wide=5),
    ),
    properties=(
        Property("bias", "an input of zeros scores the bias", nothing_in_bias_out),
        Property(
            "column",
            "an input with a single 1 scores one column of the weights",
            one_number_picks_a_column,
        ),
    ),
    facet_words={
        "square": "as many classes as numbers in the input",
        "narrow": "a single class, or a single number",
        "bias": "an input of zeros scores the bias",
        "column": "an input with a single 1 scores one column of the weights",
        "refused": "rows of `x` and of `weights` of different lengths are refused",
    },
    mistakes=(
        Mistake(
            "bias left out",
            without_bias,
            "The bias is missing.",
            "A score for every class",
        ),
        Mistake(
            "weights not transposed",
            lambda x, weights, bias: x @ weights + bias,
            "The columns of `weights` were used where its rows are meant: row k holds the weights "
            "of class k. It only shows as wrong numbers when there are as many classes as inputs.",
            "A score for every class",
        ),
        Mistake(
            "bias added per sample",
            lambda x, weights, bias: without_bias(x, weights, bias) + bias[:, None],
            "The bias was added per sample, down the rows; each class, a column of the scores, "
            "has its own.",
            "A score for every class",
        ),
        Mistake(
            "bias inside the sum",
            lambda x, weights, bias: reference.linear_scores(x, weights, bias * x.shape[1]),
            "The bias was added inside the sum, once for every input number; it comes once for "
            "each score.",
            "A score for every class",
        ),
        Mistake(
            "first bias for every class",
            lambda x, weights, bias: reference.linear_scores(
                x, weights, np.full_like(bias, bias[0])
            ),
            "Every class got the first class's bias.",
            "A score for every class",
        ),
        Mistake(
            "bias subtracted",
            lambda x, weights, bias: reference.linear_scores(x, weights, -bias),
            "The bias was subtracted.",
            "A score for every class",
        ),
        Mistake(
            "biases added up",
            lambda x, weights, bias: without_bias(x, weights, bias) + bias.sum(),
            "Every score got the sum of all biases; each class has its own.",
            "A score for every class",
        ),
        Mistake(
            "mean instead of sum",
            lambda x, weights, bias: without_bias(x, weights, bias) / x.shape[1] + bias,
            "This is the mean of the products; their sum is asked for.",
            "A score for every class",
        ),
        Mistake(
            "classes first",
            lambda x, weights, bias: reference.linear_scores(x, weights, bias).T,
            "The scores came out as (K, N), a row for each class; a row for each sample is asked "
            "for.",
            "A score for every class",
        ),
        Mistake(
            "only the first sample",
            lambda x, weights, bias: reference.linear_scores(x[:1], weights, bias),
            "Only the first sample was scored.",
            "A score for every class",
        ),
        Mistake(
            "only the first sample",
            lambda x, weights, bias: reference.linear_scores(x[:1], weights, bias)[0],
            "Only the first sample was scored.",
            "A score for every class",
        ),
    ),
)


# --- two layers -----------------------------------------------------------------------------------


def two_layers(
    numbers: Numbers, D: int, H: int, K: int, tall: int | None = None, wide: int | None = None
) -> Arguments:
    return {
        "w1": numbers.array(H, wide or D),
        "b1": numbers.array(H),
        "w2": numbers.array(K, tall or H),
        "b2": standing_out(numbers, K),
    }


def samples_and_two_layers(numbers: Numbers, N: int, D: int, **sizes: int) -> Arguments:
    return {"x": numbers.array(N, D), **two_layers(numbers, D, **sizes)}


def silent_hidden_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """Where no hidden unit is on, nothing is left but the second bias."""
    given = samples_and_two_layers(numbers, N=3, D=2, H=4, K=2)
    given["b1"] = np.full(4, -100.0)
    yield Claim(call(**given), np.tile(given["b2"], (3, 1)), "hidden units that are all off", given)


def open_hidden_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """Where every hidden unit is on, two layers are one linear layer."""
    given = samples_and_two_layers(numbers, N=3, D=2, H=4, K=2)
    given["b1"] = given["b1"] + 20
    x, *layers = given.values()
    one = reference.linear_scores(x, *reference.collapse_linear_layers(*layers))
    yield Claim(call(**given), one, "hidden units that are all on", given)


def with_hidden(hidden_of: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Two layers with another hidden layer between: `hidden_of(x, w1, b1)`."""
    return lambda x, w1, b1, w2, b2: reference.linear_scores(hidden_of(x, w1, b1), w2, b2)


TWO_LAYER_SCORES = Exercise(
    id="two-layer-scores",
    lesson=LESSON,
    reference=reference.two_layer_scores,
    draw=samples_and_two_layers,
    example=lambda: {
        "x": np.array([[1.0, 2.0], [2.0, -1.0]]),
        "w1": np.array([[1.0, 1.0], [1.0, -1.0]]),
        "b1": np.array([-2.0, 2.0]),
        "w2": np.array([[1.0, -1.0], [2.0, 1.0]]),
        "b2": np.array([0.0, 10.0]),
    },
    terms=128,
    cases=(
        case("values", N=2, D=3, H=6, K=3),
        case("values", N=4, D=4, H=4, K=4),
        case("sizes", hidden=False, N=3, D=2, H=5, K=3),
        case("sizes", N=2, D=6, H=3, K=4),
        case("sizes", N=3, D=3, H=7, K=1),
        case("batch", N=8, D=3, H=4, K=2),
        case("dtype", dtype="float32", N=4, D=5, H=6, K=3),
        case("layout", layout="F", N=4, D=5, H=6, K=3),
        case("layout", layout="strided", N=4, D=5, H=6, K=3),
        case("refused", N=3, D=4, H=5, K=2, wide=3),
        case("refused", N=3, D=4, H=5, K=2, tall=4),
    ),
    properties=(
        Property(
            "silent", "hidden units that are all off leave the second bias", silent_hidden_layer
        ),
        Property("open", "hidden units that are all on make one linear layer", open_hidden_layer),
    ),
    facet_words={
        "sizes": "D, H and K all different",
        "silent": "hidden units that are all off leave the second bias",
        "open": "hidden units that are all on make one linear layer",
        "refused": "layers that do not fit together are refused",
    },
    mistakes=(
        Mistake(
            "no ReLU",
            with_hidden(reference.linear_scores),
            "There is no ReLU between the layers: negative hidden numbers went on as they were.",
            "Two layers and a bend",
        ),
        Mistake(
            "ReLU after the second layer as well",
            lambda *given: reference.relu(reference.two_layer_scores(*given)),
            "The scores went through a ReLU too: a score may be negative.",
            "Two layers and a bend",
        ),
        Mistake(
            "ReLU after the second layer only",
            lambda x, w1, b1, w2, b2: reference.relu(
                reference.linear_scores(reference.linear_scores(x, w1, b1), w2, b2)
            ),
            "The ReLU stands after the second layer; its place is between the two.",
            "Two layers and a bend",
        ),
        Mistake(
            "ReLU before the first bias",
            with_hidden(
                lambda x, w1, b1: (
                    reference.relu(reference.linear_scores(x, w1, np.zeros_like(b1))) + b1
                )
            ),
            "The first bias was added after the ReLU; it decides which units are on, so it comes "
            "before.",
            "Two layers and a bend",
        ),
        Mistake(
            "ReLU on the input",
            with_hidden(lambda x, w1, b1: reference.linear_scores(reference.relu(x), w1, b1)),
            "The ReLU was applied to the input; its place is after the first layer.",
            "Two layers and a bend",
        ),
        Mistake(
            "ReLU on the input as well",
            with_hidden(
                lambda x, w1, b1: reference.relu(reference.linear_scores(reference.relu(x), w1, b1))
            ),
            "The input went through a ReLU too: its negative numbers count.",
            "Two layers and a bend",
        ),
        Mistake(
            "absolute value for ReLU",
            with_hidden(lambda x, w1, b1: np.abs(reference.linear_scores(x, w1, b1))),
            "Negative hidden numbers lost their sign; a ReLU puts 0 in their place.",
            "Two layers and a bend",
        ),
        Mistake(
            "minimum for maximum",
            with_hidden(lambda x, w1, b1: np.minimum(reference.linear_scores(x, w1, b1), 0)),
            "The negative hidden numbers were kept and the positive ones cut: the other way round.",
            "Two layers and a bend",
        ),
        Mistake(
            "sigmoid for ReLU",
            with_hidden(lambda x, w1, b1: 1 / (1 + np.exp(-reference.linear_scores(x, w1, b1)))),
            "The hidden layer has a sigmoid; max(0, ·) is asked for.",
            "Two layers and a bend",
        ),
        Mistake(
            "first bias left out",
            lambda x, w1, b1, w2, b2: reference.two_layer_scores(x, w1, np.zeros_like(b1), w2, b2),
            "The first bias is missing.",
            "Two layers and a bend",
        ),
        Mistake(
            "second bias left out",
            lambda x, w1, b1, w2, b2: reference.two_layer_scores(x, w1, b1, w2, np.zeros_like(b2)),
            "The second bias is missing.",
            "Two layers and a bend",
        ),
    ),
)


def one_layer_scores_alike(call, numbers: Numbers) -> Iterator[Claim]:
    """The one layer gives what the two give, on any input."""
    x, layers = numbers.array(4, 3), two_layers(numbers, D=3, H=5, K=2)
    w1, b1, w2, b2 = layers.values()
    yield Claim(
        reference.linear_scores(x, *call(**layers)),
        reference.linear_scores(reference.linear_scores(x, w1, b1), w2, b2),
        "the one layer scores as the two did",
    )


def collapsed(
    weights_of: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda w1, w2: w2 @ w1,
    bias_of: Callable[..., np.ndarray] = lambda w1, b1, w2, b2: w2 @ b1 + b2,
) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return lambda w1, b1, w2, b2: (weights_of(w1, w2), bias_of(w1, b1, w2, b2))


COLLAPSE_LINEAR_LAYERS = Exercise(
    id="collapse-linear-layers",
    lesson=LESSON,
    reference=reference.collapse_linear_layers,
    draw=two_layers,
    example=lambda: {
        "w1": np.array([[1.0, 2.0], [0.0, 1.0]]),
        "b1": np.array([1.0, 2.0]),
        "w2": np.array([[0.0, 1.0], [1.0, 1.0]]),
        "b2": np.array([3.0, 4.0]),
    },
    results=("weights", "bias"),
    cases=(
        case("values", D=3, H=3, K=3),
        case("values", D=4, H=4, K=4),
        case("sizes", hidden=False, D=4, H=3, K=2),
        case("sizes", D=2, H=5, K=3),
        case("sizes", D=3, H=2, K=3),
        case("sizes", D=3, H=4, K=4),
        case("dtype", dtype="float32", D=4, H=5, K=3),
        case("layout", layout="F", D=4, H=5, K=3),
        case("layout", layout="strided", D=4, H=5, K=3),
        case("refused", D=4, H=5, K=3, tall=4),
    ),
    properties=(Property("same", "the one layer scores as the two", one_layer_scores_alike),),
    facet_words={
        "sizes": "D, H and K not all the same",
        "same": "the one layer scores as the two did",
        "refused": "layers that do not fit together are refused",
    },
    mistakes=(
        Mistake(
            "multiplied in the wrong order",
            collapsed(weights_of=lambda w1, w2: w1 @ w2),
            "The weights were multiplied in the wrong order: what is applied first stands on the "
            "right.",
            "Without the bend, one layer",
        ),
        Mistake(
            "multiplied in the wrong order",
            lambda w1, b1, w2, b2: (w1 @ w2, w1 @ b2 + b1),
            "The layers were put in the wrong order: what is applied first stands on the right.",
            "Without the bend, one layer",
        ),
        Mistake(
            "biases added",
            collapsed(bias_of=lambda w1, b1, w2, b2: b1 + b2),
            "The two biases were added up; the first one still has to go through the second layer.",
            "Without the bend, one layer",
        ),
        Mistake(
            "first bias forgotten",
            collapsed(bias_of=lambda w1, b1, w2, b2: b2.copy()),
            "The first layer's bias is lost.",
            "Without the bend, one layer",
        ),
        Mistake(
            "second bias forgotten",
            collapsed(bias_of=lambda w1, b1, w2, b2: w2 @ b1),
            "The second layer's bias is missing.",
            "Without the bend, one layer",
        ),
        Mistake(
            "second bias sent through as well",
            collapsed(bias_of=lambda w1, b1, w2, b2: w2 @ (b1 + b2)),
            "The second bias went through the second layer too; it is added behind it.",
            "Without the bend, one layer",
        ),
        Mistake(
            "bias through the columns",
            collapsed(bias_of=lambda w1, b1, w2, b2: b1 @ w2 + b2),
            "The first bias went through the columns of `w2`; its rows are meant.",
            "Without the bend, one layer",
        ),
        Mistake(
            "bias through the first layer",
            collapsed(bias_of=lambda w1, b1, w2, b2: w1 @ b1 + b2),
            "The first bias went through the first layer again; it is the second that it meets.",
            "Without the bend, one layer",
        ),
        Mistake(
            "weights multiplied number by number",
            collapsed(weights_of=lambda w1, w2: w1 * w2),
            "The weights were multiplied number by number; a matrix product is meant.",
            "Without the bend, one layer",
        ),
        Mistake(
            "weights added",
            collapsed(weights_of=lambda w1, w2: w1 + w2),
            "The weights were added; one layer after the other is a product.",
            "Without the bend, one layer",
        ),
        Mistake(
            "weights transposed",
            collapsed(weights_of=lambda w1, w2: (w2 @ w1).T),
            "The weights are transposed: one row for each output.",
            "Without the bend, one layer",
        ),
    ),
)


# --- counting -------------------------------------------------------------------------------------


def network_to_count(
    numbers: Numbers,
    layers: int = 2,
    input_shape: tuple[int, int, int] | None = None,
    layer_sizes: tuple[int, ...] | None = None,
) -> Arguments:
    """Draw a network whose sides and layers are all different."""
    rng = numbers.rng
    sides = rng.permutation(np.arange(2, 12))[:3]
    sizes = rng.permutation(np.arange(3, 60))[:layers]
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


FULLY_CONNECTED_PARAMETER_COUNT = Exercise(
    id="fully-connected-parameter-count",
    lesson=LESSON,
    reference=reference.fully_connected_parameter_count,
    draw=network_to_count,
    example=lambda: {"input_shape": (3, 4, 5), "layer_sizes": [10, 2]},
    terms=1,
    smallest={"layers": 1},
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
    properties=(Property("more", "one more layer adds its own", one_more_layer),),
    facet_words={
        "depth": "several layers",
        "photo": "images as large as photos",
        "grey": "one channel",
        "square": "square images",
        "more": "one more layer adds its own weights and biases",
    },
    mistakes=(
        Mistake(
            "no biases",
            lambda input_shape, layer_sizes: sum(
                a * b for a, b in layer_counts(input_shape, layer_sizes)
            ),
            "The biases are missing: every unit has one.",
            "Count every wire",
        ),
        Mistake(
            "channels forgotten",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                input_shape[1:], layer_sizes
            ),
            "The channels were left out: every number of the image is an input.",
            "Count every wire",
        ),
        Mistake(
            "only the first layer",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                input_shape, layer_sizes[:1]
            ),
            "Only the first layer was counted.",
            "Count every wire",
        ),
        Mistake(
            "only the last layer",
            lambda input_shape, layer_sizes: sum(
                (a + 1) * b for a, b in layer_counts(input_shape, layer_sizes)[-1:]
            ),
            "Only the last layer was counted.",
            "Count every wire",
        ),
        Mistake(
            "first layer left out",
            lambda input_shape, layer_sizes: sum(
                (a + 1) * b for a, b in layer_counts(input_shape, layer_sizes)[1:]
            ),
            "The first layer, from the image to the first units, was left out.",
            "Count every wire",
        ),
        Mistake(
            "every layer fed by the image",
            lambda input_shape, layer_sizes: sum(
                (prod(input_shape) + 1) * size for size in layer_sizes
            ),
            "Every layer was counted as if the image went into it; each is fed by the one before.",
            "Count every wire",
        ),
        Mistake(
            "one bias a layer",
            lambda input_shape, layer_sizes: sum(
                a * b + 1 for a, b in layer_counts(input_shape, layer_sizes)
            ),
            "There is one bias for a whole layer; every unit has its own.",
            "Count every wire",
        ),
        Mistake(
            "a bias for every input",
            lambda input_shape, layer_sizes: sum(
                a * (b + 1) for a, b in layer_counts(input_shape, layer_sizes)
            ),
            "The biases were counted by inputs; it is every output that has one.",
            "Count every wire",
        ),
        Mistake(
            "image taken for a square",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                (input_shape[0], input_shape[1], input_shape[1]), layer_sizes
            ),
            "The image was taken for a square of its height.",
            "Count every wire",
        ),
        Mistake(
            "sides added up",
            lambda input_shape, layer_sizes: reference.fully_connected_parameter_count(
                (sum(input_shape),), layer_sizes
            ),
            "The sides of the image were added; an image holds their product.",
            "Count every wire",
        ),
        Mistake(
            "units counted, not wires",
            lambda input_shape, layer_sizes: prod(input_shape) + sum(layer_sizes),
            "The units were counted; the parameters sit on the wires between them.",
            "Count every wire",
        ),
    ),
)


# --- how wrong, and which way is better -----------------------------------------------------------

VERY_LOW = 743.0
"""exp(−743) is still above zero, but has not one digit left that is right."""


def scores_and_labels(
    numbers: Numbers, N: int, K: int, low: str = "", surprised: bool = False
) -> Arguments:
    """Draw scores; `low` pushes rows down, `surprised` the scores of the right classes."""
    scores = numbers.array(N, K)
    labels = numbers.rng.integers(K, size=N)
    highest = scores.max(axis=1, keepdims=True)
    if low == "every row":
        scores -= highest + VERY_LOW
    if low == "one row":
        scores[0] -= highest[0] + VERY_LOW - highest[1:].max()
    if surprised:
        scores[np.arange(N), labels] -= 1000
    return {"scores": scores, "labels": labels}


def scores_of_a_thousand(call, numbers: Numbers) -> Iterator[Claim]:
    """Scores of ±1000 give the loss and the gradient, not an overflow."""
    for scores in ([[1000.0, 0.0, 998.0], [-1000.0, -998.0, -1000.0]], [[-1000.0, 1000.0, 0.0]]):
        given = {"scores": np.array(scores), "labels": np.array([0, 1][: len(scores)])}
        loss, grad = reference.softmax_cross_entropy(**given)
        got_loss, got_grad = call(**given)
        yield Claim(got_loss, loss, "the loss at scores of ±1000", given)
        yield Claim(got_grad, grad, "the gradient at scores of ±1000", given)


def a_constant_changes_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """The same number added to all scores of a row changes neither loss nor gradient."""
    scores, labels = numbers.rng.integers(-4, 5, (3, 4)).astype(float), np.array([0, 3, 2])
    raised = scores + np.array([[5.0], [-6.0], [0.0]])
    yield Claim(
        call(scores=raised, labels=labels),
        call(scores=scores, labels=labels),
        "a number added to all scores of a row changes nothing",
    )


def knowing_nothing_costs_log_k(call, numbers: Numbers) -> Iterator[Claim]:
    """Scores that are all the same give a loss of log K."""
    given = {"scores": np.zeros((4, 10)), "labels": numbers.rng.integers(10, size=4)}
    yield Claim(float(call(**given)[0]), float(np.log(10)), "ten equal scores cost log 10")


def agrees(got: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether a gradient agrees with one by central differences, number by number."""
    got = np.asarray(got)
    return got.shape == wanted.shape and bool(np.allclose(got, wanted, rtol=1e-5, atol=1e-7))


def slope_of_its_own_loss(call, numbers: Numbers) -> Iterator[Claim]:
    """The gradient is the slope of the loss, by central differences."""
    scores, labels = numbers.array(2, 3), numbers.rng.integers(3, size=2)
    slope = reference.numerical_gradient(lambda s: float(call(scores=s, labels=labels)[0]), scores)
    yield Claim(
        agrees(call(scores=scores, labels=labels)[1], slope),
        True,
        "the gradient is the slope of your own loss, by central differences",
    )


def softmax_along(scores: np.ndarray, axis: int | None, shift: bool = True) -> np.ndarray:
    """Softmax; `axis=None` shifts the whole batch by one maximum."""
    highest = scores.max(axis=axis, keepdims=True) if shift else 0.0
    powers = np.exp(scores - highest)
    return powers / powers.sum(axis=1 if axis is None else axis, keepdims=True)


def judged_by(
    probabilities_of: Callable[[np.ndarray], np.ndarray], tiny: float = 0.0
) -> Callable[..., tuple[float, np.ndarray]]:
    """Loss and gradient from probabilities, with the logarithm taken last."""

    def softmax_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        probabilities = probabilities_of(scores)
        rows = np.arange(len(scores))
        loss = -np.mean(np.log(probabilities[rows, labels] + tiny))
        grad = probabilities.copy()
        grad[rows, labels] -= 1
        return float(loss), grad / len(scores)

    return softmax_cross_entropy


def changed_loss(
    loss_of: Callable[..., float] = lambda loss, n, k: loss,
    grad_of: Callable[..., np.ndarray] = lambda grad, n, k: grad,
) -> Callable[..., tuple[float, np.ndarray]]:
    """The right loss and gradient, each changed by the number of samples and classes."""

    def softmax_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        loss, grad = reference.softmax_cross_entropy(scores, labels)
        return loss_of(loss, *scores.shape), grad_of(grad, *scores.shape)

    return softmax_cross_entropy


def with_gradient(
    grad_of: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[..., tuple[float, np.ndarray]]:
    """The right loss, with a gradient from probabilities and the one-hot labels."""

    def softmax_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        loss, grad = reference.softmax_cross_entropy(scores, labels)
        one_hot = np.eye(scores.shape[1], dtype=scores.dtype)[labels]
        return loss, grad_of(grad * len(scores) + one_hot, one_hot)

    return softmax_cross_entropy


def every_label_in_every_row(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    probabilities = softmax_along(scores, axis=1)
    grad = probabilities.copy()
    grad[:, labels] -= 1
    return float(-np.mean(np.log(probabilities[:, labels]))), grad / len(scores)


SOFTMAX_CROSS_ENTROPY = Exercise(
    id="softmax-cross-entropy",
    lesson=LESSON,
    reference=reference.softmax_cross_entropy,
    draw=scores_and_labels,
    example=lambda: {
        "scores": np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 0.0]]),
        "labels": np.array([0, 2]),
    },
    results=("loss", "grad"),
    terms=256,
    rough=1e-5,  # the loss is a plain number, and does not tell that it comes from float32
    smallest={"K": 2},
    cases=(
        case("values", N=1, K=3),
        case("batch", hidden=False, N=4, K=3),
        case("batch", N=3, K=3),
        case("batch", N=5, K=5),
        case("classes", N=2, K=10),
        case("classes", N=6, K=2),
        case("low", hidden=False, N=3, K=4, low="every row"),
        case("low", N=2, K=3, low="every row"),
        case("low", N=3, K=3, low="one row"),
        case("surprised", hidden=False, N=2, K=3, surprised=True),
        case("surprised", N=3, K=4, surprised=True),
        case("dtype", dtype="float32", N=4, K=3),
        case("layout", layout="F", N=4, K=3),
        case("layout", layout="strided", N=4, K=3),
    ),
    properties=(
        Property("large", "scores of ±1000", scores_of_a_thousand, hidden=False),
        Property("slope", "the gradient is the slope of the loss", slope_of_its_own_loss),
        Property("even", "equal scores cost log K", knowing_nothing_costs_log_k),
        Property("constant", "a constant changes nothing", a_constant_changes_nothing),
    ),
    facet_words={
        "classes": "few classes and many",
        "low": "scores far below zero",
        "surprised": "a right class whose score lies a thousand below the others",
        "large": "scores of ±1000",
        "slope": "the gradient is the slope of the loss, by central differences",
        "even": "equal scores cost log K",
        "constant": "a number added to all scores of a row changes nothing",
    },
    mistakes=(
        Mistake(
            "overflow",
            judged_by(lambda scores: softmax_along(scores, axis=1, shift=False)),
            "The powers run out of the numbers a computer has: exp(1000) is infinite and "
            "exp(−1000) is 0. Only differences between the scores of a row matter.",
            "From scores to surprise",
        ),
        Mistake(
            "one maximum for the whole batch",
            judged_by(lambda scores: softmax_along(scores, axis=None)),
            "The largest score of the whole batch was subtracted: a row far below it vanishes. "
            "Each row has its own maximum.",
            "From scores to surprise",
        ),
        Mistake(
            "logarithm of a vanished probability",
            judged_by(lambda scores: softmax_along(scores, axis=1)),
            "The loss is the logarithm of a probability that has become 0. The logarithm of "
            "softmax has a form in which nothing vanishes.",
            "From scores to surprise",
        ),
        *(
            Mistake(
                "small number under the logarithm",
                judged_by(lambda scores: softmax_along(scores, axis=1), tiny),
                "A small number was added under the logarithm: it hides that the probability has "
                "become 0, and caps the loss.",
                "From scores to surprise",
            )
            for tiny in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7)
        ),
        Mistake(
            "softmax over the wrong axis",
            judged_by(lambda scores: softmax_along(scores, axis=0)),
            "The softmax went down the samples; it goes over the classes of each sample.",
            "From scores to surprise",
        ),
        Mistake(
            "summed instead of averaged",
            changed_loss(lambda loss, n, k: loss * n, lambda grad, n, k: grad * n),
            "The losses of the batch were added up; their mean is asked for.",
            "From scores to surprise",
        ),
        Mistake(
            "summed instead of averaged",
            changed_loss(lambda loss, n, k: loss * n),
            "The losses of the batch were added up; their mean is asked for.",
            "From scores to surprise",
        ),
        Mistake(
            "gradient not divided by N",
            changed_loss(grad_of=lambda grad, n, k: grad * n),
            "The loss is a mean over the batch, and the gradient is that of the sum: it was not "
            "divided by N.",
            "From scores to surprise",
        ),
        Mistake(
            "averaged over the classes as well",
            changed_loss(lambda loss, n, k: loss / k, lambda grad, n, k: grad / k),
            "The mean went over the classes as well: it goes over the N samples only.",
            "From scores to surprise",
        ),
        Mistake(
            "averaged over the classes as well",
            changed_loss(lambda loss, n, k: loss / k),
            "The mean of the loss went over the classes as well: it goes over the N samples only.",
            "From scores to surprise",
        ),
        Mistake(
            "averaged over the classes as well",
            changed_loss(grad_of=lambda grad, n, k: grad / k),
            "The gradient was divided by the number of classes as well.",
            "From scores to surprise",
        ),
        Mistake(
            "loss negative",
            changed_loss(lambda loss, n, k: -loss),
            "The minus sign of the loss is missing: a probability is below 1, and its logarithm "
            "below 0.",
            "From scores to surprise",
        ),
        Mistake(
            "gradient uphill",
            changed_loss(grad_of=lambda grad, n, k: -grad),
            "The gradient has the wrong sign: it points to where the loss falls.",
            "From scores to surprise",
        ),
        Mistake(
            "labels not subtracted",
            with_gradient(lambda probabilities, one_hot: probabilities / len(one_hot)),
            "The gradient holds the probabilities; the right class was not subtracted.",
            "From scores to surprise",
        ),
        Mistake(
            "labels not subtracted",
            with_gradient(lambda probabilities, one_hot: probabilities),
            "The gradient holds the probabilities; the right class was not subtracted.",
            "From scores to surprise",
        ),
        Mistake(
            "gradient of the right class only",
            with_gradient(
                lambda probabilities, one_hot: (probabilities - 1) * one_hot / len(one_hot)
            ),
            "Only the score of the right class has a gradient: the others push as well.",
            "From scores to surprise",
        ),
        Mistake(
            "every label in every row",
            every_label_in_every_row,
            "Every row was asked for the labels of all samples; row n is asked for label n only.",
            "From scores to surprise",
        ),
    ),
)


def samples_and_network(numbers: Numbers, N: int, D: int, H: int, K: int) -> Arguments:
    """Draw a batch and two layers that have something to learn, with hidden units on and off.

    Near the bend two right answers may disagree on which side a number falls, and a difference
    quotient falls on both. A network that is sure of its classes has gradients made of rounding.
    """
    while True:
        x, layers = numbers.array(N, D), two_layers(numbers, D, H, K)
        layers["b2"] = numbers.array(K)
        labels = numbers.rng.integers(K, size=N)
        before = reference.linear_scores(x, layers["w1"], layers["b1"])
        distinct = np.abs(before).min() > 1e-3 and before.min() < 0 < before.max()
        _, gradients = reference.two_layer_gradients(x, labels, **layers)
        unsure = min(np.abs(gradient).max() for gradient in gradients.values()) > 0.02
        if numbers.whole or (distinct and unsure):
            return {"x": x, "labels": labels, **layers}


def slopes_of_the_loss(call, numbers: Numbers) -> Iterator[Claim]:
    """Each gradient is the slope of the loss along its parameter, by central differences."""
    given = samples_and_network(numbers, N=3, D=2, H=4, K=3)
    _, gradients = call(**given)
    for name in ("w1", "b1", "w2", "b2"):

        def loss(values: np.ndarray, name: str = name) -> float:
            x, labels, *layers = {**given, name: values}.values()
            return reference.softmax_cross_entropy(reference.two_layer_scores(x, *layers), labels)[
                0
            ]

        yield Claim(
            agrees(gradients[name], reference.numerical_gradient(loss, given[name])),
            True,
            f"the gradient of `{name}` is the slope of the loss, by central differences",
        )


def copies_change_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """The batch twice over has the same mean loss and the same gradients."""
    given = samples_and_network(numbers, N=2, D=3, H=4, K=2)
    doubled = {
        **given,
        "x": np.concatenate([given["x"]] * 2),
        "labels": np.concatenate([given["labels"]] * 2),
    }
    yield Claim(
        call(**doubled), call(**given), "the batch twice over changes neither loss nor gradients"
    )


def trained_by(
    mask: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda before, grad: before > 0,
    meets_w2: Callable[[np.ndarray], np.ndarray] = reference.relu,
    back: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda grad, w2: grad @ w2,
) -> Callable[..., tuple[float, dict[str, np.ndarray]]]:
    """The way back with one of its steps changed."""

    def two_layer_gradients(x, labels, w1, b1, w2, b2):
        before = reference.linear_scores(x, w1, b1)
        scores = reference.linear_scores(reference.relu(before), w2, b2)
        loss, grad = reference.softmax_cross_entropy(scores, labels)
        grad_hidden = back(grad, w2)
        grad_hidden = grad_hidden * mask(before, grad_hidden)
        return loss, {
            "w1": grad_hidden.T @ x,
            "b1": grad_hidden.sum(axis=0),
            "w2": grad.T @ meets_w2(before),
            "b2": grad.sum(axis=0),
        }

    return two_layer_gradients


def changed_gradients(
    change: Callable[..., dict[str, np.ndarray]],
) -> Callable[..., tuple[float, dict[str, np.ndarray]]]:
    """The right loss and gradients, some of them changed by `change(gradients, x)`."""

    def two_layer_gradients(x, labels, w1, b1, w2, b2):
        loss, gradients = reference.two_layer_gradients(x, labels, w1, b1, w2, b2)
        return loss, {**gradients, **change(gradients, x)}

    return two_layer_gradients


def unmasked_bias(x, labels, w1, b1, w2, b2):
    loss, right = reference.two_layer_gradients(x, labels, w1, b1, w2, b2)
    _, without_mask = NO_MASK(x, labels, w1, b1, w2, b2)
    return loss, {**right, "b1": without_mask["b1"]}


def summed_over_the_batch(x, labels, w1, b1, w2, b2):
    loss, gradients = reference.two_layer_gradients(x, labels, w1, b1, w2, b2)
    return loss * len(x), {name: grad * len(x) for name, grad in gradients.items()}


NO_MASK = trained_by(mask=lambda before, grad: np.ones_like(before))

TWO_LAYER_GRADIENTS = Exercise(
    id="two-layer-gradients",
    lesson=LESSON,
    reference=reference.two_layer_gradients,
    draw=samples_and_network,
    example=lambda: {
        "x": np.array([[1.0, 2.0], [2.0, -1.0]]),
        "labels": np.array([1, 0]),
        "w1": np.array([[1.0, 1.0], [1.0, -1.0]]),
        "b1": np.array([-2.0, 2.0]),
        "w2": np.array([[1.0, -1.0], [2.0, 1.0]]),
        "b2": np.array([4.0, 0.0]),
    },
    results=("loss", "gradients"),
    terms=256,
    rough=1e-5,
    smallest={"K": 2},
    cases=(
        case("values", N=1, D=3, H=5, K=3),
        case("values", N=2, D=2, H=4, K=2),
        case("batch", hidden=False, N=4, D=2, H=5, K=3),
        case("batch", N=6, D=3, H=4, K=2),
        case("square", N=3, D=3, H=3, K=3),
        case("square", N=4, D=4, H=4, K=4),
        case("sizes", N=3, D=6, H=3, K=4),
        case("sizes", N=2, D=2, H=3, K=5),
        case("dtype", dtype="float32", N=4, D=4, H=5, K=3),
        case("layout", layout="F", N=3, D=4, H=5, K=3),
        case("layout", layout="strided", N=3, D=4, H=5, K=3),
    ),
    properties=(
        Property("slope", "the gradients are slopes of the loss", slopes_of_the_loss),
        Property("twice", "the batch twice over", copies_change_nothing),
    ),
    facet_words={
        "square": "D, H and K the same",
        "sizes": "D, H and K all different",
        "slope": "the gradients are the slopes of the loss, by central differences",
        "twice": "the batch twice over changes nothing",
    },
    mistakes=(
        Mistake(
            "ReLU mask missing",
            NO_MASK,
            "The gradient went through hidden units that were off: there it stops.",
            "Which way is better",
        ),
        Mistake(
            "mask taken from the gradient's sign",
            trained_by(mask=lambda before, grad: grad > 0),
            "The gradient was cut where it is itself negative; what counts is whether the hidden "
            "unit was on.",
            "Which way is better",
        ),
        Mistake(
            "mask the wrong way round",
            trained_by(mask=lambda before, grad: before <= 0),
            "The gradient went through the hidden units that were off, and stopped at those that "
            "were on.",
            "Which way is better",
        ),
        Mistake(
            "hidden numbers for their mask",
            trained_by(mask=lambda before, grad: reference.relu(before)),
            "The gradient was multiplied by the hidden numbers themselves; the slope of a ReLU is "
            "1 or 0.",
            "Which way is better",
        ),
        Mistake(
            "bias gradient averaged twice",
            changed_gradients(
                lambda gradients, x: {name: gradients[name] / len(x) for name in ("b1", "b2")}
            ),
            "The gradients of the biases were averaged over the batch, and the gradient of the "
            "scores had been divided by N before.",
            "Which way is better",
        ),
        Mistake(
            "gradients divided by N twice",
            changed_gradients(
                lambda gradients, x: {name: grad / len(x) for name, grad in gradients.items()}
            ),
            "All gradients were divided by N twice: the gradient of the scores is a mean already.",
            "Which way is better",
        ),
        Mistake(
            "gradients not divided by N",
            changed_gradients(
                lambda gradients, x: {name: grad * len(x) for name, grad in gradients.items()}
            ),
            "The loss is a mean over the batch, and the gradients are those of the sum.",
            "Which way is better",
        ),
        Mistake(
            "summed instead of averaged",
            summed_over_the_batch,
            "Loss and gradients were added up over the batch; their mean is asked for.",
            "Which way is better",
        ),
        Mistake(
            "hidden layer without its ReLU",
            trained_by(meets_w2=lambda before: before),
            "The gradient of `w2` was made with the hidden numbers before the ReLU; it is those "
            "after it that `w2` met.",
            "Which way is better",
        ),
        Mistake(
            "back through the columns",
            trained_by(back=lambda grad, w2: grad @ w2.T),
            "On the way back the gradient went through `w2` as on the way forward. It only shows "
            "as wrong numbers when there are as many classes as hidden units.",
            "Which way is better",
        ),
        Mistake(
            "bias without the mask",
            unmasked_bias,
            "The gradient of `b1` was taken before the ReLU's mask: a unit that is off does not "
            "feel its bias either.",
            "Which way is better",
        ),
        Mistake(
            "gradients of the weights transposed",
            changed_gradients(
                lambda gradients, x: {name: gradients[name].T for name in ("w1", "w2")}
            ),
            "The gradients of the weights are transposed: each is shaped like what it changes.",
            "Which way is better",
        ),
        Mistake(
            "uphill",
            changed_gradients(lambda gradients, x: {k: -grad for k, grad in gradients.items()}),
            "All gradients have the wrong sign: they point to where the loss falls.",
            "Which way is better",
        ),
    ),
)


# --- experiments on pixels ------------------------------------------------------------------------


def images_and_order(
    numbers: Numbers, N: int, C: int, H: int, W: int, missing: int = 0
) -> Arguments:
    """Draw an order that undoing, repeating or reading down the columns would change."""
    order = np.arange(H * W)
    if len(order) > 2:
        while np.array_equal(order[order], np.arange(len(order))):
            order = numbers.rng.permutation(len(order))
    images = numbers.array(N, C, H, W)
    return {"images": images, "order": order[order < len(order) - missing]}


def positions_follow_the_order(call, numbers: Numbers) -> Iterator[Claim]:
    """Images that hold their own positions come out as the order itself."""
    order = numbers.rng.permutation(12)
    images = np.tile(np.arange(12.0).reshape(3, 4), (2, 3, 1, 1))
    yield Claim(
        call(images=images, order=order),
        np.tile(order.astype(float).reshape(3, 4), (2, 3, 1, 1)),
        "an image of positions becomes the order",
        {"images": images[:1, :1], "order": order},
    )


def permuted_by(order_of: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Permute each channel of each image by an order of its own: `order_of(order, n, c)`."""

    def permute_pixels(images: np.ndarray, order: np.ndarray) -> np.ndarray:
        flat = images.reshape(*images.shape[:2], -1)
        result = np.empty_like(flat)
        for n, c in np.ndindex(flat.shape[:2]):
            result[n, c] = flat[n, c, order_of(order, n, c)]
        return result.reshape(images.shape)

    return permute_pixels


def repeated(order: np.ndarray, times: int) -> np.ndarray:
    """The order that applying `order` several times amounts to."""
    result = order
    for _ in range(times - 1):
        result = result[order]
    return result


def by_rows(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    return images[:, :, order[order < images.shape[2]]]


def by_columns(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    return images[:, :, :, order[order < images.shape[3]]]


def down_the_columns(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    return reference.permute_pixels(images.swapaxes(2, 3), order).swapaxes(2, 3)


def first_only(images: np.ndarray, changed: np.ndarray, axis: int) -> np.ndarray:
    """The images, changed at index 0 of an axis only."""
    return np.where(
        np.arange(images.shape[axis]).reshape(-1, *[1] * (3 - axis)) == 0, changed, images
    )


PERMUTE_PIXELS = Exercise(
    id="permute-pixels",
    lesson=LESSON,
    reference=reference.permute_pixels,
    draw=images_and_order,
    example=lambda: {
        "images": np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]),
        "order": np.array([3, 0, 1, 4, 5, 2]),
    },
    terms=1,
    cases=(
        case("values", N=1, C=1, H=3, W=3),
        case("values", N=1, C=1, H=4, W=4),
        case("batch", hidden=False, N=3, C=1, H=2, W=3),
        case("batch", N=4, C=1, H=3, W=3),
        case("channels", hidden=False, N=1, C=3, H=2, W=2),
        case("channels", N=2, C=3, H=3, W=4),
        case("rectangular", N=1, C=1, H=2, W=5),
        case("rectangular", N=2, C=2, H=5, W=3),
        case("dtype", dtype="float32", N=2, C=2, H=3, W=4),
        case("layout", layout="F", N=2, C=2, H=3, W=4),
        case("layout", layout="strided", N=2, C=2, H=3, W=4),
        case("refused", N=2, C=1, H=3, W=4, missing=1),
    ),
    properties=(
        Property(
            "positions", "an image of positions becomes the order", positions_follow_the_order
        ),
    ),
    facet_words={
        "batch": "the same order for every image",
        "channels": "the same order for every channel",
        "positions": "an image that holds its own positions becomes the order",
        "refused": "an order that is too short is refused",
    },
    mistakes=(
        Mistake(
            "a different permutation each image",
            permuted_by(lambda order, n, c: repeated(order, n + 1)),
            "Each image was permuted in another way: one fixed order serves them all.",
            "Shuffle the pixels",
        ),
        Mistake(
            "a different permutation each image",
            permuted_by(lambda order, n, c: np.roll(order, n)),
            "Each image was permuted in another way: one fixed order serves them all.",
            "Shuffle the pixels",
        ),
        Mistake(
            "a different permutation each channel",
            permuted_by(lambda order, n, c: repeated(order, c + 1)),
            "Each channel was permuted in another way, so that a pixel's channels part.",
            "Shuffle the pixels",
        ),
        Mistake(
            "permutes rows only",
            by_rows,
            "Whole rows changed places: it is the pixels that move, each on its own.",
            "Shuffle the pixels",
        ),
        Mistake(
            "permutes columns only",
            by_columns,
            "Whole columns changed places: it is the pixels that move, each on its own.",
            "Shuffle the pixels",
        ),
        Mistake(
            "inverse permutation",
            permuted_by(lambda order, n, c: np.argsort(order)),
            "This is the inverse permutation: place p of the result takes the pixel that stood at "
            "`order[p]`.",
            "Shuffle the pixels",
        ),
        Mistake(
            "positions counted down the columns",
            down_the_columns,
            "The positions were counted down the columns; reading order goes along the rows.",
            "Shuffle the pixels",
        ),
        Mistake(
            "only the first image",
            lambda images, order: first_only(images, reference.permute_pixels(images, order), 0),
            "Only the first image was permuted.",
            "Shuffle the pixels",
        ),
        Mistake(
            "only the first channel",
            lambda images, order: first_only(images, reference.permute_pixels(images, order), 1),
            "Only the first channel was permuted.",
            "Shuffle the pixels",
        ),
        Mistake(
            "permuted twice",
            permuted_by(lambda order, n, c: repeated(order, 2)),
            "The pixels were permuted twice.",
            "Shuffle the pixels",
        ),
        Mistake(
            "left flat",
            lambda images, order: reference.permute_pixels(images, order).reshape(
                *images.shape[:2], -1
            ),
            "The pixels were left in one row: the result is an image again.",
            "Shuffle the pixels",
        ),
        Mistake(
            "nothing permuted",
            lambda images, order: images.copy(),
            "The images came out as they went in.",
            "Shuffle the pixels",
        ),
    ),
)


def images_and_shift(
    numbers: Numbers, H: int, W: int, down: int, right: int, N: int = 1, C: int = 1
) -> Arguments:
    return {"images": numbers.array(N, C, H, W), "down": down, "right": right}


def a_bright_pixel_moves(call, numbers: Numbers) -> Iterator[Claim]:
    """A single bright pixel lands where it was sent, and leaves darkness behind."""
    for down, right in ((2, -1), (-1, 3), (-2, 0)):
        images = np.zeros((1, 1, 5, 7))
        images[0, 0, 2, 3] = 1
        moved = np.zeros_like(images)
        moved[0, 0, 2 + down, 3 + right] = 1
        given = {"images": images, "down": down, "right": right}
        yield Claim(call(**given), moved, f"one bright pixel, {down} down and {right} right", given)


def there_and_back(call, numbers: Numbers) -> Iterator[Claim]:
    """Shifted there and back, an image has lost only what went over the border."""
    images = numbers.array(2, 2, 4, 5)
    moved = call(images=images, down=1, right=-2)
    back = images.copy()
    back[:, :, -1:] = 0
    back[:, :, :, :2] = 0
    yield Claim(call(images=moved, down=-1, right=2), back, "shifted there and back")


def rolled(images: np.ndarray, down: int, right: int) -> np.ndarray:
    return np.roll(images, (down, right), axis=(2, 3))


def rolled_across(images: np.ndarray, down: int, right: int) -> np.ndarray:
    return np.roll(reference.shift_images(images, down, 0), right, axis=3)


def edge_repeated(images: np.ndarray, down: int, right: int) -> np.ndarray:
    height, width = images.shape[2:]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return images[:, :, rows[:, None], columns]


def old_pixels_left(images: np.ndarray, down: int, right: int) -> np.ndarray:
    arrived = reference.shift_images(np.ones_like(images), down, right)
    return np.where(arrived == 1, reference.shift_images(images, down, right), images)


def ends_at_minus_zero(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Frame the images, then cut the frame off on the far side, with `:-down` and `:-right`."""
    frame = [(max(shift, 0), max(-shift, 0)) for shift in (down, right)]
    rows, columns = (
        slice(None, -shift) if shift >= 0 else slice(-shift, None) for shift in (down, right)
    )
    return np.pad(images, [(0, 0), (0, 0), *frame])[:, :, rows, columns]


SHIFT_IMAGES = Exercise(
    id="shift-images",
    lesson=LESSON,
    reference=reference.shift_images,
    draw=images_and_shift,
    example=lambda: {
        "images": np.array([[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 1.0, 2.0, 3.0]]]]),
        "down": 1,
        "right": 2,
    },
    terms=1,
    smallest={"H": 2, "W": 2},
    cases=(
        case("values", H=5, W=5, down=1, right=2),
        case("values", H=5, W=5, down=3, right=1),
        case("negative", hidden=False, H=4, W=4, down=-1, right=2),
        case("negative", H=5, W=5, down=2, right=-1),
        case("negative", H=5, W=5, down=-1, right=-3),
        case("zero", hidden=False, H=3, W=3, down=0, right=1),
        case("zero", H=4, W=4, down=-2, right=0),
        case("zero", H=4, W=4, down=0, right=0),
        case("far", H=3, W=5, down=3, right=1),
        case("far", H=4, W=3, down=1, right=-5),
        case("rectangular", H=3, W=6, down=1, right=4),
        case("rectangular", H=6, W=3, down=-4, right=1),
        case("batch", N=3, C=1, H=4, W=4, down=1, right=-1),
        case("channels", N=2, C=3, H=4, W=5, down=2, right=1),
        case("dtype", dtype="float32", N=2, C=2, H=4, W=5, down=1, right=2),
        case("layout", layout="F", N=2, C=2, H=4, W=5, down=1, right=-2),
        case("layout", layout="strided", N=2, C=2, H=4, W=5, down=-1, right=2),
    ),
    properties=(
        Property("pixel", "one bright pixel lands where it was sent", a_bright_pixel_moves),
        Property("back", "there and back loses only the border", there_and_back),
    ),
    facet_words={
        "negative": "shifts up and to the left",
        "zero": "a shift of 0",
        "far": "a shift as large as the image, or larger",
        "pixel": "one bright pixel lands where it was sent",
        "back": "shifting there and back loses only what went over the border",
    },
    mistakes=(
        Mistake(
            "wraps around",
            rolled,
            "What left on one side came in again on the other; it is lost, and zeros come in.",
            "Move the picture",
        ),
        Mistake(
            "wraps around across",
            rolled_across,
            "What left at the side came in again on the other; only up and down did zeros come in.",
            "Move the picture",
        ),
        Mistake(
            "directions swapped",
            lambda images, down, right: reference.shift_images(images, right, down),
            "`down` moved the image sideways and `right` moved it down: rows come before columns.",
            "Move the picture",
        ),
        Mistake(
            "sign flipped",
            lambda images, down, right: reference.shift_images(images, -down, -right),
            "The images moved the other way: up for `down`, left for `right`.",
            "Move the picture",
        ),
        Mistake(
            "sign ignored",
            lambda images, down, right: reference.shift_images(images, abs(down), abs(right)),
            "The sign was ignored: a negative shift goes up, or to the left.",
            "Move the picture",
        ),
        Mistake(
            "negative shifts not done",
            lambda images, down, right: reference.shift_images(images, max(down, 0), max(right, 0)),
            "Negative shifts were not carried out.",
            "Move the picture",
        ),
        Mistake(
            "down only",
            lambda images, down, right: reference.shift_images(images, down, 0),
            "The images moved down, but not sideways.",
            "Move the picture",
        ),
        Mistake(
            "right only",
            lambda images, down, right: reference.shift_images(images, 0, right),
            "The images moved sideways, but not down.",
            "Move the picture",
        ),
        Mistake(
            "edge repeated",
            edge_repeated,
            "The border was repeated into the gap; zeros come in.",
            "Move the picture",
        ),
        Mistake(
            "old pixels left",
            old_pixels_left,
            "Where nothing moved in, the old pixels still stand: zeros come in.",
            "Move the picture",
        ),
        Mistake(
            "channels shifted for rows",
            lambda images, down, right: reference.shift_images(
                images.transpose(0, 3, 1, 2), down, right
            ).transpose(0, 2, 3, 1),
            "The channels and the rows were shifted; it is the last two axes that are the picture.",
            "Move the picture",
        ),
        Mistake(
            "nothing at a shift of 0",
            ends_at_minus_zero,
            "A shift of 0 leaves nothing of the images: a slice that ends at −0 is empty.",
            "Move the picture",
        ),
        Mistake(
            "image grows",
            lambda images, down, right: np.pad(
                images,
                (
                    (0, 0),
                    (0, 0),
                    (max(down, 0), max(-down, 0)),
                    (max(right, 0), max(-right, 0)),
                ),
            ),
            "The images have grown by the shift; they keep their size, and lose what leaves.",
            "Move the picture",
        ),
    ),
)


EXERCISES = (
    FLATTEN_IMAGES,
    LINEAR_SCORES,
    TWO_LAYER_SCORES,
    COLLAPSE_LINEAR_LAYERS,
    FULLY_CONNECTED_PARAMETER_COUNT,
    SOFTMAX_CROSS_ENTROPY,
    TWO_LAYER_GRADIENTS,
    PERMUTE_PIXELS,
    SHIFT_IMAGES,
)
