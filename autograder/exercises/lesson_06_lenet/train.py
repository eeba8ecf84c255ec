"""Write the training loop; judged on a small network that learns in a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.reference import backpropagation, losses, networks, training

from ..digits import as_images, digits, disturbed
from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, Seeded
from ..tables import Layers

Params = list[dict[str, np.ndarray]]


def half_size(pixels: np.ndarray) -> np.ndarray:
    """The same at 14×14: the mean of every 2×2."""
    return as_images(pixels).reshape(len(pixels), 1, 14, 2, 14, 2).mean(axis=(3, 5))


QUICK: Layers = [
    ("conv", {"filters": 6, "kernel": 3}),
    ("relu", {}),
    ("max_pool", {"size": 2}),
    ("flatten", {}),
    ("fully_connected", {"units": 10}),
]


@dataclass(frozen=True)
class Script:
    """Digits as nobody has trained on them before: other names, other places, other ink.

    Whoever brings a network from home brings one for other digits.

    Parameters
    ----------
    names : (10,) ndarray of int
        What each digit is called.
    places : (int, int)
        By how much all pictures are rolled down and to the right.
    """

    names: np.ndarray
    places: tuple[int, int]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Script:
        down, right = (int(n) for n in rng.integers(14, size=2))
        return cls(rng.permutation(10), (down, right))

    def write(
        self, images: np.ndarray, labels: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pictures of 14×14, (N, 1, 14, 14), and what they are called, (N,)."""
        small = half_size(disturbed(images, rng))
        rolled = np.roll(small, self.places, axis=(2, 3))
        return rolled, self.names[labels].astype(np.int64)

    def share_right(self, params: Params, rng: np.random.Generator) -> float:
        """The share of digits kept apart that a trained network recognizes in this script."""
        kept = (digits()[f"held_out_{name}"][::4] for name in ("images", "labels"))
        pictures, digits_shown = kept
        images, labels = self.write(pictures, digits_shown, rng)
        return float((networks.predict(QUICK, params, images) == labels).mean())


def lesson_in_small(
    numbers: Numbers, count: int, script: Script | None = None, **changed: Any
) -> Arguments:
    """What a training loop is given: digits of 14×14, and parameters to start from."""
    rng = numbers.rng
    script = script or Script.drawn(rng)
    chosen = rng.permutation(len(digits()["images"]))[:count]
    images, labels = script.write(digits()["images"][chosen], digits()["labels"][chosen], rng)
    return {
        "layers": QUICK,
        "params": networks.initialize(QUICK, images.shape[1:], rng),
        "images": images,
        "labels": labels,
        "rng": Seeded(int(rng.integers(2**31))),
        "epochs": 8,
        "batch_size": 20,
        "learning_rate": 0.05,
        **changed,
    }


def shaped(params: Any, like: Params) -> bool:
    """Whether parameters have the names and the shapes of others."""
    return (
        isinstance(params, list)
        and len(params) == len(like)
        and all(
            isinstance(mine, dict)
            and mine.keys() == theirs.keys()
            and all(
                isinstance(mine[name], np.ndarray) and mine[name].shape == theirs[name].shape
                for name in theirs
            )
            for mine, theirs in zip(params, like, strict=True)
        )
    )


def usable(params: Any, like: Params) -> bool:
    """Whether parameters have the shapes of others, and are finite."""
    return shaped(params, like) and all(
        bool(np.isfinite(values).all()) for own in params for values in own.values()
    )


def result_of_training(call, numbers: Numbers) -> Iterator[Claim]:
    given = lesson_in_small(numbers, 45, epochs=3)
    result = call(**given)
    pair = isinstance(result, tuple) and len(result) == 2
    yield Claim(pair, True, "the result is a pair of parameters and losses")
    params, history = result if pair else (result, None)
    known = shaped(params, given["params"])
    yield Claim(known, True, "the parameters have the names and the shapes they had")
    numbers_left = not known or usable(params, given["params"])
    yield Claim(numbers_left, True, "no parameter is NaN (no number any more) or infinite")
    floats = isinstance(history, list) and all(isinstance(loss, float) for loss in history)
    yield Claim(
        floats and len(history or []) == 3, True, "there is a list of one loss for each epoch"
    )


