"""From gradients to better weights, and how large a step to take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def sgd_momentum_step(
    weights: np.ndarray,
    grad: np.ndarray,
    velocity: np.ndarray,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Take one step downhill: v ← m v − lr (g + wd w), then w ← w + v.

    Parameters
    ----------
    weights, grad, velocity : ndarray of the same shape
    lr, momentum, weight_decay : float

    Returns
    -------
    weights, velocity : ndarray
        New arrays; those that came in are unchanged.

    References
    ----------
    Krizhevsky, Sutskever, Hinton (2012), section 5.

    Examples
    --------
    >>> sgd_momentum_step(np.array([1.0]), np.array([2.0]), np.array([0.5]), lr=0.1)
    (array([1.25]), array([0.25]))
    """
    # Python numbers, because a NumPy float64 would turn float32 weights into float64.
    lr, momentum, weight_decay = float(lr), float(momentum), float(weight_decay)
    velocity = momentum * velocity - lr * (grad + weight_decay * weights)
    return weights + velocity, velocity


def reduce_on_plateau(
    history: Sequence[float], lr: float, factor: float = 0.1, patience: int = 3
) -> float:
    """Divide the learning rate by 10 when validation stops improving.

    Parameters
    ----------
    history : sequence of float
        Validation error (or loss) after each epoch so far: lower is better.
    lr : float
        Learning rate of the last epoch.
    factor : float
        What to multiply it by.
    patience : int
        Epochs in a row without a new best before the rate drops, and again before each next drop.

    Returns
    -------
    float
        Learning rate of the next epoch.

    Raises
    ------
    ValueError
        If `patience` is less than 1.

    References
    ----------
    Krizhevsky, Sutskever, Hinton (2012), section 5: "divide the learning rate by 10 when the
    validation error rate stopped improving".

    Examples
    --------
    >>> reduce_on_plateau([0.9, 0.5, 0.6, 0.5], lr=0.5)
    0.5
    >>> reduce_on_plateau([0.9, 0.5, 0.6, 0.5, 0.7], lr=0.5)
    0.05
    """
    if patience < 1:
        raise ValueError(f"patience {patience}: at least one epoch must pass before a drop")
    best, waited = float("inf"), 0
    for error in history:
        if error < best:
            best, waited = error, 0
        else:
            waited += 1
    return lr * factor if waited and waited % patience == 0 else lr


def one_cycle(step: int, steps: int, peak: float, warm_up: float = 0.3) -> float:
    """Rise to the peak learning rate, then fall to almost nothing, each along half a cosine.

    Parameters
    ----------
    step, steps : int
        Number of this step, from 0, and of all steps.
    peak : float
        The highest rate.
    warm_up : float
        Part of the steps spent rising, from peak / 25.

    Returns
    -------
    float

    References
    ----------
    Smith, Topin (2018), *Super-convergence*.

    Examples
    --------
    >>> [round(one_cycle(step, 11, peak=0.05), 4) for step in (0, 3, 10)]
    [0.002, 0.05, 0.0]
    """
    place = step / max(steps - 1, 1)
    if place < warm_up:
        start, end, way = peak / 25, peak, place / warm_up
    else:
        start, end, way = peak, 0.0, (place - warm_up) / (1 - warm_up)
    return float(end + (start - end) * (1 + np.cos(np.pi * way)) / 2)
