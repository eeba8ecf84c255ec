"""Take one step downhill, with momentum and weight decay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, one_of


def weights_and_step(
    numbers: Numbers,
    shape: tuple[int, ...] = (3, 4),
    momentum: float | None = None,
    weight_decay: float | None = None,
    still: bool = False,
) -> Arguments:
    """Draw a step; `still` is the first one, with no velocity yet."""
    weights, grad, velocity = (numbers.array(*shape) for _ in range(3))
    arguments: Arguments = {
        "weights": weights,
        "grad": grad,
        "velocity": numbers.lay_out(np.zeros_like(velocity)) if still else velocity,
        "lr": round(float(numbers.rng.uniform(0.05, 0.4)), 3),
    }
    if momentum is not None or weight_decay is not None:
        arguments["momentum"] = 0.9 if momentum is None else momentum
    if weight_decay is not None:
        arguments["weight_decay"] = weight_decay
    return arguments


def coasting(call, numbers: Numbers) -> Iterator[Claim]:
    """Without a gradient the velocity fades, and the weights go on by what is left."""
    weights, velocity = numbers.array(2, 3), numbers.array(2, 3)
    given = {
        "weights": weights,
        "grad": np.zeros((2, 3)),
        "velocity": velocity,
        "lr": 0.1,
        **PLAIN,
    }
    kept = 0.9 * velocity
    yield Claim(call(**given), (weights + kept, kept), "no gradient: coasting", given)


def rolling_to_the_bottom(call, numbers: Numbers) -> Iterator[Claim]:
    """Step after step, a bowl's weights come to rest at its bottom."""
    begun = weights = numbers.array(3) * 3
    velocity = np.zeros(3)
    for _ in range(60):
        weights, velocity = call(weights=weights, grad=weights, velocity=velocity, lr=0.3, **PLAIN)
    near = bool(np.abs(weights).max() < np.abs(begun).max() / 5)
    yield Claim(near, True, "sixty steps in a bowl lead to its bottom")


