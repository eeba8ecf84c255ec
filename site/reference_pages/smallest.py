"""The smallest case in which a mistake of the catalogue fails, drawn as an open check draws it.

No hidden case is among them: what no open case shows is drawn anew, from a seed that no class has.
The search is limited by how much is tried and not by time, so it ends the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from unittest.mock import patch

import numpy as np

from autograder.exercises import Arguments, Exercise, Mistake, catalogue
from autograder.figures.matrices import Picture, draw_panels
from autograder.figures.tables import Column, draw_table
from autograder.inside.answers import LocalAnswer, Response, to_plain_data
from autograder.judging.checking import VISIBLE_SEED, facet_results, gives_away, try_all
from autograder.judging.explaining.picturing import picture, result_panels, task
from autograder.judging.explaining.sentences import finding
from autograder.judging.explaining.shrinking import Fails, failing_alike, plainest, smallest
from autograder.judging.explaining.tabulating import MOST_ROWS, rows_of, words
from autograder.judging.measuring import Measure
from autograder.judging.trials import (
    Trial,
    attempt_all,
    problems,
    settled_cases,
    small_problem,
    try_example,
)
from autograder.learning.checks import not_written

PAGES = 2**40 + 1998
"""Draws what no open case shows: larger than any seed that a class draws its hidden cases from."""

MOST_TRIED = 400
"""How many cases are tried on the way to the smallest."""

NEVER = float("inf")

KEPT_BACK = "…"
"""Stands for a part of a wrong value that is right, here or in another exercise."""

SMALL = 999
"""Numbers up to this one are everywhere, and give nothing away."""


@dataclass(frozen=True)
class Shown:
    """What a page shows of one mistake.

    Parameters
    ----------
    svg : str
        The smallest failing case; empty where there is nothing to draw.
    says : str
        What the judge finds there.
    raises : str
        What Python says, if the mistake makes it stop: "IndexError: …".
    late : bool
        Whether the open check lets it pass, so that only the test after handing in finds it.
    """

    svg: str = ""
    says: str = ""
    raises: str = ""
    late: bool = False


def show_mistake(exercise: Exercise, mistake: Mistake) -> Shown:
    """Find and draw the smallest case in which a mistake fails."""
    with same_chance():
        return shown(exercise, mistake)


def shown(exercise: Exercise, mistake: Mistake) -> Shown:
    """The same, whatever chance a mistake draws on."""
    if not callable(exercise.reference):
        wrong, right = to_plain_data(mistake.answer), to_plain_data(exercise.reference)
        return Shown(value_alone(exercise, wrong, right).svg)
    answer = LocalAnswer(mistake.answer, exercise.patience)
    tried = list(try_all(exercise, answer, False, VISIBLE_SEED))
    late = not any(trial.found for trial in tried)
    tried = list(tried_anew(exercise, answer)) if late else tried
    failing = [trial for trial in tried if trial.found]
    if not failing:
        return Shown(late=late)
    trial = shrunk(exercise, answer, first_grave(failing))
    drawing = drawn_case(exercise, trial, late) or parts(exercise, tried)
    says = finding(exercise, trial, trial.found[0], hidden=is_quiet(exercise, late))
    return Shown(drawing.svg, says, raised([trial, *failing]), late)


def is_quiet(exercise: Exercise, late: bool) -> bool:
    """Whether what is right in a failing case is not to be told, as no open check tells it."""
    return gives_away(exercise) or (late and exercise.draw is None)


def drawn_case(exercise: Exercise, trial: Trial, late: bool) -> Picture | None:
    """A failing case, unless the answer could be put together from what it shows."""
    if gives_away(exercise):
        return value_alone(exercise, trial.response.value, trial.truth.value)
    return None if is_quiet(exercise, late) else picture(exercise, trial)


@contextmanager
def same_chance() -> Iterator[None]:
    """Let mistakes that draw without a seed of their own draw the same each time."""
    seeded = np.random.default_rng
    np.random.seed(0)
    with patch.object(np.random, "default_rng", lambda seed=0: seeded(seed)):
        yield


def show_task(exercise: Exercise) -> str:
    """What `look` draws while nothing is written yet; empty where it would say the answer."""
    if exercise.example is None or gives_away(exercise):
        return ""
    trial = try_example(exercise, LocalAnswer(not_written))
    return svg_of(picture(exercise, trial) if exercise.draw else task(exercise, trial))


def svg_of(drawing: Picture | None) -> str:
    return drawing.svg if drawing else ""


# -- finding it ------------------------------------------------------------------------------------


def tried_anew(exercise: Exercise, answer: LocalAnswer) -> Iterator[Trial]:
    """Trials that fail on fresh inputs: in small whole numbers if possible, else in any."""
    found = []
    if exercise.draw is not None:
        found = [trial for trial in small_trials(exercise, answer) if trial.found]
    yield from found or (t for t in try_all(exercise, answer, True, PAGES) if t.found)


def small_trials(exercise: Exercise, answer: LocalAnswer) -> list[Trial]:
    """What an answer makes of the exercise's kinds of cases in small whole numbers."""
    asked = []
    for case, _ in settled_cases(exercise, PAGES, hidden=True):
        try:
            problem = small_problem(exercise, case, case.facet, 0)
        except Exception:  # there is nothing of these sizes in small numbers
            continue
        if not is_hidden(exercise, problem.arguments):
            asked.append(problem)
    return attempt_all(exercise, answer, asked)


