"""Recognising a wrong answer: which of the catalogue's mistakes behaves just like it?

A mistake is named only if it does what the answer does on every case, right or wrong, and if no
mistake of another name does so too. Where no single one does, two may do it together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from autograder.exercises import Exercise, Mistake

from .answers import Answer, LocalAnswer, Response
from .comparing import SIDE_ASPECTS, Difference, differences
from .measuring import Measure
from .pairing import same_form, together
from .suspects import PART, Suspect, names, same_outcome
from .trials import Trial, try_cases, try_example, try_properties


@dataclass(frozen=True)
class Diagnosis:
    """What an answer was recognised by.

    Parameters
    ----------
    mistakes : tuple of Mistake
        One or two; none if nothing in the catalogue, or more than one thing, explains the answer.
    besides : tuple of Difference
        What else is wrong with an answer whose mistakes are known, one for each aspect.
    """

    mistakes: tuple[Mistake, ...] = ()
    besides: tuple[Difference, ...] = ()


def diagnose(exercise: Exercise, answer: Answer, seed: int) -> Diagnosis:
    """Find the one mistake, or the one pair of mistakes, that explains a wrong answer."""
    suspects = line_up(exercise, answer, seed)
    guilty = single(suspects) or pair(suspects)
    return Diagnosis(tuple(suspect.mistake for suspect in guilty), tuple(besides(guilty).values()))


def single(suspects: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """The one mistake that explains everything alone."""
    fitting = [suspect for suspect in suspects if suspect.explains_all()]
    if len(names(fitting)) > 1:  # told apart, perhaps, by how they take bad sizes
        fitting = [suspect for suspect in fitting if all(suspect.fits)]
    return tuple(fitting[:1]) if len(names(fitting)) == 1 else ()


def pair(suspects: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """The one pair of mistakes that explains what neither explains alone."""
    if any(suspect.explains_all() for suspect in suspects):
        return ()
    likely = [
        names(suspect for suspect in suspects if suspect.tells[i] and suspect.fits[i])
        for i in range(len(suspects[0].trials) if suspects else 0)
    ]
    pairs = [
        two for two in combinations(suspects, 2) if len(names(two)) == 2 and together(*two, likely)
    ]
    return pairs[0] if len({frozenset(names(two)) for two in pairs}) == 1 else ()


def besides(guilty: Sequence[Suspect]) -> dict[str, Difference]:
    """What is wrong with an answer apart from the mistakes it makes, by aspect."""
    found: dict[str, Difference] = {}
    for i, trial in enumerate(guilty[0].trials if guilty else ()):
        for difference in trial.found:
            accepted = difference.aspect == "error" and trial.refusal and not trial.response.error
            if difference.aspect in SIDE_ASPECTS or (
                accepted and all(suspect.responses[i].error for suspect in guilty)
            ):
                found.setdefault(difference.aspect, difference)
    return found


def line_up(exercise: Exercise, answer: Answer, seed: int) -> list[Suspect]:
    """Hold every mistake of an exercise against what an answer does."""
    if exercise.draw is None:
        trials = claim_trials(exercise, answer, seed)
        return [
            Suspect(mistake, trials, claims(exercise, LocalAnswer(mistake.answer), seed))
            for mistake in exercise.mistakes
        ]
    trials = [try_example(exercise, answer), *try_cases(exercise, answer, seed, hidden=True)]
    asked = [LocalAnswer(mistake.answer) for mistake in exercise.mistakes]
    if hopeless(trials, asked):
        return []
    return [
        Suspect(mistake, trials, [theirs.ask(trial.arguments) for trial in trials])
        for mistake, theirs in zip(exercise.mistakes, asked, strict=True)
    ]


def hopeless(trials: Sequence[Trial], mistakes: Sequence[LocalAnswer]) -> bool:
    """Whether an answer fails in a way that no mistake comes near to: it need not be tried more."""
    first = next((trial for trial in trials if trial.grave and not trial.refusal), None)
    if first is None:
        return False
    return not any(
        same_outcome(first.response, theirs, first.measure)
        or same_form(first.response.value, theirs.value)
        for theirs in (mistake.ask(first.arguments) for mistake in mistakes)
    )


def claim_trials(exercise: Exercise, answer: Answer, seed: int) -> list[Trial]:
    """What can be seen of an answer that is known by its properties."""
    measure = Measure.of(exercise)
    trials = []
    seen = claims(exercise, answer, seed)
    right = claims(exercise, LocalAnswer(exercise.reference), seed)
    for i, (response, truth) in enumerate(zip(seen, right, strict=True)):
        is_claim = i < len(exercise.properties)
        found = differences(response, truth, measure) if is_claim else []
        trials.append(Trial("" if is_claim else PART, {}, response, truth, found, measure))
    return trials


def claims(exercise: Exercise, answer: Answer, seed: int) -> list[Response]:
    """The broken claims of each property, then each part of the result for the example.

    Claims alone say little: many a wrong kernel is not silent where all is even.
    """
    seen = [
        Response(list(trial.broken))
        for trial in try_properties(exercise, answer, seed, hidden=True)
    ]
    if exercise.example is None:
        return seen
    parts = LocalAnswer(exercise.reference).ask(exercise.example()).value
    value = answer.ask(exercise.example()).value
    if isinstance(parts, dict):
        value = value if isinstance(value, dict) else {}
        return seen + [Response(value.get(name)) for name in parts]
    return [*seen, Response(value)]
