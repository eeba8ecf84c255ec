"""Residual rows, against onnxruntime, central differences and He's equations."""

import numpy as np
import pytest
from onnx_node import run_node

from autograder.reference import (
    Recipe,
    activation_counts,
    backward,
    evaluate,
    format_table,
    forward,
    forward_training,
    initialize,
    layer_receptive_fields,
    layer_shapes,
    load_parameters,
    multiply_adds,
    numerical_gradient,
    parameter_counts,
    save_parameters,
    softmax_cross_entropy,
    train,
)

SHAPE = (4, 7, 6)


def conv(filters, **options):
    return ("conv", {"filters": filters, "kernel": 3, "pad": 1, **options})


def residual(*rows, **options):
    return ("residual", {"rows": list(rows), **options})


BLOCKS = {
    "identity": residual(conv(4), ("relu", {}), conv(4)),
    "asked projection": residual(conv(4), projection=True),
    "more channels": residual(conv(6), ("relu", {}), conv(6)),
    "larger steps": residual(conv(6, stride=2, floor=True), ("relu", {}), conv(6)),
    "uneven steps": residual(conv(4, stride=(1, 2), floor=True), conv(4, stride=3, floor=True)),
    "pooled": residual(conv(4), ("max_pool", {"size": (1, 2)})),
    "before activation": residual(("relu", {}), conv(4), ("relu", {}), conv(4)),
    "ends in relu": residual(conv(4), ("relu", {})),
    "batch norm": residual(conv(4), ("batch_norm", {}), ("relu", {}), conv(4), ("batch_norm", {})),
    "one in another": residual(conv(6, stride=2, floor=True), residual(conv(6), ("relu", {}))),
}
blocks = pytest.mark.parametrize("name", BLOCKS)


def drawn(row, rng, shape=SHAPE, dtype=np.float64):
    """A block's parameters, its biases and running statistics drawn too."""
    (learned,) = initialize([row], shape, rng, dtype)
    return {
        name: array
        if name.endswith("weights")
        else rng.uniform(0.5, 1.5, array.shape).astype(dtype)
        for name, array in learned.items()
    }


