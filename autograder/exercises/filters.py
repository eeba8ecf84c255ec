"""02-filters: a filter is a small pattern slid over the image."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder import reference
from autograder.inside.arguments import Arguments

from .model import Claim, Exercise, Mistake, Numbers, Property, case

LESSON = "02-filters"


# --- one image, one kernel ---------------------------------------------------------------------


def image_and_kernel(numbers: Numbers, H: int, W: int, KH: int, KW: int) -> Arguments:
    return {"image": numbers.array(H, W), "kernel": numbers.array(KH, KW)}


def image_and_kernel_example() -> Arguments:
    image = np.array(
        [
            [1.0, 1.0, 1.0, 0.0],
            [1.0, 2.0, 0.0, 0.0],
            [3.0, 0.0, 0.0, 1.0],
            [0.0, 0.0, 4.0, 1.0],
        ]
    )
    return {"image": image, "kernel": np.array([[1.0, 0.0], [2.0, -1.0]])}


def image_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    i, j = where[-2:]
    height, width = arguments["kernel"].shape
    return {"image": (slice(i, i + height), slice(j, j + width))}


def valid_places(image: np.ndarray, kernel: np.ndarray) -> tuple[int, int]:
    return image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1


def correlate_swapped(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    width, height = valid_places(image, kernel)
    result = np.zeros((height, width), image.dtype)
    for i in range(height):
        for j in range(width):
            result[i, j] = (image[i : i + len(kernel), j : j + kernel.shape[1]] * kernel).sum()
    return result


def correlate_square(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    side = len(image) - len(kernel) + 1
    result = np.zeros((side, side), image.dtype)
    for i in range(side):
        for j in range(side):
            result[i, j] = (image[i : i + len(kernel), j : j + kernel.shape[1]] * kernel).sum()
    return result


def correlate_running(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return np.cumsum(reference.cross_correlate2d(image, kernel)).reshape(
        valid_places(image, kernel)
    )


def correlate_same_size(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    height, width = kernel.shape
    padded = np.pad(image, (((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2)))
    return reference.cross_correlate2d(padded, kernel)


def delta_returns_the_image(call, numbers: Numbers) -> Iterator[Claim]:
    """A kernel with a single 1 in it copies the image, moved by where the 1 stands."""
    image = numbers.array(5, 6)
    for row, column in ((0, 0), (1, 2), (0, 1)):
        kernel = np.zeros((2, 3), image.dtype)
        kernel[row, column] = 1
        yield Claim(
            call(image=image, kernel=kernel),
            image[row : row + 4, column : column + 4],
            f"a kernel with one 1, at row {row}, column {column}",
            {"image": image, "kernel": kernel},
        )


def linear_in_the_image(call, numbers: Numbers) -> Iterator[Claim]:
    """Filtering a sum of two images gives the sum of the two filtered images."""
    first, second, kernel = numbers.array(4, 5), numbers.array(4, 5), numbers.array(3, 2)
    together = call(image=first + 2 * second, kernel=kernel)
    apart = call(image=first, kernel=kernel) + 2 * call(image=second, kernel=kernel)
    yield Claim(together, apart, "the filtered sum against the sum of the filtered")


def impulse_gives_the_kernel(call, numbers: Numbers) -> Iterator[Claim]:
    """One bright pixel on black, convolved, paints the kernel itself, the right way up."""
    kernel = numbers.array(2, 3)
    image = np.zeros((3, 5), kernel.dtype)
    image[1, 2] = 1
    yield Claim(
        call(image=image, kernel=kernel),
        kernel,
        "one bright pixel",
        {"image": image, "kernel": kernel},
    )


IMAGE_AND_KERNEL_CASES = (
    case("values", H=6, W=6, KH=3, KW=3),
    case("values", H=5, W=5, KH=5, KW=5),
    case("rectangular", hidden=False, H=4, W=6, KH=2, KW=3),
    case("rectangular", H=7, W=4, KH=3, KW=2),
    case("rectangular", H=4, W=9, KH=1, KW=4),
    case("dtype", dtype="float32", H=6, W=6, KH=3, KW=3),
    case("layout", layout="F", H=5, W=5, KH=3, KW=3),
    case("layout", layout="strided", H=5, W=5, KH=3, KW=3),
    case("refused", H=3, W=5, KH=4, KW=2),
    case("refused", H=5, W=3, KH=2, KW=4),
)

IMAGE_AND_KERNEL_MISTAKES = (
    Mistake(
        "kernel transposed",
        lambda image, kernel: reference.cross_correlate2d(image, kernel.T),
        "This is what you get when rows and columns of the kernel are exchanged.",
        "Slide, multiply, add",
    ),
    Mistake(
        "output one too small",
        lambda image, kernel: reference.cross_correlate2d(image, kernel)[:-1, :-1],
        "The last row and the last column of places are missing: count how many places a kernel "
        "as wide as the image has.",
        "Slide, multiply, add",
    ),
    Mistake(
        "H and W swapped",
        correlate_swapped,
        "Height and width are exchanged: that only shows when the image is not square.",
        "Slide, multiply, add",
    ),
    Mistake(
        "square image assumed",
        correlate_square,
        "The width of the output is taken from the height of the image.",
        "Slide, multiply, add",
    ),
    Mistake(
        "mean instead of sum",
        lambda image, kernel: reference.cross_correlate2d(image, kernel) / kernel.size,
        "This is the mean of the products under the kernel; the sum is asked for.",
        "Slide, multiply, add",
    ),
    Mistake(
        "total not reset",
        correlate_running,
        "Each place also holds what the places before it added up to: start every window at 0.",
        "Slide, multiply, add",
    ),
    Mistake(
        "padded to the image's size",
        correlate_same_size,
        "The result is as large as the image: the kernel was let over the border, onto zeros.",
        "Slide, multiply, add",
    ),
    Mistake(
        "flipped up-down only",
        lambda image, kernel: reference.cross_correlate2d(image, kernel[::-1]),
        "This is what you get when the kernel is flipped in one axis only, top to bottom.",
        "Flip it or not",
    ),
    Mistake(
        "flipped left-right only",
        lambda image, kernel: reference.cross_correlate2d(image, kernel[:, ::-1]),
        "This is what you get when the kernel is flipped in one axis only, left to right.",
        "Flip it or not",
    ),
)

CROSS_CORRELATE2D = Exercise(
    id="cross-correlate2d",
    lesson=LESSON,
    reference=reference.cross_correlate2d,
    draw=image_and_kernel,
    example=image_and_kernel_example,
    window=image_window,
    cases=IMAGE_AND_KERNEL_CASES,
    properties=(
        Property(
            "delta",
            "a kernel with a single 1 copies the image",
            delta_returns_the_image,
        ),
        Property("linear", "filtering is linear", linear_in_the_image),
    ),
    facet_words={
        "delta": "a kernel with a single 1 copies the image",
        "linear": "filtering a sum gives the sum of the filtered",
    },
    mistakes=(
        Mistake(
            "kernel flipped",
            reference.convolve2d,
            "This is what you get when the kernel is flipped: that is true convolution, and "
            "comes next.",
            "Flip it or not",
        ),
        *IMAGE_AND_KERNEL_MISTAKES,
    ),
)


CONVOLVE2D = Exercise(
    id="convolve2d",
    lesson=LESSON,
    reference=reference.convolve2d,
    draw=image_and_kernel,
    example=image_and_kernel_example,
    window=image_window,
    cases=IMAGE_AND_KERNEL_CASES,
    properties=(
        Property("impulse", "one bright pixel paints the kernel", impulse_gives_the_kernel),
    ),
    facet_words={"impulse": "one bright pixel paints the kernel, the right way up"},
    mistakes=(
        Mistake(
            "not flipped",
            reference.cross_correlate2d,
            "This is cross-correlation: the kernel was not flipped.",
            "Flip it or not",
        ),
        Mistake(
            "transposed instead of flipped",
            lambda image, kernel: reference.cross_correlate2d(image, kernel.T),
            "The kernel was transposed: turn it by half a turn instead.",
            "Flip it or not",
        ),
        Mistake(
            "turned by a quarter",
            lambda image, kernel: reference.cross_correlate2d(image, np.rot90(kernel)),
            "The kernel was turned by a quarter turn; half a turn is meant.",
            "Flip it or not",
        ),
        *(m for m in IMAGE_AND_KERNEL_MISTAKES if m.name.startswith("flipped")),
        Mistake(
            "mean instead of sum",
            lambda image, kernel: reference.convolve2d(image, kernel) / kernel.size,
            "This is the mean of the products under the kernel; the sum is asked for.",
            "Slide, multiply, add",
        ),
        Mistake(
            "image flipped as well",
            lambda image, kernel: reference.convolve2d(image[::-1, ::-1], kernel),
            "The image was flipped too: only the kernel turns.",
            "Flip it or not",
        ),
    ),
)


# --- one filter, as deep as the image -------------------------------------------------------------


def image_and_filter(
    numbers: Numbers, C: int, H: int, W: int, KH: int, KW: int, depth: int | None = None
) -> Arguments:
    return {
        "image": numbers.array(C, H, W),
        "weights": numbers.array(depth or C, KH, KW),
        "bias": scalar(numbers),
    }


def scalar(numbers: Numbers) -> float:
    """A bias that can't be overlooked: at least 1 from zero."""
    value = float(numbers.array(1)[0])
    value = value + (1 if value >= 0 else -1)
    return float(numbers.dtype.type(value))


