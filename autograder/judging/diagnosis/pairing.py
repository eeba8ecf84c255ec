"""Two mistakes in one answer, told apart cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.judging.trials import Trial

from .suspects import Suspect, same_outcome


def is_wrong(trial: Trial) -> bool:
    """Whether an answer is wrong in a trial by whatever measure."""
    return trial.grave and not same_outcome(trial.response, trial.truth, trial.measure)


def are_at_odds(first: Suspect, second: Suspect, wrong: int) -> bool:
    """Whether a single trial speaks against two mistakes, so that they need not be looked at.

    There the one alone differs from the truth, and not as the answer does; or neither does, and
    the answer is `wrong`, of which there are the `marks` of all trials.
    """
    alone = (first.odd & ~second.telling) | (second.odd & ~first.telling)
    neither = (first.counting | second.counting) & ~(first.telling | second.telling)
    return bool(alone | (neither & wrong))


def together(first: Suspect, second: Suspect, likely: Sequence[set[str]]) -> bool:
    """Whether two mistakes explain an answer that neither of them explains alone.

    Where only one of them differs from the truth, the answer must do what that one does. Where
    both differ it may do what either does, or be off by both at once. And each must be seen for
    what it is: on a trial that no third mistake explains as well.

    Parameters
    ----------
    likely : sequence of set of str
        For each trial, the names of the mistakes that do what the answer did.
    """
    shown: set[Suspect] = set()
    for i, trial in enumerate(first.trials):
        telling = [suspect for suspect in (first, second) if suspect.tells[i]]
        if not any(suspect.counts[i] for suspect in telling or (first, second)):
            continue
        found: set[Suspect] | None
        if len(telling) == 2:
            found = mix(trial, first, second, i)
        elif telling:
            found = seen(telling, i) if telling[0].fits[i] else None
        else:
            right = same_outcome(trial.response, trial.truth, trial.measure)
            found = set() if right else None
        if found is None:
            return False
        if likely[i] <= {first.mistake.name, second.mistake.name}:
            shown |= found
    return len(shown) == 2


def seen(suspects: Iterable[Suspect], i: int) -> set[Suspect]:
    """The mistakes that show in a trial by a result."""
    return {suspect for suspect in suspects if suspect.shows[i]}


def mix(trial: Trial, first: Suspect, second: Suspect, i: int) -> set[Suspect] | None:
    """Which of two mistakes that both tell show in a response; None if they don't explain it."""
    answers = (trial.response, trial.truth, first.responses[i], second.responses[i])
    if not any(response.error for response in answers):
        columns = [dict(leaves(response.value)) for response in answers]
        yours, wanted, one, other = columns
        if yours.keys() == wanted.keys() == one.keys() == other.keys():
            shown: set[Suspect] = set()
            for path in wanted:
                found = mix_cells(trial, path, *(column[path] for column in columns))
                if found is None:
                    return None
                shown |= {s for s, shows in zip((first, second), found, strict=True) if shows}
            return shown
    fitting = [suspect for suspect in (first, second) if suspect.fits[i]]
    if not fitting:
        return None
    return seen(fitting, i) if len(fitting) == 1 else set()


def mix_cells(
    trial: Trial,
    path: tuple,
    yours: np.ndarray,
    wanted: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
) -> tuple[bool, bool] | None:
    """Whether the one and the other mistake show in an array; None if it is neither's doing.

    Two that would leave nothing explain no 0: there are other ways to that.
    """

    measure = trial.measure.between_answers()

    def differ(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.atleast_1d(measure.wrong(a, b, path))

    if len({array.shape for array in (yours, wanted, one, other)}) != 1:
        return None
    tells_one, tells_other = differ(one, wanted), differ(other, wanted)
    like_one, like_other = ~differ(yours, one), ~differ(yours, other)
    right = ~differ(yours, wanted)
    both = tells_one & tells_other & ~right
    added = np.zeros_like(both)
    if both.any() and all(array.dtype.kind in "iuf" for array in (wanted, one, other)):
        with np.errstate(all="ignore"):
            off_by_both = one + other - wanted
            added = both & ~differ(yours, off_by_both)
            added &= differ(off_by_both, np.zeros_like(off_by_both)).any()
    explained = np.where(
        both,
        like_one | like_other | added,
        np.where(tells_one, like_one, np.where(tells_other, like_other, right)),
    )
    if not explained.all():
        return None
    neither = added & ~like_one & ~like_other
    shows_one = bool((neither | (tells_one & like_one & ~like_other)).any())
    shows_other = bool((neither | (tells_other & like_other & ~like_one)).any())
    return shows_one, shows_other


def same_form(first: Any, second: Any) -> bool:
    """Whether two results have the same parts, and arrays of the same shapes."""
    one, other = dict(leaves(first)), dict(leaves(second))
    return one.keys() == other.keys() and all(one[p].shape == other[p].shape for p in one)


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple[tuple, np.ndarray]]:
    """Everything in a result, as arrays, by its place in it."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from leaves(item, (*path, i))
    else:
        yield path, np.asarray(value)
