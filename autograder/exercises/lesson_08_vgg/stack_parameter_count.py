"""Count the weights of a stack of convolutions, all C → C."""

from __future__ import annotations

from autograder.reference import accounting

from ..model import Exercise, Mistake, case
from ._shared import a_stack

EXERCISE = Exercise(
    order=60,
    reference=accounting.stack_parameter_count,
    draw=a_stack,
    example=lambda: {"kernel": 3, "times": 3, "channels": 2},
    cases=(
        case("values"),
        case("values", hidden=False, kernel=3, times=3),
        case("values", kernel=3, times=2),
        case("once", hidden=False, kernel=7, times=1),
        case("once", times=1),
        case("pointwise", kernel=1),
    ),
    facet_words={"once": "a single layer", "pointwise": "filters of 1×1"},
    see="Three small filters for one large",
    mistakes=(
        Mistake(
            "C once",
            lambda kernel, times, channels: times * kernel**2 * channels,
            "The channels were counted once: each of the C filters reads all C channels.",
        ),
        Mistake(
            "biases counted",
            lambda kernel, times, channels: times * (kernel**2 * channels + 1) * channels,
            "The biases were counted; the weights alone are asked for.",
        ),
        Mistake(
            "one layer only",
            lambda kernel, times, channels: kernel**2 * channels**2,
            "Only one layer was counted.",
        ),
        Mistake(
            "kernel not squared",
            lambda kernel, times, channels: times * kernel * channels**2,
            "A filter of side k has k·k weights for each channel.",
        ),
        Mistake(
            "power for product",
            lambda kernel, times, channels: (kernel**2 * channels**2) ** times,
            "The layers' counts were multiplied; they add up.",
        ),
        Mistake(
            "channels squared for each layer",
            lambda kernel, times, channels: times * kernel**2 * channels ** (2 * times),
            "The channels were multiplied again for every layer.",
        ),
        Mistake(
            "decimal number",
            lambda kernel, times, channels: float(times * kernel**2 * channels**2),
            "The count has a decimal point; it is a whole number.",
        ),
    ),
)
