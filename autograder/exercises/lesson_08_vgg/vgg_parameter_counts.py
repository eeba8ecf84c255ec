"""The numbers of parameters of all four VGGs."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import NO_FIFTH_POOL, TOTALS, WEIGHTS

EXERCISE = Exercise(
    order=30,
    reference=TOTALS,
    test_points=1,
    see="Where the parameters are",
    mistakes=(
        Mistake(
            "no biases",
            WEIGHTS,
            "The biases are missing.",
        ),
        Mistake(
            "5th pool missing",
            {depth: total + NO_FIFTH_POOL for depth, total in TOTALS.items()},
            "The first fully connected row was counted as reading 14×14 maps: a "
            "pooling is missing.",
        ),
        Mistake(
            "convolutions only",
            {depth: total - 123_642_856 for depth, total in TOTALS.items()},
            "Only the convolutions were counted.",
        ),
        Mistake(
            "fully connected rows only",
            dict.fromkeys(TOTALS, 123_642_856),
            "Only the fully connected rows were counted.",
        ),
        Mistake(
            "one depth for all",
            dict.fromkeys(TOTALS, TOTALS[16]),
            "All four are VGG-16's count.",
        ),
        Mistake(
            "decimal numbers",
            {depth: float(total) for depth, total in TOTALS.items()},
            "The numbers have a decimal point; what is counted is whole.",
        ),
    ),
)
