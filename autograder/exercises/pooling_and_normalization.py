"""04-pooling-and-normalization: throwing away, on purpose.

Mistakes refuse the sizes that the right answer refuses, unless refusing is what they are about:
whoever makes the mistake and does not refuse either is recognised all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import reference
from autograder.inside.arguments import Arguments, Named, Seeded

from .model import Claim, Exercise, Mistake, Numbers, Property, case

LESSON = "04-pooling-and-normalization"

PAIR = tuple[int, int]

pair = reference.pair


# --- pooling --------------------------------------------------------------------------------------


def images_to_pool(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    size: int | PAIR,
    stride: int | PAIR | None = None,
    negative: bool = False,
) -> Arguments:
    x = numbers.array(N, C, H, W)
    if negative:
        x = numbers.lay_out(-1 - np.abs(x))
    arguments: Arguments = {"x": x, "size": size}
    return arguments if stride is None else {**arguments, "stride": stride}


def images_to_pool_example() -> Arguments:
    x = np.array([[-1.0, -3.0, 4.0, 0.0], [-2.0, -4.0, 2.0, 6.0], [1.0, 5.0, 3.0, 7.0]])
    return {"x": x[None, None], "size": (2, 2), "stride": (1, 2)}


def steps_of(arguments: Arguments) -> PAIR:
    return pair(arguments.get("stride", arguments["size"]))


def pool_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, c, i, j = where
    (height, width), (down, across) = pair(arguments["size"]), steps_of(arguments)
    rows = slice(i * down, i * down + height)
    return {"x": (n, c, rows, slice(j * across, j * across + width))}


def windows_of(x: np.ndarray, size: PAIR, stride: PAIR) -> np.ndarray:
    """Every window: (N, C, H', W', h, w)."""
    return sliding_window_view(x, size, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]


def poolings(
    fold: Callable, piece: Callable, over: str, other: Mistake, see: str
) -> tuple[Mistake, ...]:
    """The mistakes that are made in pooling of either kind.

    `fold(windows)` takes the largest, or the mean, along the last two axes, and
    `piece(window, size)` does so where the border may have cut the window; `over` is the name of
    doing it over the channels.
    """

    def mistake(name: str, wrong: Callable, sentence: str) -> Mistake:
        """`wrong(x, size, stride)` is given pairs, and sizes that fit."""

        def answer(x, size, stride=None):
            steps = pair(size if stride is None else stride)
            reference.pool_output_shape(x.shape[1:], size, steps)
            return wrong(x, pair(size), steps)

        return Mistake(name, answer, sentence, see)

    def pooled(x, size, stride):
        return fold(windows_of(x, size, stride))

    def in_order(sides: Callable, place: Callable = lambda i, j: (i, j)) -> Callable:
        """In loops over the places that `sides` counts; windows over the border are cut."""

        def wrong(x, size, stride):
            result = np.zeros((*x.shape[:2], *sides(*pooled(x, size, stride).shape[2:])), x.dtype)
            for i, j in np.ndindex(result.shape[2:]):
                row, column = place(i, j)
                top, left = row * stride[0], column * stride[1]
                window = x[:, :, top : top + size[0], left : left + size[1]]
                result[:, :, i, j] = piece(window, size)
            return result

        return wrong

    def first_image(x, size, stride):
        result = pooled(x, size, stride)
        result[1:] = 0
        return result

    def first_channel(x, size, stride):
        result = pooled(x, size, stride)
        result[:, 1:] = 0
        return result

    def last_places_missing(x, size, stride):
        result = pooled(x, size, stride)
        result[:, :, -1] = 0
        result[:, :, :, -1] = 0
        return result

    def rounded_down(x, size, stride=None):
        size, steps = pair(size), pair(size if stride is None else stride)
        return pooled(x, size, steps)

    def rounded_up(x, size, stride=None):
        size, steps = pair(size), pair(size if stride is None else stride)
        shape = [ceil((n - k) / s) + 1 for n, k, s in zip(x.shape[2:], size, steps, strict=True)]
        result = np.zeros((*x.shape[:2], *shape), x.dtype)
        for i, j in np.ndindex(*shape):
            top, left = i * steps[0], j * steps[1]
            result[:, :, i, j] = fold(x[:, :, top : top + size[0], left : left + size[1]])
        return result

    return (
        other,
        mistake(
            "stride fixed to size",
            lambda x, size, stride: pooled(x, size, size),
            "The windows stand side by side whatever `stride` says.",
        ),
        Mistake(
            "stride 1 when left out",
            lambda x, size, stride=1: (
                reference.pool_output_shape(x.shape[1:], size, stride)
                and pooled(x, pair(size), pair(stride))
            ),
            "Where no stride is given the window moves by 1; it should move by its own size.",
            see,
        ),
        mistake(
            "stride 1 always",
            lambda x, size, stride: pooled(x, size, (1, 1)),
            "The window moves by one pixel: there is a number for every place.",
        ),
        mistake(
            "window as large as the stride",
            lambda x, size, stride: pooled(x, stride, stride),
            "The window was given the size of its steps.",
        ),
        mistake(
            over,
            lambda x, size, stride: over_channels(fold, pooled(x, size, stride)),
            "The channels were pooled as well: each keeps a map of its own.",
        ),
        mistake(
            over,
            lambda x, size, stride: over_channels(fold, pooled(x, size, stride))[:, 0],
            "The channels were pooled as well: each keeps a map of its own.",
        ),
        mistake(
            "H and W swapped",
            in_order(lambda height, width: (width, height)),
            "Height and width are exchanged: that only shows when the picture is not square.",
        ),
        mistake(
            "height used for width",
            in_order(lambda height, width: (height, height)),
            "The width of the output is taken from its height.",
        ),
        mistake(
            "output transposed",
            lambda x, size, stride: pooled(x, size, stride).swapaxes(2, 3),
            "Rows and columns of the output are exchanged.",
        ),
        mistake(
            "output transposed",
            in_order(lambda height, width: (height, width), lambda i, j: (j, i)),
            "The window of row i and column j was read at row j and column i.",
        ),
        mistake(
            "size's numbers exchanged",
            lambda x, size, stride: pooled(x, size[::-1], stride),
            "Height and width of the window are exchanged.",
        ),
        mistake(
            "size's first number for both",
            lambda x, size, stride: pooled(x, size[:1] * 2, stride),
            "The window was taken for a square of its height.",
        ),
        mistake(
            "stride's numbers exchanged",
            lambda x, size, stride: pooled(x, size, stride[::-1]),
            "The steps down and across are exchanged.",
        ),
        mistake(
            "stride's first number for both",
            lambda x, size, stride: pooled(x, size, stride[:1] * 2),
            "The step down was used across as well.",
        ),
        mistake(
            "only image 0",
            first_image,
            "Only the first image of the batch was pooled; the others are still zero.",
        ),
        mistake(
            "only image 0",
            lambda x, size, stride: pooled(x[:1], size, stride),
            "Only the first image of the batch was pooled.",
        ),
        mistake(
            "only channel 0",
            first_channel,
            "Only the first channel was pooled; the others are still zero.",
        ),
        mistake(
            "last places missing",
            last_places_missing,
            "The last row and the last column of the output were never filled in.",
        ),
        mistake(
            "last places missing",
            lambda x, size, stride: pooled(x, size, stride)[:, :, :-1, :-1],
            "The last row and the last column of places are missing.",
        ),
        mistake(
            "last row and column of the window left out",
            lambda x, size, stride: fold(
                windows_of(x, size, stride)[..., : max(size[0] - 1, 1), : max(size[1] - 1, 1)]
            ),
            "Each window lacks its last row and its last column.",
        ),
        mistake(
            "first pixel of each window",
            lambda x, size, stride: windows_of(x, size, stride)[..., 0, 0].copy(),
            "Each window left its upper left pixel: that is thinning out, not pooling.",
        ),
        mistake(
            "channels last",
            lambda x, size, stride: np.moveaxis(pooled(x, size, stride), 1, -1),
            "The maps came out as (N, H', W', C); the course keeps them as (N, C, H', W').",
        ),
        Mistake(
            "rounds down silently",
            rounded_down,
            "A size that does not fit was cut: the last pixels are never read and nobody is told.",
            see,
        ),
        Mistake(
            "cut windows kept",
            rounded_up,
            "Where the windows do not fit, the last ones hang over the border and were pooled "
            "all the same.",
            see,
        ),
    )


def over_channels(fold: Callable, maps: np.ndarray) -> np.ndarray:
    """Fold the channels into one: (N, C, H', W') → (N, 1, H', W')."""
    return fold(np.moveaxis(maps, 1, -1)[..., None])[:, None]


def mean_of(windows: np.ndarray) -> np.ndarray:
    return windows.mean(axis=(-2, -1))


def largest_of(windows: np.ndarray) -> np.ndarray:
    return windows.max(axis=(-2, -1))


def pooled_otherwise(fold: Callable) -> Callable:
    """Pooling that leaves another number of each window: `fold(windows, size, stride)`."""

    def answer(x, size, stride=None):
        steps = pair(size if stride is None else stride)
        reference.pool_output_shape(x.shape[1:], size, steps)
        folded = fold(windows_of(x, pair(size), steps), pair(size), steps)
        return folded.astype(x.dtype)

    return answer


POOL_CASES = (
    case("values", N=1, C=1, H=4, W=4, size=2),
    case("values", N=1, C=2, H=6, W=6, size=3),
    case("overlap", hidden=False, N=1, C=1, H=5, W=5, size=3, stride=2),
    case("overlap", N=1, C=1, H=4, W=4, size=2, stride=1),
    case("gaps", N=1, C=1, H=8, W=8, size=2, stride=3),
    case("pair", hidden=False, N=1, C=1, H=4, W=6, size=(2, 3)),
    case("pair", N=1, C=1, H=6, W=4, size=(3, 1)),
    case("pair", N=1, C=1, H=7, W=7, size=3, stride=(2, 4)),
    case("pair", N=1, C=2, H=6, W=6, size=(2, 4), stride=(4, 2)),
    case("rectangular", hidden=False, N=1, C=1, H=4, W=6, size=2),
    case("rectangular", N=1, C=1, H=8, W=4, size=2),
    case("rectangular", N=1, C=1, H=4, W=5, size=2, stride=1),
    case("channels", hidden=False, N=1, C=3, H=4, W=4, size=2),
    case("channels", N=1, C=4, H=3, W=3, size=3),
    case("batch", hidden=False, N=2, C=2, H=4, W=4, size=2),
    case("batch", N=3, C=1, H=4, W=4, size=2),
    case("negative", hidden=False, N=1, C=1, H=4, W=4, size=2, negative=True),
    case("negative", N=1, C=1, H=5, W=5, size=3, stride=2, negative=True),
    case("dtype", dtype="float32", N=2, C=2, H=5, W=5, size=3, stride=2),
    case("layout", layout="F", N=2, C=2, H=4, W=6, size=2),
    case("layout", layout="strided", N=2, C=2, H=4, W=6, size=2),
    case("refused", hidden=False, N=1, C=1, H=5, W=5, size=2),
    case("refused", N=1, C=1, H=6, W=7, size=3, stride=2),
    case("refused", N=1, C=1, H=4, W=6, size=(2, 4)),
    case("refused", N=1, C=1, H=3, W=4, size=4),
)

POOL_WORDS = {
    "overlap": "windows that overlap",
    "gaps": "windows with gaps between them",
    "pair": "a size and a stride of their own for height and width",
    "negative": "windows with nothing but negative numbers",
    "refused": "windows that do not fit are refused",
    "constant": "an even picture stays even",
    "one": "a window of one pixel changes nothing",
    "apart": "each channel is pooled by itself",
    "shift": "a shifted picture gives a shifted answer",
}


def even_stays_even(call, numbers: Numbers) -> Iterator[Claim]:
    """An even picture stays even, and as bright."""
    for brightness in (2.5, -7.0):
        x = np.full((1, 2, 6, 4), brightness)
        yield Claim(
            call(x=x, size=2), np.full((1, 2, 3, 2), brightness), f"a picture of {brightness}"
        )


def one_pixel_changes_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """Windows of one pixel leave the picture as it is; a stride of 2 takes every other pixel."""
    x = numbers.array(2, 2, 5, 3)
    yield Claim(call(x=x, size=1), x, "windows of one pixel")
    yield Claim(call(x=x, size=1, stride=2), x[:, :, ::2, ::2], "every other pixel")


def channels_apart(call, numbers: Numbers) -> Iterator[Claim]:
    """Each channel of each image comes out as if it were alone."""
    x = numbers.array(2, 3, 6, 6)
    together = call(x=x, size=3)
    for n, c in ((0, 0), (1, 2)):
        alone = call(x=x[n : n + 1, c : c + 1], size=3)
        yield Claim(together[n : n + 1, c : c + 1], alone, f"image {n}, channel {c}, alone")


POOL_PROPERTIES = (
    Property("constant", "an even picture stays even", even_stays_even),
    Property("one", "a window of one pixel changes nothing", one_pixel_changes_nothing),
    Property("apart", "each channel is pooled by itself", channels_apart),
)

KEEP, MEAN = "Keep the largest", "Take the mean"

MAX_POOL2D = Exercise(
    id="max-pool2d",
    lesson=LESSON,
    reference=reference.max_pool2d,
    draw=images_to_pool,
    example=images_to_pool_example,
    smallest={"H": 3, "W": 3, "size": 2},
    window=pool_window,
    cases=POOL_CASES,
    properties=POOL_PROPERTIES,
    facet_words=POOL_WORDS,
    mistakes=(
        *poolings(
            largest_of,
            lambda window, size: largest_of(window),
            "max over channels",
            Mistake(
                "mean instead of the largest",
                reference.average_pool2d,
                "This is the mean of each window; its largest number is asked for.",
                KEEP,
            ),
            KEEP,
        ),
        Mistake(
            "starts from 0",
            pooled_otherwise(lambda windows, size, stride: np.maximum(largest_of(windows), 0)),
            "Where all numbers of a window are negative yours is 0: the search for the largest "
            "began at 0.",
            KEEP,
        ),
        Mistake(
            "smallest instead of largest",
            pooled_otherwise(lambda windows, size, stride: windows.min(axis=(-2, -1))),
            "This is the smallest number of each window.",
            KEEP,
        ),
        Mistake(
            "largest in size",
            pooled_otherwise(lambda windows, size, stride: largest_of(np.abs(windows))),
            "The signs were dropped: −9 is smaller than 1.",
            KEEP,
        ),
        Mistake(
            "place instead of number",
            pooled_otherwise(
                lambda windows, size, stride: windows.reshape(*windows.shape[:4], -1).argmax(-1)
            ),
            "This is where in its window the largest number stands, and not the number.",
            KEEP,
        ),
        Mistake(
            "largest of the first row",
            pooled_otherwise(lambda windows, size, stride: windows[..., 0, :].max(-1)),
            "Only the first row of each window was looked at.",
            KEEP,
        ),
        Mistake(
            "largest of the first column",
            pooled_otherwise(lambda windows, size, stride: windows[..., 0].max(-1)),
            "Only the first column of each window was looked at.",
            KEEP,
        ),
    ),
)

AVERAGE_POOL2D = Exercise(
    id="average-pool2d",
    lesson=LESSON,
    reference=reference.average_pool2d,
    draw=images_to_pool,
    example=images_to_pool_example,
    smallest={"H": 3, "W": 3, "size": 2},
    window=pool_window,
    cases=POOL_CASES,
    properties=POOL_PROPERTIES,
    facet_words=POOL_WORDS,
    mistakes=(
        *poolings(
            mean_of,
            lambda window, size: window.sum(axis=(-2, -1)) / prod(size),
            "mean over channels",
            Mistake(
                "max instead",
                reference.max_pool2d,
                "This is the largest number of each window; its mean is asked for.",
                MEAN,
            ),
            MEAN,
        ),
        Mistake(
            "divides by size, not size²",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / size[0]),
            "The sum was divided by the window's side; a window holds height × width numbers.",
            MEAN,
        ),
        Mistake(
            "divides by size, not size²",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / size[1]),
            "The sum was divided by the window's width; a window holds height × width numbers.",
            MEAN,
        ),
        Mistake(
            "height counted twice",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / size[0] ** 2),
            "The sum was divided by the square of the window's height; it may be wider than high.",
            MEAN,
        ),
        Mistake(
            "sum instead of mean",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1))),
            "The sums were not divided.",
            MEAN,
        ),
        Mistake(
            "divides by the stride",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / prod(stride)),
            "The sum was divided by the area of a step; the window's own area is meant.",
            MEAN,
        ),
        Mistake(
            "divides by the channels too",
            pooled_otherwise(lambda windows, size, stride: mean_of(windows) / windows.shape[1]),
            "The sum was divided by the number of channels as well.",
            MEAN,
        ),
        Mistake(
            "median instead of mean",
            pooled_otherwise(lambda windows, size, stride: np.median(windows, axis=(-2, -1))),
            "This is the median of each window.",
            MEAN,
        ),
    ),
)


# --- nothing to learn, less to carry --------------------------------------------------------------

LESS = "Nothing to learn, less to carry"

POOL_PARAMETER_COUNT = Exercise(
    id="pool-parameter-count",
    lesson=LESSON,
    reference=reference.pool_parameter_count,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    mistakes=(
        Mistake(
            "a weight for each pixel of the window",
            lambda: 4,
            "A window of 2×2 has four pixels and no weights: the largest is found, not learned.",
            LESS,
        ),
        Mistake("one bias", lambda: 1, "A pooling layer adds nothing: there is no bias.", LESS),
    ),
)


def image_to_pool(
    numbers: Numbers,
    size: int | PAIR = 2,
    stride: int | PAIR | None = None,
    places: PAIR | None = None,
    left_over: PAIR = (0, 0),
    square: bool = False,
    C: int | None = None,
) -> Arguments:
    """The shape of an image that fits, or misses by `left_over` pixels."""
    rng = numbers.rng
    counts = np.array(rng.integers(4, 30, 2) if places is None else places)
    if square:
        counts[1] = counts[0]
    steps = np.array(pair(size if stride is None else stride))
    height, width = (int(n) for n in (counts - 1) * steps + pair(size) + left_over)
    channels = int(rng.integers(6, 99)) if C is None else C
    arguments: Arguments = {"input_shape": (channels, height, width), "size": size}
    return arguments if stride is None else {**arguments, "stride": stride}


def misshaped(name: str, change: Callable, sentence: str) -> Mistake:
    """`change(shape, input_shape, size, stride)` is given pairs, and sizes that fit."""

    def answer(input_shape, size, stride=None):
        steps = pair(size if stride is None else stride)
        shape = reference.pool_output_shape(input_shape, size, steps)
        return change(shape, input_shape, pair(size), steps)

    return Mistake(name, answer, sentence, LESS)


def with_places(count: Callable[[int, int, int], int]) -> Callable:
    """Count the places along each side by `count(side, size, step)`."""

    def change(shape, input_shape, size, stride):
        sides = zip(input_shape[1:], size, stride, strict=True)
        return (input_shape[0], *(count(*side) for side in sides))

    return change


def rounded_places(rounding: Callable[[float], float]) -> Callable:
    def answer(input_shape, size, stride=None):
        steps = pair(size if stride is None else stride)
        sides = zip(input_shape[1:], pair(size), steps, strict=True)
        return (input_shape[0], *(int(rounding((n - k) / s)) + 1 for n, k, s in sides))

    return answer


POOL_OUTPUT_SHAPE = Exercise(
    id="pool-output-shape",
    lesson=LESSON,
    reference=reference.pool_output_shape,
    draw=image_to_pool,
    example=lambda: {"input_shape": (96, 55, 55), "size": 3, "stride": 2},
    cases=(
        case("values", size=2, square=True),
        case("values", C=6, size=3, places=(9, 9)),
        case("rectangular", hidden=False, size=2),
        case("rectangular", size=5),
        case("overlap", hidden=False, size=3, stride=2, square=True),
        case("overlap", C=64, size=4, stride=1, places=(12, 12)),
        case("gaps", size=2, stride=5, square=True),
        case("pair", hidden=False, size=(2, 3), places=(6, 4)),
        case("pair", size=(4, 2), stride=(2, 3)),
        case("refused", hidden=False, C=3, size=2, places=(4, 4), left_over=(1, 1)),
        case("refused", size=3, stride=2, left_over=(0, 1)),
        case("refused", size=4, left_over=(3, 0)),
        case("refused", C=8, size=4, places=(0, 3)),
    ),
    facet_words=POOL_WORDS,
    mistakes=(
        misshaped(
            "depth pooled",
            lambda shape, input_shape, size, stride: (shape[0] // size[0], *shape[1:]),
            "The depth was divided too: pooling looks at each channel by itself.",
        ),
        misshaped(
            "depth pooled",
            lambda shape, input_shape, size, stride: (1, *shape[1:]),
            "The channels were made into one: pooling looks at each channel by itself.",
        ),
        Mistake(
            "rounds up",
            rounded_places(np.ceil),
            "A size that does not fit was rounded up: the last windows hang over the border.",
            LESS,
        ),
        Mistake(
            "rounds down",
            rounded_places(np.floor),
            "A size that does not fit was rounded down: the last pixels are never read.",
            LESS,
        ),
        misshaped(
            "stride fixed to size",
            with_places(lambda side, size, step: side // size),
            "The windows stand side by side whatever `stride` says.",
        ),
        misshaped(
            "size divided by the stride",
            with_places(lambda side, size, step: side // step),
            "The sides were divided by the step; where windows overlap, the last ones do not fit.",
        ),
        misshaped(
            "+ 1 forgotten",
            with_places(lambda side, size, step: (side - size) // step),
            "These are the steps between the places: the first place is missing.",
        ),
        Mistake(
            "stride 1 when left out",
            lambda input_shape, size, stride=1: reference.pool_output_shape(
                input_shape, size, stride
            ),
            "Where no stride is given the window moves by 1; it should move by its own size.",
            LESS,
        ),
        misshaped(
            "H and W swapped",
            lambda shape, input_shape, size, stride: (shape[0], shape[2], shape[1]),
            "Height and width are exchanged.",
        ),
        misshaped(
            "height used for width",
            lambda shape, input_shape, size, stride: (shape[0], shape[1], shape[1]),
            "The width is taken from the height.",
        ),
        misshaped(
            "depth left out",
            lambda shape, input_shape, size, stride: shape[1:],
            "The depth is missing; the shape of an image is (C, H, W).",
        ),
        misshaped(
            "channels last",
            lambda shape, input_shape, size, stride: (*shape[1:], shape[0]),
            "The depth stands last; the course writes (C, H', W').",
        ),
        misshaped(
            "size kept",
            lambda shape, input_shape, size, stride: tuple(input_shape),
            "The shape is the input's: nothing was pooled.",
        ),
    ),
)


# --- pooling is a convolution too -----------------------------------------------------------------

TOO = "Pooling is a convolution too"


def images_to_average(
    numbers: Numbers, N: int, C: int, H: int, W: int, size: int | PAIR
) -> Arguments:
    return {"x": numbers.array(N, C, H, W), "size": size}


def by_weights(make: Callable[[int, int, int], np.ndarray]) -> Callable:
    """A strided convolution with the weights that `make(channels, height, width)` gives."""

    def answer(x, size):
        weights = make(x.shape[1], *pair(size)).astype(x.dtype)
        bias = np.zeros(len(weights), x.dtype)
        return reference.conv2d_forward(x, weights, bias, stride=size)

    return answer


def each_its_own(channels: int, height: int, width: int) -> np.ndarray:
    """The right weights: filter c sees channel c only."""
    weights = np.zeros((channels, channels, height, width))
    weights[np.arange(channels), np.arange(channels)] = 1 / (height * width)
    return weights


def averaged_instead(change: Callable) -> Callable:
    """`change(right, x, size)` from an answer that refuses what does not fit."""
    return lambda x, size: change(reference.average_pool2d(x, size), x, pair(size))


def channel_apart(call, numbers: Numbers) -> Iterator[Claim]:
    """A channel that is 0 stays 0, whatever the others hold."""
    x = numbers.array(1, 3, 4, 4)
    x[:, 1] = 0
    yield Claim(call(x=x, size=2)[:, 1], np.zeros((1, 2, 2)), "channel 1 is black")


STRIDED_CONV_AS_POOL = Exercise(
    id="strided-conv-as-pool",
    lesson=LESSON,
    reference=reference.strided_conv_as_pool,
    draw=images_to_average,
    example=lambda: {
        "x": np.array(
            [
                [[1.0, 3.0, 0.0, 4.0], [5.0, 7.0, 0.0, 4.0]],
                [[8.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0]],
            ]
        )[None],
        "size": 2,
    },
    smallest={"size": 2},
    window=pool_window,
    cases=(
        case("values", N=1, C=1, H=4, W=4, size=2),
        case("values", N=1, C=1, H=6, W=6, size=3),
        case("channels", hidden=False, N=1, C=3, H=4, W=4, size=2),
        case("channels", N=1, C=4, H=3, W=3, size=3),
        case("rectangular", hidden=False, N=1, C=1, H=4, W=6, size=2),
        case("rectangular", N=1, C=1, H=6, W=3, size=3),
        case("pair", N=1, C=1, H=4, W=6, size=(2, 3)),
        case("pair", N=1, C=2, H=8, W=4, size=(4, 2)),
        case("batch", N=3, C=1, H=4, W=4, size=2),
        case("batch", hidden=False, N=2, C=2, H=4, W=4, size=2),
        case("dtype", dtype="float32", N=2, C=2, H=6, W=6, size=3),
        case("layout", layout="F", N=2, C=2, H=4, W=4, size=2),
        case("layout", layout="strided", N=2, C=2, H=4, W=4, size=2),
        case("refused", hidden=False, N=1, C=1, H=5, W=5, size=2),
        case("refused", N=1, C=1, H=4, W=7, size=2),
        case("refused", N=1, C=2, H=7, W=6, size=3),
    ),
    properties=(Property("apart", "channels do not mix", channel_apart),),
    facet_words={**POOL_WORDS, "apart": "channels do not mix"},
    mistakes=(
        Mistake(
            "channels mixed",
            by_weights(lambda c, h, w: np.full((c, c, h, w), 1 / (h * w))),
            "Every map sums over all channels: an ordinary filter does; here each channel has a "
            "filter that sees no other.",
            TOO,
        ),
        Mistake(
            "channels mixed",
            by_weights(lambda c, h, w: np.full((c, c, h, w), 1 / (c * h * w))),
            "Every map is the mean of all channels; each channel should be averaged by itself.",
            TOO,
        ),
        Mistake(
            "one map for all channels",
            by_weights(lambda c, h, w: np.full((1, c, h, w), 1 / (h * w))),
            "A single filter gives a single map; there should be one for each channel.",
            TOO,
        ),
        Mistake(
            "one map for all channels",
            by_weights(lambda c, h, w: np.full((1, c, h, w), 1 / (c * h * w))),
            "A single filter gives a single map; there should be one for each channel.",
            TOO,
        ),
        Mistake(
            "first channel for all",
            averaged_instead(lambda right, x, size: np.repeat(right[:, :1], x.shape[1], axis=1)),
            "Every map is the first channel's.",
            TOO,
        ),
        Mistake(
            "channels in reverse",
            by_weights(lambda c, h, w: each_its_own(c, h, w)[::-1]),
            "The maps stand in reverse order: filter c should see channel c.",
            TOO,
        ),
        Mistake(
            "stride 1",
            averaged_instead(lambda right, x, size: reference.average_pool2d(x, size, 1)),
            "The filter moves by one pixel; in pooling it moves by its own size.",
            TOO,
        ),
        Mistake(
            "weights of 1",
            by_weights(lambda c, h, w: each_its_own(c, h, w) * (h * w)),
            "The sums are not divided: with weights of 1 a filter adds up and does not average.",
            TOO,
        ),
        Mistake(
            "weights of 1 / size",
            by_weights(lambda c, h, w: each_its_own(c, h, w) * w),
            "The weights are 1 / side; a window has height × width pixels.",
            TOO,
        ),
        Mistake(
            "weights of 1 / size",
            by_weights(lambda c, h, w: each_its_own(c, h, w) * h),
            "The weights are 1 / side; a window has height × width pixels.",
            TOO,
        ),
        Mistake(
            "weights divided by the channels",
            by_weights(lambda c, h, w: each_its_own(c, h, w) / c),
            "The weights were divided by the number of channels as well.",
            TOO,
        ),
        Mistake(
            "max instead",
            lambda x, size: reference.max_pool2d(x, size),
            "This is the largest number of each window; no convolution finds that.",
            TOO,
        ),
        Mistake(
            "only image 0",
            averaged_instead(lambda right, x, size: right[:1]),
            "Only the first image of the batch was pooled.",
            TOO,
        ),
        Mistake(
            "output transposed",
            averaged_instead(lambda right, x, size: right.swapaxes(2, 3)),
            "Rows and columns of the output are exchanged.",
            TOO,
        ),
        Mistake(
            "rounds down silently",
            lambda x, size: reference.average_pool2d(x, size, floor=True),
            "A size that does not fit was cut: the last pixels are never read and nobody is told.",
            TOO,
        ),
    ),
)


# --- neighbours damp each other -------------------------------------------------------------------

DAMP = "Neighbours damp each other"


def responses(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    n: int | None = None,
    k: float | None = None,
    alpha: float | None = None,
    beta: float | None = None,
) -> Arguments:
    arguments: Arguments = {"x": numbers.array(N, C, H, W)}
    for name, value in (("n", n), ("k", k), ("alpha", alpha), ("beta", beta)):
        if value is None:
            break
        arguments[name] = value
    return arguments


def neighbour_sums(squares: np.ndarray, before: int, after: int) -> np.ndarray:
    """Sum over channels i − before … i + after, those that exist."""
    channels = squares.shape[1]
    sums = [
        squares[:, max(i - before, 0) : min(i + after, channels - 1) + 1].sum(axis=1)
        for i in range(channels)
    ]
    return np.stack(sums, axis=1)


def damped(name: str, formula: Callable, sentence: str) -> Mistake:
    """`formula(x, sums, n, k, alpha, beta)`, with the right sums of squares."""

    def answer(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
        sums = neighbour_sums(x * x, n // 2, n // 2)
        return formula(x, sums, n, k, alpha, beta).astype(x.dtype)

    return Mistake(name, answer, sentence, DAMP)


def summed(name: str, sums_of: Callable, sentence: str) -> Mistake:
    """The right formula with other sums: `sums_of(x, n)`."""

    def answer(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
        return (x / (k + alpha * sums_of(x, n)) ** beta).astype(x.dtype)

    return Mistake(name, answer, sentence, DAMP)


def over_space(x: np.ndarray, n: int) -> np.ndarray:
    half = n // 2
    squares = np.pad(x * x, ((0, 0), (0, 0), (half, half), (half, half)))
    return sliding_window_view(squares, (n, n), axis=(2, 3)).sum(axis=(-2, -1))


def along_the_height(x: np.ndarray, n: int) -> np.ndarray:
    return neighbour_sums((x * x).swapaxes(1, 2), n // 2, n // 2).swapaxes(1, 2)


def going_round(x: np.ndarray, n: int) -> np.ndarray:
    return sum(np.roll(x * x, shift, axis=1) for shift in range(-(n // 2), n // 2 + 1))


def from_the_far_end(x: np.ndarray, n: int) -> np.ndarray:
    """A negative start is not clipped, so that a slice begins at the far end, or is empty."""
    squares, half = x * x, n // 2
    sums = [squares[:, i - half : i + half + 1].sum(axis=1) for i in range(x.shape[1])]
    return np.stack(sums, axis=1)


def ends_repeated(x: np.ndarray, n: int) -> np.ndarray:
    squares, channels = x * x, x.shape[1]
    shifts = range(-(n // 2), n // 2 + 1)
    return sum(squares[:, np.clip(np.arange(channels) + s, 0, channels - 1)] for s in shifts)


def channel_alone_is_damped(call, numbers: Numbers) -> Iterator[Claim]:
    """Where one channel answers alone it is damped by itself, and the others stay 0."""
    x = np.zeros((1, 7, 1, 1))
    x[0, 3] = 2.0
    wanted = np.zeros((1, 7, 1, 1))
    wanted[0, 3] = 2.0 / np.sqrt(1 + 0.5 * 4.0)
    yield Claim(call(x=x, n=3, k=1.0, alpha=0.5, beta=0.5), wanted, "one channel answers alone")


def only_neighbours_matter(call, numbers: Numbers) -> Iterator[Claim]:
    """A channel further away than n // 2 changes nothing; a nearer one damps."""
    x = np.abs(numbers.array(1, 8, 2, 2)) + 1
    settings = {"n": 3, "k": 1.0, "alpha": 0.5, "beta": 0.5}
    before = call(x=x, **settings)
    louder = x.copy()
    louder[:, 0] *= 5
    after = call(x=louder, **settings)
    yield Claim(after[:, 2:], before[:, 2:], "channels 2 and on do not hear channel 0")
    yield Claim(bool((after[:, 1] < before[:, 1]).all()), True, "channel 1 is damped by channel 0")