def by_onnx(row, learned, x):
    """The same block, one onnxruntime node after the other."""
    kind, options = row
    if kind == "residual":
        y = x
        for number, inner in enumerate(options["rows"]):
            y = by_onnx(inner, own(learned, number), y)
        if own(learned, "projection"):
            sides = zip(x.shape[2:], y.shape[2:], strict=True)
            steps = [-(-before // after) for before, after in sides]
            projected = own(learned, "projection")
            x = run_node("Conv", x, projected["weights"], projected["bias"], strides=steps)
        return run_node("Add", x, y)
    if kind == "conv":
        pad, stride = options["pad"], options.get("stride", 1)
        stride = stride if isinstance(stride, tuple) else (stride, stride)
        parameters = (learned["weights"], learned["bias"])
        return run_node("Conv", x, *parameters, pads=[pad] * 4, strides=list(stride))
    if kind == "batch_norm":
        names = ("weights", "bias", "running_mean", "running_variance")
        return run_node("BatchNormalization", x, *(learned[name] for name in names))
    if kind == "max_pool":
        return run_node("MaxPool", x, kernel_shape=[1, 2], strides=[1, 2])
    return run_node("Relu", x)


def own(learned, place):
    start = f"{place}."
    return {k.removeprefix(start): v for k, v in learned.items() if k.startswith(start)}


@blocks
def test_forward_is_what_onnxruntime_adds_up(name):
    rng = np.random.default_rng(1)
    for _ in range(5):
        learned = drawn(BLOCKS[name], rng, dtype=np.float32)
        x = rng.standard_normal((3, *SHAPE), np.float32)
        before = x.copy()
        ours = forward([BLOCKS[name]], [learned], x)
        theirs = by_onnx(BLOCKS[name], learned, x)
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)
        assert ours.dtype == np.float32
        np.testing.assert_array_equal(x, before)


@blocks
def test_shapes_and_counts_are_those_of_what_is_computed(name):
    rng = np.random.default_rng(2)
    row = BLOCKS[name]
    learned = drawn(row, rng)
    out = forward([row], [learned], rng.standard_normal((2, *SHAPE)))
    assert layer_shapes([row], SHAPE) == [out.shape[1:]]
    moved = sum(array.size for key, array in learned.items() if key.endswith(("weights", "bias")))
    assert parameter_counts([row], SHAPE) == [moved]


def test_counts_of_a_block_by_hand():
    row = residual(conv(6, stride=2, floor=True), ("relu", {}), conv(6))
    # 4×7×6 → 6×4×3 → 6×4×3; the shortcut's 1×1 filters read every other row and column.
    first, second, side = 6 * 4 * 9, 6 * 6 * 9, 6 * 4
    assert parameter_counts([row], SHAPE) == [first + second + side + 3 * 6]
    assert multiply_adds([row], SHAPE) == [12 * (first + second + side)]
    assert activation_counts([row], SHAPE) == [4 * 7 * 6, 3 * 6 * 12]
    assert [tuple(field) for field in layer_receptive_fields([row])] == [(7, 2, -3)]
    assert format_table([row], SHAPE).splitlines()[2].split()[:6] == (
        ["residual", "of", "3", "rows", "6×4×3", "7"]
    )


def test_a_row_that_works_in_place_gets_a_copy_where_the_shortcut_needs_its_input():
    rows = (("relu", {}), conv(4))
    assert activation_counts([residual(*rows)], SHAPE) == [168, 168 + 168]


def test_what_comes_after_a_flattened_row_sees_all():
    layers = [("flatten", {}), residual(("fully_connected", {"units": 168}))]
    assert layer_receptive_fields(layers) == [None, None]
    assert layer_shapes(layers, SHAPE) == [(168,), (168,)]


@blocks
def test_backward_is_the_numerical_gradient(name):
    rng = np.random.default_rng(3)
    layers = [conv(4), BLOCKS[name], ("flatten", {})]
    params = [drawn(conv(4), rng), drawn(BLOCKS[name], rng), {}]
    x = rng.standard_normal((2, *SHAPE))
    scores, tape = forward_training(layers, params, x, rng)
    weigh = rng.standard_normal(scores.shape)
    grads = backward(layers, params, tape, weigh)

    def loss_with(place, key):
        def loss(array):
            changed = [dict(learned) for learned in params]
            changed[place][key] = array
            return float((forward_training(layers, changed, x, rng)[0] * weigh).sum())

        return loss

    learned = [(0, "weights"), *((1, key) for key in grads[1])]
    assert {key for _, key in learned[1:]} == {
        key for key in params[1] if key.endswith(("weights", "bias"))
    }
    for place, key in learned:
        expected = numerical_gradient(loss_with(place, key), params[place][key])
        np.testing.assert_allclose(grads[place][key], expected, rtol=1e-5, atol=1e-5)


def test_backward_writes_over_nothing_that_the_shortcut_needs():
    # The ReLU at the end works in place on its gradient.
    rng = np.random.default_rng(4)
    layers = [conv(4), residual(("relu", {})), ("flatten", {})]
    params = [drawn(conv(4), rng), {}, {}]
    x = rng.standard_normal((1, *SHAPE))
    scores, tape = forward_training(layers, params, x, rng)
    grad = rng.standard_normal(scores.shape)
    before = grad.copy()
    grads = backward(layers, params, tape, grad)
    y = forward([conv(4)], params[:1], x)
    passed = (grad.reshape(y.shape) * (1 + (y > 0))).sum(axis=(0, 2, 3))
    np.testing.assert_allclose(grads[0]["bias"], passed)
    np.testing.assert_array_equal(grad, before)


def small_network():
    norm, relu = ("batch_norm", {}), ("relu", {})
    return [
        conv(4),
        relu,
        residual(conv(4), norm, relu, conv(4), norm),
        relu,
        residual(conv(8, stride=2, floor=True), norm, relu, conv(8), norm),
        relu,
        ("average_pool", {"size": 4}),
        ("flatten", {}),
        ("fully_connected", {"units": 3}),
    ]


def test_a_small_residual_network_learns(tmp_path):
    rng = np.random.default_rng(5)
    images = rng.standard_normal((90, 1, 8, 8)).astype(np.float32)
    labels = np.arange(90) % 3
    images[labels == 1] += 1
    images[labels == 2, :, ::2] -= 1
    layers = small_network()
    start = initialize(layers, (1, 8, 8), rng)
    first_loss, _ = evaluate(layers, start, images, labels)
    recipe = Recipe(epochs=8, batch_size=15, learning_rate=0.05)
    trained = train(layers, images, labels, rng, recipe, params=start, progress=False)
    loss, error = evaluate(layers, trained.params, images, labels)
    assert loss < first_loss / 4
    assert error < 0.1
    # The running statistics of rows inside have run along.
    assert np.abs(trained.params[2]["1.running_mean"]).max() > 0
    assert not np.array_equal(
        start[4]["1.running_variance"], trained.params[4]["1.running_variance"]
    )

    save_parameters(tmp_path / "network.npz", trained.params)
    loaded = load_parameters(tmp_path / "network.npz")
    np.testing.assert_array_equal(
        forward(layers, loaded, images), forward(layers, trained.params, images)
    )


def test_the_gradient_of_a_whole_network_is_a_slope():
    rng = np.random.default_rng(6)
    layers = small_network()
    params = initialize(layers, (1, 8, 8), rng, np.float64)
    x, labels = rng.standard_normal((6, 1, 8, 8)), np.arange(6) % 3
    scores, tape = forward_training(layers, params, x, rng)
    _, grad = softmax_cross_entropy(scores, labels)
    grads = backward(layers, params, tape, grad)
    way = [{k: rng.standard_normal(v.shape) for k, v in some.items()} for some in grads]

    def loss(step):
        moved = [
            {**learned, **{k: learned[k] + step * some[k] for k in some}}
            for learned, some in zip(params, way, strict=True)
        ]
        return softmax_cross_entropy(forward_training(layers, moved, x, rng)[0], labels)[0]

    slope = sum((some[k] * to[k]).sum() for some, to in zip(grads, way, strict=True) for k in some)
    assert (loss(1e-6) - loss(-1e-6)) / 2e-6 == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize(
    ("row", "shape", "message"),
    [
        (residual(), SHAPE, "a residual needs at least one row"),
        (
            residual(("fully_connected", {"units": 5})),
            (7,),
            "the rows give 5 and the shortcut 7: only equal shapes can be added",
        ),
        (
            residual(("conv", {"filters": 4, "kernel": 3})),
            SHAPE,
            "the rows give 4×5×4 and the shortcut 4×7×6: only equal shapes can be added",
        ),
        (
            residual(("flatten", {}), projection=True),
            SHAPE,
            "a projection needs rows that leave an image an image",
        ),
        (
            residual(conv(4), ("conv", {"filters": 4, "kernel": 9})),
            SHAPE,
            "row 1, conv on 4×7×6: size 7, kernel 9, pad 0, stride 1: "
            "the kernel is larger than the padded size 7",
        ),
        (residual(("pool", {})), SHAPE, "row 0, pool on 4×7×6: no kind of layer is called 'pool'"),
    ],
)
def test_rows_that_do_not_fit_are_named(row, shape, message):
    with pytest.raises(ValueError) as refusal:
        layer_shapes([row], shape)
    where = f"row 0, residual on {'×'.join(map(str, shape))}: "
    assert str(refusal.value).startswith(where + message)
