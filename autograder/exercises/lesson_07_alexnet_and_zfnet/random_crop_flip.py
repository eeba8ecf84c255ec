"""Cut a window out of each image, and mirror about every other one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.reference import images

from ..model import Claim, Exercise, Mistake, Numbers, Property, Seeded


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


def cut_square(call, images: np.ndarray, side: int, seed: Seeded) -> np.ndarray:
    """Square windows, asked for by an int; of whoever takes no int, by a pair."""
    try:
        return np.asarray(call(images=images, size=side, rng=seed))
    except Exception:
        return np.asarray(call(images=images, size=(side, side), rng=seed))


def crops(call, numbers: Numbers, images: np.ndarray, side: int) -> list:
    """Where each image of a batch was cut; places that cannot be told are left out."""
    cut = cut_square(call, images, side, a_seed(numbers))
    found = [whereabouts(crop, image) for crop, image in zip(cut, images, strict=True)]
    return [place for place in found if place]


def a_seed(numbers: Numbers) -> Seeded:
    return Seeded(int(numbers.rng.integers(2**31)))


def standing_on_its_head(crop: np.ndarray, image: np.ndarray) -> bool:
    return whereabouts(crop, image) is None and whereabouts(crop[:, ::-1], image) is not None


def windows_of(sizes: Sequence[tuple[tuple[int, int, int], Any]]):
    """A test that what comes back are windows, for images of (C, H, W) and sizes of windows."""

    def test(call, numbers: Numbers) -> Iterator[Claim]:
        for shape, size in sizes:
            images = numbered(40, *shape)  # by chance alone none of so many is turned
            wanted = (40, shape[0], *((size, size) if isinstance(size, int) else size))
            found = call(images=images, size=size, rng=a_seed(numbers))
            yield Claim(isinstance(found, np.ndarray), True, "the windows come back as one array")
            if not isinstance(found, np.ndarray):
                continue
            cut = np.asarray(found)
            there = f"for size {size}, where you have {cut.shape}, the windows have shape {wanted}"
            yield Claim(cut.shape, wanted, there)
            if cut.shape != wanted:
                continue
            pairs = list(zip(cut, images, strict=True))
            turned = any(standing_on_its_head(*pair) for pair in pairs)
            yield Claim(turned, False, f"for size {size}, no crop stands on its head")
            yield Claim(
                all(whereabouts(*pair) is not None for pair in pairs),
                True,
                f"for size {size}, every crop is a window of its image or of its mirror image",
            )

    return test


def crops_of_their_own(call, numbers: Numbers) -> Iterator[Claim]:
    batches = [crops(call, numbers, numbered(6, 1, 6, 8), 4) for _ in range(96)]
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
        yield Claim(mirrored in set().union(*tossed), True, f"some image of 96 batches {words}")


def every_place_by_chance(call, numbers: Numbers) -> Iterator[Claim]:
    found = crops(call, numbers, numbered(1200, 1, 5, 6), 3)
    tops, lefts = (sorted({place[axis] for place in found}) for axis in (0, 1))
    yield Claim(tops, [0, 1, 2], "crops start at every height where one fits")
    yield Claim(lefts, [0, 1, 2, 3], "crops start at every width where one fits")
    places = {place[:2] for place in found}
    yield Claim(len(places), len(tops) * len(lefts), "height and width are drawn apart")
    often = sum(place[2] for place in found)
    # A fair coin thrown 1200 times shows between 475 and 725 heads but once in 10^12 times.
    yield Claim(475 <= often <= 725, True, "about half of the images are mirrored")
    sides = {place: {mirrored for *at, mirrored in found if tuple(at) == place} for place in places}
    both = all(len(tossed) == 2 for tossed in sides.values())
    yield Claim(both, True, "whether an image is mirrored does not hang on its place")


def same_seed_same_crops(call, numbers: Numbers) -> Iterator[Claim]:
    seeds = [Seeded(int(seed)) for seed in numbers.rng.choice(2**31, 2, replace=False)]
    images = numbered(30, 1, 24, 24)
    first, again, other = (cut_square(call, images, 4, seed) for seed in (seeds[0], *seeds))
    yield Claim(np.array_equal(first, again), True, "the same generator gives the same crops")
    yield Claim(np.array_equal(first, other), False, "another generator gives other crops")


def kept_dtype(call, numbers: Numbers) -> Iterator[Claim]:
    for dtype in ("float32", "uint8"):
        images = numbered(2, 1, 4, 4).astype(dtype)
        cut = cut_square(call, images, 3, Seeded(0))
        yield Claim(str(cut.dtype), dtype, f"{dtype} stays {dtype}")


SQUARES = (((2, 6, 8), 4), ((1, 7, 5), 3), ((3, 5, 5), 5))

PAIRS = (((2, 6, 8), (4, 6)), ((1, 7, 5), (3, 5)), ((1, 5, 6), (5, 2)))


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


def with_size(change):
    """`random_crop_flip` with something done to the size before."""
    return lambda x, size, rng: images.random_crop_flip(x, change(size), rng)


def exchanged(size: Any) -> Any:
    return size if isinstance(size, int) else size[::-1]


EXERCISE = Exercise(
    order=90,
    reference=images.random_crop_flip,
    properties=(
        Property("windows", windows_of(SQUARES), hidden=False),
        Property("pair", windows_of(PAIRS), hidden=False),
        Property("own", crops_of_their_own, hidden=False),
        Property("chance", every_place_by_chance, hidden=False),
        Property("rng", same_seed_same_crops, hidden=False),
        Property("kept", kept_dtype, hidden=False),
    ),
    heart=("own", "chance", "rng"),
    facet_words={
        "windows": "every crop is a window of its image, mirrored or not",
        "pair": "windows that are not square: a pair for `size`",
        "own": "each image its own position and mirroring",
        "chance": "every position can be drawn, and half of the images are mirrored",
        "rng": "random numbers from the given generator",
        "kept": "the dtype is kept",
    },
    see="Data augmentation: random crops and mirror images",
    mistakes=(
        Mistake(
            "same crop for the whole batch",
            cropped_by(one_for_all, coin),
            "All images of the batch are cut at the same place.",
        ),
        Mistake(
            "flipped vertically",
            cropped_by(each_its_own, coin, axis=-2),
            "Images were turned upside down; they are mirrored left to right.",
        ),
        Mistake(
            "same flip for the whole batch",
            cropped_by(each_its_own, one_coin),
            "One random number decides for all images whether they are mirrored.",
        ),
        Mistake(
            "one draw for the whole batch",
            cropped_by(one_for_all, one_coin),
            "Position and mirroring are drawn once for the whole batch; every image needs draws "
            "of its own.",
        ),
        Mistake(
            "never flipped",
            cropped_by(each_its_own, nobody),
            "No image is mirrored.",
        ),
        Mistake(
            "always flipped",
            cropped_by(each_its_own, everybody),
            "Every image is mirrored; half of them should be.",
        ),
        Mistake(
            "last place never drawn",
            cropped_by(never_last, coin),
            "The windows at the lower and at the right edge are never drawn.",
        ),
        Mistake(
            "center crop",
            cropped_by(in_the_middle, coin),
            "Every crop is cut out of the middle.",
        ),
        Mistake(
            "same step down and right",
            cropped_by(along_a_diagonal, coin),
            "The crops start on a diagonal only: height and width need a draw each.",
        ),
        Mistake(
            "generator ignored",
            lambda x, size, rng: images.random_crop_flip(x, size, np.random.default_rng(0)),
            "The generator that was given is not used.",
        ),
        Mistake(
            "height and width exchanged",
            with_size(exchanged),
            "Height and width of the crop are exchanged.",
        ),
        Mistake(
            "pairs not taken",
            with_size(int),
            "`size` may be a pair, height and width; your function takes an int only.",
        ),
        Mistake(
            "ints not taken",
            with_size(tuple),
            "`size` may be an int, for square windows; your function takes a pair only.",
        ),
        Mistake(
            "square windows only",
            with_size(lambda size: size if isinstance(size, int) else size[0]),
            "The windows are square: one number of the pair in `size` was used for both sides.",
        ),
        Mistake(
            "dtype not kept",
            lambda x, size, rng: images.random_crop_flip(x, size, rng).astype(float),
            "The windows come back as float64 whatever goes in: give the array that you fill the "
            "dtype of `images`.",
        ),
        Mistake(
            "NumPy's own generator used",
            lambda x, size, rng: images.random_crop_flip(x, size, np.random.default_rng()),
            "The same generator gives other windows each time: random numbers must come from "
            "`rng`.",
        ),
        Mistake(
            "only flipped",
            lambda x, size, rng: np.where(coin(rng, len(x))[:, None, None, None], x[..., ::-1], x),
            "The images are mirrored but not cropped.",
        ),
    ),
)
