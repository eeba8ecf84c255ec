"""Which class is taken for which."""

from __future__ import annotations

import numpy as np


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """Count how often each class was taken for each.

    Parameters
    ----------
    labels, predictions : (N,) ndarray of int
        The truth, and what was predicted, from 0 to `classes` − 1.
    classes : int

    Returns
    -------
    (K, K) ndarray of int
        One row a true class, one column a predicted one.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 0, 1, 2]), np.array([0, 2, 1, 2]), 3)
    array([[1, 0, 1],
           [0, 1, 0],
           [0, 0, 1]])
    """
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts
