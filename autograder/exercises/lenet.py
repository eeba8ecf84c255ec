"""06-lenet: the first network that worked."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from autograder.inside.arguments import Arguments, Seeded
from autograder.reference import accounting, architectures, networks

from . import counting, tables, trained
from .model import Case, Claim, Exercise, Mistake, Numbers, Property, case
from .tables import Layers, Shape

LESSON = "06-lenet"

A_TABLE = "A network is a table"
ROW_BY_ROW = "Shapes, row by row"
COUNT = "What each row learns"
IN_1998 = "The table of 1998"
START = "A good start"
RUN = "Run the table"


# --- the table ------------------------------------------------------------------------------------

POOL = ("max_pool", {"size": 2})
RELU = ("relu", {})
FLATTEN = ("flatten", {})


def lenet_with(change):
    """The right table with every row given to `change`, which returns the rows in its place."""
    return lambda: [
        row
        for number, old in enumerate(architectures.lenet_layers())
        for row in change(number, old)
    ]


LENET_PROPERTIES, LENET_WORDS = tables.same_table(
    architectures.lenet_layers, architectures.LENET_INPUT, "lenet_layers", {"rows": ({},)}
)

LENET_LAYERS = Exercise(
    id="lenet-layers",
    lesson=LESSON,
    reference=architectures.lenet_layers,
    example=dict,
    properties=LENET_PROPERTIES,
    facet_words=LENET_WORDS,
    mistakes=(
        Mistake(
            "padded twice",
            lenet_with(
                lambda number, row: [(row[0], {**row[1], "pad": 2}) if number == 0 else row]
            ),
            "The first convolution has a pad of 2 on images of 32×32: the digits of 28×28 have "
            "their frame of 2 already.",
            A_TABLE,
        ),
        Mistake(
            "pooling left out",
            lenet_with(lambda number, row: [] if row == POOL else [row]),
            "There is no pooling: the maps stay large, and the first fully connected row has to "
            "read all of them.",
            A_TABLE,
        ),
        Mistake(
            "second pooling left out",
            lenet_with(lambda number, row: [] if number == 5 else [row]),
            "The second pooling is missing.",
            A_TABLE,
        ),
        Mistake(
            "ReLU left out",
            lenet_with(lambda number, row: [] if row == RELU else [row]),
            "There is no ReLU anywhere: without it the rows between the pools collapse into one "
            "linear layer.",
            A_TABLE,
        ),
        Mistake(
            "ReLU after convolutions only",
            lenet_with(lambda number, row: [] if row == RELU and number > 6 else [row]),
            "The fully connected rows follow each other without a ReLU, so that they collapse into "
            "one.",
            A_TABLE,
        ),
        Mistake(
            "ReLU on the scores",
            lambda: [*architectures.lenet_layers(), RELU],
            "The scores go through a ReLU: a score below 0 says something too.",
            A_TABLE,
        ),
        Mistake(
            "average pooling",
            lenet_with(lambda number, row: [("average_pool", row[1]) if row == POOL else row]),
            "The pools take averages, nearly as in 1998; the modern form takes maxima.",
            IN_1998,
        ),
        Mistake(
            "kernels of 3",
            lenet_with(
                lambda number, row: [(row[0], {**row[1], "kernel": 3}) if row[0] == "conv" else row]
            ),
            "The filters are 3×3; LeNet's are 5×5.",
            A_TABLE,
        ),
        Mistake(
            "filters exchanged",
            lenet_with(
                lambda number, row: [
                    (row[0], {**row[1], "filters": 22 - row[1]["filters"]})
                    if row[0] == "conv"
                    else row
                ]
            ),
            "The numbers of filters are exchanged: first 6, then 16.",
            A_TABLE,
        ),
        Mistake(
            "no scores",
            lambda: architectures.lenet_layers()[:-2],
            "The table ends with 84 numbers; the row that makes ten scores of them is missing.",
            A_TABLE,
        ),
        Mistake(
            "flatten left out",
            lenet_with(lambda number, row: [] if row == FLATTEN else [row]),
            "The maps go into a fully connected row unflattened.",
            A_TABLE,
        ),
    ),
)


# --- its shapes -----------------------------------------------------------------------------------


def small_table_example() -> Arguments:
    return {
        "layers": [
            ("conv", {"filters": 3, "kernel": (3, 2), "stride": 2, "pad": (1, 0)}),
            ("relu", {}),
            ("max_pool", {"size": 2, "stride": 1}),
            ("flatten", {}),
            ("fully_connected", {"units": 10}),
        ],
        "input_shape": (2, 5, 8),
    }


TABLE_CASES: tuple[Case, ...] = (
    case("values", hidden=False, network="lenet", rows=99),
    case("values", blocks=2, pool=2, hidden_rows=2),
    case("padding", blocks=2, pad=1, pool=2),
    case("padding", blocks=1, kernel=5, pad=2, hidden_rows=1),
    case("stride", hidden=False, blocks=1, stride=2, pad=1, hidden_rows=1),
    case("stride", blocks=2, stride=3, kernel=4),
    case("rectangular", hidden=False, blocks=1, pairs=True, wide=True, hidden_rows=1),
    case("rectangular", blocks=2, kernel=4, stride=2, pad=1, pool=2, pairs=True, wide=True),
    case("overlap", blocks=2, pool=3, step=2, hidden_rows=2),
    case("overlap", blocks=1, pool=2, step=3, average=True, wide=True, hidden_rows=1),
    case("norms", blocks=2, pool=2, norms=("local_response_norm",), hidden_rows=2, rate=0.5),
    case("norms", blocks=1, norms=("batch_norm",), average=True, pool=2, hidden_rows=1),
    case("networks", network="alexnet", rows=99),
    case("networks", network="zfnet", rows=99),
    case("networks", network="vgg16", rows=99),
)
"""Tables that are read to their end."""

REFUSED_CASES: tuple[Case, ...] = (
    case("refused", hidden=False, blocks=1, stride=2, misfit=True),
    case("refused", blocks=2, stride=3, pool=2, misfit=True, hidden_rows=1),
)
"""Tables with a size that does not fit."""

TABLE_WORDS = {
    "padding": "rows with a pad",
    "stride": "rows with a stride",
    "rectangular": "images, kernels, strides and pads that are not square",
    "overlap": "pooling windows that overlap or stand apart",
    "norms": "rows that leave the shape alone",
    "networks": "the large networks",
    "published": "the numbers that others published",
}


def draw_table(numbers: Numbers, hidden_rows: int = 0, **sizes: Any) -> Arguments:
    more = {"hidden": hidden_rows} if hidden_rows else {}
    return tables.table(numbers, **sizes, **more)


SMALLEST_TABLE = {
    "pad": 0,
    "pool": 0,
    "step": 0,
    "hidden_rows": 0,
}


def image_first(shapes: list[Shape], layers: Layers, input_shape: Shape) -> list[Shape]:
    return [input_shape, *shapes]


LAYER_SHAPES = Exercise(
    id="layer-shapes",
    lesson=LESSON,
    reference=accounting.layer_shapes,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=(*TABLE_CASES, *REFUSED_CASES),
    facet_words=TABLE_WORDS,
    mistakes=(
        Mistake(
            "pad ignored",
            counting.on_rows(accounting.layer_shapes, counting.without_pad),
            "The pad of a convolution was not looked at.",
            ROW_BY_ROW,
        ),
        Mistake(
            "stride ignored",
            counting.on_rows(accounting.layer_shapes, counting.without_stride),
            "The stride of a convolution was not looked at.",
            ROW_BY_ROW,
        ),
        Mistake(
            "pooling changes depth",
            counting.pooled_depth,
            "Pooling made the maps fewer: it works on each map apart, so the depth stays.",
            ROW_BY_ROW,
        ),
        Mistake(
            "batch counted in",
            counting.shapes_then(lambda shapes, *_: [(1, *shape) for shape in shapes]),
            "The shapes have a batch axis in front; the shape of one image is asked for.",
            ROW_BY_ROW,
        ),
        Mistake(
            "pad counted once",
            counting.shapes_along(lambda n, k, s, p: (n + p - k) // s + 1),
            "The pad was counted once; it stands on both sides.",
            ROW_BY_ROW,
        ),
        Mistake(
            "one forgotten",
            counting.shapes_along(lambda n, k, s, p: (n + 2 * p - k) // s),
            "Every size is one too small: the place where the window starts counts as well.",
            ROW_BY_ROW,
        ),
        Mistake(
            "rounded down",
            counting.on_rows(accounting.layer_shapes, counting.as_they_are),
            "A size that does not fit was rounded down instead of refused.",
            ROW_BY_ROW,
        ),
        Mistake(
            "square images assumed",
            counting.shapes_along(counting.rounded_down, columns=lambda shape: shape[1]),
            "The width was computed from the height of the image.",
            ROW_BY_ROW,
        ),
        Mistake(
            "square kernels assumed",
            counting.on_rows(accounting.layer_shapes, counting.square_kernels),
            "Of a kernel of two numbers only the first was used.",
            ROW_BY_ROW,
        ),
        Mistake(
            "pooling stride fixed to size",
            counting.on_rows(accounting.layer_shapes, counting.pools_side_by_side),
            "The stride of a pooling row was not looked at: windows may overlap.",
            ROW_BY_ROW,
        ),
        Mistake(
            "pooling stride 1 when left out",
            counting.on_rows(accounting.layer_shapes, counting.pools_by_one),
            "A pooling row without a stride was given stride 1; its windows lie side by side.",
            ROW_BY_ROW,
        ),
        Mistake(
            "pooling left out",
            counting.on_rows(accounting.layer_shapes, counting.no_pools),
            "Pooling left the size as it was.",
            ROW_BY_ROW,
        ),
        Mistake(
            "channels last",
            counting.shapes_then(lambda shapes, *_: [(*shape[1:], *shape[:1]) for shape in shapes]),
            "The shapes are (H, W, C); the course keeps them as (C, H, W).",
            ROW_BY_ROW,
        ),
        Mistake(
            "input listed too",
            counting.shapes_then(image_first),
            "The shape of the input stands first; one shape for each row is asked for.",
            ROW_BY_ROW,
        ),
        Mistake(
            "last shape only",
            counting.shapes_then(lambda shapes, *_: shapes[-1]),
            "Only the last shape came back; one for each row is asked for.",
            ROW_BY_ROW,
        ),
    ),
)


# --- its parameters -------------------------------------------------------------------------------

PUBLISHED = {
    "lenet": 61_706,
    "alexnet": 62_378_344,
    "two towers": 60_965_224,
    "zfnet": 62_357_608,
    "wide zfnet": 107_627_624,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
}


def totals_are_those_published(call, numbers: Numbers) -> Iterator[Claim]:
    for name, total in PUBLISHED.items():
        arguments = tables.named_network(numbers, name)
        yield Claim(sum(call(**arguments)), total, f"the counts of {name} add up to what is known")


def channels_read(kind: str, options: dict[str, Any], before: Shape, depth: int) -> int:
    return options["filters"] * (depth * prod(options["kernel"]) + 1)


def without_biases(kind: str, options: dict[str, Any], before: Shape, after: Shape) -> int | None:
    if kind == "conv":
        return counting.weights_of_conv(options, before[0] // options["groups"])
    return options["units"] * prod(before) if kind == "fully_connected" else None


def without_biases_in(which: str):
    return counting.counted(
        lambda kind, *rest: without_biases(kind, *rest) if kind == which else None
    )


def one_bias(kind: str, options: dict[str, Any], before: Shape, after: Shape) -> int | None:
    weights = without_biases(kind, options, before, after)
    return None if weights is None else weights + 1


def unflattened(layers: Layers, input_shape: Shape) -> list[int]:
    """A fully connected row counted as reading one number for each channel."""
    shape, counts = tuple(input_shape), []
    for row in layers:
        units = row[1].get("units")
        count = units * (shape[0] + 1) if units else accounting.parameter_counts([row], shape)[0]
        counts.append(count)
        if row[0] != "flatten":
            (shape,) = accounting.layer_shapes([row], shape)
    return counts


def listed(choose):
    return lambda layers, input_shape: choose(
        accounting.parameter_counts(layers, input_shape), layers
    )


PARAMETER_COUNTS = Exercise(
    id="parameter-counts",
    lesson=LESSON,
    reference=accounting.parameter_counts,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=(
        *TABLE_CASES,
        case("groups", hidden=False, blocks=2, groups=2, pad=1, pool=2, hidden_rows=1),
        case("groups", blocks=1, groups=3, kernel=5, pad=2),
        case("networks", network="two towers", rows=99),
        case("batch_norm", blocks=2, norms=("batch_norm",), pool=2, hidden_rows=2),
        *REFUSED_CASES,
    ),
    properties=(Property("published", "the totals that are known", totals_are_those_published),),
    facet_words={
        **TABLE_WORDS,
        "norms": "rows that learn nothing, and batch normalization",
        "groups": "convolutions in groups",
        "batch_norm": "batch normalization",
    },
    mistakes=(
        Mistake(
            "pooling given parameters",
            counting.counted(
                lambda kind, options, before, after: (
                    2 * before[0] if kind.endswith("pool") else None
                )
            ),
            "Pooling was given parameters; it learned two for each map in 1998, and none since.",
            COUNT,
        ),
        Mistake(
            "pooling given parameters",
            counting.counted(
                lambda kind, options, before, after: (
                    prod(options["size"]) * before[0] if kind.endswith("pool") else None
                )
            ),
            "Pooling was given a weight for each number in its window; taking the largest needs "
            "none.",
            COUNT,
        ),
        Mistake(
            "FC input not flattened",
            unflattened,
            "A fully connected row was counted as reading one number for each map: flattened, "
            "there are C·H·W of them.",
            COUNT,
        ),
        Mistake(
            "groups ignored",
            counting.on_rows(accounting.parameter_counts, counting.without_groups),
            "`groups` was not looked at: in two groups each filter reads half of the channels.",
            COUNT,
        ),
        Mistake(
            "groups divide the filters too",
            counting.counted(
                lambda kind, options, before, after: (
                    (options["filters"] // options["groups"])
                    * (before[0] // options["groups"] * prod(options["kernel"]) + 1)
                    if kind == "conv"
                    else None
                )
            ),
            "Only one of the groups was counted.",
            COUNT,
        ),
        Mistake(
            "biases forgotten",
            counting.counted(without_biases),
            "The biases are missing.",
            COUNT,
        ),
        Mistake(
            "biases of convolutions forgotten",
            without_biases_in("conv"),
            "The biases of the convolutions are missing.",
            COUNT,
        ),
        Mistake(
            "biases of fully connected rows forgotten",
            without_biases_in("fully_connected"),
            "The biases of the fully connected rows are missing.",
            COUNT,
        ),
        Mistake(
            "one bias for the layer",
            counting.counted(one_bias),
            "There is one bias for the whole row; every filter and every unit has its own.",
            COUNT,
        ),
        Mistake(
            "depth forgotten",
            counting.counted(
                lambda kind, options, before, after: (
                    channels_read(kind, options, before, 1) if kind == "conv" else None
                )
            ),
            "The depth is missing: a filter has weights for every channel of its input.",
            COUNT,
        ),
        Mistake(
            "counted at every position",
            counting.counted(
                lambda kind, options, before, after: (
                    channels_read(kind, options, before, before[0] // options["groups"])
                    * prod(after[1:])
                    if kind == "conv"
                    else None
                )
            ),
            "The weights were counted again at every place of the map: they are shared.",
            COUNT,
        ),
        Mistake(
            "square kernels assumed",
            counting.counted(
                lambda kind, options, before, after: (
                    options["filters"]
                    * (before[0] // options["groups"] * options["kernel"][0] ** 2 + 1)
                    if kind == "conv"
                    else None
                )
            ),
            "The kernel was taken for a square of its height.",
            COUNT,
        ),
        Mistake(
            "batch norm learns nothing",
            counting.counted(lambda kind, *_: 0 if kind == "batch_norm" else None),
            "Batch normalization was given no parameters: it learns a scale and a shift for each "
            "channel.",
            COUNT,
        ),
        Mistake(
            "running statistics counted",
            counting.counted(
                lambda kind, options, before, after: 4 * before[0] if kind == "batch_norm" else None
            ),
            "The running mean and variance of batch normalization were counted: they are kept, "
            "not learned.",
            COUNT,
        ),
        Mistake(
            "total only",
            listed(lambda counts, layers: sum(counts)),
            "This is the total; one number for each row is asked for.",
            COUNT,
        ),
        Mistake(
            "only rows that learn",
            listed(lambda counts, layers: [count for count in counts if count]),
            "Rows that learn nothing are left out; they have a 0.",
            COUNT,
        ),
    ),
)

LENET_PARAMETER_COUNT = Exercise(
    id="lenet-parameter-count",
    lesson=LESSON,
    reference=PUBLISHED["lenet"],
    mistakes=(
        Mistake(
            "biases forgotten",
            PUBLISHED["lenet"] - (6 + 16 + 120 + 84 + 10),
            "The biases are missing.",
            COUNT,
        ),
        Mistake("the count of 1998", 60_000, "This is the network of 1998, without its output "
                "layer; the modern form is asked for.", IN_1998),
        Mistake(
            "the output layer left out",
            PUBLISHED["lenet"] - 850,
            "The row that makes the ten scores is missing.",
            COUNT,
        ),
        Mistake(
            "sparse C3",
            PUBLISHED["lenet"] - 900,
            "The second convolution was counted as in 1998, where each filter reads a few maps.",
            IN_1998,
        ),
        Mistake(
            "FC input not flattened",
            156 + 2416 + 120 * 17 + 10164 + 850,
            "The first fully connected row was counted as reading 16 numbers; it reads 16·5·5.",
            COUNT,
        ),
        Mistake(
            "padded twice",
            156 + 2416 + 120 * (16 * 36 + 1) + 10164 + 850,
            "The maps were counted as 6×6 before they are flattened: with a pad of 2 on 32×32.",
            A_TABLE,
        ),
    ),
)  # fmt: skip


# --- 1998 -----------------------------------------------------------------------------------------


def counts_of_1998(**changed: int):
    return lambda: {**architectures.original_lenet5_parameter_counts(), **changed}


ORIGINAL_LENET5_PARAMETER_COUNTS = Exercise(
    id="original-lenet5-parameter-counts",
    lesson=LESSON,
    reference=architectures.original_lenet5_parameter_counts,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    facet_words={"values": "the table of 1998, row by row"},
    mistakes=(
        Mistake(
            "C3 fully connected",
            counts_of_1998(C3=2416),
            "C3 was counted as reading all six maps with every filter; its table of connections "
            "gives most filters three or four.",
            IN_1998,
        ),
        Mistake(
            "subsampling without parameters",
            counts_of_1998(S2=0, S4=0),
            "The subsampling rows learn something in 1998: a coefficient and a bias for each map.",
            IN_1998,
        ),
        Mistake(
            "four weights in a window",
            counts_of_1998(S2=30, S4=80),
            "A weight was counted for each of the four numbers in a window; they share one "
            "coefficient.",
            IN_1998,
        ),
        Mistake(
            "subsampling biases forgotten",
            counts_of_1998(S2=6, S4=16),
            "The biases of the subsampling rows are missing.",
            IN_1998,
        ),
        Mistake(
            "connections counted",
            lambda: {
                "C1": 122_304,
                "S2": 5_880,
                "C3": 151_600,
                "S4": 2_000,
                "C5": 48_120,
                "F6": 10_164,
            },
            "These are the connections; a weight that is shared by many of them is learned once.",
            IN_1998,
        ),
        Mistake(
            "biases forgotten",
            lambda: {"C1": 150, "S2": 6, "C3": 1500, "S4": 16, "C5": 48_000, "F6": 10_080},
            "The biases are missing.",
            IN_1998,
        ),
        Mistake(
            "one bias for each map read",
            counts_of_1998(C3=1560),
            "C3 got a bias for every map that a filter reads; each filter has one.",
            IN_1998,
        ),
        Mistake(
            "C3 reads three maps",
            counts_of_1998(C3=16 * 76),
            "All sixteen filters of C3 were counted as reading three maps; that holds for the "
            "first six.",
            IN_1998,
        ),
        Mistake(
            "C5 reads one map",
            counts_of_1998(C5=120 * 26),
            "C5 was counted as reading one map; it reads all sixteen.",
            IN_1998,
        ),
        Mistake(
            "output layer counted",
            counts_of_1998(output=850),
            "The output layer was counted; its codes were set by hand in 1998.",
            IN_1998,
        ),
        Mistake(
            "output layer counted",
            counts_of_1998(OUTPUT=840),
            "The output layer was counted; its codes were set by hand in 1998.",
            IN_1998,
        ),
    ),
)


# --- a good start ---------------------------------------------------------------------------------

STARTED = [
    ("conv", {"filters": 40, "kernel": (5, 3)}),
    ("relu", {}),
    ("max_pool", {"size": 2}),
    ("conv", {"filters": 32, "kernel": 3, "groups": 2}),
    ("relu", {}),
    ("flatten", {}),
    ("fully_connected", {"units": 120}),
    ("relu", {}),
    ("dropout", {"rate": 0.5}),
    ("fully_connected", {"units": 60}),
]
STARTED_INPUT = (2, 14, 14)
FAN_IN = {0: 2 * 15, 3: 20 * 9, 6: 32 * 3 * 4, 9: 120}
"""By row: how many numbers one filter or unit reads."""


def started(call, numbers: Numbers, **changed: Any) -> list[dict[str, np.ndarray]]:
    seed = Seeded(int(numbers.rng.integers(2**31)))
    arguments = {"layers": STARTED, "input_shape": STARTED_INPUT, "rng": seed, **changed}
    params = call(**arguments)
    return [
        {name: np.asarray(values, float) for name, values in row.items()}
        if isinstance(row, dict)
        else row
        for row in params
    ]


def one_entry_a_row(call, numbers: Numbers) -> Iterator[Claim]:
    params = started(call, numbers)
    yield Claim(len(params), len(STARTED), "there is one entry for each row")
    shapes = [
        accounting.parameter_shapes(row, before)
        for row, before in zip(
            STARTED,
            [STARTED_INPUT, *accounting.layer_shapes(STARTED, STARTED_INPUT)],
            strict=False,
        )
    ]
    for number, (row, wanted) in enumerate(zip(params, shapes, strict=False)):
        known = isinstance(row, dict)
        found = {name: values.shape for name, values in row.items()} if known else row
        right = "has an empty dict" if not wanted else "has weights and a bias of the right shapes"
        yield Claim(found == wanted, True, f"row {number}, {STARTED[number][0]}, {right}")


def fan_in(shape: Shape) -> int:
    return prod(shape[1:])


def fan_out(shape: Shape) -> int:
    return shape[0] * prod(shape[2:])


def he(shape: Shape) -> float:
    return float(np.sqrt(2 / fan_in(shape)))


OTHER_SPREADS = {
    "as √(2 / fan-out) says": lambda shape: np.sqrt(2 / fan_out(shape)),
    "as 2 / fan-in says": lambda shape: 2 / fan_in(shape),
    "as √(1 / fan-in) says": lambda shape: np.sqrt(1 / fan_in(shape)),
    "as √(2 / kernel area) says": lambda shape: np.sqrt(2 / prod(shape[2:] or shape[1:])),
    "as √(2 / channels) says": lambda shape: np.sqrt(2 / shape[1]),
    "by 1": lambda shape: 1.0,
    "by 0.01": lambda shape: 0.01,
}
"""What people scale by instead, in words."""


def spread_in_words(weights: np.ndarray) -> str:
    """By what the weights are spread: a rule that is known, or none."""
    spread = weights.std()
    if spread < 1e-12:
        return "not at all"
    off = {
        words: abs(np.log(spread / rule(weights.shape))) for words, rule in OTHER_SPREADS.items()
    }
    nearest = min(off, key=off.get)
    return nearest if off[nearest] < 0.08 else "in some other way"


def spread_of_he(call, numbers: Numbers) -> Iterator[Claim]:
    params = started(call, numbers)
    for number, reads in FAN_IN.items():
        weights = params[number]["weights"]
        ideal = np.sqrt(2 / reads)
        row = f"the weights of row {number}, {STARTED[number][0]},"
        # The spread of n normal numbers is off by about 1 in √(2n): here by 2 in 100 at most.
        yield Claim(
            bool(0.9 < weights.std() / ideal < 1.1),
            True,
            f"{row} are spread as √(2 / fan-in) says; they are spread {spread_in_words(weights)}",
        )
        yield Claim(
            bool(abs(weights.mean()) < 7 * ideal / np.sqrt(weights.size)),
            True,
            f"{row} lie around 0",
        )
        # A normal number lies within one standard deviation in 68 of 100 cases, a uniform in 58.
        within = np.mean(np.abs(weights) < max(weights.std(), 1e-30))
        yield Claim(bool(0.63 < within < 0.73), True, f"{row} are drawn from a normal distribution")


def biases_are_zero(call, numbers: Numbers) -> Iterator[Claim]:
    params = started(call, numbers)
    for number in FAN_IN:
        bias = params[number]["bias"]
        furthest = bias.flat[np.abs(bias).argmax()]
        yield Claim(
            bool(furthest == 0),
            True,
            f"the biases of row {number} are 0; one of them is {furthest:.3g}",
        )


def drawn_from_rng(call, numbers: Numbers) -> Iterator[Claim]:
    seeds = [Seeded(int(seed)) for seed in numbers.rng.choice(2**31, 2, replace=False)]
    first, again = (started(call, numbers, rng=seeds[0]) for _ in range(2))
    other = started(call, numbers, rng=seeds[1])
    for number in FAN_IN:
        weights = first[number]["weights"]
        yield Claim(
            bool(np.array_equal(weights, again[number]["weights"])),
            True,
            f"row {number}: the same generator gives the same weights",
        )
        yield Claim(
            bool(np.array_equal(weights, other[number]["weights"])),
            False,
            f"row {number}: another generator gives other weights",
        )
        yield Claim(
            len(np.unique(weights)) > 0.9 * weights.size,
            True,
            f"row {number}: every weight is drawn for itself",
        )


def drawn_as(spread, draw=None, bias: float = 0.0, empty: Any = dict):
    """Parameters with a spread of somebody's own, from the shape of the weights."""
    draw = draw or (lambda rng, shape: rng.normal(size=shape))

    def initialize(layers: Layers, input_shape: Shape, rng: np.random.Generator) -> list[dict]:
        befores = [tuple(input_shape), *accounting.layer_shapes(layers, input_shape)]
        params = []
        for row, before in zip(layers, befores, strict=False):
            shapes = accounting.parameter_shapes(row, before)
            if not shapes:
                params.append(empty())
                continue
            weights = draw(rng, shapes["weights"]) * spread(shapes["weights"])
            params.append({"weights": weights, "bias": np.full(shapes["bias"], bias)})
        return params

    return initialize


