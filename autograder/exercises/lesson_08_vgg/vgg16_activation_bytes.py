"""The bytes that VGG-16 stores for one image."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import HELD

EXERCISE = Exercise(
    order=90,
    reference=4 * HELD,
    test_points=1,
    see="Memory early, parameters late",
    mistakes=(
        Mistake(
            "numbers",
            HELD,
            "These are numbers; each takes four bytes in float32.",
        ),
        Mistake(
            "in float64",
            8 * HELD,
            "Eight bytes a number is float64; float32 is asked for.",
        ),
        Mistake(
            "in bits",
            32 * HELD,
            "These are bits.",
        ),
        Mistake(
            "the printed total",
            96_000_000,
            "This is 24M × 4 bytes, as many course notes print it; their own rows add up to less.",
            see="A sum that does not add up",
        ),
        Mistake(
            "a decimal number",
            float(4 * HELD),
            "The number has a decimal point; what is counted is whole.",
        ),
    ),
)
