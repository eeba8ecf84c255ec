import numpy as np
import pytest

from autograder.reference import (
    permute_pixels,
    random_crop,
    random_crop_flip,
    random_shift,
    shift_images,
)


def numbered(*shape):
    return np.arange(1, np.prod(shape) + 1).reshape(shape)


def test_one_permutation_serves_every_image_and_channel():
    images = numbered(3, 2, 4, 5)
    order = np.random.default_rng(1).permutation(20)
    mixed = permute_pixels(images, order)
    for n, c, p in np.ndindex(3, 2, 20):
        assert mixed[n, c].flat[p] == images[n, c].flat[order[p]]
    np.testing.assert_array_equal(permute_pixels(mixed, np.argsort(order)), images)


@pytest.mark.parametrize("order", [np.arange(19), np.zeros(20, int), np.arange(1, 21)])
def test_what_is_no_permutation_is_refused(order):
    with pytest.raises(ValueError, match="20 positions of a 4×5"):
        permute_pixels(numbered(1, 1, 4, 5), order)


@pytest.mark.parametrize("down", [-7, -2, 0, 1, 4, 9])
@pytest.mark.parametrize("right", [-6, -1, 0, 3, 5])
def test_shifts_move_pixels_and_let_zeros_in(down, right):
    images = numbered(2, 3, 4, 5)
    shifted = shift_images(images, down, right)
    for i, j in np.ndindex(4, 5):
        inside = 0 <= i - down < 4 and 0 <= j - right < 5
        expected = images[:, :, i - down, j - right] if inside else 0
        np.testing.assert_array_equal(shifted[:, :, i, j], np.broadcast_to(expected, (2, 3)))
    assert shifted.dtype == images.dtype


def test_crops_are_windows_each_at_its_own_place():
    images = numbered(300, 2, 4, 5)
    crops = random_crop(images, (3, 2), np.random.default_rng(2))
    corners = set()
    for image, crop in zip(images, crops, strict=True):
        top, left = np.argwhere(image[0] == crop[0, 0, 0])[0]
        np.testing.assert_array_equal(crop, image[:, top : top + 3, left : left + 2])
        corners.add((top, left))
    assert corners == {(i, j) for i in range(2) for j in range(4)}


def test_every_other_crop_is_mirrored_left_to_right_and_none_upside_down():
    images = numbered(1000, 1, 4, 4)
    crops = random_crop_flip(images, 4, np.random.default_rng(3))
    mirrored = (crops == images[..., ::-1]).all(axis=(1, 2, 3))
    same = (crops == images).all(axis=(1, 2, 3))
    assert (mirrored | same).all()
    assert 0.4 < mirrored.mean() < 0.6


def test_a_seed_gives_the_same_crops_and_the_images_stay():
    images = numbered(5, 1, 6, 6)
    before = images.copy()
    first, second = (random_crop_flip(images, 3, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(images, before)


def test_a_crop_larger_than_the_image_is_refused():
    with pytest.raises(ValueError, match="5×3 does not fit images of 4×6"):
        random_crop_flip(np.zeros((1, 1, 4, 6)), (5, 3), np.random.default_rng(0))


def test_random_shifts_reach_every_distance_and_no_further():
    images = np.zeros((500, 1, 7, 7))
    images[:, 0, 3, 3] = 1
    shifted = random_shift(images, 2, np.random.default_rng(5))
    places = {tuple(place) for place in np.argwhere(shifted)[:, 2:] - 3}
    assert places == {(i, j) for i in range(-2, 3) for j in range(-2, 3)}
    assert shifted.sum() == 500