INITIALIZE = Exercise(
    id="initialize",
    lesson=LESSON,
    reference=networks.initialize,
    properties=(
        Property("rows", "one dict a row", one_entry_a_row, hidden=False),
        Property("spread", "He's spread", spread_of_he, hidden=False),
        Property("biases", "biases of 0", biases_are_zero),
        Property("rng", "drawn from the generator", drawn_from_rng),
    ),
    facet_words={
        "rows": "weights and biases for each row, and an empty dict where nothing is learned",
        "spread": "weights drawn as He et al. do",
        "biases": "biases of 0",
        "rng": "numbers from the generator that was given",
    },
    mistakes=(
        Mistake(
            "fan-out for fan-in",
            drawn_as(lambda shape: np.sqrt(2 / fan_out(shape))),
            "The spread follows from how many numbers a layer feeds; it has to follow from how "
            "many it reads.",
            START,
        ),
        Mistake(
            "variance for standard deviation",
            drawn_as(lambda shape: 2 / fan_in(shape)),
            "The weights were scaled by 2 / fan-in: that is their variance, and the root of it "
            "their standard deviation.",
            START,
        ),
        Mistake(
            "all zeros",
            drawn_as(lambda shape: 0.0),
            "All weights are 0, so all filters of a layer are alike and stay so.",
            START,
        ),
        Mistake(
            "all alike",
            drawn_as(he, lambda rng, shape: np.ones(shape)),
            "All weights of a layer are equal, so its filters are alike and stay so.",
            START,
        ),
        Mistake(
            "not scaled",
            drawn_as(lambda shape: 1.0),
            "The weights have a standard deviation of 1: the scores grow with every layer.",
            START,
        ),
        Mistake(
            "one spread for all layers",
            drawn_as(lambda shape: 0.01),
            "Every layer got the same spread, whatever it reads.",
            START,
        ),
        Mistake(
            "Glorot's spread",
            drawn_as(lambda shape: np.sqrt(1 / fan_in(shape))),
            "This is √(1 / fan-in): half of what ReLU cuts away has to be made up for.",
            START,
        ),
        Mistake(
            "kernel area for fan-in",
            drawn_as(lambda shape: np.sqrt(2 / prod(shape[2:] or shape[1:]))),
            "The fan-in of a filter was taken to be its height times its width; it reads every "
            "channel.",
            START,
        ),
        Mistake(
            "channels for fan-in",
            drawn_as(lambda shape: np.sqrt(2 / shape[1])),
            "The fan-in of a filter was taken to be its channels; it reads a window of each.",
            START,
        ),
        Mistake(
            "none below 0",
            drawn_as(he, lambda rng, shape: rng.random(shape)),
            "No weight is below 0.",
            START,
        ),
        Mistake(
            "biases of 0.01",
            drawn_as(he, bias=0.01),
            "The biases are not 0.",
            START,
        ),
        Mistake(
            "generator ignored",
            lambda layers, input_shape, rng: networks.initialize(
                layers, input_shape, np.random.default_rng(0)
            ),
            "The generator that was given is not used.",
            START,
        ),
        Mistake(
            "None for an empty row",
            lambda layers, input_shape, rng: [
                row or None for row in networks.initialize(layers, input_shape, rng)
            ],
            "A row that learns nothing has None; it has an empty dict.",
            START,
        ),
        Mistake(
            "only rows that learn",
            lambda layers, input_shape, rng: [
                row for row in networks.initialize(layers, input_shape, rng) if row
            ],
            "Rows that learn nothing are left out; they have an empty dict.",
            START,
        ),
    ),
)


