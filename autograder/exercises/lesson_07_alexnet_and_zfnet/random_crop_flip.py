"""Cut a window out of each image, and mirror about every other one."""

from __future__ import annotations

from collections.abc import Iterator
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


EXERCISE = Exercise(
    order=90,
    reference=images.random_crop_flip,
    properties=(
        Property("windows", windows_of_the_images, hidden=False),
        Property("own", crops_of_their_own, hidden=False),
        Property("chance", every_place_by_chance),
        Property("rng", same_seed_same_crops),
        Property("kept", kept_dtype),
    ),
    heart=("own", "chance", "rng"),
    facet_words={
        "windows": "every crop is a window of its image, mirrored or not",
        "own": "a place and a toss of the coin for each image",
        "chance": "every place can be drawn, and half of the images are mirrored",
        "rng": "numbers from the generator that was given",
        "kept": "numbers keep their dtype",
    },
    see="More images for nothing",
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
            "One toss of the coin decides for all images.",
        ),
        Mistake(
            "one draw for the whole batch",
            cropped_by(one_for_all, one_coin),
            "Chance is asked once for the whole batch: every image needs draws of its own.",
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
            "centre crop",
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
            lambda x, size, rng: (
                images.random_crop_flip(
                    x, size if isinstance(size, int) else (size[1], min(size[0], x.shape[3])), rng
                )
                if isinstance(size, int) or size[1] <= x.shape[2]
                else images.random_crop_flip(x, size[0], rng)
            ),
            "Height and width of the crop are exchanged.",
        ),
        Mistake(
            "only flipped",
            lambda x, size, rng: np.where(coin(rng, len(x))[:, None, None, None], x[..., ::-1], x),
            "The images are mirrored but not cropped.",
        ),
    ),
)
