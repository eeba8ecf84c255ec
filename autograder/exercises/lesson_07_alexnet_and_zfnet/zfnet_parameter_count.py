"""The numbers of parameters of both variants of ZFNet."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import ALEXNET_BIASES, ONE_TOWER

EXERCISE = Exercise(
    order=70,
    reference={"paper": 62_357_608, "slides": 107_627_624},
    test_points=1,
    see="ZFNet is a diff of two tables",
    mistakes=(
        Mistake(
            "AlexNet's count",
            {"paper": ONE_TOWER, "slides": 107_627_624 + ONE_TOWER - 62_357_608},
            "The first layer was counted with filters of 11×11.",
        ),
        Mistake(
            "variants exchanged",
            {"paper": 107_627_624, "slides": 62_357_608},
            "The two variants are exchanged.",
        ),
        Mistake(
            "variant ignored",
            {"paper": 62_357_608, "slides": 62_357_608},
            "The wide network learns more: it has 512, 1024 and 512 filters.",
        ),
        Mistake(
            "biases forgotten",
            {"paper": 62_357_608 - ALEXNET_BIASES, "slides": 107_627_624 - ALEXNET_BIASES - 1024},
            "The biases are missing.",
        ),
        Mistake(
            "fully connected rows as narrow as before",
            {"paper": 62_357_608, "slides": 107_627_624 - 4096 * 256 * 36},
            "The first fully connected row of the wide network was counted as reading 256 maps; it "
            "reads 512.",
        ),
        Mistake(
            "decimal numbers",
            {"paper": 62_357_608.0, "slides": 107_627_624.0},
            "The numbers have a decimal point; what is counted is whole.",
        ),
    ),
)
