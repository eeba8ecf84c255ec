"""05-backpropagation: how the filters are learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from autograder import reference
from autograder.inside.arguments import Arguments, Named

from .model import Case, Claim, Exercise, Mistake, Numbers, Property, case

LESSON = "05-backpropagation"


def slopes_agree(got: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether a gradient agrees with one by central differences, number by number."""
    got = np.asarray(got)
    return got.shape == wanted.shape and bool(np.allclose(got, wanted, rtol=1e-5, atol=1e-7))


# --- nudge and look -------------------------------------------------------------------------------


def function_and_place(
    numbers: Numbers,
    f: str,
    rows: int = 0,
    columns: int = 3,
    h: float | None = None,
    origin: bool = False,
) -> Arguments:
    """Draw a place on a grid of eighths, so that nudging by a power of two and back is exact."""
    x = np.rint(8 * numbers.array(*(rows, columns) if rows else (columns,))) / 8
    x = numbers.lay_out((0 * x if origin else x).astype(numbers.dtype))
    return {"f": Named(f), "x": x} if h is None else {"f": Named(f), "x": x, "h": h}


def slope_of_half_a_square(call, numbers: Numbers) -> Iterator[Claim]:
    """The gradient of ½ Σ x² is x, whatever the shape and the step."""
    for shape in ((4,), (2, 3), (2, 1, 2, 2)):
        x = numbers.rng.integers(-8, 9, shape) / 4
        given = {"f": Named("half_square"), "x": x, "h": 0.25}
        yield Claim(call(**given), x, "the gradient of ½ Σ x² is x", given)


def default_step_is_small(call, numbers: Numbers) -> Iterator[Claim]:
    """Without `h` the answer is as good as central differences of 1e-5 are."""
    x = np.zeros(3)
    slope = call(f=Named("exponentials"), x=x)
    yield Claim(
        bool(np.allclose(slope, [1, 2, 3], rtol=1e-7, atol=0)),
        True,
        "without `h` the slope is right to seven digits",
    )


