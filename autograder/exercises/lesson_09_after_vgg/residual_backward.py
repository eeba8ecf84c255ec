"""Send a gradient back through a sum of two ways."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Arguments, Exercise, Mistake, Named, Numbers, case


def gradient_and_ways(
    numbers: Numbers,
    body: str,
    shortcut: str = "",
    N: int = 2,
    C: int = 2,
    H: int = 2,
    W: int = 2,
) -> Arguments:
    drawn: Arguments = {"grad": numbers.array(N, C, H, W), "body_backward": Named(body)}
    return drawn | {"shortcut_backward": Named(shortcut)} if shortcut else drawn


def otherwise(together):
    """An answer that puts the two gradients together in another way."""

    def residual_backward(grad, body_backward, shortcut_backward=None):
        passed = grad if shortcut_backward is None else shortcut_backward(grad)
        return together(body_backward(grad), passed)

    return residual_backward


EXERCISE = Exercise(
    order=20,
    reference=reference.residual_backward,
    draw=gradient_and_ways,
    example=lambda: {
        "grad": np.array([[[[1.0, -2.0], [0.0, 3.0]]]]),
        "body_backward": Named("five_times"),
    },
    cases=(
        case("values", hidden=False, body="five_times"),
        case("values", body="next_channel", C=3, W=3),
        case("shortcut", hidden=False, body="spread_threefold", shortcut="spread_by_two"),
        case("shortcut", body="spread_by_two", shortcut="spread_threefold", C=1, W=3),
        case("shortcut", body="next_channel", shortcut="five_times", C=3),
        case("dtype", dtype="float32", body="five_times"),
        case("layout", layout="strided", body="next_channel"),
    ),
    facet_words={"shortcut": "a shortcut with a way back of its own"},
    see="Both ways back",
    mistakes=(
        Mistake(
            "body's way only",
            lambda grad, body_backward, shortcut_backward=None: body_backward(grad),
            "Only what came back through the body is here; the shortcut hands its part back too.",
        ),
        Mistake(
            "shortcut's way only",
            lambda grad, body_backward, shortcut_backward=None: (
                grad.copy() if shortcut_backward is None else shortcut_backward(grad)
            ),
            "Only what came back along the shortcut is here; the body's part is missing.",
        ),
        Mistake(
            "halved",
            otherwise(lambda through, passed: (through + passed) / 2),
            "The gradient was split in halves. Each way gets all of it: nudge `x`, and both "
            "parts of the sum move.",
        ),
        Mistake(
            "product",
            otherwise(np.multiply),
            "The two gradients were multiplied; what comes back along several ways adds up.",
        ),
        Mistake(
            "difference",
            otherwise(np.subtract),
            "One gradient was taken away from the other; they add up.",
        ),
        Mistake(
            "one after the other",
            lambda grad, body_backward, shortcut_backward=None: body_backward(
                grad
                if shortcut_backward is None or shortcut_backward(grad).shape != grad.shape
                else shortcut_backward(grad)
            ),
            "The gradient went through one way and then through the other; each gets the "
            "gradient of the sum.",
        ),
        Mistake(
            "shortcut ignored",
            lambda grad, body_backward, shortcut_backward=None: (
                body_backward(grad) + grad
                if body_backward(grad).shape == grad.shape
                else body_backward(grad)
            ),
            "`shortcut_backward` was not used: the gradient was handed on as it came.",
        ),
        Mistake(
            "gradient added twice",
            otherwise(lambda through, passed: through + 2 * passed),
            "What came back along the shortcut was added twice.",
        ),
    ),
)