LOCAL_RESPONSE_NORMALIZE = Exercise(
    id="local-response-normalize",
    lesson=LESSON,
    reference=reference.local_response_normalize,
    draw=responses,
    example=lambda: {
        "x": np.array([3.0, 0.0, 1.0, 2.0]).reshape(1, 4, 1, 1),
        "n": 3,
        "k": 1.0,
        "alpha": 1.0,
        "beta": 0.5,
    },
    smallest={"C": 3, "n": 9},  # an n that is even has no middle
    window=lambda arguments, where: {"x": (where[0], slice(None), *where[2:])},
    cases=(
        case("values", N=1, C=7, H=2, W=2, n=5, k=2.0, alpha=0.5, beta=0.75),
        case("values", N=1, C=8, H=1, W=1, n=3, k=1.0, alpha=1.0, beta=1.0),
        case("defaults", N=1, C=8, H=2, W=2),
        case("defaults", N=1, C=9, H=1, W=1, n=7),
        case("settings", hidden=False, N=1, C=6, H=1, W=1, n=3, k=3.0, alpha=0.2, beta=0.5),
        case("settings", N=1, C=8, H=2, W=1, n=1, k=0.5, alpha=2.0, beta=1.5),
        case("settings", N=1, C=9, H=1, W=2, n=9, k=1.5, alpha=0.1, beta=2.0),
        case("few", hidden=False, N=1, C=2, H=1, W=1, n=5, k=1.0, alpha=0.5, beta=0.75),
        case("few", N=1, C=1, H=2, W=2, n=3, k=1.0, alpha=0.5, beta=0.75),
        case("few", N=1, C=3, H=1, W=1, n=7, k=2.0, alpha=1.0, beta=0.75),
        case("rectangular", N=1, C=6, H=3, W=5, n=3, k=2.0, alpha=0.5, beta=0.75),
        case("batch", N=3, C=6, H=2, W=2, n=5, k=2.0, alpha=0.5, beta=0.75),
        case("dtype", dtype="float32", N=2, C=6, H=2, W=2, n=5, k=2.0, alpha=0.5, beta=0.75),
        case("layout", layout="F", N=2, C=6, H=3, W=2, n=5, k=2.0, alpha=0.5, beta=0.75),
        case("layout", layout="strided", N=2, C=6, H=3, W=2, n=5, k=2.0, alpha=0.5, beta=0.75),
    ),
    properties=(
        Property("alone", "a channel alone", channel_alone_is_damped),
        Property("reach", "how far neighbours reach", only_neighbours_matter),
    ),
    facet_words={
        "defaults": "the paper's constants, when none are given",
        "settings": "other constants than the paper's",
        "few": "fewer channels than the window is wide",
        "alone": "one channel that answers alone",
        "reach": "only neighbours are heard",
    },
    mistakes=(
        damped(
            "alpha divided by n",
            lambda x, sums, n, k, alpha, beta: x / (k + alpha / n * sums) ** beta,
            "Alpha was divided by n. Some frameworks do that; the paper does not.",
        ),
        summed(
            "window over space",
            over_space,
            "The window lies in the picture, over neighbouring pixels; it should lie across the "
            "channels of one pixel.",
        ),
        summed(
            "window over space",
            along_the_height,
            "The window runs down the picture; it should run across the channels of one pixel.",
        ),
        summed(
            "window not clipped",
            going_round,
            "The window goes round: the first channel hears the last ones. It ends where the "
            "channels end.",
        ),
        summed(
            "window not clipped",
            from_the_far_end,
            "For the first channels the window begins at a negative number, which counts from "
            "the far end. It should begin at channel 0.",
        ),
        summed(
            "window not clipped",
            ends_repeated,
            "Beyond the ends the first and the last channel were counted again; the window "
            "ends where the channels end.",
        ),
        damped(
            "k outside the power",
            lambda x, sums, n, k, alpha, beta: x / (k + (alpha * sums) ** beta),
            "Only the sum was raised to beta; k belongs inside.",
        ),
        damped(
            "alpha outside the power",
            lambda x, sums, n, k, alpha, beta: x / (k + alpha * sums**beta),
            "Only the sum of squares was raised to beta; k and alpha belong inside.",
        ),
        damped(
            "alpha on k as well",
            lambda x, sums, n, k, alpha, beta: x / (alpha * (k + sums)) ** beta,
            "Alpha multiplies k too; it belongs to the sum alone.",
        ),
        damped(
            "k left out",
            lambda x, sums, n, k, alpha, beta: x / np.maximum(alpha * sums, 1e-300) ** beta,
            "There is no k: where little answers, the numbers grow without bound.",
        ),
        damped(
            "multiplied instead of divided",
            lambda x, sums, n, k, alpha, beta: x * (k + alpha * sums) ** beta,
            "The numbers were multiplied by what they should be divided by.",
        ),
        damped(
            "power left out",
            lambda x, sums, n, k, alpha, beta: x / (k + alpha * sums),
            "The power beta is missing.",
        ),
        damped(
            "divisor only",
            lambda x, sums, n, k, alpha, beta: (k + alpha * sums) ** beta,
            "This is the divisor alone.",
        ),
        summed(
            "squares left out",
            lambda x, n: neighbour_sums(np.abs(x), n // 2, n // 2),
            "The sizes of the neighbours were added up; it is their squares.",
        ),
        summed(
            "squared after the sum",
            lambda x, n: neighbour_sums(x, n // 2, n // 2) ** 2,
            "The sum of the neighbours was squared; each is squared, and then they are added up.",
        ),
        summed(
            "mean of squares",
            lambda x, n: (
                neighbour_sums(x * x, n // 2, n // 2)
                / neighbour_sums(np.ones_like(x), n // 2, n // 2)
            ),
            "The squares were averaged over the window; the paper adds them up.",
        ),
        summed(
            "last of the window left out",
            lambda x, n: neighbour_sums(x * x, n // 2, n // 2 - 1),
            "The window ends one channel too soon: it reaches as far up as down.",
        ),
        summed(
            "n on either side",
            lambda x, n: neighbour_sums(x * x, n, n),
            "The window reaches n channels to either side; n is its whole width.",
        ),
        summed(
            "all channels",
            lambda x, n: np.broadcast_to((x * x).sum(axis=1, keepdims=True), x.shape),
            "All channels were counted, not only the n nearest.",
        ),
        summed(
            "own channel only",
            lambda x, n: x * x,
            "Each channel was damped by itself only; the neighbours count too.",
        ),
        summed(
            "own channel left out",
            lambda x, n: neighbour_sums(x * x, n // 2, n // 2) - x * x,
            "The channel itself was left out of its window.",
        ),
    ),
)


# --- one scale for every channel ------------------------------------------------------------------

SCALE = "One scale for every channel"


def batch_to_normalize(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    eps: float | None = None,
    even: bool = False,
) -> Arguments:
    channels = np.arange(1, C + 1, dtype=numbers.dtype)
    x = numbers.array(N, C, H, W) * channels[:, None, None] + channels[:, None, None]
    if even:
        x[:, 0] = 3
    arguments: Arguments = {
        "x": numbers.lay_out(x),
        "gamma": numbers.array(C) - 3 * channels * (-1) ** channels,
        "beta": numbers.array(C) - 3 * channels,
    }
    return arguments if eps is None else {**arguments, "eps": eps}


def batch_to_normalize_example() -> Arguments:
    x = np.array([[[[1.0, 1.0], [5.0, 5.0]]], [[[9.0, 1.0], [5.0, 5.0]]]])
    return {"x": x, "gamma": np.array([2.0]), "beta": np.array([10.0]), "eps": 1.0}


def along(values: np.ndarray) -> np.ndarray:
    return values[:, None, None]


def normalized(name: str, formula: Callable, sentence: str) -> Mistake:
    """`formula(x, mean, variance, gamma, beta, eps)`, all of them shaped to go with x."""

    def answer(x, gamma, beta, eps=1e-5):
        mean = x.mean(axis=(0, 2, 3), keepdims=True)
        variance = x.var(axis=(0, 2, 3), keepdims=True)
        result = formula(x, mean, variance, along(gamma), along(beta), eps)
        return result.astype(x.dtype)

    return Mistake(name, answer, sentence, SCALE)


def with_statistics(name: str, axes: tuple[int, ...] | None, sentence: str) -> Mistake:
    """The right formula with statistics over other axes."""

    def answer(x, gamma, beta, eps=1e-5):
        mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        result = (x - mean) / np.sqrt(variance + eps) * along(gamma) + along(beta)
        return result.astype(x.dtype)

    return Mistake(name, answer, sentence, SCALE)


def parameters_along_the_width(x, gamma, beta, eps=1e-5):
    plain = reference.batch_normalize(x, np.ones_like(gamma), np.zeros_like(beta), eps)
    return plain * gamma + beta


def channels_come_out_alike(call, numbers: Numbers) -> Iterator[Claim]:
    """Each channel comes out with the mean beta and, nearly, the deviation gamma."""
    x = numbers.array(4, 3, 5, 6) * 7 + 2
    gamma, beta = np.array([1.0, 2.0, 0.5]), np.array([0.0, -4.0, 3.0])
    result = call(x=x, gamma=gamma, beta=beta, eps=0.0)
    yield Claim(result.mean(axis=(0, 2, 3)), beta, "the mean of each channel is its beta")
    yield Claim(result.std(axis=(0, 2, 3)), gamma, "the deviation of each channel is its gamma")


def brightness_does_not_matter(call, numbers: Numbers) -> Iterator[Claim]:
    """Brighter pictures, or pictures of more contrast, give the same."""
    x, gamma, beta = numbers.array(2, 2, 3, 3), np.array([1.0, 2.0]), np.array([0.5, 0.0])
    before = call(x=x, gamma=gamma, beta=beta, eps=0.0)
    after = call(x=4 * x + 8, gamma=gamma, beta=beta, eps=0.0)
    yield Claim(after, before, "four times the contrast, and brighter")


BATCH_NORMALIZE = Exercise(
    id="batch-normalize",
    lesson=LESSON,
    reference=reference.batch_normalize,
    draw=batch_to_normalize,
    example=batch_to_normalize_example,
    window=lambda arguments, where: {
        "x": (slice(None), where[1]),
        "gamma": (where[1],),
        "beta": (where[1],),
    },
    terms=256,
    cases=(
        case("values", N=2, C=1, H=2, W=2, eps=0.1),
        case("values", N=3, C=1, H=3, W=3),
        case("channels", hidden=False, N=2, C=2, H=2, W=2, eps=0.5),
        case("channels", N=4, C=3, H=2, W=3, eps=0.01),
        case("channels", N=2, C=4, H=4, W=4),
        case("eps", N=2, C=1, H=2, W=2, eps=2.0),
        case("eps", hidden=False, N=2, C=2, H=2, W=2, even=True),
        case("one_image", N=1, C=2, H=3, W=3, eps=0.1),
        case("rectangular", N=3, C=2, H=2, W=5, eps=0.1),
        case("rectangular", N=2, C=3, H=4, W=1, eps=0.1),
        case("dtype", dtype="float32", N=3, C=2, H=3, W=3, eps=0.1),
        case("layout", layout="F", N=3, C=2, H=2, W=3, eps=0.1),
        case("layout", layout="strided", N=3, C=2, H=2, W=3, eps=0.1),
    ),
    properties=(
        Property("statistics", "mean beta, deviation gamma", channels_come_out_alike),
        Property("contrast", "contrast and brightness do not matter", brightness_does_not_matter),
    ),
    facet_words={
        "eps": "an eps that matters, and an even channel",
        "one_image": "a batch of one image",
        "statistics": "each channel comes out with mean beta and deviation gamma",
        "contrast": "contrast and brightness do not matter",
    },
    mistakes=(
        with_statistics(
            "statistics per pixel",
            (0,),
            "Every pixel has a mean of its own; all pixels of a channel, in all images, share one.",
        ),
        with_statistics(
            "statistics per image",
            (2, 3),
            "Every image has a mean of its own: that is instance normalization; a channel has one "
            "for the whole batch.",
        ),
        with_statistics(
            "statistics over the channels",
            (1, 2, 3),
            "The channels of an image share one mean: that is layer normalization; here each "
            "channel has its own.",
        ),
        with_statistics(
            "one mean for everything",
            None,
            "There is a single mean for all channels; each has its own.",
        ),
        with_statistics(
            "statistics across the channels of a pixel",
            (1,),
            "The mean was taken across the channels; it goes over images and pixels.",
        ),
        normalized(
            "eps outside the root",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (np.sqrt(variance) + eps) * gamma + beta
            ),
            "Eps was added to the deviation; it belongs to the variance, inside the root.",
        ),
        normalized(
            "eps left out",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(np.maximum(variance, 1e-300)) * gamma + beta
            ),
            "Eps is missing.",
        ),
        normalized(
            "eps ignored",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance + 1e-5) * gamma + beta
            ),
            "Eps is 1e-5 whatever it was given as.",
        ),
        normalized(
            "n − 1 variance",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean)
                / np.sqrt(variance * (x.size / x.shape[1]) / (x.size / x.shape[1] - 1) + eps)
                * gamma
                + beta
            ),
            "The variance was divided by n − 1; batch normalization divides by n.",
        ),
        normalized(
            "root left out",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (variance + eps) * gamma + beta
            ),
            "The numbers were divided by the variance; its root is meant.",
        ),
        normalized(
            "squared instead of the root",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (variance + eps) ** 2 * gamma + beta
            ),
            "The numbers were divided by the square of the variance; its root is meant.",
        ),
        normalized(
            "mean not subtracted",
            lambda x, mean, variance, gamma, beta, eps: x / np.sqrt(variance + eps) * gamma + beta,
            "The mean was not taken off.",
        ),
        normalized(
            "not divided",
            lambda x, mean, variance, gamma, beta, eps: (x - mean) * gamma + beta,
            "The mean was taken off, but nothing was divided by the deviation.",
        ),
        normalized(
            "gamma and beta left out",
            lambda x, mean, variance, gamma, beta, eps: (x - mean) / np.sqrt(variance + eps),
            "Scale and shift are missing.",
        ),
        normalized(
            "beta left out",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance + eps) * gamma
            ),
            "The shift beta is missing.",
        ),
        normalized(
            "gamma left out",
            lambda x, mean, variance, gamma, beta, eps: (x - mean) / np.sqrt(variance + eps) + beta,
            "The scale gamma is missing.",
        ),
        normalized(
            "gamma and beta exchanged",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance + eps) * beta + gamma
            ),
            "Gamma and beta are exchanged: gamma scales, beta shifts.",
        ),
        normalized(
            "shifted before scaled",
            lambda x, mean, variance, gamma, beta, eps: (
                ((x - mean) / np.sqrt(variance + eps) + beta) * gamma
            ),
            "Beta was added before gamma multiplied.",
        ),
        normalized(
            "first gamma and beta for all",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance + eps) * gamma[0] + beta[0]
            ),
            "Every channel got the first channel's gamma and beta.",
        ),
        Mistake(
            "gamma and beta along the width",
            parameters_along_the_width,
            "Gamma and beta were spread along the width; they belong to the channels.",
            SCALE,
        ),
    ),
)