def digits_are_learned(call, numbers: Numbers) -> Iterator[Claim]:
    script = Script.drawn(numbers.rng)
    given = lesson_in_small(numbers, 300, script, epochs=6)
    params, history = call(**given)
    known = usable(params, given["params"])
    right = script.share_right(params, numbers.rng) if known else 0.0
    for least in (0.3, 0.4):
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
        yield are_the_trained_ones(params, history, given, 0.6)
    yield Claim(bool(history[-1] < 0.85 * history[0]), True, "the loss falls")
    yield Claim(bool(history[-1] <= 1.2 * history[0]), True, "the loss does not rise")
    sane = bool(np.isfinite(history).all() and max(history) < 3 * max(history[0], 2.3))
    yield Claim(sane and known, True, "no number runs away")


def are_the_trained_ones(
    params: Params, history: list[float], given: Arguments, more: float
) -> Claim:
    """Claim that the loss of the parameters is that of the last epoch, or little more."""
    close = bool(loss_at(params, given) < history[-1] + more)
    return Claim(close, True, "what comes back has the loss that was noted last, or less")


def loss_at(params: Params, given: Arguments) -> float:
    """The mean loss over all images that were given."""
    scores = networks.forward(QUICK, params, given["images"])
    return float(losses.softmax_cross_entropy(scores, given["labels"])[0])


def short_batches_count(call, numbers: Numbers) -> Iterator[Claim]:
    """Fewer images than a batch holds are trained on as well."""
    given = lesson_in_small(numbers, 15, batch_size=64, epochs=100)
    params, history = call(**given)
    right = 0.0
    if usable(params, given["params"]):
        right = float((networks.predict(QUICK, params, given["images"]) == given["labels"]).mean())
        yield are_the_trained_ones(params, history, given, 0.25)
    yield Claim(right >= 0.7, True, "a batch that is not full is learned from")
    yield Claim(bool(history[-1] < 0.8 * history[0]), True, "the loss falls there as well")


def momentum_is_kept(call, numbers: Numbers) -> Iterator[Claim]:
    """Where the order of the images cannot matter it ends near where momentum leads."""
    given = lesson_in_small(numbers, 40, batch_size=40, epochs=6, learning_rate=0.02)
    one = {name: np.repeat(given[name][:1], 40, axis=0) for name in ("images", "labels")}
    yield momentum_claim(call, {**given, **one, "batch_size": 8, "epochs": 1}, "from step to step")
    yield momentum_claim(call, given, "from one epoch to the next")


def momentum_claim(call, given: Arguments, when: str) -> Claim:
    """Claim that the weights come nearer to those with momentum than to those without."""
    arguments = {**given, "rng": np.random.default_rng(0)}
    with_it, without = (
        weights_in(training_by(momentum=momentum)(**arguments)[0]) for momentum in (0.9, 0.0)
    )
    params = call(**given)[0]
    far = np.inf
    if usable(params, given["params"]):
        far = float(np.linalg.norm(weights_in(params) - with_it))
    near = bool(far < 0.3 * np.linalg.norm(with_it - without))
    return Claim(near, True, f"{when} a momentum of 0.9 is kept")


def weights_in(params: Params) -> np.ndarray:
    return np.concatenate([np.ravel(own[name]) for own in params for name in sorted(own)])


def loss_of_all_batches(call, numbers: Numbers) -> Iterator[Claim]:
    """With steps of next to nothing the epoch's loss is that of all images at the start."""
    given = in_order_of_loss(
        lesson_in_small(numbers, 60, batch_size=20, epochs=1, learning_rate=1e-12)
    )
    wanted = loss_at(given["params"], given)
    noted = float(call(**given)[1][0])
    yield Claim(noted < 3 * wanted, True, "an epoch's loss is that of one image, and no sum")
    yield Claim(
        bool(abs(noted - wanted) < 1e-3 * wanted),
        True,
        "an epoch's loss is the mean over its images",
    )


def in_order_of_loss(given: Arguments) -> Arguments:
    """The same with steeper scores, and the images that cost least first.

    No batch that is read off the file has the mean loss then, and the mean is not log 10.
    """
    params = [dict(own) for own in given["params"]]
    params[-1]["weights"] = 4 * params[-1]["weights"]
    scores = networks.forward(QUICK, params, given["images"])
    own = [
        losses.softmax_cross_entropy(scores[i : i + 1], given["labels"][i : i + 1])[0]
        for i in range(len(scores))
    ]
    order = np.argsort(own)
    images, labels = given["images"][order], given["labels"][order]
    return {**given, "params": params, "images": images, "labels": labels}


