"""The number of parameters of AlexNet on two towers."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import ALEXNET_BIASES, ONE_TOWER, TWO

EXERCISE = Exercise(
    order=30,
    reference=TWO,
    test_points=1,
    see="Two towers: convolution in groups",
    mistakes=(
        Mistake(
            "groups ignored",
            ONE_TOWER,
            "This is the network on one tower: in groups a filter reads half of the maps.",
        ),
        Mistake(
            "biases forgotten",
            TWO - ALEXNET_BIASES,
            "The biases are missing.",
            see="AlexNet as a table",
        ),
        Mistake(
            "third layer in groups",
            TWO - 384 * 128 * 9,
            "The third convolution was counted in groups too; it reads both towers.",
        ),
        Mistake(
            "half of everything",
            ONE_TOWER // 2,
            "This is half of one tower's count; the two towers meet in some layers.",
        ),
        Mistake(
            "60 million",
            60_000_000,
            "This is the rounded number of the paper's abstract; count it.",
            see="AlexNet as a table",
        ),
        Mistake(
            "a decimal number",
            float(TWO),
            "The number has a decimal point; parameters are counted in whole numbers.",
        ),
    ),
)
