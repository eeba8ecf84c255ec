import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.reference import (
    LENET_INPUT,
    VGG_INPUT,
    alexnet_layers,
    alexnet_pretrained_layers,
    backward,
    batch_normalize,
    conv2d_forward,
    features,
    flatten_images,
    forward,
    forward_training,
    initialize,
    lenet_layers,
    linear_scores,
    max_pool2d,
    numerical_gradient,
    predict,
    pretrained,
    probabilities,
    relu,
    small_vgg_layers,
    transfer_features,
    vgg16_pretrained_layers,
    vgg_forward,
    vgg_layers,
)

DATA = Path(__file__).resolve().parents[2] / "data"
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

EVERY_KIND = [
    ("conv", {"filters": 4, "kernel": (3, 2), "stride": (2, 1), "pad": (1, 0), "groups": 2}),
    ("batch_norm", {}),
    ("relu", {}),
    ("max_pool", {"size": (3, 2), "stride": (1, 2)}),
    ("local_response_norm", {"alpha": 0.1}),
    ("conv", {"filters": 5, "kernel": 2, "stride": (1, 3), "floor": True}),
    ("average_pool", {"size": (2, 1), "stride": 1}),
    ("relu", {}),
    ("flatten", {}),
    ("fully_connected", {"units": 6}),
    ("batch_norm", {}),
    ("relu", {}),
    ("dropout", {"rate": 0.4}),
    ("fully_connected", {"units": 3}),
]
SMALL_INPUT = (2, 9, 11)


def photo(name):
    with Image.open(DATA / name) as image:
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.convert("RGB").crop((left, top, left + side, top + side))
        pixels = np.asarray(image.resize((224, 224)), np.float32) / 255
    return ((pixels - MEAN) / SPREAD).transpose(2, 0, 1)[None].astype(np.float32)


def test_he_initialization():
    layers = [
        ("conv", {"filters": 60, "kernel": 5, "groups": 2}),
        ("batch_norm", {}),
        ("flatten", {}),
        ("fully_connected", {"units": 300}),
    ]
    params = initialize(layers, (20, 6, 7), np.random.default_rng(1))
    for row, fan_in in ((0, 10 * 25), (3, 60 * 2 * 3)):
        weights = params[row]["weights"]
        assert weights.dtype == np.float32
        assert weights.std() == pytest.approx(np.sqrt(2 / fan_in), rel=0.03)
        assert abs(weights.mean()) < 0.05 * weights.std()
        assert not params[row]["bias"].any()
    np.testing.assert_array_equal(params[1]["weights"], 1)
    assert params[2] == {}
    again = initialize(layers, (20, 6, 7), np.random.default_rng(1))
    np.testing.assert_array_equal(params[0]["weights"], again[0]["weights"])


def test_a_deep_network_keeps_its_signal_alive():
    layers = [row for _ in range(20) for row in (("fully_connected", {"units": 400}), ("relu", {}))]
    params = initialize(layers, (400, 1, 1), np.random.default_rng(2))
    x = np.random.default_rng(3).standard_normal((50, 400, 1, 1), dtype=np.float32)
    assert 0.2 < (forward(layers, params, x) ** 2).mean() < 5


def test_lenet_is_its_layers_one_after_another():
    rng = np.random.default_rng(4)
    params = initialize(lenet_layers(), LENET_INPUT, rng)
    for learned in params:
        if learned:
            learned["bias"][:] = rng.standard_normal(len(learned["bias"]))
    x = rng.standard_normal((3, *LENET_INPUT), dtype=np.float32)
    before = x.copy()
    learned = [(row["weights"], row["bias"]) for row in params if row]
    h = max_pool2d(relu(conv2d_forward(x, *learned[0])), 2)
    h = flatten_images(max_pool2d(relu(conv2d_forward(h, *learned[1])), 2))
    h = relu(linear_scores(relu(linear_scores(h, *learned[2])), *learned[3]))
    scores = forward(lenet_layers(), params, x)
    np.testing.assert_allclose(scores, linear_scores(h, *learned[4]), rtol=1e-4, atol=1e-4)
    assert scores.dtype == np.float32
    np.testing.assert_array_equal(x, before)


def test_features_show_a_convolution_before_its_relu_and_end_where_forward_does():
    layers = [row for row in EVERY_KIND if row[0] != "batch_norm"]
    params = initialize(layers, SMALL_INPUT, np.random.default_rng(5), np.float64)
    x = np.random.default_rng(6).standard_normal((2, *SMALL_INPUT))
    steps = [(kind, output.copy()) for kind, output in features(layers, params, x)]
    assert [kind for kind, _ in steps] == [kind for kind, _ in layers]
    (_, convolved), (_, rectified) = steps[:2]
    assert (convolved < 0).any()
    np.testing.assert_array_equal(rectified, relu(convolved))
    np.testing.assert_array_equal(forward(layers, params, x), steps[-1][1])


def test_dropout_rests_and_input_is_untouched_even_by_a_first_relu():
    x = np.random.default_rng(5).standard_normal((2, 1, 3, 4))
    before = x.copy()
    layers = [("dropout", {"rate": 0.9}), ("flatten", {}), ("relu", {})]
    np.testing.assert_array_equal(forward(layers, [{}, {}, {}], x), relu(flatten_images(before)))
    np.testing.assert_array_equal(x, before)


def test_training_mode_gives_the_scores_of_inference_where_they_should_agree():
    layers = [row for row in EVERY_KIND if row[0] not in ("batch_norm", "dropout")]
    params = initialize(layers, SMALL_INPUT, np.random.default_rng(6), np.float64)
    x = np.random.default_rng(7).standard_normal((5, *SMALL_INPUT))
    scores, _ = forward_training(layers, params, x, np.random.default_rng(0))
    np.testing.assert_allclose(scores, forward(layers, params, x), rtol=1e-10)


