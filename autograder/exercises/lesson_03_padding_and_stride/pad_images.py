"""Frame each image with rows above and below, and columns left and right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import PAIR, padded_with, pair


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


def framed(name: str, change: Callable, sentence: str) -> Mistake:
    """A way to pad wrongly: `change(images, pad_h, pad_w, value)`."""
    return Mistake(
        name,
        lambda images, pad, value=0: change(images, *pair(pad), value),
        sentence,
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
    """Inside the frame is the picture, untouched; the frame itself is 0, all round."""
    images = numbers.array(1, 1, 3, 3)
    padded = call(images=images, pad=2)
    inside = np.zeros((7, 7), bool)
    inside[2:5, 2:5] = True
    yield Claim(padded.shape, (1, 1, 7, 7), "four rows and four columns more")
    yield Claim(padded[..., inside], images.reshape(1, 1, 9), "the picture stands inside")
    yield Claim(padded[..., ~inside], np.zeros((1, 1, 40)), "the frame is 0")


def unequal_pads(sizes: Any) -> bool:
    return sizes.pad[0] != sizes.pad[1]


SQUARE: dict[str, Any] = {"N": 1, "C": 1, "H": between(2, 5), "W": same_as("H")}
OBLONG: dict[str, Any] = {
    "N": 1,
    "C": 1,
    "H": between(1, 5),
    "W": between(1, 5),
    "where": lambda sizes: sizes.H != sizes.W,
}

EXERCISE = Exercise(
    order=10,
    reference=reference.pad_images,
    draw=images_to_pad,
    example=images_to_pad_example,
    smallest={"H": 2, "W": 2, "pad": 0},
    window=lambda arguments, where: {"images": where[:2]},
    cases=(
        case("values", **SQUARE, pad=1, corners=({"H": 3},)),
        case(
            "values", **SQUARE, pad=between(2, 4), corners=({"H": 4, "pad": 2}, {"H": 3, "pad": 2})
        ),
        case("value", hidden=False, N=1, C=1, H=2, W=2, pad=1, value=128),
        case("value", **SQUARE, pad=between(1, 3), value=-1.5, corners=({"pad": 2},)),
        case("value", N=1, C=1, H=3, W=3, pad=1, value=128, gray=True, needs=("dtype",)),
        case("no_pad", hidden=False, N=1, C=1, H=3, W=3, pad=0),
        case("no_pad", **{**SQUARE, "H": between(1, 5)}, pad=0),
        case("rectangular", hidden=False, N=1, C=1, H=2, W=3, pad=1),
        case("rectangular", **OBLONG, pad=between(1, 3), corners=({"H": 5, "W": 3},)),
        case("rectangular", **OBLONG, pad=2, corners=({"H": 4, "W": 5},)),
        case("pair", **SQUARE, pad=(between(1, 3), between(1, 3)), where=unequal_pads),
        case("pair", hidden=False, N=1, C=1, H=2, W=2, pad=(1, 3)),
        case("pair", **SQUARE, pad=(between(1, 3), 0), needs=("no_pad",)),
        case("pair", **SQUARE, pad=(0, between(1, 3)), needs=("no_pad",)),
        case("channels", hidden=False, N=1, C=3, H=2, W=2, pad=1),
        case("channels", **{**SQUARE, "C": between(2, 4)}, pad=between(1, 2), corners=({"C": 4},)),
        case("batch", hidden=False, N=2, C=1, H=2, W=2, pad=1),
        case("batch", **{**SQUARE, "N": between(2, 4)}, pad=1, corners=({"N": 4},)),
        case(
            "batch",
            **{**SQUARE, "N": between(2, 3), "C": between(2, 3)},
            pad=1,
            needs=("channels",),
        ),
        case("dtype", hidden=False, dtype="float32", N=1, C=1, H=3, W=3, pad=1),
        case("dtype", N=1, C=1, H=4, W=4, pad=2, gray=True),
        case("dtype", dtype="float32", of="tiny", **SQUARE, pad=between(1, 2)),
        *(case("no_pad", **SQUARE, pad=0, of=kind) for kind in ("negative", "large")),
        case("layout", layout="F", **SQUARE, pad=between(1, 3)),
        case("layout", layout="strided", **SQUARE, pad=between(1, 3)),
    ),
    properties=(Property("frame", frame_goes_around),),
    facet_words={
        "value": "a frame of another value than 0",
        "pair": "a pad of its own for height and for width",
        "no_pad": "no padding at all",
        "dtype": "float32 stays float32, and bytes stay bytes",
        "frame": "the picture inside, zeros all round",
    },
    see="Padding: a frame around the picture",
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
            "`value` was added to the picture as well; it belongs in the frame only.",
        ),
    ),
)
