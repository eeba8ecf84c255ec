"""07-alexnet-and-zfnet: the network that won, and the one that looked into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.inside.arguments import Arguments, Seeded
from autograder.reference import architectures, images, losses

from . import tables
from .model import Claim, Exercise, Mistake, Numbers, Property, case
from .tables import Layers

LESSON = "07-alexnet-and-zfnet"

THE_TABLE = "AlexNet as a table"
TWO_TOWERS = "Two towers"
PUZZLE = "224 or 227"
DIFF = "ZFNet is a diff of two tables"
MORE_IMAGES = "More images for nothing"
TOGETHER = "Seven networks decide together"
TOP_FIVE = "Five guesses"
RECIPE = "The recipe"


# --- the table ------------------------------------------------------------------------------------

ALEXNET_PROPERTIES, ALEXNET_WORDS = tables.same_table(
    architectures.alexnet_layers,
    architectures.ALEXNET_INPUT,
    "alexnet_layers",
    {"one_tower": ({}, {"groups": 1}), "two_towers": ({"groups": 2},)},
)

RELU = ("relu", {})


def changed(change, table=architectures.alexnet_layers):
    """A table with its rows given to `change`, which gets their number among their kind too."""

    def layers(*arguments: Any) -> Layers:
        seen: dict[str, int] = {}
        rows = []
        for kind, options in table(*arguments):
            rows += change((kind, options), seen.get(kind, 0))
            seen[kind] = seen.get(kind, 0) + 1
        return rows

    return layers


def conv_with(which: tuple[int, ...], table=architectures.alexnet_layers, **options: Any):
    return changed(
        lambda row, number: [
            (row[0], {**row[1], **options}) if row[0] == "conv" and number in which else row
        ],
        table,
    )


def without(kind: str, which: tuple[int, ...] = tuple(range(99)), table=None):
    return changed(
        lambda row, number: [] if row[0] == kind and number in which else [row],
        table or architectures.alexnet_layers,
    )


def instead(kind: str, *rows: tuple[str, dict], table=architectures.alexnet_layers):
    return changed(lambda row, number: list(rows) if row[0] == kind else [row], table)


def pools_before_norms(table):
    """Exchange each norm and the pooling row beside it."""

    def layers(*arguments: Any) -> Layers:
        swapped = {"max_pool", "local_response_norm"}
        rows = table(*arguments)
        for i in range(len(rows) - 1):
            before = rows[i - 1][0] if i else ""
            if {rows[i][0], rows[i + 1][0]} == swapped and before not in swapped:
                rows[i], rows[i + 1] = rows[i + 1], rows[i]
        return rows

    return layers


def dropout_on_inputs(*arguments: Any) -> Layers:
    rows: Layers = []
    drop = ("dropout", {"rate": 0.5})
    for row in architectures.alexnet_layers(*arguments):
        if row[0] == "dropout":
            continue
        if row[0] == "fully_connected" and row[1]["units"] == 4096:
            rows.append(drop)
        rows.append(row)
    return rows


ALEXNET_LAYERS = Exercise(
    id="alexnet-layers",
    lesson=LESSON,
    reference=architectures.alexnet_layers,
    example=dict,
    properties=ALEXNET_PROPERTIES,
    facet_words={
        "one_tower": "the layers on one tower",
        "one_tower_between": "ReLU and dropout on one tower",
        "two_towers": "the layers on two towers",
        "two_towers_between": "ReLU and dropout on two towers",
    },
    mistakes=(
        Mistake(
            "groups ignored",
            lambda groups=1: architectures.alexnet_layers(),
            "`groups` was not looked at: with two, the towers meet in some layers only.",
            TWO_TOWERS,
        ),
        Mistake(
            "groups in every layer",
            lambda groups=1: conv_with((1, 2, 3, 4), groups=groups)(),
            "The third convolution is in two groups as well: there each tower reads both.",
            TWO_TOWERS,
        ),
        Mistake(
            "groups in the second layer only",
            lambda groups=1: conv_with((1,), groups=groups)(),
            "Only the second convolution is in two groups; the fourth and the fifth are too.",
            TWO_TOWERS,
        ),
        Mistake(
            "groups in the third layer",
            lambda groups=1: conv_with((1, 2), groups=groups)(),
            "The second and third convolutions are in groups; it is the second, fourth and fifth.",
            TWO_TOWERS,
        ),
        Mistake(
            "pad of 2 in the first layer",
            conv_with((0,), pad=2),
            "The first convolution has a pad: that belongs to images of 224, and these are 227.",
            PUZZLE,
        ),
        Mistake(
            "pads left out",
            conv_with((1, 2, 3, 4), pad=0),
            "The convolutions have no pad, so their maps shrink; the paper's keep their 27 and 13.",
            THE_TABLE,
        ),
        Mistake(
            "normalization left out",
            without("local_response_norm"),
            "There is no local response normalization.",
            THE_TABLE,
        ),
        Mistake(
            "pooling before normalization",
            pools_before_norms(architectures.alexnet_layers),
            "Pooling comes before normalization, as in Caffe's network of the same name; the "
            "paper normalizes first.",
            THE_TABLE,
        ),
        Mistake(
            "pooling without overlap",
            instead("max_pool", ("max_pool", {"size": 3})),
            "The pooling windows lie side by side; AlexNet's overlap.",
            THE_TABLE,
        ),
        Mistake(
            "pools of 2",
            instead("max_pool", ("max_pool", {"size": 2})),
            "The pooling windows are 2×2; AlexNet's are 3×3 in steps of 2.",
            THE_TABLE,
        ),
        Mistake(
            "third pooling left out",
            without("max_pool", (2,)),
            "The pooling after the fifth convolution is missing: the first fully connected row "
            "has to read 13×13 maps.",
            THE_TABLE,
        ),
        Mistake(
            "flatten left out",
            without("flatten"),
            "The maps go into a fully connected row unflattened.",
            THE_TABLE,
        ),
        Mistake(
            "ReLU left out",
            without("relu"),
            "There is no ReLU anywhere.",
            THE_TABLE,
        ),
        Mistake(
            "dropout left out",
            without("dropout"),
            "There is no dropout.",
            THE_TABLE,
        ),
        Mistake(
            "dropout on inputs",
            dropout_on_inputs,
            "Dropout stands before the first two fully connected rows, as in torchvision; the "
            "paper drops what they give.",
            THE_TABLE,
        ),
        Mistake(
            "ReLU on the scores",
            lambda groups=1: [*architectures.alexnet_layers(groups), RELU],
            "The scores go through a ReLU: a score below 0 says something too.",
            THE_TABLE,
        ),
        Mistake(
            "one weird trick",
            lambda groups=1: [
                *architectures.alexnet_pretrained_layers(),
                *architectures.alexnet_layers()[-8:],
            ],
            "These are the widths of the network of 2014 (64, 192, …) that the libraries call "
            "AlexNet; the table of 2012 is asked for.",
            THE_TABLE,
        ),
    ),
)


# --- counting it ----------------------------------------------------------------------------------

ONE_TOWER, TWO = 62_378_344, 60_965_224
ALEXNET_BIASES = 96 + 256 + 384 + 384 + 256 + 4096 + 4096 + 1000


def value(
    id: str, right: Any, *mistakes: tuple[str, Any, str, str], lesson: str = LESSON, **more: Any
) -> Exercise:
    """An exercise that asks for a number or a table of numbers."""
    return Exercise(
        id=id, lesson=lesson, reference=right, mistakes=[Mistake(*m) for m in mistakes], **more
    )


ALEXNET_PARAMETER_COUNT = value(
    "alexnet-parameter-count",
    ONE_TOWER,
    ("two towers", TWO, "This is the network on two towers; one tower is asked for.", TWO_TOWERS),
    ("biases forgotten", ONE_TOWER - ALEXNET_BIASES, "The biases are missing.", THE_TABLE),
    (
        "60 million",
        60_000_000,
        "This is the rounded number of the paper's abstract; count it.",
        THE_TABLE,
    ),
    (
        "the network of 2014",
        61_100_840,
        "This is torchvision's network, which follows a later paper.",
        THE_TABLE,
    ),
    (
        "third pooling left out",
        ONE_TOWER + 4096 * 256 * (13 * 13 - 6 * 6),
        "The first fully connected row was counted as reading 13×13 maps: a pooling is missing.",
        THE_TABLE,
    ),
    (
        "maps not flattened",
        ONE_TOWER - 4096 * 256 * 35,
        "The first fully connected row was counted as reading 256 numbers; it reads 256·6·6.",
        THE_TABLE,
    ),
    (
        "convolutions only",
        3_747_200,
        "Only the convolutions were counted; most parameters are in the rows after them.",
        THE_TABLE,
    ),
)

ALEXNET_TWO_TOWERS_PARAMETER_COUNT = value(
    "alexnet-two-towers-parameter-count",
    TWO,
    (
        "groups ignored",
        ONE_TOWER,
        "This is the network on one tower: in groups a filter reads half of the maps.",
        TWO_TOWERS,
    ),
    ("biases forgotten", TWO - ALEXNET_BIASES, "The biases are missing.", THE_TABLE),
    (
        "third layer in groups",
        TWO - 384 * 128 * 9,
        "The third convolution was counted in groups too; it reads both towers.",
        TWO_TOWERS,
    ),
    (
        "half of everything",
        ONE_TOWER // 2,
        "This is half of one tower's count; the two towers meet in some layers.",
        TWO_TOWERS,
    ),
    (
        "60 million",
        60_000_000,
        "This is the rounded number of the paper's abstract; count it.",
        THE_TABLE,
    ),
)

ALEXNET_MULTIPLY_ADDS = value(
    "alexnet-multiply-adds",
    {1: 1_135_256_096, 2: 724_406_816},
    (
        "groups ignored",
        {1: 1_135_256_096, 2: 1_135_256_096},
        "With two groups each filter reads half of the maps, so there is less to multiply.",
        TWO_TOWERS,
    ),
    (
        "multiplications and additions apart",
        {1: 2 * 1_135_256_096, 2: 2 * 724_406_816},
        "Multiplications and additions were counted apart; a pair of them counts once.",
        TWO_TOWERS,
    ),
    (
        "convolutions only",
        {1: 1_135_256_096 - 58_621_952, 2: 724_406_816 - 58_621_952},
        "Only the convolutions were counted; fully connected rows multiply too.",
        TWO_TOWERS,
    ),
    (
        "parameters",
        {1: ONE_TOWER, 2: TWO},
        "These are the parameters; a filter's weights are used again at every place.",
        TWO_TOWERS,
    ),
    (
        "exchanged",
        {1: 724_406_816, 2: 1_135_256_096},
        "The counts for one and two groups are exchanged.",
        TWO_TOWERS,
    ),
)


def always(answer: Any):
    return lambda: answer


ALEXNET_INPUT_SIZE = Exercise(
    id="alexnet-input-size",
    lesson=LESSON,
    reference=architectures.alexnet_input_size,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    facet_words={"values": "the size that the paper's numbers need"},
    mistakes=(
        Mistake("224", always(224), "224 is what the paper prints: (224 − 11)/4 + 1 = 54.25 is no "
                "size.", PUZZLE),
        Mistake("228", always(228), "228 is 224 with 4 pixels more: (228 − 11)/4 + 1 is no whole "
                "number.", PUZZLE),
        Mistake("256", always(256), "256 is the size that photos are brought to before a window is "
                "cut out of them.", PUZZLE),
        Mistake("223", always(223), "223 fits, but gives 54; the paper's maps have 55.", PUZZLE),
        Mistake("55", always(55), "55 is the size of the first maps; the size of the images is "
                "asked for.", PUZZLE),
        Mistake("a shape", always((3, 227, 227)), "This is the whole shape; one side is asked for.",
                PUZZLE),
        Mistake("a decimal number", always(227.0), "The size has a decimal point; it is a whole "
                "number.", PUZZLE),
    ),
)  # fmt: skip


# --- ZFNet ----------------------------------------------------------------------------------------


def any_first_pad(rows: Any) -> Any:
    """The rows with a pad of 1 in the first, whatever pad they have and were made for."""
    try:
        kind, options = rows[0]
        if kind == "conv" and options.get("pad", 0) in (0, 1, 2, 3):
            return [(kind, {**options, "pad": 1}), *rows[1:]]
    except (TypeError, ValueError, AttributeError, IndexError):
        pass
    return rows


ZFNET_PROPERTIES, ZFNET_WORDS = tables.same_table(
    architectures.zfnet_layers,
    architectures.ZFNET_INPUT,
    "zfnet_layers",
    {"paper": ({}, {"variant": "paper"}), "slides": ({"variant": "slides"},)},
    prepare=any_first_pad,
)

zfnet = architectures.zfnet_layers

ZFNET_LAYERS = Exercise(
    id="zfnet-layers",
    lesson=LESSON,
    reference=architectures.zfnet_layers,
    example=dict,
    properties=ZFNET_PROPERTIES,
    facet_words={
        "paper": "the layers of the paper's network",
        "paper_between": "ReLU and dropout of the paper's network",
        "slides": "the layers of the wide network",
        "slides_between": "ReLU and dropout of the wide network",
    },
    mistakes=(
        Mistake(
            "AlexNet's first layer kept",
            conv_with((0,), zfnet, kernel=11, stride=4, pad=0),
            "The first convolution is still AlexNet's 11×11 in steps of 4.",
            DIFF,
        ),
        Mistake(
            "AlexNet's stride kept",
            conv_with((0,), zfnet, stride=4),
            "The first filters are 7×7, but still go in steps of 4.",
            DIFF,
        ),
        Mistake(
            "second layer's stride of 1",
            conv_with((1,), zfnet, stride=1, pad=2),
            "The second convolution goes in steps of 1, as AlexNet's does.",
            DIFF,
        ),
        Mistake(
            "variant ignored",
            lambda variant="paper": zfnet(),
            "`variant` was not looked at: the wide network has 512, 1024 and 512 filters.",
            DIFF,
        ),
        Mistake(
            "always wide",
            lambda variant="paper": zfnet("slides"),
            "The paper's own network has 384, 384 and 256 filters; 512, 1024 and 512 is the "
            "variant.",
            DIFF,
        ),
        Mistake(
            "variants exchanged",
            lambda variant="paper": zfnet("slides" if variant == "paper" else "paper"),
            "The two variants are exchanged.",
            DIFF,
        ),
        Mistake(
            "512 three times",
            lambda variant="paper": (
                conv_with((3,), zfnet, filters=512)(variant) if variant == "slides" else zfnet()
            ),
            "The wide network has 1024 filters in its fourth convolution.",
            DIFF,
        ),
        Mistake(
            "normalized before pooling",
            pools_before_norms(zfnet),
            "Normalization comes before pooling, as in AlexNet; ZFNet pools first.",
            DIFF,
        ),
        Mistake(
            "normalization left out",
            without("local_response_norm", table=zfnet),
            "There is no normalization.",
            DIFF,
        ),
        Mistake(
            "third pooling left out",
            without("max_pool", (2,), zfnet),
            "The pooling after the fifth convolution is missing.",
            DIFF,
        ),
        Mistake(
            "dropout left out",
            without("dropout", table=zfnet),
            "There is no dropout.",
            DIFF,
        ),
        Mistake(
            "pad left out in the second layer",
            conv_with((1,), zfnet, pad=0),
            "Without a pad in the second convolution its maps are 26, and pooling does not fit.",
            DIFF,
        ),
    ),
)

ZFNET_PARAMETER_COUNT = value(
    "zfnet-parameter-count",
    {"paper": 62_357_608, "slides": 107_627_624},
    (
        "AlexNet's count",
        {"paper": ONE_TOWER, "slides": 107_627_624 + ONE_TOWER - 62_357_608},
        "The first layer was counted with filters of 11×11.",
        DIFF,
    ),
    (
        "variants exchanged",
        {"paper": 107_627_624, "slides": 62_357_608},
        "The two variants are exchanged.",
        DIFF,
    ),
    (
        "variant ignored",
        {"paper": 62_357_608, "slides": 62_357_608},
        "The wide network learns more: it has 512, 1024 and 512 filters.",
        DIFF,
    ),
    (
        "biases forgotten",
        {"paper": 62_357_608 - ALEXNET_BIASES, "slides": 107_627_624 - ALEXNET_BIASES - 1024},
        "The biases are missing.",
        DIFF,
    ),
    (
        "fully connected rows as narrow as before",
        {"paper": 62_357_608, "slides": 107_627_624 - 4096 * 256 * 36},
        "The first fully connected row of the wide network was counted as reading 256 maps; it "
        "reads 512.",
        DIFF,
    ),
)

ZFNET_FIRST_SIZE = value(
    "zfnet-first-size",
    110.5,
    ("rounded down", 110, "110 is what the paper prints; compute it without rounding.", DIFF),
    ("rounded up", 111, "This was rounded up; compute it without rounding.", DIFF),
    ("pad or one forgotten", 109.5, "One is missing: the pad of 1 stands on both sides, and the "
     "place where the window starts counts as well.", DIFF),
    ("side of the image left as it is", 224.0, "This is the size of the image.", DIFF),
    ("pad of 3", 112.5, "The pad was taken to be 3, half of the window; the paper's maps need 1.",
     DIFF),
    ("AlexNet's", 54.25, "This is AlexNet's first layer on 224; ZFNet's is 7×7 in steps of 2.",
     PUZZLE),
)  # fmt: skip


# --- augmentation ---------------------------------------------------------------------------------


def numbered(n: int, c: int, h: int, w: int) -> np.ndarray:
    """Images in which every number is different, so that it tells where it came from."""
    return np.arange(n * c * h * w, dtype=float).reshape(n, c, h, w)


def whereabouts(crop: np.ndarray, image: np.ndarray) -> tuple[int, int, bool] | None:
    """From which place a crop of one numbered image was cut, and whether it was mirrored."""
    for mirrored in (False, True):
        upright = crop[..., ::-1] if mirrored else crop
        where = np.argwhere(image[0] == upright[0, 0, 0])
        if len(where) != 1:
            continue
        top, left = (int(i) for i in where[0])
        height, width = crop.shape[1:]
        if np.array_equal(image[:, top : top + height, left : left + width], upright):
            return top, left, mirrored
    return None


def crops(call, numbers: Numbers, images: np.ndarray, size: Any) -> list:
    """Where each image of a batch was cut; places that cannot be told are left out."""
    seed = Seeded(int(numbers.rng.integers(2**31)))
    cut = np.asarray(call(images=images, size=size, rng=seed))
    found = [whereabouts(crop, image) for crop, image in zip(cut, images, strict=True)]
    return [place for place in found if place]


def windows_of_the_images(call, numbers: Numbers) -> Iterator[Claim]:
    for n, c, h, w, size in ((3, 2, 6, 8, 4), (4, 1, 7, 5, (3, 5)), (2, 3, 5, 5, 5)):
        images = numbered(n, c, h, w)
        high, wide = (size, size) if isinstance(size, int) else size
        seed = Seeded(int(numbers.rng.integers(2**31)))
        cut = np.asarray(call(images=images, size=size, rng=seed))
        yield Claim(cut.shape, (n, c, high, wide), f"the shape for size {size}")
        if cut.shape != (n, c, high, wide):
            continue
        whole = all(
            whereabouts(one, image) is not None for one, image in zip(cut, images, strict=True)
        )
        upside_down = not whole and all(
            whereabouts(one, image) or whereabouts(one[:, ::-1], image)
            for one, image in zip(cut, images, strict=True)
        )
        yield Claim(upside_down, False, f"for size {size}, no crop stands on its head")
        yield Claim(
            whole,
            True,
            f"for size {size}, every crop is a window of its image or of its mirror image",
        )


def crops_of_their_own(call, numbers: Numbers) -> Iterator[Claim]:
    batches = [crops(call, numbers, numbered(6, 1, 6, 8), (4, 5)) for _ in range(32)]
    places = [{place[:2] for place in batch} for batch in batches]
    tossed = [{place[2] for place in batch} for batch in batches]
    yield Claim(
        any(len(batch) > 1 for batch in places),
        True,
        "images of a batch are cut at different places",
    )
    yield Claim(len(set().union(*places)) > 1, True, "batches are cut at different places")
    yield Claim(
        any(len(batch) > 1 for batch in tossed),
        True,
        "of a batch some images are mirrored and others are not",
    )
    by_place = [{batch[i][2] for batch in batches if len(batch) == 6} for i in range(6)]
    yield Claim(
        all(len(tosses) == 2 for tosses in by_place),
        True,
        "the image at each place of a batch is mirrored now and then",
    )
    for mirrored, words in ((True, "is mirrored"), (False, "is not mirrored")):
        yield Claim(mirrored in set().union(*tossed), True, f"some image of 32 batches {words}")


def every_place_by_chance(call, numbers: Numbers) -> Iterator[Claim]:
    found = crops(call, numbers, numbered(400, 1, 5, 6), (3, 4))
    tops, lefts = (sorted({place[axis] for place in found}) for axis in (0, 1))
    yield Claim(tops, [0, 1, 2], "crops start at every height where one fits")
    yield Claim(lefts, [0, 1, 2], "crops start at every width where one fits")
    places = {place[:2] for place in found}
    yield Claim(len(places), len(tops) * len(lefts), "height and width are drawn apart")
    often = sum(place[2] for place in found)
    # A fair coin thrown 400 times shows between 130 and 270 heads but once in 10^12 times.
    yield Claim(130 <= often <= 270, True, "about half of the images are mirrored")
    for place in sorted(places):
        tossed = [mirrored for *where, mirrored in found if tuple(where) == place]
        if len(tossed) >= 25:
            yield Claim(
                len(set(tossed)), 2, "whether an image is mirrored does not hang on its place"
            )


def same_seed_same_crops(call, numbers: Numbers) -> Iterator[Claim]:
    seeds = [Seeded(int(seed)) for seed in numbers.rng.choice(2**31, 2, replace=False)]
    images = numbered(30, 1, 8, 8)
    first, again, other = (
        np.asarray(call(images=images, size=4, rng=seed)) for seed in (seeds[0], *seeds)
    )
    yield Claim(np.array_equal(first, again), True, "the same generator gives the same crops")
    yield Claim(np.array_equal(first, other), False, "another generator gives other crops")


def kept_dtype(call, numbers: Numbers) -> Iterator[Claim]:
    for dtype in ("float32", "uint8"):
        images = numbered(2, 1, 4, 4).astype(dtype)
        cut = np.asarray(call(images=images, size=3, rng=Seeded(0)))
        yield Claim(str(cut.dtype), dtype, f"{dtype} stays {dtype}")


def cropped_by(places, flips, axis: int = -1):
    """`random_crop_flip` with places and flips drawn in somebody's own way."""

    def random_crop_flip(x: np.ndarray, size: Any, rng: np.random.Generator) -> np.ndarray:
        high, wide = (size, size) if isinstance(size, int) else size
        tops, lefts = places(rng, len(x), x.shape[2] - high + 1, x.shape[3] - wide + 1)
        cut = np.stack(
            [
                image[:, top : top + high, left : left + wide]
                for image, top, left in zip(x, tops, lefts, strict=True)
            ]
        )
        chosen = flips(rng, len(x))
        cut[chosen] = np.flip(cut[chosen], axis)
        return cut

    return random_crop_flip


