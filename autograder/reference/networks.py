"""Whole networks, run from their tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .layers.flatten import flatten_images
from .losses import softmax
from .rows import Layers, Params, Stack, kind_of


def initialize(
    layers: Layers,
    input_shape: tuple[int, ...],
    rng: np.random.Generator,
    dtype: type = np.float32,
) -> Params:
    """Draw the parameters of a network: He's normal weights, and biases of 0.

    Parameters
    ----------
    layers : list of (kind, options)
    input_shape : (C, H, W)
    rng : numpy.random.Generator
    dtype : float32 or float64

    Returns
    -------
    list of dict
        One a row: `"weights"` with standard deviation √(2 / fan-in) and `"bias"`, or nothing.
        Batch normalization starts with weights 1, and keeps `"running_mean"` and
        `"running_variance"` besides.

    References
    ----------
    He, Zhang, Ren, Sun (2015), *Delving deep into rectifiers*, equation 10.

    Examples
    --------
    >>> params = initialize([("fully_connected", {"units": 3}), ("relu", {})], (1, 2, 2),
    ...                     np.random.default_rng(0))
    >>> params[0]["weights"].shape, params[0]["bias"], params[1]
    ((3, 4), array([0., 0., 0.], dtype=float32), {})
    """
    rows = Stack(layers).with_inputs(tuple(input_shape))
    return [kind.initialize(before, options, rng, dtype) for kind, before, options in rows]


def pretrained(
    layers: Layers, arrays: Mapping[str, np.ndarray], dtype: type = np.float32
) -> Params:
    """Give the rows of a network learned weights, in the order in which they are named.

    Parameters
    ----------
    layers : list of (kind, options)
    arrays : mapping of str to ndarray
        `"….weight"` and `"….bias"` for each convolution, from the first on.
    dtype : float32 or float64

    Raises
    ------
    ValueError
        If there are not as many as the table has convolutions.
    """
    names = [name.removesuffix(".weight") for name in arrays if name.endswith(".weight")]
    rows = [index for index, row in enumerate(layers) if kind_of(row).convolves]
    if len(names) != len(rows):
        raise ValueError(f"weights for {len(names)} convolutions, where the table has {len(rows)}")
    params: Params = [{} for _ in layers]
    for index, name in zip(rows, names, strict=True):
        params[index] = {
            "weights": arrays[f"{name}.weight"].astype(dtype),
            "bias": arrays[f"{name}.bias"].astype(dtype),
        }
    return params


def forward(layers: Layers, params: Params, x: np.ndarray) -> np.ndarray:
    """Score images with a whole network, as it is used once it has been trained.

    Parameters
    ----------
    layers : list of (kind, options)
    params : list of dict
        One a row.
    x : (N, C, H, W) ndarray

    Returns
    -------
    ndarray
        What comes out of the last row: (N, K) scores, or feature maps.

    Raises
    ------
    ValueError
        If rows and parameters differ in number, or a size does not fit.

    Examples
    --------
    >>> layers = [("fully_connected", {"units": 1}), ("relu", {})]
    >>> params = [{"weights": np.array([[1.0, 2.0]]), "bias": np.array([-4.0])}, {}]
    >>> forward(layers, params, np.array([[[[1.0, 1.0]]], [[[1.0, 3.0]]]]))
    array([[0.],
           [3.]])
    """
    _check_rows(layers, params)
    return Stack(layers).forward(params, x)


def features(layers: Layers, params: Params, x: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Go through a network layer by layer, and show what comes out of each.

    Parameters
    ----------
    layers, params, x
        As for `forward`.

    Yields
    ------
    kind : str
    x : ndarray
        What comes out of the row. ReLU works in place: copy what must stay before the next step.
    """
    _check_rows(layers, params)
    return Stack(layers).outputs(params, x, fuse=False)


def probabilities(
    layers: Layers, params: Params, images: np.ndarray, batch_size: int = 100
) -> np.ndarray:
    """Give each image's probability for each class, a batch at a time.

    Parameters
    ----------
    layers, params
        As for `forward`.
    images : (N, C, H, W) ndarray
    batch_size : int
        How many images to hold in memory at once.

    Returns
    -------
    (N, K) ndarray
    """
    return softmax(_in_batches(layers, params, images, batch_size))


def predict(
    layers: Layers, params: Params, images: np.ndarray, batch_size: int = 100
) -> np.ndarray:
    """Name the class of each image: the one with the highest score.

    Parameters
    ----------
    layers, params, images, batch_size
        As for `probabilities`.

    Returns
    -------
    (N,) ndarray of int

    Examples
    --------
    >>> layers = [("fully_connected", {"units": 2})]
    >>> params = [{"weights": np.array([[1.0], [-1.0]]), "bias": np.zeros(2)}]
    >>> predict(layers, params, np.array([3.0, -3.0]).reshape(2, 1, 1, 1))
    array([0, 1])
    """
    return _in_batches(layers, params, images, batch_size).argmax(axis=1)


def vgg_forward(layers: Layers, params: Params, x: np.ndarray) -> np.ndarray:
    """Score photos with a network as large as VGG-16, in the memory of one photo.

    An activation is forgotten as soon as the next one exists, and ReLU works in place: beside the
    weights no more is held than two neighboring layers, 25 MiB in VGG-16.

    Parameters
    ----------
    layers, params
        As for `forward`.
    x : (N, C, H, W) ndarray

    Returns
    -------
    (N, K) ndarray
    """
    return _in_batches(layers, params, x, batch_size=1)


def transfer_features(
    layers: Layers, params: Params, images: np.ndarray, batch_size: int = 20
) -> np.ndarray:
    """Describe images by what a network trained on others sees in them.

    Parameters
    ----------
    layers, params
        Of a pretrained stack, or the part of it up to where the features are taken.
    images : (N, C, H, W) ndarray
        Normalized as the stack was trained.
    batch_size : int

    Returns
    -------
    (N, D) ndarray
        To be scored by a linear classifier.
    """
    return flatten_images(_in_batches(layers, params, images, batch_size))


def _in_batches(layers: Layers, params: Params, images: np.ndarray, batch_size: int) -> np.ndarray:
    starts = range(0, len(images), batch_size)
    parts = [forward(layers, params, images[start : start + batch_size]) for start in starts]
    return np.concatenate(parts)


def _check_rows(layers: Layers, params: Params) -> None:
    if len(layers) != len(params):
        raise ValueError(f"{len(layers)} rows of layers and {len(params)} of parameters")
