"""The number of parameters of VGG-16."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import CONVS_OF_16, NO_FIFTH_POOL, TOTALS, WEIGHTS

EXERCISE = Exercise(
    order=20,
    reference=TOTALS[16],
    test_points=1,
    see="Where the parameters are",
    mistakes=(
        Mistake(
            "no biases",
            WEIGHTS[16],
            "The biases are missing.",
        ),
        Mistake(
            "5th pool missing",
            TOTALS[16] + NO_FIFTH_POOL,
            "The first fully connected row was counted as reading 14×14 maps: a "
            "pooling is missing.",
        ),
        Mistake(
            "biases of convolutions only missing",
            TOTALS[16] - 4224,
            "The biases of the convolutions are missing.",
        ),
        Mistake(
            "biases of fully connected rows only missing",
            TOTALS[16] - 9192,
            "The biases of the fully connected rows are missing.",
        ),
        Mistake(
            "convolutions only",
            CONVS_OF_16,
            "Only the convolutions were counted.",
        ),
        Mistake(
            "fully connected rows only",
            TOTALS[16] - CONVS_OF_16,
            "Only the fully connected rows were counted.",
        ),
        Mistake(
            "rounded",
            138_000_000,
            "This is the rounded number that is often quoted; count it.",
        ),
        Mistake(
            "VGG-19's",
            TOTALS[19],
            "This is VGG-19.",
        ),
        Mistake(
            "VGG-13's",
            TOTALS[13],
            "This is VGG-13.",
        ),
        Mistake(
            "maps not flattened",
            TOTALS[16] - 4096 * 512 * 48,
            "The first fully connected row was counted as reading 512 numbers; it reads 512·7·7.",
        ),
        Mistake(
            "a decimal number",
            float(TOTALS[16]),
            "The number has a decimal point; what is counted is whole.",
        ),
    ),
)
