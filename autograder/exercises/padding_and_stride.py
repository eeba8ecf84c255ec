"""03-padding-and-stride: where the filter may go.

Mistakes refuse the sizes that the right answer refuses, unless refusing is what they are about:
whoever makes the mistake and does not refuse either is recognised all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from autograder import reference
from autograder.inside.arguments import Arguments

from .model import Claim, Exercise, Mistake, Numbers, Property, case

LESSON = "03-padding-and-stride"

PAIR = tuple[int, int]

pair = reference.pair


# --- a frame around the picture -------------------------------------------------------------------


def images_to_pad(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    pad: int | PAIR,
    value: float | None = None,
    gray: bool = False,
) -> Arguments:
    images = numbers.array(N, C, H, W)
    if gray:
        images = numbers.rng.integers(0, 256, images.shape).astype(np.uint8)
    arguments: Arguments = {"images": images, "pad": pad}
    return arguments if value is None else {**arguments, "value": value}


def images_to_pad_example() -> Arguments:
    return {
        "images": np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]),
        "pad": (1, 2),
        "value": 128,
    }


def padded_with(images: np.ndarray, rows: PAIR, columns: PAIR, **how) -> np.ndarray:
    """Pad heights by `rows` (before, after) and widths by `columns`, as `np.pad` does it."""
    return np.pad(images, ((0, 0), (0, 0), rows, columns), **how)


def framed(name: str, change: Callable, sentence: str) -> Mistake:
    """A way to pad wrongly: `change(images, pad_h, pad_w, value)`."""
    return Mistake(
        name,
        lambda images, pad, value=0: change(images, *pair(pad), value),
        sentence,
        "A frame around the picture",
    )


def frame_over_the_picture(images: np.ndarray, h: int, w: int, value: float) -> np.ndarray:
    result = np.full_like(images, value)
    height, width = images.shape[2:]
    inside = np.s_[..., h : max(height - h, h), w : max(width - w, w)]
    result[inside] = images[inside]
    return result


def empty_slice(images: np.ndarray, h: int, w: int, value: float) -> np.ndarray:
    result = np.full_like(reference.pad_images(images, (h, w)), value)
    result[:, :, h:-h, w:-w] = images
    return result


def frame_goes_around(call, numbers: Numbers) -> Iterator[Claim]:
    """Inside the frame is the picture, untouched; the frame itself is the value, all round."""
    images = numbers.array(2, 2, 3, 4)
    value = 7.0
    padded = call(images=images, pad=(1, 3), value=value)
    inside = np.zeros((5, 10), bool)
    inside[1:4, 3:7] = True
    yield Claim(padded.shape, (2, 2, 5, 10), "two rows and six columns more")
    yield Claim(padded[..., inside], images.reshape(2, 2, 12), "the picture stands inside")
    yield Claim(padded[..., ~inside], np.full((2, 2, 38), value), "the frame is the value")


PAD_IMAGES = Exercise(
    id="pad-images",
    lesson=LESSON,
    reference=reference.pad_images,
    draw=images_to_pad,
    example=images_to_pad_example,
    smallest={"H": 2, "W": 2, "pad": 0},
    window=lambda arguments, where: {"images": where[:2]},
    cases=(
        case("values", N=1, C=1, H=3, W=3, pad=1),
        case("values", N=1, C=1, H=4, W=5, pad=2),
        case("value", hidden=False, N=1, C=1, H=2, W=2, pad=1, value=128),
        case("value", N=1, C=1, H=3, W=2, pad=2, value=-1.5),
        case("pair", N=1, C=1, H=3, W=3, pad=(2, 1)),
        case("pair", hidden=False, N=1, C=1, H=2, W=3, pad=(1, 3)),
        case("no_pad", N=1, C=1, H=3, W=4, pad=0),
        case("no_pad", N=1, C=1, H=1, W=1, pad=0),
        case("no_pad", N=1, C=1, H=2, W=3, pad=(2, 0), value=5.0),
        case("no_pad", N=1, C=1, H=3, W=2, pad=(0, 1)),
        case("channels", hidden=False, N=1, C=3, H=2, W=2, pad=1),
        case("channels", N=1, C=4, H=3, W=2, pad=2),
        case("batch", N=3, C=1, H=2, W=3, pad=1),
        case("batch", N=4, C=2, H=3, W=2, pad=1, value=0.5),
        case("dtype", dtype="float32", N=2, C=2, H=3, W=3, pad=1, value=0.25),
        case("dtype", N=2, C=2, H=3, W=4, pad=1, value=128, gray=True),
        case("layout", layout="F", N=2, C=2, H=3, W=4, pad=1),
        case("layout", layout="strided", N=2, C=2, H=3, W=4, pad=1),
    ),
    properties=(Property("frame", "the picture inside, the value all round", frame_goes_around),),
    facet_words={
        "value": "a frame of another value than 0",
        "pair": "a pad of its own for height and for width",
        "no_pad": "no padding at all in a direction",
        "dtype": "float32 stays float32, and bytes stay bytes",
        "frame": "the picture inside, the value all round",
    },
    mistakes=(
        framed(
            "pads the channel axis",
            lambda images, h, w, value: np.pad(
                images, ((0, 0), (h, h), (h, h), (w, w)), constant_values=value
            ),
            "The channel axis was padded too: an image does not get deeper.",
        ),
        Mistake(
            "every axis padded",
            lambda images, pad, value=0: np.pad(images, pad, constant_values=value),
            "All four axes were padded: there are more images and more channels than before.",
            "A frame around the picture",
        ),
        framed(
            "one side only",
            lambda images, h, w, value: padded_with(images, (h, 0), (w, 0), constant_values=value),
            "Rows were added above only, and columns on the left only.",
        ),
        framed(
            "one side only",
            lambda images, h, w, value: padded_with(images, (0, h), (0, w), constant_values=value),
            "Rows were added below only, and columns on the right only.",
        ),
        framed(
            "all on one side",
            lambda images, h, w, value: padded_with(
                images, (0, 2 * h), (0, 2 * w), constant_values=value
            ),
            "The size is right, but the picture stands in the upper left corner of its frame.",
        ),
        framed(
            "ignores `value`",
            lambda images, h, w, value: reference.pad_images(images, (h, w)),
            "The frame is 0 whatever `value` says.",
        ),
        framed(
            "pads twice",
            lambda images, h, w, value: reference.pad_images(images, (2 * h, 2 * w), value),
            "Each side got twice the pad.",
        ),
        framed(
            "pad shared between the sides",
            lambda images, h, w, value: padded_with(
                images, (h // 2, h - h // 2), (w // 2, w - w // 2), constant_values=value
            ),
            "The two sides share the pad; each side gets all of it.",
        ),
        framed(
            "height and width exchanged",
            lambda images, h, w, value: reference.pad_images(images, (w, h), value),
            "The pads of height and width are exchanged.",
        ),
        framed(
            "first number for both",
            lambda images, h, w, value: reference.pad_images(images, h, value),
            "The height's pad was used for the width as well.",
        ),
        framed(
            "width left alone",
            lambda images, h, w, value: reference.pad_images(images, (h, 0), value),
            "Only rows were added; the columns are missing.",
        ),
        framed(
            "height left alone",
            lambda images, h, w, value: reference.pad_images(images, (0, w), value),
            "Only columns were added; the rows are missing.",
        ),
        framed(
            "edge values",
            lambda images, h, w, value: padded_with(images, (h, h), (w, w), mode="edge"),
            "The frame repeats the picture's border; it should hold `value`.",
        ),
        framed(
            "mirrored",
            lambda images, h, w, value: padded_with(images, (h, h), (w, w), mode="reflect"),
            "The frame mirrors the picture; it should hold `value`.",
        ),
        framed(
            "wrapped around",
            lambda images, h, w, value: padded_with(images, (h, h), (w, w), mode="wrap"),
            "The frame holds what stands on the picture's other side; it should hold `value`.",
        ),
        framed(
            "frame painted over the picture",
            frame_over_the_picture,
            "The size has not changed: the frame was painted over the picture's own border.",
        ),
        framed(
            "`p:-p` at pad 0",
            empty_slice,
            "With a pad of 0 it breaks: a slice that ends at −0 holds nothing.",
        ),
        framed(
            "value added to the picture",
            lambda images, h, w, value: (reference.pad_images(images, (h, w)) + value).astype(
                images.dtype
            ),
            "`value` was added to the picture as well; it belongs into the frame only.",
        ),
    ),
)


# --- count the places -----------------------------------------------------------------------------


def side(
    numbers: Numbers,
    size: int | None = None,
    kernel: int | None = None,
    pad: int | None = None,
    stride: int | None = None,
    left_over: int = 0,
    places: int | None = None,
) -> Arguments:
    """One side of a layer that fits, or misses by `left_over` pixels."""
    rng = numbers.rng
    if size is None:
        kernel = int(rng.integers(5, 9)) if kernel is None else kernel
        places = int(rng.integers(6, 40)) if places is None else places
        size = (places - 1) * (stride or 1) + kernel - 2 * (pad or 0) + left_over
    arguments: Arguments = {"size": size, "kernel": kernel}
    if pad is not None or stride is not None:
        arguments["pad"] = pad or 0
    if stride is not None:
        arguments["stride"] = stride
    return arguments


def miscounted(
    name: str, count: Callable[..., Fraction], sentence: str, may_refuse: bool = True
) -> Iterator[Mistake]:
    """A formula that is not the right one; some round down where it is not whole, some refuse."""

    def answer(rounding: bool) -> Callable[..., int]:
        def miscount(size: int, kernel: int, pad: int = 0, stride: int = 1) -> int:
            reference.conv_output_size(size, kernel, pad, stride)
            wrong = count(size, kernel, pad, stride)
            if not rounding and (wrong.denominator != 1 or wrong < 1):
                raise ValueError(f"{wrong} is not a whole number of at least 1")
            return math.floor(wrong)

        return miscount

    yield Mistake(name, answer(True), sentence, "Count the places")
    if may_refuse:
        yield Mistake(name, answer(False), sentence, "Count the places")


def rounded(size: int, kernel: int, pad: int, stride: int, rounding: Callable) -> int:
    """The right count where there is one; where it is not whole, something else than refusing."""
    if size + 2 * pad < kernel:
        return reference.conv_output_size(size, kernel, pad, stride)
    return rounding(Fraction(size + 2 * pad - kernel, stride) + 1)


def too_large_accepted(size: int, kernel: int, pad: int = 0, stride: int = 1) -> int:
    steps, left_over = divmod(size + 2 * pad - kernel, stride)
    return reference.conv_output_size(size, kernel, pad, stride) if left_over else steps + 1


def plain_division(size: int, kernel: int, pad: int = 0, stride: int = 1) -> float:
    return (size + 2 * pad - kernel) / stride + 1


def places_one_by_one(call, numbers: Numbers) -> Iterator[Claim]:
    """Put the window down, step by step, and count how often it stands."""
    for size, kernel, pad, stride in ((5, 3, 0, 1), (4, 3, 1, 1), (7, 3, 0, 2), (6, 2, 2, 4)):
        starts = range(0, size + 2 * pad - kernel + 1, stride)
        arguments = {"size": size, "kernel": kernel, "pad": pad, "stride": stride}
        yield Claim(
            call(**arguments),
            len(starts),
            f"size {size}, kernel {kernel}, pad {pad}, stride {stride}: the places, one by one",
            arguments,
        )


CONV_OUTPUT_SIZE = Exercise(
    id="conv-output-size",
    lesson=LESSON,
    reference=reference.conv_output_size,
    draw=side,
    example=lambda: {"size": 7, "kernel": 3, "pad": 1, "stride": 2},
    smallest={"pad": 0},
    cases=(
        case("values"),
        case("values", size=28, kernel=5),
        case("padding", hidden=False, pad=1),
        case("padding", pad=3),
        case("padding", size=32, kernel=5, pad=2),
        case("stride", hidden=False, pad=0, stride=2),
        case("stride", pad=0, stride=5),
        case("stride", size=227, kernel=11, pad=0, stride=4),
        case("both", pad=1, stride=3),
        case("both", pad=2, stride=4),
        case("both", pad=3, stride=2),
        case("one", size=5, kernel=5),
        case("one", size=3, kernel=7, pad=2, stride=3),
        case("refused", hidden=False, size=6, kernel=3, pad=0, stride=2),
        case("refused", size=224, kernel=11, pad=0, stride=4),
        case("refused", pad=1, stride=4, left_over=1),
        case("refused", pad=2, stride=5, left_over=3),
        case("refused", pad=0, stride=3, left_over=2),
        case("too_large", hidden=False, size=4, kernel=7, pad=1),
        case("too_large", size=3, kernel=4),
        case("too_large", size=4, kernel=9),
        case("too_large", size=3, kernel=9, pad=2, stride=2),
    ),
    properties=(Property("count", "the places, one by one", places_one_by_one),),
    facet_words={
        "padding": "padding on both sides",
        "stride": "steps of more than 1",
        "both": "padding and stride together",
        "one": "a window that has a single place",
        "refused": "a count that is not a whole number is refused",
        "too_large": "a window larger than the padded picture is refused",
        "count": "the places, one by one",
    },
    mistakes=(
        *miscounted(
            "+ 1 forgotten",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel, stride),
            "These are the steps between the places: the first place is missing.",
        ),
        *miscounted(
            "pad once",
            lambda size, kernel, pad, stride: Fraction(size + pad - kernel, stride) + 1,
            "The padding was counted on one side only.",
        ),
        Mistake(
            "rounds down silently",
            lambda size, kernel, pad=0, stride=1: rounded(size, kernel, pad, stride, math.floor),
            "A count that is not a whole number was rounded down, so the last pixels are never "
            "read and nobody is told.",
            "Count the places",
        ),
        Mistake(
            "rounds down silently",
            lambda size, kernel, pad=0, stride=1: (size + 2 * pad - kernel) // stride + 1,
            "A count that is not a whole number was rounded down, so the last pixels are never "
            "read and nobody is told; a window that is too large was let through as well.",
            "Count the places",
        ),
        Mistake(
            "rounds up silently",
            lambda size, kernel, pad=0, stride=1: rounded(size, kernel, pad, stride, math.ceil),
            "A count that is not a whole number was rounded up: the last window hangs over the "
            "border.",
            "Count the places",
        ),
        Mistake(
            "rounds to the nearest",
            lambda size, kernel, pad=0, stride=1: rounded(size, kernel, pad, stride, round),
            "A count that is not a whole number was rounded to the nearest that is.",
            "Count the places",
        ),
        Mistake(
            "returns a float",
            lambda size, kernel, pad=0, stride=1: float(
                reference.conv_output_size(size, kernel, pad, stride)
            ),
            "The count has a decimal point: a single slash divides into fractions, and an array "
            "can't be 3.0 pixels wide.",
            "Count the places",
        ),
        Mistake(
            "a fraction of a place",
            plain_division,
            "This is the formula and nothing more: its result may be 2.5 places, and a window "
            "can't stand half.",
            "Count the places",
        ),
        Mistake(
            "too large a window accepted",
            too_large_accepted,
            "A window that is larger than the padded picture has no place: there is nothing to "
            "return.",
            "Count the places",
        ),
        *miscounted(
            "stride ignored",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel + 1),
            "The stride was left out.",
        ),
        *miscounted(
            "pad ignored",
            lambda size, kernel, pad, stride: Fraction(size - kernel, stride) + 1,
            "The padding was left out.",
        ),
        *miscounted(
            "+ 1 inside the division",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel + 1, stride),
            "The 1 was divided by the stride as well; it is the first place, and counts whole.",
            may_refuse=False,  # that would be to refuse every stride
        ),
        *miscounted(
            "padding not divided",
            lambda size, kernel, pad, stride: Fraction(size - kernel, stride) + 1 + 2 * pad,
            "The padding was added after dividing by the stride; the steps go over it too.",
        ),
        *miscounted(
            "kernel ignored",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - 1, stride) + 1,
            "The kernel was left out: a window must fit as a whole, not only its first pixel.",
        ),
        *miscounted(
            "half the kernel",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel // 2, stride) + 1,
            "Only half the kernel was taken off.",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda size, kernel, stride=1, pad=0: (
                reference.conv_output_size(size, kernel, pad, stride) if stride else 0
            ),
            "Pad and stride were read in the other order: the pad comes first.",
            "Count the places",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda size, kernel, stride=1, pad=0: (size + 2 * pad - kernel) // stride + 1,
            "Pad and stride were read in the other order: the pad comes first.",
            "Count the places",
        ),
    ),
)


# --- keep the size --------------------------------------------------------------------------------


def kernel_side(numbers: Numbers, kernel: int | None = None, odd: bool = True) -> Arguments:
    return {"kernel": 2 * int(numbers.rng.integers(6, 30)) + odd if kernel is None else kernel}


def kept(name: str, pad: Callable[[int], float], sentence: str) -> Mistake:
    """A pad that is not the right one, from an answer that refuses even kernels."""

    def answer(kernel: int) -> float:
        reference.same_padding(kernel)
        return pad(kernel)

    return Mistake(name, answer, sentence, "Keep the size")


def size_is_kept(call, numbers: Numbers) -> Iterator[Claim]:
    """With that pad, as many outputs as inputs."""
    for kernel in (3, 5, 9):
        pad = call(kernel=kernel)
        yield Claim(20 + 2 * pad - kernel + 1, 20, f"20 pixels stay 20 with a kernel of {kernel}")


SAME_PADDING = Exercise(
    id="same-padding",
    lesson=LESSON,
    reference=reference.same_padding,
    draw=kernel_side,
    example=lambda: {"kernel": 5},
    cases=(
        case("values", hidden=False, kernel=7),
        case("values", kernel=3),
        case("values"),
        case("one", kernel=1),
        case("refused", hidden=False, kernel=4),
        case("refused", kernel=2),
        case("refused", odd=False),
    ),
    properties=(Property("kept", "the size is kept", size_is_kept),),
    facet_words={
        "one": "a kernel of one pixel",
        "refused": "an even kernel is refused",
        "kept": "the size is kept",
    },
    mistakes=(
        Mistake(
            "kernel // 2 for even kernels",
            lambda kernel: kernel // 2,
            "An even kernel was given a pad: half of it is one pixel too many on both sides "
            "together.",
            "Keep the size",
        ),
        Mistake(
            "rounds down for even kernels",
            lambda kernel: (kernel - 1) // 2,
            "An even kernel was given a pad, rounded down: the output is one pixel too small.",
            "Keep the size",
        ),
        kept(
            "kernel − 1",
            lambda kernel: kernel - 1,
            "This is what both sides need together; each side gets half.",
        ),
        kept(
            "one too many",
            lambda kernel: kernel // 2 + 1,
            "There is one pixel too many on each side: the kernel's middle stands on the picture.",
        ),
        kept(
            "one too few",
            lambda kernel: kernel // 2 - 1,
            "There is one pixel too few on each side.",
        ),
        kept(
            "half the kernel",
            lambda kernel: kernel / 2,
            "This is half the kernel, its middle included; the middle stands on the picture.",
        ),
        kept(
            "returns a float",
            lambda kernel: (kernel - 1) / 2,
            "The pad has a decimal point: a single slash divides into fractions, and pixels are "
            "whole.",
        ),
        Mistake(
            "half a pixel",
            lambda kernel: (kernel - 1) / 2,
            "For an even kernel this asks for half a pixel, which nobody can add.",
            "Keep the size",
        ),
        kept("always 1", lambda kernel: 1, "The pad is 1 whatever the kernel."),
    ),
)


# --- the whole layer ------------------------------------------------------------------------------


def layer(
    numbers: Numbers,
    N: int,
    C: int,
    F: int,
    H: int,
    W: int,
    KH: int,
    KW: int,
    stride: int | PAIR | None = None,
    pad: int | PAIR | None = None,
) -> Arguments:
    arguments: Arguments = {
        "x": numbers.array(N, C, H, W),
        "weights": numbers.array(F, C, KH, KW),
        "bias": numbers.array(F) + np.arange(2, F + 2, dtype=numbers.dtype),
    }
    if stride is not None or pad is not None:
        arguments["stride"] = 1 if stride is None else stride
    if pad is not None:
        arguments["pad"] = pad
    return arguments


def layer_example() -> Arguments:
    x = np.array([[[[1.0, 0.0, 2.0, 0.0], [0.0, 3.0, 0.0, 1.0], [2.0, 0.0, 1.0, 4.0]]]])
    weights = np.array([[[[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, -1.0]]]])
    return {"x": x, "weights": weights, "bias": np.array([10.0]), "stride": (2, 1), "pad": 1}


def on_the_picture(start: int, length: int, size: int) -> slice:
    """The part of a window that lies on the picture and not on the padding."""
    return slice(max(start, 0), min(start + length, size))


def window_on(
    shape: tuple[int, ...], kernel: PAIR, arguments: Arguments, i: int, j: int
) -> tuple[slice, ...]:
    """Where on the picture the window of the output at (i, j) lies; nothing if beside it."""
    (stride_h, stride_w), (pad_h, pad_w) = (
        pair(arguments.get("stride", 1)),
        pair(arguments.get("pad", 0)),
    )
    rows = on_the_picture(i * stride_h - pad_h, kernel[0], shape[-2])
    columns = on_the_picture(j * stride_w - pad_w, kernel[1], shape[-1])
    inside = rows.start < rows.stop and columns.start < columns.stop
    return (slice(None), rows, columns) if inside else ()


def layer_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, f, i, j = where
    x, weights = arguments["x"], arguments["weights"]
    return {
        "x": (n, *window_on(x.shape, weights.shape[2:], arguments, i, j)),
        "weights": (f,),
        "bias": (f,),
    }


def places(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    """How many places there are, down and across; refuses sizes that do not fit."""
    sides = zip(x.shape[2:], kernel, pad, stride, strict=True)
    height, width = (reference.conv_output_size(*side) for side in sides)
    return height, width


def spoiled(wrong: Callable) -> Callable:
    """A wrong layer that refuses sizes that do not fit; `wrong` gets stride and pad as pairs."""

    def answer(x, weights, bias, stride=1, pad=0):
        places(x, weights.shape[2:], pair(stride), pair(pad))
        return wrong(x, weights, bias, pair(stride), pair(pad))

    return answer


def layer_mistake(
    name: str, wrong: Callable, sentence: str, see: str = "The whole layer"
) -> Mistake:
    return Mistake(name, spoiled(wrong), sentence, see)


def misread(
    name: str, change: Callable[[PAIR, PAIR, PAIR], tuple], sentence: str, floor: bool = False
) -> Mistake:
    """A layer that takes other numbers for stride and pad: `change(stride, pad, kernel)`.

    The cases are chosen so that these fit as well, or nearly all of them.
    """

    def wrong(x, weights, bias, stride, pad):
        stride, pad = change(stride, pad, weights.shape[2:])
        return reference.conv2d_forward(x, weights, bias, stride, pad, floor=floor)

    return layer_mistake(name, wrong, sentence)


def read_windows(read: Callable, sides: Callable = places) -> Callable:
    """A layer in loops, whose windows `read(padded, i, j, stride, kernel)` cuts out.

    Where a window is cut short NumPy spreads what is left, or breaks, as it does to students.
    """

    def wrong(x, weights, bias, stride, pad):
        kernel = weights.shape[2:]
        padded = reference.pad_images(x, pad)
        out = np.zeros((len(x), len(weights), *sides(x, kernel, stride, pad)), x.dtype)
        for i, j in np.ndindex(out.shape[2:]):
            window = read(padded, i, j, stride, kernel)
            out[:, :, i, j] = (window[:, None] * weights).sum(axis=(2, 3, 4)) + bias
        return out

    return wrong


def window_at(padded: np.ndarray, i: int, j: int, stride: PAIR, kernel: PAIR) -> np.ndarray:
    top, left = i * stride[0], j * stride[1]
    return padded[:, :, top : top + kernel[0], left : left + kernel[1]]


def exchanged(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    height, width = places(x, kernel, stride, pad)
    return width, height


def height_twice(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    return (places(x, kernel, stride, pad)[0],) * 2


def width_twice(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    return (places(x, kernel, stride, pad)[1],) * 2


def every_place(x, weights, bias, pad) -> np.ndarray:
    return reference.conv2d_forward(x, weights, bias, 1, pad)


def windows_not_moved(rows: bool, columns: bool) -> Callable:
    """The size is right, but windows move by one pixel, down or across or both."""

    def wrong(x, weights, bias, stride, pad):
        height, width = places(x, weights.shape[2:], stride, pad)
        down, across = 1 if rows else stride[0], 1 if columns else stride[1]
        result = every_place(x, weights, bias, pad)[:, :, ::down, ::across]
        return result[:, :, :height, :width]

    return wrong


def framed_by(mode: str) -> Callable:
    """A layer that pads by something else than zeros."""

    def wrong(x, weights, bias, stride, pad):
        (h, w), how = pad, {"mode": mode}
        return reference.conv2d_forward(
            padded_with(x, (h, h), (w, w), **how), weights, bias, stride
        )

    return wrong


def framed_on_one_side(before: bool) -> Callable:
    """A layer whose image stands in a corner of its frame."""

    def wrong(x, weights, bias, stride, pad):
        h, w = pad
        rows, columns = ((2 * h, 0), (2 * w, 0)) if before else ((0, 2 * h), (0, 2 * w))
        return reference.conv2d_forward(padded_with(x, rows, columns), weights, bias, stride)

    return wrong


def after(change: Callable[[np.ndarray], np.ndarray]) -> Callable:
    """A layer that spoils its result at the end."""
    return lambda x, weights, bias, stride, pad: change(
        reference.conv2d_forward(x, weights, bias, stride, pad)
    )


def other_weights(change: Callable[[np.ndarray], np.ndarray]) -> Callable:
    return lambda x, weights, bias, stride, pad: reference.conv2d_forward(
        x, change(weights), bias, stride, pad
    )


def other_bias(change: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable:
    return lambda x, weights, bias, stride, pad: reference.conv2d_forward(
        x, weights, change(bias, weights).astype(bias.dtype), stride, pad
    )


def zeros_from(*axes: int) -> Callable[[np.ndarray], np.ndarray]:
    """Leave the last index along these axes zero."""

    def change(result: np.ndarray) -> np.ndarray:
        for axis in axes:
            result[(slice(None),) * axis + (-1,)] = 0
        return result

    return change


def only_first_image(result: np.ndarray) -> np.ndarray:
    result[1:] = 0
    return result


def filters_and_channels_swapped(x, weights, bias, stride, pad):
    return reference.conv2d_forward(x, weights.swapaxes(0, 1), bias, stride, pad)


def far_pixels_not_read(x, weights, bias, stride, pad):
    padded = reference.pad_images(x, pad)
    padded[:, :, -1] = 0
    padded[:, :, :, -1] = 0
    return reference.conv2d_forward(padded, weights, bias, stride)


def empty_slice_in_layer(x, weights, bias, stride, pad):
    """Write the picture into `p:-p`, where p may be 0."""
    padded = 0 * reference.pad_images(x, pad)
    padded[:, :, pad[0] : -pad[0], pad[1] : -pad[1]] = x
    return reference.conv2d_forward(padded, weights, bias, stride)


def channels_apart(x, weights, bias, stride, pad):
    maps = [
        reference.conv2d_forward(x[:, c : c + 1], weights[:, c : c + 1], bias, stride, pad)
        for c in range(x.shape[1])
    ]
    return np.stack(maps, axis=2)


def channel_axis_padded(x, weights, bias, stride, pad):
    (h, w), channels = pad, x.shape[1]
    deeper = np.pad(x, ((0, 0), (h, h), (h, h), (w, w)))[:, :channels]
    return reference.conv2d_forward(deeper, weights, bias, stride)


def bias_along_the_width(x, weights, bias, stride, pad):
    return reference.conv2d_forward(x, weights, np.zeros_like(bias), stride, pad) + bias


STRIDE_MISTAKES = (
    layer_mistake(
        "stride ignored",
        lambda x, weights, bias, stride, pad: every_place(x, weights, bias, pad),
        "The window stood at every place: the stride was left out.",
    ),
    layer_mistake(
        "stride ignored",
        windows_not_moved(rows=True, columns=True),
        "The output has the right size, but its windows lie one pixel apart: the stride was left "
        "out of where they begin.",
    ),
    misread(
        "stride used in one direction",
        lambda stride, pad, kernel: ((stride[0], 1), pad),
        "The stride was used going down only; across, the window moves by one pixel.",
    ),
    misread(
        "stride used in one direction",
        lambda stride, pad, kernel: ((1, stride[1]), pad),
        "The stride was used going across only; down, the window moves by one pixel.",
    ),
    layer_mistake(
        "stride used in one direction",
        windows_not_moved(rows=False, columns=True),
        "The output has the right size, but across its windows lie one pixel apart.",
    ),
    layer_mistake(
        "stride used in one direction",
        windows_not_moved(rows=True, columns=False),
        "The output has the right size, but down its windows lie one pixel apart.",
    ),
    misread(
        "stride's first number for both",
        lambda stride, pad, kernel: (stride[0], pad),
        "The step down was used across as well.",
    ),
    misread(
        "stride's second number for both",
        lambda stride, pad, kernel: (stride[1], pad),
        "The step across was used down as well.",
    ),
    misread(
        "stride's numbers exchanged",
        lambda stride, pad, kernel: (stride[::-1], pad),
        "The steps down and across are exchanged.",
    ),
    layer_mistake(
        "picture thinned out first",
        lambda x, weights, bias, stride, pad: reference.conv2d_forward(
            reference.pad_images(x, pad)[:, :, :: stride[0], :: stride[1]], weights, bias
        ),
        "The picture was thinned out before it was filtered: the stride moves the window, and "
        "inside the window no pixel is left out.",
    ),
    layer_mistake(
        "window as long as what is left",
        read_windows(
            lambda padded, i, j, stride, kernel: padded[
                :, :, i * stride[0] : i + kernel[0], j * stride[1] : j + kernel[1]
            ]
        ),
        "The window's beginning moves by the stride and its end does not, so that it shrinks "
        "from place to place.",
    ),
    layer_mistake(
        "stride inside the window",
        read_windows(
            lambda padded, i, j, stride, kernel: padded[
                :,
                :,
                i : i + kernel[0] * stride[0] : stride[0],
                j : j + kernel[1] * stride[1] : stride[1],
            ]
        ),
        "The stride spread the pixels inside the window; it is the window that takes the steps.",
    ),
)

PAD_MISTAKES = (
    misread(
        "pad ignored",
        lambda stride, pad, kernel: (stride, 0),
        "The padding was left out.",
    ),
    layer_mistake(
        "pad with edge values",
        framed_by("edge"),
        "The frame repeats the picture's border; the layer pads with zeros.",
    ),
    layer_mistake(
        "pad by mirroring",
        framed_by("reflect"),
        "The frame mirrors the picture; the layer pads with zeros.",
    ),
    layer_mistake(
        "pad by wrapping around",
        framed_by("wrap"),
        "The frame holds what stands on the picture's other side; the layer pads with zeros.",
    ),
    layer_mistake(
        "padded on one side only",
        framed_on_one_side(before=False),
        "All the padding stands below and on the right; each side gets its share.",
    ),
    layer_mistake(
        "padded on one side only",
        framed_on_one_side(before=True),
        "All the padding stands above and on the left; each side gets its share.",
    ),
    misread(
        "pad twice",
        lambda stride, pad, kernel: (stride, (2 * pad[0], 2 * pad[1])),
        "Each side got twice the pad.",
    ),
    misread(
        "pad's first number for both",
        lambda stride, pad, kernel: (stride, pad[0]),
        "The pad of the height was used for the width as well.",
    ),
    misread(
        "pad's second number for both",
        lambda stride, pad, kernel: (stride, pad[1]),
        "The pad of the width was used for the height as well.",
    ),
    misread(
        "pad's numbers exchanged",
        lambda stride, pad, kernel: (stride, pad[::-1]),
        "The pads of height and width are exchanged.",
    ),
    misread(
        "pad in one direction",
        lambda stride, pad, kernel: (stride, (pad[0], 0)),
        "Only rows were added; the columns of the padding are missing.",
    ),
    misread(
        "pad in one direction",
        lambda stride, pad, kernel: (stride, (0, pad[1])),
        "Only columns were added; the rows of the padding are missing.",
    ),
    misread(
        "padded to keep the size",
        lambda stride, pad, kernel: (stride, ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2)),
        "The padding is the one that keeps the size, whatever `pad` says.",
    ),
    misread(
        "padded to keep the size",
        lambda stride, pad, kernel: (stride, ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2)),
        "The padding is the one that keeps the size, whatever `pad` says.",
        floor=True,
    ),
    layer_mistake(
        "`p:-p` at pad 0",
        empty_slice_in_layer,
        "With a pad of 0 it breaks: a slice that ends at −0 holds nothing.",
    ),
    layer_mistake(
        "channel axis padded",
        channel_axis_padded,
        "The channel axis was padded too, so that the filters meet channels of zeros.",
    ),
    layer_mistake(
        "output padded",
        lambda x, weights, bias, stride, pad: reference.pad_images(
            reference.conv2d_forward(x, weights, bias, stride, 0, floor=True), pad
        ),
        "The zeros stand around the output; they belong around the input.",
    ),
    misread(
        "numbers of both pairs exchanged",
        lambda stride, pad, kernel: (stride[::-1], pad[::-1]),
        "Height and width are exchanged in stride and pad.",
    ),
    misread(
        "first number for both, twice",
        lambda stride, pad, kernel: (stride[0], pad[0]),
        "Of a pair of numbers, the first was used for height and width alike.",
    ),
    *(
        Mistake(
            "stride and pad exchanged",
            lambda x, weights, bias, pad=0, stride=1, floor=floor: reference.conv2d_forward(
                x, weights, bias, stride, pad, floor=floor
            ),
            "Stride and pad were read in the other order: the stride comes first.",
            "The whole layer",
        )
        for floor in (True, False)
    ),
)

SHAPE_MISTAKES = (
    layer_mistake(
        "H and W swapped",
        read_windows(window_at, exchanged),
        "Height and width are exchanged: that only shows when the picture is not square.",
    ),
    layer_mistake(
        "height used for width",
        read_windows(window_at, height_twice),
        "The width of the output is taken from the height.",
    ),
    layer_mistake(
        "width used for height",
        read_windows(window_at, width_twice),
        "The height of the output is taken from the width.",
    ),
    layer_mistake(
        "square kernel assumed",
        read_windows(
            lambda padded, i, j, stride, kernel: window_at(padded, i, j, stride, kernel[:1] * 2)
        ),
        "The window was taken for a square as wide as the kernel is high.",
    ),
    layer_mistake(
        "output transposed",
        after(lambda result: result.swapaxes(2, 3)),
        "Rows and columns of the output are exchanged.",
    ),
    layer_mistake(
        "output transposed",
        read_windows(lambda padded, i, j, stride, kernel: window_at(padded, j, i, stride, kernel)),
        "The window of row i and column j was read at row j and column i.",
    ),
    layer_mistake(
        "slice cut at the far edge",
        after(lambda result: result[:, :, :-1, :-1]),
        "The last row and the last column of places are missing.",
    ),
    layer_mistake(
        "slice cut at the far edge",
        after(zeros_from(2, 3)),
        "The last row and the last column of the output were never filled in.",
    ),
    layer_mistake(
        "slice cut at the far edge",
        far_pixels_not_read,
        "The last row and the last column of the padded picture were never read.",
    ),
    layer_mistake(
        "filters last",
        after(lambda result: np.moveaxis(result, 1, -1)),
        "The maps came out as (N, H', W', F); the course keeps them as (N, F, H', W').",
    ),
    layer_mistake(
        "filters before images",
        after(lambda result: result.swapaxes(0, 1)),
        "The maps came out as (F, N, H', W'); the images come first.",
    ),
    Mistake(
        "rounds down silently",
        lambda x, weights, bias, stride=1, pad=0: reference.conv2d_forward(
            x, weights, bias, stride, pad, floor=True
        ),
        "A size that does not fit was cut: the last pixels are never read and nobody is told.",
        "The whole layer",
    ),
)

FILTER_MISTAKES = (
    layer_mistake(
        "kernel flipped",
        other_weights(lambda weights: weights[:, :, ::-1, ::-1]),
        "The filters were flipped: deep learning's filters are cross-correlated as they are.",
    ),
    layer_mistake(
        "kernel flipped in one direction",
        other_weights(lambda weights: weights[:, :, ::-1]),
        "The filters were flipped top to bottom.",
    ),
    layer_mistake(
        "kernel flipped in one direction",
        other_weights(lambda weights: weights[:, :, :, ::-1]),
        "The filters were flipped left to right.",
    ),
    layer_mistake(
        "kernel transposed",
        lambda x, weights, bias, stride, pad: reference.conv2d_forward(
            x, weights.swapaxes(2, 3), bias, stride, pad, floor=True
        ),
        "Rows and columns of the filters are exchanged.",
    ),
    layer_mistake(
        "bias inside the sum",
        other_bias(lambda bias, weights: bias * weights[0].size),
        "The bias was added inside the sum, once for every weight; it comes once for each place.",
    ),
    layer_mistake(
        "bias once a channel",
        other_bias(lambda bias, weights: bias * weights.shape[1]),
        "The bias was added once for every channel; it comes once for each place.",
    ),
    layer_mistake(
        "bias left out",
        other_bias(lambda bias, weights: 0 * bias),
        "The biases are missing.",
    ),
    layer_mistake(
        "first bias for every filter",
        other_bias(lambda bias, weights: np.full_like(bias, bias[0])),
        "Every filter got the first filter's bias.",
    ),
    layer_mistake(
        "all biases for every filter",
        other_bias(lambda bias, weights: np.full_like(bias, bias.sum())),
        "Every filter got all biases together; each has its own.",
    ),
    layer_mistake(
        "bias along the width",
        bias_along_the_width,
        "The biases were spread along the width of the maps: they belong to the filter's axis.",
    ),
    layer_mistake(
        "filters and channels swapped",
        filters_and_channels_swapped,
        "The first axis of `weights` was read as channels and the second as filters; it is "
        "(F, C, KH, KW).",
    ),
    layer_mistake(
        "only image 0",
        after(only_first_image),
        "Only the first image of the batch was filtered; the others are still zero.",
    ),
    layer_mistake(
        "only image 0",
        after(lambda result: result[:1]),
        "Only the first image of the batch was filtered.",
    ),
    layer_mistake(
        "only image 0",
        after(lambda result: np.repeat(result[:1], len(result), axis=0)),
        "Every image of the batch got the result of the first.",
    ),
    layer_mistake(
        "only channel 0",
        lambda x, weights, bias, stride, pad: reference.conv2d_forward(
            x[:, :1], weights[:, :1], bias, stride, pad
        ),
        "Only the first channel was looked at.",
    ),
    layer_mistake(
        "channels not summed",
        channels_apart,
        "There is one map for each channel: a filter sums over all of them.",
    ),
    layer_mistake(
        "first filter for all",
        other_weights(lambda weights: np.repeat(weights[:1], len(weights), axis=0)),
        "Every map was made with the first filter.",
    ),
    layer_mistake(
        "mean instead of sum",
        other_weights(lambda weights: weights / weights.dtype.type(weights[0].size)),
        "This is the mean of the products under the filter; their sum is asked for.",
    ),
)

LAYER_MISTAKES = (*STRIDE_MISTAKES, *PAD_MISTAKES, *SHAPE_MISTAKES, *FILTER_MISTAKES)

LAYER_CASES = (
    case("values", N=1, C=2, F=2, H=5, W=5, KH=3, KW=3),
    case("values", N=1, C=3, F=2, H=1, W=1, KH=1, KW=1),
    case("padding", hidden=False, N=1, C=1, F=1, H=3, W=4, KH=3, KW=3, pad=1),
    case("padding", N=1, C=2, F=2, H=4, W=4, KH=5, KW=5, pad=2),
    case("padding", N=1, C=1, F=2, H=4, W=3, KH=2, KW=2, pad=3),
    case("stride", hidden=False, N=1, C=1, F=1, H=5, W=7, KH=3, KW=3, stride=2),
    case("stride", N=1, C=2, F=2, H=8, W=8, KH=2, KW=2, stride=2),
    case("stride", N=1, C=2, F=1, H=7, W=12, KH=2, KW=2, stride=5),
    case("both", N=1, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=1),
    case("both", N=1, C=1, F=2, H=8, W=6, KH=4, KW=4, stride=2, pad=1),
    case("pair", hidden=False, N=1, C=1, F=1, H=5, W=5, KH=3, KW=3, stride=(2, 1), pad=(0, 1)),
    case("pair", N=1, C=2, F=2, H=4, W=7, KH=2, KW=3, stride=(1, 2), pad=(2, 0)),
    case("pair", N=1, C=1, F=2, H=9, W=9, KH=3, KW=3, stride=(2, 3), pad=3),
    case("pair", N=1, C=1, F=1, H=6, W=6, KH=2, KW=2, stride=2, pad=(1, 2)),
    case("rectangular", N=1, C=1, F=1, H=4, W=5, KH=2, KW=2),
    case("rectangular", N=1, C=2, F=2, H=5, W=4, KH=2, KW=2),
    case("rectangular", N=1, C=2, F=2, H=5, W=5, KH=2, KW=3),
    case("rectangular", N=1, C=1, F=2, H=4, W=9, KH=1, KW=4),
    case("channels", N=1, C=3, F=2, H=4, W=4, KH=2, KW=2),
    case("channels", N=1, C=3, F=3, H=5, W=5, KH=2, KW=2),
    case("filters", N=1, C=1, F=4, H=5, W=5, KH=2, KW=2),
    case("batch", hidden=False, N=2, C=2, F=3, H=4, W=4, KH=2, KW=2, stride=2),
    case("batch", N=3, C=2, F=2, H=4, W=4, KH=3, KW=3, pad=1),
    case("dtype", dtype="float32", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=1),
    case("layout", layout="F", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=1),
    case("layout", layout="strided", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=0),
    case("refused", hidden=False, N=1, C=1, F=1, H=6, W=6, KH=3, KW=3, stride=2),
    case("refused", N=1, C=1, F=1, H=6, W=7, KH=3, KW=3, stride=2),
    case("refused", N=1, C=1, F=1, H=7, W=6, KH=3, KW=3, stride=(1, 2)),
    case("refused", N=2, C=1, F=1, H=7, W=7, KH=4, KW=4, stride=4, pad=1),
    case("too_large", N=1, C=1, F=1, H=3, W=5, KH=6, KW=2, pad=1),
    case("too_large", N=1, C=1, F=1, H=5, W=3, KH=2, KW=4),
)

LAYER_WORDS = {
    "padding": "zeros around the picture",
    "stride": "steps of more than 1",
    "both": "padding and stride together",
    "pair": "a stride and a pad of their own for height and width",
    "refused": "sizes that do not fit are refused",
    "too_large": "a filter larger than the padded picture is refused",
    "definition": "the definition, sum by sum",
    "linear": "filtering a sum gives the sum of the filtered",
    "delta": "a filter with a single 1 copies the picture",
    "shift": "a shifted picture gives a shifted answer",
}


def sum_by_sum(call, numbers: Numbers) -> Iterator[Claim]:
    """Each output is a sum over channels and window, pixels outside the picture being 0."""
    x, weights = numbers.array(2, 2, 3, 4), numbers.array(2, 2, 2, 3)
    bias = numbers.array(2)
    got = call(x=x, weights=weights, bias=bias, stride=(1, 3), pad=(1, 1))
    wanted = np.zeros((2, 2, 4, 2))
    for n, f, i, j, c, a, b in np.ndindex(2, 2, 4, 2, 2, 2, 3):
        row, column = i - 1 + a, 3 * j - 1 + b
        if 0 <= row < 3 and 0 <= column < 4:
            wanted[n, f, i, j] += x[n, c, row, column] * weights[f, c, a, b]
    yield Claim(got, wanted + bias[:, None, None], "2 images, 2 filters, stride (1, 3), pad 1")


def delta_copies(call, numbers: Numbers) -> Iterator[Claim]:
    """With a 1 in its middle and a pad that keeps the size, a filter copies the picture."""
    x = numbers.array(1, 2, 4, 5)
    for channel in range(2):
        weights = np.zeros((1, 2, 3, 5))
        weights[0, channel, 1, 2] = 1
        yield Claim(
            call(x=x, weights=weights, bias=np.zeros(1), stride=1, pad=(1, 2)),
            x[:, channel : channel + 1],
            f"a filter with one 1, in the middle of channel {channel}",
        )


def linear_without_bias(call, numbers: Numbers) -> Iterator[Claim]:
    """Filtering a sum of images gives the sum of the filtered; so for filters."""
    first, second = numbers.array(2, 2, 5, 4), numbers.array(2, 2, 5, 4)
    weights, others, none = numbers.array(3, 2, 3, 2), numbers.array(3, 2, 3, 2), np.zeros(3)

    def filtered(x: np.ndarray, kernels: np.ndarray) -> np.ndarray:
        return call(x=x, weights=kernels, bias=none, stride=2, pad=(1, 1))

    yield Claim(
        filtered(first - 2 * second, weights),
        filtered(first, weights) - 2 * filtered(second, weights),
        "a sum of images",
    )
    yield Claim(
        filtered(first, weights + others),
        filtered(first, weights) + filtered(first, others),
        "a sum of filters",
    )


def shift_by_the_stride(call, numbers: Numbers) -> Iterator[Claim]:
    """Move the picture by one stride, and the answer moves by one place."""
    x, weights, bias = numbers.array(1, 2, 7, 7), numbers.array(2, 2, 3, 3), numbers.array(2)
    moved = np.zeros_like(x)
    moved[:, :, 2:, 2:] = x[:, :, :-2, :-2]
    still = call(x=x, weights=weights, bias=bias, stride=2)
    yield Claim(
        call(x=moved, weights=weights, bias=bias, stride=2)[:, :, 1:, 1:],
        still[:, :, :-1, :-1],
        "the picture moved by two pixels, at stride 2",
    )


LAYER_PROPERTIES = (
    Property("definition", "the definition, sum by sum", sum_by_sum),
    Property("delta", "a filter with a single 1 copies the picture", delta_copies),
    Property("linear", "filtering is linear", linear_without_bias),
    Property("shift", "a shifted picture gives a shifted answer", shift_by_the_stride),
)

CONV2D_FORWARD = Exercise(
    id="conv2d-forward",
    lesson=LESSON,
    reference=reference.conv2d_forward,
    draw=layer,
    example=layer_example,
    smallest={"H": 3, "W": 3, "KH": 2, "KW": 2, "pad": 0},
    window=layer_window,
    cases=LAYER_CASES,
    properties=LAYER_PROPERTIES,
    facet_words=LAYER_WORDS,
    mistakes=LAYER_MISTAKES,
)


# --- every window a column ------------------------------------------------------------------------


def images_to_unroll(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    kernel_size: int | PAIR,
    stride: int | PAIR | None = None,
    pad: int | PAIR | None = None,
) -> Arguments:
    arguments: Arguments = {"x": numbers.array(N, C, H, W), "kernel_size": kernel_size}
    if stride is not None or pad is not None:
        arguments["stride"] = 1 if stride is None else stride
    if pad is not None:
        arguments["pad"] = pad
    return arguments


def column_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, _, place = where
    x, kernel = arguments["x"], pair(arguments["kernel_size"])
    stride, pad = pair(arguments.get("stride", 1)), pair(arguments.get("pad", 0))
    i, j = divmod(place, places(x, kernel, stride, pad)[1])
    return {"x": (n, *window_on(x.shape, kernel, arguments, i, j))}


def windows_in_order(
    x: np.ndarray, kernel_size: int | PAIR, stride: int | PAIR = 1, pad: int | PAIR = 0
) -> np.ndarray:
    """The columns with every axis of its own: (N, C, KH, KW, H', W')."""
    kernel = pair(kernel_size)
    sides = places(x, kernel, pair(stride), pair(pad))
    columns = reference.im2col(x, kernel, stride, pad)
    return columns.reshape(*x.shape[:2], *kernel, *sides)


def reordered(name: str, order: str, sentence: str) -> Mistake:
    """Columns whose axes stand in another order: N C k(row) l(column) i(down) j(across)."""
    axes = ["NCklij".index(letter) for letter in order]

    def answer(x, kernel_size, stride=1, pad=0):
        columns = reference.im2col(x, kernel_size, stride, pad)
        windows = windows_in_order(x, kernel_size, stride, pad)
        return windows.transpose(axes).reshape(columns.shape)

    return Mistake(name, answer, sentence, "Every window a column")


def unrolled(name: str, change: Callable[[np.ndarray], np.ndarray], sentence: str) -> Mistake:
    """Columns that are spoiled at the end."""

    def answer(x, kernel_size, stride=1, pad=0):
        return change(reference.im2col(x, kernel_size, stride, pad))

    return Mistake(name, answer, sentence, "Every window a column")


def unrolled_with(name: str, change: Callable[[PAIR, PAIR], tuple], sentence: str) -> Mistake:
    """Columns with other numbers for stride and pad; the cases are chosen so that they fit."""

    def answer(x, kernel_size, stride=1, pad=0):
        kernel = pair(kernel_size)
        places(x, kernel, pair(stride), pair(pad))
        return reference.im2col(x, kernel, *change(pair(stride), pair(pad)))

    return Mistake(name, answer, sentence, "Every window a column")


def cut_to_fit(x: np.ndarray, kernel: PAIR, stride: PAIR) -> np.ndarray:
    """Leave out the last rows and columns, which no window reaches."""
    sides = zip(x.shape[2:], kernel, stride, strict=True)
    height, width = (size - (size - k) % s if size >= k else size for size, k, s in sides)
    return x[:, :, :height, :width]


def columns_rounded_down(x, kernel_size, stride=1, pad=0):
    kernel, stride = pair(kernel_size), pair(stride)
    return reference.im2col(
        cut_to_fit(reference.pad_images(x, pad), kernel, stride), kernel, stride
    )


def windows_at_every_place(x, kernel_size, stride=1, pad=0):
    height, width = places(x, pair(kernel_size), pair(stride), pair(pad))
    windows = windows_in_order(x, kernel_size, 1, pad)[..., :height, :width]
    return windows.reshape(len(x), -1, height * width)


def columns_framed_by(mode: str) -> Callable:
    def wrong(x, kernel_size, stride=1, pad=0):
        places(x, pair(kernel_size), pair(stride), pair(pad))
        h, w = pair(pad)
        return reference.im2col(padded_with(x, (h, h), (w, w), mode=mode), kernel_size, stride)

    return wrong


def only_first_columns(columns: np.ndarray) -> np.ndarray:
    columns = columns.copy()
    columns[1:] = 0
    return columns


def square_window(x, kernel_size, stride=1, pad=0):
    places(x, pair(kernel_size), pair(stride), pair(pad))
    return reference.im2col(x, pair(kernel_size)[0], stride, pad)


def column_is_its_window(call, numbers: Numbers) -> Iterator[Claim]:
    """Column number p holds the window at place p, channel by channel, row by row."""
    x = numbers.array(2, 2, 4, 6)
    columns = call(x=x, kernel_size=(2, 3), stride=(1, 3))
    yield Claim(columns.shape, (2, 12, 6), "12 numbers in a window, 6 places")
    for n, place in ((0, 0), (0, 1), (1, 4), (1, 5)):
        i, j = divmod(place, 2)
        yield Claim(
            columns[n, :, place],
            x[n, :, i : i + 2, 3 * j : 3 * j + 3].reshape(12),
            f"image {n}, column {place}",
        )


IM2COL = Exercise(
    id="im2col",
    lesson=LESSON,
    reference=reference.im2col,
    draw=images_to_unroll,
    example=lambda: {
        "x": np.arange(1.0, 10.0).reshape(1, 1, 3, 3),
        "kernel_size": (2, 2),
    },
    smallest={"H": 3, "W": 3, "kernel_size": 2, "pad": 0},
    window=column_window,
    cases=(
        case("values", N=1, C=1, H=4, W=4, kernel_size=2),
        case("values", N=1, C=1, H=3, W=3, kernel_size=3),
        case("values", N=1, C=1, H=5, W=5, kernel_size=3),
        case("channels", hidden=False, N=1, C=2, H=3, W=3, kernel_size=2),
        case("channels", N=1, C=3, H=4, W=4, kernel_size=3),
        case("stride", hidden=False, N=1, C=1, H=5, W=5, kernel_size=3, stride=2),
        case("stride", N=1, C=1, H=7, W=7, kernel_size=1, stride=3),
        case("padding", hidden=False, N=1, C=1, H=3, W=3, kernel_size=3, pad=1),
        case("padding", N=1, C=1, H=2, W=2, kernel_size=2, pad=3),
        case("padding", N=1, C=1, H=5, W=5, kernel_size=3, stride=2, pad=1),
        case("pair", hidden=False, N=1, C=1, H=4, W=4, kernel_size=2, stride=(2, 1), pad=(0, 1)),
        case("pair", N=1, C=1, H=4, W=6, kernel_size=2, stride=(1, 2), pad=(2, 1)),
        case("pair", N=1, C=1, H=5, W=8, kernel_size=2, stride=(1, 3)),
        case("rectangular", hidden=False, N=1, C=1, H=3, W=4, kernel_size=(2, 3)),
        case("rectangular", N=1, C=2, H=6, W=4, kernel_size=2),
        case("rectangular", N=1, C=1, H=5, W=5, kernel_size=(4, 1)),
        case("batch", N=3, C=1, H=3, W=3, kernel_size=2),
        case("batch", hidden=False, N=2, C=2, H=4, W=3, kernel_size=2, pad=1),
        case("dtype", dtype="float32", N=2, C=2, H=5, W=5, kernel_size=3, stride=2, pad=1),
        case("layout", layout="F", N=2, C=2, H=5, W=5, kernel_size=3, stride=2),
        case("layout", layout="strided", N=2, C=2, H=4, W=4, kernel_size=3),
        case("refused", hidden=False, N=1, C=1, H=6, W=6, kernel_size=3, stride=2),
        case("refused", N=1, C=1, H=5, W=6, kernel_size=3, stride=2),
        case("refused", N=1, C=1, H=3, W=3, kernel_size=4),
    ),
    properties=(Property("column", "a column holds its window", column_is_its_window),),
    facet_words={
        "padding": "zeros around the picture",
        "stride": "steps of more than 1",
        "pair": "a stride and a pad of their own for height and width",
        "rectangular": "pictures and windows that are not square",
        "column": "a column holds its window, in reading order",
    },
    mistakes=(
        reordered(
            "rows in (KH, KW, C) order",
            "NklCij",
            "The channels of a pixel stand together; one channel's whole window comes first, "
            "then the next channel's.",
        ),
        reordered(
            "rows down first",
            "NClkij",
            "Each window was read column by column; it is read row by row.",
        ),
        reordered(
            "columns down first",
            "NCklji",
            "The places were taken column by column; they come in reading order.",
        ),
        reordered(
            "windows not laid out in columns",
            "NCijkl",
            "The windows were given their shape without being turned: a column does not hold one "
            "window.",
        ),
        reordered(
            "channels within the rows",
            "NkClij",
            "The channels stand between the rows of a window; they come before them.",
        ),
        reordered(
            "images and channels mixed",
            "CNklij",
            "The numbers of several images stand in one: images and channels were mixed up by "
            "the last reshape.",
        ),
        reordered(
            "images and places mixed",
            "CklijN",
            "The numbers of several images stand in one: images and places were mixed up by the "
            "last reshape.",
        ),
        unrolled(
            "windows in rows",
            lambda columns: columns.swapaxes(1, 2),
            "Each window lies in a row; it should be a column.",
        ),
        unrolled(
            "one matrix for the whole batch",
            lambda columns: np.concatenate(list(columns), axis=1),
            "The columns of all images stand in one matrix; each image has its own.",
        ),
        unrolled(
            "one matrix for the whole batch",
            lambda columns: np.concatenate(list(columns.swapaxes(1, 2)), axis=0),
            "The windows of all images lie in the rows of one matrix; each image has its own "
            "matrix, and each window a column.",
        ),
        Mistake(
            "axes not joined",
            windows_in_order,
            "The windows still have six axes: rows and columns of the matrix join three and two.",
            "Every window a column",
        ),
        unrolled(
            "windows flipped",
            lambda columns: columns[:, ::-1],
            "Each window stands upside down: its last number comes first.",
        ),
        unrolled(
            "only image 0",
            only_first_columns,
            "Only the first image was laid out; the others are still zero.",
        ),
        unrolled("only image 0", lambda columns: columns[:1], "Only the first image was laid out."),
        unrolled("only image 0", lambda columns: columns[0], "Only the first image was laid out."),
        unrolled_with(
            "stride ignored",
            lambda stride, pad: (1, pad),
            "There is a column for every place: the stride was left out.",
        ),
        Mistake(
            "stride ignored",
            windows_at_every_place,
            "There are as many columns as there should be, but their windows lie one pixel apart.",
            "Every window a column",
        ),
        unrolled_with(
            "stride used in one direction",
            lambda stride, pad: ((stride[0], 1), pad),
            "The stride was used going down only; across, the window moves by one pixel.",
        ),
        unrolled_with(
            "stride used in one direction",
            lambda stride, pad: ((1, stride[1]), pad),
            "The stride was used going across only; down, the window moves by one pixel.",
        ),
        unrolled_with(
            "stride's numbers exchanged",
            lambda stride, pad: (stride[::-1], pad),
            "The steps down and across are exchanged.",
        ),
        unrolled_with(
            "stride's first number for both",
            lambda stride, pad: (stride[0], pad),
            "The step down was used across as well.",
        ),
        unrolled_with("pad ignored", lambda stride, pad: (stride, 0), "The padding was left out."),
        unrolled_with(
            "pad's numbers exchanged",
            lambda stride, pad: (stride, pad[::-1]),
            "The pads of height and width are exchanged.",
        ),
        unrolled_with(
            "pad's first number for both",
            lambda stride, pad: (stride, pad[0]),
            "The pad of the height was used for the width as well.",
        ),
        Mistake(
            "pad with edge values",
            columns_framed_by("edge"),
            "The frame repeats the picture's border; it should be zeros.",
            "Every window a column",
        ),
        Mistake(
            "height and width of the window exchanged",
            lambda x, kernel_size, stride=1, pad=0: reference.im2col(
                x, pair(kernel_size)[::-1], stride, pad
            ),
            "Height and width of the window are exchanged.",
            "Every window a column",
        ),
        Mistake(
            "square window assumed",
            square_window,
            "The window was taken for a square of its height.",
            "Every window a column",
        ),
        Mistake(
            "rounds down silently",
            columns_rounded_down,
            "A size that does not fit was cut: the last pixels are never read and nobody is told.",
            "Every window a column",
        ),
    ),
)


# --- one matrix product ---------------------------------------------------------------------------


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

CONV2D_FAST = Exercise(
    id="conv2d-fast",
    lesson=LESSON,
    reference=reference.conv2d_forward,
    draw=layer,
    example=layer_example,
    smallest={"H": 3, "W": 3, "KH": 2, "KW": 2, "pad": 0},
    window=layer_window,
    cases=(
        *LAYER_CASES,
        case("filters", N=1, C=2, F=4, H=3, W=3, KH=2, KW=2),
        case("batch", N=3, C=1, F=3, H=4, W=3, KH=2, KW=2),
    ),
    properties=LAYER_PROPERTIES,
    facet_words=LAYER_WORDS,
    mistakes=(
        layer_mistake(
            "wrong reshape order",
            by_columns(images_and_filters_mixed),
            "The maps of several images stand in one: images and filters were mixed up by the "
            "last reshape.",
            "One matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(images_and_places_mixed),
            "The maps of several images stand in one: images and places were mixed up by the "
            "last reshape.",
            "One matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(filters_and_places_mixed),
            "Filters and places were mixed up by the last reshape: it was given the filters last.",
            "One matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(weights_channels_last),
            "The weights were laid out with the channels last, the columns with the channels "
            "first: the products meet the wrong partners.",
            "One matrix product",
        ),
        layer_mistake(
            "wrong reshape order",
            by_columns(weights_cut_across),
            "The rows of the weight matrix hold pieces of several filters; each row is one filter.",
            "One matrix product",
        ),
        layer_mistake(
            "bias broadcast over positions",
            by_columns(bias_over_positions),
            "The biases were spread over the places, or could not be; they belong to the filters.",
            "One matrix product",
        ),
        layer_mistake(
            "H and W exchanged at the end",
            by_columns(sides_exchanged),
            "The last reshape gave the maps their width for a height.",
            "One matrix product",
        ),
        layer_mistake(
            "maps left flat",
            by_columns(maps_left_flat),
            "The maps are still rows of numbers, (N, F, H'·W'); they should be pictures again.",
            "One matrix product",
        ),
        *(mistake for mistake in LAYER_MISTAKES if mistake.name in OF_COLUMNS),
    ),
)


# --- what a layer makes, what it costs ------------------------------------------------------------


def layer_to_size(
    numbers: Numbers,
    C: int | None = None,
    F: int | None = None,
    kernel: int | None = None,
    pad: int = 0,
    stride: int = 1,
    extra: PAIR | None = None,
    left_over: PAIR = (0, 0),
    square: bool = False,
) -> Arguments:
    """A layer that fits, or misses by `left_over` pixels."""
    rng = numbers.rng
    kernel = int(rng.integers(4, 8)) if kernel is None else kernel
    places = np.array(rng.integers(4, 30, 2) if extra is None else extra)
    if square:
        places[1] = places[0]
    height, width = (int(n) for n in (places - 1) * stride + kernel - 2 * pad + left_over)
    return {
        "input_shape": (int(rng.integers(2, 9)) if C is None else C, height, width),
        "num_filters": int(rng.integers(10, 99)) if F is None else F,
        "kernel": kernel,
        "pad": pad,
        "stride": stride,
    }


def missized(name: str, change: Callable, sentence: str) -> Mistake:
    """A wrong result from an answer that refuses as it should.

    `change(shape, parameters, **arguments)` makes it from the right one.
    """

    def answer(input_shape, num_filters, kernel, pad, stride):
        shape, parameters = reference.conv_layer_volume(
            input_shape, num_filters, kernel, pad, stride
        )
        return change(
            shape,
            parameters,
            input_shape=input_shape,
            num_filters=num_filters,
            kernel=kernel,
            pad=pad,
            stride=stride,
        )

    return Mistake(name, answer, sentence, "What a layer makes, what it costs")


def places_rounded(input_shape, num_filters, kernel, pad, stride):
    _, height, width = input_shape
    shape = (
        num_filters,
        (height + 2 * pad - kernel) // stride + 1,
        (width + 2 * pad - kernel) // stride + 1,
    )
    return shape, reference.conv_parameter_count(input_shape[0], kernel, num_filters)


def resized(pad_of: Callable[[int], int], stride_of: Callable[[int], int]) -> Callable:
    """The volume for another pad and stride, rounded down."""

    def change(shape, parameters, input_shape, num_filters, kernel, pad, stride):
        (_, *sides), pad, stride = input_shape, pad_of(pad), stride_of(stride)
        height, width = ((side + 2 * pad - kernel) // stride + 1 for side in sides)
        return (num_filters, height, width), parameters

    return change


CONV_LAYER_VOLUME = Exercise(
    id="conv-layer-volume",
    lesson=LESSON,
    reference=reference.conv_layer_volume,
    draw=layer_to_size,
    example=lambda: {
        "input_shape": (3, 32, 32),
        "num_filters": 10,
        "kernel": 5,
        "pad": 2,
        "stride": 1,
    },
    results=("shape", "parameters"),
    cases=(
        case("values", square=True),
        case("values", C=1, F=6, kernel=5, extra=(28, 28)),
        case("rectangular", hidden=False),
        case("rectangular", C=3, F=16, kernel=3),
        case("padding", pad=1, square=True),
        case("padding", kernel=7, pad=3),
        case("stride", hidden=False, stride=2, square=True),
        case("stride", C=3, F=96, kernel=11, stride=4, extra=(55, 55)),
        case("both", pad=2, stride=3),
        case("both", pad=1, stride=2),
        case("refused", hidden=False, stride=2, left_over=(1, 1)),
        case("refused", pad=1, stride=4, left_over=(0, 3)),
        case("refused", pad=1, stride=3, left_over=(2, 0)),
        case("refused", kernel=7, pad=1, extra=(0, 4)),
    ),
    facet_words={
        "padding": "padding",
        "stride": "steps of more than 1",
        "both": "padding and stride together",
    },
    mistakes=(
        missized(
            "volume kept C deep",
            lambda shape, parameters, input_shape, **_: (
                (input_shape[0], *shape[1:]),
                parameters,
            ),
            "The volume is as deep as the input; it has one map for each filter.",
        ),
        missized(
            "parameters counted per position",
            lambda shape, parameters, **_: (shape, parameters * shape[1] * shape[2]),
            "The weights were counted at every place; they are the same ones everywhere.",
        ),
        missized(
            "depth forgotten",
            lambda shape, parameters, num_filters, kernel, **_: (
                shape,
                num_filters * (kernel**2 + 1),
            ),
            "The parameters leave out the input's depth: a filter has weights for every channel.",
        ),
        missized(
            "bias left out",
            lambda shape, parameters, num_filters, **_: (shape, parameters - num_filters),
            "The biases were not counted.",
        ),
        missized(
            "one bias for the layer",
            lambda shape, parameters, num_filters, **_: (shape, parameters - num_filters + 1),
            "One bias was counted for the whole layer; each filter has its own.",
        ),
        missized(
            "one filter counted",
            lambda shape, parameters, num_filters, **_: (shape, parameters // num_filters),
            "These are the parameters of a single filter.",
        ),
        missized(
            "kernel not squared",
            lambda shape, parameters, input_shape, num_filters, kernel, **_: (
                shape,
                num_filters * (input_shape[0] * kernel + 1),
            ),
            "The kernel's side was counted once; a kernel has as many rows as columns.",
        ),
        missized(
            "size of the output counted",
            lambda shape, parameters, **_: (shape, shape[0] * shape[1] * shape[2]),
            "These are the numbers that come out, not the numbers that are learned.",
        ),
        missized(
            "channels last",
            lambda shape, parameters, **_: ((*shape[1:], shape[0]), parameters),
            "The depth stands last; the course writes (F, H', W').",
        ),
        missized(
            "H and W swapped",
            lambda shape, parameters, **_: ((shape[0], shape[2], shape[1]), parameters),
            "Height and width are exchanged.",
        ),
        missized(
            "height used for width",
            lambda shape, parameters, **_: ((shape[0], shape[1], shape[1]), parameters),
            "The width of the volume is taken from its height.",
        ),
        missized(
            "pad ignored",
            resized(lambda pad: 0, lambda stride: stride),
            "The padding was left out of the size.",
        ),
        missized(
            "pad ignored",
            lambda shape, parameters, input_shape, num_filters, kernel, pad, stride: (
                reference.conv_layer_volume(input_shape, num_filters, kernel, 0, stride)
            ),
            "The padding was left out of the size.",
        ),
        missized(
            "stride ignored",
            resized(lambda pad: pad, lambda stride: 1),
            "The stride was left out of the size.",
        ),
        missized(
            "size kept",
            lambda shape, parameters, input_shape, num_filters, **_: (
                (num_filters, *input_shape[1:]),
                parameters,
            ),
            "The size is the input's; only some paddings keep it.",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda input_shape, num_filters, kernel, stride, pad: places_rounded(
                input_shape, num_filters, kernel, pad, stride
            ),
            "Pad and stride were read in the other order: the pad comes first.",
            "What a layer makes, what it costs",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda input_shape, num_filters, kernel, stride, pad: reference.conv_layer_volume(
                input_shape, num_filters, kernel, pad, stride
            ),
            "Pad and stride were read in the other order: the pad comes first.",
            "What a layer makes, what it costs",
        ),
        Mistake(
            "rounds down silently",
            places_rounded,
            "A size that does not fit was rounded down, and nobody is told.",
            "What a layer makes, what it costs",
        ),
        missized(
            "parameters first",
            lambda shape, parameters, **_: (parameters, shape),
            "Shape and parameters stand in the other order: the shape comes first.",
        ),
    ),
)


# --- how far one output sees ----------------------------------------------------------------------


def stack_of_layers(
    numbers: Numbers,
    count: int,
    strided: bool = True,
    layers: tuple[tuple[int, int], ...] | None = None,
) -> Arguments:
    """`count` layers, as (kernel, stride)."""
    if layers is None:
        kernels = numbers.rng.integers(2, 8, count)
        strides = numbers.rng.integers(2, 5, count) if strided else np.ones(count)
        layers = tuple((int(k), int(s)) for k, s in zip(kernels, strides, strict=True))
    return {"layers": list(layers)}


def seeing(name: str, see: Callable[[list], int], sentence: str) -> Mistake:
    return Mistake(name, see, sentence, "How far one output sees")


def walk(grow: Callable[[int, int, int, int, int], int], jump: Callable = int.__mul__) -> Callable:
    """Go through the layers: `grow(size, kernel, stride, step, last)` gives the next size.

    `step` is the product of the strides so far, `last` the stride of the layer before.
    """

    def see(layers):
        size, step, last = 1, 1, 1
        for kernel, stride in layers:
            size = grow(size, kernel, stride, step, last)
            step, last = jump(step, stride), stride
        return size

    return see


def pixels_traced(call, numbers: Numbers) -> Iterator[Claim]:
    """Follow one output back, pixel by pixel, and see how many pixels it came from."""
    for layers in ([(3, 1), (3, 1)], [(3, 2), (2, 2), (3, 1)], [(5, 3), (4, 2)]):
        pixels = {0}
        for kernel, stride in reversed(layers):
            pixels = {pixel * stride + step for pixel in pixels for step in range(kernel)}
        yield Claim(
            call(layers=layers),
            max(pixels) + 1,
            f"{layers}, followed back pixel by pixel",
            {"layers": layers},
        )


RECEPTIVE_FIELD = Exercise(
    id="receptive-field",
    lesson=LESSON,
    reference=reference.receptive_field,
    draw=stack_of_layers,
    example=lambda: {"layers": [(3, 1), (3, 1), (3, 1)]},
    cases=(
        case("values", count=3, strided=False),
        case("values", count=4, strided=False),
        case("one", count=1, strided=False),
        case("one", count=1),
        case("stride", hidden=False, count=2, layers=((3, 2), (3, 1))),
        case("stride", count=2),
        case("stride", count=2, layers=((2, 3), (5, 2))),
        case("accumulated", hidden=False, count=4, layers=((5, 2), (3, 2), (3, 1), (2, 3))),
        case("accumulated", count=4),
        case("accumulated", count=6),
    ),
    properties=(Property("traced", "followed back pixel by pixel", pixels_traced),),
    facet_words={
        "one": "a single layer",
        "stride": "two layers with strides",
        "accumulated": "strides that multiply from layer to layer",
        "traced": "one output, followed back pixel by pixel",
    },
    mistakes=(
        seeing(
            "sum of kernels",
            lambda layers: sum(kernel for kernel, _ in layers),
            "The kernels were added up: neighbouring windows overlap, and the first pixel of each "
            "is seen already.",
        ),
        seeing(
            "strides ignored",
            walk(lambda size, kernel, stride, step, last: size + kernel - 1),
            "The strides were left out: after a stride, neighbouring outputs lie further apart "
            "in the picture.",
        ),
        seeing(
            "strides not accumulated",
            walk(lambda size, kernel, stride, step, last: size + (kernel - 1) * last),
            "Only the stride of the layer just before was counted; the strides of all layers "
            "before multiply.",
        ),
        seeing(
            "own stride counted",
            walk(lambda size, kernel, stride, step, last: size + (kernel - 1) * step * stride),
            "A layer's own stride was counted too: it spreads the outputs of this layer, and only "
            "the next layer sees that.",
        ),
        seeing(
            "own stride instead of those before",
            walk(lambda size, kernel, stride, step, last: size + (kernel - 1) * stride),
            "Each kernel was stretched by its own layer's stride; it is the layers before that "
            "stretch it.",
        ),
        seeing(
            "off by one",
            lambda layers: reference.receptive_field(layers) - 1,
            "The pixel that the first output stands on was not counted: it is one too few.",
        ),
        seeing(
            "off by one",
            lambda layers: reference.receptive_field(layers) + 1,
            "One pixel was counted twice: it is one too many.",
        ),
        seeing(
            "from the wrong end",
            walk(lambda size, kernel, stride, step, last: (size - 1) * stride + kernel),
            "The layers were gone through from the wrong end: this way starts at the last one.",
        ),
        seeing(
            "strides added",
            walk(
                lambda size, kernel, stride, step, last: size + (kernel - 1) * step,
                jump=lambda step, stride: step + stride - 1,
            ),
            "The strides were added up; from layer to layer they multiply.",
        ),
        seeing(
            "kernel not less one",
            walk(lambda size, kernel, stride, step, last: size + kernel * step),
            "Each layer adds a whole kernel; the pixel it starts from is seen already.",
        ),
        seeing(
            "product of kernels",
            lambda layers: math.prod(kernel for kernel, _ in layers),
            "The kernels were multiplied: that would be so if their windows did not overlap.",
        ),
        seeing(
            "last layer only",
            lambda layers: layers[-1][0],
            "This is the kernel of the last layer only.",
        ),
        seeing(
            "area instead of side",
            lambda layers: reference.receptive_field(layers) ** 2,
            "This is the number of pixels in the patch; its side is asked for.",
        ),
        seeing(
            "one side only",
            lambda layers: reference.receptive_field(layers) // 2,
            "This is how far it sees to one side.",
        ),
    ),
)


EXERCISES = (
    PAD_IMAGES,
    CONV_OUTPUT_SIZE,
    SAME_PADDING,
    CONV2D_FORWARD,
    IM2COL,
    CONV2D_FAST,
    CONV_LAYER_VOLUME,
    RECEPTIVE_FIELD,
)
