"""Exercises that are judged by what a trained network predicts, on digits it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from autograder import datasets
from autograder.inside.arguments import Arguments, Seeded
from autograder.reference import backpropagation, losses, networks, training

from .model import Claim, Mistake, Numbers, Property
from .tables import Layers

Params = list[dict[str, np.ndarray]]


@lru_cache(maxsize=1)
def digits() -> dict[str, np.ndarray]:
    return datasets.load_digits()


def as_images(pixels: np.ndarray) -> np.ndarray:
    """(N, 28, 28) bytes as (N, 1, 28, 28) float32 from 0 to 1."""
    return pixels[:, None].astype(np.float32) / 255


def half_size(pixels: np.ndarray) -> np.ndarray:
    """The same at 14×14: the mean of every 2×2."""
    return as_images(pixels).reshape(len(pixels), 1, 14, 2, 14, 2).mean(axis=(3, 5))


# --- a training loop, tried on a network that learns in a moment ----------------------------------

QUICK: Layers = [
    ("conv", {"filters": 6, "kernel": 3}),
    ("relu", {}),
    ("max_pool", {"size": 2}),
    ("flatten", {}),
    ("fully_connected", {"units": 10}),
]


def lesson_in_small(numbers: Numbers, count: int, **changed: Any) -> Arguments:
    """What a training loop is given: digits of 14×14, and parameters to start from."""
    rng = numbers.rng
    chosen = rng.permutation(len(digits()["images"]))[:count]
    images = half_size(digits()["images"][chosen])
    return {
        "layers": QUICK,
        "params": networks.initialize(QUICK, images.shape[1:], rng),
        "images": images,
        "labels": digits()["labels"][chosen].astype(np.int64),
        "rng": Seeded(int(rng.integers(2**31))),
        "epochs": 8,
        "batch_size": 20,
        "learning_rate": 0.05,
        **changed,
    }


@lru_cache(maxsize=1)
def unseen() -> tuple[np.ndarray, np.ndarray]:
    return half_size(digits()["held_out_images"][::4]), digits()["held_out_labels"][::4]


def usable(params: Any, like: Params) -> bool:
    """Whether parameters have the shapes of others, and are finite."""
    return (
        isinstance(params, list)
        and len(params) == len(like)
        and all(
            isinstance(mine, dict)
            and mine.keys() == theirs.keys()
            and all(
                isinstance(mine[name], np.ndarray)
                and mine[name].shape == theirs[name].shape
                and bool(np.isfinite(mine[name]).all())
                for name in theirs
            )
            for mine, theirs in zip(params, like, strict=True)
        )
    )


def share_right(params: Params) -> float:
    images, labels = unseen()
    return float((networks.predict(QUICK, params, images) == labels).mean())


def result_of_training(call, numbers: Numbers) -> Iterator[Claim]:
    given = lesson_in_small(numbers, 45, epochs=3)
    result = call(**given)
    pair = isinstance(result, tuple) and len(result) == 2
    yield Claim(pair, True, "the result is a pair of parameters and losses")
    params, history = result if pair else (result, None)
    yield Claim(
        usable(params, given["params"]), True, "the parameters are finite, in the shapes they had"
    )
    listed = isinstance(history, list) and all(isinstance(loss, float) for loss in history)
    yield Claim(listed and len(history) == 3, True, "there is a list of one loss for each epoch")


def digits_are_learned(call, numbers: Numbers) -> Iterator[Claim]:
    given = lesson_in_small(numbers, 300, epochs=6)
    params, history = call(**given)
    known = usable(params, given["params"])
    right = share_right(params) if known else 0.0
    for least in (0.3, 0.65):
        yield Claim(
            right >= least, True, f"of digits it has not seen the network knows {least:.0%}"
        )
    if known:
        steps = [
            float(np.abs(own["weights"] - before["weights"]).mean() / before["weights"].std())
            for own, before in zip(params, given["params"], strict=True)
            if own
        ]
        yield Claim(all(step > 0 for step in steps), True, "the weights are not those of the start")
        yield Claim(all(step > 0.05 for step in steps), True, "the weights move a good way")
        seen = networks.predict(QUICK, params, given["images"]) == given["labels"]
        yield Claim(
            bool(seen[:20].mean() - seen[20:].mean() < 0.3),
            True,
            "the first images are not known much better than the others",
        )
    yield Claim(bool(history[-1] < 0.5 * history[0]), True, "the loss falls to less than half")
    yield Claim(bool(history[-1] <= 1.2 * history[0]), True, "the loss does not rise")
    # Before any step the loss is log 10, about 2.3; the first epoch lies around and below it.
    yield Claim(bool(0.2 < history[0] < 4), True, "the first loss is the mean for one image")


def short_batches_count(call, numbers: Numbers) -> Iterator[Claim]:
    """Fewer images than a batch holds are trained on as well."""
    given = lesson_in_small(numbers, 15, batch_size=64, epochs=25)
    params, history = call(**given)
    learned = usable(params, given["params"]) and bool(history[-1] < 0.8 * history[0])
    yield Claim(learned, True, "a batch that is not full is learned from")


def order_from_rng(call, numbers: Numbers) -> Iterator[Claim]:
    given = lesson_in_small(numbers, 40, epochs=1)
    first, again = call(**given)[0], call(**given)[0]
    other = call(**{**given, "rng": Seeded(given["rng"].seed ^ 1)})[0]
    weights = [np.asarray(params[0]["weights"]) for params in (first, again, other)]
    yield Claim(np.array_equal(*weights[:2]), True, "the same generator gives the same network")
    yield Claim(np.array_equal(*weights[::2]), False, "another generator gives another network")


TRAINING_PROPERTIES = (
    Property("result", "what comes back", result_of_training, hidden=False),
    Property("learned", "digits are learned", digits_are_learned, hidden=False),
    Property("short", "batches that are not full", short_batches_count),
    Property("order", "a new order each epoch", order_from_rng),
)

TRAINING_WORDS = {
    "result": "parameters and losses come back",
    "learned": "the trained network knows digits it has not seen",
    "short": "a batch that is not full",
    "order": "the order of the images is drawn from the generator",
}


def train(
    layers: Layers,
    params: Params,
    images: np.ndarray,
    labels: np.ndarray,
    rng: np.random.Generator,
    epochs: int = 10,
    batch_size: int = 64,
    learning_rate: float = 0.05,
) -> tuple[Params, list[float]]:
    """The reference's training loop, in the words of the exercise."""
    recipe = training.Recipe(epochs, batch_size, learning_rate, "constant", weight_decay=0.0)
    trained = training.train(layers, images, labels, rng, recipe, params=params, progress=False)
    return trained.params, [float(epoch.loss) for epoch in trained.history]