def image_and_filter_example() -> Arguments:
    return {
        "image": np.array(
            [
                [[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [3.0, 0.0, 1.0]],
                [[0.0, 1.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 0.0]],
            ]
        ),
        "weights": np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [-1.0, 0.0]]]),
        "bias": 10.0,
    }


def filter_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    i, j = where[-2:]
    _, height, width = arguments["weights"].shape
    return {"image": (slice(None), slice(i, i + height), slice(j, j + width))}


def channel_maps(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.stack(
        [
            reference.cross_correlate2d(channel, kernel)
            for channel, kernel in zip(image, weights, strict=True)
        ]
    )


APPLY_FILTER = Exercise(
    id="apply-filter",
    lesson=LESSON,
    reference=reference.apply_filter,
    draw=image_and_filter,
    example=image_and_filter_example,
    window=filter_window,
    cases=(
        case("values", C=1, H=5, W=5, KH=3, KW=3),
        case("channels", hidden=False, C=3, H=4, W=5, KH=2, KW=3),
        case("channels", C=3, H=5, W=5, KH=3, KW=3),
        case("channels", C=5, H=4, W=4, KH=1, KW=1),
        case("rectangular", C=2, H=6, W=4, KH=2, KW=3),
        case("dtype", dtype="float32", C=3, H=5, W=5, KH=3, KW=3),
        case("layout", layout="F", C=3, H=5, W=5, KH=3, KW=3),
        case("layout", layout="strided", C=3, H=5, W=5, KH=3, KW=3),
        case("refused", C=3, H=5, W=5, KH=3, KW=3, depth=2),
        case("refused", C=1, H=5, W=5, KH=3, KW=3, depth=3),
    ),
    facet_words={"refused": "an image and a filter of different depths are refused"},
    mistakes=(
        Mistake(
            "channels not summed",
            lambda image, weights, bias: channel_maps(image, weights) + bias,
            "There is one map for each channel: a filter as deep as the image gives a single "
            "map, the sum over the channels.",
            "As deep as the image",
        ),
        Mistake(
            "only the first channel",
            lambda image, weights, bias: reference.cross_correlate2d(image[0], weights[0]) + bias,
            "Only the first channel was looked at.",
            "As deep as the image",
        ),
        Mistake(
            "bias inside the sum",
            lambda image, weights, bias: (
                channel_maps(image, weights).sum(axis=0) + bias * weights.size
            ),
            "The bias was added inside the sum, once for every weight; it comes once for each "
            "place.",
            "As deep as the image",
        ),
        Mistake(
            "bias once a channel",
            lambda image, weights, bias: (channel_maps(image, weights) + bias).sum(axis=0),
            "The bias was added once for every channel; it comes once for each place.",
            "As deep as the image",
        ),
        Mistake(
            "bias left out",
            lambda image, weights, bias: channel_maps(image, weights).sum(axis=0),
            "The bias is missing.",
            "As deep as the image",
        ),
        Mistake(
            "mean over the channels",
            lambda image, weights, bias: channel_maps(image, weights).mean(axis=0) + bias,
            "The channels were averaged; their sum is asked for.",
            "As deep as the image",
        ),
        Mistake(
            "kernel flipped",
            lambda image, weights, bias: reference.apply_filter(
                image, weights[:, ::-1, ::-1], bias
            ),
            "The filter was flipped: deep learning's filters are cross-correlated as they are.",
            "Flip it or not",
        ),
        Mistake(
            "channels in reverse",
            lambda image, weights, bias: reference.apply_filter(image, weights[::-1], bias),
            "The filter's channels meet the image's channels in reverse order.",
            "As deep as the image",
        ),
    ),
)


# --- every filter, every image --------------------------------------------------------------------


def images_and_filters(
    numbers: Numbers,
    N: int,
    C: int,
    F: int,
    H: int,
    W: int,
    KH: int,
    KW: int,
    depth: int | None = None,
) -> Arguments:
    return {
        "x": numbers.array(N, C, H, W),
        "weights": numbers.array(F, depth or C, KH, KW),
        "bias": numbers.array(F) + np.arange(1, F + 1, dtype=numbers.dtype),
    }


def images_and_filters_example() -> Arguments:
    x = np.array([[[[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [1.0, 0.0, 1.0]]]])
    weights = np.array([[[[1.0, 0.0], [0.0, 1.0]]], [[[0.0, 1.0], [-1.0, 0.0]]]])
    return {"x": x, "weights": weights, "bias": np.array([0.0, 10.0])}


def layer_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, f, i, j = where
    height, width = arguments["weights"].shape[-2:]
    return {
        "x": (n, slice(None), slice(i, i + height), slice(j, j + width)),
        "weights": (f,),
        "bias": (f,),
    }


def only_image_0(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    result = reference.conv2d_naive(x, weights, bias)
    result[1:] = 0
    return result


def filters_and_channels_swapped(
    x: np.ndarray, weights: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    channels, filters = weights.shape[:2]
    maps = [
        [
            sum(reference.cross_correlate2d(image[c], weights[c, f]) for c in range(channels))
            + bias[f]
            for f in range(filters)
        ]
        for image in x
    ]
    return np.array(maps)


CONV2D_NAIVE = Exercise(
    id="conv2d-naive",
    lesson=LESSON,
    reference=reference.conv2d_naive,
    draw=images_and_filters,
    example=images_and_filters_example,
    window=layer_window,
    cases=(
        case("values", N=1, C=1, F=1, H=5, W=5, KH=3, KW=3),
        case("batch", hidden=False, N=2, C=2, F=3, H=4, W=5, KH=2, KW=3),
        case("channels", N=1, C=3, F=2, H=5, W=5, KH=3, KW=3),
        case("channels", N=1, C=3, F=3, H=5, W=5, KH=2, KW=2),
        case("filters", N=1, C=1, F=4, H=5, W=5, KH=2, KW=2),
        case("batch", N=3, C=2, F=2, H=4, W=4, KH=2, KW=2),
        case("rectangular", N=1, C=1, F=1, H=7, W=4, KH=2, KW=3),
        case("dtype", dtype="float32", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3),
        case("layout", layout="strided", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3),
        case("refused", N=1, C=3, F=2, H=5, W=5, KH=3, KW=3, depth=2),
    ),
    facet_words={"refused": "images and filters of different depths are refused"},
    mistakes=(
        Mistake(
            "only image 0",
            only_image_0,
            "Only the first image of the batch was filtered; the others are still zero.",
            "Every filter, every image",
        ),
        Mistake(
            "only image 0",
            lambda x, weights, bias: reference.conv2d_naive(x[:1], weights, bias),
            "Only the first image of the batch was filtered.",
            "Every filter, every image",
        ),
        Mistake(
            "filters and channels swapped",
            filters_and_channels_swapped,
            "The first axis of `weights` was read as channels and the second as filters; it is "
            "(F, C, KH, KW).",
            "Every filter, every image",
        ),
        Mistake(
            "kernel flipped",
            lambda x, weights, bias: reference.conv2d_naive(x, weights[:, :, ::-1, ::-1], bias),
            "The filters were flipped: deep learning's filters are cross-correlated as they are.",
            "Flip it or not",
        ),
        Mistake(
            "bias per channel",
            lambda x, weights, bias: reference.conv2d_naive(x, weights, bias * weights.shape[1]),
            "The bias was added once for every channel; each filter has one bias, added once.",
            "Every filter, every image",
        ),
        Mistake(
            "bias left out",
            lambda x, weights, bias: reference.conv2d_naive(x, weights, np.zeros_like(bias)),
            "The biases are missing.",
            "Every filter, every image",
        ),
        Mistake(
            "first bias for every filter",
            lambda x, weights, bias: reference.conv2d_naive(
                x, weights, np.full_like(bias, bias[0])
            ),
            "Every filter got the first filter's bias.",
            "Every filter, every image",
        ),
        Mistake(
            "bias along the width",
            lambda x, weights, bias: reference.conv2d_naive(x, weights, np.zeros_like(bias)) + bias,
            "The biases were spread along the width of the maps: give them the filter's axis.",
            "Every filter, every image",
        ),
        Mistake(
            "filters last",
            lambda x, weights, bias: np.moveaxis(reference.conv2d_naive(x, weights, bias), 1, -1),
            "The maps came out as (N, H', W', F); the course keeps them as (N, F, H', W').",
            "Every filter, every image",
        ),
    ),
)


# --- counting -------------------------------------------------------------------------------------


def layer_to_count(
    numbers: Numbers,
    in_channels: int | None = None,
    kernel_size: int | tuple[int, int] | None = None,
    num_filters: int | None = None,
    bias: bool | None = None,
) -> Arguments:
    rng = numbers.rng
    arguments: Arguments = {
        "in_channels": int(rng.integers(2, 9)) if in_channels is None else in_channels,
        "kernel_size": int(rng.integers(2, 8)) if kernel_size is None else kernel_size,
        "num_filters": int(rng.integers(2, 99)) if num_filters is None else num_filters,
    }
    return arguments if bias is None else {**arguments, "bias": bias}


CONV_PARAMETER_COUNT = Exercise(
    id="conv-parameter-count",
    lesson=LESSON,
    reference=reference.conv_parameter_count,
    draw=layer_to_count,
    example=lambda: {"in_channels": 3, "kernel_size": 5, "num_filters": 10},
    cases=(
        case("values"),
        case("values", in_channels=3, kernel_size=11, num_filters=96),
        case("values", in_channels=1),
        case("pair", hidden=False, kernel_size=(3, 5)),
        case("pair", kernel_size=(7, 1)),
        case("no_bias", hidden=False, bias=False),
        case("no_bias", kernel_size=(2, 4), bias=False),
    ),
    facet_words={"pair": "a kernel size of two numbers", "no_bias": "a layer without biases"},
    mistakes=(
        Mistake(
            "depth forgotten",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                1, kernel_size, num_filters, bias
            ),
            "The depth is missing: a filter has weights for every channel of its input.",
            "Count the weights",
        ),
        Mistake(
            "one bias for the layer",
            lambda in_channels, kernel_size, num_filters, bias=True: (
                reference.conv_parameter_count(in_channels, kernel_size, num_filters, False)
                + int(bias)
            ),
            "There is one bias for the whole layer; each filter has its own.",
            "Count the weights",
        ),
        Mistake(
            "image size counted in",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, 32, num_filters, bias
            ),
            "The size of the image was counted in: the same weights serve at every place.",
            "Count the weights",
        ),
        Mistake(
            "bias left out",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, kernel_size, num_filters, False
            ),
            "The biases are missing.",
            "Count the weights",
        ),
        Mistake(
            "bias always counted",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, kernel_size, num_filters, True
            ),
            "`bias=False` was not looked at.",
            "Count the weights",
        ),
        Mistake(
            "height counted twice",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, reference.pair(kernel_size)[0], num_filters, bias
            ),
            "The kernel was taken for a square of its height.",
            "Count the weights",
        ),
    ),
)


