"""One image and one kernel: their cases, and the mistakes made with either orientation."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Mistake, Numbers, between, case, same_as


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


def correlate_as_matrices(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    result = np.zeros(valid_places(image, kernel), image.dtype)
    for i, j in np.ndindex(result.shape):
        window = image[i : i + len(kernel), j : j + kernel.shape[1]]
        result[i, j] = (window @ kernel).sum()
    return result


def written_column_first(maps: np.ndarray) -> np.ndarray:
    """The maps with `out[j, i]` written for `out[i, j]`."""
    result = np.zeros_like(maps)
    for i, j in np.ndindex(maps.shape[-2:]):
        result[..., j, i] = maps[..., i, j]
    return result


def kernel_fits(sizes: Any) -> bool:
    """Whether the kernel is no larger than the image."""
    return sizes.KH <= sizes.H and sizes.KW <= sizes.W


def not_square(sizes: Any) -> bool:
    return sizes.H != sizes.W or sizes.KH != sizes.KW


SQUARES: dict[str, Any] = {
    "H": between(3, 7),
    "W": same_as("H"),
    "KH": between(2, 3),
    "KW": same_as("KH"),
}
RECTANGLES: dict[str, Any] = {
    "H": between(3, 8),
    "W": between(3, 8),
    "KH": between(2, 4),
    "KW": between(2, 4),
}

LONG_KERNELS = ({"H": 7, "W": 3, "KH": 4, "KW": 3}, {"H": 3, "W": 9, "KH": 3, "KW": 4})
"""A kernel as wide as its image and higher than that, and one the other way round: both fit."""

IMAGE_AND_KERNEL_CASES = (
    case("values", **SQUARES, corners=({"H": 5, "KH": 5}, {"H": 1, "KH": 1})),
    case("values", of="ties", **SQUARES),
    case("rectangular", hidden=False, H=4, W=6, KH=2, KW=3),
    case(
        "rectangular",
        **RECTANGLES,
        where=(kernel_fits, not_square),
        corners=LONG_KERNELS,
    ),
    case("dtype", hidden=False, dtype="float32", H=6, W=6, KH=3, KW=3),
    case("dtype", dtype="float32", **{**SQUARES, "H": between(5, 7)}),
    case("layout", layout="F", **SQUARES),
    case("layout", layout="strided", **SQUARES),
    case("refused", hidden=False, H=3, W=5, KH=4, KW=2),
    case("refused", hidden=False, H=5, W=3, KH=2, KW=4),
    case(
        "refused",
        H=between(2, 5),
        W=between(2, 5),
        KH=between(2, 6),
        KW=between(2, 6),
        where=lambda sizes: sizes.KH > sizes.H and sizes.KW <= sizes.W,
        corners=({"H": 3, "KH": 4},),
    ),
    case(
        "refused",
        H=between(2, 5),
        W=between(2, 5),
        KH=between(2, 6),
        KW=between(2, 6),
        where=lambda sizes: sizes.KW > sizes.W and sizes.KH <= sizes.H,
        corners=({"W": 3, "KW": 4},),
    ),
)

IMAGE_AND_KERNEL_MISTAKES = (
    Mistake(
        "kernel transposed",
        lambda image, kernel: reference.cross_correlate2d(image, kernel.T),
        "This is what you get when rows and columns of the kernel are exchanged.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "output one too small",
        lambda image, kernel: reference.cross_correlate2d(image, kernel)[:-1, :-1],
        "The last row and the last column of places are missing: count how many places a kernel "
        "as wide as the image has.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "H and W swapped",
        correlate_swapped,
        "Height and width are exchanged: that only shows when the image is not square.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "square image assumed",
        correlate_square,
        "The width of the output is taken from the height of the image.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "mean instead of sum",
        lambda image, kernel: reference.cross_correlate2d(image, kernel) / kernel.size,
        "This is the mean of the products under the kernel; the sum is asked for.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "multiplied as matrices",
        correlate_as_matrices,
        "The window and the kernel were multiplied as matrices; each pixel is multiplied by the "
        "one number of the kernel that lies on it.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "row and column of the result exchanged",
        lambda image, kernel: written_column_first(reference.cross_correlate2d(image, kernel)),
        "Row and column are exchanged where the sums are stored, so the map comes out transposed.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "total not reset",
        correlate_running,
        "Each place also holds what the places before it added up to: start every window at 0.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "padded to the image's size",
        correlate_same_size,
        "The result is as large as the image: the kernel was allowed over the border, onto zeros.",
        see="Slide, multiply, add",
    ),
    Mistake(
        "flipped up-down only",
        lambda image, kernel: reference.cross_correlate2d(image, kernel[::-1]),
        "This is what you get when the kernel is flipped in one axis only, top to bottom.",
        see="Flip it or not",
    ),
    Mistake(
        "flipped left-right only",
        lambda image, kernel: reference.cross_correlate2d(image, kernel[:, ::-1]),
        "This is what you get when the kernel is flipped in one axis only, left to right.",
        see="Flip it or not",
    ),
)
