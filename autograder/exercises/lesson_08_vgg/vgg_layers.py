"""Write VGG as a table, 11, 13, 16 or 19 layers deep."""

from __future__ import annotations

from typing import Any

from autograder.reference import architectures

from .. import tables
from ..changed_tables import changed
from ..model import Exercise, Mistake
from ..tables import Layers

VGG_PROPERTIES = tables.same_table(
    architectures.vgg_layers,
    architectures.VGG_INPUT,
    "vgg_layers",
    {
        "sixteen": ({"depth": 16},),
        "others": ({"depth": 11}, {"depth": 13}, {"depth": 19}),
    },
)

vgg = architectures.vgg_layers


def every(kind: str, **options: Any):
    return changed(
        lambda row, number: [(kind, {**row[1], **options}) if row[0] == kind else row], vgg
    )


def without(kind: str, which: tuple[int, ...] = tuple(range(99))):
    return changed(lambda row, number: [] if row[0] == kind and number in which else [row], vgg)


def depths_exchanged(depth: int) -> Layers:
    return vgg({16: 19, 19: 16}.get(depth, depth))


def pools_first(depth: int) -> Layers:
    """Each pooling row one convolution too early."""
    rows = vgg(depth)
    for i, row in enumerate(rows):
        if row[0] == "max_pool":
            rows[i - 2 : i + 1] = [row, *rows[i - 2 : i]]
    return rows


def doubling_on(depth: int) -> Layers:
    """The fifth block with 1024 filters: the doubling not stopped."""
    pools, rows = 0, []
    for kind, options in vgg(depth):
        pools += kind == "max_pool"
        wide = kind == "conv" and pools == 4
        rows.append((kind, {**options, "filters": 1024} if wide else options))
    return rows


def dropout_on_inputs(depth: int) -> Layers:
    rows: Layers = []
    for row in vgg(depth):
        if row[0] == "fully_connected" and row[1]["units"] == 4096:
            rows.append(("dropout", {"rate": 0.5}))
        if row[0] != "dropout":
            rows.append(row)
    return rows


def pointwise(depth: int) -> Layers:
    """Configuration C: the last convolution of blocks three to five is 1×1."""
    seen = 0
    rows = []
    for kind, options in vgg(depth):
        seen += kind == "conv"
        small = depth == 16 and kind == "conv" and seen in (7, 10, 13)
        rows.append((kind, {**options, "kernel": 1, "pad": 0} if small else options))
    return rows


EXERCISE = Exercise(
    order=10,
    reference=vgg,
    example=lambda: {"depth": 16},
    reading=tables.as_read(architectures.VGG_INPUT),
    properties=VGG_PROPERTIES,
    heart=("sixteen", "sixteen_between", "others", "others_between"),
    facet_words={
        "sixteen": "the layers of VGG-16",
        "sixteen_between": "ReLU and dropout of VGG-16",
        "others": "the layers of VGG-11, 13 and 19",
        "others_between": "ReLU and dropout of VGG-11, 13 and 19",
    },
    see="VGG-11 to VGG-19: five tables in one",
    mistakes=(
        Mistake(
            "no pad",
            every("conv", pad=0),
            "The convolutions have no pad, so each makes the maps smaller by 2.",
        ),
        Mistake(
            "fifth pooling left out",
            without("max_pool", (4,)),
            "The fifth pooling is missing: the first fully connected row has to read 14×14 maps.",
        ),
        Mistake(
            "pooling left out",
            without("max_pool"),
            "There is no pooling.",
        ),
        Mistake(
            "depth ignored",
            lambda depth: vgg(16),
            "`depth` is ignored: this is always VGG-16.",
        ),
        Mistake(
            "nineteen for sixteen",
            depths_exchanged,
            "The tables of VGG-16 and VGG-19 are exchanged.",
        ),
        Mistake(
            "one 3×3 too few in the third block",
            changed(
                lambda row, number: (
                    []
                    if row == ("conv", {"filters": 256, "kernel": 3, "pad": 1}) and number == 6
                    else [row]
                ),
                vgg,
            ),
            "A convolution with 256 filters is missing.",
        ),
        Mistake(
            "1024 filters at the end",
            doubling_on,
            "The number of filters doubles once more in the fifth block; it stays at 512.",
        ),
        Mistake(
            "pooling too early",
            pools_first,
            "Each pooling comes before the last convolution of its block.",
        ),
        Mistake(
            "average pooling",
            changed(
                lambda row, number: [("average_pool", row[1]) if row[0] == "max_pool" else row],
                vgg,
            ),
            "The pools take averages; VGG takes maxima.",
        ),
        Mistake(
            "AlexNet's pooling",
            every("max_pool", size=3, stride=2),
            "The pooling windows are 3×3 with stride 2, as AlexNet's; VGG's are 2×2.",
        ),
        Mistake(
            "kernels of 5",
            every("conv", kernel=5, pad=2),
            "The filters are 5×5; VGG's are 3×3 throughout.",
        ),
        Mistake(
            "1×1 filters",
            pointwise,
            "The blocks end with 1×1 filters: that is configuration C of the paper, not D.",
        ),
        Mistake(
            "512 units",
            changed(
                lambda row, number: [
                    (row[0], {"units": 512}) if row[1].get("units") == 4096 else row
                ],
                vgg,
            ),
            "The hidden fully connected rows have 512 units, as in versions for small images; "
            "VGG's have 4,096.",
        ),
        Mistake(
            "ReLU left out",
            without("relu"),
            "There is no ReLU anywhere.",
        ),
        Mistake(
            "ReLU after blocks only",
            lambda depth: [
                row
                for i, (row, follows) in enumerate(
                    zip(vgg(depth), [*vgg(depth)[1:], ("end", {})], strict=True)
                )
                if not (row[0] == "relu" and follows[0] == "conv")
            ],
            "There is only one ReLU per block; a ReLU follows every convolution.",
        ),
        Mistake(
            "ReLU on the scores",
            lambda depth: [*vgg(depth), ("relu", {})],
            "The scores go through a ReLU, which sets all negative scores to 0.",
        ),
        Mistake(
            "dropout left out",
            without("dropout"),
            "There is no dropout.",
        ),
        Mistake(
            "dropout on inputs",
            dropout_on_inputs,
            "Dropout stands before the first two fully connected rows; it drops what they give.",
        ),
        Mistake(
            "flatten left out",
            without("flatten"),
            "The maps go into a fully connected row unflattened.",
        ),
    ),
)
