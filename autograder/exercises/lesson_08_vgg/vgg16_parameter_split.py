"""How the parameters of VGG-16 are split between its kinds of rows."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import CONVS_OF_16, TOTALS

EXERCISE = Exercise(
    order=40,
    reference={"conv": CONVS_OF_16, "fully_connected": TOTALS[16] - CONVS_OF_16},
    test_points=1,
    see="Where the parameters are",
    mistakes=(
        Mistake(
            "exchanged",
            {"conv": TOTALS[16] - CONVS_OF_16, "fully_connected": CONVS_OF_16},
            "The two are exchanged: most parameters are in the fully connected rows.",
        ),
        Mistake(
            "no biases",
            {"conv": CONVS_OF_16 - 4224, "fully_connected": TOTALS[16] - CONVS_OF_16 - 9192},
            "The biases are missing.",
        ),
        Mistake(
            "the first fully connected row only",
            {"conv": CONVS_OF_16, "fully_connected": 102_764_544},
            "Only the first of the three fully connected rows was counted.",
        ),
        Mistake(
            "fractions",
            {"conv": CONVS_OF_16 / TOTALS[16], "fully_connected": 1 - CONVS_OF_16 / TOTALS[16]},
            "These are fractions; numbers of parameters are asked for.",
        ),
        Mistake(
            "decimal numbers",
            {
                "conv": float(CONVS_OF_16),
                "fully_connected": float(TOTALS[16] - CONVS_OF_16),
            },
            "The numbers have a decimal point; what is counted is whole.",
        ),
    ),
)
