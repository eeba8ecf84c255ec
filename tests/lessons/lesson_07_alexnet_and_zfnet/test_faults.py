"""07-alexnet-and-zfnet: one lack costs one part, and the lesson's own check sees it."""

import numpy as np
import pytest

from autograder.exercises import find
from autograder.judging import judge
from autograder.reference import architectures, images

from .right import (
    alexnet_by_loop,
    alexnet_spelled_out,
    conv,
    crop_by_index,
    crop_loop,
    zfnet_of,
    zfnet_with_the_papers_26,
)


def lost(exercise, answer, seed=1):
    """The parts that an answer loses, and the points that it keeps."""
    verdict = judge(exercise, answer, hidden=True, seed=seed)
    return {facet.facet for facet in verdict.facets if not facet.passed}, verdict.points


def recipe(**other):
    return lambda: {**architectures.training_recipe(), **other}


def crop_with_size(change):
    return lambda x, size, rng: crop_loop(x, change(size), rng)


def pairs_only(images, size, rng):
    high, wide = size
    return crop_by_index(images, (high, wide), rng)


def into_zeros(x, size, rng):
    cut = crop_loop(x, size, rng)
    filled = np.zeros(cut.shape)
    filled[:] = cut
    return filled


ONE_LACK = [
    ("random-crop-flip", crop_with_size(int), "pair", 2.5),
    ("random-crop-flip", crop_with_size(lambda s: s if isinstance(s, int) else s[0]), "pair", 2.5),
    ("random-crop-flip", pairs_only, "windows", 2.5),
    ("random-crop-flip", into_zeros, "kept", 2.5),
    (
        "random-crop-flip",
        lambda x, size, rng: images.random_crop_flip(x, size, np.random.default_rng()),
        "rng",
        2.5,
    ),
    ("training-recipe", recipe(batch_size=128.0), "whole", 0.88),
    ("training-recipe", recipe(batch_size=128.0, ensemble_size=7.0), "whole", 0.88),
    ("training-recipe", recipe(weight_decay=5e-3), "weight_decay", 0.88),
    ("training-recipe", recipe(nesterov=1.0), "keys", 0.88),
    ("alexnet-input-size", lambda: 227.0, "whole", 0.5),
]


@pytest.mark.parametrize(("exercise", "answer", "part", "points"), ONE_LACK)
def test_one_lack_costs_one_part(exercise, answer, part, points):
    assert lost(exercise, answer) == ({part}, points)


@pytest.mark.parametrize(("exercise", "answer", "part", "points"), ONE_LACK)
def test_the_open_check_does_not_call_it_right(exercise, answer, part, points):
    assert not judge(exercise, answer).passed


def test_a_refusal_that_is_promised_is_asked_for_in_the_lesson():
    def never_refuses(scores, labels, k):
        best = np.argsort(-scores, axis=1)[:, :k]
        return float(1 - (best == labels[:, None]).any(axis=1).mean())

    assert not judge("top-k-error", never_refuses).passed
    assert lost("top-k-error", never_refuses)[0] == {"refused"}


def test_an_answer_without_arguments_is_not_told_what_is_right():
    verdict = judge("alexnet-input-size", lambda: 231)
    assert "227" not in verdict.text
    verdict = judge("training-recipe", recipe(momentum=0.8))
    assert "momentum" in verdict.text
    assert "0.9" not in verdict.text


@pytest.mark.parametrize("seed", range(12))
def test_windows_upside_down_are_named_with_every_seed(seed):
    def vertically(x, size, rng):
        high, wide = (size, size) if isinstance(size, int) else size
        out = []
        for image in x:
            top = rng.integers(x.shape[2] - high + 1)
            left = rng.integers(x.shape[3] - wide + 1)
            cut = image[:, top : top + high, left : left + wide]
            out.append(cut[:, ::-1] if rng.random() < 0.5 else cut)
        return np.stack(out)

    verdict = judge("random-crop-flip", vertically, hidden=True, seed=seed)
    assert verdict.mistake == "flipped vertically"


def without_last_pool(rows):
    rows = list(rows)
    del rows[max(i for i, (kind, _) in enumerate(rows) if kind == "max_pool")]
    return rows


def pools_first(rows):
    rows = list(rows)
    for i in range(len(rows) - 1):
        if [rows[i][0], rows[i + 1][0]] == ["local_response_norm", "max_pool"]:
            rows[i], rows[i + 1] = rows[i + 1], rows[i]
    return rows


def alexnets_first(rows):
    return [conv(96, 11, 4), *rows[1:]]


@pytest.mark.parametrize(
    ("exercise", "answer", "name"),
    [
        (
            "alexnet-layers",
            lambda groups=1: pools_first(alexnet_spelled_out(groups)),
            "pooling before normalization",
        ),
        (
            "alexnet-layers",
            lambda groups=1: without_last_pool(alexnet_by_loop(groups)),
            "third pooling left out",
        ),
        (
            "zfnet-layers",
            lambda variant="paper": alexnets_first(zfnet_of(1)(variant)),
            "AlexNet's first layer kept",
        ),
        (
            "zfnet-layers",
            lambda variant="paper": without_last_pool(zfnet_of((1, 1))(variant)),
            "third pooling left out",
        ),
    ],
)
def test_a_mistake_in_a_table_is_named_however_the_table_is_written(exercise, answer, name):
    assert judge(exercise, answer, hidden=True, seed=1).mistake == name


def test_both_pads_of_zfnets_second_convolution_are_right():
    assert judge("zfnet-layers", zfnet_with_the_papers_26).passed
    assert judge("zfnet-layers", architectures.zfnet_layers).passed


ONE_LACK_INSIDE = [
    ("max-pool-with-places", "starts from 0", {"negative"}),
    ("max-pool-with-places", "last among ties", {"ties"}),
    ("max-pool-with-places", "stride := size", {"overlap"}),
    ("max-pool-with-places", "square window assumed", {"pair"}),
    ("max-pool-with-places", "rounds down silently", {"refused"}),
    ("max-pool-with-places", "H for W", {"rectangular"}),
    ("max-pool-with-places", "places in the image", {"channels"}),
    ("unpool", "last one wins", {"meeting"}),
    ("unpool", "H for W", {"rectangular"}),
    ("unpool", "places of another channel", {"channels"}),
    ("unpool", "places of another image", {"batch"}),
    ("backward-relu", "zero lets through", {"zero"}),
    ("backward-relu", "another rule by default", {"default"}),
    ("project", "stride not undone", {"stride"}),
    ("project", "pad not cut off", {"pad"}),
    ("project", "the last row", {"middle"}),
    ("occlusion-map", "rounded down", {"border"}),
    ("occlusion-map", "mean of the fills", {"fills"}),
]


@pytest.mark.parametrize(("exercise", "mistake", "parts"), ONE_LACK_INSIDE)
def test_one_lack_in_looking_inside_costs_one_part_and_shows_at_once(exercise, mistake, parts):
    answer = next(one.answer for one in find(exercise).mistakes if one.name == mistake)
    assert lost(exercise, answer)[0] == parts
    assert not judge(exercise, answer).passed
