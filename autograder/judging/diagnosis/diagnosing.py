"""Recognizing a wrong answer: which of the catalogue's mistakes behaves just like it?

A mistake is named only if it does what the answer does on every case, right or wrong, and if no
mistake of another name does so too. Where no single one does, two may do it together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from autograder.exercises import Exercise, Mistake
from autograder.inside.answers import Answer, LocalAnswer
from autograder.judging.comparing import SIDE_ASPECTS, Difference, differences
from autograder.judging.measuring import Measure
from autograder.judging.trials import (
    Trial,
    attempt_all,
    problems,
    try_cases,
    try_example,
)

from .composing import compositions
from .gaps import Gap, apart, with_gap
from .mistaken import Claimed, Mistaken, claims
from .pairing import are_at_odds, is_wrong, same_form, together
from .suspects import PART, Suspect, marks, names, same_outcome
from .symptoms import FRESH, symptom

DRAWS_OF_TWO = 3
"""How many more draws two mistakes, or one and a gap, have to explain."""


@dataclass(frozen=True)
class Diagnosis:
    """What an answer was recognized by.

    Parameters
    ----------
    mistakes : tuple of Mistake
        One or two; none if nothing in the catalogue, or more than one thing, explains the answer.
    besides : tuple of Difference
        What else is wrong with an answer whose mistakes are known, one for each aspect.
    symptom : str
        What its results have to do with the right ones, where no mistake is known.
    """

    mistakes: tuple[Mistake, ...] = ()
    besides: tuple[Difference, ...] = ()
    symptom: str = ""


def diagnose(
    exercise: Exercise, answer: Answer, seed: int, tried: Sequence[Trial] = ()
) -> Diagnosis:
    """Find the one mistake, or the one pair of mistakes, that explains a wrong answer.

    Parameters
    ----------
    tried : sequence of Trial
        What came of all cases, hidden ones too, if they were tried before; of all properties,
        where an exercise is known by those alone.
    """
    trials = what_it_does(exercise, answer, seed, tried)
    guilty, gap = single(line_up(exercise, trials, seed, near=True)), None
    if (
        guilty
        and exercise.draw is not None
        and not does_so_again(exercise, answer, guilty[0], seed)
    ):
        guilty = ()
    # Two at once can be told apart by cases, or by the parts of a result, but not by claims alone.
    if not guilty and exercise.example is not None:
        lost = hopeless(exercise, trials, seed)
        suspects = [] if lost else line_up(exercise, trials, seed, near=False)
        guilty = pair(suspects, together)
        if guilty and exercise.draw is not None:
            guilty = guilty if explain_again(exercise, answer, guilty, seed, together) else ()
        if not guilty and exercise.draw is not None:
            guilty = one_around_another(exercise, answer, trials, seed)
        if not guilty and exercise.draw is not None:
            guilty, gap = partly(exercise, answer, suspects, seed)
    if not guilty:
        return Diagnosis(symptom=symptom(exercise, answer, trials, seed))
    beside = list(besides(guilty).values())
    beside += [gap.told(exercise)] if gap else []
    return Diagnosis(tuple(suspect.mistake for suspect in guilty), tuple(beside))


def does_so_again(exercise: Exercise, answer: Answer, suspect: Suspect, seed: int) -> bool:
    """Whether a mistake of that name does what an answer does with inputs drawn anew, too."""
    mistaken = Mistaken.of(exercise, seed + FRESH)
    posed = problems(exercise, seed + FRESH, hidden=True)
    trials = [try_example(exercise, answer), *attempt_all(exercise, answer, posed)]
    fresh = (
        Suspect(mistake, trials, mistaken.responses(number), mistaken.faults(number))
        for number, mistake in enumerate(exercise.mistakes)
        if mistake.name == suspect.mistake.name
    )
    return any(fits_all(again) for again in fresh)


def fits_all(suspect: Suspect) -> bool:
    return all(fits for fits, counts in zip(suspect.fits, suspect.counts, strict=True) if counts)


def partly(
    exercise: Exercise, answer: Answer, suspects: Sequence[Suspect], seed: int
) -> tuple[tuple[Suspect, ...], Gap | None]:
    """Two mistakes, or one with a gap, that explain all but a part, here and on fresh draws."""
    two, one = pair(suspects, apart), with_gap(exercise, suspects)
    if not two and not one:
        return (), None
    if two and explain_again(exercise, answer, two, seed, apart):
        return two, None
    fresh = others(exercise, answer, seed)
    if one:
        same = with_gap(exercise, [held_against(one[0].mistake, fresh)])
        if same and same[1] == one[1]:
            return (one[0],), one[1]
    return (), None


def explain_again(
    exercise: Exercise, answer: Answer, two: Sequence[Suspect], seed: int, explain: Explain
) -> bool:
    """Whether two mistakes explain what an answer does with inputs that are drawn anew."""
    fresh = others(exercise, answer, seed)
    first, second = (held_against(suspect.mistake, fresh) for suspect in two)
    return explain(first, second, [names((first, second))] * len(fresh))


def others(exercise: Exercise, answer: Answer, seed: int) -> list[Trial]:
    """What an answer does with inputs that are drawn anew, as often as `DRAWS_OF_TWO` says."""
    seeds = [seed + number * FRESH for number in range(1, DRAWS_OF_TWO + 1)]
    posed = [one for own in seeds for one in problems(exercise, own, hidden=True)]
    return attempt_all(exercise, answer, posed)


def one_around_another(
    exercise: Exercise, answer: Answer, trials: Sequence[Trial], seed: int
) -> tuple[Suspect, ...]:
    """The two mistakes that an answer makes one around the other, if it can be nothing else."""
    first = first_with_result(trials)
    if first is None or trials[first].response.error:
        return ()
    found, trial, mistaken = [], trials[first], Mistaken.of(exercise, seed)
    for number, (outer, inner, both) in enumerate(compositions(exercise)):
        theirs = mistaken.composed(number, first)
        if same_outcome(trial.response, theirs, trial.measure, SIDE_ASPECTS):
            name = " and ".join(sorted((outer.name, inner.name)))
            one = held_against(replace(outer, name=name, answer=both), trials)
            found += [(outer, inner, one)] if one.explains_all() else []
    if len(names(one for _, _, one in found)) != 1:
        return ()
    outer, inner, one = found[0]
    if not held_against(one.mistake, others(exercise, answer, seed)).explains_all():
        return ()
    return tuple(Suspect(m, trials, one.responses) for m in (outer, inner))


def held_against(mistake: Mistake, trials: Sequence[Trial]) -> Suspect:
    """A mistake, held against what an answer did with some inputs."""
    theirs = LocalAnswer(mistake.answer).ask_all([trial.arguments for trial in trials])
    return Suspect(mistake, trials, theirs)


def single(suspects: Sequence[Suspect]) -> tuple[Suspect, ...]:
    """The one mistake that explains everything alone."""
    fitting = [suspect for suspect in suspects if suspect.explains_all()]
    if len(names(fitting)) > 1:  # told apart, perhaps, by how they take bad sizes
        fitting = [suspect for suspect in fitting if all(suspect.fits)]
    return tuple(fitting[:1]) if len(names(fitting)) == 1 else ()


def pair(suspects: Sequence[Suspect], explain: Explain) -> tuple[Suspect, ...]:
    """The one pair of mistakes that explains what neither explains alone."""
    if any(suspect.explains_all() for suspect in suspects):
        return ()
    likely = [
        names(suspect for suspect in suspects if suspect.tells[i] and suspect.fits[i])
        for i in range(len(suspects[0].trials) if suspects else 0)
    ]
    wrong = marks(map(is_wrong, suspects[0].trials)) if suspects else 0
    pairs = [
        two
        for two in combinations(suspects, 2)
        if len(names(two)) == 2 and not are_at_odds(*two, wrong) and explain(*two, likely)
    ]
    return pairs[0] if len({frozenset(names(two)) for two in pairs}) == 1 else ()


Explain = Callable[[Suspect, Suspect, Sequence[set[str]]], bool]
"""Whether two mistakes explain an answer, given which mistakes are likely on each trial."""


def besides(guilty: Sequence[Suspect]) -> dict[str, Difference]:
    """What is wrong with an answer apart from the mistakes it makes, by aspect."""
    found: dict[str, Difference] = {}
    for i, trial in enumerate(guilty[0].trials if guilty else ()):
        for difference in trial.found:
            accepted = difference.aspect == "error" and trial.refusal and not trial.response.error
            if (difference.aspect in SIDE_ASPECTS and not known(guilty, i, difference)) or (
                accepted and all(suspect.responses[i].error for suspect in guilty)
            ):
                found.setdefault(difference.aspect, difference)
    return found


def known(guilty: Sequence[Suspect], i: int, difference: Difference) -> bool:
    """Whether it is the mistake itself that gives a fraction for a whole number."""
    if difference.aspect != "whole":
        return False
    trial = guilty[0].trials[i]
    return any(
        other.aspect == "whole"
        for suspect in guilty
        for other in differences(suspect.responses[i], trial.truth, trial.measure)
    )


def line_up(exercise: Exercise, trials: Sequence[Trial], seed: int, near: bool) -> list[Suspect]:
    """Hold the mistakes of an exercise against what an answer does.

    Parameters
    ----------
    near : bool
        Only those that do what the answer does on the first inputs it got wrong: whoever explains
        it alone is among them.
    """
    first = first_wrong(trials)
    if exercise.draw is None:
        claimed = Claimed.of(exercise, seed)
        return [
            Suspect(mistake, trials, claimed.responses(number), claimed.faults(number))
            for number, mistake in enumerate(exercise.mistakes)
            if not near or breaks_alike(claimed, number, trials, first)
        ]
    mistaken = Mistaken.of(exercise, seed)
    if near and first is not None:
        alike = near_to(mistaken, trials, first)
        return [held(mistaken, number, trials) for number, one in enumerate(alike) if one]
    seen = [mistaken.like(number, trial.response) for number, trial in enumerate(trials)]
    return [
        held(mistaken, number, trials, [one.get(number) for one in seen])
        for number in range(len(exercise.mistakes))
    ]


def held(
    mistaken: Mistaken, number: int, trials: Sequence[Trial], likeness: Sequence[bool | None] = ()
) -> Suspect:
    """One mistake of an exercise, held against what an answer did with what was posed."""
    mistake, responses = mistaken.exercise.mistakes[number], mistaken.responses(number)
    return Suspect(mistake, trials, responses, mistaken.faults(number), likeness)


def near_to(mistaken: Mistaken, trials: Sequence[Trial], at: int) -> Iterator[bool]:
    """For each mistake, whether it does what an answer does on one trial."""
    trial = trials[at]
    known = mistaken.like(at, trial.response)
    for number in range(len(mistaken.answers)):
        if number in known:
            yield known[number]
        else:
            theirs = mistaken.response(number, at)
            yield same_outcome(trial.response, theirs, trial.measure, SIDE_ASPECTS)


def breaks_alike(
    claimed: Claimed, mistake: int, trials: Sequence[Trial], first: int | None
) -> bool:
    """Whether a mistake breaks the first broken property as the answer does."""
    if first is None or first >= len(claimed.exercise.properties):
        return True
    broken = claimed.broken(mistake, first)
    return same_outcome(trials[first].response, broken, trials[first].measure)


def what_it_does(
    exercise: Exercise, answer: Answer, seed: int, tried: Sequence[Trial]
) -> list[Trial]:
    """Everything an answer can be recognized by."""
    if exercise.draw is None:
        return claim_trials(exercise, answer, seed, tried)
    if tried:
        return [try_example(exercise, answer), *tried]
    return try_cases(exercise, answer, seed, hidden=True, example=True)


def first_wrong(trials: Sequence[Trial]) -> int | None:
    """The first trial that went wrong in more than dtype; of refusals only if nothing else did."""
    wrong = [i for i, trial in enumerate(trials) if trial.grave]
    return next((i for i in wrong if not trials[i].refusal), wrong[0] if wrong else None)


def first_with_result(trials: Sequence[Trial]) -> int | None:
    """The first that went wrong by a result, if there is one."""
    results = (i for i, trial in enumerate(trials) if trial.grave and not trial.response.error)
    return next(results, first_wrong(trials))


def hopeless(exercise: Exercise, trials: Sequence[Trial], seed: int) -> bool:
    """Whether an answer fails in a way that no mistake comes near to, unless around another."""
    first = first_with_result(trials)
    if exercise.draw is None or first is None or trials[first].refusal:
        return False
    mistaken = Mistaken.of(exercise, seed)
    response, measure = trials[first].response, trials[first].measure
    return not any(
        same_form(response.value, theirs.value) or same_outcome(response, theirs, measure)
        for theirs in (mistaken.response(n, first) for n in range(len(exercise.mistakes)))
    )


def claim_trials(
    exercise: Exercise, answer: Answer, seed: int, tried: Sequence[Trial]
) -> list[Trial]:
    """What can be seen of an answer that is known by its properties."""
    measure = Measure.of(exercise)
    trials = []
    seen = claims(exercise, answer, seed, tried)
    right = Claimed.of(exercise, seed).right()
    for i, (response, truth) in enumerate(zip(seen, right, strict=True)):
        is_claim = i < len(exercise.properties)
        found = differences(response, truth, measure) if is_claim else []
        trials.append(Trial("" if is_claim else PART, {}, response, truth, found, measure))
    return trials
