"""Name what is to be seen in a photo."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.reference import classifier, softmax
from autograder.reference.classifier import prepare_photo, run_rows

from ..model import Arguments, Exercise, Mistake, Numbers, case

ANIMALS = ("cat", "dog", "owl", "carp", "bear", "wren", "newt", "hare", "mole", "wasp")


def small_network(numbers: Numbers, classes: int, depth: int, blocks: int) -> dict[str, Any]:
    """Draw a photo network with the kinds of rows that EfficientNet-Lite0 has."""

    def learned(out: int, *window: int) -> dict[str, np.ndarray]:
        """No whole numbers, even where a case is shrunk: no two shares are the same."""
        weights = numbers.rng.normal(size=(out, *window)) / np.sqrt(np.prod(window))
        bias = numbers.rng.normal(size=out)
        return {"weights": weights.astype(np.float32), "bias": bias.astype(np.float32)}

    wide = 2 * depth
    rows: list[tuple[str, dict[str, Any], Any]] = [
        (
            "conv",
            {"stride": 2},
            {"weights": numbers.array(depth, 3, 3, 3), "bias": 0 * numbers.array(depth)},
        ),
        ("relu6", {}, {}),
    ]
    for _ in range(blocks):
        inside = [
            ("pointwise", {}, learned(wide, depth)),
            ("relu6", {}, {}),
            ("depthwise", {"stride": 1}, learned(wide, 3, 3)),
            ("relu6", {}, {}),
            ("pointwise", {}, learned(depth, wide)),
        ]
        layers, params = [row[:2] for row in inside], [row[2] for row in inside]
        rows.append(("residual", {"rows": layers}, params))
    rows += [
        ("relu6", {}, {}),
        ("global_average_pool", {}, {}),
        ("fully_connected", {}, learned(classes, depth)),
    ]
    return {
        "layers": [row[:2] for row in rows],
        "params": [row[2] for row in rows],
        "names": list(ANIMALS[:classes]),
    }


def network_and_photo(
    numbers: Numbers,
    H: int = 4,
    W: int = 4,
    classes: int = 6,
    depth: int = 2,
    blocks: int = 1,
    k: int = 0,
) -> Arguments:
    drawn: Arguments = {
        "network": small_network(numbers, classes, depth, blocks),
        "photo": numbers.rng.integers(0, 256, (H, W, 3)).astype(np.uint8),
    }
    return drawn | {"k": k} if k else drawn


def shares_of(network: Any, x: np.ndarray) -> np.ndarray:
    return softmax(run_rows(network["layers"], network["params"], x))[0]


def best(network: Any, numbers: np.ndarray, k: int) -> list[tuple[str, Any]]:
    order = np.argsort(-numbers, kind="stable")[:k]
    return [(network["names"][i], numbers[i]) for i in order]


def seen(prepare):
    """An answer that shows the network something else."""

    def name_photo(network, photo, k=5):
        return best(network, shares_of(network, prepare(photo)), k)

    return name_photo


def told(say):
    """An answer that makes something else of the shares: `say(network, shares, k)`."""

    def name_photo(network, photo, k=5):
        return say(network, shares_of(network, prepare_photo(photo)), k)

    return name_photo


def scores_for_shares(network, photo, k=5):
    scores = run_rows(network["layers"], network["params"], prepare_photo(photo))[0]
    return best(network, scores, k)


def channels_first(photo: np.ndarray) -> np.ndarray:
    return photo.astype(np.float32).transpose(2, 0, 1)[None]


EXERCISE = Exercise(
    order=60,
    reference=classifier.name_photo,
    draw=network_and_photo,
    example=lambda: network_and_photo(Numbers(3), classes=4, k=2),
    smallest={"H": 2, "W": 2, "classes": 2, "depth": 1, "blocks": 0},
    terms=512,
    cases=(
        case("values", hidden=False, k=3),
        case("values", H=6, W=6, depth=3, classes=8),
        case("rectangular", H=4, W=6, k=2),
        case("rectangular", H=5, W=3),
        case("rectangular", H=2, W=5, k=2),
        case("how many", hidden=False, k=1),
        case("how many", classes=9, k=7),
        case("how many", classes=4, k=4),
        case("five", classes=10),
        case("deep", blocks=3, k=3),
    ),
    facet_words={
        "how many": "as many names as `k` asks for",
        "five": "five names where nothing is asked for",
        "deep": "several blocks",
    },
    see="A network that names your photo",
    mistakes=(
        Mistake(
            "channels last",
            seen(
                lambda photo: (
                    (photo.astype(np.float32).reshape(1, 3, *photo.shape[:2]) / 255 - 0.5) / 0.5
                )
            ),
            "The photo was reshaped where its axes should have been moved: colors and places are "
            "mixed up.",
        ),
        Mistake(
            "channels last",
            seen(lambda photo: prepare_photo(photo).swapaxes(2, 3)),
            "Rows and columns of the photo are exchanged.",
        ),
        Mistake(
            "blue first",
            seen(lambda photo: prepare_photo(photo)[:, ::-1]),
            "The channels are in the order blue, green, red; the network was trained on red first.",
        ),
        Mistake(
            "not normalized as it was trained",
            seen(channels_first),
            "The numbers run from 0 to 255; the network was trained on numbers from −1 to 1.",
        ),
        Mistake(
            "not normalized as it was trained",
            seen(lambda photo: channels_first(photo) / 255),
            "The numbers run from 0 to 1; the network was trained on numbers from −1 to 1.",
        ),
        Mistake(
            "not normalized as it was trained",
            seen(lambda photo: channels_first(photo) / 255 - 0.5),
            "The numbers run from −0.5 to 0.5: they were not divided by 0.5.",
        ),
        Mistake(
            "scores instead of shares",
            scores_for_shares,
            "These are scores; shares are positive and sum to 1 over all classes.",
        ),
        Mistake(
            "percent",
            told(lambda network, shares, k: best(network, 100 * shares, k)),
            "These are percentages; a share is a number from 0 to 1.",
        ),
        Mistake(
            "shares of those named",
            told(
                lambda network, shares, k: [
                    (name, share / sum(s for _, s in best(network, shares, k)))
                    for name, share in best(network, shares, k)
                ]
            ),
            "The shares sum to 1 over the names that are given; they should over all classes.",
        ),
        Mistake(
            "least likely first",
            told(lambda network, shares, k: best(network, shares, k)[::-1]),
            "The likeliest name stands last; it comes first.",
        ),
        Mistake(
            "least likely",
            told(
                lambda network, shares, k: [
                    (network["names"][i], shares[i]) for i in np.argsort(shares)[:k]
                ]
            ),
            "These are the least likely names.",
        ),
        Mistake(
            "always five",
            told(lambda network, shares, k: best(network, shares, 5)),
            "`k` was not used: there are always five names.",
        ),
        Mistake(
            "indices instead of names",
            told(lambda network, shares, k: [(int(i), shares[i]) for i in np.argsort(-shares)[:k]]),
            "These are the numbers of the classes; their names are asked for.",
        ),
        Mistake(
            "names alone",
            told(lambda network, shares, k: [name for name, _ in best(network, shares, k)]),
            "The shares are missing: each name comes with one.",
        ),
        Mistake(
            "share first",
            told(lambda network, shares, k: [pair[::-1] for pair in best(network, shares, k)]),
            "Each share stands before its name; the name comes first.",
        ),
        Mistake(
            "names in order of the classes",
            told(
                lambda network, shares, k: list(
                    zip(
                        network["names"][:k],
                        sorted(map(float, shares), reverse=True)[:k],
                        strict=True,
                    )
                )
            ),
            "The shares are sorted, and the names are not.",
        ),
    ),
)
