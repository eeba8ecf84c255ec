"""Differentiate the softmax loss with respect to every parameter of two layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import agrees, drawn_until, two_layers, unlike_labels


def samples_and_network(numbers: Numbers, N: int, D: int, H: int, K: int) -> Arguments:
    """Draw a batch and two layers that have something to learn, with hidden units on and off.

    Near the bend two right answers may disagree on which side a number falls, and a difference
    quotient falls on both. A network that is sure of its classes has a loss and gradients made of
    rounding.
    """

    def draw() -> Arguments:
        x, layers = numbers.array(N, D), two_layers(numbers, D, H, K)
        layers["b2"] = numbers.array(K)
        return {"x": x, "labels": unlike_labels(numbers, N, K), **layers}

    def shows(given: Arguments) -> bool:
        before = reference.linear_scores(given["x"], given["w1"], given["b1"])
        distinct = np.abs(before).min() > 1e-3 and before.min() < 0 < before.max()
        loss, gradients = reference.two_layer_gradients(**given)
        unsure = loss > 0.2 and min(np.abs(g).max() for g in gradients.values()) > 0.02
        return numbers.whole or bool(distinct and unsure)

    return drawn_until(draw, shows)


def slopes_of_the_loss(call, numbers: Numbers) -> Iterator[Claim]:
    """Each gradient is the slope of the loss along its parameter, by central differences."""
    given = samples_and_network(numbers, N=1, D=2, H=4, K=3)
    _, gradients = call(**given)
    for name in ("w1", "b1", "w2", "b2"):

        def loss(values: np.ndarray, name: str = name) -> float:
            x, labels, *layers = {**given, name: values}.values()
            return reference.softmax_cross_entropy(reference.two_layer_scores(x, *layers), labels)[
                0
            ]

        yield Claim(
            agrees(gradients[name], reference.numerical_gradient(loss, given[name])),
            True,
            f"the gradient of `{name}` is the slope of the loss, by central differences",
        )


def copies_change_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """The batch twice over has the same mean loss and the same gradients."""
    given = samples_and_network(numbers, N=2, D=3, H=4, K=2)
    doubled = {
        **given,
        "x": np.concatenate([given["x"]] * 2),
        "labels": np.concatenate([given["labels"]] * 2),
    }
    yield Claim(
        call(**doubled), call(**given), "the batch twice over changes neither loss nor gradients"
    )


def trained_by(
    mask: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda before, grad: before > 0,
    meets_w2: Callable[[np.ndarray], np.ndarray] = reference.relu,
    back: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda grad, w2: grad @ w2,
) -> Callable[..., tuple[float, dict[str, np.ndarray]]]:
    """The way back with one of its steps changed."""

    def two_layer_gradients(x, labels, w1, b1, w2, b2):
        before = reference.linear_scores(x, w1, b1)
        scores = reference.linear_scores(reference.relu(before), w2, b2)
        loss, grad = reference.softmax_cross_entropy(scores, labels)
        grad_hidden = back(grad, w2)
        grad_hidden = grad_hidden * mask(before, grad_hidden)
        return loss, {
            "w1": grad_hidden.T @ x,
            "b1": grad_hidden.sum(axis=0),
            "w2": grad.T @ meets_w2(before),
            "b2": grad.sum(axis=0),
        }

    return two_layer_gradients


def changed_gradients(
    change: Callable[..., dict[str, np.ndarray]],
) -> Callable[..., tuple[float, dict[str, np.ndarray]]]:
    """The right loss and gradients, some of them changed by `change(gradients, x)`."""

    def two_layer_gradients(x, labels, w1, b1, w2, b2):
        loss, gradients = reference.two_layer_gradients(x, labels, w1, b1, w2, b2)
        return loss, {**gradients, **change(gradients, x)}

    return two_layer_gradients


def unmasked_bias(x, labels, w1, b1, w2, b2):
    loss, right = reference.two_layer_gradients(x, labels, w1, b1, w2, b2)
    _, without_mask = NO_MASK(x, labels, w1, b1, w2, b2)
    return loss, {**right, "b1": without_mask["b1"]}


def summed_over_the_batch(x, labels, w1, b1, w2, b2):
    loss, gradients = reference.two_layer_gradients(x, labels, w1, b1, w2, b2)
    return loss * len(x), {name: grad * len(x) for name, grad in gradients.items()}


NO_MASK = trained_by(mask=lambda before, grad: np.ones_like(before))

EXERCISE = Exercise(
    order=70,
    reference=reference.two_layer_gradients,
    draw=samples_and_network,
    example=lambda: {
        "x": np.array([[1.0, 2.0], [2.0, -1.0]]),
        "labels": np.array([1, 0]),
        "w1": np.array([[1.0, 1.0], [1.0, -1.0]]),
        "b1": np.array([-2.0, 2.0]),
        "w2": np.array([[1.0, -1.0], [2.0, 1.0]]),
        "b2": np.array([4.0, 0.0]),
    },
    results=("loss", "gradients"),
    terms=256,
    rough=1e-5,
    smallest={"K": 2},
    cases=(
        case("values", N=1, D=between(2, 4), H=between(4, 6), K=between(2, 4)),
        case("values", N=1, D=2, H=4, K=2),
        case("batch", hidden=False, N=4, D=2, H=5, K=3),
        case("batch", N=between(3, 6), D=between(2, 3), H=between(4, 5), K=between(2, 3)),
        case("square", hidden=False, N=1, D=3, H=3, K=3),
        case("square", N=1, D=between(3, 4), H=same_as("D"), K=same_as("D")),
        case("sizes", N=1, D=between(4, 6), H=3, K=4),
        case("sizes", N=1, D=2, H=3, K=between(4, 5)),
        case("dtype", hidden=False, dtype="float32", N=1, D=4, H=5, K=3),
        *(case("dtype", dtype="float32", N=1, D=d, H=8, K=7) for d in (5, 7, 9)),
        case("layout", layout="F", N=1, D=between(3, 4), H=5, K=3),
        case("layout", layout="strided", N=1, D=between(3, 4), H=5, K=3),
    ),
    properties=(
        Property("slope", slopes_of_the_loss),
        Property("twice", copies_change_nothing),
    ),
    facet_words={
        "square": "D, H and K the same",
        "sizes": "D, H and K all different",
        "slope": "the gradients are the slopes of the loss, by central differences",
        "twice": "the batch twice over changes nothing",
    },
    test_points=5,
    see="Gradients by the chain rule",
    mistakes=(
        Mistake(
            "ReLU mask missing",
            NO_MASK,
            "The gradient went through hidden units that were off: there it stops.",
        ),
        Mistake(
            "mask taken from the gradient's sign",
            trained_by(mask=lambda before, grad: grad > 0),
            "The gradient was cut where it is itself negative; what counts is whether the hidden "
            "unit was on.",
        ),
        Mistake(
            "mask the wrong way round",
            trained_by(mask=lambda before, grad: before <= 0),
            "The gradient went through the hidden units that were off, and stopped at those that "
            "were on.",
        ),
        Mistake(
            "hidden numbers for their mask",
            trained_by(mask=lambda before, grad: reference.relu(before)),
            "The gradient was multiplied by the hidden numbers themselves; the slope of a ReLU is "
            "1 or 0.",
        ),
        Mistake(
            "bias gradient averaged twice",
            changed_gradients(
                lambda gradients, x: {name: gradients[name] / len(x) for name in ("b1", "b2")}
            ),
            "The gradients of the biases were averaged over the batch, and the gradient of the "
            "scores had been divided by N before.",
        ),
        Mistake(
            "gradients divided by N twice",
            changed_gradients(
                lambda gradients, x: {name: grad / len(x) for name, grad in gradients.items()}
            ),
            "All gradients were divided by N twice: the gradient of the scores is a mean already.",
        ),
        Mistake(
            "gradients not divided by N",
            changed_gradients(
                lambda gradients, x: {name: grad * len(x) for name, grad in gradients.items()}
            ),
            "The loss is a mean over the batch, and the gradients are those of the sum.",
        ),
        Mistake(
            "summed instead of averaged",
            summed_over_the_batch,
            "Loss and gradients were added up over the batch; their mean is asked for.",
        ),
        Mistake(
            "hidden layer without its ReLU",
            trained_by(meets_w2=lambda before: before),
            "The gradient of `w2` was made with the hidden numbers before the ReLU; `w2` was "
            "multiplied by those after it.",
        ),
        Mistake(
            "back through the columns",
            trained_by(back=lambda grad, w2: grad @ w2.T),
            "On the way back the gradient went through `w2` as on the way forward. It only shows "
            "as wrong numbers when there are as many classes as hidden units.",
        ),
        Mistake(
            "bias without the mask",
            unmasked_bias,
            "The gradient of `b1` was taken before the ReLU's mask: where a unit is off, its bias "
            "has no effect either.",
        ),
        Mistake(
            "gradients of the weights transposed",
            changed_gradients(
                lambda gradients, x: {name: gradients[name].T for name in ("w1", "w2")}
            ),
            "The gradients of the weights are transposed: each is shaped like what it changes.",
        ),
        Mistake(
            "uphill",
            changed_gradients(lambda gradients, x: {k: -grad for k, grad in gradients.items()}),
            "All gradients have the wrong sign: they point to where the loss falls.",
        ),
    ),
)
