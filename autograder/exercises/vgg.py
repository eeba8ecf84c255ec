"""08-vgg: small filters, deep stacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.inside.arguments import Arguments
from autograder.reference import accounting, architectures, networks

from . import counting, tables, trained
from .alexnet_and_zfnet import changed, value
from .lenet import (
    REFUSED_CASES,
    RUN_MISTAKES,
    SMALLEST_TABLE,
    TABLE_CASES,
    TABLE_WORDS,
    draw_table,
    run_example,
    small_table_example,
)
from .model import Claim, Exercise, Mistake, Numbers, Property, case
from .tables import Layers, Shape

LESSON = "08-vgg"

FIVE_TABLES = "Five tables in one"
COUNT = "Where the parameters are"
THREE = "Three small filters for one large"
MEMORY = "Memory early, parameters late"
SLIDE = "A sum that does not add up"
WORK = "Multiply and add"
A_PHOTO = "A photo through sixteen layers"
TRANSFER = "Features that travel"
CAPSTONE = "From a blank cell"


# --- the tables -----------------------------------------------------------------------------------

VGG_PROPERTIES, _ = tables.same_table(
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


VGG_LAYERS = Exercise(
    id="vgg-layers",
    lesson=LESSON,
    reference=vgg,
    example=lambda: {"depth": 16},
    properties=VGG_PROPERTIES,
    facet_words={
        "sixteen": "the layers of VGG-16",
        "sixteen_between": "ReLU and dropout of VGG-16",
        "others": "the layers of VGG-11, 13 and 19",
        "others_between": "ReLU and dropout of VGG-11, 13 and 19",
    },
    mistakes=(
        Mistake(
            "no pad",
            every("conv", pad=0),
            "The convolutions have no pad, so each makes the maps smaller by 2.",
            FIVE_TABLES,
        ),
        Mistake(
            "fifth pooling left out",
            without("max_pool", (4,)),
            "The fifth pooling is missing: the first fully connected row has to read 14×14 maps.",
            FIVE_TABLES,
        ),
        Mistake(
            "pooling left out",
            without("max_pool"),
            "There is no pooling.",
            FIVE_TABLES,
        ),
        Mistake(
            "depth ignored",
            lambda depth: vgg(16),
            "`depth` was not looked at: this is always VGG-16.",
            FIVE_TABLES,
        ),
        Mistake(
            "nineteen for sixteen",
            lambda depth: vgg({16: 19, 19: 16}.get(depth, depth)),
            "The tables of VGG-16 and VGG-19 are exchanged.",
            FIVE_TABLES,
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
            FIVE_TABLES,
        ),
        Mistake(
            "1024 filters at the end",
            doubling_on,
            "The filters double once more in the fifth block; they stay at 512.",
            FIVE_TABLES,
        ),
        Mistake(
            "pooling too early",
            pools_first,
            "Each pooling comes before the last convolution of its block.",
            FIVE_TABLES,
        ),
        Mistake(
            "average pooling",
            changed(
                lambda row, number: [("average_pool", row[1]) if row[0] == "max_pool" else row],
                vgg,
            ),
            "The pools take averages; VGG takes maxima.",
            FIVE_TABLES,
        ),
        Mistake(
            "AlexNet's pooling",
            every("max_pool", size=3, stride=2),
            "The pooling windows are 3×3 in steps of 2, as AlexNet's; VGG's are 2×2.",
            FIVE_TABLES,
        ),
        Mistake(
            "kernels of 5",
            every("conv", kernel=5, pad=2),
            "The filters are 5×5; VGG's are 3×3 throughout.",
            FIVE_TABLES,
        ),
        Mistake(
            "1×1 filters",
            pointwise,
            "The blocks end with 1×1 filters: that is configuration C of the paper, not D.",
            FIVE_TABLES,
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
            FIVE_TABLES,
        ),
        Mistake(
            "ReLU left out",
            without("relu"),
            "There is no ReLU anywhere.",
            FIVE_TABLES,
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
            "There is one ReLU for each block; every convolution is followed by one.",
            FIVE_TABLES,
        ),
        Mistake(
            "ReLU on the scores",
            lambda depth: [*vgg(depth), ("relu", {})],
            "The scores go through a ReLU: a score below 0 says something too.",
            FIVE_TABLES,
        ),
        Mistake(
            "dropout left out",
            without("dropout"),
            "There is no dropout.",
            FIVE_TABLES,
        ),
        Mistake(
            "dropout on inputs",
            dropout_on_inputs,
            "Dropout stands before the first two fully connected rows; it drops what they give.",
            FIVE_TABLES,
        ),
        Mistake(
            "flatten left out",
            without("flatten"),
            "The maps go into a fully connected row unflattened.",
            FIVE_TABLES,
        ),
    ),
)


# --- counting them --------------------------------------------------------------------------------

TOTALS = {11: 132_863_336, 13: 133_047_848, 16: 138_357_544, 19: 143_667_240}
WEIGHTS = {11: 132_851_392, 13: 133_035_712, 16: 138_344_128, 19: 143_652_544}
NO_FIFTH_POOL = 4096 * 512 * (14 * 14 - 7 * 7)
CONVS_OF_16 = 14_714_688

VGG_PARAMETER_COUNTS = value(
    "vgg-parameter-counts",
    TOTALS,
    ("no biases", WEIGHTS, "The biases are missing.", COUNT),
    (
        "5th pool missing",
        {depth: total + NO_FIFTH_POOL for depth, total in TOTALS.items()},
        "The first fully connected row was counted as reading 14×14 maps: a pooling is missing.",
        COUNT,
    ),
    (
        "convolutions only",
        {depth: total - 123_642_856 for depth, total in TOTALS.items()},
        "Only the convolutions were counted.",
        COUNT,
    ),
    (
        "fully connected rows only",
        dict.fromkeys(TOTALS, 123_642_856),
        "Only the fully connected rows were counted.",
        COUNT,
    ),
    (
        "one depth for all",
        dict.fromkeys(TOTALS, TOTALS[16]),
        "All four are VGG-16's count.",
        COUNT,
    ),
    lesson=LESSON,
)

VGG16_PARAMETER_COUNT = value(
    "vgg16-parameter-count",
    TOTALS[16],
    ("no biases", WEIGHTS[16], "The biases are missing.", COUNT),
    (
        "5th pool missing",
        TOTALS[16] + NO_FIFTH_POOL,
        "The first fully connected row was counted as reading 14×14 maps: a pooling is missing.",
        COUNT,
    ),
    (
        "biases of convolutions only missing",
        TOTALS[16] - 4224,
        "The biases of the convolutions are missing.",
        COUNT,
    ),
    (
        "biases of fully connected rows only missing",
        TOTALS[16] - 9192,
        "The biases of the fully connected rows are missing.",
        COUNT,
    ),
    ("convolutions only", CONVS_OF_16, "Only the convolutions were counted.", COUNT),
    (
        "fully connected rows only",
        TOTALS[16] - CONVS_OF_16,
        "Only the fully connected rows were counted.",
        COUNT,
    ),
    ("rounded", 138_000_000, "This is the rounded number that is often quoted; count it.", COUNT),
    ("VGG-19's", TOTALS[19], "This is VGG-19.", COUNT),
    ("VGG-13's", TOTALS[13], "This is VGG-13.", COUNT),
    (
        "maps not flattened",
        TOTALS[16] - 4096 * 512 * 48,
        "The first fully connected row was counted as reading 512 numbers; it reads 512·7·7.",
        COUNT,
    ),
    lesson=LESSON,
)

VGG16_PARAMETER_SPLIT = value(
    "vgg16-parameter-split",
    {"conv": CONVS_OF_16, "fully_connected": TOTALS[16] - CONVS_OF_16},
    (
        "exchanged",
        {"conv": TOTALS[16] - CONVS_OF_16, "fully_connected": CONVS_OF_16},
        "The two are exchanged: most parameters are in the fully connected rows.",
        COUNT,
    ),
    (
        "no biases",
        {"conv": CONVS_OF_16 - 4224, "fully_connected": TOTALS[16] - CONVS_OF_16 - 9192},
        "The biases are missing.",
        COUNT,
    ),
    (
        "the first fully connected row only",
        {"conv": CONVS_OF_16, "fully_connected": 102_764_544},
        "Only the first of the three fully connected rows was counted.",
        COUNT,
    ),
    (
        "fractions",
        {"conv": CONVS_OF_16 / TOTALS[16], "fully_connected": 1 - CONVS_OF_16 / TOTALS[16]},
        "These are fractions; numbers of parameters are asked for.",
        COUNT,
    ),
    lesson=LESSON,
)

VGG_WORK = {11: 7_609_090_048, 13: 11_308_466_176, 16: 15_470_264_320, 19: 19_632_062_464}
FULLY_CONNECTED_WORK = 123_633_664

VGG_MULTIPLY_ADDS = value(
    "vgg-multiply-adds",
    VGG_WORK,
    (
        "multiplications and additions apart",
        {depth: 2 * work for depth, work in VGG_WORK.items()},
        "Multiplications and additions were counted apart; a pair of them counts once.",
        WORK,
    ),
    (
        "convolutions only",
        {depth: work - FULLY_CONNECTED_WORK for depth, work in VGG_WORK.items()},
        "Only the convolutions were counted.",
        WORK,
    ),
    (
        "parameters",
        TOTALS,
        "These are the parameters; a filter's weights are used again at every place.",
        WORK,
    ),
    (
        "in billions",
        {depth: work / 1e9 for depth, work in VGG_WORK.items()},
        "These are billions; the whole numbers are asked for.",
        WORK,
    ),
    lesson=LESSON,
)

HELD = 15_237_608

VGG16_ACTIVATION_COUNT = value(
    "vgg16-activation-count",
    HELD,
    (
        "the slide's total",
        24_000_000,
        "This is what the well-known slide says; its own rows add up to less.",
        SLIDE,
    ),
    (
        "input left out",
        HELD - 3 * 224 * 224,
        "The image itself is missing: it is stored too.",
        MEMORY,
    ),
    (
        "ReLU stored apart",
        28_826_600,
        "The outputs of ReLU, dropout and flatten were counted as well; they work in place.",
        MEMORY,
    ),
    ("convolutions only", 13_547_520, "Only the outputs of convolutions were counted.", MEMORY),
    ("in bytes", 4 * HELD, "These are bytes; numbers are asked for.", MEMORY),
    ("parameters", TOTALS[16], "These are the parameters.", MEMORY),
    lesson=LESSON,
)

VGG16_ACTIVATION_BYTES = value(
    "vgg16-activation-bytes",
    4 * HELD,
    ("numbers", HELD, "These are numbers; each takes four bytes in float32.", MEMORY),
    ("in float64", 8 * HELD, "Eight bytes a number is float64; float32 is asked for.", MEMORY),
    ("in bits", 32 * HELD, "These are bits.", MEMORY),
    (
        "the slide's total",
        96_000_000,
        "This is the slide's 24M × 4 bytes; its own rows add up to less.",
        SLIDE,
    ),
    lesson=LESSON,
)


# --- stacks ---------------------------------------------------------------------------------------


def a_stack(
    numbers: Numbers,
    kernel: int | tuple[int, int] | None = None,
    times: int | None = None,
    channels: int | None = None,
) -> Arguments:
    rng = numbers.rng
    return {
        "kernel": int(rng.integers(2, 9)) if kernel is None else kernel,
        "times": int(rng.integers(2, 6)) if times is None else times,
        "channels": int(rng.integers(3, 200)) if channels is None else channels,
    }


STACK_PARAMETER_COUNT = Exercise(
    id="stack-parameter-count",
    lesson=LESSON,
    reference=accounting.stack_parameter_count,
    draw=a_stack,
    example=lambda: {"kernel": 3, "times": 3, "channels": 2},
    cases=(
        case("values"),
        case("values", hidden=False, kernel=3, times=3),
        case("values", kernel=3, times=2),
        case("once", hidden=False, kernel=7, times=1),
        case("once", times=1),
        case("pointwise", kernel=1),
    ),
    facet_words={"once": "a single layer", "pointwise": "filters of 1×1"},
    mistakes=(
        Mistake(
            "C once",
            lambda kernel, times, channels: times * kernel**2 * channels,
            "The channels were counted once: each of the C filters reads all C channels.",
            THREE,
        ),
        Mistake(
            "biases counted",
            lambda kernel, times, channels: times * (kernel**2 * channels + 1) * channels,
            "The biases were counted; the weights alone are asked for.",
            THREE,
        ),
        Mistake(
            "one layer only",
            lambda kernel, times, channels: kernel**2 * channels**2,
            "Only one layer was counted.",
            THREE,
        ),
        Mistake(
            "kernel not squared",
            lambda kernel, times, channels: times * kernel * channels**2,
            "A filter of side k has k·k weights for each channel.",
            THREE,
        ),
        Mistake(
            "power for product",
            lambda kernel, times, channels: (kernel**2 * channels**2) ** times,
            "The layers' counts were multiplied; they add up.",
            THREE,
        ),
        Mistake(
            "channels squared for each layer",
            lambda kernel, times, channels: times * kernel**2 * channels ** (2 * times),
            "The channels were multiplied again for every layer.",
            THREE,
        ),
        Mistake(
            "decimal number",
            lambda kernel, times, channels: float(times * kernel**2 * channels**2),
            "The count has a decimal point; it is a whole number.",
            THREE,
        ),
    ),
)


def stack_seen(numbers: Numbers, kernel: int | None = None, times: int | None = None) -> Arguments:
    drawn = a_stack(numbers, kernel, times)
    return {"kernel": drawn["kernel"], "times": drawn["times"]}


STACK_RECEPTIVE_FIELD = Exercise(
    id="stack-receptive-field",
    lesson=LESSON,
    reference=accounting.stack_receptive_field,
    draw=stack_seen,
    example=lambda: {"kernel": 3, "times": 2},
    cases=(
        case("values"),
        case("values", hidden=False, kernel=3, times=3),
        case("values", times=7),
        case("values", kernel=2),
        case("once", hidden=False, kernel=7, times=1),
        case("once", times=1),
        case("pointwise", kernel=1),
    ),
    facet_words={"once": "a single layer", "pointwise": "filters of 1×1, which see one pixel"},
    mistakes=(
        Mistake(
            "sum of kernels",
            lambda kernel, times: kernel * times,
            "The sides were added up: neighbouring windows overlap.",
            THREE,
        ),
        Mistake(
            "off by one",
            lambda kernel, times: times * (kernel - 1),
            "One pixel is missing: the one in the middle.",
            THREE,
        ),
        Mistake(
            "product of kernels",
            lambda kernel, times: kernel**times,
            "The sides were multiplied: that would hold if windows did not overlap.",
            THREE,
        ),
        Mistake(
            "one layer only",
            lambda kernel, times: kernel,
            "Only one layer was looked through.",
            THREE,
        ),
        Mistake(
            "two a layer",
            lambda kernel, times: 2 * times + 1,
            "Each layer adds 2 for filters of 3×3 only.",
            THREE,
        ),
        Mistake(
            "area of the field",
            lambda kernel, times: (times * (kernel - 1) + 1) ** 2,
            "This is the number of pixels in the patch; its side is asked for.",
            THREE,
        ),
    ),
)


# --- memory ---------------------------------------------------------------------------------------

COUNTED_CASES = (
    *(c for c in TABLE_CASES if c.facet not in ("norms", "networks")),
    case("in_place", hidden=False, blocks=1, hidden_rows=3, rate=0.5),
    case("in_place", blocks=2, pool=2, hidden_rows=2, rate=0.3),
    case("norms", hidden=False, blocks=1, pool=2, norms=("local_response_norm",), hidden_rows=1),
    case("norms", blocks=1, norms=("batch_norm",), average=True, pool=2, hidden_rows=1),
    case("networks", network="alexnet", rows=99),
    case("networks", network="zfnet", rows=99),
    case("networks", network="vgg16", rows=99),
    case("networks", network="vgg19", rows=99),
    *REFUSED_CASES,
)

COUNTED_WORDS = {
    **TABLE_WORDS,
    "in_place": "ReLU, dropout and flatten, which work in place",
    "norms": "normalization, which stores what it gives",
}


def counted_then(change):
    """The right counts, then something done to them."""
    return lambda layers, input_shape: change(
        accounting.activation_counts(layers, input_shape), layers, tuple(input_shape)
    )


def everything_stored(layers: Layers, input_shape: Shape) -> list[int]:
    shapes = accounting.layer_shapes(layers, input_shape)
    return [int(np.prod(shape)) for shape in (tuple(input_shape), *shapes)]


def not_in_place(kind: str):
    """The outputs of one kind stored, though it works in place."""
    return counted_then(
        lambda counts, layers, shape: [
            counts[0],
            *(
                every if row[0] == kind else count
                for row, count, every in zip(
                    layers, counts[1:], everything_stored(layers, shape)[1:], strict=True
                )
            ),
        ]
    )


def nothing_for(*kinds: str):
    return counted_then(
        lambda counts, layers, shape: [
            counts[0],
            *(
                0 if row[0] in kinds else count
                for row, count in zip(layers, counts[1:], strict=True)
            ),
        ]
    )


def one_map(layers: Layers, input_shape: Shape) -> list[int]:
    shapes = [tuple(input_shape), *accounting.layer_shapes(layers, input_shape)]
    counts = accounting.activation_counts(layers, input_shape)
    return [
        count and int(np.prod(shape[1:] if len(shape) == 3 else shape))
        for count, shape in zip(counts, shapes, strict=True)
    ]


ACTIVATION_COUNTS = Exercise(
    id="activation-counts",
    lesson=LESSON,
    reference=accounting.activation_counts,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=COUNTED_CASES,
    facet_words=COUNTED_WORDS,
    mistakes=(
        Mistake(
            "counts weights",
            lambda layers, input_shape: [0, *accounting.parameter_counts(layers, input_shape)],
            "These are the weights; the numbers that come out of each row are asked for.",
            MEMORY,
        ),
        Mistake(
            "input left out",
            counted_then(lambda counts, *_: counts[1:]),
            "The image itself is missing: it is stored too, and stands first.",
            MEMORY,
        ),
        Mistake(
            "ReLU, dropout and flatten stored",
            everything_stored,
            "The outputs of ReLU, dropout and flatten were counted; they work in place.",
            MEMORY,
        ),
        Mistake(
            "ReLU stored",
            not_in_place("relu"),
            "The outputs of ReLU were counted; it works in place.",
            MEMORY,
        ),
        Mistake(
            "flatten stored",
            not_in_place("flatten"),
            "The flattened maps were counted; they are the maps themselves.",
            MEMORY,
        ),
        Mistake(
            "dropout stored",
            not_in_place("dropout"),
            "The outputs of dropout were counted; it works in place.",
            MEMORY,
        ),
        Mistake(
            "pooling not stored",
            nothing_for("max_pool", "average_pool"),
            "Pooling was counted as working in place; what it gives has another size.",
            MEMORY,
        ),
        Mistake(
            "normalization not stored",
            nothing_for("local_response_norm", "batch_norm"),
            "Normalization was counted as working in place; the way back needs what went in.",
            MEMORY,
        ),
        Mistake(
            "one map of each row",
            one_map,
            "One map was counted for each row, however many there are.",
            MEMORY,
        ),
        Mistake(
            "total only",
            counted_then(lambda counts, *_: sum(counts)),
            "This is the total; one number for each row is asked for.",
            MEMORY,
        ),
        Mistake(
            "bytes",
            counted_then(lambda counts, *_: [4 * count for count in counts]),
            "These are bytes; numbers are asked for.",
            MEMORY,
        ),
        Mistake(
            "running total",
            counted_then(lambda counts, *_: np.cumsum(counts).tolist()),
            "Each number holds those before it too.",
            MEMORY,
        ),
    ),
)


def tabled(change):
    """The right table, each of its rows given to `change` with the layer and the shape before."""

    def memory_and_parameter_table(layers: Layers, input_shape: Shape) -> list[dict[str, Any]]:
        table = accounting.memory_and_parameter_table(layers, input_shape)
        befores = [None, *(row["shape"] for row in table)]
        rows = [("input", {}), *layers]
        return [
            {**own, **change(row, before, own)}
            for own, row, before in zip(table, rows, befores, strict=False)
        ]

    return memory_and_parameter_table


def work(row: tuple[str, dict], before: Shape | None, own: dict[str, Any], size: Any) -> int:
    if row[0] == "conv":
        return (own["parameters"] - row[1]["filters"]) * int(np.prod(size))
    return own["multiply_adds"]


MEMORY_AND_PARAMETER_TABLE = Exercise(
    id="memory-and-parameter-table",
    lesson=LESSON,
    reference=accounting.memory_and_parameter_table,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=(
        *COUNTED_CASES,
        case("groups", blocks=2, groups=2, pad=1, pool=2, hidden_rows=1),
        case("networks", network="two towers", rows=99),
    ),
    facet_words={**COUNTED_WORDS, "groups": "convolutions in groups"},
    mistakes=(
        Mistake(
            "biases multiplied too",
            tabled(
                lambda row, before, own: {
                    "multiply_adds": own["parameters"] * int(np.prod(own["shape"][1:]))
                    if row[0] == "conv"
                    else own["multiply_adds"]
                }
            ),
            "The biases were counted among the multiplications; they are only added.",
            WORK,
        ),
        Mistake(
            "multiply–adds at every place of the input",
            tabled(
                lambda row, before, own: {
                    "multiply_adds": work(row, before, own, before[1:] if before else ())
                }
            ),
            "The weights were counted at every place of the input; they are used once for every "
            "place of the output.",
            WORK,
        ),
        Mistake(
            "multiply–adds once",
            tabled(lambda row, before, own: {"multiply_adds": work(row, before, own, ())}),
            "The weights of a convolution were counted once; they are used at every place.",
            WORK,
        ),
        Mistake(
            "multiply–adds doubled",
            tabled(lambda row, before, own: {"multiply_adds": 2 * own["multiply_adds"]}),
            "Multiplications and additions were counted apart; a pair of them counts once.",
            WORK,
        ),
        Mistake(
            "fully connected rows without work",
            tabled(
                lambda row, before, own: {"multiply_adds": 0} if row[0] == "fully_connected" else {}
            ),
            "Fully connected rows multiply too.",
            WORK,
        ),
        Mistake(
            "pooling multiplied",
            tabled(
                lambda row, before, own: (
                    {
                        "multiply_adds": own["activations"]
                        * int(np.prod(counting.options_of(row)["size"]))
                    }
                    if row[0].endswith("pool")
                    else {}
                )
            ),
            "Pooling was counted as multiplying; it compares or averages.",
            WORK,
        ),
        Mistake(
            "input left out",
            lambda layers, input_shape: accounting.memory_and_parameter_table(layers, input_shape)[
                1:
            ],
            "The image is missing: it stands first.",
            MEMORY,
        ),
        Mistake(
            "ReLU, dropout and flatten stored",
            tabled(lambda row, before, own: {"activations": int(np.prod(own["shape"]))}),
            "The outputs of ReLU, dropout and flatten were counted; they work in place.",
            MEMORY,
        ),
        Mistake(
            "activations and parameters exchanged",
            tabled(
                lambda row, before, own: {
                    "activations": own["parameters"],
                    "parameters": own["activations"],
                }
            ),
            "Activations and parameters are exchanged.",
            MEMORY,
        ),
        Mistake(
            "input shapes",
            tabled(lambda row, before, own: {"shape": before or own["shape"]}),
            "Each row shows the shape that comes in; the shape that comes out is asked for.",
            MEMORY,
        ),
        Mistake(
            "running totals",
            lambda layers, input_shape: [
                {**own, "parameters": total}
                for own, total in zip(
                    accounting.memory_and_parameter_table(layers, input_shape),
                    np.cumsum([0, *accounting.parameter_counts(layers, input_shape)]).tolist(),
                    strict=True,
                )
            ],
            "The parameters of a row hold those before it too.",
            MEMORY,
        ),
        Mistake(
            "only rows that learn",
            lambda layers, input_shape: [
                row
                for row in accounting.memory_and_parameter_table(layers, input_shape)
                if row["layer"] == "input" or row["parameters"]
            ],
            "Rows that learn nothing are left out.",
            MEMORY,
        ),
    ),
)


# --- a forward pass, and features -----------------------------------------------------------------


def draw_stack(
    numbers: Numbers,
    N: int = 1,
    blocks: int = 2,
    times: int = 2,
    side: int = 2,
    wide: int = 0,
    hidden_rows: int = 2,
) -> Arguments:
    """A VGG in small: blocks of 3×3 convolutions and a 2×2 pool, then fully connected rows.

    `side` is that of the maps in the end, `wide` how many columns they have more.
    """
    rng = numbers.rng
    rows: Layers = []
    for _ in range(blocks):
        for _ in range(times):
            rows.append(("conv", {"filters": int(rng.integers(2, 5)), "kernel": 3, "pad": 1}))
            rows.append(("relu", {}))
        rows.append(("max_pool", {"size": 2}))
    rows += [("flatten", {})] if hidden_rows else []
    for number in range(hidden_rows):
        rows.append(("fully_connected", {"units": int(rng.integers(3, 9))}))
        rows += [("relu", {}), ("dropout", {"rate": 0.5})] if number < hidden_rows - 1 else []
    input_shape = (3, side * 2**blocks, (side + wide) * 2**blocks)
    befores = [input_shape, *accounting.layer_shapes(rows, input_shape)]
    params = [
        {
            name: numbers.array(*shape) / np.sqrt(numbers.dtype.type(shape[-1]))
            for name, shape in accounting.parameter_shapes(row, before).items()
        }
        for row, before in zip(rows, befores, strict=False)
    ]
    return {"layers": rows, "params": params, "x": numbers.array(N, *input_shape)}


STACK_MISTAKES = (
    "ReLU missing",
    "dropout active",
    "dropout scales",
    "ReLU on the scores",
    "softmax of the scores",
    "classes for scores",
    "only image 0",
    "average for max",
    "biases of convolutions left out",
    "biases of fully connected rows left out",
    "flattened with channels last",
    "flattened down the columns",
    "pad ignored",
)

VGG_FORWARD = Exercise(
    id="vgg-forward",
    lesson=LESSON,
    reference=networks.vgg_forward,
    draw=draw_stack,
    example=run_example,
    smallest={"wide": 0, "hidden_rows": 0},
    terms=512,
    cases=(
        case("values", hidden=False, N=1),
        case("values", N=1, blocks=3, times=2),
        case("batch", hidden=False, N=3),
        case("batch", N=5, blocks=1, times=1, side=3),
        case("rectangular", N=1, wide=1),
        case("rectangular", N=2, blocks=1, side=3, wide=1),
        case("maps", N=2, blocks=1, side=3, hidden_rows=0),
        case("deep", N=1, blocks=3, times=4, side=1),
        case("dtype", dtype="float32", N=2),
        case("layout", layout="strided", N=2),
        case("layout", layout="F", N=2),
    ),
    facet_words={"deep": "a deep stack", "maps": "a table that ends with maps"},
    mistakes=tuple(replace(m, see=A_PHOTO) for m in RUN_MISTAKES if m.name in STACK_MISTAKES),
)


def draw_features(numbers: Numbers, batch_size: int = 0, **sizes: int) -> Arguments:
    drawn = draw_stack(numbers, hidden_rows=0, **sizes)
    drawn["images"] = drawn.pop("x")
    return {**drawn, "batch_size": batch_size} if batch_size else drawn


def features_example() -> Arguments:
    example = run_example()
    return {
        "layers": example["layers"][:3],
        "params": example["params"][:3],
        "images": np.concatenate([example["x"], example["x"][..., ::-1]]),
        "batch_size": 1,
    }


def features_with(change=lambda features: features, see=networks.forward):
    """Features with something done to the maps before they are flattened."""

    def transfer_features(layers, params, images, batch_size=20):
        features = change(see(layers, params, images))
        return features.reshape(len(features), -1)

    return transfer_features


TRANSFER_FEATURES = Exercise(
    id="transfer-features",
    lesson=LESSON,
    reference=networks.transfer_features,
    draw=draw_features,
    example=features_example,
    smallest={"wide": 0, "hidden_rows": 0},
    terms=512,
    cases=(
        case("values", hidden=False, N=4, batch_size=2),
        case("values", N=2, blocks=3, times=1, side=8),
        case("batches", hidden=False, N=5, batch_size=2),
        case("batches", N=7, side=1, batch_size=3),
        case("batches", N=3, side=1, batch_size=8),
        case("batches", N=23, blocks=1, times=1),
        case("rectangular", N=3, side=1, wide=1, batch_size=2),
        case("dtype", dtype="float32", N=3, batch_size=2),
        case("layout", layout="strided", N=3, batch_size=2),
    ),
    facet_words={"batches": "a last batch that is not full"},
    mistakes=(
        Mistake(
            "last batch left out",
            lambda layers, params, images, batch_size=20: networks.transfer_features(
                layers, params, images[: len(images) // batch_size * batch_size or batch_size]
            ),
            "The images that do not fill a batch are missing.",
            TRANSFER,
        ),
        Mistake(
            "first batch only",
            lambda layers, params, images, batch_size=20: networks.transfer_features(
                layers, params, images[:batch_size]
            ),
            "Only the first batch came back.",
            TRANSFER,
        ),
        Mistake(
            "last batch only",
            lambda layers, params, images, batch_size=20: networks.transfer_features(
                layers, params, images[(len(images) - 1) // batch_size * batch_size :]
            ),
            "Only the last batch came back.",
            TRANSFER,
        ),
        Mistake(
            "not flattened",
            lambda layers, params, images, batch_size=20: networks.forward(layers, params, images),
            "These are maps; one row of numbers for each image is asked for.",
            TRANSFER,
        ),
        Mistake(
            "flattened with channels last",
            features_with(lambda maps: np.moveaxis(maps, 1, -1)),
            "The maps were flattened as (H, W, C); the course flattens (C, H, W).",
            TRANSFER,
        ),
        Mistake(
            "averaged over the places",
            features_with(lambda maps: maps.mean(axis=(2, 3))),
            "Each map was averaged to one number; all its numbers are features.",
            TRANSFER,
        ),
        Mistake(
            "all in one row",
            lambda layers, params, images, batch_size=20: networks.forward(
                layers, params, images
            ).ravel(),
            "All images lie in one row.",
            TRANSFER,
        ),
        Mistake(
            "last row left out",
            features_with(
                see=lambda layers, params, x: networks.forward(layers[:-1], params[:-1], x)
            ),
            "The last row of the table was not run.",
            TRANSFER,
        ),
        Mistake(
            "ReLU missing",
            features_with(
                see=lambda layers, params, x: networks.forward(
                    [("dropout", {}) if row[0] == "relu" else row for row in layers], params, x
                )
            ),
            "ReLU was not applied: numbers below 0 went on.",
            TRANSFER,
        ),
        Mistake(
            "pixels returned",
            lambda layers, params, images, batch_size=20: images.reshape(len(images), -1).copy(),
            "These are the pixels themselves.",
            TRANSFER,
        ),
    ),
)


# --- the capstone ---------------------------------------------------------------------------------

BUDGET = 10_000
"""Parameters that the student's own network may have."""

