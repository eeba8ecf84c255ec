"""Sizes, padding, receptive fields and columns, against counting by hand."""

from itertools import pairwise

import numpy as np
import pytest

from autograder.reference import (
    col2im,
    conv_output_size,
    im2col,
    pad_images,
    pair,
    receptive_field,
    receptive_fields,
    same_padding,
)


def places(size, kernel, pad, stride):
    """Try every place of a window, one step after the other."""
    return list(range(-pad, size + pad - kernel + 1, stride))


def test_output_size_counts_the_places_of_a_window():
    rng = np.random.default_rng(0)
    for _ in range(300):
        size, kernel, stride = (int(n) for n in rng.integers(1, [30, 8, 5]))
        pad = int(rng.integers(0, 4))
        starts = places(size, kernel, pad, stride)
        if not starts:
            with pytest.raises(ValueError, match=rf"kernel {kernel}\b.*larger"):
                conv_output_size(size, kernel, pad, stride, floor=True)
            continue
        count = conv_output_size(size, kernel, pad, stride, floor=True)
        assert type(count) is int
        assert count == len(starts)
        if starts[-1] + kernel == size + pad:
            assert conv_output_size(size, kernel, pad, stride) == len(starts)
        else:
            with pytest.raises(ValueError, match="whole number"):
                conv_output_size(size, kernel, pad, stride)


@pytest.mark.parametrize(
    ("size", "kernel", "pad", "stride", "count"),
    [(32, 5, 2, 1, 32), (4, 3, 1, 1, 4), (227, 11, 0, 4, 55), (28, 3, 1, 1, 28), (7, 3, 0, 2, 3)],
)
def test_output_sizes_of_the_lecture(size, kernel, pad, stride, count):
    assert conv_output_size(size, kernel, pad, stride) == count


@pytest.mark.parametrize(
    ("size", "kernel", "pad", "stride", "count"),
    [(6, 3, 0, 2, "2.5"), (224, 11, 0, 4, "54.25"), (224, 7, 1, 2, "110.5")],
)
def test_a_size_that_does_not_fit_is_named(size, kernel, pad, stride, count):
    with pytest.raises(ValueError, match=rf"size {size}, kernel {kernel}.*= {count} is not"):
        conv_output_size(size, kernel, pad, stride)


@pytest.mark.parametrize("numbers", [(0, 1, 0, 1), (5, 0, 0, 1), (5, 3, -1, 1), (5, 3, 0, 0)])
def test_impossible_numbers_are_refused(numbers):
    with pytest.raises(ValueError, match="must be at least"):
        conv_output_size(*numbers)


def test_same_padding_keeps_the_size():
    for kernel in range(1, 14, 2):
        assert conv_output_size(20, kernel, same_padding(kernel)) == 20
    for kernel in (0, 2, 4):
        with pytest.raises(ValueError, match=f"kernel {kernel}"):
            same_padding(kernel)


def test_pair_reads_ints_and_pairs():
    assert pair(3) == (3, 3)
    assert pair(np.int64(3)) == (3, 3)
    assert pair([1, 2]) == (1, 2)
    with pytest.raises(ValueError, match="unpack"):
        pair((1, 2, 3))


def seen_by(index, layers):
    """The pixels that one output sees, found by walking back through every layer."""
    seen = {index}
    for kernel, stride, pad in reversed(layers):
        seen = {i * stride - pad + offset for i in seen for offset in range(kernel)}
    return seen


def test_receptive_fields_are_the_pixels_that_an_output_sees():
    rng = np.random.default_rng(1)
    for _ in range(50):
        layers = [
            (int(rng.integers(1, 6)), int(rng.integers(1, 4)), int(rng.integers(0, 3)))
            for _ in range(rng.integers(1, 5))
        ]
        fields = receptive_fields(layers)
        for depth, (size, jump, start) in enumerate(fields, 1):
            for index in (0, 3):
                seen = seen_by(index, layers[:depth])
                assert min(seen) == start + index * jump
                assert max(seen) == start + index * jump + size - 1
        assert receptive_field([layer[:2] for layer in layers]) == fields[-1].size
        assert all(before.size <= after.size for before, after in pairwise(fields))


def test_receptive_fields_of_the_lecture():
    assert receptive_field([(3, 1)] * 3) == 7
    assert receptive_field([(7, 1)]) == 7
    assert receptive_field([]) == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_padding_frames_heights_and_widths_only(dtype):
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (2, 3, 4, 5)).astype(dtype)
    before = images.copy()
    for pad in (0, 2, (0, 3), (1, 0)):
        pad_h, pad_w = pair(pad)
        for value in (0, 128):
            padded = pad_images(images, pad, value)
            frame = ((0, 0), (0, 0), (pad_h, pad_h), (pad_w, pad_w))
            np.testing.assert_array_equal(padded, np.pad(images, frame, constant_values=value))
            assert padded.dtype == dtype
            assert not np.shares_memory(padded, images)
    np.testing.assert_array_equal(images, before)
    with pytest.raises(ValueError, match="negative"):
        pad_images(images, -1)


def random_windows(rng):
    sides = [0, 0]
    while min(sides) < 1:
        kernel, stride, counts = (rng.integers(1, most, 2) for most in (5, 4, 6))
        pad = rng.integers(0, 3, 2)
        # The size that gives so many places; every other number follows from it.
        sides = (counts - 1) * stride + kernel - 2 * pad
    x = rng.standard_normal((rng.integers(1, 4), rng.integers(1, 4), *sides))
    return x, kernel, stride, pad, counts


def test_columns_are_the_windows_in_reading_order():
    rng = np.random.default_rng(3)
    for _ in range(200):
        x, (kernel_h, kernel_w), stride, pad, (rows, across) = random_windows(rng)
        columns = im2col(x, (kernel_h, kernel_w), stride, pad)
        padded = np.pad(x, ((0, 0), (0, 0), (pad[0],) * 2, (pad[1],) * 2))
        assert columns.shape == (len(x), x.shape[1] * kernel_h * kernel_w, rows * across)
        place = 0
        for i in range(rows):
            for j in range(across):
                top, left = i * stride[0], j * stride[1]
                window = padded[:, :, top : top + kernel_h, left : left + kernel_w]
                np.testing.assert_array_equal(columns[:, :, place], window.reshape(len(x), -1))
                place += 1


def test_col2im_is_the_transpose_of_im2col():
    rng = np.random.default_rng(4)
    for _ in range(200):
        x, kernel, stride, pad, _ = random_windows(rng)
        columns = im2col(x, kernel, stride, pad)
        others = rng.standard_normal(columns.shape)
        back = col2im(others, x.shape, kernel, stride, pad)
        assert back.shape == x.shape
        np.testing.assert_allclose(
            (columns * others).sum(), (x * back).sum(), rtol=1e-10, atol=1e-10
        )


def test_columns_keep_float32_and_name_wrong_shapes():
    x = np.ones((1, 1, 4, 5), np.float32)
    columns = im2col(x, 2)
    assert columns.dtype == col2im(columns, x.shape, 2).dtype == np.float32
    with pytest.raises(ValueError, match=r"\(1, 4, 12\).*\(1, 9, 6\)"):
        col2im(columns, x.shape, 3)
