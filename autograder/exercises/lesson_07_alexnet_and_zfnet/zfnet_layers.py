"""Write ZFNet as a table: AlexNet with a finer first look."""

from __future__ import annotations

from typing import Any

from autograder.reference import architectures

from .. import tables
from ..changed_tables import conv_with, pools_before_norms, without
from ..model import Exercise, Mistake


def any_first_pad(rows: Any) -> Any:
    """The rows with a pad of 1 in the first, whatever pad they have and were made for."""
    try:
        kind, options = rows[0]
        if kind == "conv" and options.get("pad", 0) in (0, 1, 2, 3):
            return [(kind, {**options, "pad": 1}), *rows[1:]]
    except (TypeError, ValueError, AttributeError, IndexError):
        pass
    return rows


ZFNET_PROPERTIES = tables.same_table(
    architectures.zfnet_layers,
    architectures.ZFNET_INPUT,
    "zfnet_layers",
    {"paper": ({}, {"variant": "paper"}), "slides": ({"variant": "slides"},)},
    prepare=any_first_pad,
)

zfnet = architectures.zfnet_layers

EXERCISE = Exercise(
    order=60,
    reference=architectures.zfnet_layers,
    example=dict,
    properties=ZFNET_PROPERTIES,
    heart=("paper", "paper_between", "slides", "slides_between"),
    facet_words={
        "paper": "the layers of the paper's network",
        "paper_between": "ReLU and dropout of the paper's network",
        "slides": "the layers of the wide network",
        "slides_between": "ReLU and dropout of the wide network",
    },
    see="ZFNet is a diff of two tables",
    mistakes=(
        Mistake(
            "AlexNet's first layer kept",
            conv_with((0,), zfnet, kernel=11, stride=4, pad=0),
            "The first convolution is still AlexNet's 11×11 in steps of 4.",
        ),
        Mistake(
            "AlexNet's stride kept",
            conv_with((0,), zfnet, stride=4),
            "The first filters are 7×7, but still go in steps of 4.",
        ),
        Mistake(
            "second layer's stride of 1",
            conv_with((1,), zfnet, stride=1, pad=2),
            "The second convolution goes in steps of 1, as AlexNet's does.",
        ),
        Mistake(
            "variant ignored",
            lambda variant="paper": zfnet(),
            "`variant` was not looked at: the wide network has 512, 1024 and 512 filters.",
        ),
        Mistake(
            "always wide",
            lambda variant="paper": zfnet("slides"),
            "The paper's own network has 384, 384 and 256 filters; 512, 1024 and 512 is the "
            "variant.",
        ),
        Mistake(
            "variants exchanged",
            lambda variant="paper": zfnet("slides" if variant == "paper" else "paper"),
            "The two variants are exchanged.",
        ),
        Mistake(
            "512 three times",
            lambda variant="paper": (
                conv_with((3,), zfnet, filters=512)(variant) if variant == "slides" else zfnet()
            ),
            "The wide network has 1024 filters in its fourth convolution.",
        ),
        Mistake(
            "normalized before pooling",
            pools_before_norms(zfnet),
            "Normalization comes before pooling, as in AlexNet; ZFNet pools first.",
        ),
        Mistake(
            "normalization left out",
            without("local_response_norm", table=zfnet),
            "There is no normalization.",
        ),
        Mistake(
            "third pooling left out",
            without("max_pool", (2,), zfnet),
            "The pooling after the fifth convolution is missing.",
        ),
        Mistake(
            "dropout left out",
            without("dropout", table=zfnet),
            "There is no dropout.",
        ),
        Mistake(
            "pad left out in the second layer",
            conv_with((1,), zfnet, pad=0),
            "Without a pad in the second convolution its maps are 26, and pooling does not fit.",
        ),
    ),
)