def test_training_mode_normalizes_with_the_batchs_own_statistics():
    layers = [("batch_norm", {}), ("flatten", {})]
    params = initialize(layers, (3, 2, 4), np.random.default_rng(8), np.float64)
    x = 3 + 2 * np.random.default_rng(9).standard_normal((5, 3, 2, 4))
    scores, _ = forward_training(layers, params, x, np.random.default_rng(0))
    learned = params[0]["weights"], params[0]["bias"]
    np.testing.assert_allclose(scores, flatten_images(batch_normalize(x, *learned)))
    np.testing.assert_allclose(
        forward(layers, params, x), flatten_images(x) / np.sqrt(1 + 1e-5), rtol=1e-12
    )


def test_gradients_of_every_kind_of_row_agree_with_central_differences():
    params = initialize(EVERY_KIND, SMALL_INPUT, np.random.default_rng(10), np.float64)
    rng = np.random.default_rng(11)
    for learned in params:
        if learned:
            learned["bias"] += 0.1 * rng.standard_normal(learned["bias"].shape)
    x, grad = rng.standard_normal((4, *SMALL_INPUT)), rng.standard_normal((4, 3))

    def scores_and_tape(changed):
        return forward_training(EVERY_KIND, changed, x, np.random.default_rng(12))

    grads = backward(EVERY_KIND, params, scores_and_tape(params)[1], grad)
    for index, learned in enumerate(params):
        assert grads[index].keys() == learned.keys() & {"weights", "bias"}
        for name, ours in grads[index].items():

            def loss(value, index=index, name=name):
                changed = [*params]
                changed[index] = {**params[index], name: value}
                return np.vdot(grad, scores_and_tape(changed)[0])

            numeric = numerical_gradient(loss, learned[name])
            np.testing.assert_allclose(ours, numeric, rtol=1e-6, atol=1e-7)


def test_lenet_in_float32_learns_as_in_float64():
    rng = np.random.default_rng(13)
    params = initialize(lenet_layers(), LENET_INPUT, rng, np.float64)
    x, grad = rng.standard_normal((8, *LENET_INPUT)), rng.standard_normal((8, 10))
    small = [{name: a.astype(np.float32) for name, a in learned.items()} for learned in params]
    _, tape = forward_training(lenet_layers(), params, x, rng)
    exact = backward(lenet_layers(), params, tape, grad)
    _, tape = forward_training(lenet_layers(), small, x.astype(np.float32), rng)
    for ours, truth in zip(
        backward(lenet_layers(), small, tape, grad.astype(np.float32)), exact, strict=True
    ):
        for name, gradient in ours.items():
            assert gradient.dtype == np.float32
            off = np.abs(gradient - truth[name]).max() / np.abs(truth[name]).max()
            assert off < 1e-4


def test_predictions_do_not_depend_on_how_the_batch_is_cut():
    params = initialize(small_vgg_layers(), (1, 28, 28), np.random.default_rng(14))
    images = np.random.default_rng(15).standard_normal((7, 1, 28, 28), dtype=np.float32)
    whole = probabilities(small_vgg_layers(), params, images)
    parts = probabilities(small_vgg_layers(), params, images, batch_size=3)
    np.testing.assert_allclose(parts, whole, rtol=1e-3)
    np.testing.assert_allclose(whole.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(
        predict(small_vgg_layers(), params, images, batch_size=2), whole.argmax(axis=1)
    )


def test_alexnet_sees_a_real_photo():
    layers = alexnet_pretrained_layers()
    with np.load(DATA / "alexnet-convs.npz", allow_pickle=False) as arrays:
        params = pretrained(layers, arrays)
    shapes = [
        output.shape[1:]
        for kind, output in features(layers, params, photo("chelsea.png"))
        if kind == "conv"
    ]
    assert shapes == [(64, 55, 55), (192, 27, 27), (384, 13, 13), (256, 13, 13), (256, 13, 13)]


def test_learned_features_tell_photos_apart_and_a_mirrored_photo_less_so():
    layers = vgg16_pretrained_layers()[:-1]
    with np.load(DATA / "vgg16-blocks1-3.npz", allow_pickle=False) as arrays:
        params = pretrained(layers, arrays)
    cat, cup = photo("chelsea.png")[..., :64, :64], photo("coffee.png")[..., :64, :64]
    described = transfer_features(layers, params, np.concatenate([cat, cat * 0.95, cup]))
    assert described.shape == (3, 256 * 16 * 16)
    same, other = (np.linalg.norm(described[0] - described[i]) for i in (1, 2))
    assert same < 0.2 * other


def test_weights_for_another_network_are_refused():
    with pytest.raises(ValueError, match="weights for 1 convolutions, where the table has 5"):
        pretrained(alexnet_layers(), {"conv1.weight": np.zeros((1, 1, 1, 1))})
    with pytest.raises(ValueError, match="1 rows of layers and 0 of parameters"):
        forward([("relu", {})], [], np.zeros((1, 1, 1, 1)))


def test_vgg16_scores_a_photo_in_64_mebibytes():
    """The whole network, on random weights: its signal stays alive, and nothing overflows."""
    layers = vgg_layers(16)
    params = initialize(layers, VGG_INPUT, np.random.default_rng(16))
    image = photo("coffee.png")
    tracemalloc.start()
    try:
        scores = vgg_forward(layers, params, image)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * 2**20
    assert scores.shape == (1, 1000) and scores.dtype == np.float32
    assert np.isfinite(scores).all() and scores.std() > 0.1
