"""What came after VGG, beside scipy, onnxruntime and central differences."""

import numpy as np
import pytest
import scipy
from onnx_node import run_node
from PIL import Image

from autograder.datasets import (
    DataError,
    data_path,
    load_class_names,
    load_efficientnet,
    read_photo,
)
from autograder.reference import (
    class_activation_map,
    depthwise_conv,
    global_average_pool,
    name_photo,
    numerical_gradient,
    photo_network,
    plain_twin,
    pointwise_conv,
    residual_backward,
    residual_block,
    residual_layers,
    separable_parameter_count,
)
from autograder.reference.accounting import layer_shapes, parameter_counts
from autograder.reference.classifier import pad_to_fit, prepare_photo, run_rows


def drawn(rng, *shape):
    return rng.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize(("stride", "pad"), [(1, 0), (2, 1), ((2, 1), (0, 2))])
def test_depthwise_is_a_convolution_with_a_group_for_each_channel(stride, pad):
    rng = np.random.default_rng(0)
    x, weights, bias = drawn(rng, 2, 4, 7, 6), drawn(rng, 4, 3, 2), drawn(rng, 4)
    if stride == 2:
        x = x[..., :-1, :]  # so that windows of 3×2 fit in steps of 2
        weights = weights[:, :2]
    (down, across), (top, left) = np.broadcast_to(stride, 2), np.broadcast_to(pad, 2)
    wanted = run_node(
        "Conv",
        x,
        weights[:, None],
        bias,
        group=4,
        strides=[int(down), int(across)],
        pads=[int(top), int(left)] * 2,
    )
    np.testing.assert_allclose(depthwise_conv(x, weights, bias, stride, pad), wanted, atol=1e-5)


def test_depthwise_is_scipys_correlation_channel_by_channel():
    rng = np.random.default_rng(1)
    x, weights = rng.standard_normal((1, 3, 6, 8)), rng.standard_normal((3, 2, 3))
    got = depthwise_conv(x, weights, np.zeros(3))[0]
    for channel in range(3):
        wanted = scipy.signal.correlate(x[0, channel], weights[channel], mode="valid")
        np.testing.assert_allclose(got[channel], wanted)


def test_pointwise_is_a_convolution_of_one_by_one():
    rng = np.random.default_rng(2)
    x, weights, bias = drawn(rng, 2, 3, 4, 5), drawn(rng, 6, 3), drawn(rng, 6)
    wanted = run_node("Conv", x, weights[:, :, None, None], bias)
    np.testing.assert_allclose(pointwise_conv(x, weights, bias), wanted, atol=1e-5)


def test_the_mean_of_maps_is_onnx_s():
    x = drawn(np.random.default_rng(3), 2, 3, 4, 5)
    wanted = run_node("GlobalAveragePool", x)[..., 0, 0]
    np.testing.assert_allclose(global_average_pool(x), wanted, atol=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: depthwise_conv(np.zeros((1, 2, 4, 4)), np.zeros((3, 2, 2)), np.zeros(3)),
        lambda: depthwise_conv(np.zeros((1, 2, 4, 4)), np.zeros((2, 3, 3)), np.zeros(2), stride=2),
        lambda: pointwise_conv(np.zeros((1, 2, 4, 4)), np.zeros((5, 3)), np.zeros(5)),
        lambda: residual_block(np.zeros((1, 2, 4, 4)), lambda x: x[:, :1]),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ValueError, match=r"2|3"):
        call()


def test_the_way_back_of_a_block_is_its_numerical_gradient():
    rng = np.random.default_rng(4)
    x, grad = rng.standard_normal((2, 3)), rng.standard_normal((2, 4))
    body, shortcut = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))

    def loss(x):
        return float((residual_block(x, lambda x: x @ body, lambda x: x @ shortcut) * grad).sum())

    got = residual_backward(grad, lambda g: g @ body.T, lambda g: g @ shortcut.T)
    np.testing.assert_allclose(got, numerical_gradient(loss, x), atol=1e-8)


def test_a_table_and_its_twin_learn_as_much_but_for_projections():
    image = (1, 16, 16)
    table = residual_layers(2, (4, 4))
    assert layer_shapes(table, image)[-1] == (10,)
    assert sum(parameter_counts(table, image)) == sum(parameter_counts(plain_twin(table), image))
    wider = residual_layers(1, (4, 8))
    more = sum(parameter_counts(wider, image)) - sum(parameter_counts(plain_twin(wider), image))
    assert more == 4 * 8 + 8


def test_separable_layers_cost_what_mobilenets_say():
    """Howard et al. (2017), equation 5: the ratio is 1 / F + 1 / K²."""
    separable, full = separable_parameter_count(32, 64, 3)
    assert separable / full == pytest.approx(1 / 64 + 1 / 9)


@pytest.fixture(scope="module")
def network():
    return photo_network(load_efficientnet(), load_class_names())


@pytest.mark.parametrize(
    ("photo", "names", "share"),
    [
        ("chelsea.png", ["Egyptian cat", "tiger cat", "tabby"], 0.39),
        ("coffee.png", ["espresso"], 0.94),
        ("camera.png", ["tripod"], 0.95),
        ("china.jpg", ["palace", "bell cote"], 0.30),
    ],
)
def test_photos_of_the_course_are_named_as_measured_before(network, photo, names, share):
    found = name_photo(network, read_photo(data_path(photo)))
    assert [name for name, _ in found[: len(names)]] == names
    assert found[0][1] == pytest.approx(share, abs=0.02)


