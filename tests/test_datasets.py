"""The loaders give what their docstrings say."""

import numpy as np
import pytest

from autograder import datasets
from autograder.reference import lenet_layers, lenet_sized_fully_connected_layers, predict


def test_digits_are_split_once_and_for_all():
    digits = datasets.load_digits()
    assert digits["images"].shape == (8500, 28, 28)
    assert digits["images"].dtype == np.uint8
    assert digits["held_out_images"].shape == (1500, 28, 28)
    assert np.bincount(digits["held_out_labels"]).tolist() == [150] * 10
    again = datasets.load_digits()
    assert np.array_equal(digits["held_out_images"], again["held_out_images"])


def test_no_held_out_digit_is_among_those_to_learn_from():
    digits = datasets.load_digits()
    learner = {image.tobytes() for image in digits["images"]}
    assert not any(image.tobytes() in learner for image in digits["held_out_images"])


def test_digits_and_labels_belong_together():
    digits = datasets.load_digits()
    ink = [digits["images"][digits["labels"] == k].mean() for k in range(10)]
    assert np.argmin(ink) == 1
    assert np.argmax(ink) == 0


@pytest.mark.parametrize("name", datasets.PHOTOS)
def test_photos_are_bytes_in_colour_or_grey(name):
    photo = datasets.load_photo(name)
    assert photo.dtype == np.uint8
    assert photo.ndim == (2 if name in ("brick", "camera") else 3)


def test_learned_filters_have_their_shapes_and_cannot_be_spoiled():
    alexnet = datasets.load_alexnet_convs()
    assert [alexnet[f"conv{i}.weight"].shape for i in range(1, 6)] == [
        (64, 3, 11, 11),
        (192, 64, 5, 5),
        (384, 192, 3, 3),
        (256, 384, 3, 3),
        (256, 256, 3, 3),
    ]
    assert {array.dtype for array in alexnet.values()} == {np.dtype(np.float32)}
    with pytest.raises(ValueError, match="read-only"):
        alexnet["conv1.bias"][0] = 0
    vgg = datasets.load_vgg16_blocks()
    assert vgg["conv3_3.weight"].shape == (256, 256, 3, 3)


def test_fashion_is_balanced():
    fashion = datasets.load_fashion()
    assert np.bincount(fashion["train_labels"]).tolist() == [600] * 10
    assert np.bincount(fashion["test_labels"]).tolist() == [100] * 10


def test_an_unknown_photo_is_refused_with_the_names_that_exist():
    with pytest.raises(datasets.DataError, match="There is no photo 'dog'; there are astronaut"):
        datasets.load_photo("dog")


def test_imagenet_has_a_thousand_classes():
    classes = datasets.imagenet_classes()
    assert len(classes) == 1000
    assert classes[281] == "tabby"


def test_the_small_networks_fit_their_tables_and_read_digits():
    digits = datasets.load_digits()
    pixels = digits["held_out_images"][::10, None] / np.float32(80)
    images = np.pad(pixels, ((0, 0), (0, 0), (2, 2), (2, 2)))
    tables = {"lenet": lenet_layers(), "fully_connected": lenet_sized_fully_connected_layers()}
    for name, params in datasets.load_digit_networks().items():
        read = predict(tables[name], params, images)
        assert np.mean(read == digits["held_out_labels"][::10]) > 0.9, name
