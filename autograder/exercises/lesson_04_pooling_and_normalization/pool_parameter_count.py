"""Count what a pooling layer learns."""

from __future__ import annotations

from autograder import reference

from ..model import Exercise, Mistake, case

EXERCISE = Exercise(
    order=30,
    reference=reference.pool_parameter_count,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    test_points=1,
    see="Pooling has no parameters and shrinks the maps",
    mistakes=(
        Mistake(
            "a weight for each pixel of the window",
            lambda: 4,
            "A window of 2×2 has four pixels and no weights: the largest is found, not learned.",
        ),
        Mistake("one bias", lambda: 1, "A pooling layer adds nothing: there is no bias."),
    ),
)
