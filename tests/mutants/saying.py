"""What is said of a mutant: the name of a mistake, a symptom, an error in our words, or less."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from autograder.exercises import Exercise
from autograder.inside.answers import LocalAnswer
from autograder.inside.verdicts import Verdict
from autograder.judging.checking import judge_handed
from autograder.judging.diagnosis.all_else import SENTENCES
from autograder.judging.diagnosis.diagnosing import diagnose, held_against, others
from autograder.judging.diagnosis.gaps import apart, gap_in, misfits
from autograder.judging.diagnosis.made_of import BEGINNINGS
from autograder.judging.diagnosis.pairing import together
from autograder.judging.diagnosis.suspects import Suspect, names, same_outcome
from autograder.judging.explaining.translating import meaning
from autograder.judging.measuring import Measure
from autograder.judging.trials import Trial, problems

from .judged import PATIENCE, Mutant

SEED, FRESH = 1, 1001

EVERY, MOST = 4, 100
"""Of one mutant in so many it is found what is said of it, and of so many of an exercise."""

ENDED = "ended"
"""Said of a mutant that ends its process, or has to be ended."""

KINDS = ("name", "symptom", "error", "only", "side", "claim", "plain", "passed", ENDED)
"""What may be said of a mutant: a mistake by name, what its results have to do with the right ones,
what Python's error means, the one thing that is wrong while all else is right, what is wrong beside
numbers and shapes, which claim does not hold; or that numbers or shapes are wrong, and no more."""

STRICT = ("name", "symptom", "error", "only")
"""What is specific, read strictly."""

SPECIFIC = (*STRICT, "side", "claim")
"""What is specific, read widely."""

SYMPTOMS = (
    "Wherever ",
    "Asked twice",
    "Of the cases tried",
    "The cases of all other parts",
    *BEGINNINGS,
    ", as all others are",
    ", as all before it are",
)
"""Words of the sentences that say how a result is related to the right one."""

EXPLAINED = ("It is called as ", "it calls `", "the table can be read to its end; row ")
"""Words of the sentences in which we say what stops an answer, or the reading of its table."""

PLAIN = ("values", "shape", "error")
"""Aspects of which a sentence says only where they are wrong."""


def said_of(mutant: Mutant) -> tuple[str, Verdict]:
    """The kind of what is said, and the verdict."""
    shown: list[Trial] = []

    def witness(exercise: Exercise, hidden: bool, trials: Sequence[Trial]) -> None:
        shown.extend(trials[:1])

    answer = LocalAnswer(mutant.function, PATIENCE)
    verdict = judge_handed(mutant.exercise, answer, None, True, SEED, witness)
    return kind_of(verdict, shown), verdict


def heard_of(mutant: Mutant) -> tuple[str, str | None]:
    """The kind of what is said, and a name that is false."""
    kind, verdict = said_of(mutant)
    return kind, verdict.mistake if kind == "name" and is_false(mutant, verdict) else None


def kind_of(verdict: Verdict, shown: Sequence[Trial]) -> str:
    if verdict.passed:
        return "passed"
    if verdict.mistakes:
        return "name"
    if any(words in verdict.message for words in SYMPTOMS):
        return "symptom"
    if any(words in verdict.message for words in SENTENCES):
        return "only"
    trial = shown[0]
    if any(words in verdict.message for words in EXPLAINED):
        return "error"
    if trial.response.error and not trial.truth.error:
        return "error" if meaning(trial.response, trial.arguments) else "plain"
    if trial.broken and not trial.arguments:
        return "claim"
    refusal = trial.found[0].aspect == "error"
    return "side" if refusal or trial.found[0].aspect not in PLAIN else "plain"


def is_false(mutant: Mutant, verdict: Verdict) -> bool:
    """Whether a name is given to what does something else on fresh draws."""
    named = [m for m in mutant.exercise.mistakes if m.name in verdict.mistakes]
    alone = mutant.exercise.draw is not None and len(verdict.mistakes) == 1
    if alone and any(agree(mutant, mistake.answer) for mistake in named):
        return False
    answer = LocalAnswer(mutant.function, PATIENCE)
    again = diagnose(mutant.exercise, answer, FRESH)
    if {mistake.name for mistake in again.mistakes} == set(verdict.mistakes):
        return False
    if mutant.exercise.draw is None:
        return True
    trials = others(mutant.exercise, answer, FRESH)
    suspects = [held_against(mistake, trials) for mistake in named]
    if any(holds_but_for_a_part(mutant, suspect, verdict) for suspect in suspects):
        return False
    return not any(
        explain(*two, [names(two)] * len(trials))
        for two in combinations(suspects, 2)
        for explain in (together, apart)
        if len(names(two)) == 2
    )


def holds_but_for_a_part(mutant: Mutant, suspect: Suspect, verdict: Verdict) -> bool:
    """Whether a mistake does what a mutant does but for one part, which the sentence names."""
    odd = [suspect.trials[at] for at in misfits(suspect)]
    gap = gap_in(mutant.exercise, suspect.trials, odd) if odd else None
    return gap is not None and f"this part: {mutant.exercise.words(gap.facet)}." in verdict.message


def agree(mutant: Mutant, mistaken: object) -> bool:
    """Whether a mutant and a mistake do the same with fresh draws, refusals left out."""
    mine, theirs = LocalAnswer(mutant.function, PATIENCE), LocalAnswer(mistaken)  # type: ignore[arg-type]
    return all(
        same_outcome(
            mine.ask(problem.arguments),
            theirs.ask(problem.arguments),
            Measure.of(mutant.exercise, problem.arguments),
        )
        for problem in problems(mutant.exercise, FRESH, hidden=True)
        if not problem.truth.error
    )