Batches = Callable[[np.random.Generator, int, int], list[tuple[np.ndarray, np.ndarray]]]


def mini_batches(rng: np.random.Generator, count: int, size: int) -> list:
    """Which images and which labels each batch of an epoch takes."""
    order = rng.permutation(count)
    parts = [order[start : start + size] for start in range(0, count, size)]
    return [(part, part) for part in parts]


def training_by(
    batches: Batches = mini_batches,
    direction: float = 1.0,
    forget: bool = False,
    once: bool = False,
    note: Callable[[float, int], float] = lambda loss, count: loss,
):
    """A plain training loop with something wrong in it.

    `forget` starts each step from the first parameters; `once` stops after an epoch.
    """

    def train(layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05):
        start, history = params, []
        velocities = [{name: np.zeros_like(own[name]) for name in own} for own in params]
        for _ in range(1 if once else epochs):
            noted = []
            for inputs, targets in batches(rng, len(images), batch_size):
                params = start if forget else params
                scores, tape = backpropagation.forward_training(layers, params, images[inputs], rng)
                loss, grad = losses.softmax_cross_entropy(scores, labels[targets])
                slopes = backpropagation.backward(layers, params, tape, grad)
                velocities = [
                    {n: 0.9 * v[n] - direction * learning_rate * g[n] for n in g}
                    for v, g in zip(velocities, slopes, strict=True)
                ]
                params = [
                    {n: w + v[n] for n, w in own.items()}
                    for own, v in zip(params, velocities, strict=True)
                ]
                noted.append(note(float(loss), len(inputs)))
            history.append(float(np.mean(noted)) if noted else 0.0)
        return (start if forget else params), history

    return train


def shuffled_apart(rng: np.random.Generator, count: int, size: int) -> list:
    images, labels = mini_batches(rng, count, size), mini_batches(rng, count, size)
    return [(own, others) for (own, _), (_, others) in zip(images, labels, strict=True)]


def first_batch_always(rng: np.random.Generator, count: int, size: int) -> list:
    batches = mini_batches(rng, count, size)
    return [(np.arange(min(size, count)),) * 2 for _ in batches]


def full_batches_only(rng: np.random.Generator, count: int, size: int) -> list:
    return [batch for batch in mini_batches(rng, count, size) if len(batch[0]) == size]