# --- five filters to know -------------------------------------------------------------------------

TOP_DARK = np.repeat([[0.0], [0.0], [0.0], [9.0], [9.0], [9.0]], 6, axis=1)
"""A test picture: dark above, bright below, so its edge runs from left to right."""


def kernels_of(call) -> dict[str, np.ndarray]:
    kernels = call()
    return {name: np.asarray(kernels[name], dtype=float) for name in kernels}


def five_named_kernels(call, numbers: Numbers) -> Iterator[Claim]:
    kernels = kernels_of(call)
    yield Claim(sorted(kernels), sorted(reference.edge_filters()), "the names of the filters")
    for name, kernel in kernels.items():
        yield Claim(kernel.shape, (3, 3), f"the shape of {name!r}")


def answers_to_its_edge(name: str, picture: np.ndarray):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        kernel = kernels_of(call)[name]
        along = reference.cross_correlate2d(picture, kernel)
        across = reference.cross_correlate2d(picture.T, kernel)
        flat = reference.cross_correlate2d(np.ones((4, 4)), kernel)
        yield Claim(bool(np.abs(along).max() > 1e-6), True, f"{name!r} answers to a {name} edge")
        yield Claim(
            bool(np.abs(across).max() < 1e-9),
            True,
            f"{name!r} is silent on an edge that runs the other way",
        )
        yield Claim(bool(np.abs(flat).max() < 1e-9), True, f"{name!r} is silent where all is even")

    return test