def differences_by(
    quotient: Callable[[Callable, np.ndarray, np.ndarray, float], float],
) -> Callable[..., np.ndarray]:
    """Ask `quotient(f, x, step, h)` for each number, `step` being zero but for an h there."""

    def numerical_gradient(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
        wide = x.astype(np.float64)
        gradient = np.zeros_like(wide)
        for index in np.ndindex(x.shape):
            step = np.zeros_like(wide)
            step[index] = h
            gradient[index] = quotient(f, wide, step, h)
        return gradient.astype(x.dtype)

    return numerical_gradient


def left_perturbed(below_first: bool) -> Callable[..., np.ndarray]:
    """Nudge `x` itself, and never put it back."""

    def numerical_gradient(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
        gradient = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            here = x[index]
            values = {}
            for side in (-1, 1) if below_first else (1, -1):
                x[index] = here + side * h
                values[side] = f(x)
            gradient[index] = (values[1] - values[-1]) / (2 * h)
        return gradient

    return numerical_gradient


def all_at_once(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))


def row_by_row(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


NUMERICAL_GRADIENT = Exercise(
    id="numerical-gradient",
    lesson=LESSON,
    reference=reference.numerical_gradient,
    draw=function_and_place,
    example=lambda: {
        "f": Named("half_square"),
        "x": np.array([[1.0, -2.0, 0.0], [4.0, 3.0, -1.0]]),
        "h": 1.0,
    },
    rough=1e-8,
    cases=(
        case("values", f="sum_of_cubes", columns=4, h=0.25),
        case("values", f="sum_of_cubes", columns=3, h=0.125),
        case("coupled", hidden=False, f="tangled", columns=3, h=0.5),
        case("coupled", f="tangled", columns=5, h=0.0625),
        case("shape", hidden=False, f="tangled", rows=2, columns=3, h=0.5),
        case("shape", f="tangled", rows=4, columns=2, h=0.25),
        case("shape", f="tangled", rows=3, columns=1, h=0.25),
        case("default", f="exponentials", columns=3, origin=True),
        case("default", f="exponentials", rows=2, columns=2, origin=True),
        case("dtype", dtype="float32", f="sum_of_cubes", rows=2, columns=3, h=0.25),
        case("layout", layout="F", f="tangled", rows=3, columns=4, h=0.25),
        case("layout", layout="strided", f="tangled", rows=3, columns=4, h=0.25),
    ),
    properties=(
        Property("square", "the gradient of ½ Σ x² is x", slope_of_half_a_square),
        Property("default", "seven digits without `h`", default_step_is_small),
    ),
    facet_words={
        "coupled": "a function in which every number feels the others",
        "shape": "a matrix of numbers",
        "default": "the step where none is given",
        "square": "the gradient of ½ Σ x² is x",
    },
    mistakes=(
        Mistake(
            "forward differences",
            differences_by(lambda f, x, step, h: (f(x + step) - f(x)) / h),
            "These are forward differences, which look to one side only: their error shrinks with "
            "h, where that of central differences shrinks with h².",
            "Nudge and look",
        ),
        Mistake(
            "backward differences",
            differences_by(lambda f, x, step, h: (f(x) - f(x - step)) / h),
            "These are differences to one side only, the lower one; central differences look to "
            "both.",
            "Nudge and look",
        ),
        Mistake(
            "x left perturbed",
            left_perturbed(below_first=False),
            "`x` was left nudged after each look, so that the next look starts from another place.",
            "Nudge and look",
        ),
        Mistake(
            "x left perturbed",
            left_perturbed(below_first=True),
            "`x` was left nudged after each look, so that the next look starts from another place.",
            "Nudge and look",
        ),
        Mistake(
            "divided by h",
            differences_by(lambda f, x, step, h: (f(x + step) - f(x - step)) / h),
            "The difference was divided by h; from one side to the other it is 2 h.",
            "Nudge and look",
        ),
        Mistake(
            "multiplied by h",
            differences_by(lambda f, x, step, h: (f(x + step) - f(x - step)) / 2 * h),
            "The difference was divided by 2 and multiplied by h: Python reads `/ 2 * h` from the "
            "left.",
            "Nudge and look",
        ),
        Mistake(
            "not divided",
            differences_by(lambda f, x, step, h: f(x + step) - f(x - step)),
            "This is the difference itself; a slope is a difference over a distance.",
            "Nudge and look",
        ),
        Mistake(
            "sign",
            differences_by(lambda f, x, step, h: (f(x - step) - f(x + step)) / (2 * h)),
            "The sign is turned round: the upper value comes first.",
            "Nudge and look",
        ),
        Mistake(
            "h ignored",
            lambda f, x, h=1e-5: reference.numerical_gradient(f, x),
            "The step `h` that was given was not used.",
            "Nudge and look",
        ),
        Mistake(
            "half a step",
            lambda f, x, h=1e-5: reference.numerical_gradient(f, x, h / 2),
            "The nudge was half of `h`.",
            "Nudge and look",
        ),
        Mistake(
            "all at once",
            all_at_once,
            "All numbers were nudged together; each has a slope of its own.",
            "Nudge and look",
        ),
        Mistake(
            "row by row",
            row_by_row,
            "Whole rows were nudged together; each number has a slope of its own.",
            "Nudge and look",
        ),
        Mistake(
            "left flat",
            lambda f, x, h=1e-5: reference.numerical_gradient(f, x, h).reshape(-1),
            "The slopes lie in one row: the gradient is shaped like `x`.",
            "Nudge and look",
        ),
    ),
)


# --- through a ReLU -------------------------------------------------------------------------------


def gradient_and_input(numbers: Numbers, **sizes: int) -> Arguments:
    """Draw an input with some exact zeros in it."""
    x, grad = numbers.array(*sizes.values()), numbers.array(*sizes.values())
    x[numbers.rng.random(x.shape) < 0.2] = 0
    if x.size > 2:
        x.flat[numbers.rng.integers(x.size)] = 0
    return {"grad": grad, "x": x}


def slope_of_relu(call, numbers: Numbers) -> Iterator[Claim]:
    """The gradient is the slope of Σ grad · relu(x), by central differences."""
    grad, x = numbers.array(3, 4), numbers.array(3, 4)
    x = x + np.copysign(0.1, x)  # away from the bend
    slope = reference.numerical_gradient(lambda v: float((grad * reference.relu(v)).sum()), x)
    yield Claim(
        slopes_agree(call(grad=grad, x=x), slope), True, "it is the slope, by central differences"
    )


def zero_stops_everything(call, numbers: Numbers) -> Iterator[Claim]:
    """Inputs that are all 0 let nothing through."""
    given = {"grad": numbers.array(2, 3), "x": np.zeros((2, 3))}
    yield Claim(call(**given), np.zeros((2, 3)), "inputs of 0", given)


RELU_BACKWARD = Exercise(
    id="relu-backward",
    lesson=LESSON,
    reference=reference.relu_backward,
    draw=gradient_and_input,
    example=lambda: {
        "grad": np.array([[1.0, -2.0, 3.0], [-4.0, 5.0, 6.0]]),
        "x": np.array([[2.0, 1.0, 0.0], [3.0, -1.0, -2.0]]),
    },
    terms=1,
    window=lambda arguments, where: (
        dict.fromkeys(("grad", "x"), tuple(slice(i, i + 1) for i in where))
        if len(where) == 2
        else {}
    ),
    cases=(
        case("values", H=4, W=4),
        case("values", H=6, W=6),
        case("rectangular", hidden=False, H=2, W=5),
        case("rectangular", H=7, W=3),
        case("layer", N=2, C=3, H=3, W=4),
        case("layer", N=1, D=12),
        case("line", D=9),
        case("dtype", dtype="float32", N=2, C=2, H=3, W=4),
        case("layout", layout="F", N=2, C=2, H=3, W=4),
        case("layout", layout="strided", N=2, C=2, H=3, W=4),
    ),
    properties=(
        Property("slope", "it is the slope of the ReLU", slope_of_relu),
        Property("zero", "at 0 nothing passes", zero_stops_everything),
    ),
    facet_words={
        "layer": "batches of images, batches of rows",
        "line": "a single row of numbers",
        "slope": "it is the slope of the ReLU, by central differences",
        "zero": "at 0 nothing passes",
    },
    mistakes=(
        Mistake(
            "mask from grad",
            lambda grad, x: grad * (grad > 0),
            "The gradient was cut where it is itself negative; what counts is the sign of the "
            "input `x`.",
            "Through the bend",
        ),
        Mistake(
            "x ≥ 0 at 0",
            lambda grad, x: grad * (x >= 0),
            "At an input of exactly 0 the gradient came through; there nothing passes.",
            "Through the bend",
        ),
        Mistake(
            "mask from both",
            lambda grad, x: grad * (x > 0) * (grad > 0),
            "Negative gradients were cut as well: where the input is positive, all comes through.",
            "Through the bend",
        ),
        Mistake(
            "mask the wrong way round",
            lambda grad, x: grad * (x <= 0),
            "The gradient came through where the input was off, and stopped where it was on.",
            "Through the bend",
        ),
        Mistake(
            "mask the wrong way round",
            lambda grad, x: grad * (x < 0),
            "The gradient came through where the input was off, and stopped where it was on.",
            "Through the bend",
        ),
        Mistake(
            "times the input",
            lambda grad, x: grad * np.maximum(x, 0),
            "The gradient was multiplied by what the ReLU gave; its slope is 1 or 0.",
            "Through the bend",
        ),
        Mistake(
            "slope without the gradient",
            lambda grad, x: (x > 0).astype(grad.dtype),
            "This is the slope of the ReLU alone: the gradient that comes in was not multiplied "
            "with it.",
            "Through the bend",
        ),
        Mistake(
            "forward again",
            lambda grad, x: np.maximum(x, 0),
            "This is the ReLU itself, the way forward.",
            "Through the bend",
        ),
        Mistake(
            "slope of |x|",
            lambda grad, x: grad * np.sign(x),
            "Where the input is negative the gradient came back with its sign turned; it stops "
            "there.",
            "Through the bend",
        ),
        Mistake(
            "arguments exchanged",
            lambda grad, x: x * (grad > 0),
            "`grad` and `x` are exchanged: it is the gradient that passes, and the input that "
            "decides.",
            "Through the bend",
        ),
        Mistake(
            "everything passes",
            lambda grad, x: grad.copy(),
            "The gradient came through everywhere; it stops where the input is not positive.",
            "Through the bend",
        ),
    ),
)


# --- through a convolution ------------------------------------------------------------------------


def fitting_side(places: int, kernel: int, stride: int, pad: int) -> int:
    """The side of an image on which a kernel has at least so many places, without remainder."""
    while (places - 1) * stride + kernel - 2 * pad < 1:
        places += 1
    return (places - 1) * stride + kernel - 2 * pad


def conv_layer_and_gradient(
    numbers: Numbers,
    N: int,
    C: int,
    F: int,
    places: tuple[int, int] | int,
    KH: int,
    KW: int,
    stride: int | tuple[int, int] | None = None,
    pad: int | tuple[int, int] | None = None,
) -> Arguments:
    """Draw a layer's input, filters and the gradient of its output, sizes chosen to fit."""
    steps, frame = reference.pair(stride or 1), reference.pair(pad or 0)
    height, width = map(fitting_side, reference.pair(places), (KH, KW), steps, frame)
    x, weights = numbers.array(N, C, height, width), numbers.array(F, C, KH, KW)
    grad = numbers.array(
        N,
        F,
        reference.conv_output_size(height, KH, frame[0], steps[0]),
        reference.conv_output_size(width, KW, frame[1], steps[1]),
    )
    arguments: Arguments = {"grad": grad, "x": x, "weights": weights}
    if stride is not None:
        arguments["stride"] = stride
    if pad is not None:
        arguments["pad"] = pad
    return arguments


def conv_example() -> Arguments:
    return {
        "grad": np.array([[[[1.0, 2.0], [3.0, 4.0]]]]),
        "x": np.array([[[[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [1.0, 0.0, 1.0]]]]),
        "weights": np.array([[[[1.0, 2.0], [0.0, -1.0]]]]),
    }


def slopes_of_a_convolution(call, numbers: Numbers) -> Iterator[Claim]:
    """All three gradients are the slopes of Σ grad · output, by central differences."""
    sizes = {"N": 2, "C": 2, "F": 2, "places": (2, 3), "KH": 3, "KW": 2}
    given = conv_layer_and_gradient(numbers, **sizes, stride=(1, 2), pad=(1, 0))
    grad, x, weights, stride, pad = given.values()
    bias = numbers.array(2)
    layer = {"x": x, "weights": weights, "bias": bias}
    for name, got in zip(layer, call(**given), strict=True):

        def total(values: np.ndarray, name: str = name) -> float:
            changed = {**layer, name: values}
            out = reference.conv2d_forward(**changed, stride=stride, pad=pad)
            return float((grad * out).sum())

        yield Claim(
            slopes_agree(got, reference.numerical_gradient(total, layer[name], 0.25)),
            True,
            f"`grad_{name}` is the slope along `{name}`, by central differences",
        )


def one_bright_gradient(call, numbers: Numbers) -> Iterator[Claim]:
    """One output that matters, alone: x gets the filter there, the filter gets the window."""
    x, weights = numbers.array(1, 2, 4, 5), numbers.array(1, 2, 2, 3)
    grad = np.zeros((1, 1, 3, 3))
    grad[0, 0, 1, 2] = 1
    to_x = np.zeros_like(x)
    to_x[:, :, 1:3, 2:5] = weights
    given = {"grad": grad, "x": x, "weights": weights}
    yield Claim(
        call(**given), (to_x, x[:, :, 1:3, 2:5].copy(), np.ones(1)), "a single gradient of 1", given
    )


def conv_backward_by(
    step_of: Callable[[int, int], int] = lambda place, stride: place * stride,
    to_x: str = "+=",
    to_weights: str = "+=",
    filters: str = "+=",
) -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The loops that students write, with one of their steps changed.

    Sizes are checked as the reference does: whoever makes these mistakes does so on sizes that fit.
    """

    def conv2d_backward(grad, x, weights, stride=1, pad=0):
        (stride_h, stride_w), (pad_h, pad_w) = reference.pair(stride), reference.pair(pad)
        padded = reference.pad_images(x, pad)
        grad_x, grad_weights = np.zeros_like(padded), np.zeros_like(weights)
        height, width = weights.shape[2:]
        for f, i, j in np.ndindex(grad.shape[1:]):
            top, left = step_of(i, stride_h), step_of(j, stride_w)
            window = (slice(None), slice(None), slice(top, top + height), slice(left, left + width))
            nudge = grad[:, f, i, j].reshape(-1, 1, 1, 1)
            if to_x == "=":
                grad_x[window] = nudge * weights[f]
            elif filters == "=" and i == j == 0 and f:
                grad_x[...] = 0
                grad_x[window] += nudge * weights[f]
            else:
                grad_x[window] += nudge * weights[f]
            share = (nudge * padded[window]).sum(axis=0)
            grad_weights[f] = share if to_weights == "=" else grad_weights[f] + share
        inside = grad_x[:, :, pad_h : pad_h + x.shape[2], pad_w : pad_w + x.shape[3]]
        return inside.copy(), grad_weights, grad.sum(axis=(0, 2, 3))

    return conv2d_backward


def changed_part(
    name: str, change: Callable[..., np.ndarray]
) -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The right gradients with one of them changed: `change(right, grad, x, weights)`."""
    which = ("grad_x", "grad_weights", "grad_bias").index(name)

    def conv2d_backward(grad, x, weights, stride=1, pad=0):
        parts = list(reference.conv2d_backward(grad, x, weights, stride, pad))
        parts[which] = change(parts[which], grad, x, weights)
        return tuple(parts)

    return conv2d_backward


def cut_from_pad_to_minus_pad(grad, x, weights, stride=1, pad=0):
    grad_x, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    pad_h, pad_w = reference.pair(pad)
    padded = np.pad(grad_x, ((0, 0), (0, 0), (pad_h, pad_h), (pad_w, pad_w)))
    return padded[:, :, pad_h:-pad_h, pad_w:-pad_w], *others


def padding_left_on(grad, x, weights, stride=1, pad=0):
    _, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    padded = reference.pad_images(x, pad)
    return reference.conv2d_backward(grad, padded, weights, stride)[0], *others


def unflipped(grad, x, weights, stride=1, pad=0):
    _, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    turned = weights[:, :, ::-1, ::-1]
    return reference.conv2d_backward(grad, x, turned, stride, pad)[0], *others


def transposed_kernel(grad, x, weights, stride=1, pad=0):
    _, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    turned = weights.swapaxes(2, 3)
    return reference.conv2d_backward(grad, x, turned, stride, pad)[0], *others


def first_image_only(grad, x, weights, stride=1, pad=0):
    first = grad.copy()
    first[1:] = 0
    return reference.conv2d_backward(first, x, weights, stride, pad)


CONV2D_BACKWARD = Exercise(
    id="conv2d-backward",
    lesson=LESSON,
    reference=reference.conv2d_backward,
    draw=conv_layer_and_gradient,
    example=conv_example,
    results=("grad_x", "grad_weights", "grad_bias"),
    terms=256,
    cases=(
        case("values", N=1, C=1, F=1, places=3, KH=3, KW=3),
        case("values", N=1, C=1, F=1, places=2, KH=2, KW=2, stride=1, pad=0),
        case("batch", hidden=False, N=2, C=2, F=3, places=(2, 3), KH=2, KW=3),
        case("batch", N=3, C=2, F=2, places=3, KH=2, KW=2),
        case("channels", N=1, C=3, F=2, places=3, KH=3, KW=3),
        case("channels", N=2, C=3, F=3, places=2, KH=2, KW=2),
        case("filters", N=1, C=1, F=4, places=3, KH=2, KW=2),
        case("rectangular", N=1, C=1, F=1, places=(2, 5), KH=3, KW=2),
        case("stride", hidden=False, N=1, C=1, F=1, places=2, KH=2, KW=2, stride=2),
        case("stride", N=2, C=2, F=2, places=(3, 2), KH=3, KW=3, stride=(1, 2)),
        case("stride", N=1, C=2, F=2, places=(2, 3), KH=2, KW=3, stride=(3, 1), pad=0),
        case("stride", N=1, C=1, F=2, places=3, KH=1, KW=1, stride=2),
        case("pad", hidden=False, N=1, C=1, F=1, places=3, KH=3, KW=3, stride=1, pad=1),
        case("pad", N=2, C=2, F=2, places=(3, 4), KH=3, KW=2, stride=1, pad=(1, 0)),
        case("pad", N=1, C=2, F=2, places=(4, 3), KH=2, KW=3, stride=1, pad=(0, 2)),
        case("both", N=2, C=2, F=3, places=3, KH=3, KW=3, stride=2, pad=1),
        case("both", N=1, C=2, F=2, places=(3, 4), KH=2, KW=3, stride=(2, 1), pad=(1, 2)),
        case("dtype", dtype="float32", N=2, C=2, F=3, places=3, KH=3, KW=3, stride=2, pad=1),
        case("layout", layout="F", N=2, C=2, F=3, places=3, KH=3, KW=3, stride=1, pad=1),
        case("layout", layout="strided", N=2, C=2, F=3, places=3, KH=3, KW=3, stride=1, pad=1),
    ),
    properties=(
        Property("slope", "three slopes", slopes_of_a_convolution),
        Property("single", "a single output that matters", one_bright_gradient),
    ),
    facet_words={
        "stride": "steps of more than one",
        "pad": "padding",
        "both": "stride and padding together",
        "slope": "the gradients are the slopes of the layer, by central differences",
        "single": "where a single output matters, x gets the filter and the filter gets the window",
    },
    mistakes=(
        Mistake(
            "p:-p slice at pad 0",
            cut_from_pad_to_minus_pad,
            "`grad_x` is empty where there is no padding: a slice `p:-p` holds nothing when p is "
            "0.",
            "Back through a convolution",
        ),
        Mistake(
            "stride ignored",
            conv_backward_by(step_of=lambda place, stride: place),
            "The windows of the way back move by one; on the way forward they moved by the stride.",
            "Back through a convolution",
        ),
        Mistake(
            "kernel not flipped for grad_x",
            unflipped,
            "`grad_x` is spread with the kernel the wrong way round: as a convolution over `grad`, "
            "the way back needs it flipped.",
            "Back through a convolution",
        ),
        Mistake(
            "= for += in grad_x",
            conv_backward_by(to_x="="),
            "In `grad_x` each window overwrites what the last one gave (`=` where `+=` is meant): "
            "a pixel collects from every window that saw it.",
            "Back through a convolution",
        ),
        Mistake(
            "= for += in grad_weights",
            conv_backward_by(to_weights="="),
            "In `grad_weights` only the last window is left (`=` where `+=` is meant): a weight "
            "collects from every place where it was used.",
            "Back through a convolution",
        ),
        Mistake(
            "= for += in both",
            conv_backward_by(to_x="=", to_weights="="),
            "In `grad_x` and in `grad_weights` each window overwrites what the last one gave (`=` "
            "where `+=` is meant).",
            "Back through a convolution",
        ),
        Mistake(
            "only the last filter",
            conv_backward_by(filters="="),
            "In `grad_x` only the last filter's share is left: a pixel collects from every filter.",
            "Back through a convolution",
        ),
        Mistake(
            "bias gradient averaged",
            changed_part("grad_bias", lambda right, grad, x, weights: grad.mean(axis=(0, 2, 3))),
            "`grad_bias` is a mean; a bias was added at every place of every image, and collects "
            "from all of them.",
            "Back through a convolution",
        ),
        Mistake(
            "bias gradient averaged",
            changed_part("grad_bias", lambda right, grad, x, weights: right / len(grad)),
            "`grad_bias` was divided by the number of images; a bias collects from all of them.",
            "Back through a convolution",
        ),
        Mistake(
            "bias gradient for every place",
            changed_part("grad_bias", lambda right, grad, x, weights: grad.sum(axis=0)),
            "`grad_bias` holds a number for every place; a filter has one bias, which collects "
            "from them all.",
            "Back through a convolution",
        ),
        Mistake(
            "weight gradient averaged",
            changed_part("grad_weights", lambda right, grad, x, weights: right / len(grad)),
            "`grad_weights` was divided by the number of images: whether the loss is a mean is in "
            "`grad` already.",
            "Back through a convolution",
        ),
        Mistake(
            "weight gradient flipped",
            changed_part("grad_weights", lambda right, grad, x, weights: right[:, :, ::-1, ::-1]),
            "`grad_weights` is flipped: weight (a, b) met the pixel at row a, column b of the "
            "window.",
            "Back through a convolution",
        ),
        Mistake(
            "filters and channels swapped",
            changed_part("grad_weights", lambda right, grad, x, weights: right.swapaxes(0, 1)),
            "`grad_weights` came out as (C, F, KH, KW); it is shaped like `weights`.",
            "Back through a convolution",
        ),
        Mistake(
            "kernel transposed for grad_x",
            transposed_kernel,
            "`grad_x` is spread with rows and columns of the kernel exchanged.",
            "Back through a convolution",
        ),
        Mistake(
            "channels alike",
            changed_part(
                "grad_x",
                lambda right, grad, x, weights: np.broadcast_to(
                    right.sum(axis=1, keepdims=True), right.shape
                ),
            ),
            "In `grad_x` every channel got what all channels get together; each has its own slice "
            "of the filters.",
            "Back through a convolution",
        ),
        Mistake(
            "padding left on",
            padding_left_on,
            "`grad_x` still wears its padding: it is shaped like `x`.",
            "Back through a convolution",
        ),
        Mistake(
            "only the first image",
            first_image_only,
            "Only the first image sent its gradient back.",
            "Back through a convolution",
        ),
        Mistake(
            "results in another order",
            lambda grad, x, weights, stride=1, pad=0: reference.conv2d_backward(
                grad, x, weights, stride, pad
            )[::-1],
            "The three gradients come in another order: `grad_x`, `grad_weights`, `grad_bias`.",
            "Back through a convolution",
        ),
    ),
)


# --- through pooling ------------------------------------------------------------------------------

Sides = int | tuple[int, int]


def pool_and_gradient(
    numbers: Numbers,
    N: int,
    C: int,
    places: Sides,
    size: Sides,
    stride: Sides | None = None,
    ties: bool = False,
) -> Arguments:
    """Draw images on which the windows fit; with `ties`, of few different numbers."""
    sides = zip(*map(reference.pair, (places, size, stride or size)), strict=True)
    height, width = ((count - 1) * step + side for count, side, step in sides)
    x = numbers.array(N, C, height, width)
    if ties:
        x = numbers.lay_out(numbers.rng.integers(-2, 1, x.shape).astype(numbers.dtype))
    # No two windows send back the same, so that it shows who got what.
    grad = numbers.array(N, C, *reference.pair(places))
    grad = numbers.lay_out(grad + 4 * np.arange(grad.size, dtype=grad.dtype).reshape(grad.shape))
    arguments: Arguments = {"grad": grad, "x": x, "size": size}
    return arguments if stride is None else {**arguments, "stride": stride}


def average_pool_and_gradient(numbers: Numbers, **sizes: Any) -> Arguments:
    grad, x, *rest = (given := pool_and_gradient(numbers, **sizes)).values()
    return {"grad": grad, "x_shape": x.shape, **dict(zip(list(given)[2:], rest, strict=True))}


def windows(
    grad: np.ndarray, size: Sides, stride: Sides | None
) -> Iterator[tuple[tuple[int, ...], tuple[Any, ...]]]:
    """Each output number's index, and the window of its channel that it comes from."""
    (height, width), (down, right) = reference.pair(size), reference.pair(stride or size)
    for n, c, i, j in np.ndindex(grad.shape):
        rows = slice(i * down, i * down + height)
        yield (n, c, i, j), (n, c, rows, slice(j * right, j * right + width))


def pool_backward_by(
    pay: Callable[[np.ndarray, float], np.ndarray],
    overwrite: bool = False,
    size_of: Callable[[Sides], Sides] = lambda size: size,
    stride_of: Callable[[Sides, Sides], Sides] = lambda size, stride: stride,
) -> Callable[..., np.ndarray]:
    """The loops that students write: `pay(window, gradient)` gives each number its share."""

    def max_pool2d_backward(grad, x, size, stride=None):
        result = np.zeros_like(x)
        stride = stride_of(size, stride or size)
        for index, window in windows(grad, size_of(size), stride):
            share = pay(x[window], grad[index])
            if not overwrite:
                result[window] += share
            else:
                # What a window does not pay it leaves as it is.
                result[window] = np.where(share != 0, share, result[window])
        return result

    return max_pool2d_backward


def to_the_first(window: np.ndarray, gradient: float) -> np.ndarray:
    share = np.zeros_like(window)
    if window.size:
        share[np.unravel_index(np.argmax(window), window.shape)] = gradient
    return share


def to_all_tied(window: np.ndarray, gradient: float) -> np.ndarray:
    return gradient * (window == window.max(initial=-np.inf))


def shared_among_tied(window: np.ndarray, gradient: float) -> np.ndarray:
    tied = window == window.max(initial=-np.inf)
    return gradient * tied / max(tied.sum(), 1)


def to_the_last(window: np.ndarray, gradient: float) -> np.ndarray:
    return to_the_first(window[::-1, ::-1], gradient)[::-1, ::-1]


def turned_round(side: Sides) -> Sides:
    return side if isinstance(side, int) else side[::-1]


def at_the_corner(grad, x, size, stride=None):
    """The place of the winner within its window, taken for its place in the image."""
    result = np.zeros_like(x)
    for index, window in windows(grad, size, stride):
        place = np.unravel_index(np.argmax(x[window]), x[window].shape)
        result[(*index[:2], *place)] += grad[index]
    return result


def whole_window_overwritten(grad, x, size, stride=None):
    result = np.zeros_like(x)
    for index, window in windows(grad, size, stride):
        result[window] = to_the_first(x[window], grad[index])
    return result


def slope_of_max_pooling(call, numbers: Numbers) -> Iterator[Claim]:
    """It is the slope of Σ grad · pooled, by central differences."""
    grad, x, size, stride = pool_and_gradient(
        numbers, N=1, C=2, places=(2, 3), size=(3, 2), stride=(2, 1)
    ).values()
    x = numbers.rng.permutation(x.size).reshape(x.shape) / 4  # far from a tie

    def total(values: np.ndarray) -> float:
        return float((grad * reference.max_pool2d(values, size, stride)).sum())

    got = call(grad=grad, x=x, size=size, stride=stride)
    slope = reference.numerical_gradient(total, x, 0.0625)
    yield Claim(slopes_agree(got, slope), True, "it is the slope, by central differences")


def pooling_loses_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """What comes back is, in all, what went in, for each channel of each image."""
    given = pool_and_gradient(numbers, N=2, C=3, places=3, size=3, stride=2, ties=True)
    yield Claim(
        np.asarray(call(**given)).sum(axis=(2, 3)),
        given["grad"].sum(axis=(2, 3)),
        "each channel hands back all that it was given",
    )


POOL_CASES: tuple[Case, ...] = (
    case("values", N=1, C=1, places=2, size=2),
    case("values", N=1, C=1, places=3, size=2, stride=2),
    case("overlap", hidden=False, N=1, C=1, places=3, size=3, stride=1),
    case("overlap", N=1, C=1, places=3, size=3, stride=2),
    case("overlap", N=2, C=2, places=2, size=4, stride=1),
    case("channels", N=1, C=3, places=2, size=2),
    case("batch", hidden=False, N=2, C=2, places=(1, 2), size=2),
    case("batch", N=3, C=2, places=2, size=3, stride=2),
    case("rectangular", hidden=False, N=1, C=1, places=(2, 3), size=(3, 2), stride=(1, 2)),
    case("rectangular", N=1, C=2, places=(3, 2), size=(2, 4)),
    case("rectangular", N=1, C=1, places=(2, 4), size=2, stride=(2, 1)),
    case("gaps", N=1, C=1, places=3, size=2, stride=3),
    case("gaps", N=2, C=1, places=(2, 3), size=1, stride=2),
    case("dtype", dtype="float32", N=2, C=2, places=3, size=3, stride=2),
    case("layout", layout="F", N=2, C=2, places=3, size=3, stride=2),
    case("layout", layout="strided", N=2, C=2, places=3, size=3, stride=2),
)

POOL_WORDS = {
    "overlap": "windows that overlap",
    "gaps": "windows with gaps between them",
    "ties": "tied maxima",
    "slope": "it is the slope of the pooling layer, by central differences",
    "all": "each channel hands back all that it was given",
}

MAX_POOL2D_BACKWARD = Exercise(
    id="max-pool2d-backward",
    lesson=LESSON,
    reference=reference.max_pool2d_backward,
    draw=pool_and_gradient,
    example=lambda: {
        "grad": np.array([[[[1.0, 2.0], [3.0, 4.0]]]]),
        "x": np.array([[[[1.0, 5.0, 2.0], [0.0, 9.0, 3.0], [7.0, 4.0, 6.0]]]]),
        "size": 2,
        "stride": 1,
    },
    terms=16,
    cases=(
        *POOL_CASES,
        case("ties", hidden=False, N=1, C=1, places=2, size=3, ties=True),
        case("ties", N=2, C=2, places=3, size=3, stride=2, ties=True),
        case("ties", N=1, C=2, places=(2, 3), size=(2, 3), ties=True),
    ),
    properties=(
        Property("slope", "the slope of max pooling", slope_of_max_pooling),
        Property("all", "nothing is lost", pooling_loses_nothing),
    ),
    facet_words=POOL_WORDS,
    mistakes=(
        Mistake(
            "= for +=",
            pool_backward_by(to_the_first, overwrite=True),
            "Each window overwrites what the last one gave (`=` where `+=` is meant): a number "
            "that wins several windows collects from each.",
            "Only the winner is paid",
        ),
        Mistake(
            "= for +=",
            whole_window_overwritten,
            "Each window overwrites what the last one gave, its zeros included (`=` where `+=` is "
            "meant): a number that wins several windows collects from each.",
            "Only the winner is paid",
        ),
        Mistake(
            "all ties paid",
            pool_backward_by(to_all_tied),
            "Every one of the tied maxima got the whole gradient: the first in reading order takes "
            "it.",
            "Only the winner is paid",
        ),
        Mistake(
            "ties share",
            pool_backward_by(shared_among_tied),
            "Tied maxima share the gradient: the first in reading order takes it all.",
            "Only the winner is paid",
        ),
        Mistake(
            "last of the tied wins",
            pool_backward_by(to_the_last),
            "Of tied maxima the last one got the gradient: it is the first in reading order that "
            "takes it.",
            "Only the winner is paid",
        ),
        Mistake(
            "first down the columns wins",
            pool_backward_by(lambda window, gradient: to_the_first(window.T, gradient).T),
            "Of tied maxima the first one down the columns got the gradient: reading order goes "
            "along the rows.",
            "Only the winner is paid",
        ),
        Mistake(
            "stride := size",
            pool_backward_by(to_the_first, stride_of=lambda size, stride: size),
            "The windows moved by their own size; `stride` was not looked at.",
            "Only the winner is paid",
        ),
        Mistake(
            "stride 1",
            pool_backward_by(to_the_first, stride_of=lambda size, stride: 1),
            "The windows moved by one; on the way forward they moved by the stride.",
            "Only the winner is paid",
        ),
        Mistake(
            "H and W swapped",
            pool_backward_by(
                to_the_first,
                size_of=turned_round,
                stride_of=lambda size, stride: turned_round(stride),
            ),
            "Height and width of the window are exchanged: that only shows when it is not square.",
            "Only the winner is paid",
        ),
        Mistake(
            "square window assumed",
            pool_backward_by(to_the_first, size_of=lambda size: reference.pair(size)[0]),
            "The window was taken for a square of its height.",
            "Only the winner is paid",
        ),
        Mistake(
            "the whole window paid",
            pool_backward_by(lambda window, gradient: np.full_like(window, gradient)),
            "Every number of the window got the gradient; only the winner gets it.",
            "Only the winner is paid",
        ),
        Mistake(
            "average pooling's way back",
            pool_backward_by(
                lambda window, gradient: np.full_like(window, gradient / max(window.size, 1))
            ),
            "Every number of the window got a share of the gradient: that is the way back of "
            "average pooling.",
            "Only the winner is paid",
        ),
        Mistake(
            "the smallest wins",
            pool_backward_by(lambda window, gradient: to_the_first(-window, gradient)),
            "The smallest number of the window got the gradient.",
            "Only the winner is paid",
        ),
        Mistake(
            "largest size wins",
            pool_backward_by(lambda window, gradient: to_the_first(np.abs(window), gradient)),
            "The number farthest from 0 got the gradient, whatever its sign; the largest one wins.",
            "Only the winner is paid",
        ),
        Mistake(
            "times the winner",
            pool_backward_by(
                lambda window, gradient: to_the_first(window, gradient * window.max(initial=0))
            ),
            "The gradient was multiplied by the winning number; it comes back as it is.",
            "Only the winner is paid",
        ),
        Mistake(
            "corner of the image",
            at_the_corner,
            "All gradients went to the first window's corner of the image: the winner's place is "
            "counted from its own window.",
            "Only the winner is paid",
        ),
    ),
)


def shared_out(
    parts: Callable[[tuple[int, int], tuple[int, int], np.ndarray], float] = (
        lambda size, stride, grad: size[0] * size[1]
    ),
    **changes: Any,
) -> Callable[..., np.ndarray]:
    """Give every number of a window the gradient over `parts(size, stride, grad)`."""

    def average_pool2d_backward(grad, x_shape, size, stride=None):
        count = parts(reference.pair(size), reference.pair(stride or size), grad)
        back = pool_backward_by(
            lambda window, gradient: np.full_like(window, gradient / count), **changes
        )
        return back(grad, np.zeros(x_shape, grad.dtype), size, stride)

    return average_pool2d_backward


def to_one_corner(grad, x_shape, size, stride=None):
    back = pool_backward_by(to_the_first)
    return back(grad, np.zeros(x_shape, grad.dtype), size, stride)


def slope_of_average_pooling(call, numbers: Numbers) -> Iterator[Claim]:
    """It is the slope of Σ grad · pooled, by central differences."""
    grad, x, size, stride = pool_and_gradient(
        numbers, N=1, C=2, places=(2, 3), size=(3, 2), stride=(2, 1)
    ).values()

    def total(values: np.ndarray) -> float:
        return float((grad * reference.average_pool2d(values, size, stride)).sum())

    got = call(grad=grad, x_shape=x.shape, size=size, stride=stride)
    slope = reference.numerical_gradient(total, x, 0.25)
    yield Claim(slopes_agree(got, slope), True, "it is the slope, by central differences")


def averaging_loses_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """What comes back is, in all, what went in, for each channel of each image."""
    given = average_pool_and_gradient(numbers, N=2, C=3, places=3, size=3, stride=2)
    yield Claim(
        np.asarray(call(**given)).sum(axis=(2, 3)),
        given["grad"].sum(axis=(2, 3)),
        "each channel hands back all that it was given",
    )


AVERAGE_POOL2D_BACKWARD = Exercise(
    id="average-pool2d-backward",
    lesson=LESSON,
    reference=reference.average_pool2d_backward,
    draw=average_pool_and_gradient,
    example=lambda: {
        "grad": np.array([[[[4.0, 8.0], [12.0, -4.0]]]]),
        "x_shape": (1, 1, 3, 3),
        "size": 2,
        "stride": 1,
    },
    terms=16,
    cases=POOL_CASES,
    properties=(
        Property("slope", "the slope of average pooling", slope_of_average_pooling),
        Property("all", "nothing is lost", averaging_loses_nothing),
    ),
    facet_words=POOL_WORDS,
    mistakes=(
        Mistake(
            "not divided",
            shared_out(lambda size, stride, grad: 1),
            "Every number of the window got the whole gradient; it is shared among them.",
            "Everyone gets a share",
        ),
        Mistake(
            "divided by the height",
            shared_out(lambda size, stride, grad: size[0]),
            "The gradient was divided by one side of the window; it is shared among all its "
            "numbers.",
            "Everyone gets a share",
        ),
        Mistake(
            "square window assumed",
            shared_out(lambda size, stride, grad: size[0] ** 2),
            "The gradient was divided by the square of the window's height.",
            "Everyone gets a share",
        ),
        Mistake(
            "divided by the stride",
            shared_out(lambda size, stride, grad: stride[0] * stride[1]),
            "The gradient was divided by the stride's area; it is the window's numbers that share "
            "it.",
            "Everyone gets a share",
        ),
        Mistake(
            "divided by the number of windows",
            shared_out(lambda size, stride, grad: grad.shape[2] * grad.shape[3]),
            "The gradient was divided by the number of windows; it is shared among the numbers of "
            "one.",
            "Everyone gets a share",
        ),
        Mistake(
            "= for +=",
            shared_out(overwrite=True),
            "Each window overwrites what the last one gave (`=` where `+=` is meant): where "
            "windows overlap, the shares add up.",
            "Everyone gets a share",
        ),
        Mistake(
            "stride := size",
            shared_out(stride_of=lambda size, stride: size),
            "The windows moved by their own size; `stride` was not looked at.",
            "Everyone gets a share",
        ),
        Mistake(
            "stride 1",
            shared_out(stride_of=lambda size, stride: 1),
            "The windows moved by one; on the way forward they moved by the stride.",
            "Everyone gets a share",
        ),
        Mistake(
            "H and W swapped",
            shared_out(size_of=turned_round, stride_of=lambda size, stride: turned_round(stride)),
            "Height and width of the window are exchanged: that only shows when it is not square.",
            "Everyone gets a share",
        ),
        Mistake(
            "one corner paid",
            to_one_corner,
            "The first number of each window got the whole gradient; all of them share it.",
            "Everyone gets a share",
        ),
        Mistake(
            "averaged over the channels as well",
            lambda grad, x_shape, size, stride=None: (
                reference.average_pool2d_backward(grad, x_shape, size, stride) / x_shape[1]
            ),
            "The gradient was divided by the number of channels as well; each channel is pooled "
            "on its own.",
            "Everyone gets a share",
        ),
    ),
)


# --- the step -------------------------------------------------------------------------------------


def weights_and_step(
    numbers: Numbers,
    shape: tuple[int, ...] = (3, 4),
    momentum: float | None = None,
    weight_decay: float | None = None,
    still: bool = False,
) -> Arguments:
    """Draw a step; `still` is the first one, with no velocity yet."""
    weights, grad, velocity = (numbers.array(*shape) for _ in range(3))
    arguments: Arguments = {
        "weights": weights,
        "grad": grad,
        "velocity": numbers.lay_out(np.zeros_like(velocity)) if still else velocity,
        "lr": round(float(numbers.rng.uniform(0.05, 0.4)), 3),
    }
    if momentum is not None or weight_decay is not None:
        arguments["momentum"] = 0.9 if momentum is None else momentum
    if weight_decay is not None:
        arguments["weight_decay"] = weight_decay
    return arguments


def coasting(call, numbers: Numbers) -> Iterator[Claim]:
    """Without a gradient the velocity fades, and the weights go on by what is left."""
    weights, velocity = numbers.array(2, 3), numbers.array(2, 3)
    given = {
        "weights": weights,
        "grad": np.zeros((2, 3)),
        "velocity": velocity,
        "lr": 0.1,
        "momentum": 0.5,
    }
    yield Claim(
        call(**given), (weights + velocity / 2, velocity / 2), "no gradient: coasting", given
    )


def rolling_to_the_bottom(call, numbers: Numbers) -> Iterator[Claim]:
    """Step after step, a bowl's weights come to rest at its bottom."""
    weights, velocity = numbers.array(3) * 3, np.zeros(3)
    for _ in range(60):
        weights, velocity = call(
            weights=weights, grad=weights, velocity=velocity, lr=0.3, momentum=0.5
        )
    yield Claim(
        bool(np.abs(weights).max() < 1e-3), True, "sixty steps in a bowl lead to its bottom"
    )


def stepped(
    velocity_of: Callable[..., np.ndarray] = lambda w, g, v, lr, m, wd: m * v - lr * (g + wd * w),
    weights_of: Callable[..., np.ndarray] = lambda w, new, old, g, lr, m: w + new,
) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """A step with its velocity, or what it does to the weights, changed."""

    def sgd_momentum_step(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
        new = velocity_of(weights, grad, velocity, lr, momentum, weight_decay)
        return weights_of(weights, new, velocity, grad, lr, momentum), new

    return sgd_momentum_step


def velocity_not_kept(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    stepped_weights, _ = reference.sgd_momentum_step(
        weights, grad, velocity, lr, momentum, weight_decay
    )
    return stepped_weights, velocity.copy()


def decay_beside(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    stepped_weights, new = reference.sgd_momentum_step(weights, grad, velocity, lr, momentum)
    return stepped_weights - lr * weight_decay * weights, new


SGD_MOMENTUM_STEP = Exercise(
    id="sgd-momentum-step",
    lesson=LESSON,
    reference=reference.sgd_momentum_step,
    draw=weights_and_step,
    example=lambda: {
        "weights": np.array([10.0, -4.0, 2.0]),
        "grad": np.array([2.0, -8.0, 0.0]),
        "velocity": np.array([4.0, 2.0, -2.0]),
        "lr": 0.5,
        "momentum": 0.5,
        "weight_decay": 0.5,
    },
    results=("weights", "velocity"),
    terms=16,
    cases=(
        case("values", momentum=0.5, weight_decay=0.1),
        case("values", momentum=0.8, weight_decay=0.02),
        case("defaults", hidden=False),
        case("defaults", momentum=0.3),
        case("first", still=True),
        case("first", still=True, momentum=0.6, weight_decay=0.05),
        case("no_momentum", momentum=0.0),
        case("no_momentum", momentum=0.0, weight_decay=0.1),
        case("decay", hidden=False, momentum=0.9, weight_decay=0.3),
        case("decay", momentum=0.7, weight_decay=0.5),
        case("shape", shape=(2, 3, 3, 2), momentum=0.9, weight_decay=5e-2),
        case("shape", shape=(5,), momentum=0.9, weight_decay=5e-2),
        case("dtype", dtype="float32", momentum=0.9, weight_decay=5e-2),
        case("layout", layout="F", momentum=0.9, weight_decay=5e-2),
        case("layout", layout="strided", momentum=0.9, weight_decay=5e-2),
    ),
    properties=(
        Property("coasting", "without a gradient the velocity fades", coasting),
        Property("bottom", "steps lead downhill", rolling_to_the_bottom),
    ),
    facet_words={
        "defaults": "momentum 0.9 and no weight decay where nothing is said",
        "first": "the first step, from a standstill",
        "no_momentum": "no momentum",
        "decay": "weight decay",
        "shape": "filters and biases",
        "coasting": "without a gradient the velocity fades, and carries the weights on",
        "bottom": "step after step leads downhill",
    },
    mistakes=(
        Mistake(
            "weight decay sign",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * (g - wd * w)),
            "The weight decay has the wrong sign: it makes weights grow.",
            "One step downhill",
        ),
        Mistake(
            "weight decay sign",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * g + wd * w),
            "The weight decay has the wrong sign: it makes weights grow.",
            "One step downhill",
        ),
        Mistake(
            "velocity not kept",
            velocity_not_kept,
            "The velocity came back as it went in; the next step needs the new one.",
            "One step downhill",
        ),
        Mistake(
            "momentum left out",
            stepped(lambda w, g, v, lr, m, wd: -lr * (g + wd * w)),
            "The old velocity had no part in the step.",
            "One step downhill",
        ),
        Mistake(
            "velocity does not fade",
            stepped(lambda w, g, v, lr, m, wd: v - lr * (g + wd * w)),
            "The old velocity was kept whole; momentum lets it fade.",
            "One step downhill",
        ),
        Mistake(
            "momentum always 0.9",
            stepped(lambda w, g, v, lr, m, wd: 0.9 * v - lr * (g + wd * w)),
            "The momentum is 0.9 whatever is asked for.",
            "One step downhill",
        ),
        Mistake(
            "lr applied twice",
            stepped(weights_of=lambda w, new, old, g, lr, m: w + lr * new),
            "The learning rate was applied twice: in the velocity, and again on the way to the "
            "weights.",
            "One step downhill",
        ),
        Mistake(
            "lr outside the velocity",
            stepped(
                lambda w, g, v, lr, m, wd: m * v + (g + wd * w),
                lambda w, new, old, g, lr, m: w - lr * new,
            ),
            "The learning rate is applied to the velocity as a whole, as some libraries do; here "
            "it is inside, so that steps already taken keep their size.",
            "One step downhill",
        ),
        Mistake(
            "uphill",
            stepped(lambda w, g, v, lr, m, wd: m * v + lr * (g + wd * w)),
            "The step goes up the gradient; down is meant.",
            "One step downhill",
        ),
        Mistake(
            "velocity subtracted",
            stepped(weights_of=lambda w, new, old, g, lr, m: w - new),
            "The velocity was subtracted; it points downhill already.",
            "One step downhill",
        ),
        Mistake(
            "velocity of the step before",
            stepped(weights_of=lambda w, new, old, g, lr, m: w + old),
            "The weights moved by the old velocity; they move by the new one.",
            "One step downhill",
        ),
        Mistake(
            "running average",
            stepped(lambda w, g, v, lr, m, wd: m * v - (1 - m) * lr * (g + wd * w)),
            "The gradient was weighted by 1 − m, as in a running average; here it counts whole.",
            "One step downhill",
        ),
        Mistake(
            "Nesterov's step",
            stepped(
                weights_of=lambda w, new, old, g, lr, m: w + new + m * (new - old),
            ),
            "The weights went further than the velocity: that is Nesterov's kind of momentum.",
            "One step downhill",
        ),
        Mistake(
            "weight decay left out",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * g),
            "The weight decay is missing.",
            "One step downhill",
        ),
        Mistake(
            "weight decay without lr",
            stepped(lambda w, g, v, lr, m, wd: m * v - lr * g - wd * w),
            "The weight decay was not scaled by the learning rate.",
            "One step downhill",
        ),
        Mistake(
            "weight decay beside the velocity",
            decay_beside,
            "The weights decay beside the velocity; here the decay is part of it, like a gradient.",
            "One step downhill",
        ),
        Mistake(
            "results in another order",
            lambda *given: reference.sgd_momentum_step(*given)[::-1],
            "The results come in another order: first the weights, then the velocity.",
            "One step downhill",
        ),
    ),
)


# --- when to take smaller steps -------------------------------------------------------------------


def training_history(
    numbers: Numbers,
    waited: int,
    good: int = 3,
    patience: int | None = None,
    factor: float | None = None,
    kind: str = "mixed",
    earlier: int = 0,
) -> Arguments:
    """Draw an error that falls for `good` epochs, and then does not for `waited`.

    `kind` is how the bad epochs go: "mixed", "falling" among themselves, or "equal" to the best.
    `earlier` puts as many bad epochs before the best one.
    """
    rng = numbers.rng
    falling = np.sort(rng.uniform(0.2, 0.9, good))[::-1]
    falling -= 0.01 * np.arange(good)  # no two alike
    bad = rng.uniform(0.01, 0.4, waited)
    if kind == "falling":
        bad = np.sort(bad)[::-1] + 0.01 * np.arange(waited, 0, -1)
    if kind == "equal":
        bad = 0 * bad
    before = falling[-2:-1] + rng.uniform(0.01, 0.4, earlier)
    errors = np.concatenate([falling[:-1], before, falling[-1:], falling[-1] + bad])
    arguments: Arguments = {
        "history": [round(float(error), 6) for error in errors],
        "lr": float(rng.choice([0.5, 0.2, 0.08, 0.01])),
    }
    if factor is not None or patience is not None:
        arguments["factor"] = 0.1 if factor is None else factor
    if patience is not None:
        arguments["patience"] = patience
    return arguments


def only_the_order_counts(call, numbers: Numbers) -> Iterator[Claim]:
    """The same history on another scale leads to the same decision."""
    for waited in (2, 3):
        history, lr = training_history(numbers, waited=waited).values()
        yield Claim(
            call(history=[100 * error - 7 for error in history], lr=lr),
            call(history=history, lr=lr),
            "errors in per cent, or shifted, lead to the same decision",
        )


def bad_epochs(history: list[float], worse: Callable[[float, float], bool]) -> int:
    """How many epochs in a row, up to the last, are no better than the best before them."""
    best, count = history[0], 0
    for error in history[1:]:
        count = count + 1 if worse(error, best) else 0
        best = best if count else error
    return count


def dropping_when(
    decide: Callable[[list[float], int], bool],
    drop: Callable[[float, float], float] = lambda lr, factor: lr * factor,
) -> Callable[..., float]:
    """A rule that drops the rate when `decide(history, patience)` says so."""

    def reduce_on_plateau(history, lr, factor=0.1, patience=3):
        return drop(lr, factor) if decide(history, patience) else lr

    return reduce_on_plateau


def no_better(error: float, best: float) -> bool:
    return error >= best


def plateau(history: list[float], patience: int) -> bool:
    waited = bad_epochs(history, no_better)
    return waited > 0 and waited % patience == 0


def bad_in_all(history: list[float], patience: int) -> bool:
    """Count every bad epoch of the history, also those from before the last best."""
    count = sum(error >= min(history[:i]) for i, error in enumerate(history) if i)
    return count > 0 and count % patience == 0


def against_the_last(history: list[float], patience: int) -> bool:
    """Count epochs in a row that are no better than the one just before them."""
    count = 0
    for before, error in pairwise(history):
        count = count + 1 if error >= before else 0
    return count > 0 and count % patience == 0


def against_the_first(history: list[float], patience: int) -> bool:
    return len(history) > patience and history[-1] >= history[-1 - patience]


REDUCE_ON_PLATEAU = Exercise(
    id="reduce-on-plateau",
    lesson=LESSON,
    reference=reference.reduce_on_plateau,
    draw=training_history,
    example=lambda: {"history": [0.9, 0.5, 0.6, 0.5, 0.7], "lr": 0.5},
    terms=4,
    smallest={"good": 2, "waited": 0},
    cases=(
        case("values", waited=3, good=4),
        case("values", waited=3, good=2),
        case("improving", hidden=False, waited=0, good=5),
        case("improving", waited=0, good=2),
        case("single", hidden=False, waited=1),
        case("single", waited=2, good=5),
        case("after_drop", hidden=False, waited=4),
        case("after_drop", waited=5, good=2),
        case("after_drop", hidden=False, waited=6),
        case("after_drop", waited=7),
        case("reset", hidden=False, waited=1, earlier=2),
        case("reset", waited=2, earlier=2),
        case("reset", waited=3, earlier=1),
        case("falling", waited=3, kind="falling"),
        case("falling", waited=2, kind="falling", good=4),
        case("equal", waited=3, kind="equal"),
        case("patience", hidden=False, waited=2, patience=2),
        case("patience", waited=3, patience=5),
        case("patience", waited=5, patience=5),
        case("patience", waited=1, patience=1),
        case("factor", hidden=False, waited=3, factor=0.5),
        case("factor", waited=2, factor=0.25, patience=2),
    ),
    properties=(Property("scale", "only the order of the errors counts", only_the_order_counts),),
    facet_words={
        "improving": "an error that still falls",
        "single": "fewer bad epochs than `patience`",
        "after_drop": "a plateau that goes on after a drop",
        "reset": "bad epochs before the best one",
        "falling": "bad epochs that get better among themselves",
        "equal": "epochs that equal the best",
        "patience": "another `patience`",
        "factor": "another `factor`",
        "scale": "only the order of the errors counts",
    },
    mistakes=(
        Mistake(
            "drops every epoch",
            dropping_when(lambda history, patience: True),
            "The rate drops at every epoch, whether the error falls or not.",
            "When the slope runs out",
        ),
        Mistake(
            "drops every epoch of a plateau",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) >= patience),
            "Once the plateau is reached, the rate drops at every epoch; after a drop, wait as "
            "long again.",
            "When the slope runs out",
        ),
        Mistake(
            "drops after a single bad epoch",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) > 0),
            "The rate drops as soon as an epoch is no better than the best: `patience` epochs may "
            "pass.",
            "When the slope runs out",
        ),
        Mistake(
            "drops after a single bad epoch",
            dropping_when(
                lambda history, patience: len(history) > 1 and history[-1] >= history[-2]
            ),
            "The rate drops as soon as an epoch is no better than the one before: `patience` "
            "epochs may pass.",
            "When the slope runs out",
        ),
        Mistake(
            "never drops",
            dropping_when(lambda history, patience: False),
            "The rate never drops.",
            "When the slope runs out",
        ),
        Mistake(
            "drops once only",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) == patience),
            "The rate drops once; where the plateau goes on, it drops again after as many epochs.",
            "When the slope runs out",
        ),
        Mistake(
            "one epoch late",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) > patience),
            "The rate drops when more than `patience` epochs have passed, and then at every epoch.",
            "When the slope runs out",
        ),
        Mistake(
            "bad epochs counted from the start",
            dropping_when(bad_in_all),
            "All bad epochs were counted; a new best starts the count again.",
            "When the slope runs out",
        ),
        Mistake(
            "compared with the epoch before",
            dropping_when(against_the_last),
            "Each epoch was compared with the one before; what counts is the best so far.",
            "When the slope runs out",
        ),
        Mistake(
            "compared with one epoch only",
            dropping_when(against_the_first),
            "The last epoch was compared with a single one, `patience` before it; what counts is "
            "the best so far.",
            "When the slope runs out",
        ),
        Mistake(
            "equal taken for better",
            dropping_when(
                lambda history, patience: (
                    (waited := bad_epochs(history, lambda error, best: error > best)) > 0
                    and waited % patience == 0
                )
            ),
            "An error that equals the best was taken for an improvement.",
            "When the slope runs out",
        ),
        Mistake(
            "higher taken for better",
            dropping_when(
                lambda history, patience: (
                    (waited := bad_epochs(history, lambda error, best: error <= best)) > 0
                    and waited % patience == 0
                )
            ),
            "Higher was taken for better; the history holds errors.",
            "When the slope runs out",
        ),
        Mistake(
            "patience always 3",
            dropping_when(lambda history, patience: plateau(history, 3)),
            "`patience` was not looked at: it is 3 whatever is asked for.",
            "When the slope runs out",
        ),
        Mistake(
            "factor always 0.1",
            dropping_when(plateau, lambda lr, factor: lr * 0.1),
            "`factor` was not looked at: the rate is divided by 10 whatever is asked for.",
            "When the slope runs out",
        ),
        Mistake(
            "divided by the factor",
            dropping_when(plateau, lambda lr, factor: lr / factor),
            "The rate was divided by `factor`, and so it grows.",
            "When the slope runs out",
        ),
        Mistake(
            "factor subtracted",
            dropping_when(plateau, lambda lr, factor: lr - factor),
            "`factor` was subtracted; the rate is multiplied by it.",
            "When the slope runs out",
        ),
        Mistake(
            "reduced by the factor",
            dropping_when(plateau, lambda lr, factor: lr * (1 - factor)),
            "The rate lost a `factor` of itself; that much is what it keeps.",
            "When the slope runs out",
        ),
    ),
)


