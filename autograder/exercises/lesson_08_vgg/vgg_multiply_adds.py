"""The multiplications of all four VGGs."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import TOTALS

VGG_WORK = {11: 7_609_090_048, 13: 11_308_466_176, 16: 15_470_264_320, 19: 19_632_062_464}

FULLY_CONNECTED_WORK = 123_633_664

EXERCISE = Exercise(
    order=110,
    reference=VGG_WORK,
    test_points=1,
    see="Multiply–adds: the work of a network",
    mistakes=(
        Mistake(
            "multiplications and additions apart",
            {depth: 2 * work for depth, work in VGG_WORK.items()},
            "Multiplications and additions were counted apart; a pair of them counts once.",
        ),
        Mistake(
            "convolutions only",
            {depth: work - FULLY_CONNECTED_WORK for depth, work in VGG_WORK.items()},
            "Only the convolutions were counted.",
        ),
        Mistake(
            "parameters",
            TOTALS,
            "These are the parameters; a filter's weights are used again at every place.",
        ),
        Mistake(
            "in billions",
            {depth: work / 1e9 for depth, work in VGG_WORK.items()},
            "These are billions; the whole numbers are asked for.",
        ),
        Mistake(
            "decimal numbers",
            {depth: float(work) for depth, work in VGG_WORK.items()},
            "The numbers have a decimal point; what is counted is whole.",
        ),
    ),
)
