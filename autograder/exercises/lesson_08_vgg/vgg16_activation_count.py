"""The numbers that VGG-16 stores for one image."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import HELD, TOTALS

EXERCISE = Exercise(
    order=80,
    reference=HELD,
    test_points=1,
    see="Memory early, parameters late",
    mistakes=(
        Mistake(
            "the printed total",
            24_000_000,
            "This is what many course notes print; their own rows add up to less.",
            see="A sum that does not add up",
        ),
        Mistake(
            "input left out",
            HELD - 3 * 224 * 224,
            "The image itself is missing: it is stored too.",
        ),
        Mistake(
            "ReLU stored apart",
            28_826_600,
            "The outputs of ReLU, dropout and flatten were counted as well; they work in place.",
        ),
        Mistake(
            "convolutions only",
            13_547_520,
            "Only the outputs of convolutions were counted.",
        ),
        Mistake(
            "in bytes",
            4 * HELD,
            "These are bytes; numbers are asked for.",
        ),
        Mistake(
            "parameters",
            TOTALS[16],
            "These are the parameters.",
        ),
        Mistake(
            "a decimal number",
            float(HELD),
            "The number has a decimal point; what is counted is whole.",
        ),
    ),
)