# --- what training has to remember ----------------------------------------------------------------


def network_to_remember(
    numbers: Numbers,
    layers: int = 3,
    batch_size: int | None = None,
    bytes_per_number: int | None = None,
    optimizer_slots: int | None = None,
) -> Arguments:
    rng = numbers.rng
    arguments: Arguments = {
        "activation_counts": [int(n) for n in rng.integers(10, 1000, layers)],
        "parameter_count": int(rng.integers(100, 100_000)),
        "batch_size": int(rng.integers(2, 129)) if batch_size is None else batch_size,
    }
    if bytes_per_number is not None or optimizer_slots is not None:
        arguments["bytes_per_number"] = 4 if bytes_per_number is None else bytes_per_number
    if optimizer_slots is not None:
        arguments["optimizer_slots"] = optimizer_slots
    return arguments


def parts_add_up(call, numbers: Numbers) -> Iterator[Claim]:
    """The total is the sum of all the parts."""
    memory = dict(call(**network_to_remember(numbers, optimizer_slots=2)))
    total = memory.pop("total")
    yield Claim(total, sum(memory.values()), "the total is the sum of the other parts")


def one_more_image(call, numbers: Numbers) -> Iterator[Claim]:
    """One more image costs its activations and their gradients, and nothing else."""
    given = network_to_remember(numbers, batch_size=7)
    memory, more = call(**given), call(**{**given, "batch_size": 8})
    yield Claim(
        more["total"] - memory["total"],
        2 * 4 * sum(given["activation_counts"]),
        "one more image costs its activations and their gradients",
    )


