"""Where a window may go: sizes, padding, receptive fields, and the columns it cuts out."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Pair = int | tuple[int, int]


def pair(value: Pair) -> tuple[int, int]:
    """Read `stride=2` and `stride=(2, 3)` alike: heights first, then widths.

    Examples
    --------
    >>> pair(2), pair((2, 3))
    ((2, 2), (2, 3))
    """
    if isinstance(value, (int, np.integer)):
        return int(value), int(value)
    height, width = value
    return int(height), int(width)


def computing_dtype(x: np.ndarray, *parameters: np.ndarray | float) -> np.dtype:
    """Give the dtype of a layer's output: that of a floating `x`; whole numbers are promoted.

    Examples
    --------
    >>> computing_dtype(np.zeros(2, np.float32), np.zeros(2, np.float64))
    dtype('float32')
    >>> computing_dtype(np.zeros(2, np.uint8), np.zeros(2, np.int64))
    dtype('int64')
    """
    return x.dtype if np.issubdtype(x.dtype, np.floating) else np.result_type(x, *parameters)


def conv_output_size(
    size: int, kernel: int, pad: int = 0, stride: int = 1, *, floor: bool = False
) -> int:
    """Count the places where a window can stand along one side: (size + 2·pad − kernel)/stride + 1.

    Parameters
    ----------
    size, kernel, pad, stride : int
        Pixels of the input, the window, the padding on either side, and the step.
    floor : bool
        Round down as deep learning frameworks do. The last rows are then never read.

    Raises
    ------
    ValueError
        If the count is not a whole number (unless `floor`), or is less than 1.

    Examples
    --------
    >>> conv_output_size(227, 11, stride=4)
    55
    >>> conv_output_size(6, 3, stride=2)
    Traceback (most recent call last):
        ...
    ValueError: size 6, kernel 3, pad 0, stride 2: (6 + 2·0 − 3)/2 + 1 = 2.5 is not a whole number
    >>> conv_output_size(6, 3, stride=2, floor=True)
    2
    """
    possible = size >= 1 and kernel >= 1 and pad >= 0 and stride >= 1
    steps, left_over = divmod(size + 2 * pad - kernel, stride) if possible else (-1, 0)
    if steps >= 0 and (floor or not left_over):
        return steps + 1
    numbers = f"size {size}, kernel {kernel}, pad {pad}, stride {stride}"
    if not possible:
        raise ValueError(
            f"{numbers}: size, kernel and stride must be at least 1, and pad at least 0"
        )
    if steps < 0:
        raise ValueError(f"{numbers}: the kernel is larger than the padded size {size + 2 * pad}")
    count = float(Fraction(size + 2 * pad - kernel, stride) + 1)
    raise ValueError(
        f"{numbers}: ({size} + 2·{pad} − {kernel})/{stride} + 1 = {count:g} is not a whole number"
    )


def output_shape(
    image_shape: tuple[int, int],
    kernel_size: Pair,
    stride: Pair = 1,
    pad: Pair = 0,
    *,
    floor: bool = False,
) -> tuple[int, int]:
    """Apply `conv_output_size` to heights and to widths.

    Examples
    --------
    >>> output_shape((32, 48), kernel_size=(5, 3), pad=(2, 0))
    (32, 46)
    """
    sides = zip(image_shape, pair(kernel_size), pair(pad), pair(stride), strict=True)
    height, width = (conv_output_size(*side, floor=floor) for side in sides)
    return height, width


def pooled_sides(
    image_shape: tuple[int, int], size: Pair, stride: Pair | None, *, floor: bool = False
) -> tuple[int, int]:
    """Give the height and the width of a pooled image; a `stride` of None is the window's size."""
    return output_shape(image_shape, size, size if stride is None else stride, floor=floor)


def window_slices(
    out_shape: tuple[int, int], size: Pair, stride: Pair | None
) -> tuple[list[slice], list[slice]]:
    """For each row and each column of a window, where it lies in all windows at once."""
    steps = pair(size if stride is None else stride)
    rows, columns = (
        [slice(i, i + step * (count - 1) + 1, step) for i in range(length)]
        for count, length, step in zip(out_shape, pair(size), steps, strict=True)
    )
    return rows, columns


def windows_overlap(size: Pair, stride: Pair | None) -> bool:
    """Whether windows of that size, so far apart, share numbers."""
    steps = pair(size if stride is None else stride)
    return any(length > step for length, step in zip(pair(size), steps, strict=True))


def same_padding(kernel: int) -> int:
    """Give the padding that keeps the size at stride 1: (kernel − 1)/2.

    Raises
    ------
    ValueError
        For an even kernel, whose padding would have to differ between the two sides.

    Examples
    --------
    >>> same_padding(5)
    2
    """
    if kernel < 1 or kernel % 2 == 0:
        raise ValueError(
            f"kernel {kernel}: only an odd kernel keeps the size with the same padding "
            f"on both sides, and ({kernel} − 1)/2 is not a whole number of pixels"
        )
    return (kernel - 1) // 2