def always_the_same_order(rng: np.random.Generator, count: int, size: int) -> list:
    return mini_batches(np.random.default_rng(0), count, size)


LOOP = "The loop that learns"

TRAINING_MISTAKES = (
    Mistake(
        "parameters never updated",
        training_by(forget=True),
        "The parameters that come back are those it started from.",
        LOOP,
    ),
    Mistake(
        "images shuffled without their labels",
        training_by(shuffled_apart),
        "Images and labels were shuffled apart: each digit is told it is some other one.",
        LOOP,
    ),
    Mistake(
        "gradient climbed",
        training_by(direction=-1.0),
        "The loss rises: the steps go up the gradient.",
        LOOP,
    ),
    Mistake(
        "first batch only",
        training_by(first_batch_always),
        "Every step looks at the first images only.",
        LOOP,
    ),
    Mistake(
        "batches that are not full left out",
        training_by(full_batches_only),
        "Images that do not fill a batch are never looked at.",
        LOOP,
    ),
    Mistake(
        "one epoch only",
        training_by(once=True),
        "Training stopped after one epoch.",
        LOOP,
    ),
    Mistake(
        "generator ignored",
        training_by(always_the_same_order),
        "The order of the images does not come from the generator that was given.",
        LOOP,
    ),
    Mistake(
        "losses added up",
        training_by(note=lambda loss, count: loss * count),
        "The losses are sums over a batch; the mean for one image is asked for.",
        LOOP,
    ),
    Mistake(
        "losses left out",
        lambda *arguments: train(*arguments)[0],
        "Only the parameters came back; the losses belong with them.",
        LOOP,
    ),
)


# --- a trained network, asked about the digits kept apart -----------------------------------------


def known_digits(images: np.ndarray) -> np.ndarray:
    """Recognise digits by looking them up: as good as a network can get."""
    table = answers_by_picture()
    return np.array([table[image.tobytes()] for image in images])


@lru_cache(maxsize=1)
def answers_by_picture() -> dict[bytes, int]:
    return {
        image.tobytes(): int(label)
        for part in ("", "held_out_")
        for image, label in zip(digits()[f"{part}images"], digits()[f"{part}labels"], strict=True)
    }


def one_digit_each(call, numbers: Numbers) -> Iterator[Claim]:
    for count in (1, 5):
        chosen = numbers.rng.permutation(len(digits()["images"]))[:count]
        found = np.asarray(call(images=digits()["images"][chosen]))
        yield Claim(
            found.shape == (count,) and found.dtype.kind in "iu",
            True,
            f"for {count} image{'s' if count > 1 else ''} there is one whole number each; there is "
            f"an array of shape {found.shape} and of {found.dtype}",
        )


def digits_seen_in_training(call, numbers: Numbers) -> Iterator[Claim]:
    chosen = numbers.rng.permutation(len(digits()["images"]))[:300]
    right = share(call(images=digits()["images"][chosen]), digits()["labels"][chosen])
    yield Claim(right >= 0.95, True, "of 300 digits to learn from, 95% are recognised")


def share(found: Any, labels: np.ndarray) -> float:
    found = np.asarray(found)
    return float((found == labels).mean()) if found.shape == labels.shape else 0.0


def digits_kept_apart(least: float):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        order = numbers.rng.permutation(len(digits()["held_out_images"]))
        found = call(images=digits()["held_out_images"][order])
        right = share(found, digits()["held_out_labels"][order])
        yield Claim(right >= least, True, f"of the digits kept apart {least:.1%} are recognised")

    return test


def neighbours_do_not_matter(call, numbers: Numbers) -> Iterator[Claim]:
    below_5 = np.flatnonzero(digits()["held_out_labels"] < 5)
    images = digits()["held_out_images"][numbers.rng.permutation(below_5)[:40]]
    together, backwards = call(images=images), call(images=images[::-1].copy())
    yield Claim(len(np.unique(together)) > 2, True, "not all images are called the same")
    yield Claim(
        bool((np.asarray(together) < 5).mean() > 0.8),
        True,
        "of digits from 0 to 4 none is often taken for a larger one",
    )
    yield Claim(
        np.array_equal(np.asarray(together), np.asarray(backwards)[::-1]),
        True,
        "images in another order are recognised as before",
    )
    alone = [int(np.ravel(call(images=images[i : i + 1]))[0]) for i in range(3)]
    yield Claim(
        alone == list(np.ravel(together)[:3]), True, "an image alone is recognised as among others"
    )
