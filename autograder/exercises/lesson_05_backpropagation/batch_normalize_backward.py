"""Send the gradient back through batch normalization, and through the batch's statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import slopes_agree

OVER = (0, 2, 3)
"""The axes whose numbers share a mean."""

LOUD = 1e9
"""The size of numbers beside whose variance an eps of 1e-5 is lost in rounding."""

Three = tuple[np.ndarray, np.ndarray, np.ndarray]


def layer_and_gradient(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    eps: float | None = None,
    loud: bool = False,
    scaled: bool = True,
) -> Arguments:
    """Numbers so large that eps is nothing beside them if `loud`; gamma is not 1 if `scaled`."""
    channels = np.arange(1, C + 1, dtype=numbers.dtype)[:, None, None]
    x, grad, gamma = numbers.array(N, C, H, W), numbers.array(N, C, H, W), numbers.array(C)
    x = x * channels + channels
    # Image by image more, so that no image stands for the batch.
    grad = grad + np.arange(1, N + 1, dtype=numbers.dtype).reshape(N, 1, 1, 1)
    if loud:
        # As much more comes back, so that the result keeps its size.
        x, grad = x * x.dtype.type(LOUD), grad * grad.dtype.type(LOUD)
    arguments: Arguments = {
        "grad": numbers.lay_out(grad),
        "x": numbers.lay_out(x),
        "gamma": np.abs(gamma) + 2 * channels.ravel() if scaled else np.ones_like(gamma),
    }
    return arguments if eps is None else {**arguments, "eps": eps}


def layer_and_gradient_example() -> Arguments:
    x = np.array([[[[1.0, 1.0], [5.0, 5.0]]], [[[9.0, 1.0], [5.0, 5.0]]]])
    grad = np.array([[[[1.0, 0.0], [2.0, 0.0]]], [[[0.0, 3.0], [0.0, -2.0]]]])
    return {"grad": grad, "x": x, "gamma": np.array([2.0]), "eps": 1.0}


def slopes_of_the_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """All three gradients are the slopes of Σ grad · output, by central differences."""
    given = layer_and_gradient(numbers, 3, 1, 1, 2, loud=True, scaled=False)
    grad, x, gamma = given.values()
    layer = {"x": x, "gamma": gamma, "beta": np.zeros(1)}
    for name, got in zip(layer, call(**given), strict=True):

        def total(values: np.ndarray, name: str = name) -> float:
            return float((grad * reference.batch_normalize(**{**layer, name: values})).sum())

        step = 1e-5 * (LOUD if name == "x" else 1)
        slopes = reference.numerical_gradient(total, layer[name], step)
        yield Claim(
            slopes_agree(got, slopes),
            True,
            f"`grad_{name}` is the slope along `{name}`, by central differences",
        )


def brighter_is_no_slope(call, numbers: Numbers) -> Iterator[Claim]:
    """The same slope everywhere reaches no number: a brighter channel comes out as it was."""
    x = LOUD * numbers.array(3, 1, 2, 2)
    given = {"grad": np.full(x.shape, LOUD), "x": x, "gamma": np.ones(1)}
    grad_x = np.asarray(call(**given)[0])
    yield Claim(1 + grad_x, np.ones(x.shape), "the same slope at every number", given)


def parts_of(grad, x, gamma, eps):
    """Deviation, normalized numbers and size of a channel, shaped to go with x."""
    mean, variance = x.mean(axis=OVER, keepdims=True), x.var(axis=OVER, keepdims=True)
    deviation = np.sqrt(variance + eps)
    return gamma[:, None, None], deviation, (x - mean) / deviation, x.size // x.shape[1]


def with_x(formula: Callable[..., np.ndarray]) -> Callable[..., Three]:
    """The right gradients but for x's: `formula(grad, normal, gamma, deviation, count)`."""

    def answer(grad, x, gamma, eps=1e-5):
        _, to_gamma, to_beta = reference.batch_normalize_backward(grad, x, gamma, eps)
        scale, deviation, normal, count = parts_of(grad, x, gamma, eps)
        return formula(grad, normal, scale, deviation, count).astype(x.dtype), to_gamma, to_beta

    return answer


def total(values: np.ndarray, axes: tuple[int, ...] = OVER) -> np.ndarray:
    return values.sum(axis=axes, keepdims=True)


def right_x(grad, normal, gamma, deviation, count):
    return gamma / deviation * (grad - total(grad) / count - normal * total(grad * normal) / count)


def changed(name: str, change: Callable[..., np.ndarray]) -> Callable[..., Three]:
    """The right gradients with one of them changed: `change(right, grad, x)`."""
    which = ("grad_x", "grad_gamma", "grad_beta").index(name)

    def answer(grad, x, gamma, eps=1e-5):
        parts = list(reference.batch_normalize_backward(grad, x, gamma, eps))
        parts[which] = change(parts[which], grad, x).astype(x.dtype)
        return parts[0], parts[1], parts[2]

    return answer


