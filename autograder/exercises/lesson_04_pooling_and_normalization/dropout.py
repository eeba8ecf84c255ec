"""Drop numbers by chance while training, and scale the others up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Claim, Exercise, Mistake, Numbers, Property, Seeded


def close_to(value: float, wanted: float, by: float) -> bool:
    return bool(abs(value - wanted) <= by)


def drops_at_its_rate(call, numbers: Numbers) -> Iterator[Claim]:
    """About the rate's part is dropped, also where a thousand channels go as a whole."""
    seed = int(numbers.rng.integers(2**31))
    x = np.ones((32, 32, 8, 8))
    for rate in (0.2, 0.7):
        result = np.asarray(call(x=x, rate=rate, rng=Seeded(seed)), dtype=float)
        dropped = float((result == 0).mean())
        yield Claim(result.shape, x.shape, "the shape stays")
        yield Claim(close_to(dropped, rate, 0.05), True, f"about {rate} of the numbers are 0")


def scales_what_stays(call, numbers: Numbers) -> Iterator[Claim]:
    """What stays is divided by 1 − rate, whatever it is, so that the mean stays."""
    seed = int(numbers.rng.integers(2**31))
    x = np.abs(numbers.array(4, 5, 20, 25)) + 1
    for rate in (0.2, 0.7):
        result = call(x=x, rate=rate, rng=Seeded(seed))
        stays = result != 0
        yield Claim(bool(0 < stays.mean() < 1), True, f"at rate {rate} some numbers stay, not all")
        growth = result[stays] / x[stays]
        yield Claim(growth, np.full_like(growth, 1 / (1 - rate)), f"what stays, at rate {rate}")
        yield Claim(bool((growth > 0.999).all()), True, f"what stays does not shrink at {rate}")
        yield Claim(bool((growth == 1).any()), False, f"what stays is scaled at {rate}")
        small = growth.max(initial=0) < 2 or rate > 0.5
        yield Claim(bool(small), True, f"what stays grows a little only at {rate}")


def each_on_its_own(call, numbers: Numbers) -> Iterator[Claim]:
    """Every image, channel and pixel has a chance of its own."""
    seed = int(numbers.rng.integers(2**31))
    kept = call(x=np.ones((3, 4, 12, 15)), rate=0.5, rng=Seeded(seed)) != 0
    yield Claim(bool((kept[0] != kept[1]).any()), True, "images have masks of their own")
    yield Claim(bool((kept[:, 0] != kept[:, 1]).any()), True, "channels have masks of their own")
    mixed = all(0 < channel.mean() < 1 for image in kept for channel in image)
    yield Claim(mixed, True, "no channel is dropped, or kept, as a whole")
    rows = bool((kept != kept[:, :, :1]).any()) and bool((kept != kept[:, :, :, :1]).any())
    yield Claim(rows, True, "no row or column is dropped, or kept, as a whole")


def off_at_test_time(call, numbers: Numbers) -> Iterator[Claim]:
    """While testing, and at rate 0, everything comes out as it went in."""
    x = numbers.array(3, 2, 4, 5)
    seed = int(numbers.rng.integers(2**31))
    tested = call(x=x, rate=0.5, rng=Seeded(seed), training=False)
    yield Claim(tested, x, "at test time nothing changes")
    yield Claim(bool((tested == 0).any()), False, "at test time nothing is dropped")
    yield Claim(bool((tested == 0).all()), False, "at test time there is something left")


def nothing_at_rate_0(call, numbers: Numbers) -> Iterator[Claim]:
    x = numbers.array(3, 2, 4, 5)
    yield Claim(call(x=x, rate=0.0, rng=Seeded(1)), x, "at rate 0 nothing changes")


def chance_comes_from_rng(call, numbers: Numbers) -> Iterator[Claim]:
    """The generator that is handed in decides, and nothing else."""
    x = np.ones((2, 2, 10, 10))
    first, again, other = (call(x=x, rate=0.5, rng=Seeded(seed)) for seed in (11, 11, 12))
    yield Claim(again, first, "the same generator drops the same numbers")
    yield Claim(bool((other != first).any()), True, "another generator drops others")


def float32_stays(call, numbers: Numbers) -> Iterator[Claim]:
    x = numbers.array(2, 2, 4, 4).astype(np.float32)
    for training in (True, False):
        result = np.asarray(call(x=x, rate=0.5, rng=Seeded(3), training=training))
        yield Claim(str(result.dtype), "float32", "float32 stays float32")


def any_shape(call, numbers: Numbers) -> Iterator[Claim]:
    """It takes the rows of numbers between fully connected layers as well."""
    x = np.ones((40, 50))
    result = np.asarray(call(x=x, rate=0.25, rng=Seeded(4)), dtype=float)
    yield Claim(result.shape, (40, 50), "rows of numbers keep their shape")
    yield Claim(bool((result == 0).any()), True, "rows of numbers are dropped too")