def order_from_rng(call, numbers: Numbers) -> Iterator[Claim]:
    given = lesson_in_small(numbers, 40, epochs=1)
    first, again = call(**given)[0], call(**given)[0]
    other = call(**{**given, "rng": Seeded(given["rng"].seed ^ 1)})[0]
    first, again, other = (np.asarray(params[0]["weights"]) for params in (first, again, other))
    yield Claim(np.array_equal(first, again), True, "the same generator gives the same network")
    yield Claim(np.array_equal(first, other), False, "another generator gives another network")


TRAINING_PROPERTIES = (
    Property("result", result_of_training, hidden=False),
    Property("learned", digits_are_learned, hidden=False),
    Property("momentum", momentum_is_kept, hidden=False),
    Property("loss", loss_of_all_batches, hidden=False),
    Property("short", short_batches_count),
    Property("order", order_from_rng),
)

TRAINING_WORDS = {
    "result": "parameters and losses come back",
    "learned": "the trained network knows digits it has not seen",
    "momentum": "a velocity that is kept from step to step and from epoch to epoch",
    "loss": "an epoch's loss is the mean over its images",
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
    momentum: float = 0.9,
    reset: bool = False,
    of_epoch: Callable[[list[float]], Any] = np.mean,
):
    """A plain training loop with something wrong in it.

    `forget` starts each step from the first parameters; `once` stops after an epoch; `reset` begins
    each epoch from a standstill; `of_epoch` makes one loss of those of the batches.
    """

    def train(layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05):
        start, history = params, []
        velocities = [{name: np.zeros_like(own[name]) for name in own} for own in params]
        for _ in range(1 if once else epochs):
            noted = []
            if reset:
                velocities = [{name: 0 * v[name] for name in v} for v in velocities]
            for inputs, targets in batches(rng, len(images), batch_size):
                params = start if forget else params
                scores, tape = backpropagation.forward_training(layers, params, images[inputs], rng)
                loss, grad = losses.softmax_cross_entropy(scores, labels[targets])
                slopes = backpropagation.backward(layers, params, tape, grad)
                velocities = [
                    {n: momentum * v[n] - direction * learning_rate * g[n] for n in g}
                    for v, g in zip(velocities, slopes, strict=True)
                ]
                params = [
                    {n: w + v[n] for n, w in own.items()}
                    for own, v in zip(params, velocities, strict=True)
                ]
                noted.append(note(float(loss), len(inputs)))
            history.append(float(of_epoch(noted)) if noted else 0.0)
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


TRAINING_MISTAKES = (
    Mistake(
        "parameters never updated",
        training_by(forget=True),
        "The parameters that come back are those it started from.",
    ),
    Mistake(
        "images shuffled without their labels",
        training_by(shuffled_apart),
        "Images and labels were shuffled apart: each digit is told it is some other one.",
    ),
    Mistake(
        "gradient climbed",
        training_by(direction=-1.0),
        "The loss rises: the steps go up the gradient.",
    ),
    Mistake(
        "steps far too large",
        training_by(direction=100.0),
        "The numbers run away: the steps are far larger than the learning rate that was given.",
    ),
    Mistake(
        "velocity forgotten each epoch",
        training_by(reset=True),
        "Every epoch begins from a standstill: the velocity of the epoch before is lost.",
    ),
    Mistake(
        "no momentum",
        training_by(momentum=0.0),
        "The steps follow the slopes alone; a momentum of 0.9 is asked for.",
    ),
    Mistake(
        "the last batch's loss",
        training_by(of_epoch=lambda noted: noted[-1]),
        "The loss of an epoch is that of its last batch; the mean over its images is asked for.",
    ),
    Mistake(
        "first batch only",
        training_by(first_batch_always),
        "Every step looks at the first images only.",
    ),
    Mistake(
        "batches that are not full left out",
        training_by(full_batches_only),
        "Images that do not fill a batch are never looked at.",
    ),
    Mistake(
        "one epoch only",
        training_by(once=True),
        "Training stopped after one epoch.",
    ),
    Mistake(
        "generator ignored",
        training_by(always_the_same_order),
        "The order of the images does not come from the generator that was given.",
    ),
    Mistake(
        "losses added up",
        training_by(note=lambda loss, count: loss * count),
        "The losses are sums over a batch; the mean for one image is asked for.",
    ),
    Mistake(
        "losses left out",
        lambda *arguments: train(*arguments)[0],
        "Only the parameters came back; the losses belong with them.",
    ),
)

EXERCISE = Exercise(
    order=80,
    reference=train,
    properties=TRAINING_PROPERTIES,
    heart=("learned", "short"),
    facet_words=TRAINING_WORDS,
    test_points=7,
    see="The loop that learns: mini-batch training",
    mistakes=TRAINING_MISTAKES,
)