def with_eps(change: Callable[[float], float]) -> Callable[..., Three]:
    def answer(grad, x, gamma, eps=1e-5):
        return reference.batch_normalize_backward(grad, x, gamma, change(eps))

    return answer


def eps_outside(grad, x, gamma, eps=1e-5):
    """As if the layer divided by the root plus eps."""
    mean, deviation = x.mean(axis=OVER, keepdims=True), x.std(axis=OVER, keepdims=True)
    count, scale = x.size // x.shape[1], gamma[:, None, None]
    normal = (x - mean) / (deviation + eps)
    path = (x - mean) / deviation * total(grad * normal) / count
    to_x = scale / (deviation + eps) * (grad - total(grad) / count - path)
    return to_x.astype(x.dtype), (grad * normal).sum(axis=OVER), grad.sum(axis=OVER)


def in_order(*order: int) -> Callable[..., tuple[np.ndarray, ...]]:
    def answer(grad, x, gamma, eps=1e-5):
        gradients = reference.batch_normalize_backward(grad, x, gamma, eps)
        return tuple(gradients[i] for i in order)

    return answer


def each_image_alone(grad, x, gamma, eps=1e-5):
    parts = [
        reference.batch_normalize_backward(grad[n : n + 1], x[n : n + 1], gamma, eps)
        for n in range(len(x))
    ]
    to_x = np.concatenate([part[0] for part in parts])
    return to_x, sum(part[1] for part in parts), sum(part[2] for part in parts)


def deviation_of_n_minus_1(grad, x, gamma, eps=1e-5):
    count = x.size // x.shape[1]
    mean = x.mean(axis=OVER, keepdims=True)
    deviation = np.sqrt(x.var(axis=OVER, keepdims=True) * (count / (count - 1)) + eps)
    normal = (x - mean) / deviation
    path = normal * total(grad * normal) / (count - 1)
    to_x = gamma[:, None, None] / deviation * (grad - total(grad) / count - path)
    return to_x.astype(x.dtype), (grad * normal).sum(axis=OVER), grad.sum(axis=OVER)


ONE = {"N": between(2, 4), "C": 1, "H": between(2, 3), "W": same_as("H")}

