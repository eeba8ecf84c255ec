"""The convolutional layer, against scipy, onnxruntime, central differences and its definition."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
import scipy
from onnx_node import run_node

from autograder.reference import (
    conv2d_backward,
    conv2d_backward_plain,
    conv2d_forward,
    conv2d_forward_plain,
    use_threads,
)
from autograder.reference.fast import blocks, columns, shifts, winograd


class Layer(NamedTuple):
    x: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    grad: np.ndarray
    stride: tuple[int, int]
    pad: tuple[int, int]
    groups: int

    def forward(self):
        return conv2d_forward(
            self.x, self.weights, self.bias, self.stride, self.pad, groups=self.groups
        )

    def backward(self):
        return conv2d_backward(
            self.grad, self.x, self.weights, self.stride, self.pad, groups=self.groups
        )

    def __str__(self):
        shapes = f"x {self.x.shape}, weights {self.weights.shape}"
        return f"{shapes}, stride {self.stride}, pad {self.pad}, groups {self.groups}"


def random_layer(
    rng, dtype=np.float64, *, groups=3, batch=3, depth=4, filters=4, kernel=5, stride=3, out=6
):
    """Draw a layer that fits; each number is the largest that may come."""
    groups = int(rng.integers(1, groups + 1))
    height = width = 0
    while min(height, width) < 1:
        kernel_size, steps, sides = (rng.integers(1, n + 1, 2) for n in (kernel, stride, out))
        pad = rng.integers(0, 4, 2)
        height, width = (sides - 1) * steps + kernel_size - 2 * pad
    batch, depth, filters = (int(rng.integers(1, most + 1)) for most in (batch, depth, filters))
    shapes = (
        (batch, depth * groups, height, width),
        (filters * groups, depth, *kernel_size),
        (filters * groups,),
        (batch, filters * groups, *sides),
    )
    arrays = (rng.standard_normal(shape).astype(dtype) for shape in shapes)
    return Layer(*arrays, tuple(map(int, steps)), tuple(map(int, pad)), groups)


def assert_close(ours, expected, layer, tolerance):
    """Compare, relative to the largest number expected."""
    assert ours.shape == expected.shape, str(layer)
    assert np.abs(ours - expected).max() <= tolerance * np.abs(expected).max(), str(layer)


def test_forward_agrees_with_scipy():
    rng = np.random.default_rng(0)
    for _ in range(200):
        layer = random_layer(rng)
        (pad_h, pad_w), (stride_h, stride_w) = layer.pad, layer.stride
        padded = np.pad(layer.x, ((0, 0), (0, 0), (pad_h, pad_h), (pad_w, pad_w)))
        depth, per_group = layer.weights.shape[1], len(layer.weights) // layer.groups
        out = layer.forward()
        for n, image in enumerate(padded):
            for f, weights in enumerate(layer.weights):
                seen = image[f // per_group * depth :][:depth]
                full = scipy.signal.correlate(seen, weights, mode="valid")[0] + layer.bias[f]
                assert_close(out[n, f], full[::stride_h, ::stride_w], layer, 1e-12)


def test_forward_agrees_with_onnxruntime():
    rng = np.random.default_rng(1)
    for _ in range(200):
        layer = random_layer(rng, np.float32)
        expected = run_node(
            "Conv",
            *layer[:3],
            strides=layer.stride,
            pads=layer.pad * 2,
            group=layer.groups,
        )
        assert_close(layer.forward(), expected, layer, 1e-5)


def test_backward_agrees_with_onnxruntime():
    rng = np.random.default_rng(2)
    for _ in range(200):
        layer = random_layer(rng, np.float32, groups=1)
        grad_x, grad_weights, grad_bias = layer.backward()
        # The input's gradient is a transposed convolution. (onnxruntime pads one by subtracting
        # from the output, so without pads here: what lies in the frame is cut off below.)
        framed = run_node("ConvTranspose", layer.grad, layer.weights, strides=layer.stride)
        (pad_h, pad_w), (height, width) = layer.pad, layer.x.shape[2:]
        expected = framed[:, :, pad_h : pad_h + height, pad_w : pad_w + width]
        assert_close(grad_x, expected, layer, 1e-5)
        # The filters' gradient correlates the input with the output's gradient, spread out by
        # the stride; images and channels change places.
        expected = run_node(
            "Conv",
            layer.x.transpose(1, 0, 2, 3),
            layer.grad.transpose(1, 0, 2, 3),
            dilations=layer.stride,
            pads=layer.pad * 2,
        )
        assert_close(grad_weights, expected.transpose(1, 0, 2, 3), layer, 1e-5)
        assert_close(grad_bias, layer.grad.sum((0, 2, 3)), layer, 1e-5)


def test_backward_agrees_with_central_differences():
    rng = np.random.default_rng(3)
    step = 1e-4
    for _ in range(60):
        layer = random_layer(rng, groups=2, batch=2, depth=2, filters=2, kernel=3, out=3)
        names = ("x", "weights", "bias")
        for name, gradient in zip(names, layer.backward(), strict=True):
            values = getattr(layer, name)
            expected = np.zeros_like(values)
            for index in np.ndindex(values.shape):
                losses = []
                for change in (step, -step):
                    moved = values.copy()
                    moved[index] += change
                    losses.append((layer._replace(**{name: moved}).forward() * layer.grad).sum())
                expected[index] = (losses[0] - losses[1]) / (2 * step)
            assert_close(gradient, expected, (name, str(layer)), 1e-6)


def forward_by(form):
    def forward(layer, rectify=False):
        x, weights, bias, _, stride, pad, _ = layer
        out = np.full_like(layer.grad, np.nan)
        form(x, weights, bias, stride, pad, out, rectify)
        return out

    return forward


FORMS = {
    "columns": forward_by(columns.forward),
    "few channels": forward_by(shifts.forward),
    "many small images": forward_by(shifts.forward_batch),
    "winograd": forward_by(winograd.forward),
}


def winograd_backward(layer):
    grad_x, grad_weights = np.full_like(layer.x, np.nan), np.full_like(layer.weights, np.nan)
    winograd.input_gradient(layer.grad, layer.weights, layer.pad, grad_x)
    winograd.weight_gradient(layer.grad, layer.x, layer.pad, grad_weights)
    return grad_x, grad_weights


BACKWARD_FORMS = {
    "columns": lambda a: columns.backward(a.grad, a.x, a.weights, a.stride, a.pad),
    "many small images": lambda a: shifts.backward_batch(a.grad, a.x, a.weights, a.stride, a.pad),
    "winograd": winograd_backward,
}


def random_layer_for_any_form(rng, dtype, **sizes):
    return random_layer(rng, dtype, groups=1, batch=40, out=14, **sizes)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_plain_one(form, dtype, tolerance):
    rng = np.random.default_rng(4)
    for _ in range(60):
        layer = random_layer_for_any_form(rng, dtype)
        wide = layer._replace(x=layer.x.astype(np.float64))
        expected = conv2d_forward_plain(*wide[:3], layer.stride, layer.pad)
        out = FORMS[form](layer)
        assert_close(out, expected, layer, tolerance)
        np.testing.assert_array_equal(FORMS[form](layer, rectify=True), np.maximum(out, 0))


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-5)])
@pytest.mark.parametrize("form", BACKWARD_FORMS)
def test_every_form_backward_is_the_plain_one(form, dtype, tolerance):
    rng = np.random.default_rng(5)
    for _ in range(25):
        layer = random_layer_for_any_form(rng, dtype, stride=1 if form == "winograd" else 3)
        wide = [array.astype(np.float64) for array in (layer.grad, layer.x, layer.weights)]
        expected = conv2d_backward_plain(*wide, layer.stride, layer.pad)
        for ours, gradient in zip(BACKWARD_FORMS[form](layer), expected, strict=False):
            assert_close(ours, gradient, layer, tolerance)


# Large enough that the layer leaves the plain path: each is computed in the form it is named for.
LARGE = {
    "winograd, 3×3": ((2, 64, 23, 30), (48, 64, 3, 3), 1, 1),
    "winograd, 5×5": ((3, 48, 27, 19), (64, 48, 5, 5), 1, 2),
    "winograd, 3×5": ((2, 48, 27, 19), (64, 48, 3, 5), 1, (2, 0)),
    "few channels": ((2, 3, 40, 70), (40, 3, 3, 5), 1, 1),
    "few filters, in steps": ((2, 9, 41, 70), (8, 9, 3, 4), 2, (0, 1)),
    "many small images": ((40, 6, 14, 13), (16, 6, 5, 4), 1, 0),
    "winograd, filters in turn": ((1, 48, 28, 22), (96, 48, 3, 3), 1, 1),
    "winograd, in steps": ((2, 3, 127, 147), (96, 3, 11, 11), 4, (2, 0)),
    "columns, in steps": ((2, 3, 67, 75), (40, 3, 7, 7), 2, 0),
    "columns, several blocks": ((2, 40, 60, 64), (36, 40, 1, 3), 1, 1),
}


@cache
def large(name, dtype):
    """A layer of `LARGE`, and what the plain one makes of it: whatever the threads, the same.

    Nobody can write to it. Last come the changes that are tried, and what they change.
    """
    x_shape, weights_shape, stride, pad = LARGE[name]
    rng = np.random.default_rng(6)
    x, weights = (rng.standard_normal(shape).astype(dtype) for shape in (x_shape, weights_shape))
    bias = rng.standard_normal(len(weights)).astype(dtype)
    wide = {"x": x.astype(np.float64), "weights": weights.astype(np.float64)}
    expected = conv2d_forward_plain(wide["x"], weights, bias, stride, pad)
    grad = rng.standard_normal(expected.shape).astype(dtype)
    changes = {}
    for moved in wide:
        arguments = wide | {moved: rng.standard_normal(wide[moved].shape)}
        without = np.zeros(len(weights))
        through = conv2d_forward_plain(**arguments, bias=without, stride=stride, pad=pad)
        changes[moved] = (arguments[moved], through)
    for array in (x, weights, bias, grad, expected):
        array.setflags(write=False)
    return Layer(x, weights, bias, grad, stride, pad, 1), expected, changes


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_large_layers_are_the_plain_one(name, threads, dtype, tolerance):
    layer, expected, changes = large(name, dtype)
    with use_threads(threads):
        out = layer.forward()
        grad_x, grad_weights, _ = layer.backward()
        rectified = conv2d_forward(*layer[:3], layer.stride, layer.pad, rectify=True)
    assert out.dtype == dtype
    assert_close(out, expected, name, tolerance)
    np.testing.assert_array_equal(rectified, np.maximum(out, 0))
    # A convolution is linear in its input and in its filters, so its gradients are its transpose:
    # <grad, conv(v)> = <grad_v, v> for any v.
    wide_grad = layer.grad.astype(np.float64)
    for gradient, moved in ((grad_x, "x"), (grad_weights, "weights")):
        direction, through = changes[moved]
        scale = np.linalg.norm(gradient) * np.linalg.norm(direction)
        assert abs((wide_grad * through).sum() - (gradient * direction).sum()) <= tolerance * scale


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inputs_may_be_read_only_and_laid_out_anyhow(dtype):
    rng = np.random.default_rng(7)
    for x_shape, weights_shape, stride, pad in LARGE.values():
        x = rng.standard_normal(x_shape[::-1]).astype(dtype).T
        weights = rng.standard_normal((*weights_shape[:2], *weights_shape[:1:-1])).astype(dtype)
        weights, bias = weights.swapaxes(2, 3), np.zeros(len(weights), dtype)
        tidy = [np.ascontiguousarray(array) for array in (x, weights, bias)]
        for array in (x, weights, bias):
            array.setflags(write=False)
        out = conv2d_forward(x, weights, bias, stride, pad)
        np.testing.assert_array_equal(out, conv2d_forward(*tidy, stride, pad))
        grad = out.copy()
        grad.setflags(write=False)
        for ours, expected in zip(
            conv2d_backward(grad, x, weights, stride, pad),
            conv2d_backward(grad, tidy[0], tidy[1], stride, pad),
            strict=True,
        ):
            assert ours.dtype == dtype
            assert_close(ours, expected, (x_shape, weights_shape), 1e-5)


@pytest.mark.parametrize("kernel", [(4, 3, 3, 3), (40, 3, 5, 5), (40, 3, 7, 7)])
@pytest.mark.parametrize("stride", [1, 3])
def test_an_empty_batch_gives_an_empty_batch(kernel, stride):
    x, weights = np.zeros((0, 3, 22, 37), np.float32), np.ones(kernel, np.float32)
    out = conv2d_forward(x, weights, np.ones(len(weights), np.float32), stride, floor=True)
    assert out.shape[:2] == (0, len(weights))
    grad_x, grad_weights, grad_bias = conv2d_backward(out, x, weights, stride, floor=True)
    assert grad_x.shape == x.shape
    assert not grad_weights.any() and not grad_bias.any()


def test_results_are_the_callers_own():
    """No later call may write into what an earlier one returned."""
    rng = np.random.default_rng(8)
    layers = [random_layer(rng, np.float32) for _ in range(2)]
    first = [layers[0].forward(), *layers[0].backward()]
    before = [array.copy() for array in first]
    layers[1].forward()
    layers[1].backward()
    for array, copy in zip(first, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_whole_numbers_are_promoted():
    x = np.arange(16).reshape(1, 1, 4, 4)
    out = conv2d_forward(x, np.ones((1, 1, 2, 2)), np.array([0.5]))
    assert out.dtype == np.float64
    np.testing.assert_array_equal(out[0, 0, 0], [10.5, 14.5, 18.5])


def test_floor_leaves_the_last_rows_unread_as_frameworks_do():
    rng = np.random.default_rng(9)
    for _ in range(50):
        layer = random_layer(rng, np.float32, groups=1)
        extra = [int(rng.integers(0, s)) for s in layer.stride]
        x = np.pad(layer.x, ((0, 0), (0, 0), (0, extra[0]), (0, extra[1])), mode="edge")
        expected = run_node("Conv", x, *layer[1:3], strides=layer.stride, pads=layer.pad * 2)
        out = conv2d_forward(*(x, *layer[1:3]), layer.stride, layer.pad, floor=True)
        assert_close(out, expected, layer, 1e-5)
        gradients = conv2d_backward(
            layer.grad, x, layer.weights, layer.stride, layer.pad, floor=True
        )
        plain = conv2d_backward_plain(
            layer.grad.astype(np.float64),
            x.astype(np.float64),
            layer.weights.astype(np.float64),
            layer.stride,
            layer.pad,
        )
        for ours, gradient in zip(gradients, plain, strict=True):
            assert_close(ours, gradient, layer, 1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stride": 2}, r"size 6, kernel 3, pad 0, stride 2.*= 2\.5 is not a whole number"),
        ({"x": np.ones((1, 2, 2, 9))}, "size 2, kernel 3.*larger"),
        ({"x": np.ones((1, 3, 6, 6))}, "filters of depth 2 on 3 channels"),
        ({"groups": 2}, "filters of depth 2 on 2 channels in 2 group"),
        ({"groups": 3}, "2 channels and 4 filters cannot be split into 3 groups"),
        ({"bias": np.zeros(3)}, r"4 filters need as many biases, not \(3,\)"),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    arguments = {"x": np.ones((1, 2, 6, 6)), "weights": np.ones((4, 2, 3, 3)), "bias": np.zeros(4)}
    with pytest.raises(ValueError, match=message):
        conv2d_forward(**(arguments | change))


def test_a_gradient_of_the_wrong_shape_is_named():
    with pytest.raises(ValueError, match=r"\(1, 4, 3, 4\).*\(1, 4, 4, 4\)"):
        conv2d_backward(np.ones((1, 4, 3, 4)), np.ones((1, 2, 6, 6)), np.ones((4, 2, 3, 3)))


@pytest.mark.parametrize("taps", [1, 2, 3, 4, 5])
def test_products_at_points_correlate(taps):
    rng = np.random.default_rng(10)
    data, filters, outputs = winograd.transforms(taps)
    for _ in range(20):
        d, g = rng.standard_normal(taps + 3), rng.standard_normal(taps)
        np.testing.assert_allclose(
            outputs @ ((filters @ g) * (data @ d)), np.correlate(d, g), rtol=1e-10, atol=1e-12
        )


def test_winograd_is_chosen_where_it_saves():
    assert winograd.is_cheaper((64, 64, 3, 3), (1, 64, 224, 224))
    assert not winograd.is_cheaper((64, 3, 3, 3), (1, 64, 224, 224))
    assert not winograd.is_cheaper((512, 512, 3, 3), (1, 512, 2, 2))
    assert not winograd.is_cheaper((64, 64, 7, 7), (1, 64, 224, 224))
    assert winograd.is_cheaper((96, 3, 11, 11), (1, 96, 55, 55), stride=(4, 4))
    assert not winograd.is_cheaper((64, 64, 1, 1), (1, 64, 28, 28), stride=(2, 2))


def test_blocks_cover_every_row_once():
    rng = np.random.default_rng(11)
    for _ in range(200):
        images, rows, row_bytes, block_bytes = (int(n) for n in rng.integers(1, [9, 40, 50, 999]))
        visits = np.zeros((images, rows), int)
        cut = blocks.cut(images, rows, row_bytes, block_bytes)
        sizes = []
        for some_images, some_rows in cut:
            visits[some_images, some_rows] += 1
            sizes.append(visits[some_images, some_rows].size)
        assert (visits == 1).all()
        assert max(sizes) == blocks.largest(cut)
        assert max(sizes) == 1 or max(sizes) * row_bytes <= block_bytes


def test_threads_must_be_some():
    with pytest.raises(ValueError, match="0 threads"), use_threads(0):
        pass


def test_an_error_in_a_thread_reaches_the_caller():
    def make_worker():
        raise MemoryError("no room")

    with use_threads(2), pytest.raises(MemoryError, match="no room"):
        blocks.run(blocks.cut(4, 1, 1, 1), make_worker)
