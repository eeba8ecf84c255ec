"""07-alexnet-and-zfnet: wrong answers that the catalogue does not list."""

import numpy as np

from autograder.exercises.changed_tables import changed, conv_with, without
from autograder.exercises.lesson_07_alexnet_and_zfnet.random_crop_flip import (
    coin,
    cropped_by,
    each_its_own,
)
from autograder.exercises.lesson_07_alexnet_and_zfnet.training_recipe import recipe_with
from autograder.reference import architectures, images, losses
from tests.lessons.lesson_07_alexnet_and_zfnet import inside_wrong

alexnet = architectures.alexnet_layers
zfnet = architectures.zfnet_layers


def other_groups(groups=1):
    return alexnet(3 - groups)


def with_rate(rate):
    return changed(lambda row, i: [("dropout", {"rate": rate}) if row[0] == "dropout" else row])


def with_norms(**options):
    return changed(lambda row, i: [(row[0], options) if row[0] == "local_response_norm" else row])


def units(number, table=alexnet):
    return changed(
        lambda row, i: [
            (row[0], {"units": number}) if row[1].get("units") == 4096 and i == 0 else row
        ],
        table,
    )


def classes(number):
    return changed(
        lambda row, i: [(row[0], {"units": number}) if row[1].get("units") == 1000 else row]
    )


def crop_then(change):
    return lambda x, size, rng: change(images.random_crop_flip(x, size, rng))


def biased_coin(rng, n):
    return rng.random(n) < 0.1


def every_other(rng, n):
    return np.arange(n) % 2 == 0


def flip_by_place():
    """The same random number decides on the place and on the mirror image."""
    drawn = []

    def places(rng, n, rows, columns):
        chance = rng.random(n)
        drawn[:] = [chance < 0.5]
        return (chance * rows).astype(int), rng.integers(columns, size=n)

    return cropped_by(places, lambda rng, n: drawn[0])


def top_only(rng, n, rows, columns):
    return rng.integers(rows, size=n), np.zeros(n, int)


def first_never(rng, n, rows, columns):
    return rng.integers(min(1, rows - 1), rows, size=n), rng.integers(columns, size=n)


def mixed_channels(x, size, rng):
    return images.random_crop_flip(x[:, ::-1], size, rng)


def shuffled_images(x, size, rng):
    return images.random_crop_flip(x[rng.permutation(len(x))], size, rng)


def writes(x, size, rng):
    cut = images.random_crop_flip(x, size, rng)
    x[...] = 0
    return cut


def together(change):
    return lambda list_of_probabilities: change(np.stack(list_of_probabilities))


def writes_to_first(list_of_probabilities):
    total = list_of_probabilities[0]
    for other in list_of_probabilities[1:]:
        total += other
    return total.argmax(axis=1)


def weighted(p):
    weights = np.arange(1, len(p) + 1)[:, None, None]
    return (weights * p).sum(axis=0).argmax(axis=1)


def at_most_two(p):
    return p[:2].mean(axis=0).argmax(axis=1)


def top(change_scores=None, change_labels=None, after=None):
    def answer(scores, labels, k):
        if change_scores:
            scores = change_scores(scores)
        if change_labels:
            labels = change_labels(labels)
        error = losses.top_k_error(scores, labels, k)
        return after(error) if after else error

    return answer


def never_refuses(scores, labels, k):
    best = np.argsort(-scores, axis=1)[:, :k]
    return float(1 - (best == labels[:, None]).any(axis=1).mean())


def five_always(scores, labels, k):
    return losses.top_k_error(scores, labels, min(5, scores.shape[1]))