def test_the_classifier_holds_four_point_six_million_numbers():
    assert round(sum(array.size for array in load_efficientnet().values()) / 1e6, 1) == 4.6


def test_the_mean_of_a_class_map_is_the_score(network):
    x = prepare_photo(read_photo(data_path("chelsea.png"), side=96))
    maps = run_rows(network["layers"][:-2], network["params"][:-2], x)[0]
    last = network["params"][-1]
    scores = run_rows(network["layers"], network["params"], x)[0]
    seen = class_activation_map(maps, last["weights"], 285)
    assert seen.mean() + last["bias"][285] == pytest.approx(scores[285], rel=1e-4)


def test_padding_to_fit_puts_the_odd_zero_right_and_below():
    padded = pad_to_fit(np.ones((1, 1, 4, 4)), kernel=3, stride=2)[0, 0]
    assert padded[-1].tolist() == [0] * 5
    assert padded[:, -1].tolist() == [0] * 5
    assert padded[:4, :4].all()


def test_a_photo_that_is_none_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "notes.txt").write_text("no photo")
    with pytest.raises(DataError, match=r"cannot be read as a photo: save it as JPEG or PNG"):
        read_photo(tmp_path / "notes.txt")
    with pytest.raises(DataError, match=r"There is no file .*: put your photo beside the notebook"):
        read_photo(tmp_path / "cat.jpg")


def half_white(mode, size=(60, 30)):
    """A picture whose left half is white and whose right half is black."""
    image = Image.new("L", size, 0)
    image.paste(255, (0, 0, size[0] // 2, size[1]))
    if mode == "I;16":
        return Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    return image.convert(mode)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("gray.png", "L"),
        ("gray.jpg", "L"),
        ("sixteen-bits.png", "I;16"),
        ("sixteen-bits.tiff", "I;16"),
        ("for-print.jpg", "CMYK"),
        ("for-print.tiff", "CMYK"),
        ("two-colors.png", "1"),
        ("palette.png", "P"),
        ("palette.gif", "P"),
        ("clear.png", "RGBA"),
        ("clear-gray.png", "LA"),
        ("photo.webp", "RGB"),
        ("photo.bmp", "RGB"),
    ],
)
def test_photos_of_all_kinds_are_read(tmp_path, name, mode):
    half_white(mode).save(tmp_path / name)
    photo = read_photo(tmp_path / name, side=20)
    assert photo.shape == (20, 20, 3) and photo.dtype == np.uint8
    assert photo[:, :8].min() > 240
    assert photo[:, 12:].max() < 15


def test_what_is_transparent_is_laid_on_white(tmp_path):
    image = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (0, 0, 15, 30))
    image.save(tmp_path / "cut-out.png")
    photo = read_photo(tmp_path / "cut-out.png", side=30)
    assert photo[5, 25].tolist() == [255, 255, 255]
    assert photo[5, 5].tolist() == [200, 0, 0]


def test_of_a_film_the_first_picture_is_taken(tmp_path):
    first, then = half_white("L"), Image.new("L", (60, 30), 255)
    first.save(tmp_path / "film.gif", save_all=True, append_images=[then])
    assert read_photo(tmp_path / "film.gif", side=20)[:, 12:].max() < 15


def test_photos_of_all_sizes_are_read(tmp_path):
    for number, size in enumerate([(1, 1), (1, 300), (20_000, 3), (2, 20_000)]):
        Image.new("RGB", size, "red").save(tmp_path / f"{number}.png")
        photo = read_photo(tmp_path / f"{number}.png", side=8)
        assert (photo == [255, 0, 0]).all() and photo.shape == (8, 8, 3)


def test_a_photo_of_too_many_pixels_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    Image.new("L", (15, 10)).save(tmp_path / "large.png")  # Pillow warns from here on
    Image.new("L", (40, 10)).save(tmp_path / "too-large.png")
    assert read_photo(tmp_path / "large.png", side=4).shape == (4, 4, 3)
    with pytest.raises(DataError, match=r"has too many pixels to be read: save it smaller, 4,000"):
        read_photo(tmp_path / "too-large.png")


def test_what_is_no_photo_whatever_its_name_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "notes.jpg").write_text("no photo")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200))
    (tmp_path / "folder.png").mkdir()
    half_white("L").save(tmp_path / "cut.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "cut.jpg").read_bytes()[:200])
    for name in ("notes.jpg", "empty.png", "phone.heic", "folder.png", "cut.jpg"):
        with pytest.raises(DataError, match=f"{name}' cannot be read as a photo: save it as JPEG"):
            read_photo(tmp_path / name)


def test_a_notebook_shows_the_sentence_alone(tmp_path):
    with pytest.raises(DataError) as caught:
        read_photo(tmp_path / "cat.jpg")
    shown = caught.value._render_traceback_()
    assert shown == [str(caught.value)] and shown[0].startswith("There is no file")


def test_a_photo_is_turned_as_the_camera_says(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned a quarter clockwise
    for name in ("photo.png", "photo.jpg"):
        half_white("RGB").save(tmp_path / name, exif=turned)
        photo = read_photo(tmp_path / name, side=20)
        assert photo[2].mean() > 200
        assert photo[-3].mean() < 50
