"""07-alexnet-and-zfnet: right answers in the styles that students write."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.lessons.lesson_07_alexnet_and_zfnet import inside_right

# --- tables ---------------------------------------------------------------------------------------


def conv(filters, kernel, stride=1, pad=0, groups=1):
    return (
        "conv",
        {"filters": filters, "kernel": kernel, "stride": stride, "pad": pad, "groups": groups},
    )


RELU = ("relu", {})
LRN = ("local_response_norm", {})
POOL = ("max_pool", {"size": 3, "stride": 2})
DROP = ("dropout", {"rate": 0.5})


def fully_connected(units):
    return ("fully_connected", {"units": units})


CLASSIFIER = [
    ("flatten", {}),
    fully_connected(4096),
    RELU,
    DROP,
    fully_connected(4096),
    RELU,
    DROP,
    fully_connected(1000),
]


def alexnet_spelled_out(groups=1):
    return [
        conv(96, (11, 11), (4, 4)),
        RELU,
        ("local_response_norm", {"n": 5, "k": 2.0, "alpha": 1e-4, "beta": 0.75}),
        ("max_pool", {"size": (3, 3), "stride": (2, 2)}),
        conv(256, (5, 5), 1, (2, 2), groups),
        RELU,
        ("local_response_norm", {"k": 2}),
        POOL,
        conv(384, 3, pad=1),
        RELU,
        conv(384, 3, pad=1, groups=groups),
        RELU,
        conv(256, 3, pad=1, groups=groups),
        RELU,
        POOL,
        *CLASSIFIER,
    ]


def alexnet_by_loop(groups=1):
    rows = []
    table = [(96, 11, 4, 0, 1), (256, 5, 1, 2, 2), (384, 3, 1, 1, 1), (384, 3, 1, 1, 2)]
    for number, (filters, kernel, stride, pad, towers) in enumerate([*table, (256, 3, 1, 1, 2)]):
        rows += [conv(filters, kernel, stride, pad, groups if towers == 2 else 1)]
        rows += [RELU, LRN] if number < 2 else []
        rows += [POOL] if number in (0, 1, 4) else []
        rows += [RELU] if number >= 2 else []
    rows.append(("flatten", {}))
    for units in (4096, 4096):
        rows += [fully_connected(units), ("dropout", {}), RELU]
    return [*rows, fully_connected(1000)]


def alexnet_in_tuples(groups=1):
    def layer(filters, kernel, **options):
        if groups > 1 and options.pop("split", False):
            options["groups"] = groups
        options.pop("split", None)
        return ("conv", {"filters": filters, "kernel": kernel, **options}), RELU

    return (
        *layer(96, 11, stride=4),
        LRN,
        POOL,
        *layer(256, 5, pad=2, split=True),
        LRN,
        POOL,
        *layer(384, 3, pad=1),
        *layer(384, 3, pad=1, split=True),
        *layer(256, 3, pad=1, split=True),
        POOL,
        *CLASSIFIER,
    )


def zfnet_of(first_pad):
    def zfnet_layers(variant="paper"):
        third, fourth, fifth = (384, 384, 256) if variant == "paper" else (512, 1024, 512)
        return [
            conv(96, 7, 2, first_pad),
            RELU,
            POOL,
            LRN,
            conv(256, 5, 2, 1),
            RELU,
            POOL,
            LRN,
            conv(third, 3, pad=1),
            RELU,
            conv(fourth, 3, pad=1),
            RELU,
            conv(fifth, 3, pad=1),
            RELU,
            POOL,
            *CLASSIFIER,
        ]

    return zfnet_layers


def zfnet_with_the_papers_26(variant="paper"):
    rows = zfnet_of((1, 1))(variant)
    return [row if row[1].get("kernel") != 5 else conv(256, 5, 2) for row in rows]


def zfnet_as_a_diff(variant="paper"):
    rows = []
    for row in alexnet_spelled_out():
        if row[0] == "local_response_norm":
            continue
        rows.append(row)
    first, _, _, second = rows[:4]
    rows[0] = (first[0], {**first[1], "kernel": 7, "stride": 2, "pad": 1})
    rows[3] = (second[0], {**second[1], "stride": 2, "pad": (1, 1)})
    rows[6:6] = [LRN]
    rows[3:3] = [LRN]
    if variant == "slides":
        wide = iter((512, 1024, 512))
        for i, (kind, options) in enumerate(rows):
            if kind == "conv" and i > 7:
                rows[i] = (kind, {**options, "filters": next(wide)})
    return rows


# --- augmentation ---------------------------------------------------------------------------------


def sides(size):
    return (size, size) if isinstance(size, int) else size


def crop_loop(images, size, rng):
    high, wide = sides(size)
    out = np.empty((len(images), images.shape[1], high, wide), images.dtype)
    for i, image in enumerate(images):
        top = rng.integers(0, images.shape[2] - high + 1)
        left = rng.integers(0, images.shape[3] - wide, endpoint=True)
        crop = image[:, top : top + high, left : left + wide]
        if rng.random() < 0.5:
            crop = crop[:, :, ::-1]
        out[i] = crop
    return out


def crop_by_index(images, size, rng):
    high, wide = sides(size)
    n = len(images)
    tops = rng.integers(images.shape[2] - high + 1, size=n)
    lefts = rng.integers(images.shape[3] - wide + 1, size=n)
    rows = tops[:, None] + np.arange(high)
    columns = lefts[:, None] + np.arange(wide)
    mirrored = rng.integers(2, size=n).astype(bool)
    columns = np.where(mirrored[:, None], columns[:, ::-1], columns)
    return images[np.arange(n)[:, None, None], :, rows[:, :, None], columns[:, None]].transpose(
        0, 3, 1, 2
    )


def flip_then_crop(images, size, rng):
    windows = sliding_window_view(images, sides(size), axis=(2, 3))
    crops = []
    for view in windows:
        top, left = (rng.integers(count) for count in view.shape[1:3])
        crop = view[:, top, left]
        crops.append(
            np.fliplr(crop.transpose(1, 2, 0)).transpose(2, 0, 1)
            if rng.choice([True, False])
            else crop
        )
    return np.stack(crops)


# --- deciding together, and five guesses ----------------------------------------------------------


def summed(list_of_probabilities):
    total = 0
    for probabilities in list_of_probabilities:
        total = total + probabilities
    return np.argmax(total, axis=1)


def loops_over_images(list_of_probabilities):
    found = []
    for i in range(len(list_of_probabilities[0])):
        mean = sum(p[i] for p in list_of_probabilities) / len(list_of_probabilities)
        found.append(int(np.argmax(mean)))
    return np.array(found)


def by_einsum(list_of_probabilities):
    return np.einsum("mnk->nk", np.stack(list_of_probabilities)).argmax(-1)


def checked(scores, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k = {k} with {scores.shape[1]} classes")


def error_by_sorting(scores, labels, k):
    checked(scores, k)
    wrong = 0
    for row, label in zip(scores, labels, strict=True):
        best = np.argsort(row)[-k:]
        if label not in best:
            wrong += 1
    return wrong / len(scores)


def error_by_ranks(scores, labels, k):
    checked(scores, k)
    own = scores[np.arange(len(labels)), labels]
    better = (scores > own[:, None]).sum(axis=1)
    return np.mean(better >= k)


def error_by_partition(scores, labels, k):
    checked(scores, k)
    best = np.argpartition(scores, -k, axis=1)[:, -k:]
    return 1 - (best == labels[:, None]).any(axis=1).mean()


def recipe_in_another_order():
    return {
        "ensemble_size": 7,
        "dropout": 0.5,
        "weight_decay": 0.0005,
        "learning_rate": 0.01,
        "learning_rate_factor": 1 / 10,
        "momentum": 0.9,
        "batch_size": 128,
    }


def recipe_of_numpy():
    return {
        name: np.float64(value) if isinstance(value, float) else np.int64(value)
        for name, value in recipe_in_another_order().items()
    }


def recipe_step_by_step():
    recipe = {"batch_size": 2**7, "momentum": 1 - 0.1}
    recipe["learning_rate"] = 10**-2
    recipe["learning_rate_factor"] = 10**-1
    recipe["weight_decay"] = 5 * 10**-4
    recipe["dropout"] = 1 / 2
    recipe["ensemble_size"] = 7
    return recipe


def size_by_search():
    size = 224
    while (size - 11) / 4 + 1 != 55:
        size += 1
    return size


ANSWERS = {
    "alexnet-layers": {
        "spelled out": alexnet_spelled_out,
        "by a loop, ReLU after the pools": alexnet_by_loop,
        "in a tuple": alexnet_in_tuples,
    },
    "alexnet-parameter-count": {
        "a sum": 34_944
        + 614_656
        + 885_120
        + 1_327_488
        + 884_992
        + 37_752_832
        + 16_781_312
        + 4_097_000,
        "of NumPy's": np.int64(62_378_344),
        "an array without axes": np.array(62_378_344),
    },
    "alexnet-two-towers-parameter-count": {
        "less what the groups spare": 62_378_344 - 307_200 - 663_552 - 442_368,
        "of NumPy's": np.int64(60_965_224),
        "in 32 bits": np.int32(60_965_224),
    },
    "alexnet-multiply-adds": {
        "in another order": {2: 724_406_816, 1: 1_135_256_096},
        "of NumPy's": {1: np.int64(1_135_256_096), 2: np.int64(724_406_816)},
        "NumPy's keys": {np.int64(1): 1_135_256_096, np.int64(2): 724_406_816},
    },
    "alexnet-input-size": {
        "solved": lambda: (55 - 1) * 4 + 11,
        "searched": size_by_search,
        "of NumPy's": lambda: np.int64(227),
    },
    "zfnet-layers": {
        "made for 225, padded by 1": zfnet_of(1),
        "made for 227, not padded": zfnet_of(0),
        "made for 221, padded by 3": zfnet_of(3),
        "the second not padded": zfnet_with_the_papers_26,
        "AlexNet changed": zfnet_as_a_diff,
    },
    "zfnet-parameter-count": {
        "in another order": {"slides": 107_627_624, "paper": 62_357_608},
        "of NumPy's": {"paper": np.int64(62_357_608), "slides": np.int64(107_627_624)},
        "from AlexNet's": {"paper": 62_378_344 - 96 * 3 * (121 - 49), "slides": 107_627_624},
    },
    "zfnet-first-size": {
        "computed": (224 + 2 - 7) / 2 + 1,
        "of NumPy's": np.float64(110.5),
        "from halves": 221 / 2,
    },
    "random-crop-flip": {
        "a loop": crop_loop,
        "index arrays": crop_by_index,
        "sliding windows": flip_then_crop,
    },
    "ensemble-predict": {
        "a sum": summed,
        "a loop over images": loops_over_images,
        "einsum": by_einsum,
    },
    "top-k-error": {
        "a loop and argsort": error_by_sorting,
        "ranks": error_by_ranks,
        "argpartition": error_by_partition,
    },
    "training-recipe": {
        "in another order": recipe_in_another_order,
        "step by step": recipe_step_by_step,
        "of NumPy's": recipe_of_numpy,
    },
}
ANSWERS |= inside_right.ANSWERS