def chance(
    name: str, keep: Callable, sentence: str, tested: Callable = lambda x, rate: x.copy()
) -> Mistake:
    """`keep(x, rate, rng)` while training, `tested(x, rate)` otherwise."""

    def answer(x, rate, rng, training=True):
        result = keep(x, rate, rng) if training else tested(x, rate)
        return result.astype(x.dtype)

    return Mistake(name, answer, sentence)


def mask_of(x: np.ndarray, rate: float, rng: np.random.Generator, axes=(0, 1, 2, 3)) -> np.ndarray:
    """Who stays, with one toss for everything along the axes that are not named."""
    shape = tuple(n if i in axes else 1 for i, n in enumerate(x.shape))
    return rng.random(shape) >= rate


EXERCISE = Exercise(
    order=90,
    reference=reference.dropout,
    properties=(
        Property("rate", drops_at_its_rate, hidden=False),
        Property("scale", scales_what_stays, hidden=False),
        Property("test_time", off_at_test_time, hidden=False),
        Property("own", each_on_its_own),
        Property("rate", nothing_at_rate_0),
        Property("rng", chance_comes_from_rng, hidden=False),
        Property("flat", any_shape),
        Property("dtype", float32_stays, hidden=False),
    ),
    heart=("rate", "scale"),
    facet_words={
        "rate": "the part of the numbers that is dropped, none at rate 0",
        "scale": "what stays is scaled up",
        "test_time": "nothing happens at test time",
        "own": "each number has a chance of its own",
        "rng": "chance comes from the generator handed in, and from nowhere else",
        "flat": "arrays that are not images",
    },
    see="Dropout: drop some numbers by chance",
    mistakes=(
        chance(
            "scales by rate",
            lambda x, rate, rng: x * mask_of(x, rate, rng) / rate if rate else x.copy(),
            "What stays was divided by the rate; it is the chance to stay, 1 − rate.",
        ),
        chance(
            "drops with 1 − rate",
            lambda x, rate, rng: x * mask_of(x, 1 - rate, rng) / (1 - rate) if rate else x.copy(),
            "The rate was taken for the chance to stay; it is the chance to be dropped.",
        ),
        chance(
            "drops with 1 − rate",
            lambda x, rate, rng: x * mask_of(x, 1 - rate, rng) / (1 - rate),
            "The rate was taken for the chance to stay; it is the chance to be dropped.",
        ),
        chance(
            "rate is the chance to stay",
            lambda x, rate, rng: x * mask_of(x, 1 - rate, rng) / (rate or 1),
            "The rate was taken for the chance to stay, in dropping and in scaling.",
        ),
        Mistake(
            "active at test time",
            lambda x, rate, rng, training=True: reference.dropout(x, rate, rng),
            "Numbers are dropped at test time as well: `training` was not looked at.",
        ),
        Mistake(
            "training and testing exchanged",
            lambda x, rate, rng, training=True: reference.dropout(x, rate, rng, not training),
            "Numbers are dropped at test time and kept in training.",
        ),
        chance(
            "not scaled",
            lambda x, rate, rng: x * mask_of(x, rate, rng),
            "What stays was not scaled up, so that the sums shrink.",
        ),
        chance(
            "scaled at test time",
            lambda x, rate, rng: x * mask_of(x, rate, rng),
            "What stays is scaled down at test time; inverted dropout scales it up while training.",
            lambda x, rate: x * (1 - rate),
        ),
        chance(
            "scaled twice",
            lambda x, rate, rng: x * mask_of(x, rate, rng) / (1 - rate),
            "The numbers are scaled while training and at test time; once is enough.",
            lambda x, rate: x * (1 - rate),
        ),
        chance(
            "scaled down",
            lambda x, rate, rng: x * mask_of(x, rate, rng) * (1 - rate),
            "What stays was multiplied by 1 − rate; dividing makes up for what is lost.",
        ),
        chance(
            "same mask for every image",
            lambda x, rate, rng: x * mask_of(x, rate, rng, (1, 2, 3)) / (1 - rate),
            "All images of the batch lose the same numbers; each has a mask of its own.",
        ),
        chance(
            "same mask for every channel",
            lambda x, rate, rng: x * mask_of(x, rate, rng, (0, 2, 3)) / (1 - rate),
            "All channels of an image lose the same numbers; each has a mask of its own.",
        ),
        chance(
            "whole channels dropped",
            lambda x, rate, rng: x * mask_of(x, rate, rng, (0, 1)) / (1 - rate),
            "Channels are dropped as a whole; each number has a chance of its own.",
        ),
        chance(
            "`rng` not used",
            lambda x, rate, rng: x * mask_of(x, rate, np.random.default_rng()) / (1 - rate),
            "Chance does not come from the generator that was handed in, so that nothing can be "
            "repeated.",
        ),
        chance(
            "always the same mask",
            lambda x, rate, rng: x * mask_of(x, rate, np.random.default_rng(0)) / (1 - rate),
            "The same numbers are dropped each time: the generator that was handed in was not "
            "used.",
        ),
        chance("nothing dropped", lambda x, rate, rng: x.copy(), "Nothing is ever dropped."),
    ),
)
