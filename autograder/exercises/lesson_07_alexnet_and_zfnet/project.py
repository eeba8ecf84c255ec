"""Send the strongest number of one channel back to the picture."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np

from autograder import reference
from autograder.reference.rows import full_options

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ..tables import Layers
from ._telling import RULES, all_differ, rectified_first, rules_differ

TRIES = 50
FILTERS = 3


def stack_of_rows(
    convs: int, KH: int, KW: int, stride: Any, pad: Any, pool: int, step: int
) -> Layers:
    """Convolutions, each with ReLU; the first has the stride, and a pooling behind it."""
    rows: Layers = []
    for number in range(convs):
        options: dict[str, Any] = {"filters": FILTERS, "kernel": (KH, KW) if KH != KW else KH}
        if number == 0:
            options |= {"stride": stride} if stride != 1 else {}
            options |= {"pad": pad} if pad != 0 else {}
        rows += [("conv", options), ("relu", {})]
        if number == 0 and pool:
            rows.append(("max_pool", {"size": pool, "stride": step} if step else {"size": pool}))
    return rows


def fitting_side(layers: Layers, axis: int, places: int) -> int:
    """The side of a picture of which so many places come out of the last row."""
    side = places
    for row in reversed(layers):
        options = full_options(row)
        window = reference.pair(options.get("kernel") or options.get("size") or 1)[axis]
        stride = reference.pair(options.get("stride") or options.get("size") or 1)[axis]
        frame = reference.pair(options.get("pad") or 0)[axis]
        side = max((side - 1) * stride + window - 2 * frame, 1)
    return side


def one_draw(
    numbers: Numbers, layers: Layers, layer: int, input_shape: tuple[int, ...]
) -> tuple[list[dict[str, np.ndarray]], np.ndarray, int, bool]:
    """Parameters, a picture, a channel; and whether all shows that can be done wrong with them.

    The strongest number of the channel lies beyond the first row and column, and the rules differ.
    """
    params, depth = [], input_shape[0]
    for kind, options in layers:
        if kind == "conv":
            sides = (FILTERS, depth, *reference.pair(options["kernel"]))
            params.append({"weights": numbers.array(*sides), "bias": numbers.array(FILTERS)})
            depth = FILTERS
        else:
            params.append({})
    x = numbers.array(1, *input_shape)
    maps = reference.forward(layers[: layer + 1], params[: layer + 1], x)[0]
    channel = int(np.argsort(maps.max(axis=(1, 2)))[-2])
    row, column = np.unravel_index(maps[channel].argmax(), maps.shape[1:])
    inside = (row > 0 or maps.shape[1] == 1) and (column > 0 or maps.shape[2] == 1)
    shows = bool(inside and maps[channel].max() > 0)
    return params, x, channel, shows and rules_differ(layers, params, x, layer, channel)


def network_and_picture(
    numbers: Numbers,
    P: int,
    Q: int,
    convs: int = 2,
    KH: int = 2,
    KW: int = 2,
    stride: Any = 1,
    pad: Any = 0,
    pool: int = 0,
    step: int = 0,
    before: int = 0,
    rule: str | None = None,
    C: int = 2,
    rectified: bool = False,
) -> Arguments:
    """Draw a network, a picture, and a row that is so many `before` the last one.

    The channel is not the strongest, and its strongest number is not in the first row or column;
    with `rectified` it would be another if the pooling came before its ReLU.
    """
    layers = stack_of_rows(convs, KH, KW, stride, pad, pool, step)
    sides = [fitting_side(layers, axis, places) for axis, places in enumerate((P, Q))]
    layer = max(len(layers) - 1 - before, 0)
    params, x, channel, shows = one_draw(numbers, layers, layer, (C, *sides))
    for _ in range(TRIES):
        if shows and (not rectified or rectified_first(layers, params, x, channel)):
            break
        params, x, channel, shows = one_draw(numbers, layers, layer, (C, *sides))
    drawn: Arguments = {"layers": layers, "params": params, "x": x}
    drawn |= {"layer": layer, "channel": channel}
    return drawn if rule is None else drawn | {"rule": rule}


def one_that_tells(numbers: Numbers) -> Arguments:
    """A network with a pooling, for which no other rule, and no other way back, gives the slope."""
    return deepcopy(_one_that_tells(pickle.dumps(numbers.rng)))


@lru_cache(maxsize=8)
def _one_that_tells(drawing: bytes) -> Arguments:
    """Kept for the next answer, which is asked the same."""
    numbers, given = Numbers(0), {}
    numbers.rng = pickle.loads(drawing)
    for _ in range(TRIES):
        given = network_and_picture(numbers, P=2, Q=2, pool=2, step=1, rule="gradient")
        ruled = [reference.project(**{**given, "rule": rule}) for rule in RULES]
        if all_differ([*ruled, projecting(pool=spread)(**given)]):
            break
    return given


def slope_of_the_strongest(call, numbers: Numbers):
    """With the rule "gradient" it is the slope of the strongest number, by central differences."""
    given = one_that_tells(numbers)
    layers, params, layer = given["layers"], given["params"], given["layer"]

    def strongest(x: np.ndarray) -> float:
        maps = reference.forward(layers[: layer + 1], params[: layer + 1], x)
        return float(maps[0, given["channel"]].max())

    slope = reference.numerical_gradient(strongest, given["x"], 1e-6)
    got = np.asarray(call(**given))
    agrees = got.shape == slope.shape and bool(np.allclose(got, slope, rtol=1e-5, atol=1e-6))
    yield Claim(agrees, True, "it is the slope, by central differences", given)


def one_at_the_strongest(x: np.ndarray, channel: int) -> np.ndarray:
    back = np.zeros_like(x)
    back[0, channel].reshape(-1)[x[0, channel].argmax()] = 1
    return back


def through_a_convolution(back, before, own, options):
    steps = options["stride"], options["pad"]
    return reference.conv2d_backward(back, before, own["weights"], *steps)[0]


def through_a_pooling(back, before, places, options):
    return reference.unpool(back, places, before.shape)


def projecting(
    start: Callable = one_at_the_strongest,
    conv: Callable = through_a_convolution,
    pool: Callable = through_a_pooling,
    rows: Callable = lambda layers, layer: layer + 1,
    rule_of: Callable = lambda rule: rule,
    then: Callable = lambda picture: picture,
    default: str = "deconvnet",
):
    """The right way, but for one of its steps."""

    def project(layers, params, x, layer, channel, rule=default):
        kept = []
        for row, own in zip(layers[: rows(layers, layer)], params, strict=False):
            kind, options, places, before = row[0], full_options(row), None, x
            if kind == "max_pool":
                _, places = reference.max_pool_with_places(x, options["size"], options["stride"])
            x = reference.forward([row], [own], x)
            kept.append((kind, options, own, before, places))
        back = start(x, channel % x.shape[1])
        for kind, options, own, before, places in reversed(kept):
            if kind == "conv":
                back = conv(back, before, own, options)
            elif kind == "relu":
                back = reference.backward_relu(back, before, rule_of(rule))
            else:
                back = pool(back, before, places, options)
        return then(back)

    return project


def whole_map(x, channel):
    back = np.zeros_like(x)
    back[0, channel] = x[0, channel]
    return back


def ones_everywhere(x, channel):
    back = np.zeros_like(x)
    back[0, channel] = 1
    return back


def number_itself(x, channel):
    return one_at_the_strongest(x, channel) * x[0, channel].max()


def strongest_of_all(x, channel):
    return one_at_the_strongest(x, int(x[0].max(axis=(1, 2)).argmax()))


def weakest(x, channel):
    return one_at_the_strongest(-x, channel)


def first_place(x, channel):
    back = np.zeros_like(x)
    back[0, channel, 0, 0] = 1
    return back


def filters_not_flipped(back, before, own, options):
    turned = {"weights": np.ascontiguousarray(own["weights"][:, :, ::-1, ::-1])}
    return through_a_convolution(back, before, turned, options)


def stride_not_undone(back, before, own, options):
    (top, left), weights = reference.pair(options["pad"]), own["weights"]
    sides = [a + b - 1 for a, b in zip(back.shape[2:], weights.shape[2:], strict=True)]
    dense = np.zeros((1, before.shape[1], *sides), back.dtype)
    dense = reference.conv2d_backward(back, dense, weights)[0]
    result = reference.pad_images(np.zeros_like(before), (top, left)).astype(back.dtype)
    result[:, :, : sides[0], : sides[1]] = dense[:, :, : result.shape[2], : result.shape[3]]
    return result[:, :, top : top + before.shape[2], left : left + before.shape[3]]


def pad_not_cut(back, before, own, options):
    if before.shape[1] == FILTERS:  # in the middle it would not fit
        return through_a_convolution(back, before, own, options)
    framed = reference.pad_images(before, options["pad"])
    return through_a_convolution(back, framed, own, {**options, "pad": 0})


def spread(back, before, places, options):
    sides = options["size"], options["stride"]
    return reference.average_pool2d_backward(back, before.shape, *sides)


EXERCISE = Exercise(
    order=87,
    reference=reference.project,
    draw=network_and_picture,
    example=lambda: {
        "layers": [("conv", {"filters": 1, "kernel": 2}), ("relu", {})],
        "params": [
            {"weights": np.array([[[[1.0, 2.0], [3.0, -4.0]]]]), "bias": np.zeros(1)},
            {},
        ],
        "x": np.array([[[[0.0, 0.0, 1.0], [0.0, 2.0, 0.0], [5.0, 0.0, 0.0]]]]),
        "layer": 1,
        "channel": 0,
    },
    smallest={"convs": 1, "KH": 1, "KW": 1, "pool": 0, "step": 0, "before": 0, "C": 1},
    terms=48,
    cases=(
        case("values", hidden=False, P=3, Q=3, convs=1, before=1, rule="gradient"),
        case("values", P=between(2, 4), Q=4, convs=1, KH=3, KW=3, before=1, rule="gradient"),
        case("gradient", hidden=False, P=2, Q=2, rule="gradient"),
        case("gradient", P=between(2, 3), Q=3, convs=3, rule="gradient"),
        case("deconvnet", hidden=False, P=2, Q=2, rule="deconvnet"),
        case("deconvnet", P=between(2, 3), Q=3, convs=3, rule="deconvnet"),
        case("guided", hidden=False, P=2, Q=2, rule="guided"),
        case("guided", P=between(2, 3), Q=3, convs=3, rule="guided"),
        case("default", hidden=False, P=3, Q=2, needs=("deconvnet",)),
        case("pool", hidden=False, P=2, Q=2, pool=2, rule="gradient", needs=("gradient",)),
        case(
            "pool",
            P=between(2, 3),
            Q=2,
            pool=between(2, 3),
            step=between(1, 3),
            rule="gradient",
            corners=({"P": 2, "pool": 3, "step": 2},),
            needs=("gradient",),
        ),
        case("pool", P=2, Q=2, convs=1, pool=3, step=1, rule="gradient", needs=("gradient",)),
        case("pool", P=1, Q=3, convs=1, pool=3, rule="gradient", needs=("gradient", "rectangular")),
        case("pool", P=2, Q=2, convs=1, pool=1, step=4, rule="gradient", needs=("gradient",)),
        case(
            "pool",
            **{"P": 3, "Q": 3, "pool": 1, "step": 1, "rectified": True, "rule": "gradient"},
            needs=("gradient",),
        ),
        case(
            "pool",
            **{"P": 3, "Q": 2, "pool": 3, "step": 2, "rule": "gradient"},
            needs=("gradient", "rectangular"),
        ),
        case("stride", hidden=False, P=3, Q=3, convs=1, before=1, stride=2, rule="gradient"),
        case(
            "stride",
            **{"P": 3, "Q": 3, "convs": 1, "before": 1, "rule": "gradient"},
            KH=between(2, 4),
            KW=same_as("KH"),
            stride=between(2, 4),
            corners=({"KH": 3, "stride": 3},),
        ),
        case("pad", hidden=False, P=3, Q=3, convs=1, before=1, pad=1, rule="gradient"),
        case("pad", P=4, Q=4, convs=1, KH=5, KW=5, before=1, pad=2, rule="gradient"),
        case("pad", P=3, Q=3, convs=1, KH=9, KW=9, before=1, pad=4, rule="gradient"),
        case("pad", P=3, Q=3, convs=3, before=1, pad=2, rule="gradient", needs=("gradient",)),
        case("middle", hidden=False, P=2, Q=2, before=2, rule="gradient", needs=("gradient",)),
        case("middle", P=2, Q=2, convs=3, before=3, rule="gradient", needs=("gradient",)),
        case(
            "rectangular",
            **{"convs": 1, "before": 1, "rule": "gradient"},
            P=between(2, 4),
            Q=between(2, 4),
            KH=between(1, 3),
            KW=between(1, 3),
            where=lambda sizes: sizes.P != sizes.Q and sizes.KH != sizes.KW,
            corners=({"P": 2, "Q": 4, "KH": 3, "KW": 2},),
        ),
        case("dtype", dtype="float32", P=3, Q=3, convs=1, before=1, rule="gradient"),
        case("layout", layout="strided", P=3, Q=3, convs=1, before=1, rule="gradient"),
    ),
    properties=(Property("slope", slope_of_the_strongest, needs=("gradient", "pool")),),
    facet_words={
        "values": "one convolution",
        "gradient": 'the rule "gradient"',
        "deconvnet": 'the rule "deconvnet"',
        "guided": 'the rule "guided"',
        "default": "no rule, which is the deconvnet's",
        "pool": "through a pooling",
        "stride": "through a stride of more than 1",
        "pad": "through a padded picture",
        "middle": "a row in the middle of the table",
        "slope": "the slope of the strongest number",
    },
    test_points=7,
    see="From one number back to the picture",
    mistakes=(
        Mistake(
            "filters not flipped",
            projecting(conv=filters_not_flipped),
            "The filters are turned round: what comes back is each filter as it is, at the place "
            "that it looked at.",
        ),
        Mistake(
            "stride not undone",
            projecting(conv=stride_not_undone),
            "On the way back neighbors moved by one pixel; on the way forward they lay a stride "
            "apart.",
        ),
        Mistake(
            "pad not cut off",
            projecting(conv=pad_not_cut),
            "The result still has the frame of the padding; it has the size of the picture.",
        ),
        Mistake(
            "every place of the map sent back",
            projecting(whole_map),
            "The whole map was sent back; only its strongest number starts.",
        ),
        Mistake(
            "every place of the map sent back",
            projecting(ones_everywhere),
            "A 1 started at every place of the map; only that of its strongest number starts.",
        ),
        Mistake(
            "the number itself sent back",
            projecting(number_itself),
            "The strongest number itself started; a 1 should.",
        ),
        Mistake(
            "channel not looked at",
            projecting(strongest_of_all),
            "The strongest number of all channels was sent back; it is that of `channel`.",
        ),
        Mistake(
            "weakest number",
            projecting(weakest),
            "The least number of the map was sent back; it is the largest.",
        ),
        Mistake(
            "first place",
            projecting(first_place),
            "The 1 started in the corner of the map; it starts at the largest number.",
        ),
        Mistake(
            "always the gradient",
            projecting(rule_of=lambda rule: "gradient"),
            "`rule` was not looked at: this is always the gradient.",
        ),
        Mistake(
            "always the deconvnet",
            projecting(rule_of=lambda rule: "deconvnet"),
            "`rule` was not looked at: this is always the deconvnet's way.",
        ),
        Mistake(
            "always guided",
            projecting(rule_of=lambda rule: "guided"),
            "`rule` was not looked at: this is always guided.",
        ),
        Mistake(
            "another rule by default",
            projecting(default="gradient"),
            "Without a rule it is the gradient's; it should be the deconvnet's.",
        ),
        Mistake(
            "spread over the window",
            projecting(pool=spread),
            "On the way back through pooling each window shared what came; it goes to the place of "
            "the maximum.",
        ),
        Mistake(
            "one row short",
            projecting(rows=lambda layers, layer: layer),
            "The row before `layer` was looked at; rows are counted from 0, and this one counts.",
        ),
        Mistake(
            "the last row",
            projecting(rows=lambda layers, layer: len(layers)),
            "The last row was looked at; it is row `layer`.",
        ),
        Mistake(
            "ReLU on the picture",
            projecting(then=lambda picture: np.maximum(picture, 0)),
            "What is negative in the picture was set to 0: there is no ReLU before the first row.",
        ),
        Mistake(
            "scaled",
            projecting(then=lambda picture: picture / max(np.abs(picture).max(), 1e-9)),
            "The picture was scaled to 1; that can wait until it is drawn.",
        ),
    ),
)