DIGITS_INPUT = (1, 28, 28)

SMALL: Layers = [
    ("conv", {"filters": 24, "kernel": 5}),
    ("relu", {}),
    ("average_pool", {"size": 4}),
    ("flatten", {}),
    ("fully_connected", {"units": 10}),
]


@lru_cache(maxsize=1)
def small_network() -> tuple[Layers, list[dict[str, np.ndarray]]]:
    """A network within the budget, found without descent and so in a moment.

    Its filters are pieces of digits; its scores are the least squares fit to what they answer
    (Coates, Lee, Ng 2011, *An analysis of single-layer networks in unsupervised feature learning*).
    """
    pixels = trained.as_images(trained.digits()["images"])
    rng = np.random.default_rng(0)
    filters: list[np.ndarray] = []
    while len(filters) < SMALL[0][1]["filters"]:
        top, left = rng.integers(4, 19, size=2)
        piece = pixels[rng.integers(len(pixels)), :, top : top + 5, left : left + 5]
        piece = piece - piece.mean()
        if np.linalg.norm(piece) > 1:
            filters.append(piece / np.linalg.norm(piece))
    learned = {"weights": np.stack(filters), "bias": np.full(len(filters), -0.5, np.float32)}
    params = [learned, {}, {}, {}]
    seen = networks.transfer_features(SMALL[:-1], params, pixels, batch_size=100)
    seen = np.column_stack([seen, np.ones(len(seen))]).astype(float)
    targets = 2 * np.eye(10)[trained.digits()["labels"]] - 1
    squares = seen.T @ seen
    ridge = 1e-4 * squares.diagonal().mean() * np.eye(len(squares))
    fit = np.linalg.solve(squares + ridge, seen.T @ targets).T.astype(np.float32)
    return SMALL, [*params, {"weights": fit[:, :-1].copy(), "bias": fit[:, -1].copy()}]