def pad_images(images: np.ndarray, pad: Pair, value: float = 0) -> np.ndarray:
    """Frame each image with `pad` rows above and below, and `pad` columns left and right.

    Parameters
    ----------
    images : (..., H, W) ndarray
        Only the last two axes are padded.
    pad : int or (int, int)
        Rows and columns to add on each side.
    value : number
        What to fill the frame with; 128 is gray in an 8-bit picture.

    Returns
    -------
    (..., H + 2·pad_h, W + 2·pad_w) ndarray

    Examples
    --------
    >>> pad_images(np.array([[1, 2]]), pad=(1, 0))
    array([[0, 0],
           [1, 2],
           [0, 0]])
    """
    pad_h, pad_w = pair(pad)
    if pad_h < 0 or pad_w < 0:
        raise ValueError(f"pad ({pad_h}, {pad_w}): padding cannot be negative")
    *stack, height, width = images.shape
    padded = np.full((*stack, height + 2 * pad_h, width + 2 * pad_w), value, images.dtype)
    # Not `pad_h:-pad_h`, which is empty when there is nothing to pad.
    padded[..., pad_h : pad_h + height, pad_w : pad_w + width] = images
    return padded


def windows_of(images: np.ndarray, kernel_size: Pair, stride: Pair = 1) -> np.ndarray:
    """View, without a copy, every window of `images` that a kernel stands on.

    Parameters
    ----------
    images : (..., H, W) ndarray
        Padded already. Rows and columns beyond the last whole step are left out.

    Returns
    -------
    (..., H', W', KH, KW) ndarray
        Read only: neighboring windows share their numbers.

    Examples
    --------
    >>> windows_of(np.arange(12).reshape(3, 4), kernel_size=2)[0, 1]
    array([[1, 2],
           [5, 6]])
    """
    stride_h, stride_w = pair(stride)
    windows = sliding_window_view(images, pair(kernel_size), axis=(-2, -1))
    return windows[..., ::stride_h, ::stride_w, :, :]


def im2col(x: np.ndarray, kernel_size: Pair, stride: Pair = 1, pad: Pair = 0) -> np.ndarray:
    """Lay out each window as one column, so that a convolution is one matrix product.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    kernel_size, stride, pad : int or (int, int)

    Returns
    -------
    (N, C·KH·KW, H'·W') ndarray
        Rows in (channel, kernel row, kernel column) order, columns in reading order.

    References
    ----------
    Chellapilla, Puri, Simard (2006), *High performance convolutional neural networks for
    document processing*.

    Examples
    --------
    >>> im2col(np.arange(9.0).reshape(1, 1, 3, 3), kernel_size=2)[0]
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    batch, channels, height, width = x.shape
    kernel_h, kernel_w = pair(kernel_size)
    out_h, out_w = output_shape((height, width), kernel_size, stride, pad)
    windows = windows_of(pad_images(x, pad), kernel_size, stride)
    columns = windows.transpose(0, 1, 4, 5, 2, 3)
    return columns.reshape(batch, channels * kernel_h * kernel_w, out_h * out_w)


def col2im(
    columns: np.ndarray,
    x_shape: tuple[int, int, int, int],
    kernel_size: Pair,
    stride: Pair = 1,
    pad: Pair = 0,
) -> np.ndarray:
    """Put columns back to where `im2col` took them from; where windows overlap they add up.

    This is the transpose of `im2col`, hence its gradient.

    Parameters
    ----------
    columns : (N, C·KH·KW, H'·W') ndarray
    x_shape : (N, C, H, W)
        Shape of the images, without padding.
    kernel_size, stride, pad : int or (int, int)

    Returns
    -------
    (N, C, H, W) ndarray

    Examples
    --------
    How many of the 2×2 windows of a 3×3 picture see each pixel:

    >>> col2im(np.ones((1, 4, 4)), (1, 1, 3, 3), kernel_size=2)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    batch, channels, height, width = x_shape
    kernel_h, kernel_w = pair(kernel_size)
    pad_h, pad_w = pair(pad)
    out_h, out_w = output_shape((height, width), kernel_size, stride, pad)
    expected = (batch, channels * kernel_h * kernel_w, out_h * out_w)
    if columns.shape != expected:
        raise ValueError(f"columns of shape {columns.shape} where {expected} are needed")
    padded = np.zeros((batch, channels, height + 2 * pad_h, width + 2 * pad_w), columns.dtype)
    add_windows(padded, columns.reshape(batch, channels, kernel_h, kernel_w, out_h, out_w), stride)
    return padded[:, :, pad_h : pad_h + height, pad_w : pad_w + width]


def add_windows(images: np.ndarray, columns: np.ndarray, stride: Pair = 1) -> None:
    """Add to `images` (..., H, W), in place, columns shaped (..., KH, KW, H', W')."""
    stride_h, stride_w = pair(stride)
    kernel_h, kernel_w, out_h, out_w = columns.shape[-4:]
    for i, j in np.ndindex(kernel_h, kernel_w):
        rows = slice(i, i + stride_h * out_h, stride_h)
        cols = slice(j, j + stride_w * out_w, stride_w)
        images[..., rows, cols] += columns[..., i, j, :, :]
