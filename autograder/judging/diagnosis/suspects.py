"""A mistake under suspicion: what it does, held against what an answer did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.exercises import Mistake
from autograder.inside.answers import NOT_WRITTEN, Response
from autograder.judging.comparing import (
    SIDE_ASPECTS,
    UNTOLD_ASPECTS,
    Difference,
    differences,
    differences_in,
)
from autograder.judging.measuring import Measure
from autograder.judging.trials import Problem, Trial

PART = "part"
"""Facet of a trial that only looks at a part of a result, of which several may be right."""


@dataclass(frozen=True)
class Faults:
    """In what a mistake differs from the truth, whoever is held against it.

    Parameters
    ----------
    tells : tuple of bool
        For each of the inputs, whether it does.
    untold : frozenset of str
        In what an answer may differ from it all the same: in less where that is the mistake itself.
    """

    tells: tuple[bool, ...]
    untold: frozenset[str]


def faults_of(responses: Sequence[Response], posed: Sequence[Problem | Trial]) -> Faults:
    """What there is to tell of responses beside the truth."""
    tells, whole = [], False
    for response, one in zip(responses, posed, strict=True):
        found = differences(response, one.truth, one.measure.between_answers())
        whole |= any(difference.aspect == "whole" for difference in found)
        tells.append(not agree(response, one.truth, found, UNTOLD_ASPECTS))
    return Faults(tuple(tells), UNTOLD_ASPECTS if whole else SIDE_ASPECTS)


class Suspect:
    """One mistake, and for each trial whether it does what the answer did.

    Parameters
    ----------
    mistake : Mistake
    trials : sequence of Trial
        What the answer did.
    responses : sequence of Response
        What the mistake does with the same inputs.
    faults : Faults, optional
        In what it differs from the truth there, if that is known.
    likeness : sequence of (bool or None), optional
        For each trial whether it does what the answer did, if that is known.

    Attributes
    ----------
    tells : list of bool
        The mistake differs from the truth.
    fits : list of bool
        It does what the answer did.
    shows : list of bool
        It fits with a result, and not only by crashing too.
    counts : list of bool
        The trial can speak against it.
    """

    def __init__(
        self,
        mistake: Mistake,
        trials: Sequence[Trial],
        responses: Sequence[Response],
        faults: Faults | None = None,
        likeness: Sequence[bool | None] = (),
    ) -> None:
        self.mistake = mistake
        self.trials = trials
        self.responses = responses
        self.tells, self.fits, self.shows, self.counts = [], [], [], []
        faults = faults or faults_of(responses, trials)
        likeness = likeness or [None] * len(trials)
        for response, trial, tells, fits in zip(
            responses, trials, faults.tells, likeness, strict=True
        ):
            if fits is None:
                fits = same_outcome(trial.response, response, trial.measure, faults.untold)
            if fits and tells and is_right(trial, faults.untold):
                # What is right is no sign of a mistake, however near to right the mistake comes;
                # in another dtype than it should be, it is no sign against it either.
                tells = not any(difference.aspect == "dtype" for difference in trial.found)
                fits = not tells
            self.tells.append(tells)
            self.fits.append(fits)
            self.shows.append(fits and not (response.error and trial.response.error))
            self.counts.append(tells if trial.facet == PART else not trial.refusal)
        # How bad sizes are taken counts only for a mistake that shows in nothing else: whoever
        # makes another may refuse them, or forget to.
        if not any(tells and counts for tells, counts in zip(self.tells, self.counts, strict=True)):
            self.counts = [True] * len(trials)

    @cached_property
    def telling(self) -> int:
        """The trials on which it differs from the truth, as `marks`."""
        return marks(self.tells)

    @cached_property
    def counting(self) -> int:
        """The trials that can speak against it, as `marks`."""
        return marks(self.counts)

    @cached_property
    def odd(self) -> int:
        """The trials that speak against it and on which it differs from the truth, as `marks`."""
        return self.telling & self.counting & ~marks(self.fits)

    def explains_all(self) -> bool:
        """Whether the answer does what this mistake does, and shows it where the truth differs."""
        rows = list(zip(self.tells, self.fits, self.shows, self.counts, strict=True))
        return all(fits for _, fits, _, counts in rows if counts) and any(
            tells and shows for tells, _, shows, counts in rows if counts
        )


def is_right(trial: Trial, untold: frozenset[str]) -> bool:
    """Whether an answer does what is right, in all but what is left untold."""
    return same_outcome(trial.response, trial.truth, trial.measure, untold)


def marks(flags: Iterable[bool]) -> int:
    """Flags as the bits of a number, so that many are compared at once.

    >>> bin(marks([True, False, True]))
    '0b101'
    """
    return sum(1 << at for at, flag in enumerate(flags) if flag)


def names(suspects: Iterable[Suspect]) -> set[str]:
    """The different names among mistakes: one mistake may be made in several ways."""
    return {suspect.mistake.name for suspect in suspects}


def same_outcome(
    first: Response,
    second: Response,
    measure: Measure,
    untold: frozenset[str] = UNTOLD_ASPECTS,
) -> bool:
    """Whether two responses agree in all but dtype and side effects; any two crashes are alike.

    Two answers that are both not a number in the same place agree there.
    """
    found: Iterator[Difference] = iter(())
    if not (first.error or second.error):
        found = differences_in(first.value, second.value, measure.between_answers())
    return agree(first, second, found, untold)


def agree(
    first: Response, second: Response, found: Iterable[Difference], untold: frozenset[str]
) -> bool:
    """Whether two responses agree, as far as `found` tells in what they differ."""
    if first.error and second.error:
        return (first.error == NOT_WRITTEN) == (second.error == NOT_WRITTEN)
    if first.error or second.error:
        return False
    return all(difference.aspect in untold for difference in found)
