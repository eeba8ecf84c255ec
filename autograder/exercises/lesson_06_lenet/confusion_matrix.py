"""Count how often each class was taken for each."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case


def truth_and_guesses(
    numbers: Numbers, N: int, K: int, missing: bool = False, kind: str = "int64"
) -> Arguments:
    """Draw labels and predictions; if `missing`, without the last class."""
    rng, there = numbers.rng, K - 1 if missing else K
    labels = rng.integers(there, size=N)
    predictions = np.where(rng.random(N) < 0.4, labels, rng.integers(there, size=N))
    if there + 2 < N:  # each class is there, one pair twice, and it is not symmetrical
        labels[:there] = predictions[:there] = np.arange(there)
        labels[-3:], predictions[-3:] = there - 1, 0
    return {"labels": labels.astype(kind), "predictions": predictions.astype(kind), "classes": K}


def rows_count_the_truth(call, numbers: Numbers):
    """A row adds up to the images of its class, a column to the guesses of its class."""
    given = truth_and_guesses(numbers, N=60, K=5)
    got = np.asarray(call(**given))
    for name, axis in (("labels", 1), ("predictions", 0)):
        wanted = np.bincount(given[name], minlength=5)
        yield Claim(got.sum(axis=axis), wanted, f"it adds up to the {name}", given)


def then(change):
    """Something done to the right answer."""

    def confusion_matrix(labels, predictions, classes):
        return change(reference.confusion_matrix(labels, predictions, classes))

    return confusion_matrix


def as_many_as_there_are(labels, predictions, classes):
    return reference.confusion_matrix(labels, predictions, int(labels.max(initial=0)) + 1) if (
        not len(labels) or labels.max() >= predictions.max()
    ) else reference.confusion_matrix(labels, predictions, int(predictions.max()) + 1)  # fmt: skip


def counted_from_one(labels, predictions, classes):
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (labels.astype(int) - 1, predictions.astype(int) - 1), 1)
    return counts


def in_bytes(labels, predictions, classes):
    """One number for each pair, in the dtype of the labels."""
    pairs = (labels * labels.dtype.type(classes) + predictions).astype(int)
    return np.bincount(pairs % classes**2, minlength=classes**2).reshape(classes, classes)


EXERCISE = Exercise(
    order=95,
    reference=reference.confusion_matrix,
    draw=truth_and_guesses,
    example=lambda: {
        "labels": np.array([0, 0, 1, 2, 2, 2]),
        "predictions": np.array([0, 2, 1, 2, 2, 1]),
        "classes": 3,
    },
    smallest={"K": 2},
    cases=(
        case("values", hidden=False, N=20, K=3),
        case("values", N=between(30, 60), K=between(4, 10)),
        case("missing", hidden=False, N=12, K=4, missing=True),
        case("missing", N=between(20, 40), K=between(3, 8), missing=True),
        case("one", N=1, K=between(3, 5), missing=True, needs=("missing",)),
        case("two", N=between(20, 40), K=2),
        case("bytes", hidden=False, N=30, K=20, kind="uint8"),
        case("bytes", N=between(60, 90), K=between(18, 30), kind="uint8"),
    ),
    properties=(Property("sums", rows_count_the_truth),),
    facet_words={
        "dtype": "whole numbers of an integer dtype",
        "missing": "a class that is neither there nor predicted",
        "one": "a single image",
        "two": "two classes",
        "bytes": "labels in bytes, as image files have them",
        "sums": "rows add up to the labels, columns to the predictions",
    },
    see="Which digits are confused?",
    mistakes=(
        Mistake(
            "transposed",
            then(lambda counts: counts.T.copy()),
            "Rows and columns are exchanged: a row is a true class.",
        ),
        Mistake(
            "shares instead of counts",
            then(lambda counts: counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)),
            "These are shares of each row; counts are asked for.",
        ),
        Mistake(
            "shares of all",
            then(lambda counts: counts / max(counts.sum(), 1)),
            "These are shares of all images; counts are asked for.",
        ),
        Mistake(
            "each pair once",
            then(lambda counts: np.minimum(counts, 1)),
            "Each pair was counted once, however often it comes: "
            "`counts[labels, predictions] += 1` does that.",
        ),
        Mistake(
            "right ones only",
            then(lambda counts: np.diag(np.diag(counts))),
            "Only what was right was counted.",
        ),
        Mistake(
            "wrong ones only",
            then(lambda counts: counts - np.diag(np.diag(counts))),
            "What was right is missing: it belongs on the diagonal.",
        ),
        Mistake(
            "as many classes as there are",
            as_many_as_there_are,
            "The table ends with the largest class that is there; it has `classes` rows and "
            "columns.",
        ),
        Mistake(
            "counted from 1",
            counted_from_one,
            "The classes were counted from 1; they are counted from 0.",
        ),
        Mistake(
            "too large for a byte",
            in_bytes,
            "Numbers in bytes end at 255: a product of labels does not fit into the labels' dtype.",
        ),
        Mistake(
            "both ways",
            then(lambda counts: counts + counts.T),
            "A for B and B for A were added up; they are two cells.",
        ),
        Mistake(
            "how many are right",
            then(lambda counts: int(np.trace(counts))),
            "This is how many are right; which class is taken for which is asked for.",
        ),
        Mistake(
            "one row for right and wrong",
            then(lambda counts: np.stack([np.diag(counts), counts.sum(1) - np.diag(counts)])),
            "This counts right and wrong for each class; it says not for what a class is taken.",
        ),
    ),
)