def blur_blurs(call, numbers: Numbers) -> Iterator[Claim]:
    kernel = kernels_of(call)["blur"]
    noise = numbers.rng.normal(size=(20, 20))
    yield Claim(abs(float(kernel.sum()) - 1) < 1e-9, True, "'blur' sums to 1")
    yield Claim(bool((kernel >= 0).all()), True, "'blur' has no negative weight")
    smoothed = reference.cross_correlate2d(noise, kernel).std()
    yield Claim(bool(smoothed < 0.75 * noise.std()), True, "'blur' makes noise fainter")


def sharpen_sharpens(call, numbers: Numbers) -> Iterator[Claim]:
    kernel = kernels_of(call)["sharpen"]
    yield Claim(abs(float(kernel.sum()) - 1) < 1e-9, True, "'sharpen' sums to 1")
    for picture, way in ((TOP_DARK, "horizontal"), (TOP_DARK.T, "vertical")):
        response = reference.cross_correlate2d(picture, kernel)
        yield Claim(
            bool(response.max() > 9 and response.min() < 0),
            True,
            f"'sharpen' exaggerates a {way} edge",
        )


def identity_copies(call, numbers: Numbers) -> Iterator[Claim]:
    kernel = kernels_of(call)["identity"]
    image = numbers.rng.normal(size=(5, 6))
    copied = np.abs(reference.cross_correlate2d(image, kernel) - image[1:-1, 1:-1]).max() < 1e-9
    yield Claim(bool(copied), True, "'identity' changes nothing")
    diagonal = np.array_equal(kernel, np.eye(3))
    yield Claim(diagonal, False, "'identity' is not the identity matrix")