EXERCISE = Exercise(
    order=55,
    reference=reference.batch_normalize_backward,
    draw=layer_and_gradient,
    example=layer_and_gradient_example,
    results=("grad_x", "grad_gamma", "grad_beta"),
    smallest={"N": 2, "H": 2},
    terms=1024,
    cases=(
        case("values", N=2, C=1, H=2, W=2, loud=True, scaled=False),
        case("values", **ONE, loud=True, scaled=False),
        case("scale", **ONE, loud=True),
        case("scale", hidden=False, N=3, C=1, H=2, W=2, eps=0.5, needs=("eps",)),
        case("channels", hidden=False, N=3, C=2, H=2, W=2, eps=0.5, needs=("eps", "scale")),
        case(
            "channels",
            **{**ONE, "C": between(2, 4)},
            loud=True,
            scaled=False,
            corners=({"N": 2, "C": 3, "H": 2, "W": 2},),
        ),
        case("eps", hidden=False, N=3, C=1, H=2, W=2, eps=2.0, scaled=False),
        case("eps", **ONE, eps=between(1, 3), scaled=False),
        case("eps", N=3, C=1, H=2, W=2, scaled=False),
        case("one_image", **{**ONE, "N": 1}, loud=True, scaled=False, corners=({"H": 3, "W": 3},)),
        case("units", N=between(5, 9), C=1, H=1, W=1, loud=True, scaled=False),
        case("rectangular", N=2, C=1, H=2, W=5, loud=True, scaled=False),
        case("rectangular", N=3, C=1, H=between(3, 5), W=1, loud=True, scaled=False),
        case("dtype", dtype="float32", N=3, C=1, H=3, W=3, loud=True, scaled=False),
        case(
            "dtype",
            hidden=False,
            dtype="float32",
            N=3,
            C=2,
            H=2,
            W=2,
            eps=0.5,
            needs=("channels", "eps", "scale"),
        ),
        case("layout", layout="F", **ONE, loud=True, scaled=False),
        case("layout", layout="strided", **ONE, loud=True, scaled=False),
    ),
    properties=(
        Property("slope", slopes_of_the_layer),
        Property("brighter", brighter_is_no_slope),
    ),
    facet_words={
        "scale": "a scale gamma for each channel",
        "eps": "an eps that matters",
        "one_image": "a batch of one image",
        "units": "channels of a single place, as of a fully connected layer",
        "slope": "the gradients are the slopes of the layer, by central differences",
        "brighter": "the same slope everywhere reaches no number",
    },
    test_points=7,
    see="Through the mean and the variance: back through batch normalization",
    mistakes=(
        Mistake(
            "statistics taken for constants",
            with_x(lambda grad, normal, gamma, deviation, count: gamma / deviation * grad),
            "`grad_x` takes mean and variance for constants; each number of the channel moves "
            "both, and through them all the others.",
        ),
        Mistake(
            "variance's path left out",
            with_x(
                lambda grad, normal, gamma, deviation, count: (
                    gamma / deviation * (grad - total(grad) / count)
                )
            ),
            "`grad_x` lacks the way through the variance: each number moves it too.",
        ),
        Mistake(
            "mean's path left out",
            with_x(
                lambda grad, normal, gamma, deviation, count: (
                    gamma / deviation * (grad - normal * total(grad * normal) / count)
                )
            ),
            "`grad_x` lacks the way through the mean: each number moves it too.",
        ),
        Mistake(
            "mean over the batch alone",
            with_x(
                lambda grad, normal, gamma, deviation, count: (
                    gamma
                    / deviation
                    * (
                        grad
                        - total(grad, (0,)) / len(grad)
                        - normal * total(grad * normal, (0,)) / len(grad)
                    )
                )
            ),
            "In `grad_x` the slopes were averaged over the images alone; a channel's numbers share "
            "mean and variance over all images and places.",
        ),
        Mistake(
            "divided by the number of images",
            with_x(
                lambda grad, normal, gamma, deviation, count: (
                    gamma
                    / deviation
                    * (grad - total(grad) / len(grad) - normal * total(grad * normal) / len(grad))
                )
            ),
            "In `grad_x` the sums were divided by the number of images; a channel's mean has "
            "images times height times width numbers.",
        ),
        Mistake(
            "each image alone",
            each_image_alone,
            "Each image was sent back through statistics of its own; the batch shared one mean and "
            "one variance a channel.",
        ),
        Mistake(
            "sums not averaged",
            with_x(
                lambda grad, normal, gamma, deviation, count: (
                    gamma / deviation * (grad - total(grad) - normal * total(grad * normal))
                )
            ),
            "In `grad_x` the sums over the channel were not divided by how many numbers it has.",
        ),
        Mistake(
            "gamma left out",
            with_x(
                lambda grad, normal, gamma, deviation, count: right_x(
                    grad, normal, 1, deviation, count
                )
            ),
            "`grad_x` lacks the factor gamma, which the layer multiplied by.",
        ),
        Mistake(
            "divided by the variance",
            with_x(
                lambda grad, normal, gamma, deviation, count: right_x(
                    grad, normal, gamma, deviation**2, count
                )
            ),
            "`grad_x` was divided by the variance; its root is meant.",
        ),
        Mistake(
            "not divided by the deviation",
            with_x(
                lambda grad, normal, gamma, deviation, count: right_x(grad, normal, gamma, 1, count)
            ),
            "`grad_x` was not divided by the deviation, as the layer's numbers were.",
        ),
        Mistake(
            "variance's path added",
            with_x(
                lambda grad, normal, gamma, deviation, count: (
                    gamma
                    / deviation
                    * (grad - total(grad) / count + normal * total(grad * normal) / count)
                )
            ),
            "In `grad_x` the way through the variance has the wrong sign.",
        ),
        Mistake(
            "gamma's gradient of x itself",
            changed("grad_gamma", lambda right, grad, x: (grad * x).sum(axis=OVER)),
            "`grad_gamma` was made with x as it came in; gamma multiplies the normalized numbers.",
        ),
        Mistake(
            "gamma's gradient averaged",
            changed("grad_gamma", lambda right, grad, x: right / (x.size // x.shape[1])),
            "`grad_gamma` is a mean; gamma was used at every place of every image, and collects "
            "from all of them.",
        ),
        Mistake(
            "beta's gradient averaged",
            changed("grad_beta", lambda right, grad, x: grad.mean(axis=OVER)),
            "`grad_beta` is a mean; beta was added at every place of every image, and collects "
            "from all of them.",
        ),
        Mistake(
            "beta's gradient over the batch alone",
            changed("grad_beta", lambda right, grad, x: grad.sum(axis=0)),
            "`grad_beta` holds a number for every place; a channel has one beta, which collects "
            "from them all.",
        ),
        Mistake(
            "n − 1 variance",
            deviation_of_n_minus_1,
            "The variance was divided by n − 1; the layer divided by n.",
        ),
        Mistake(
            "eps left out",
            with_eps(lambda eps: 0.0),
            "Eps is missing: the layer added it to the variance.",
        ),
        Mistake(
            "eps ignored",
            with_eps(lambda eps: 1e-5),
            "Eps is 1e-5 whatever it was given as.",
        ),
        Mistake(
            "eps outside the root",
            eps_outside,
            "Eps was added to the deviation; it belongs to the variance, inside the root.",
        ),
        *(
            Mistake(
                "results in another order",
                in_order(*order),
                "The three gradients come in another order: `grad_x`, `grad_gamma`, `grad_beta`.",
            )
            for order in ((0, 2, 1), (2, 1, 0), (1, 2, 0))
        ),
    ),
)