ANSWERS = {
    "alexnet-layers": {
        "towers exchanged": other_groups,
        "95 filters": conv_with((0,), filters=95),
        "stride of 2": conv_with((0,), stride=2),
        "kernels of 5 in the third": conv_with((2,), kernel=5, pad=2),
        "dropout of 0.2": with_rate(0.2),
        "normalized over 3": with_norms(n=3),
        "Caffe's k": with_norms(k=1.0),
        "the first norm only": without("local_response_norm", (1,)),
        "one dropout": without("dropout", (1,)),
        "no second pool": without("max_pool", (1,)),
        "1024 units": units(1024),
        "ten classes": classes(10),
        "1001 classes": classes(1001),
        "batch norm": changed(
            lambda row, i: [("batch_norm", {}) if row[0] == "local_response_norm" else row]
        ),
        "average pools": changed(
            lambda row, i: [("average_pool", row[1]) if row[0] == "max_pool" else row]
        ),
        "convolutions only": lambda groups=1: alexnet(groups)[:15],
        "no default": lambda groups: alexnet(groups),
        "kinds only": lambda groups=1: [kind for kind, _ in alexnet(groups)],
    },
    "alexnet-parameter-count": {
        "one more": 62_378_345,
        "in millions": 62.4,
        "ZFNet's": 62_357_608,
        "bytes": 4 * 62_378_344,
        "text": "62,378,344",
        "nothing": None,
        "a list of rows": [34_944, 614_656, 885_120, 1_327_488, 884_992],
    },
    "alexnet-two-towers-parameter-count": {
        "one more": 60_965_225,
        "in millions": 60.9,
        "twice": 2 * 60_965_224,
        "nothing": None,
    },
    "alexnet-multiply-adds": {
        "a list": [1_135_256_096, 724_406_816],
        "one missing": {1: 1_135_256_096},
        "text keys": {"1": 1_135_256_096, "2": 724_406_816},
        "biases too": {1: 1_135_906_464, 2: 725_057_184},
        "halved": {1: 1_135_256_096, 2: 567_628_048},
        "in billions": {1: 1.135256096, 2: 0.724406816},
    },
    "alexnet-input-size": {
        "226": lambda: 226,
        "231": lambda: 231,
        "text": lambda: "227",
        "a pair": lambda: (227, 227),
        "nothing": lambda: None,
        "54.25": lambda: 54.25,
    },
    "zfnet-layers": {
        "kernels of 5 first": conv_with((0,), zfnet, kernel=5),
        "64 filters": conv_with((0,), zfnet, filters=64),
        "stride of 3": conv_with((0,), zfnet, stride=3),
        "AlexNet": lambda variant="paper": alexnet(),
        "512 filters second": conv_with((1,), zfnet, filters=512),
        "kernels of 3 second": conv_with((1,), zfnet, kernel=3),
        "groups": conv_with((3, 4), zfnet, groups=2),
        "one norm": without("local_response_norm", (0,), zfnet),
        "no ReLU": without("relu", table=zfnet),
        "ReLU in front of the scores only": without("relu", (0, 1, 2, 3, 4), zfnet),
        "1000 units": units(1000, zfnet),
        "no default": lambda variant: zfnet(variant),
        "a huge pad": conv_with((0,), zfnet, pad=40),
        "a pad of text": conv_with((0,), zfnet, pad="same"),
    },
    "zfnet-parameter-count": {
        "a list": [62_357_608, 107_627_624],
        "paper only": {"paper": 62_357_608},
        "one more": {"paper": 62_357_609, "slides": 107_627_624},
        "in millions": {"paper": 62.4, "slides": 107.6},
    },
    "zfnet-first-size": {
        "text": "110.5",
        "doubled": 221.0,
        "nearly": 110.49,
        "nothing": None,
        "a pair": (110.5, 110.5),
    },
    "random-crop-flip": {
        "one flip in ten": cropped_by(each_its_own, biased_coin),
        "every other flipped": cropped_by(each_its_own, every_other),
        "flipped where cut": flip_by_place(),
        "left edge only": cropped_by(top_only, coin),
        "first row never": cropped_by(first_never, coin),
        "channels reversed": mixed_channels,
        "images shuffled": shuffled_images,
        "a row short": crop_then(lambda cut: cut[:, :, :-1]),
        "one channel": crop_then(lambda cut: cut[:, :1]),
        "turned by a half": crop_then(lambda cut: cut[:, :, ::-1, ::-1]),
        "transposed": crop_then(lambda cut: cut.swapaxes(2, 3)),
        "scaled to 1": crop_then(lambda cut: cut / 255),
        "centred": crop_then(lambda cut: cut - cut.mean()),
        "writes to the images": writes,
        "the images": lambda x, size, rng: x,
        "the first image for all": crop_then(lambda cut: np.repeat(cut[:1], len(cut), axis=0)),
    },
    "ensemble-predict": {
        "weighted": together(weighted),
        "the first two": together(at_most_two),
        "one too many": together(lambda p: p.mean(axis=0).argmax(axis=1) + 1),
        "best over all networks": together(
            lambda p: np.concatenate(list(p), axis=1).argmax(axis=1)
        ),
        "median": together(lambda p: np.median(p, axis=0).argmax(axis=1)),
        "one class for all": together(lambda p: np.full(p.shape[1], p.mean((0, 1)).argmax())),
        "a float": together(lambda p: p.mean(axis=0).argmax(axis=1).astype(float)),
        "one-hot": together(lambda p: np.eye(p.shape[2])[p.mean(axis=0).argmax(axis=1)]),
        "writes to the first": writes_to_first,
        "rounded first": together(lambda p: np.rint(p).mean(axis=0).argmax(axis=1)),
        "a column": together(lambda p: p.mean(axis=0).argmax(axis=1)[:, None]),
    },
    "top-k-error": {
        "labels from 1": top(change_labels=lambda labels: np.maximum(labels - 1, 0)),
        "rounded": top(after=lambda error: round(error, 1)),
        "squared": top(after=lambda error: error**2),
        "absolute scores": top(change_scores=np.abs),
        "first image only": lambda scores, labels, k: losses.top_k_error(scores[:1], labels[:1], k),
        "first five classes": lambda scores, labels, k: float(np.mean(labels >= k)),
        "always five": five_always,
        "never refuses": never_refuses,
        "a list of misses": lambda scores, labels, k: [
            losses.top_k_error(scores[i : i + 1], labels[i : i + 1], k) for i in range(len(scores))
        ],
        "a bool": lambda scores, labels, k: losses.top_k_error(scores, labels, k) > 0,
        "half of it": top(after=lambda error: error / 2),
    },
    "training-recipe": {
        "a list": lambda: list(architectures.training_recipe().values()),
        "other names": lambda: {
            name.replace("_", " "): v for name, v in architectures.training_recipe().items()
        },
        "momentum missing": lambda: {
            name: v for name, v in architectures.training_recipe().items() if name != "momentum"
        },
        "text": lambda: {name: str(v) for name, v in architectures.training_recipe().items()},
        "lr and decay exchanged": recipe_with(learning_rate=5e-4, weight_decay=1e-2),
        "Nesterov besides": recipe_with(nesterov=1.0),
        "factor of a half": recipe_with(learning_rate_factor=0.5),
        "no dropout": recipe_with(dropout=0.0),
    },
}
ANSWERS |= inside_wrong.ANSWERS

NOT_SPOILED = {
    # The list that it should be.
    "alexnet-layers": {"returns a list"},
    "zfnet-layers": {"returns a list"},
    # 228 is in the catalogue.
    "alexnet-input-size": {"one number slightly off"},
    # Whole classes have no such precision; the input is a list, see "writes to the first".
    "ensemble-predict": {
        "one number slightly off",
        "writes to its input",
        "float32 through half precision",
    },
    # Nothing is added to a float.
    "top-k-error": {"one number slightly off"},
}