def each_its_own(rng, n: int, rows: int, columns: int):
    return rng.integers(rows, size=n), rng.integers(columns, size=n)


def one_for_all(rng, n: int, rows: int, columns: int):
    return [rng.integers(rows)] * n, [rng.integers(columns)] * n


def never_last(rng, n: int, rows: int, columns: int):
    return rng.integers(max(rows - 1, 1), size=n), rng.integers(max(columns - 1, 1), size=n)


def in_the_middle(rng, n: int, rows: int, columns: int):
    return [(rows - 1) // 2] * n, [(columns - 1) // 2] * n


def along_a_diagonal(rng, n: int, rows: int, columns: int):
    places = rng.integers(min(rows, columns), size=n)
    return places, places


def coin(rng, n: int) -> np.ndarray:
    return rng.random(n) < 0.5


def one_coin(rng, n: int) -> np.ndarray:
    return np.full(n, rng.random() < 0.5)


def nobody(rng, n: int) -> np.ndarray:
    return np.zeros(n, bool)


def everybody(rng, n: int) -> np.ndarray:
    return np.ones(n, bool)


RANDOM_CROP_FLIP = Exercise(
    id="random-crop-flip",
    lesson=LESSON,
    reference=images.random_crop_flip,
    properties=(
        Property("windows", "windows of the images", windows_of_the_images, hidden=False),
        Property("own", "each image its own crop", crops_of_their_own, hidden=False),
        Property("chance", "every place, by chance", every_place_by_chance),
        Property("rng", "drawn from the generator", same_seed_same_crops),
        Property("kept", "numbers keep their dtype", kept_dtype),
    ),
    facet_words={
        "windows": "every crop is a window of its image, mirrored or not",
        "own": "a place and a toss of the coin for each image",
        "chance": "every place can be drawn, and half of the images are mirrored",
        "rng": "numbers from the generator that was given",
        "kept": "numbers keep their dtype",
    },
    mistakes=(
        Mistake(
            "same crop for the whole batch",
            cropped_by(one_for_all, coin),
            "All images of the batch are cut at the same place.",
            MORE_IMAGES,
        ),
        Mistake(
            "flipped vertically",
            cropped_by(each_its_own, coin, axis=-2),
            "Images were turned upside down; they are mirrored left to right.",
            MORE_IMAGES,
        ),
        Mistake(
            "same flip for the whole batch",
            cropped_by(each_its_own, one_coin),
            "One toss of the coin decides for all images.",
            MORE_IMAGES,
        ),
        Mistake(
            "one draw for the whole batch",
            cropped_by(one_for_all, one_coin),
            "Chance is asked once for the whole batch: every image needs draws of its own.",
            MORE_IMAGES,
        ),
        Mistake(
            "never flipped",
            cropped_by(each_its_own, nobody),
            "No image is mirrored.",
            MORE_IMAGES,
        ),
        Mistake(
            "always flipped",
            cropped_by(each_its_own, everybody),
            "Every image is mirrored; half of them should be.",
            MORE_IMAGES,
        ),
        Mistake(
            "last place never drawn",
            cropped_by(never_last, coin),
            "The windows at the lower and at the right edge are never drawn.",
            MORE_IMAGES,
        ),
        Mistake(
            "centre crop",
            cropped_by(in_the_middle, coin),
            "Every crop is cut out of the middle.",
            MORE_IMAGES,
        ),
        Mistake(
            "same step down and right",
            cropped_by(along_a_diagonal, coin),
            "The crops start on a diagonal only: height and width need a draw each.",
            MORE_IMAGES,
        ),
        Mistake(
            "generator ignored",
            lambda x, size, rng: images.random_crop_flip(x, size, np.random.default_rng(0)),
            "The generator that was given is not used.",
            MORE_IMAGES,
        ),
        Mistake(
            "height and width exchanged",
            lambda x, size, rng: (
                images.random_crop_flip(
                    x, size if isinstance(size, int) else (size[1], min(size[0], x.shape[3])), rng
                )
                if isinstance(size, int) or size[1] <= x.shape[2]
                else images.random_crop_flip(x, size[0], rng)
            ),
            "Height and width of the crop are exchanged.",
            MORE_IMAGES,
        ),
        Mistake(
            "only flipped",
            lambda x, size, rng: np.where(coin(rng, len(x))[:, None, None, None], x[..., ::-1], x),
            "The images are mirrored but not cropped.",
            MORE_IMAGES,
        ),
    ),
)


# --- ensemble -------------------------------------------------------------------------------------


def some_probabilities(numbers: Numbers, M: int, N: int, K: int, sure: bool = False) -> Arguments:
    """Probabilities of M networks; with `sure` one is sure, and the others lean elsewhere."""
    powers = np.exp(2 * numbers.rng.normal(size=(M, N, K)))
    if sure:
        leaning, certain = (int(i) for i in numbers.rng.choice(K, 2, replace=False))
        powers = np.full((M, N, K), 0.2) + 0.01 * numbers.rng.random((M, N, K))
        powers[:-1, :, leaning] = 0.35
        powers[-1, :, certain] = 20.0
    chances = powers / powers.sum(axis=2, keepdims=True)
    return {"list_of_probabilities": [numbers.lay_out(p.astype(numbers.dtype)) for p in chances]}


def most_votes(list_of_probabilities: list[np.ndarray]) -> np.ndarray:
    votes = np.stack([p.argmax(axis=1) for p in list_of_probabilities])
    classes = list_of_probabilities[0].shape[1]
    return np.array([np.bincount(column, minlength=classes).argmax() for column in votes.T])


def stacked(combine):
    return lambda list_of_probabilities: combine(np.stack(list_of_probabilities))


ENSEMBLE_PREDICT = Exercise(
    id="ensemble-predict",
    lesson=LESSON,
    reference=losses.ensemble_predict,
    draw=some_probabilities,
    example=lambda: {
        "list_of_probabilities": [
            np.array([[0.6, 0.4, 0.0], [0.1, 0.2, 0.7]]),
            np.array([[0.6, 0.4, 0.0], [0.5, 0.3, 0.2]]),
            np.array([[0.0, 0.9, 0.1], [0.3, 0.4, 0.3]]),
        ]
    },
    smallest={"K": 3, "M": 3},
    cases=(
        case("values", hidden=False, M=3, N=40, K=5),
        case("sure", hidden=False, M=3, N=4, K=5, sure=True),
        case("sure", M=5, N=9, K=4, sure=True),
        case("values", M=7, N=30, K=10),
        case("values", M=2, N=50, K=5),
        case("one", hidden=False, M=1, N=6, K=4),
        case("one", M=4, N=1, K=6),
        case("layout", layout="F", M=3, N=9, K=6),
        case("layout", layout="strided", dtype="float32", M=3, N=9, K=6),
    ),
    facet_words={
        "sure": "one network that is sure against some that are not",
        "one": "a single network, or a single image",
    },
    mistakes=(
        Mistake(
            "majority vote",
            most_votes,
            "Each network had one vote; averaging lets a network that is sure count for more.",
            TOGETHER,
        ),
        Mistake(
            "average of argmaxes",
            stacked(lambda p: np.rint(p.argmax(axis=2).mean(axis=0)).astype(int)),
            "The numbers of the classes were averaged: halfway between class 2 and class 4 is "
            "not class 3.",
            TOGETHER,
        ),
        Mistake(
            "average of argmaxes",
            stacked(lambda p: p.argmax(axis=2).mean(axis=0).astype(int)),
            "The numbers of the classes were averaged: halfway between class 2 and class 4 is "
            "not class 3.",
            TOGETHER,
        ),
        Mistake(
            "first network only",
            stacked(lambda p: p[0].argmax(axis=1)),
            "Only the first network was asked.",
            TOGETHER,
        ),
        Mistake(
            "last network only",
            stacked(lambda p: p[-1].argmax(axis=1)),
            "Only the last network was asked.",
            TOGETHER,
        ),
        Mistake(
            "surest network decides",
            stacked(lambda p: p.max(axis=0).argmax(axis=1)),
            "The network that is surest decides alone.",
            TOGETHER,
        ),
        Mistake(
            "least likely class",
            stacked(lambda p: p.mean(axis=0).argmin(axis=1)),
            "This is the least likely class.",
            TOGETHER,
        ),
        Mistake(
            "averaged over the images",
            stacked(lambda p: p.mean(axis=1).argmax(axis=1)),
            "The average went over the images instead of over the networks.",
            TOGETHER,
        ),
        Mistake(
            "probabilities returned",
            stacked(lambda p: p.mean(axis=0)),
            "These are the averaged probabilities; the best class of each image is asked for.",
            TOGETHER,
        ),
        Mistake(
            "probabilities multiplied",
            stacked(lambda p: p.prod(axis=0).argmax(axis=1)),
            "The probabilities were multiplied: one network can then forbid a class.",
            TOGETHER,
        ),
    ),
)


# --- top k ----------------------------------------------------------------------------------------


def scored_images(numbers: Numbers, N: int, K: int, k: int) -> Arguments:
    scores = numbers.array(N, K)
    # Numbers apart from each other: what ties are worth is nobody's question here.
    ranks = np.argsort(np.argsort(scores + numbers.rng.random((N, K)), axis=1), axis=1)
    scores = numbers.lay_out((ranks - K // 2).astype(numbers.dtype))
    return {"scores": scores, "labels": numbers.rng.integers(K, size=N), "k": k}


def hit(scores: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    return (np.argsort(-scores, axis=1)[:, :k] == labels[:, None]).any(axis=1)


def beyond(call, numbers: Numbers) -> Iterator[Claim]:
    """With as many guesses as there are classes nobody can be wrong."""
    drawn = scored_images(numbers, N=20, K=6, k=6)
    yield Claim(call(**drawn), 0.0, "as many guesses as classes", drawn)
    perfect = {**drawn, "labels": drawn["scores"].argmax(axis=1), "k": 1}
    yield Claim(call(**perfect), 0.0, "labels that score highest", perfect)
    hopeless = {**drawn, "labels": drawn["scores"].argmin(axis=1), "k": 5}
    yield Claim(call(**hopeless), 1.0, "labels that score lowest", hopeless)


TOP_K_ERROR = Exercise(
    id="top-k-error",
    lesson=LESSON,
    reference=losses.top_k_error,
    draw=scored_images,
    example=lambda: {
        "scores": np.array(
            [[5.0, 1.0, 3.0, 2.0], [0.0, 4.0, 2.0, 1.0], [1.0, 2.0, 7.0, 4.0], [3.0, 2.0, 1.0, 6.0]]
        ),
        "labels": np.array([2, 1, 0, 1]),
        "k": 2,
    },
    smallest={"K": 3},
    cases=(
        case("values", N=37, K=10, k=5),
        case("values", hidden=False, N=20, K=6, k=2),
        case("values", N=53, K=20, k=5),
        case("one_guess", hidden=False, N=31, K=5, k=1),
        case("one_guess", N=29, K=12, k=1),
        case("one_image", N=1, K=5, k=2),
        case("layout", layout="F", N=23, K=7, k=3),
        case("layout", layout="strided", N=23, K=7, k=3),
        case("refused", N=5, K=4, k=5),
        case("refused", N=5, K=4, k=0),
    ),
    properties=(Property("ends", "none wrong, and all wrong", beyond),),
    facet_words={
        "one_guess": "a single guess",
        "one_image": "a single image",
        "ends": "nobody is wrong with as many guesses as classes",
        "refused": "a k that is no number of guesses is refused",
    },
    mistakes=(
        Mistake(
            "accuracy instead of error",
            lambda scores, labels, k: 1 - losses.top_k_error(scores, labels, k),
            "This is how often the label is among the guesses; the error is how often it is not.",
            TOP_FIVE,
        ),
        Mistake(
            "lowest scores taken",
            lambda scores, labels, k: losses.top_k_error(-scores, labels, k),
            "The k lowest scores were taken for the best.",
            TOP_FIVE,
        ),
        Mistake(
            "k ignored",
            lambda scores, labels, k: losses.top_k_error(scores, labels, 1),
            "Only the best guess was looked at.",
            TOP_FIVE,
        ),
        Mistake(
            "the k-th guess only",
            lambda scores, labels, k: float(
                np.mean(np.argsort(-scores, axis=1)[:, k - 1] != labels)
            ),
            "Only the k-th guess was looked at, not the ones before it.",
            TOP_FIVE,
        ),
        Mistake(
            "one guess too many",
            lambda scores, labels, k: float(1 - hit(scores, labels, k + 1).mean()),
            "One guess too many was allowed.",
            TOP_FIVE,
        ),
        Mistake(
            "one guess too few",
            lambda scores, labels, k: float(1 - hit(scores, labels, k - 1).mean()),
            "One guess too few was allowed.",
            TOP_FIVE,
        ),
        Mistake(
            "in percent",
            lambda scores, labels, k: 100 * losses.top_k_error(scores, labels, k),
            "This is in percent; a fraction is asked for.",
            TOP_FIVE,
        ),
        Mistake(
            "counted",
            lambda scores, labels, k: float((~hit(scores, labels, k)).sum()),
            "This is the number of images; their fraction is asked for.",
            TOP_FIVE,
        ),
        Mistake(
            "divided by the classes",
            lambda scores, labels, k: float((~hit(scores, labels, k)).sum() / scores.shape[1]),
            "The number of mistakes was divided by the number of classes, not of images.",
            TOP_FIVE,
        ),
        Mistake(
            "divided by k",
            lambda scores, labels, k: 1 - (1 - losses.top_k_error(scores, labels, k)) / k,
            "The hits were divided by k times the number of images: each image can be hit once.",
            TOP_FIVE,
        ),
    ),
)


# --- the recipe -----------------------------------------------------------------------------------


def recipe_with(**other: float):
    return lambda: {**architectures.training_recipe(), **other}


TRAINING_RECIPE = Exercise(
    id="training-recipe",
    lesson=LESSON,
    reference=architectures.training_recipe,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    facet_words={"values": "how AlexNet was trained"},
    mistakes=(
        Mistake(
            "divided by 10 as a factor of 10",
            recipe_with(learning_rate_factor=10.0),
            "The factor is 10: the learning rate would grow each time.",
            RECIPE,
        ),
        Mistake(
            "weight decay of 5e-3",
            recipe_with(weight_decay=5e-3),
            "The weight decay is ten times too strong.",
            RECIPE,
        ),
        Mistake(
            "weight decay of 5e-5",
            recipe_with(weight_decay=5e-5),
            "The weight decay is ten times too weak.",
            RECIPE,
        ),
        Mistake(
            "learning rate of 1e-3",
            recipe_with(learning_rate=1e-3),
            "The learning rate starts ten times too low.",
            RECIPE,
        ),
        Mistake(
            "learning rate of 0.1",
            recipe_with(learning_rate=0.1),
            "The learning rate starts ten times too high.",
            RECIPE,
        ),
        Mistake(
            "batches of 256",
            recipe_with(batch_size=256),
            "256 is the batch of VGG, and the size of AlexNet's photos before cropping.",
            RECIPE,
        ),
        Mistake(
            "momentum of 0.99",
            recipe_with(momentum=0.99),
            "The momentum is 0.99; it was 0.9.",
            RECIPE,
        ),
        Mistake(
            "dropout of 0.8",
            recipe_with(dropout=0.8),
            "Dropout of another rate: half of the units were dropped.",
            RECIPE,
        ),
        Mistake(
            "five networks",
            recipe_with(ensemble_size=5),
            "Five networks averaged to 16.4%; the entry that won had seven.",
            RECIPE,
        ),
        Mistake(
            "in percent",
            recipe_with(dropout=50.0),
            "The dropout is in percent; a fraction is asked for.",
            RECIPE,
        ),
    ),
)


EXERCISES = (
    ALEXNET_LAYERS,
    ALEXNET_PARAMETER_COUNT,
    ALEXNET_TWO_TOWERS_PARAMETER_COUNT,
    ALEXNET_MULTIPLY_ADDS,
    ALEXNET_INPUT_SIZE,
    ZFNET_LAYERS,
    ZFNET_PARAMETER_COUNT,
    ZFNET_FIRST_SIZE,
    RANDOM_CROP_FLIP,
    ENSEMBLE_PREDICT,
    TOP_K_ERROR,
    TRAINING_RECIPE,
)