def stepped(
    velocity_of: Callable[..., np.ndarray] = lambda w, g, v, lr, m, wd: m * v - lr * (g + wd * w),
    weights_of: Callable[..., np.ndarray] = lambda w, new, old, g, lr, m: w + new,
) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """A step with its velocity, or what it does to the weights, changed."""

    def sgd_momentum_step(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
        new = velocity_of(weights, grad, velocity, lr, momentum, weight_decay)
        return weights_of(weights, new, velocity, grad, lr, momentum), new

    return sgd_momentum_step


def velocity_not_kept(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    stepped_weights, _ = reference.sgd_momentum_step(
        weights, grad, velocity, lr, momentum, weight_decay
    )
    return stepped_weights, velocity.copy()


def decay_beside(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    stepped_weights, new = reference.sgd_momentum_step(weights, grad, velocity, lr, momentum)
    return stepped_weights - lr * weight_decay * weights, new


PLAIN: dict[str, Any] = {"momentum": 0.9, "weight_decay": 0.0}
"""What is asked for where another facet is tested."""

EXERCISE = Exercise(
    order=60,
    reference=reference.sgd_momentum_step,
    draw=weights_and_step,
    example=lambda: {
        "weights": np.array([10.0, -4.0, 2.0]),
        "grad": np.array([2.0, -8.0, 0.0]),
        "velocity": np.array([4.0, 2.0, -2.0]),
        "lr": 0.5,
        "momentum": 0.5,
        "weight_decay": 0.5,
    },
    results=("weights", "velocity"),
    terms=16,
    cases=(
        case("values", **PLAIN),
        case("values", shape=(4, 4), **PLAIN),
        case("defaults", hidden=False),
        case("defaults", momentum=0.9),
        case("first", hidden=False, still=True, **PLAIN),
        case("first", needs=("decay",), still=True, momentum=0.9, weight_decay=0.05),
        case("momentum", hidden=False, momentum=0.5, weight_decay=0.0),
        case("momentum", momentum=0.0, weight_decay=0.0),
        case(
            "momentum",
            needs=("decay",),
            momentum=one_of(0.8, 0.3, 0.7, 0.95),
            weight_decay=one_of(0.1, 0.04),
            corners=({"momentum": 0.8, "weight_decay": 0.1},),
        ),
        case("momentum", needs=("decay",), momentum=0.0, weight_decay=0.1),
        case("decay", hidden=False, momentum=0.9, weight_decay=0.3),
        case("decay", momentum=0.9, weight_decay=one_of(0.02, 0.2, 0.08)),
        case("shape", hidden=False, shape=(2, 3, 3, 2), **PLAIN),
        case("shape", shape=(between(2, 9),), **PLAIN, corners=({"shape": (5,)},)),
        case("shape", shape=(between(1, 3), between(2, 4), 2, 3), **PLAIN),
        case("shape", needs=("decay",), shape=(2, 1, 3), momentum=0.9, weight_decay=5e-2),
        case("dtype", hidden=False, dtype="float32", **PLAIN),
        case("dtype", needs=("decay",), dtype="float32", momentum=0.9, weight_decay=5e-2),
        case("layout", layout="F", shape=(between(2, 4), between(2, 4)), **PLAIN),
        case("layout", layout="strided", **PLAIN),
    ),
    properties=(
        Property("coasting", coasting),
        Property("bottom", rolling_to_the_bottom),
    ),
    facet_words={
        "defaults": "momentum 0.9 and no weight decay where nothing is said",
        "first": "the first step, from a standstill",
        "momentum": "another momentum, or none",
        "decay": "weight decay",
        "shape": "filters and biases",
        "coasting": "without a gradient the velocity fades, and carries the weights on",
        "bottom": "step after step leads downhill",
    },
    see="One step downhill: momentum and weight decay",
    mistakes=(
        Mistake(
            "weight decay sign",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * (g - wd * w)),
            "The weight decay has the wrong sign: it makes weights grow.",
        ),
        Mistake(
            "weight decay sign",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * g + wd * w),
            "The weight decay has the wrong sign: it makes weights grow.",
        ),
        Mistake(
            "velocity not kept",
            velocity_not_kept,
            "The velocity came back as it went in; the next step needs the new one.",
        ),
        Mistake(
            "momentum left out",
            stepped(lambda w, g, v, lr, m, wd: -lr * (g + wd * w)),
            "The old velocity had no part in the step.",
        ),
        Mistake(
            "velocity does not fade",
            stepped(lambda w, g, v, lr, m, wd: v - lr * (g + wd * w)),
            "The old velocity was kept whole; momentum lets it fade.",
        ),
        Mistake(
            "momentum always 0.9",
            stepped(lambda w, g, v, lr, m, wd: 0.9 * v - lr * (g + wd * w)),
            "The momentum is 0.9 whatever is asked for.",
        ),
        Mistake(
            "lr applied twice",
            stepped(weights_of=lambda w, new, old, g, lr, m: w + lr * new),
            "The learning rate was applied twice: in the velocity, and again on the way to the "
            "weights.",
        ),
        Mistake(
            "lr outside the velocity",
            stepped(
                lambda w, g, v, lr, m, wd: m * v + (g + wd * w),
                lambda w, new, old, g, lr, m: w - lr * new,
            ),
            "The learning rate is applied to the velocity as a whole, as some libraries do; here "
            "it is inside, so that steps already taken keep their size.",
        ),
        Mistake(
            "uphill",
            stepped(lambda w, g, v, lr, m, wd: m * v + lr * (g + wd * w)),
            "The step goes up the gradient; down is meant.",
        ),
        Mistake(
            "velocity subtracted",
            stepped(weights_of=lambda w, new, old, g, lr, m: w - new),
            "The velocity was subtracted; it points downhill already.",
        ),
        Mistake(
            "velocity of the step before",
            stepped(weights_of=lambda w, new, old, g, lr, m: w + old),
            "The weights moved by the old velocity; they move by the new one.",
        ),
        Mistake(
            "running average",
            stepped(lambda w, g, v, lr, m, wd: m * v - (1 - m) * lr * (g + wd * w)),
            "The gradient was weighted by 1 − m, as in a running average; here it counts whole.",
        ),
        Mistake(
            "Nesterov's step",
            stepped(
                weights_of=lambda w, new, old, g, lr, m: w + new + m * (new - old),
            ),
            "The weights went further than the velocity: that is Nesterov's kind of momentum.",
        ),
        Mistake(
            "weight decay left out",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * g),
            "The weight decay is missing.",
        ),
        Mistake(
            "weight decay without lr",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * g - wd * w),
            "The weight decay was not scaled by the learning rate.",
        ),
        Mistake(
            "weight decay beside the velocity",
            decay_beside,
            "The weights decay beside the velocity; here the decay is part of it, like a gradient.",
        ),
        Mistake(
            "results in another order",
            lambda *given: reference.sgd_momentum_step(*given)[::-1],
            "The results come in another order: first the weights, then the velocity.",
        ),
    ),
)
