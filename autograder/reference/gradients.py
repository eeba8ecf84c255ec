"""The slow, sure way to a gradient: nudge every number and look."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    """Estimate the gradient of `f` at `x` by central differences: (f(x + h) − f(x − h)) / 2h.

    Parameters
    ----------
    f : callable
        ndarray like `x` → number.
    x : ndarray
        Unchanged; `f` gets a copy in float64, in which one number at a time is nudged.
    h : float
        The nudge. The error is of order h², until rounding takes over below about 1e-6.

    Returns
    -------
    ndarray
        Shaped like `x`, of its dtype if that is a floating one.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x ** 2).sum(), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    x = np.asarray(x)
    # A float32 number does not move when 1e-5 is added to a few hundred.
    nudged = x.astype(np.float64)
    gradient = np.empty_like(nudged)
    for index in np.ndindex(x.shape):
        here = nudged[index]
        nudged[index] = here + h
        above = f(nudged)
        nudged[index] = here - h
        below = f(nudged)
        nudged[index] = here
        gradient[index] = (above - below) / (2 * h)
    return gradient.astype(x.dtype) if np.issubdtype(x.dtype, np.floating) else gradient
