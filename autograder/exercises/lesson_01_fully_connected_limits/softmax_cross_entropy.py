"""Measure how surprised softmax is by the labels, and which way is better."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case
from ._shared import agrees, unlike_labels

VERY_LOW = 743.0
"""exp(−743) is still above zero, but has not one digit left that is right."""


def scores_and_labels(
    numbers: Numbers, N: int, K: int, low: str = "", surprised: bool = False
) -> Arguments:
    """Draw scores; `low` pushes rows down, `surprised` the scores of the right classes."""
    scores = numbers.array(N, K)
    labels = unlike_labels(numbers, N, K)
    highest = scores.max(axis=1, keepdims=True)
    if low == "every row":
        scores -= highest + VERY_LOW
    if low == "one row":
        scores[0] -= highest[0] + VERY_LOW - highest[1:].max()
    if surprised:
        scores[np.arange(N), labels] -= 1000
    return {"scores": scores, "labels": labels}


def scores_of_a_thousand(call, numbers: Numbers) -> Iterator[Claim]:
    """Scores of ±1000 give the loss and the gradient, not an overflow."""
    rows = [1000.0, 0.0, 998.0], [-1000.0, -998.0, -1000.0], [-1000.0, 1000.0, 0.0]
    for scores, label in zip(rows, (0, 1, 0), strict=True):
        given = {"scores": np.array([scores]), "labels": np.array([label])}
        loss, grad = reference.softmax_cross_entropy(**given)
        got_loss, got_grad = call(**given)
        yield Claim(got_loss, loss, "the loss at scores of ±1000", given)
        yield Claim(got_grad, grad, "the gradient at scores of ±1000", given)


def a_constant_changes_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """The same number added to all scores of a row changes neither loss nor gradient."""
    scores, labels = numbers.rng.integers(-4, 5, (3, 4)).astype(float), np.array([0, 3, 2])
    raised = scores + np.array([[5.0], [-6.0], [0.0]])
    yield Claim(
        call(scores=raised, labels=labels),
        call(scores=scores, labels=labels),
        "a number added to all scores of a row changes nothing",
    )


def knowing_nothing_costs_log_k(call, numbers: Numbers) -> Iterator[Claim]:
    """Scores that are all the same give a loss of log K."""
    given = {"scores": np.zeros((1, 10)), "labels": numbers.rng.integers(10, size=1)}
    yield Claim(float(call(**given)[0]), float(np.log(10)), "ten equal scores cost log 10")


def slope_of_its_own_loss(call, numbers: Numbers) -> Iterator[Claim]:
    """The gradient is the slope of the loss, by central differences."""
    scores, labels = numbers.array(1, 3), numbers.rng.integers(3, size=1)
    slope = reference.numerical_gradient(lambda s: float(call(scores=s, labels=labels)[0]), scores)
    yield Claim(
        agrees(call(scores=scores, labels=labels)[1], slope),
        True,
        "the gradient is the slope of your own loss, by central differences",
    )


def columns_in_memory(call, numbers: Numbers) -> Iterator[Claim]:
    """Scores that lie in memory column by column give the same as row by row."""
    scores, labels = numbers.array(4, 3), unlike_labels(numbers, 4, 3)
    yield Claim(
        call(scores=np.asfortranarray(scores), labels=labels),
        call(scores=scores, labels=labels),
        "the same scores, column by column in memory",
    )


def softmax_along(scores: np.ndarray, axis: int | None, shift: bool = True) -> np.ndarray:
    """Softmax; `axis=None` shifts the whole batch by one maximum."""
    highest = scores.max(axis=axis, keepdims=True) if shift else 0.0
    powers = np.exp(scores - highest)
    return powers / powers.sum(axis=1 if axis is None else axis, keepdims=True)


def judged_by(
    probabilities_of: Callable[[np.ndarray], np.ndarray], tiny: float = 0.0
) -> Callable[..., tuple[float, np.ndarray]]:
    """Loss and gradient from probabilities, with the logarithm taken last."""

    def softmax_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        probabilities = probabilities_of(scores)
        rows = np.arange(len(scores))
        loss = -np.mean(np.log(probabilities[rows, labels] + tiny))
        grad = probabilities.copy()
        grad[rows, labels] -= 1
        return float(loss), grad / len(scores)

    return softmax_cross_entropy


def changed_loss(
    loss_of: Callable[..., float] = lambda loss, n, k: loss,
    grad_of: Callable[..., np.ndarray] = lambda grad, n, k: grad,
) -> Callable[..., tuple[float, np.ndarray]]:
    """The right loss and gradient, each changed by the number of samples and classes."""

    def softmax_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        loss, grad = reference.softmax_cross_entropy(scores, labels)
        return loss_of(loss, *scores.shape), grad_of(grad, *scores.shape)

    return softmax_cross_entropy


def with_gradient(
    grad_of: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[..., tuple[float, np.ndarray]]:
    """The right loss, with a gradient from probabilities and the one-hot labels."""

    def softmax_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        loss, grad = reference.softmax_cross_entropy(scores, labels)
        one_hot = np.eye(scores.shape[1], dtype=scores.dtype)[labels]
        return loss, grad_of(grad * len(scores) + one_hot, one_hot)

    return softmax_cross_entropy


def every_label_in_every_row(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    probabilities = softmax_along(scores, axis=1)
    grad = probabilities.copy()
    grad[:, labels] -= 1
    return float(-np.mean(np.log(probabilities[:, labels]))), grad / len(scores)


def summed_over_everything(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def sums_as_a_row(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


EXERCISE = Exercise(
    order=60,
    reference=reference.softmax_cross_entropy,
    draw=scores_and_labels,
    example=lambda: {
        "scores": np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 0.0]]),
        "labels": np.array([0, 2]),
    },
    results=("loss", "grad"),
    terms=64,
    rough=1e-5,  # the loss is a plain number, and does not tell that it comes from float32
    smallest={"K": 2},
    cases=(
        case("values", N=1, K=between(3, 5)),
        case("batch", hidden=False, N=4, K=3),
        case("batch", N=3, K=3),
        case("batch", N=between(3, 6), K=between(3, 6), corners=({"N": 5, "K": 5},)),
        case("classes", N=1, K=between(7, 12)),
        case("classes", N=1, K=2),
        case("low", hidden=False, N=1, K=4, low="every row"),
        case("low", N=1, K=between(3, 5), low="every row"),
        case("low", N=3, K=between(3, 4), low="one row"),
        case("surprised", hidden=False, N=1, K=3, surprised=True),
        case("surprised", N=1, K=between(3, 5), surprised=True),
        case("dtype", hidden=False, dtype="float32", N=1, K=4),
        *(case("dtype", dtype="float32", N=1, K=k) for k in (3, 5, 6)),
        case("layout", layout="strided", N=1, K=between(3, 5)),
    ),
    properties=(
        Property("large", scores_of_a_thousand, hidden=False),
        Property("layout", columns_in_memory),
        Property("slope", slope_of_its_own_loss),
        Property("even", knowing_nothing_costs_log_k),
        Property("constant", a_constant_changes_nothing),
    ),
    facet_words={
        "classes": "few classes and many",
        "low": "scores far below zero",
        "surprised": "a right class whose score lies a thousand below the others",
        "large": "scores of ±1000",
        "slope": "the gradient is the slope of the loss, by central differences",
        "even": "equal scores cost log K",
        "constant": "a number added to all scores of a row changes nothing",
    },
    see="From scores to a loss: softmax and cross-entropy",
    mistakes=(
        Mistake(
            "overflow",
            judged_by(lambda scores: softmax_along(scores, axis=1, shift=False)),
            "The exponentials leave the range of floating-point numbers: exp(1000) is infinite and "
            "exp(−1000) is 0. Only differences between the scores of a row matter.",
        ),
        Mistake(
            "one maximum for the whole batch",
            judged_by(lambda scores: softmax_along(scores, axis=None)),
            "The largest score of the whole batch was subtracted: a row far below it vanishes. "
            "Each row has its own maximum.",
        ),
        Mistake(
            "logarithm of a vanished probability",
            judged_by(lambda scores: softmax_along(scores, axis=1)),
            "The loss is the logarithm of a probability that has become 0. The logarithm of "
            "softmax has a form in which nothing vanishes.",
        ),
        *(
            Mistake(
                "small number under the logarithm",
                judged_by(lambda scores: softmax_along(scores, axis=1), tiny),
                "A small number was added under the logarithm: it hides that the probability has "
                "become 0, and caps the loss.",
            )
            for tiny in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7)
        ),
        Mistake(
            "softmax over the wrong axis",
            judged_by(lambda scores: softmax_along(scores, axis=0)),
            "The softmax went down the samples; it goes over the classes of each sample.",
        ),
        Mistake(
            "summed instead of averaged",
            changed_loss(lambda loss, n, k: loss * n, lambda grad, n, k: grad * n),
            "The losses of the batch were added up; their mean is asked for.",
        ),
        Mistake(
            "summed instead of averaged",
            changed_loss(lambda loss, n, k: loss * n),
            "The losses of the batch were added up; their mean is asked for.",
        ),
        Mistake(
            "gradient not divided by N",
            changed_loss(grad_of=lambda grad, n, k: grad * n),
            "The loss is a mean over the batch, and the gradient is that of the sum: it was not "
            "divided by N.",
        ),
        Mistake(
            "averaged over the classes as well",
            changed_loss(lambda loss, n, k: loss / k, lambda grad, n, k: grad / k),
            "The mean went over the classes as well: it goes over the N samples only.",
        ),
        Mistake(
            "averaged over the classes as well",
            changed_loss(lambda loss, n, k: loss / k),
            "The mean of the loss went over the classes as well: it goes over the N samples only.",
        ),
        Mistake(
            "averaged over the classes as well",
            changed_loss(grad_of=lambda grad, n, k: grad / k),
            "The gradient was divided by the number of classes as well.",
        ),
        Mistake(
            "loss negative",
            changed_loss(lambda loss, n, k: -loss),
            "The minus sign of the loss is missing: a probability is below 1, and its logarithm "
            "below 0.",
        ),
        Mistake(
            "gradient uphill",
            changed_loss(grad_of=lambda grad, n, k: -grad),
            "The gradient has the wrong sign: it points to where the loss falls.",
        ),
        Mistake(
            "labels not subtracted",
            with_gradient(lambda probabilities, one_hot: probabilities / len(one_hot)),
            "The gradient holds the probabilities; the right class was not subtracted.",
        ),
        Mistake(
            "labels not subtracted",
            with_gradient(lambda probabilities, one_hot: probabilities),
            "The gradient holds the probabilities; the right class was not subtracted.",
        ),
        Mistake(
            "gradient of the right class only",
            with_gradient(
                lambda probabilities, one_hot: (probabilities - 1) * one_hot / len(one_hot)
            ),
            "Only the score of the right class has a gradient; the other scores have one too.",
        ),
        Mistake(
            "summed over the whole batch",
            judged_by(summed_over_everything),
            "The powers were divided by the sum over the whole batch: each sample's probabilities "
            "add up to 1 on their own.",
        ),
        Mistake(
            "sums not kept as a column",
            judged_by(sums_as_a_row),
            "The sums of the rows were divided along the columns: keep them as a column, (N, 1), "
            "so that each row meets its own.",
        ),
        Mistake(
            "every label in every row",
            every_label_in_every_row,
            "Every row was asked for the labels of all samples; row n is asked for label n only.",
        ),
    ),
)