# --- ReLU, dropout --------------------------------------------------------------------------------

POSITIVE, DROP = "Only what is positive", "Drop some, by chance"


def any_numbers(numbers: Numbers, shape: tuple[int, ...], negative: bool = False) -> Arguments:
    x = numbers.array(*shape) * 4
    return {"x": numbers.lay_out(-1 - np.abs(x)) if negative else numbers.lay_out(x)}


def rectified(name: str, change: Callable[[np.ndarray], np.ndarray], sentence: str) -> Mistake:
    return Mistake(name, lambda x: change(x).astype(x.dtype), sentence, POSITIVE)


def relu_of_its_own(call, numbers: Numbers) -> Iterator[Claim]:
    """What has passed passes again, and 0 stays 0."""
    x = np.array([[-2.0, -0.5, 0.0, 0.5, 2.0, 100.0]])
    once = call(x=x)
    yield Claim(once, np.array([[0.0, 0.0, 0.0, 0.5, 2.0, 100.0]]), "six numbers")
    yield Claim(call(x=once), once, "what has passed passes again")


RELU = Exercise(
    id="relu",
    lesson=LESSON,
    reference=reference.relu,
    draw=any_numbers,
    example=lambda: {"x": np.array([[[[-2.0, 3.0], [0.0, -1.0]]]])},
    window=lambda arguments, where: {"x": where},
    cases=(
        case("values", shape=(1, 1, 4, 4)),
        case("values", shape=(2, 3, 4, 5)),
        case("negative", hidden=False, shape=(1, 1, 2, 2), negative=True),
        case("flat", hidden=False, shape=(3, 5)),
        case("flat", shape=(7,)),
        case("dtype", dtype="float32", shape=(2, 2, 3, 3)),
        case("layout", layout="F", shape=(2, 2, 3, 4)),
        case("layout", layout="strided", shape=(2, 2, 3, 4)),
    ),
    properties=(Property("twice", "what has passed passes again", relu_of_its_own),),
    facet_words={
        "negative": "nothing but negative numbers",
        "flat": "arrays that are not images",
        "twice": "what has passed passes again, and 0 is 0",
    },
    mistakes=(
        rectified("absolute value", np.abs, "The signs were dropped; what is negative becomes 0."),
        rectified(
            "minimum instead of maximum",
            lambda x: np.minimum(x, 0),
            "What is negative was kept, and what is positive became 0.",
        ),
        rectified(
            "leaky",
            lambda x: np.where(x > 0, x, 0.01 * x),
            "A hundredth of what is negative leaks through: that is leaky ReLU.",
        ),
        rectified(
            "mask instead of numbers",
            lambda x: x > 0,
            "This says which numbers are positive; the numbers themselves are asked for.",
        ),
        rectified(
            "cut at 1",
            lambda x: np.clip(x, 0, 1),
            "What is larger than 1 was cut off: ReLU has no ceiling.",
        ),
        rectified(
            "cut at 6",
            lambda x: np.clip(x, 0, 6),
            "What is larger than 6 was cut off: ReLU has no ceiling.",
        ),
        rectified(
            "sigmoid", lambda x: 1 / (1 + np.exp(-x)), "This is the sigmoid, which ReLU replaced."
        ),
        rectified("hyperbolic tangent", np.tanh, "This is tanh, which ReLU replaced."),
        rectified("softplus", lambda x: np.log1p(np.exp(x)), "This is softplus, a rounded ReLU."),
        rectified("nothing done", lambda x: x.copy(), "The numbers came out as they went in."),
        rectified(
            "turned over",
            lambda x: np.maximum(-x, 0),
            "What is negative came out positive, and what is positive became 0.",
        ),
        rectified("below 1", lambda x: np.maximum(x, 1), "What is less than 1 became 1."),
        rectified(
            "positive numbers only",
            lambda x: x[x > 0],
            "The numbers that are not positive were left out; they should be 0 and keep their "
            "places.",
        ),
    ),
)


