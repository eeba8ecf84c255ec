"""The number of parameters of AlexNet on one tower."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import ALEXNET_BIASES, ONE_TOWER, TWO

EXERCISE = Exercise(
    order=20,
    reference=ONE_TOWER,
    test_points=1,
    see="AlexNet as a table",
    mistakes=(
        Mistake(
            "two towers",
            TWO,
            "This is the network on two towers; one tower is asked for.",
            see="Two towers: convolution in groups",
        ),
        Mistake(
            "biases forgotten",
            ONE_TOWER - ALEXNET_BIASES,
            "The biases are missing.",
        ),
        Mistake(
            "60 million",
            60_000_000,
            "This is the rounded number of the paper's abstract; count it.",
        ),
        Mistake(
            "the network of 2014",
            61_100_840,
            "This is torchvision's network, which follows a later paper.",
        ),
        Mistake(
            "third pooling left out",
            ONE_TOWER + 4096 * 256 * (13 * 13 - 6 * 6),
            "The first fully connected row was counted as reading 13×13 maps: a "
            "pooling is missing.",
        ),
        Mistake(
            "maps not flattened",
            ONE_TOWER - 4096 * 256 * 35,
            "The first fully connected row was counted as reading 256 numbers; it reads 256·6·6.",
        ),
        Mistake(
            "convolutions only",
            3_747_200,
            "Only the convolutions were counted; most parameters are in the rows after them.",
        ),
        Mistake(
            "a decimal number",
            float(ONE_TOWER),
            "The number has a decimal point; parameters are counted in whole numbers.",
        ),
    ),
)
