"""Recognising a wrong answer: which of the catalogue's mistakes behaves just like it?

A mistake is named only if it does what the answer does on every case, right or wrong, and if no
mistake of another name does so too.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.exercises import Exercise, Mistake

from .answers import Answer, LocalAnswer, Response
from .comparing import differences
from .trials import Trial, try_cases, try_example, try_properties


def diagnose(exercise: Exercise, answer: Answer, seed: int) -> Mistake | None:
    """Find the one mistake that explains a wrong answer, or none."""
    trials = all_trials(exercise, answer, seed)
    fitting = [m for m in exercise.mistakes if explains(exercise, m, trials, seed)]
    names = {mistake.name for mistake in fitting}
    return fitting[0] if len(names) == 1 else None


def all_trials(exercise: Exercise, answer: Answer, seed: int) -> list[Trial]:
    """Everything an answer can be recognised by: its cases, or its properties if it has none."""
    if exercise.draw is None:
        return list(try_properties(exercise, answer, seed, hidden=True))
    return [try_example(exercise, answer), *try_cases(exercise, answer, seed, hidden=True)]


def explains(exercise: Exercise, mistake: Mistake, trials: Sequence[Trial], seed: int) -> bool:
    """Whether an answer that gave these trials behaves like the mistake, and not like the truth."""
    if exercise.draw is None:
        own = all_trials(exercise, LocalAnswer(mistake.answer), seed)
        return any(t.broken for t in own) and [t.broken for t in own] == [t.broken for t in trials]
    telling = 0
    for trial in trials:
        theirs = LocalAnswer(mistake.answer).ask(trial.arguments)
        tells = not same_outcome(theirs, trial.truth, exercise.terms)
        telling += tells
        # Whoever makes this mistake may forget to refuse bad sizes as well.
        if trial.refusal and not tells:
            continue
        if not same_outcome(trial.response, theirs, exercise.terms):
            return False
    return telling > 0


def same_outcome(first: Response, second: Response, terms: int) -> bool:
    """Whether two responses agree in all but dtype and side effects; any two crashes are alike."""
    if first.error and second.error:
        return (first.error == "NotImplementedError") == (second.error == "NotImplementedError")
    return all(d.aspect in ("dtype", "untouched") for d in differences(first, second, terms))
