"""What a form is chosen by: the caches that the system tells of, and the products as measured."""

import time

import numpy as np
import pytest

from autograder.reference import conv2d_forward, conv2d_forward_plain
from autograder.reference.fast import caches, calibration, convolution


def cache_folder(folder, **sizes):
    """Write a folder like Linux's: a cache of each size, at the level that its name ends with."""
    for number, (name, size) in enumerate(sizes.items()):
        entry = folder / f"index{number}"
        entry.mkdir()
        (entry / "level").write_text(f"{name[-1]}\n")
        (entry / "size").write_text(f"{size}\n")
    return folder


def test_the_second_level_is_the_one_that_is_read(tmp_path):
    folder = cache_folder(tmp_path, data1="32K", code1="32K", all2="512K", all3="32768K")
    assert caches.second_level(folder) == 512 << 10


@pytest.mark.parametrize("size", ["", "0K", "many", "-1K", "512", "512K 256K"])
def test_a_size_that_is_none_leaves_the_usual_one(tmp_path, size):
    assert caches.second_level(cache_folder(tmp_path, all2=size)) == caches.USUAL


def test_a_system_that_tells_nothing_leaves_the_usual_one(tmp_path):
    assert caches.second_level(tmp_path / "nowhere") == caches.USUAL
    (tmp_path / "index2").mkdir()
    assert caches.second_level(tmp_path) == caches.USUAL


@pytest.mark.parametrize(("told", "cut_for"), [("1K", caches.LEAST), ("999999K", caches.MOST)])
def test_blocks_are_cut_for_no_odd_cache(tmp_path, monkeypatch, told, cut_for):
    monkeypatch.setattr(caches, "CACHES", cache_folder(tmp_path, all2=told))
    assert caches.block_cache.__wrapped__() == cut_for


def test_the_shorter_time_is_the_faster():
    def brief():
        time.sleep(0.001)

    def long():
        time.sleep(0.05)

    assert calibration.faster(brief, long)
    assert not calibration.faster(long, brief)


def test_products_are_measured_once_a_process():
    calibration.small_products_are_fast.cache_clear()
    first = calibration.small_products_are_fast()
    assert calibration.small_products_are_fast() is first
    assert calibration.small_products_are_fast.cache_info().misses == 1


@pytest.fixture(params=[True, False], ids=["small products fast", "small products slow"])
def form(request, monkeypatch):
    """The form that a layer of few channels takes on a machine of either kind."""
    monkeypatch.setattr(convolution, "small_products_are_fast", lambda: request.param)
    return "few channels or filters" if request.param else "columns"


X_SHAPE, WEIGHTS_SHAPE, OUT_SHAPE = (2, 3, 40, 41), (40, 3, 3, 2), (2, 40, 40, 42)


def test_the_form_follows_what_was_measured(form):
    x, weights = np.zeros(X_SHAPE, np.float32), np.zeros(WEIGHTS_SHAPE, np.float32)
    assert convolution._form(x, weights, OUT_SHAPE, (1, 1)) == form


@pytest.mark.parametrize(("filters", "width"), [(8, 42), (40, 30)])
def test_few_filters_or_short_rows_are_not_measured(monkeypatch, filters, width):
    monkeypatch.setattr(convolution, "small_products_are_fast", None)
    x, weights = np.zeros((2, 3, 40, 41)), np.zeros((filters, 3, 3, 2))
    assert convolution._form(x, weights, (2, filters, 40, width), (1, 1)) == (
        "few channels or filters"
    )


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("rectify", [True, False])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_the_numbers_are_the_same_in_either_form(dtype, tolerance, rectify):
    rng = np.random.default_rng(0)
    x, weights, bias = (rng.standard_normal(s) for s in (X_SHAPE, WEIGHTS_SHAPE, 40))
    expected = conv2d_forward_plain(x, weights, bias, 1, 1)
    narrow = (array.astype(dtype) for array in (x, weights, bias))
    out = conv2d_forward(*narrow, 1, 1, rectify=rectify)
    if rectify:
        expected = np.maximum(expected, 0)
    assert out.shape == OUT_SHAPE
    assert np.abs(out - expected).max() <= tolerance * np.abs(expected).max()
