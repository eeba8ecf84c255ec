"""The multiplications of AlexNet, on one tower and on two."""

from __future__ import annotations

from autograder import reference

from ..model import Exercise, Mistake
from ._shared import ONE_TOWER, TWO

EXERCISE = Exercise(
    order=40,
    reference={1: 1_135_256_096, 2: 724_406_816},
    see="Two towers: convolution in groups",
    beside={"multiply_adds": reference.multiply_adds},
    mistakes=(
        Mistake(
            "groups ignored",
            {1: 1_135_256_096, 2: 1_135_256_096},
            "With two groups each filter reads half of the maps, so there is less to multiply.",
        ),
        Mistake(
            "multiplications and additions apart",
            {1: 2 * 1_135_256_096, 2: 2 * 724_406_816},
            "Multiplications and additions were counted apart; a pair of them counts once.",
        ),
        Mistake(
            "convolutions only",
            {1: 1_135_256_096 - 58_621_952, 2: 724_406_816 - 58_621_952},
            "Only the convolutions were counted; fully connected rows multiply too.",
        ),
        Mistake(
            "parameters",
            {1: ONE_TOWER, 2: TWO},
            "These are the parameters; a filter's weights are used again at every place.",
        ),
        Mistake(
            "exchanged",
            {1: 724_406_816, 2: 1_135_256_096},
            "The counts for one and two groups are exchanged.",
        ),
        Mistake(
            "decimal numbers",
            {1: 1_135_256_096.0, 2: 724_406_816.0},
            "The numbers have a decimal point; what is counted is whole.",
        ),
    ),
)