def handed_in(call) -> tuple[Layers, list]:
    """The table and the parameters that an answer gives; what is no pair of them has neither."""
    result = call()
    if not isinstance(result, (list, tuple)) or len(result) != 2:
        return [], []
    return list(result[0]), list(result[1])


def made_of(values: Any) -> str:
    """What something is and holds, by the names of types: "list of 5 tuples (str, dict)"."""
    if not isinstance(values, (list, tuple, dict)):
        return type(values).__name__
    held = sorted({type(value).__name__ for value in values})
    return f"{type(values).__name__} of {len(values)} ({', '.join(held)})"


def a_whole_network(call, numbers: Numbers) -> Iterator[Claim]:
    result = call()
    layers, params = handed_in(lambda: result)
    yield Claim(
        len(layers) > 0,
        True,
        f"a table and parameters come back, as a pair; there is {made_of(result)}",
    )
    tabled = all(
        isinstance(row, (list, tuple)) and len(row) == 2 and isinstance(row[0], str)
        for row in layers
    )
    yield Claim(
        tabled, True, f"the table comes first; there is {', '.join(map(made_of, layers[:1]))}"
    )
    if not layers or not tabled:
        return
    shapes = accounting.layer_shapes(layers, DIGITS_INPUT)
    yield Claim(shapes[-1] == (10,), True, "the table makes ten scores of an image of 1×28×28")
    befores = [DIGITS_INPUT, *shapes]
    wanted = [
        accounting.parameter_shapes(row, before)
        for row, before in zip(layers, befores, strict=False)
    ]
    yield Claim(len(params), len(layers), "there are parameters for each row, or an empty dict")
    for number, (own, right) in enumerate(zip(params, wanted, strict=False)):
        found = {name: own[name].shape for name in right} if right else {}
        yield Claim(
            found == right and all(np.isfinite(own[name]).all() for name in right),
            True,
            f"row {number} has finite parameters of the shapes that its table asks for",
        )