def first_grave(trials: Sequence[Trial]) -> Trial:
    """The first trial that is wrong in more than a dtype or a changed input, or else the first."""
    return next((trial for trial in trials if trial.grave), trials[0])


class Enough(Exception):
    """As much was tried as may be."""


class Limited:
    """A test for trials that remembers the last that passed, and ends the search in time."""

    def __init__(self, exercise: Exercise, failing: Trial, fails: Fails) -> None:
        self.exercise, self.fails, self.best, self.left = exercise, fails, failing, MOST_TRIED

    def __call__(self, trial: Trial) -> bool:
        self.left -= 1
        if self.left < 0:
            raise Enough
        if not self.fails(trial) or is_hidden(self.exercise, trial.arguments):
            return False
        self.best = trial
        return True


def shrunk(exercise: Exercise, answer: LocalAnswer, failing: Trial) -> Trial:
    """The smallest trial that fails like this one."""
    fails = Limited(exercise, failing, failing_alike(failing, ()))
    try:
        best = smallest(exercise, answer, failing, fails, NEVER)
        return plainest(exercise, answer, best, fails, NEVER)
    except Enough:
        return fails.best


# -- what is hidden --------------------------------------------------------------------------------


def is_hidden(exercise: Exercise, arguments: Arguments) -> bool:
    """Whether each class is asked just this after handing in, and no lesson asks it."""
    return bool(arguments) and key(arguments) in always_hidden(exercise)


@lru_cache(maxsize=4)
def always_hidden(exercise: Exercise) -> frozenset[str]:
    """The hidden arguments that hang on no seed: sizes at a corner, tables, whole numbers."""
    if exercise.draw is None:
        return frozenset()
    first, second = (
        {key(problem.arguments) for problem in problems(exercise, seed, hidden=True)}
        for seed in (PAGES, PAGES + 1)
    )
    open_ones = {key(p.arguments) for p in problems(exercise, VISIBLE_SEED, hidden=False)}
    return frozenset((first & second) - open_ones - {key({})})


def key(arguments: Arguments) -> str:
    """Arguments as a text that is the same for equal ones."""
    return repr({name: plain(value) for name, value in arguments.items()})


def plain(value: Any) -> Any:
    return (value.shape, value.tolist()) if isinstance(value, np.ndarray) else value


# -- drawing it ------------------------------------------------------------------------------------


def parts(exercise: Exercise, trials: Sequence[Trial]) -> Picture:
    """What was asked of an answer, and whether it holds: for what can be said and not drawn."""
    held = facet_results(exercise, list(trials))
    lost = tuple(row for row, facet in enumerate(held) if not facet.passed)
    told = ["holds" if facet.passed else "does not hold" for facet in held]
    asked = Column("what is asked", [facet.words for facet in held], "input")
    return draw_table([asked, Column("yours", told, "yours", ring=lost[:1], wrong=lost[1:])])


def table_alone(value: Any) -> Picture:
    """The first rows of a table that an answer returned."""
    rows = list(rows_of(value).items())[:MOST_ROWS]
    names = [str(name) for name, _ in rows]
    return draw_table(
        [Column("", names), Column("yours", [words(row) for _, row in rows], "yours")]
    )


def value_alone(exercise: Exercise, value: Any, right: Any) -> Picture:
    """A wrong value of an exercise that asks for one; what is right in it is left out."""
    kept = [*numbers_in(right), *right_numbers()]
    if isinstance(value, dict):
        told = {name: KEPT_BACK if part in kept else part for name, part in value.items()}
        return table_alone(told)
    if value in kept:
        return table_alone({"": KEPT_BACK})
    response = Response(value)
    trial = Trial("values", {}, response, response, [], Measure.of(exercise))
    return draw_panels(list(result_panels("yours", "", response, exercise, trial)))


@cache
def right_numbers() -> frozenset[float]:
    """The large numbers that some exercise asks for: a wrong value of another may be the same."""
    asked = (one for one in catalogue().values() if not callable(one.reference) or gives_away(one))
    values = (one.reference() if callable(one.reference) else one.reference for one in asked)
    return frozenset(n for value in values for n in numbers_in(to_plain_data(value)) if n > SMALL)


def numbers_in(value: Any) -> list[float]:
    """The numbers of a value that is one, or a dict of them."""
    numbers = value.values() if isinstance(value, dict) else [value]
    return [number for number in numbers if isinstance(number, (int, float))]


def raised(trials: Sequence[Trial]) -> str:
    """What Python says where a mistake makes it stop and nothing was to be refused."""
    for trial in trials:
        if trial.response.error and not trial.refusal:
            said = " ".join(trial.response.detail.split())
            return f"{trial.response.error}: {said}" if said else trial.response.error
    return ""
