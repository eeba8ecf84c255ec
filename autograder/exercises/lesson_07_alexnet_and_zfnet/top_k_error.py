"""Give the share of rows whose label is not among the k highest scores."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.reference import losses

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case


def scored_images(
    numbers: Numbers, N: int, K: int, k: int, classes: int | None = None
) -> Arguments:
    """Draw scores of K classes; `classes` makes only the first so many of them labels."""
    scores = numbers.array(N, K)
    # Numbers apart from each other: what ties are worth is nobody's question here.
    ranks = np.argsort(np.argsort(scores + numbers.rng.random((N, K)), axis=1), axis=1)
    scores = numbers.lay_out((ranks - K // 2).astype(numbers.dtype))
    return {"scores": scores, "labels": numbers.rng.integers(classes or K, size=N), "k": k}


def hit(scores: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    return (np.argsort(-scores, axis=1)[:, :k] == labels[:, None]).any(axis=1)


def every_class_guessed(call, numbers: Numbers) -> Iterator[Claim]:
    """With as many guesses as there are classes nobody can be wrong."""
    drawn = scored_images(numbers, N=20, K=6, k=6)
    yield Claim(call(**drawn), 0.0, "nobody is wrong with as many guesses as classes", drawn)


def best_and_worst(call, numbers: Numbers) -> Iterator[Claim]:
    drawn = scored_images(numbers, N=20, K=6, k=1)
    perfect = {**drawn, "labels": drawn["scores"].argmax(axis=1)}
    yield Claim(call(**perfect), 0.0, "labels that score highest are never missed", perfect)
    hopeless = {**drawn, "labels": drawn["scores"].argmin(axis=1), "k": 5}
    yield Claim(call(**hopeless), 1.0, "labels that score lowest are always missed", hopeless)


EXERCISE = Exercise(
    order=110,
    reference=losses.top_k_error,
    draw=scored_images,
    example=lambda: {
        "scores": np.array(
            [[5.0, 1.0, 3.0, 2.0], [0.0, 4.0, 2.0, 1.0], [1.0, 2.0, 7.0, 4.0], [3.0, 2.0, 1.0, 6.0]]
        ),
        "labels": np.array([2, 1, 0, 1]),
        "k": 2,
    },
    smallest={"K": 3},
    cases=(
        case("values", N=37, K=10, k=5),
        case("values", hidden=False, N=20, K=6, k=2),
        case("values", N=53, K=20, k=5),
        case("values", N=101, K=30, k=10, classes=2),
        case("one_guess", hidden=False, N=31, K=5, k=1),
        case("one_guess", N=between(20, 40), K=between(4, 15), k=1, corners=({"N": 29, "K": 12},)),
        case("one_image", N=1, K=5, k=2),
        case("one_image", N=1, K=between(3, 9), k=between(1, 3)),
        case("layout", layout="F", N=between(20, 30), K=between(5, 9), k=between(2, 4)),
        case("layout", layout="strided", N=between(20, 30), K=between(5, 9), k=between(2, 4)),
        case("refused", hidden=False, N=5, K=4, k=5),
        case("refused", hidden=False, N=5, K=4, k=0),
        case("refused", N=3, K=7, k=between(-3, -1)),
        case(
            "refused",
            N=between(2, 6),
            K=between(3, 8),
            k=between(4, 12),
            where=lambda sizes: sizes.k > sizes.K,
        ),
    ),
    properties=(
        Property("ends", every_class_guessed),
        Property("sure", best_and_worst),
    ),
    facet_words={
        "one_guess": "a single guess",
        "one_image": "a single image",
        "ends": "as many guesses as classes",
        "sure": "labels that score highest, or lowest, of all",
        "refused": "a k that is not between 1 and the number of classes is refused",
    },
    see="Five guesses: the top-5 error",
    mistakes=(
        Mistake(
            "accuracy instead of error",
            lambda scores, labels, k: 1 - losses.top_k_error(scores, labels, k),
            "This is how often the label is among the guesses; the error is how often it is not.",
        ),
        Mistake(
            "lowest scores taken",
            lambda scores, labels, k: losses.top_k_error(-scores, labels, k),
            "The k lowest scores were taken for the best.",
        ),
        Mistake(
            "k ignored",
            lambda scores, labels, k: losses.top_k_error(scores, labels, 1),
            "Only the highest score was used; `k` guesses are allowed.",
        ),
        Mistake(
            "the k-th guess only",
            lambda scores, labels, k: float(
                np.mean(np.argsort(-scores, axis=1)[:, k - 1] != labels)
            ),
            "Only the k-th guess was used, not the ones before it.",
        ),
        Mistake(
            "one guess too many",
            lambda scores, labels, k: float(1 - hit(scores, labels, k + 1).mean()),
            "One guess too many was allowed.",
        ),
        Mistake(
            "one guess too few",
            lambda scores, labels, k: float(1 - hit(scores, labels, k - 1).mean()),
            "One guess too few was allowed.",
        ),
        Mistake(
            "in percent",
            lambda scores, labels, k: 100 * losses.top_k_error(scores, labels, k),
            "This is in percent; a fraction is asked for.",
        ),
        Mistake(
            "counted",
            lambda scores, labels, k: float((~hit(scores, labels, k)).sum()),
            "This is the number of images; their fraction is asked for.",
        ),
        Mistake(
            "divided by the classes",
            lambda scores, labels, k: float((~hit(scores, labels, k)).sum() / scores.shape[1]),
            "The number of mistakes was divided by the number of classes, not of images.",
        ),
        Mistake(
            "divided by k",
            lambda scores, labels, k: 1 - (1 - losses.top_k_error(scores, labels, k)) / k,
            "The hits were divided by k times the number of images: each image can be hit once.",
        ),
    ),
)