def within_the_budget(call, numbers: Numbers) -> Iterator[Claim]:
    layers, _ = handed_in(call)
    total = sum(accounting.parameter_counts(layers, DIGITS_INPUT))
    yield Claim(
        0 < total <= BUDGET,
        True,
        f"the network has at most {BUDGET:,} parameters; it has {total:,}",
    )


@lru_cache(maxsize=1)
def digits_kept_apart() -> tuple[np.ndarray, np.ndarray]:
    known = trained.digits()
    return trained.as_images(known["held_out_images"]), known["held_out_labels"]


def share_known(call) -> float:
    """The share of the digits kept apart that a network within the budget recognises."""
    layers, params = handed_in(call)
    images, labels = digits_kept_apart()
    # What lies beyond the budget may be slow, and earns nothing.
    within = sum(accounting.parameter_counts(layers, DIGITS_INPUT)) <= BUDGET
    found = networks.predict(layers, params, images) if within else np.full(len(labels), -1)
    return float((found == labels).mean())


def known(right: float, least: float) -> Claim:
    return Claim(
        right >= least,
        True,
        f"a network within the budget recognises {least:.0%} of the digits kept apart",
    )


def knows(least: float):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        yield known(share_known(call), least)

    return test


def knows_most(call, numbers: Numbers) -> Iterator[Claim]:
    right = share_known(call)
    yield known(right, 0.9)
    if right < 0.9:  # what may be the reason
        params = [row for row in handed_in(call)[1] if row]
        for name, words in (("bias", "biases"), ("weights", "weights")):
            moved = any(np.any(row[name]) for row in params)
            yield Claim(moved, True, f"the {words} are not all 0")
        yield Claim(right > 0.2, True, "the network does not just guess")


