"""Write a cross-correlation as a fully connected layer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case
from ._shared import RECTANGLES, SQUARES, kernel_fits, not_square


def kernel_and_shape(numbers: Numbers, H: int, W: int, KH: int, KW: int) -> Arguments:
    return {"kernel": numbers.array(KH, KW), "image_shape": (H, W)}


def matrix_filters_the_image(call, numbers: Numbers) -> Iterator[Claim]:
    """The matrix times the image, laid flat, is the filtered image, laid flat."""
    image, kernel = numbers.array(5, 5), numbers.array(3, 3)
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


def outputs_column_by_column(kernel: np.ndarray, image_shape: tuple[int, int]) -> np.ndarray:
    matrix = reference.conv_as_matrix(kernel, image_shape)
    height, width = (n - k + 1 for n, k in zip(image_shape, kernel.shape, strict=True))
    return matrix[np.arange(height * width).reshape(height, width).T.ravel()]


EXERCISE = Exercise(
    order=80,
    reference=reference.conv_as_matrix,
    draw=kernel_and_shape,
    example=lambda: {"kernel": np.array([[1.0, 2.0], [3.0, 4.0]]), "image_shape": (3, 3)},
    cases=(
        case("values", **SQUARES, corners=({"H": 3, "KH": 3}, {"H": 3, "KH": 1})),
        case("values", H=5, W=5, KH=3, KW=3),
        case("rectangular", hidden=False, H=3, W=4, KH=2, KW=2),
        case(
            "rectangular",
            **RECTANGLES,
            where=(kernel_fits, not_square),
            corners=({"H": 6, "W": 3, "KH": 4, "KW": 3}, {"H": 3, "W": 6, "KH": 3, "KW": 5}),
        ),
        case("dtype", hidden=False, dtype="float32", H=4, W=4, KH=2, KW=2),
        case("layout", layout="strided", **SQUARES),
        case("refused", hidden=False, H=3, W=3, KH=4, KW=2),
        case("refused", H=between(2, 4), W=3, KH=5, KW=2),
        case("refused", H=4, W=3, KH=2, KW=4),
    ),
    properties=(Property("product", matrix_filters_the_image),),
    facet_words={"product": "the matrix times the image is the filtered image"},
    see="A convolution is a matrix",
    mistakes=(
        Mistake(
            "dense rows",
            lambda kernel, image_shape: rows_of_kernel(
                kernel, image_shape, spread=False, step=image_shape[1]
            ),
            "The kernel lies in one piece in each row: between its rows the rest of an image row "
            "has to be skipped.",
        ),
        Mistake(
            "rows shifted by W'",
            lambda kernel, image_shape: rows_of_kernel(
                kernel, image_shape, spread=True, step=image_shape[1] - kernel.shape[1] + 1
            ),
            "Going down a row moves by the width of the output; the image's width is meant.",
        ),
        Mistake(
            "flipped kernel",
            lambda kernel, image_shape: reference.conv_as_matrix(kernel[::-1, ::-1], image_shape),
            "The kernel was flipped on its way into the matrix.",
        ),
        Mistake(
            "transposed",
            lambda kernel, image_shape: reference.conv_as_matrix(kernel, image_shape).T,
            "The matrix is transposed: one row for each output, one column for each pixel.",
        ),
        Mistake(
            "kernel transposed",
            lambda kernel, image_shape: reference.conv_as_matrix(kernel.T, image_shape),
            "Rows and columns of the kernel are exchanged.",
        ),
        Mistake(
            "outputs column by column",
            outputs_column_by_column,
            "The rows of the matrix go through the outputs column by column; reading order goes "
            "row by row.",
        ),
        Mistake(
            "height and width exchanged",
            lambda kernel, image_shape: reference.conv_as_matrix(kernel, image_shape[::-1]),
            "Height and width of the image are exchanged.",
        ),
    ),
)
