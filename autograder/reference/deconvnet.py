"""What a channel has seen: its strongest number sent back to the picture, and squares put over it.

References
----------
Zeiler, Fergus (2014), *Visualizing and understanding convolutional networks*: the deconvnet, and
occlusion.
Simonyan, Vedaldi, Zisserman (2014), *Deep inside convolutional networks*: the gradient.
Springenberg, Dosovitskiy, Brox, Riedmiller (2015), *Striving for simplicity*: guided.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np

from .geometry import Pair
from .layers.conv import conv2d_backward, conv2d_forward
from .layers.pool import max_pool2d, max_pool2d_winners
from .rows import Layers, Params, full_options

RULES = ("gradient", "deconvnet", "guided")
"""Ways back through ReLU."""


def max_pool_with_places(
    x: np.ndarray, size: Pair, stride: Pair | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Keep the largest number of each window, and where in its map it was.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        Height and width of the window, and its steps; `stride` defaults to `size`.

    Returns
    -------
    pooled : (N, C, H', W') ndarray
    places : (N, C, H', W') ndarray of int
        row · W + column in the map `x[n, c]`; of tied numbers the first in reading order.

    Raises
    ------
    ValueError
        If the windows do not fit.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 0.0, 2.0], [3.0, 4.0, 7.0, 0.0]]]])
    >>> max_pool_with_places(x, 2)
    (array([[[[5., 7.]]]]), array([[[[1, 6]]]]))
    """
    winners = max_pool2d_winners(x, size, stride)
    return max_pool2d(x, size, stride), winners % (x.shape[2] * x.shape[3])


def unpool(pooled: np.ndarray, places: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Put each number back where it came from, and zeros elsewhere.

    Parameters
    ----------
    pooled : (N, C, H', W') ndarray
    places : (N, C, H', W') ndarray of int
        From `max_pool_with_places`.
    shape : (N, C, H, W)
        Of what went into the pooling layer.

    Returns
    -------
    (N, C, H, W) ndarray
        Numbers that meet at one place add up.

    Examples
    --------
    >>> unpool(np.array([[[[5.0, 7.0]]]]), np.array([[[[1, 6]]]]), (1, 1, 2, 4))
    array([[[[0., 5., 0., 0.],
             [0., 0., 7., 0.]]]])
    """
    result = np.zeros(shape, pooled.dtype)
    maps = np.arange(shape[0] * shape[1]).reshape(shape[0], shape[1], 1, 1)
    at = maps * (shape[2] * shape[3]) + places
    np.add.at(result.reshape(-1), at.reshape(-1), pooled.reshape(-1))
    return result


def backward_relu(grad: np.ndarray, x: np.ndarray, rule: str = "gradient") -> np.ndarray:
    """Send something back through ReLU by one of three rules.

    Parameters
    ----------
    grad, x : ndarray of the same shape
        What comes back, and what had gone into ReLU.
    rule : str
        "gradient" lets through where `x` was positive, "deconvnet" where `grad` is positive,
        "guided" where both are.

    Raises
    ------
    ValueError
        If the rule is none of these.

    Examples
    --------
    >>> grad, x = np.array([5.0, -5.0, 5.0, -5.0]), np.array([2.0, 2.0, -2.0, -2.0])
    >>> backward_relu(grad, x) + 0.0
    array([ 5., -5.,  0.,  0.])
    >>> backward_relu(grad, x, "deconvnet")
    array([5., 0., 5., 0.])
    >>> backward_relu(grad, x, "guided")
    array([5., 0., 0., 0.])
    """
    if rule not in RULES:
        raise ValueError(f"the rule {rule!r} is none of {', '.join(RULES)}")
    kept = np.ones(grad.shape, bool)
    if rule != "deconvnet":
        kept &= x > 0
    if rule != "gradient":
        kept &= grad > 0
    return np.where(kept, grad, grad.dtype.type(0))


def project(
    layers: Layers,
    params: Params,
    x: np.ndarray,
    layer: int,
    channel: int,
    rule: str = "deconvnet",
) -> np.ndarray:
    """Send the strongest number of one channel back to the picture.

    Parameters
    ----------
    layers : list of (kind, options)
        Convolutions, ReLU and max pooling.
    params : list of dict
    x : (1, C, H, W) ndarray
    layer : int
        Which row's output is looked at, the first being 0.
    channel : int
        Which of its channels. A 1 starts at the place of its largest number, zeros elsewhere.
    rule : str
        How it comes back through ReLU; see `backward_relu`.

    Returns
    -------
    (1, C, H, W) ndarray
        With the rule "gradient" the gradient of that number.

    Raises
    ------
    ValueError
        If a row is of another kind, a size does not fit, or there is no such rule.

    Examples
    --------
    >>> layers = [("conv", {"filters": 1, "kernel": 2}), ("relu", {})]
    >>> params = [{"weights": np.array([[[[1.0, 2.0], [3.0, -4.0]]]]), "bias": np.zeros(1)}, {}]
    >>> x = np.array([[[[0.0, 0.0, 5.0], [0.0, 5.0, 0.0]]]])
    >>> project(layers, params, x, layer=1, channel=0)
    array([[[[ 0.,  1.,  2.],
             [ 0.,  3., -4.]]]])
    """
    kept = []
    for row, own in zip(layers[: layer + 1], params, strict=False):
        kind, options = row[0], full_options(row)
        before, places = x, None
        if kind == "conv":
            x = conv2d_forward(x, own["weights"], own["bias"], options["stride"], options["pad"])
        elif kind == "relu":
            x = np.maximum(x, 0)
        elif kind == "max_pool":
            x, places = max_pool_with_places(x, options["size"], options["stride"])
        else:
            raise ValueError(f"no way back is known through {kind!r}")
        kept.append((kind, options, own, before, places))
    back = np.zeros_like(x)
    back[0, channel].reshape(-1)[x[0, channel].argmax()] = 1
    for kind, options, own, before, places in reversed(kept):
        if kind == "conv":
            steps = options["stride"], options["pad"]
            back = conv2d_backward(back, before, own["weights"], *steps)[0]
        elif places is None:
            back = backward_relu(back, before, rule)
        else:
            back = unpool(back, places, before.shape)
    return back


def occlusion_map(
    score: Callable[[np.ndarray], float],
    image: np.ndarray,
    side: int,
    step: int,
    fill: float | np.ndarray,
) -> np.ndarray:
    """Cover a picture in one place after the other, and see what it costs.

    Parameters
    ----------
    score : callable
        (C, H, W) ndarray → number.
    image : (C, H, W) ndarray
        Not written to.
    side : int
        Of the square, in pixels; at the border it is cut off.
    step : int
        The square's upper left corner is at every multiple of it inside the picture.
    fill : number or (C,) ndarray
        What the square is filled with.

    Returns
    -------
    (⌈H / step⌉, ⌈W / step⌉) ndarray of float64
        `score(image)` less `score(covered)`: what is lost with the square there.

    Examples
    --------
    >>> image = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    >>> occlusion_map(lambda image: image.sum(), image, side=2, step=2, fill=0)
    array([[12.,  9.]])
    """
    whole = score(image.copy())
    _, height, width = image.shape
    lost = np.zeros((ceil(height / step), ceil(width / step)))
    for i, j in np.ndindex(lost.shape):
        covered = image.copy()
        top, left = i * step, j * step
        window = covered[:, top : top + side, left : left + side]
        window[...] = np.reshape(fill, (-1, 1, 1))
        lost[i, j] = whole - score(covered)
    return lost