def close_to(value: float, wanted: float, by: float) -> bool:
    return bool(abs(value - wanted) <= by)


def drops_at_its_rate(call, numbers: Numbers) -> Iterator[Claim]:
    """Of ten thousand numbers, about the rate's part is dropped, and no other is changed."""
    seed = int(numbers.rng.integers(2**31))
    x = np.ones((4, 5, 20, 25))
    for rate in (0.2, 0.7):
        result = np.asarray(call(x=x, rate=rate, rng=Seeded(seed)), dtype=float)
        dropped = float((result == 0).mean())
        yield Claim(result.shape, x.shape, "the shape stays")
        yield Claim(close_to(dropped, rate, 0.05), True, f"about {rate} of the numbers are 0")


def scales_what_stays(call, numbers: Numbers) -> Iterator[Claim]:
    """What stays is divided by 1 − rate, whatever it is, so that the mean stays."""
    seed = int(numbers.rng.integers(2**31))
    x = np.abs(numbers.array(4, 5, 20, 25)) + 1
    for rate in (0.2, 0.7):
        result = call(x=x, rate=rate, rng=Seeded(seed))
        stays = result != 0
        growth = result[stays] / x[stays]
        yield Claim(growth, np.full_like(growth, 1 / (1 - rate)), f"what stays, at rate {rate}")
        yield Claim(bool((growth > 0.999).all()), True, f"what stays does not shrink at {rate}")
        yield Claim(bool((growth == 1).any()), False, f"what stays is scaled at {rate}")
        small = growth.max(initial=0) < 2 or rate > 0.5
        yield Claim(bool(small), True, f"what stays grows a little only at {rate}")