# --- run it ---------------------------------------------------------------------------------------


def draw_run(numbers: Numbers, N: int = 2, **sizes: Any) -> Arguments:
    """A table, parameters for it, and images."""
    drawn = draw_table(numbers, **sizes)
    layers, input_shape = drawn["layers"], drawn["input_shape"]
    befores = [input_shape, *accounting.layer_shapes(layers, input_shape)]
    params = [
        {
            name: numbers.array(*shape)
            for name, shape in accounting.parameter_shapes(row, before).items()
        }
        for row, before in zip(layers, befores, strict=False)
    ]
    return {"layers": layers, "params": params, "x": numbers.array(N, *input_shape)}


def run_example() -> Arguments:
    layers = [
        ("conv", {"filters": 1, "kernel": 2}),
        ("relu", {}),
        ("max_pool", {"size": 2}),
        ("flatten", {}),
        ("fully_connected", {"units": 2}),
    ]
    x = np.array([[[[1.0, 0, 2, 0, 1], [0, 3, 0, 1, 0], [1, 0, 1, 0, 2], [0, 2, 0, 1, 0],
                    [1, 0, 0, 2, 1]]]])  # fmt: skip
    params = [
        {"weights": np.array([[[[1.0, -1.0], [0.0, 1.0]]]]), "bias": np.array([-1.0])},
        {},
        {},
        {},
        {
            "weights": np.array([[1.0, 0.0, -2.0, 1.0], [0.0, -1.0, 0.0, -1.0]]),
            "bias": np.array([10.0, 0.0]),
        },
    ]
    return {"layers": layers, "params": params, "x": x}


