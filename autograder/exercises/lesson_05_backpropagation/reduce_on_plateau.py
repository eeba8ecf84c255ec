"""Divide the learning rate when validation stops improving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from autograder import reference

from ..model import (
    Arguments,
    Claim,
    Exercise,
    Mistake,
    Numbers,
    Property,
    between,
    case,
    one_of,
    same_as,
)

MIXED = (3, 1, 5, 2, 7, 0, 6, 4, 9, 8)
"""An order of ups and downs in which the first bad epochs are not the best of the bad ones."""


def training_history(
    numbers: Numbers,
    waited: int,
    good: int = 3,
    patience: int | None = None,
    factor: float | None = None,
    kind: str = "mixed",
    earlier: int = 0,
    high: bool = False,
    lr: float | None = None,
) -> Arguments:
    """Draw an error that falls for `good` epochs, and then does not for `waited`.

    `kind` is how the bad epochs go: "mixed", "falling" or "rising" among themselves, "flat" above
    the best, "near" it, or "equal" to it. `earlier` puts as many bad epochs before the best one.
    With `high` the bad epochs at the end are worse than any before. What is drawn is how large the
    errors are; which of two is larger is not left to chance.
    """
    rng = numbers.rng
    falling = np.sort(rng.uniform(0.2, 0.9, good))[::-1]
    falling -= 0.01 * np.arange(good)  # no two alike
    sizes = np.sort(rng.uniform(0.01, 0.4, waited)) + 0.01 * np.arange(waited)
    bad = {
        "mixed": sizes[np.argsort(MIXED[:waited])],
        "rising": sizes,
        "falling": sizes[::-1],
        "flat": np.full(waited, 0.25),
        "near": 0.01 * sizes,
        "equal": np.zeros(waited),
    }[kind]
    before = falling[-2:-1] + np.sort(rng.uniform(0.01, 0.4, earlier))
    errors = np.concatenate([falling[:-1], before, falling[-1:], falling[-1] + bad + 2 * high])
    arguments: Arguments = {
        "history": [round(float(error), 6) for error in errors],
        "lr": float(rng.choice([0.5, 0.2, 0.08, 0.01])) if lr is None else lr,
    }
    if factor is not None or patience is not None:
        arguments["factor"] = 0.1 if factor is None else factor
    if patience is not None:
        arguments["patience"] = patience
    return arguments


def only_the_order_counts(call, numbers: Numbers) -> Iterator[Claim]:
    """The same history on another scale leads to the same decision."""
    for waited in (2, 3):
        history, lr = training_history(numbers, waited=waited).values()
        yield Claim(
            call(history=[100 * error - 7 for error in history], lr=lr),
            call(history=history, lr=lr),
            "errors in per cent, or shifted, lead to the same decision",
        )


def bad_epochs(history: list[float], worse: Callable[[float, float], bool]) -> int:
    """How many epochs in a row, up to the last, are no better than the best before them."""
    best, count = history[0], 0
    for error in history[1:]:
        count = count + 1 if worse(error, best) else 0
        best = best if count else error
    return count


def dropping_when(
    decide: Callable[[list[float], int], bool],
    drop: Callable[[float, float], float] = lambda lr, factor: lr * factor,
) -> Callable[..., float]:
    """A rule that drops the rate when `decide(history, patience)` says so."""

    def reduce_on_plateau(history, lr, factor=0.1, patience=3):
        return drop(lr, factor) if decide(history, patience) else lr

    return reduce_on_plateau


def no_better(error: float, best: float) -> bool:
    return error >= best


def plateau(history: list[float], patience: int) -> bool:
    waited = bad_epochs(history, no_better)
    return waited > 0 and waited % patience == 0


def bad_in_all(history: list[float], patience: int) -> bool:
    """Count every bad epoch of the history, also those from before the last best."""
    count = sum(error >= min(history[:i]) for i, error in enumerate(history) if i)
    return count > 0 and count % patience == 0


def against_the_last(history: list[float], patience: int) -> bool:
    """Count epochs in a row that are no better than the one just before them."""
    count = 0
    for before, error in pairwise(history):
        count = count + 1 if error >= before else 0
    return count > 0 and count % patience == 0


def against_the_first(history: list[float], patience: int) -> bool:
    return len(history) > patience and history[-1] >= history[-1 - patience]


def first_of_the_last_is_lowest(history: list[float], patience: int) -> bool:
    tail = history[-(patience + 1) :]
    return len(tail) > patience and min(tail) == tail[0]


EXERCISE = Exercise(
    order=70,
    reference=reference.reduce_on_plateau,
    draw=training_history,
    example=lambda: {"history": [0.9, 0.5, 0.6, 0.5, 0.7], "lr": 0.5},
    terms=4,
    smallest={"good": 2, "waited": 0},
    cases=(
        case("values", waited=3, good=4),
        case("values", waited=3, good=2),
        case("values", hidden=False, waited=3, kind="rising"),
        # Better than the mean of all epochs before, and from another rate than those above.
        case("values", waited=3, good=5, kind="near", lr=0.3),
        case("improving", hidden=False, waited=0, good=5),
        case("improving", waited=0, good=between(2, 8)),
        case("improving", waited=0, good=1),
        case("single", hidden=False, waited=1),
        case("single", waited=2, good=5),
        case("single", waited=2, kind="rising"),
        case("single", waited=1, good=5, high=True),
        case("after_drop", hidden=False, waited=4),
        case("after_drop", waited=5, good=2),
        case("after_drop", hidden=False, waited=6),
        case("after_drop", waited=7),
        case("after_drop", hidden=False, waited=4, kind="rising"),
        case("after_drop", waited=5, kind="rising"),
        case("after_drop", waited=6, kind="falling"),
        case("after_drop", waited=4, kind="flat"),
        case("after_drop", waited=6, kind="flat"),
        case("after_drop", waited=7, kind="flat"),
        case(
            "after_drop",
            waited=between(4, 10),
            good=between(2, 6),
            kind=one_of("mixed", "rising", "falling", "flat", "near"),
        ),
        case("after_drop", waited=9, kind="flat"),
        case("after_drop", needs=("equal",), waited=4, kind="equal"),
        case("after_drop", needs=("equal",), waited=6, kind="equal"),
        case("reset", hidden=False, waited=1, earlier=2),
        case("reset", waited=2, earlier=2),
        case(
            "reset",
            waited=between(1, 2),
            earlier=between(1, 3),
            corners=({"waited": 3, "earlier": 1}, {"waited": 2, "earlier": 3}),
        ),
        case("reset", waited=2, earlier=2, high=True),
        case("falling", hidden=False, waited=3, kind="falling"),
        case("falling", waited=2, kind="falling", good=4),
        case("falling", waited=2, kind="falling", good=4, high=True),
        case("equal", hidden=False, waited=3, kind="equal"),
        case("equal", waited=2, kind="equal"),
        case("patience", hidden=False, waited=2, patience=2),
        case(
            "patience",
            waited=between(1, 6),
            patience=between(1, 6),
            where=lambda sizes: sizes.waited <= sizes.patience,
            corners=({"waited": 3, "patience": 5},),
        ),
        case("patience", waited=3, patience=5, good=4, high=True),
        case("patience", waited=5, patience=5),
        case("patience", waited=2, patience=4),
        case("patience", waited=1, patience=1),
        case("factor", hidden=False, waited=3, factor=0.5),
        case(
            "factor",
            needs=("patience",),
            waited=between(2, 4),
            factor=one_of(0.25, 0.5, 0.3),
            patience=same_as("waited"),
        ),
    ),
    properties=(Property("scale", only_the_order_counts),),
    facet_words={
        "improving": "an error that still falls",
        "single": "fewer bad epochs than `patience`",
        "after_drop": "a plateau that goes on after a drop",
        "reset": "bad epochs before the best one",
        "falling": "bad epochs that get better among themselves",
        "equal": "epochs that equal the best",
        "patience": "another `patience`",
        "factor": "another `factor`",
        "scale": "only the order of the errors counts",
    },
    see="When the error stops falling: the learning rate on a plateau",
    mistakes=(
        Mistake(
            "drops every epoch",
            dropping_when(lambda history, patience: True),
            "The rate drops at every epoch, whether the error falls or not.",
        ),
        Mistake(
            "drops every epoch of a plateau",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) >= patience),
            "Once the plateau is reached, the rate drops at every epoch; after a drop, wait as "
            "long again.",
        ),
        Mistake(
            "drops after a single bad epoch",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) > 0),
            "The rate drops as soon as an epoch is no better than the best: `patience` epochs may "
            "pass.",
        ),
        Mistake(
            "drops after a single bad epoch",
            dropping_when(
                lambda history, patience: len(history) > 1 and history[-1] >= history[-2]
            ),
            "The rate drops as soon as an epoch is no better than the one before: `patience` "
            "epochs may pass.",
        ),
        Mistake(
            "never drops",
            dropping_when(lambda history, patience: False),
            "The rate never drops.",
        ),
        Mistake(
            "drops once only",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) == patience),
            "The rate drops once; where the plateau goes on, it drops again after as many epochs.",
        ),
        Mistake(
            "one epoch late",
            dropping_when(lambda history, patience: bad_epochs(history, no_better) > patience),
            "The rate drops when more than `patience` epochs have passed, and then at every epoch.",
        ),
        Mistake(
            "one epoch late",
            dropping_when(
                lambda history, patience: (
                    (waited := bad_epochs(history, no_better)) > 0 and waited % (patience + 1) == 0
                )
            ),
            "The rate drops one epoch late, when more than `patience` epochs have passed, as "
            "PyTorch's scheduler does; here it drops at the `patience`-th.",
        ),
        Mistake(
            "only the last epochs looked at",
            dropping_when(first_of_the_last_is_lowest),
            "Only the last `patience` + 1 errors were looked at. Once the best has gone out of "
            "sight, some bad epoch is taken for it, and the epochs since the best are not counted.",
        ),
        Mistake(
            "bad epochs counted from the start",
            dropping_when(bad_in_all),
            "All bad epochs were counted; a new best starts the count again.",
        ),
        Mistake(
            "compared with the epoch before",
            dropping_when(against_the_last),
            "Each epoch was compared with the one before; what counts is the best so far.",
        ),
        Mistake(
            "compared with one epoch only",
            dropping_when(against_the_first),
            "The last epoch was compared with a single one, `patience` before it; what counts is "
            "the best so far.",
        ),
        Mistake(
            "equal taken for better",
            dropping_when(
                lambda history, patience: (
                    (waited := bad_epochs(history, lambda error, best: error > best)) > 0
                    and waited % patience == 0
                )
            ),
            "An error that equals the best was taken for an improvement.",
        ),
        Mistake(
            "higher taken for better",
            dropping_when(
                lambda history, patience: (
                    (waited := bad_epochs(history, lambda error, best: error <= best)) > 0
                    and waited % patience == 0
                )
            ),
            "Higher was taken for better; the history holds errors.",
        ),
        Mistake(
            "patience always 3",
            dropping_when(lambda history, patience: plateau(history, 3)),
            "`patience` was not looked at: it is 3 whatever is asked for.",
        ),
        Mistake(
            "factor always 0.1",
            dropping_when(plateau, lambda lr, factor: lr * 0.1),
            "`factor` was not looked at: the rate is divided by 10 whatever is asked for.",
        ),
        Mistake(
            "divided by the factor",
            dropping_when(plateau, lambda lr, factor: lr / factor),
            "The rate was divided by `factor`, and so it grows.",
        ),
        Mistake(
            "factor subtracted",
            dropping_when(plateau, lambda lr, factor: lr - factor),
            "`factor` was subtracted; the rate is multiplied by it.",
        ),
        Mistake(
            "reduced by the factor",
            dropping_when(plateau, lambda lr, factor: lr * (1 - factor)),
            "The rate lost a `factor` of itself; that much is what it keeps.",
        ),
    ),
)