def each_on_its_own(call, numbers: Numbers) -> Iterator[Claim]:
    """Every image, channel and pixel has a chance of its own."""
    seed = int(numbers.rng.integers(2**31))
    kept = call(x=np.ones((3, 4, 12, 15)), rate=0.5, rng=Seeded(seed)) != 0
    yield Claim(bool((kept[0] != kept[1]).any()), True, "images have masks of their own")
    yield Claim(bool((kept[:, 0] != kept[:, 1]).any()), True, "channels have masks of their own")
    mixed = all(0 < channel.mean() < 1 for image in kept for channel in image)
    yield Claim(mixed, True, "no channel is dropped, or kept, as a whole")
    rows = bool((kept != kept[:, :, :1]).any()) and bool((kept != kept[:, :, :, :1]).any())
    yield Claim(rows, True, "no row or column is dropped, or kept, as a whole")


def off_at_test_time(call, numbers: Numbers) -> Iterator[Claim]:
    """While testing, and at rate 0, everything comes out as it went in."""
    x = numbers.array(3, 2, 4, 5)
    seed = int(numbers.rng.integers(2**31))
    tested = call(x=x, rate=0.5, rng=Seeded(seed), training=False)
    yield Claim(tested, x, "at test time nothing changes")
    yield Claim(bool((tested == 0).any()), False, "at test time nothing is dropped")
    yield Claim(bool((tested == 0).all()), False, "at test time there is something left")


