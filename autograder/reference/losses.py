"""How wrong the scores are, and what to do with the scores of several networks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def softmax(scores: np.ndarray) -> np.ndarray:
    """Turn each row of scores into probabilities.

    Parameters
    ----------
    scores : (N, K) ndarray

    Returns
    -------
    (N, K) ndarray
        Positive, with rows that sum to 1.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    # Shifting a row changes nothing in the result, and exp of at most 0 cannot overflow.
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    """Measure how surprised softmax(scores) is by the labels, and which way is better.

    Parameters
    ----------
    scores : (N, K) ndarray of float
    labels : (N,) ndarray of int
        From 0 to K − 1.

    Returns
    -------
    loss : float
        Mean over the batch of −log p(label), in nats; log K for a network that knows nothing.
    grad : (N, K) ndarray
        Gradient of that mean with respect to the scores: (p − one-hot) / N.

    Raises
    ------
    ValueError
        If there is not one label a row, or a label is not a class.

    Examples
    --------
    >>> loss, grad = softmax_cross_entropy(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 1]))
    >>> round(loss, 4)
    0.3466
    >>> grad
    array([[-0.25,  0.25],
           [ 0.  ,  0.  ]])
    """
    _check_labels(scores, labels)
    rows = np.arange(len(scores))
    shifted = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    sums = powers.sum(axis=1)
    loss = float(np.mean(np.log(sums) - shifted[rows, labels]))
    grad = powers / sums[:, None]
    grad[rows, labels] -= 1
    return loss, grad / len(scores)


def top_k_error(scores: np.ndarray, labels: np.ndarray, k: int) -> float:
    """Give the fraction of rows whose label is not among the k highest scores.

    Parameters
    ----------
    scores : (N, K) ndarray
    labels : (N,) ndarray of int
    k : int
        From 1 to K. Of equal scores the class with the lower number comes first.

    Returns
    -------
    float
        0 is best, 1 is worst.

    Raises
    ------
    ValueError
        If k is not between 1 and the number of classes, or a label is not a class.

    Examples
    --------
    >>> top_k_error(np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]]), np.array([2, 2]), k=2)
    0.5
    """
    _check_labels(scores, labels)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k = {k} with {scores.shape[1]} classes: k must lie between 1 and that")
    best = np.argsort(-np.asarray(scores, float), axis=1, kind="stable")[:, :k]
    return float(np.mean(~(best == np.asarray(labels)[:, None]).any(axis=1)))


def ensemble_predict(list_of_probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """Let several networks decide together: average their probabilities, then pick the best.

    Parameters
    ----------
    list_of_probabilities : sequence of (N, K) ndarray
        One a network.

    Returns
    -------
    (N,) ndarray of int

    Examples
    --------
    Two networks lean a little to class 0, and one is sure of class 1:

    >>> ensemble_predict([np.array([[0.6, 0.4]]), np.array([[0.6, 0.4]]), np.array([[0.1, 0.9]])])
    array([1])
    """
    return np.mean(list_of_probabilities, axis=0).argmax(axis=1)


def _check_labels(scores: np.ndarray, labels: np.ndarray) -> None:
    labels = np.asarray(labels)
    if scores.ndim != 2 or labels.shape != scores.shape[:1]:
        raise ValueError(
            f"scores of shape {scores.shape} need ({scores.shape[0]},) labels, one a row, "
            f"not {labels.shape}"
        )
    classes = scores.shape[1]
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        raise ValueError(
            f"labels from {labels.min()} to {labels.max()} with {classes} classes: "
            f"they must lie between 0 and {classes - 1}"
        )
