"""Write ZFNet as a table: AlexNet with a finer first look."""

from __future__ import annotations

from typing import Any

from autograder.reference import architectures

from .. import tables
from ..changed_tables import conv_with, pools_before_norms, without
from ..model import Exercise, Mistake


def pads_left_open(rows: Any) -> Any:
    """The rows with a pad of 1 in the first two convolutions, where theirs may be another.

    The first may have any that fits an image of its own. The second may have 0, which gives the
    26×26 of the paper's figure, or 1, which fits the pooling after it.
    """
    allowed, seen, read = ((0, 1, 2, 3), (0, 1)), 0, []
    try:
        for kind, options in rows:
            if kind == "conv" and seen < 2 and options.get("pad", 0) in with_pairs(allowed[seen]):
                options = {**options, "pad": 1}
            seen += kind == "conv"
            read.append((kind, options))
    except (TypeError, ValueError, AttributeError):
        return rows
    return read


def with_pairs(pads: tuple[int, ...]) -> list[Any]:
    return [*pads, *((pad, pad) for pad in pads)]


ZFNET_PROPERTIES = tables.same_table(
    architectures.zfnet_layers,
    architectures.ZFNET_INPUT,
    "zfnet_layers",
    {"paper": ({}, {"variant": "paper"}), "slides": ({"variant": "slides"},)},
    prepare=pads_left_open,
)

zfnet = architectures.zfnet_layers

EXERCISE = Exercise(
    order=60,
    reference=architectures.zfnet_layers,
    example=dict,
    reading=tables.as_read(architectures.ZFNET_INPUT, pads_left_open),
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
            "The first convolution is still AlexNet's 11×11 with stride 4.",
        ),
        Mistake(
            "AlexNet's stride kept",
            conv_with((0,), zfnet, stride=4),
            "The first filters are 7×7, but their stride is still 4.",
        ),
        Mistake(
            "second layer's stride of 1",
            conv_with((1,), zfnet, stride=1, pad=2),
            "The second convolution has stride 1, as in AlexNet; in ZFNet it has stride 2.",
        ),
        Mistake(
            "variant ignored",
            lambda variant="paper": zfnet(),
            "`variant` is ignored: the wide network has 512, 1024 and 512 filters.",
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
    ),
)