def nothing_at_rate_0(call, numbers: Numbers) -> Iterator[Claim]:
    x = numbers.array(3, 2, 4, 5)
    yield Claim(call(x=x, rate=0.0, rng=Seeded(1)), x, "at rate 0 nothing changes")


def chance_comes_from_rng(call, numbers: Numbers) -> Iterator[Claim]:
    """The generator that is handed in decides, and nothing else."""
    x = np.ones((2, 2, 10, 10))
    first, again, other = (call(x=x, rate=0.5, rng=Seeded(seed)) for seed in (11, 11, 12))
    yield Claim(again, first, "the same generator drops the same numbers")
    yield Claim(bool((other != first).any()), True, "another generator drops others")


def float32_stays(call, numbers: Numbers) -> Iterator[Claim]:
    x = numbers.array(2, 2, 4, 4).astype(np.float32)
    for training in (True, False):
        result = np.asarray(call(x=x, rate=0.5, rng=Seeded(3), training=training))
        yield Claim(str(result.dtype), "float32", "float32 stays float32")


def any_shape(call, numbers: Numbers) -> Iterator[Claim]:
    """It takes the rows of numbers between fully connected layers as well."""
    x = np.ones((40, 50))
    result = np.asarray(call(x=x, rate=0.25, rng=Seeded(4)), dtype=float)
    yield Claim(result.shape, (40, 50), "rows of numbers keep their shape")
    yield Claim(bool((result == 0).any()), True, "rows of numbers are dropped too")