def remembered(
    change: Callable[..., dict[str, int]] = lambda memory, counts, batch: {},
    arguments: Callable[..., tuple] = lambda *given: given,
) -> Callable[..., dict[str, int]]:
    """The right table for changed arguments, with some rows changed; the total follows."""

    def training_memory(
        activation_counts, parameter_count, batch_size, bytes_per_number=4, optimizer_slots=1
    ):
        given = (activation_counts, parameter_count, batch_size, bytes_per_number, optimizer_slots)
        memory = reference.training_memory(*arguments(*given))
        memory = {**memory, **change(memory, activation_counts, batch_size)}
        rest = sum(number for name, number in memory.items() if name != "total")
        return {**memory, "total": rest}

    return training_memory


def total_without(*names: str) -> Callable[..., dict[str, int]]:
    def training_memory(*given: Any) -> dict[str, int]:
        memory = reference.training_memory(*given)
        return {**memory, "total": memory["total"] - sum(memory[name] for name in names)}

    return training_memory


def rows(*names: str, times: Callable[[dict[str, int], int], int]):
    """Multiply some rows by the batch, or set them to nothing."""
    return lambda memory, counts, batch: {
        name: times(memory, batch) * memory[name] for name in names
    }


TRAINING_MEMORY = Exercise(
    id="training-memory",
    lesson=LESSON,
    reference=reference.training_memory,
    draw=network_to_remember,
    example=lambda: {"activation_counts": [10, 5], "parameter_count": 100, "batch_size": 2},
    terms=1,
    cases=(
        case("values"),
        case("values", layers=8),
        case("batch", hidden=False, batch_size=1),
        case("batch", batch_size=128, layers=5),
        case("bytes", hidden=False, bytes_per_number=2),
        case("bytes", bytes_per_number=8, layers=4),
        case("slots", hidden=False, optimizer_slots=2),
        case("slots", optimizer_slots=0),
        case("slots", bytes_per_number=2, optimizer_slots=3),
        case("layers", layers=1),
        case("layers", layers=20),
    ),
    properties=(
        Property("sum", "the total is the sum of the parts", parts_add_up),
        Property("image", "what one more image costs", one_more_image),
    ),
    facet_words={
        "batch": "a batch of one, a large batch",
        "bytes": "numbers of another size",
        "slots": "optimizers that keep more, or nothing",
        "layers": "networks of one layer, and of many",
        "sum": "the total is the sum of the other parts",
        "image": "one more image costs its activations and their gradients",
    },
    mistakes=(
        Mistake(
            "batch multiplies the parameters",
            remembered(
                rows(
                    "parameters",
                    "parameter_gradients",
                    "optimizer",
                    times=lambda memory, batch: batch,
                )
            ),
            "Everything was multiplied by the batch; the parameters are there once, whatever the "
            "batch.",
            "What training has to remember",
        ),
        Mistake(
            "batch multiplies the parameters",
            remembered(rows("parameters", times=lambda memory, batch: batch)),
            "The parameters were multiplied by the batch; they are there once.",
            "What training has to remember",
        ),
        Mistake(
            "batch multiplies the parameters' gradients",
            remembered(rows("parameter_gradients", times=lambda memory, batch: batch)),
            "The gradients of the parameters were multiplied by the batch; the images' shares are "
            "added up as they come.",
            "What training has to remember",
        ),
        Mistake(
            "batch ignored",
            remembered(
                arguments=lambda counts, parameters, batch, *rest: (counts, parameters, 1, *rest)
            ),
            "The batch was not looked at: every image of it has activations of its own.",
            "What training has to remember",
        ),
        Mistake(
            "gradients forgotten",
            remembered(rows("gradients", times=lambda memory, batch: 0)),
            "The gradients of the activations are missing: each activation gets one on the way "
            "back.",
            "What training has to remember",
        ),
        Mistake(
            "gradients forgotten",
            remembered(rows("gradients", "parameter_gradients", times=lambda memory, batch: 0)),
            "The gradients are missing, of the activations and of the parameters.",
            "What training has to remember",
        ),
        Mistake(
            "gradients forgotten",
            total_without("gradients"),
            "The total leaves out the gradients of the activations.",
            "What training has to remember",
        ),
        Mistake(
            "gradients of one image",
            remembered(lambda memory, counts, batch: {"gradients": memory["gradients"] // batch}),
            "The gradients of the activations are those of one image; the whole batch has them.",
            "What training has to remember",
        ),
        Mistake(
            "numbers, not bytes",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    1,
                    slots,
                )
            ),
            "These are numbers; bytes are asked for.",
            "What training has to remember",
        ),
        Mistake(
            "4 bytes always",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    4,
                    slots,
                )
            ),
            "`bytes_per_number` was not looked at: it is 4 whatever is asked for.",
            "What training has to remember",
        ),
        Mistake(
            "bits",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    8 * size,
                    slots,
                )
            ),
            "These are bits; bytes are asked for.",
            "What training has to remember",
        ),
        Mistake(
            "optimizer forgotten",
            remembered(rows("optimizer", times=lambda memory, batch: 0)),
            "What the optimizer keeps is missing.",
            "What training has to remember",
        ),
        Mistake(
            "one slot always",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    size,
                    1,
                )
            ),
            "`optimizer_slots` was not looked at: it is 1 whatever is asked for.",
            "What training has to remember",
        ),
        Mistake(
            "largest layer only",
            remembered(arguments=lambda counts, *rest: ([max(counts)], *rest)),
            "Only the largest layer's activations were counted: backpropagation has to keep them "
            "all.",
            "What training has to remember",
        ),
        Mistake(
            "last layer only",
            remembered(arguments=lambda counts, *rest: (counts[-1:], *rest)),
            "Only the last layer's activations were counted: backpropagation has to keep them all.",
            "What training has to remember",
        ),
        Mistake(
            "total without the optimizer",
            total_without("optimizer"),
            "The total leaves out what the optimizer keeps.",
            "What training has to remember",
        ),
    ),
)


EXERCISES = (
    NUMERICAL_GRADIENT,
    RELU_BACKWARD,
    CONV2D_BACKWARD,
    MAX_POOL2D_BACKWARD,
    AVERAGE_POOL2D_BACKWARD,
    SGD_MOMENTUM_STEP,
    REDUCE_ON_PLATEAU,
    TRAINING_MEMORY,
)
