"""`python -m tests.banks`: how the checks do on both banks, as a table in `site/`.

One row an exercise: wrong answers tried and passed, mistakes of the catalogue named right and
wrong, right answers tried and failed, and how long a check takes.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.exercises import Exercise, find
from autograder.judging import Verdict, judge
from tests import banks

PAGE = Path(__file__).parents[2] / "site" / "catalogue-survey.md"
SEEDS = range(3)

HEAD = """# How the checks do

Made by `python -m tests.banks` from the two banks of answers in `tests/lessons`. Each answer is
judged once as the lesson shows it and on {seeds} draws of the hidden cases; an answer counts as
passed if any draw of the hidden cases let it through, and as failed if any check did not. Wrong
answers are the catalogue's mistakes and those of the bank that it does not know: these must stay
without a name. Times are seconds of one core for a check with its diagnosis and picture.
"""

COLUMNS = {
    "wrong": "wrong tried",
    "passed": "passed",
    "mistakes": "mistakes",
    "named": "named right",
    "misnamed": "named wrong",
    "right": "right tried",
    "failed": "failed",
}


class Survey:
    """Counts and times of one exercise, and what is not as it should be."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.count: Counter = Counter()
        self.times: list[float] = []
        self.amiss: list[str] = []

    def verdicts(self, answer: object) -> tuple[Verdict, list[Verdict]]:
        """The lesson's verdict on an answer, and those on freshly drawn cases."""
        shown = self.timed(answer, hidden=False, seed=None)
        return shown, [self.timed(answer, hidden=True, seed=seed) for seed in SEEDS]

    def timed(self, answer: object, **how: object) -> Verdict:
        begun = time.process_time()
        verdict = judge(self.exercise.id, answer, **how)
        self.times.append(time.process_time() - begun)
        return verdict

    def add(self, column: str, fault: str, is_so: bool) -> None:
        """Count an answer in a column; if that is a fault, note of which answer."""
        self.count[column] += is_so
        if is_so and fault:
            self.amiss.append(f"{self.exercise.id}: {fault}")

    def right(self, style: str, answer: object) -> None:
        shown, hidden = self.verdicts(answer)
        self.count["right"] += 1
        self.add("failed", f"{style} fails", not all(v.passed for v in (shown, *hidden)))

    def wrong(self, what: str, answer: object, name: str | None = None) -> None:
        shown, hidden = self.verdicts(answer)
        called = {v.mistake for v in (shown, *hidden)} - {None, name}
        self.count["wrong"] += 1
        self.add("passed", f"{what} passes", any(v.passed for v in hidden))
        self.add("misnamed", f"{what} is called {' and '.join(called)}", bool(called))
        if name is not None:
            self.count["mistakes"] += 1
            named = all(v.mistake == name for v in hidden)
            self.add("named", "", named)
            self.amiss += [] if named else [f"{self.exercise.id}: {what} is not always named"]


def survey(exercise_id: str) -> tuple[str, Counter, list[float], list[str]]:
    """Try everything in both banks on one exercise."""
    one = Survey(find(exercise_id))
    for exercise, style, answer in banks.right_answers():
        if exercise.id == exercise_id:
            one.right(style, answer)
    for exercise, mistake in banks.mistakes():
        if exercise.id == exercise_id:
            one.wrong(mistake.name, mistake.answer, mistake.name)
    for exercise, what, answer in banks.wrong_answers():
        if exercise.id == exercise_id:
            one.wrong(what, answer)
    return exercise_id, one.count, one.times, one.amiss


def row(name: str, count: Counter, times: list[float]) -> str:
    numbers = [str(count[column]) for column in COLUMNS]
    spent = [f"{statistics.median(times):.3f}", f"{max(times):.2f}"]
    return "| " + " | ".join([name, *numbers, *spent]) + " |"


def main() -> int:
    """Write the page; the status tells whether nothing wrong passed and nothing was misnamed."""
    lines = [
        "| exercise | " + " | ".join(COLUMNS.values()) + " | median s | worst s |",
        "|---|" + "---:|" * (len(COLUMNS) + 2),
    ]
    total, every = Counter(), []
    ids = [exercise.id for exercise in banks.exercises()]
    with ProcessPoolExecutor() as workers:
        done = workers.map(survey, ids)
        for one in track(done, "judging", len(ids), console=Console(stderr=True)):
            exercise_id, count, times, amiss = one
            lines.append(row(exercise_id, count, times))
            total.update(count)
            every += times
            for line in amiss:
                print(line, flush=True)
    lines.append(row("**all**", total, every))
    aside = PAGE.with_suffix(".new")
    page = HEAD.format(seeds=len(SEEDS)) + "\n" + "\n".join(lines) + "\n"
    aside.write_text(page, encoding="utf-8")
    aside.replace(PAGE)
    print(lines[-1])
    return 1 if total["passed"] + total["misnamed"] + total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