def capstone_with(change):
    return lambda: change(*small_network())


CAPSTONE_EXERCISE = Exercise(
    id="capstone",
    lesson=LESSON,
    reference=small_network,
    properties=(
        Property("network", "a whole network", a_whole_network, hidden=False),
        Property("network", "within the budget", within_the_budget, hidden=False),
        Property("most", "90% of the digits", knows_most),
        Property("nearly_all", "95% of the digits", knows(0.95)),
        Property("asked", "97% of the digits", knows(0.97)),
    ),
    facet_words={
        "network": "a table within the budget, and the parameters that belong to it",
        "most": "9 of 10 digits that were kept apart",
        "nearly_all": "19 of 20 digits that were kept apart",
        "asked": "97 of 100 digits that were kept apart",
    },
    mistakes=(
        Mistake(
            "not trained",
            capstone_with(
                lambda layers, params: (
                    layers,
                    networks.initialize(layers, DIGITS_INPUT, np.random.default_rng(0)),
                )
            ),
            "The network guesses: these may be the parameters that training started from.",
            CAPSTONE,
        ),
        Mistake(
            "parameters that are not numbers",
            capstone_with(
                lambda layers, params: (
                    layers,
                    [{name: own * np.nan for name, own in row.items()} for row in params],
                )
            ),
            "The parameters are not numbers any more: the steps were too long.",
            CAPSTONE,
        ),
        Mistake(
            "parameters without their table",
            capstone_with(lambda layers, params: params),
            "The parameters alone came back; the table belongs with them.",
            CAPSTONE,
        ),
        Mistake(
            "parameters and table exchanged",
            capstone_with(lambda layers, params: (params, layers)),
            "The result is a pair of a table and parameters, in this order.",
            CAPSTONE,
        ),
        Mistake(
            "no scores",
            capstone_with(lambda layers, params: (layers[:-1], params[:-1])),
            "The table does not end with ten scores.",
            CAPSTONE,
        ),
    ),
)


EXERCISES = (
    VGG_LAYERS,
    VGG16_PARAMETER_COUNT,
    VGG_PARAMETER_COUNTS,
    VGG16_PARAMETER_SPLIT,
    STACK_RECEPTIVE_FIELD,
    STACK_PARAMETER_COUNT,
    ACTIVATION_COUNTS,
    VGG16_ACTIVATION_COUNT,
    VGG16_ACTIVATION_BYTES,
    MEMORY_AND_PARAMETER_TABLE,
    VGG_MULTIPLY_ADDS,
    VGG_FORWARD,
    TRANSFER_FEATURES,
    CAPSTONE_EXERCISE,
)