def chance(
    name: str, keep: Callable, sentence: str, tested: Callable = lambda x, rate: x.copy()
) -> Mistake:
    """`keep(x, rate, rng)` while training, `tested(x, rate)` otherwise."""

    def answer(x, rate, rng, training=True):
        result = keep(x, rate, rng) if training else tested(x, rate)
        return result.astype(x.dtype)

    return Mistake(name, answer, sentence, DROP)


def mask_of(x: np.ndarray, rate: float, rng: np.random.Generator, axes=(0, 1, 2, 3)) -> np.ndarray:
    """Who stays, with one toss for everything along the axes that are not named."""
    shape = tuple(n if i in axes else 1 for i, n in enumerate(x.shape))
    return rng.random(shape) >= rate


DROPOUT = Exercise(
    id="dropout",
    lesson=LESSON,
    reference=reference.dropout,
    properties=(
        Property("rate", "drops at its rate", drops_at_its_rate, hidden=False),
        Property("scale", "what stays is scaled", scales_what_stays, hidden=False),
        Property("test_time", "off at test time", off_at_test_time, hidden=False),
        Property("own", "each number has a chance of its own", each_on_its_own),
        Property("rate_0", "nothing at rate 0", nothing_at_rate_0),
        Property("rng", "chance comes from `rng`", chance_comes_from_rng),
        Property("flat", "any shape", any_shape),
        Property("dtype", "float32 stays float32", float32_stays),
    ),
    facet_words={
        "rate": "the part of the numbers that is dropped",
        "scale": "what stays is scaled up",
        "test_time": "nothing happens at test time",
        "own": "each number has a chance of its own",
        "rate_0": "nothing is dropped at rate 0",
        "rng": "chance comes from the generator handed in, and from nowhere else",
        "flat": "arrays that are not images",
    },
    mistakes=(
        chance(
            "scales by rate",
            lambda x, rate, rng: x * mask_of(x, rate, rng) / rate if rate else x.copy(),
            "What stays was divided by the rate; it is the chance to stay, 1 − rate.",
        ),
        chance(
            "drops with 1 − rate",
            lambda x, rate, rng: x * mask_of(x, 1 - rate, rng) / (1 - rate) if rate else x.copy(),
            "The rate was taken for the chance to stay; it is the chance to be dropped.",
        ),
        chance(
            "drops with 1 − rate",
            lambda x, rate, rng: x * mask_of(x, 1 - rate, rng) / (1 - rate),
            "The rate was taken for the chance to stay; it is the chance to be dropped.",
        ),
        chance(
            "rate is the chance to stay",
            lambda x, rate, rng: x * mask_of(x, 1 - rate, rng) / (rate or 1),
            "The rate was taken for the chance to stay, in dropping and in scaling.",
        ),
        Mistake(
            "active at test time",
            lambda x, rate, rng, training=True: reference.dropout(x, rate, rng),
            "Numbers are dropped at test time as well: `training` was not looked at.",
            DROP,
        ),
        Mistake(
            "training and testing exchanged",
            lambda x, rate, rng, training=True: reference.dropout(x, rate, rng, not training),
            "Numbers are dropped at test time and kept in training.",
            DROP,
        ),
        chance(
            "not scaled",
            lambda x, rate, rng: x * mask_of(x, rate, rng),
            "What stays was not scaled up, so that the sums shrink.",
        ),
        chance(
            "scaled at test time",
            lambda x, rate, rng: x * mask_of(x, rate, rng),
            "What stays is scaled down at test time; inverted dropout scales it up while training.",
            lambda x, rate: x * (1 - rate),
        ),
        chance(
            "scaled twice",
            lambda x, rate, rng: x * mask_of(x, rate, rng) / (1 - rate),
            "The numbers are scaled while training and at test time; once is enough.",
            lambda x, rate: x * (1 - rate),
        ),
        chance(
            "scaled down",
            lambda x, rate, rng: x * mask_of(x, rate, rng) * (1 - rate),
            "What stays was multiplied by 1 − rate; dividing makes up for what is lost.",
        ),
        chance(
            "same mask for every image",
            lambda x, rate, rng: x * mask_of(x, rate, rng, (1, 2, 3)) / (1 - rate),
            "All images of the batch lose the same numbers; each has a mask of its own.",
        ),
        chance(
            "same mask for every channel",
            lambda x, rate, rng: x * mask_of(x, rate, rng, (0, 2, 3)) / (1 - rate),
            "All channels of an image lose the same numbers; each has a mask of its own.",
        ),
        chance(
            "whole channels dropped",
            lambda x, rate, rng: x * mask_of(x, rate, rng, (0, 1)) / (1 - rate),
            "Channels are dropped as a whole; each number has a chance of its own.",
        ),
        chance(
            "`rng` not used",
            lambda x, rate, rng: x * mask_of(x, rate, np.random.default_rng()) / (1 - rate),
            "Chance does not come from the generator that was handed in, so that nothing can be "
            "repeated.",
        ),
        chance(
            "always the same mask",
            lambda x, rate, rng: x * mask_of(x, rate, np.random.default_rng(0)) / (1 - rate),
            "The same numbers are dropped each time: the generator that was handed in was not "
            "used.",
        ),
        chance("nothing dropped", lambda x, rate, rng: x.copy(), "Nothing is ever dropped."),
    ),
)


# --- the last layer is a filter too ---------------------------------------------------------------

LAST = "The last layer is a filter too"


def scores_to_filters(
    numbers: Numbers, K: int, C: int, H: int, W: int, extra: int = 0
) -> Arguments:
    return {"weights": numbers.array(K, C * H * W + extra), "input_shape": (C, H, W)}


def unflattened(name: str, change: Callable, sentence: str) -> Mistake:
    """`change(weights, C, H, W)` is given weights that fit."""

    def answer(weights, input_shape):
        reference.fully_connected_as_conv(weights, input_shape)
        return change(weights, *input_shape)

    return Mistake(name, answer, sentence, LAST)


def same_scores(call, numbers: Numbers) -> Iterator[Claim]:
    """On an image of that shape, the filters give the scores of the fully connected layer."""
    weights, x = numbers.array(3, 2 * 3 * 4), numbers.array(2, 2, 3, 4)
    filters = call(weights=weights, input_shape=(2, 3, 4))
    maps = reference.conv2d_forward(x, filters, np.zeros(3))
    yield Claim(maps[:, :, 0, 0], x.reshape(2, -1) @ weights.T, "the scores of two images")


def slides(call, numbers: Numbers) -> Iterator[Claim]:
    """On a larger image they give the scores of every part of it."""
    weights, x = numbers.array(2, 2 * 2 * 3), numbers.array(1, 2, 3, 5)
    filters = call(weights=weights, input_shape=(2, 2, 3))
    maps = reference.conv2d_forward(x, filters, np.zeros(2))
    for i, j in ((0, 0), (1, 2)):
        part = x[:, :, i : i + 2, j : j + 3].reshape(1, -1)
        yield Claim(maps[:, :, i, j], part @ weights.T, f"the scores of the part at {i}, {j}")


