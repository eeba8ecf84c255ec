"""A mistake in an answer that lacks something else besides, so that it agrees but for one gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.exercises import Exercise
from autograder.judging.comparing import Difference
from autograder.judging.trials import Trial

from .suspects import Suspect, names

LEAST_SHOWN = 2
"""On how many inputs a mistake has to show by a result of its own."""


@dataclass(frozen=True)
class Gap:
    """What an answer lacks beside a mistake: one part of the exercise, or it stops there."""

    facet: str = ""
    error: str = ""

    def told(self, exercise: Exercise) -> Difference:
        """The gap as something that is wrong."""
        if self.error:
            return Difference("stops", self.error, None)
        return Difference("part", exercise.words(self.facet), None)


def gap_of(exercise: Exercise, suspect: Suspect) -> Gap | None:
    """The one gap but for which a mistake does what an answer does; None if there is none.

    The mistake has to show outside the gap, and where the answer is right it may not.
    """
    odd = misfits(suspect)
    if not odd or not all(suspect.trials[i].grave for i in odd):
        return None
    gap = gap_in(exercise, suspect.trials, [suspect.trials[i] for i in odd])
    if gap is None:
        return None
    outside = [
        i
        for i, trial in enumerate(suspect.trials)
        if suspect.tells[i] and suspect.shows[i] and gap.facet not in parts_of(trial)
    ]
    return gap if len(outside) >= max(LEAST_SHOWN, len(odd) // 2) else None


def misfits(suspect: Suspect) -> list[int]:
    """The trials that speak against a mistake."""
    rows = enumerate(zip(suspect.fits, suspect.counts, strict=True))
    return [i for i, (fits, counts) in rows if counts and not fits]


def gap_in(exercise: Exercise, trials: Sequence[Trial], odd: Sequence[Trial]) -> Gap | None:
    """What some trials have in common: the one error, or the one part that all of them ask for."""
    errors = {trial.response.error for trial in odd}
    if len(errors) == 1 and None not in errors:
        return Gap(error=str(errors.pop()))
    parts = [parts_of(trial) for trial in odd if trial.facet != "example"]
    shared = set.intersection(*parts) - set(exercise.heart) if parts else set()
    asked = {part: sum(part in parts_of(trial) for trial in trials) for part in sorted(shared)}
    return Gap(facet=min(asked, key=asked.__getitem__)) if asked else None


def parts_of(trial: Trial) -> set[str]:
    """The facets that a trial asks for: its own, and those that it leans on."""
    own = trial.case.facet if trial.case else trial.facet
    return {own, *trial.needs}


def with_gap(exercise: Exercise, suspects: Sequence[Suspect]) -> tuple[Suspect, Gap] | None:
    """The one mistake that explains an answer but for one gap."""
    found = [(suspect, gap_of(exercise, suspect)) for suspect in suspects]
    known = [(suspect, gap) for suspect, gap in found if gap is not None]
    if not known:
        return None
    least = min(len(misfits(suspect)) for suspect, _ in known)
    best = [(suspect, gap) for suspect, gap in known if len(misfits(suspect)) == least]
    return best[0] if len(names(suspect for suspect, _ in best)) == 1 else None


def apart(first: Suspect, second: Suspect, likely: Sequence[set[str]]) -> bool:
    """Whether two mistakes explain an answer wherever only one of them shows.

    Where both do, nothing is known of what they do together but that it is wrong.
    """
    alone: dict[Suspect, int] = {first: 0, second: 0}
    both = {first.mistake.name, second.mistake.name}
    for i, trial in enumerate(first.trials):
        telling = [suspect for suspect in (first, second) if suspect.tells[i]]
        if not any(suspect.counts[i] for suspect in telling or (first, second)):
            continue
        if len(telling) != 1:
            if bool(telling) != trial.grave:
                return False
        elif not telling[0].fits[i]:
            return False
        elif telling[0].shows[i] and likely[i] <= both:
            alone[telling[0]] += 1
    return min(alone.values()) >= LEAST_SHOWN