def with_kernel(**changed: np.ndarray):
    return lambda: {**reference.edge_filters(), **changed}


EDGE_FILTERS = Exercise(
    id="edge-filters",
    lesson=LESSON,
    reference=reference.edge_filters,
    example=dict,
    properties=(
        Property("names", "five kernels of 3×3", five_named_kernels, hidden=False),
        Property(
            "horizontal",
            "edges from left to right",
            answers_to_its_edge("horizontal", TOP_DARK),
            hidden=False,
        ),
        Property(
            "vertical",
            "edges from top to bottom",
            answers_to_its_edge("vertical", TOP_DARK.T),
            hidden=False,
        ),
        Property("blur", "an average", blur_blurs),
        Property("sharpen", "differences exaggerated", sharpen_sharpens),
        Property("identity", "nothing changes", identity_copies),
    ),
    facet_words={
        "names": "five named kernels of 3×3",
        "horizontal": "the filter for horizontal edges",
        "vertical": "the filter for vertical edges",
        "blur": "the blur",
        "sharpen": "the sharpening filter",
        "identity": "the filter that changes nothing",
    },
    mistakes=(
        Mistake(
            "horizontal and vertical exchanged",
            with_kernel(
                horizontal=reference.edge_filters()["vertical"],
                vertical=reference.edge_filters()["horizontal"],
            ),
            '"horizontal" and "vertical" are exchanged: the filter for horizontal edges '
            "compares what is above with what is below.",
            "Five filters worth knowing",
        ),
        Mistake(
            "blur does not sum to 1",
            with_kernel(blur=np.ones((3, 3))),
            "The blur does not sum to 1, so it changes the brightness of the picture.",
            "Five filters worth knowing",
        ),
        Mistake(
            "sharpen does not sum to 1",
            with_kernel(sharpen=np.array([[0.0, -1, 0], [-1, 4, -1], [0, -1, 0]])),
            "The sharpening filter does not sum to 1: what you have finds edges and blackens "
            "the rest.",
            "Five filters worth knowing",
        ),
        Mistake(
            "identity is a diagonal",
            with_kernel(identity=np.eye(3)),
            "The identity *matrix* is not the filter that changes nothing: it adds up three "
            "pixels along a diagonal.",
            "Five filters worth knowing",
        ),
    ),
)