def running(change=None, layers_as=None, params_as=None, scores_as=None):
    """A run with the rows, the parameters or the scores not as they should be."""

    def forward(layers: Layers, params: list[dict], x: np.ndarray) -> np.ndarray:
        rows = layers_as(layers) if layers_as else layers
        given = params_as(layers, params, x) if params_as else params
        scores = networks.forward(rows, given, x)
        return scores_as(scores) if scores_as else scores

    return forward


def left_out(*kinds: str):
    """Rows of some kinds replaced by a row that does nothing."""
    return lambda layers: [("dropout", {}) if row[0] in kinds else row for row in layers]


def instead(kind: str, other: str):
    return lambda layers: [(other, row[1]) if row[0] == kind else row for row in layers]


def without_bias_of(*kinds: str):
    return lambda layers, params, x: [
        {"weights": own["weights"], "bias": np.zeros_like(own["bias"])} if row[0] in kinds else own
        for row, own in zip(layers, params, strict=True)
    ]


def rows_by_rows(change):
    """A run in which something is done to what comes into some rows."""

    def forward(layers: Layers, params: list[dict], x: np.ndarray) -> np.ndarray:
        for row, own in zip(layers, params, strict=True):
            x = networks.forward([row], [own], change(row, x))
        return x

    return forward


