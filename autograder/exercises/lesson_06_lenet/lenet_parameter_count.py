"""The number of parameters of LeNet-5."""

from __future__ import annotations

from ..model import Exercise, Mistake
from ._shared import PUBLISHED

EXERCISE = Exercise(
    order=40,
    reference=PUBLISHED["lenet"],
    test_points=1,
    see="What each row learns: parameter counts",
    mistakes=(
        Mistake(
            "biases forgotten",
            PUBLISHED["lenet"] - (6 + 16 + 120 + 84 + 10),
            "The biases are missing.",
        ),
        Mistake(
            "the count of 1998",
            60_000,
            "This is the network of 1998, without its output layer; the modern form is asked for.",
            see="The table of 1998: the original LeNet-5",
        ),
        Mistake(
            "the output layer left out",
            PUBLISHED["lenet"] - 850,
            "The row that makes the ten scores is missing.",
        ),
        Mistake(
            "sparse C3",
            PUBLISHED["lenet"] - 900,
            "The second convolution was counted as in 1998, where each filter reads a few maps.",
            see="The table of 1998: the original LeNet-5",
        ),
        Mistake(
            "FC input not flattened",
            156 + 2416 + 120 * 17 + 10164 + 850,
            "The first fully connected row was counted as reading 16 numbers; it reads 16·5·5.",
        ),
        Mistake(
            "padded twice",
            156 + 2416 + 120 * (16 * 36 + 1) + 10164 + 850,
            "The maps were counted as 6×6 before they are flattened: with a pad of 2 on 32×32.",
            see="A network is a table: LeNet-5",
        ),
    ),
)