# --- edge strength --------------------------------------------------------------------------------


def one_image(numbers: Numbers, H: int, W: int) -> Arguments:
    return {"image": numbers.array(H, W)}


def edges(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kernels = reference.edge_filters()
    return (
        reference.cross_correlate2d(image, kernels["horizontal"]),
        reference.cross_correlate2d(image, kernels["vertical"]),
    )


def edges_combined(combine):
    return lambda image: combine(*edges(image))


def even_picture_is_black(call, numbers: Numbers) -> Iterator[Claim]:
    """Where a picture is even there is no edge."""
    image = np.full((4, 5), 3.0)
    yield Claim(call(image=image), np.zeros((2, 3)), "an even picture", {"image": image})


def turning_turns(call, numbers: Numbers) -> Iterator[Claim]:
    """An edge is as strong after the picture is turned: only its place turns with it."""
    image = numbers.array(5, 6)
    yield Claim(
        call(image=np.rot90(image).copy()),
        np.rot90(call(image=image)),
        "the picture turned by a quarter",
    )


GRADIENT_MAGNITUDE = Exercise(
    id="gradient-magnitude",
    lesson=LESSON,
    reference=reference.gradient_magnitude,
    draw=one_image,
    example=lambda: {
        "image": np.array(
            [
                [0.0, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 1.0, 1.0, 1.0],
                [0.0, 0.0, 1.0, 1.0, 1.0],
            ]
        )
    },
    smallest={"H": 3, "W": 3},
    window=lambda arguments, where: {
        "image": (slice(where[0], where[0] + 3), slice(where[1], where[1] + 3))
    },
    cases=(
        case("values", H=6, W=6),
        case("values", H=3, W=3),
        case("rectangular", hidden=False, H=4, W=6),
        case("rectangular", H=7, W=4),
        case("dtype", dtype="float32", H=5, W=5),
        case("layout", layout="strided", H=5, W=5),
    ),
    properties=(
        Property("even", "no edge where all is even", even_picture_is_black),
        Property("turned", "turning the picture turns the answer", turning_turns),
    ),
    facet_words={
        "even": "no edge where the picture is even",
        "turned": "turning the picture turns the answer",
    },
    mistakes=(
        Mistake(
            "sum instead of root of squares",
            edges_combined(lambda across, along: np.abs(across) + np.abs(along)),
            "The two answers were added up; their strength together is the root of the sum of "
            "their squares.",
            "How strong is the edge",
        ),
        Mistake(
            "root left out",
            edges_combined(lambda across, along: across**2 + along**2),
            "The square root is missing.",
            "How strong is the edge",
        ),
        Mistake(
            "absolute value missing",
            edges_combined(lambda across, along: across + along),
            "The two answers were added with their signs, so that opposite edges cancel.",
            "How strong is the edge",
        ),
        Mistake(
            "one direction only",
            edges_combined(lambda across, along: np.abs(across)),
            "Only horizontal edges were measured.",
            "How strong is the edge",
        ),
        Mistake(
            "one direction only",
            edges_combined(lambda across, along: np.abs(along)),
            "Only vertical edges were measured.",
            "How strong is the edge",
        ),
        Mistake(
            "larger of the two",
            edges_combined(lambda across, along: np.maximum(np.abs(across), np.abs(along))),
            "The larger of the two answers was taken; both count.",
            "How strong is the edge",
        ),
    ),
)


# --- a convolution is a matrix --------------------------------------------------------------------


def kernel_and_shape(numbers: Numbers, H: int, W: int, KH: int, KW: int) -> Arguments:
    return {"kernel": numbers.array(KH, KW), "image_shape": (H, W)}


def matrix_filters_the_image(call, numbers: Numbers) -> Iterator[Claim]:
    """The matrix times the image, laid flat, is the filtered image, laid flat."""
    image, kernel = numbers.array(4, 6), numbers.array(2, 3)
    matrix = call(kernel=kernel, image_shape=image.shape)
    yield Claim(
        matrix @ image.ravel(),
        reference.cross_correlate2d(image, kernel).ravel(),
        "the matrix times an image",
    )


def rows_of_kernel(kernel: np.ndarray, image_shape: tuple[int, int], spread: bool, step: int):
    """Write the kernel's rows end to end or an image row apart, `step` further for each row."""
    height, width = image_shape
    out_h, out_w = height - kernel.shape[0] + 1, width - kernel.shape[1] + 1
    matrix = np.zeros((out_h * out_w, height * width), kernel.dtype)
    for i in range(out_h):
        for j in range(out_w):
            begin = i * step + j
            if not spread:
                flat = kernel.ravel()[: height * width - begin]
                matrix[i * out_w + j, begin : begin + len(flat)] = flat
                continue
            for a, row in enumerate(kernel):
                matrix[i * out_w + j, begin + a * width : begin + a * width + len(row)] = row
    return matrix


CONV_AS_MATRIX = Exercise(
    id="conv-as-matrix",
    lesson=LESSON,
    reference=reference.conv_as_matrix,
    draw=kernel_and_shape,
    example=lambda: {"kernel": np.array([[1.0, 2.0], [3.0, 4.0]]), "image_shape": (3, 3)},
    cases=(
        case("values", H=4, W=4, KH=2, KW=2),
        case("values", H=5, W=5, KH=3, KW=3),
        case("rectangular", hidden=False, H=3, W=4, KH=2, KW=2),
        case("rectangular", H=5, W=3, KH=2, KW=3),
        case("rectangular", H=3, W=6, KH=3, KW=1),
        case("dtype", dtype="float32", H=4, W=4, KH=2, KW=2),
        case("layout", layout="strided", H=4, W=4, KH=2, KW=2),
        case("refused", H=3, W=3, KH=4, KW=2),
    ),
    properties=(Property("product", "M @ image is the filtered image", matrix_filters_the_image),),
    facet_words={"product": "the matrix times the image is the filtered image"},
    mistakes=(
        Mistake(
            "dense rows",
            lambda kernel, image_shape: rows_of_kernel(
                kernel, image_shape, spread=False, step=image_shape[1]
            ),
            "The kernel lies in one piece in each row: between its rows the rest of an image row "
            "has to be skipped.",
            "A convolution is a matrix",
        ),
        Mistake(
            "rows shifted by W'",
            lambda kernel, image_shape: rows_of_kernel(
                kernel, image_shape, spread=True, step=image_shape[1] - kernel.shape[1] + 1
            ),
            "Going down a row moves by the width of the output; the image's width is meant.",
            "A convolution is a matrix",
        ),
        Mistake(
            "flipped kernel",
            lambda kernel, image_shape: reference.conv_as_matrix(kernel[::-1, ::-1], image_shape),
            "The kernel was flipped on its way into the matrix.",
            "A convolution is a matrix",
        ),
        Mistake(
            "transposed",
            lambda kernel, image_shape: reference.conv_as_matrix(kernel, image_shape).T,
            "The matrix is transposed: one row for each output, one column for each pixel.",
            "A convolution is a matrix",
        ),
        Mistake(
            "height and width exchanged",
            lambda kernel, image_shape: reference.conv_as_matrix(kernel, image_shape[::-1]),
            "Height and width of the image are exchanged.",
            "A convolution is a matrix",
        ),
    ),
)


EXERCISES = (
    CROSS_CORRELATE2D,
    CONVOLVE2D,
    APPLY_FILTER,
    CONV2D_NAIVE,
    CONV_PARAMETER_COUNT,
    EDGE_FILTERS,
    GRADIENT_MAGNITUDE,
    CONV_AS_MATRIX,
)