def drop(scale: bool):
    def change(row: tuple, x: np.ndarray) -> np.ndarray:
        if row[0] != "dropout":
            return x
        rate = row[1].get("rate", 0.5)
        if not scale:
            return (x * (np.random.default_rng(0).random(x.shape) >= rate) / (1 - rate)).astype(
                x.dtype
            )
        return x * x.dtype.type(1 - rate)

    return change


def channels_last(row: tuple, x: np.ndarray) -> np.ndarray:
    return np.moveaxis(x, 1, -1).reshape(len(x), -1) if row[0] == "flatten" else x


def columns_first(row: tuple, x: np.ndarray) -> np.ndarray:
    return x.swapaxes(2, 3).reshape(len(x), -1) if row[0] == "flatten" else x


def softmaxed(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def same_scores_alone(call, numbers: Numbers) -> Iterator[Claim]:
    """What an image scores does not depend on the images beside it."""
    drawn = draw_run(numbers, N=3, blocks=1, pool=2, hidden_rows=2)
    together = call(**drawn)
    for i in range(3):
        alone = call(**{**drawn, "x": drawn["x"][i : i + 1]})
        yield Claim(together[i : i + 1], alone, f"image {i} scores the same alone")


RUN_MISTAKES = (
    Mistake(
        "ReLU missing",
        running(layers_as=left_out("relu")),
        "ReLU was not applied: numbers below 0 went on.",
        RUN,
    ),
    Mistake(
        "dropout active",
        rows_by_rows(drop(scale=False)),
        "Dropout was active: it rests when a network is used.",
        RUN,
    ),
    Mistake(
        "dropout scales",
        rows_by_rows(drop(scale=True)),
        "Dropout made the numbers smaller, as in 2012; inverted dropout does nothing when a "
        "network is used.",
        RUN,
    ),
    Mistake(
        "ReLU on the scores",
        running(scores_as=lambda scores: np.maximum(scores, 0)),
        "The result went through a ReLU at the end.",
        RUN,
    ),
    Mistake(
        "softmax of the scores",
        running(scores_as=softmaxed),
        "These are probabilities; scores are asked for, without softmax.",
        RUN,
    ),
    Mistake(
        "classes for scores",
        running(scores_as=lambda scores: scores.argmax(axis=1)),
        "These are the best classes; the scores are asked for.",
        RUN,
    ),
    Mistake(
        "only image 0",
        lambda layers, params, x: networks.forward(layers, params, x[:1]),
        "Only the first image went through.",
        RUN,
    ),
    Mistake(
        "average for max",
        running(layers_as=instead("max_pool", "average_pool")),
        "Max pooling took averages.",
        RUN,
    ),
    Mistake(
        "max for average",
        running(layers_as=instead("average_pool", "max_pool")),
        "Average pooling took maxima.",
        RUN,
    ),
    Mistake(
        "biases of convolutions left out",
        running(params_as=without_bias_of("conv")),
        "The biases of the convolutions are missing.",
        RUN,
    ),
    Mistake(
        "biases of fully connected rows left out",
        running(params_as=without_bias_of("fully_connected")),
        "The biases of the fully connected rows are missing.",
        RUN,
    ),
    Mistake(
        "flattened with channels last",
        rows_by_rows(channels_last),
        "The maps were flattened as (H, W, C); the weights expect (C, H, W).",
        RUN,
    ),
    Mistake(
        "flattened down the columns",
        rows_by_rows(columns_first),
        "The maps were flattened column by column; the weights expect row by row.",
        RUN,
    ),
    Mistake(
        "pad ignored",
        running(layers_as=counting.without_pad),
        "The pad of a convolution was not looked at.",
        RUN,
    ),
    Mistake(
        "stride ignored",
        running(layers_as=counting.without_stride),
        "The stride of a convolution was not looked at.",
        RUN,
    ),
    Mistake(
        "pooling stride fixed to size",
        running(layers_as=counting.pools_side_by_side),
        "The stride of a pooling row was not looked at: windows may overlap.",
        RUN,
    ),
)

FORWARD = Exercise(
    id="forward",
    lesson=LESSON,
    reference=networks.forward,
    draw=draw_run,
    example=run_example,
    smallest=SMALLEST_TABLE,
    terms=512,
    cases=(
        case("values", N=2, blocks=2, pool=2, hidden_rows=2),
        case("values", N=2, network="lenet", rows=99),
        case("dropout", hidden=False, N=2, blocks=1, pool=2, hidden_rows=3, rate=0.5),
        case("dropout", N=1, blocks=1, hidden_rows=2, rate=0.2),
        case("rectangular", N=1, blocks=1, pairs=True, wide=True, hidden_rows=2, pool=2),
        case("padding", hidden=False, N=1, blocks=2, pad=1, pool=2),
        case("stride", hidden=False, N=1, blocks=1, stride=2, pad=1),
        case("overlap", hidden=False, N=1, blocks=2, pool=3, step=2),
        case("average", hidden=False, N=1, blocks=2, pool=2, average=True, hidden_rows=1),
        case("maps", N=2, blocks=2, pool=2),
        case("dtype", dtype="float32", N=2, blocks=2, pool=2, hidden_rows=2),
        case("layout", layout="strided", N=2, blocks=2, pool=2, hidden_rows=2),
        case("layout", layout="F", N=2, blocks=1, pool=2, hidden_rows=2),
    ),
    properties=(Property("alone", "each image for itself", same_scores_alone),),
    facet_words={
        **TABLE_WORDS,
        "dropout": "dropout, which rests when a network is used",
        "average": "average pooling",
        "maps": "a table that ends with maps",
        "alone": "an image scores the same alone as among others",
    },
    mistakes=RUN_MISTAKES,
)


# --- train it -------------------------------------------------------------------------------------

TRAIN = Exercise(
    id="train",
    lesson=LESSON,
    reference=trained.train,
    properties=trained.TRAINING_PROPERTIES,
    facet_words=trained.TRAINING_WORDS,
    mistakes=trained.TRAINING_MISTAKES,
)

TEST_IT = "Digits it has never seen"

RECOGNISE_DIGITS = Exercise(
    id="recognise-digits",
    lesson=LESSON,
    reference=trained.known_digits,
    properties=(
        Property("kind", "one digit each", trained.one_digit_each, hidden=False),
        Property("seen", "digits to learn from", trained.digits_seen_in_training, hidden=False),
        Property("kind", "each image for itself", trained.neighbours_do_not_matter),
        Property("most", "90% of the digits", trained.digits_kept_apart(0.9)),
        Property("nearly_all", "97% of the digits", trained.digits_kept_apart(0.97)),
        Property("asked", "98.5% of the digits", trained.digits_kept_apart(0.985)),
    ),
    facet_words={
        "kind": "one digit for each image, whatever stands beside it",
        "seen": "digits to learn from",
        "most": "9 of 10 digits that were kept apart",
        "nearly_all": "97 of 100 digits that were kept apart",
        "asked": "98.5 of 100 digits that were kept apart",
    },
    mistakes=(
        Mistake(
            "scores for digits",
            lambda images: np.eye(10)[trained.known_digits(images)],
            "There are ten scores for each image; the digit with the highest is asked for.",
            TEST_IT,
        ),
        Mistake(
            "always the same digit",
            lambda images: np.full(len(images), 7),
            "Every image is called the same.",
            TEST_IT,
        ),
        Mistake(
            "one-hot digits",
            lambda images: trained.known_digits(images)[:, None],
            "The digits have an axis too many: one number for each image is asked for.",
            TEST_IT,
        ),
        Mistake(
            "batch's own order",
            lambda images: np.sort(trained.known_digits(images)),
            "The digits do not stand in the order of the images.",
            TEST_IT,
        ),
        Mistake(
            "decimal digits",
            lambda images: trained.known_digits(images).astype(float),
            "The digits have decimal points; whole numbers are asked for.",
            TEST_IT,
        ),
    ),
)


EXERCISES = (
    LENET_LAYERS,
    LAYER_SHAPES,
    PARAMETER_COUNTS,
    LENET_PARAMETER_COUNT,
    ORIGINAL_LENET5_PARAMETER_COUNTS,
    INITIALIZE,
    FORWARD,
    TRAIN,
    RECOGNISE_DIGITS,
)