FULLY_CONNECTED_AS_CONV = Exercise(
    id="fully-connected-as-conv",
    lesson=LESSON,
    reference=reference.fully_connected_as_conv,
    draw=scores_to_filters,
    example=lambda: {
        "weights": np.arange(1.0, 9.0).reshape(1, 8),
        "input_shape": (2, 2, 2),
    },
    cases=(
        case("values", K=2, C=1, H=2, W=2),
        case("values", K=3, C=1, H=3, W=3),
        case("channels", hidden=False, K=2, C=2, H=2, W=2),
        case("channels", K=4, C=3, H=2, W=2),
        case("channels", K=2, C=2, H=1, W=1),
        case("rectangular", hidden=False, K=1, C=1, H=2, W=3),
        case("rectangular", K=3, C=2, H=4, W=2),
        case("dtype", dtype="float32", K=2, C=2, H=3, W=2),
        case("layout", layout="F", K=3, C=2, H=3, W=2),
        case("layout", layout="strided", K=3, C=2, H=3, W=2),
        case("refused", hidden=False, K=2, C=2, H=2, W=2, extra=1),
        case("refused", K=3, C=2, H=3, W=3, extra=-1),
    ),
    properties=(
        Property("scores", "the same scores", same_scores),
        Property("slides", "it slides over larger images", slides),
    ),
    facet_words={
        "refused": "weights for images of another size are refused",
        "scores": "the same scores as the fully connected layer",
        "slides": "on a larger image, the scores of every part",
    },
    mistakes=(
        unflattened(
            "reshape order (H, W, C)",
            lambda w, C, H, W: w.reshape(-1, H, W, C).transpose(0, 3, 1, 2),
            "The weights were read with the channels last; the images were flattened with the "
            "channels first.",
        ),
        unflattened(
            "channels last",
            lambda w, C, H, W: w.reshape(-1, H, W, C),
            "The filters came out as (K, H, W, C); the course writes (K, C, H, W).",
        ),
        unflattened(
            "channels last",
            lambda w, C, H, W: w.reshape(-1, C, H, W).transpose(0, 2, 3, 1),
            "The filters came out as (K, H, W, C); the course writes (K, C, H, W).",
        ),
        unflattened(
            "read column by column",
            lambda w, C, H, W: w.reshape(-1, C, W, H).swapaxes(2, 3),
            "Each channel was read column by column; images are flattened row by row.",
        ),
        unflattened(
            "H and W swapped",
            lambda w, C, H, W: w.reshape(-1, C, W, H),
            "Height and width are exchanged.",
        ),
        unflattened(
            "filters flipped",
            lambda w, C, H, W: w.reshape(-1, C, H, W)[:, :, ::-1, ::-1],
            "The filters were flipped: the course's convolution does not turn them.",
        ),
        unflattened(
            "filters and channels swapped",
            lambda w, C, H, W: w.reshape(-1, C, H, W).swapaxes(0, 1),
            "Filters and channels are exchanged: the filters come first.",
        ),
        unflattened(
            "classes mixed",
            lambda w, C, H, W: w.T.reshape(len(w), C, H, W),
            "The weights were transposed before they were cut up: a filter holds the weights of "
            "several classes.",
        ),
        unflattened(
            "read the other way round",
            lambda w, C, H, W: w.reshape((-1, C, H, W), order="F"),
            "The weights were cut up with the first index running fastest; it is the last that "
            "does.",
        ),
        unflattened(
            "only the first class",
            lambda w, C, H, W: w[0].reshape(1, C, H, W),
            "There is a filter for the first class only.",
        ),
        unflattened(
            "one filter, no axis for it",
            lambda w, C, H, W: w[0].reshape(C, H, W),
            "There is a filter for the first class only, and no axis for the others.",
        ),
        unflattened(
            "windows of one pixel",
            lambda w, C, H, W: w.reshape(len(w), -1, 1, 1),
            "These are filters of 1×1 for a flattened image; the filters should be as large as "
            "the image.",
        ),
        unflattened(
            "weights left as they were",
            lambda w, C, H, W: w.copy(),
            "The weights came out as they went in: rows are not filters yet.",
        ),
    ),
)


# --- how much does a shift matter -----------------------------------------------------------------

MATTER = "How much does a shift matter"


def bright_points(
    numbers: Numbers, N: int, layer: str, shift: int, side: int = 9, at: int | None = None
) -> Arguments:
    """A bright point in each image, at the same place on the diagonal.

    So it does not matter whether a shift goes down, right or both, nor by which length a change is
    measured: any sensible reading of the task is right.
    """
    place = int(numbers.rng.integers(2, side - shift)) if at is None else at
    images = np.zeros((N, 1, side, side))
    images[:, 0, place, place] = np.abs(numbers.array(N)) + 1
    return {"layer": Named(layer), "images": images, "shift": shift}


def insensitive(name: str, measure: Callable, sentence: str) -> Mistake:
    """`measure(still, moved)` of the layer's outputs."""

    def answer(layer, images, shift):
        down, right = pair(shift)
        still, moved = layer(images), layer(reference.shift_images(images, down, right))
        return float(measure(still, moved))

    return Mistake(name, answer, sentence, MATTER)


def length(outputs: np.ndarray) -> np.ndarray:
    return np.linalg.norm(outputs.reshape(len(outputs), -1), axis=1)


def input_measured(layer, images, shift):
    moved = reference.shift_images(images, *pair(shift))
    return float(np.mean(length(moved - images) / length(images)))


def only_first_measured(layer, images, shift):
    return float(reference.translation_sensitivity(layer, images, shift) / len(images))


TRANSLATION_SENSITIVITY = Exercise(
    id="translation-sensitivity",
    lesson=LESSON,
    reference=reference.translation_sensitivity,
    draw=bright_points,
    example=lambda: {
        "layer": Named("distance_from_corner"),
        "images": np.pad([[[[4.0]]]], ((0, 0), (0, 0), (1, 2), (1, 2))),
        "shift": 1,
    },
    smallest={"side": 6},
    cases=(
        case("values", N=1, layer="distance_from_corner", shift=1),
        case("values", N=3, layer="distance_from_corner", shift=2),
        case("values", hidden=False, N=2, layer="distance_from_corner", shift=2, at=4),
        case("far", N=1, layer="distance_from_corner", shift=3, side=14),
        case("far", N=2, layer="distance_from_corner", shift=4, side=12, at=5),
        case("blind", hidden=False, N=2, layer="brightness", shift=2),
        case("blind", N=1, layer="brightness", shift=3),
        case("still", N=2, layer="distance_from_corner", shift=0),
    ),
    facet_words={
        "values": "a layer that minds",
        "far": "shifts of several pixels",
        "blind": "a layer that does not mind",
        "still": "no shift at all",
    },
    mistakes=(
        insensitive(
            "absolute change",
            lambda still, moved: np.mean(length(moved - still)),
            "This is the change itself; it should be seen against the size of the output.",
        ),
        insensitive(
            "summed over the images",
            lambda still, moved: np.sum(length(moved - still) / length(still)),
            "The changes of all images were added up; their mean is asked for.",
        ),
        insensitive(
            "relative to the shifted",
            lambda still, moved: np.mean(length(moved - still) / length(moved)),
            "The change was seen against the output of the shifted image.",
        ),
        insensitive(
            "signs cancel",
            lambda still, moved: np.mean((still - moved).sum() / still.sum()),
            "The change came out with its sign: a change down is a change too.",
        ),
        insensitive(
            "squared",
            lambda still, moved: np.mean((length(moved - still) / length(still)) ** 2),
            "This is the square of the change.",
        ),
        insensitive(
            "in percent",
            lambda still, moved: 100 * np.mean(length(moved - still) / length(still)),
            "This is the change in percent.",
        ),
        insensitive(
            "ratio instead of change",
            lambda still, moved: np.mean(length(moved) / length(still)),
            "This is how large the output has become; how much it has changed is asked for.",
        ),
        Mistake(
            "input measured",
            input_measured,
            "The change of the picture was measured; the change of the layer's output is asked "
            "for.",
            MATTER,
        ),
        Mistake(
            "always one pixel",
            lambda layer, images, shift: reference.translation_sensitivity(layer, images, 1),
            "The picture was shifted by one pixel whatever `shift` says.",
            MATTER,
        ),
        Mistake(
            "shifted the other way",
            lambda layer, images, shift: reference.translation_sensitivity(layer, images, -shift),
            "The picture was shifted up and left; a positive shift goes down and right.",
            MATTER,
        ),
        Mistake(
            "divided by the images twice",
            only_first_measured,
            "The mean was divided by the number of images once more.",
            MATTER,
        ),
        Mistake(
            "one less",
            lambda layer, images, shift: abs(
                1 - reference.translation_sensitivity(layer, images, shift)
            ),
            "This is how much has stayed the same.",
            MATTER,
        ),
    ),
)


EXERCISES = (
    MAX_POOL2D,
    AVERAGE_POOL2D,
    POOL_PARAMETER_COUNT,
    POOL_OUTPUT_SHAPE,
    STRIDED_CONV_AS_POOL,
    LOCAL_RESPONSE_NORMALIZE,
    BATCH_NORMALIZE,
    RELU,
    DROPOUT,
    FULLY_CONNECTED_AS_CONV,
    TRANSLATION_SENSITIVITY,
)
