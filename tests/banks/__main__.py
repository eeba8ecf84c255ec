"""`python -m tests.banks [ID…]`: rewrite what is generated, `make survey` for short.

The facets, the README's table of lessons and that of hints are written at once. Then comes the
survey, how the checks do on both banks. One row an exercise: wrong answers tried and passed,
mistakes of the catalogue named right and wrong, right answers tried and failed, and how long a
check takes. With ids, only those exercises are judged, and the other rows stay as they are.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor

from rich.console import Console
from rich.progress import track

from autograder.exercises import Exercise, find
from autograder.judging import Verdict, judge
from autograder.lessons.files import write_aside
from tests import banks, generated

SEEDS = range(3)

HEAD = """# How the checks do

Made by `python -m tests.banks` from the two banks of answers in `tests/lessons`. Each answer is
judged once as the lesson shows it and on {seeds} draws of the hidden cases; an answer counts as
passed if any draw of the hidden cases let it through, and as failed if any check did not. Wrong
answers are the catalogue's mistakes and those of the bank that it does not know: these must stay
without a name. Times are seconds of one core for a check with its diagnosis and picture; the last
row has the median of the medians.
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
        fair = {None, name, banks.NEAR.get((self.exercise.id, what))}
        called = {v.mistake for v in (shown, *hidden)} - fair
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
    exercise = find(exercise_id)
    one = Survey(exercise)
    for style, answer in banks.right_answers_to(exercise).items():
        one.right(style, answer)
    for mistake in exercise.mistakes:
        one.wrong(mistake.name, mistake.answer, mistake.name)
    for what, answer in banks.wrong_answers_to(exercise).items():
        one.wrong(what, answer)
    return exercise_id, one.count, one.times, one.amiss


def row(name: str, counts: Iterable[int], median: float, worst: float) -> str:
    numbers = [*map(str, counts), f"{median:.3f}", f"{worst:.2f}"]
    return "| " + " | ".join([name, *numbers]) + " |"


def last_row(rows: Iterable[str]) -> str:
    """The sums of all rows, the median of their medians, and the worst of all."""
    cells = [[float(cell) for cell in one.strip("| ").split(" | ")[1:]] for one in rows]
    *counts, medians, worsts = zip(*cells, strict=True)
    sums = [int(sum(column)) for column in counts]
    return row("**all**", sums, statistics.median(medians), max(worsts))


def judged(ids: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """A row for each exercise, and what is not as it should be, which is printed as well."""
    rows, faults = {}, []
    with ProcessPoolExecutor() as workers:
        done = workers.map(survey, ids)
        for one in track(done, "judging", len(ids), console=Console(stderr=True)):
            exercise_id, count, times, amiss = one
            counts = [count[column] for column in COLUMNS]
            rows[exercise_id] = row(exercise_id, counts, statistics.median(times), max(times))
            faults += amiss
            for line in amiss:
                print(line, flush=True)
    return rows, faults


def page(rows: dict[str, str]) -> str:
    """The survey, with the exercises in the order of the catalogue."""
    header = "| exercise | " + " | ".join(COLUMNS.values()) + " | median s | worst s |"
    lines = [rows[exercise.id] for exercise in banks.exercises() if exercise.id in rows]
    table = [header, "|---|" + "---:|" * (len(COLUMNS) + 2), *lines, last_row(lines)]
    return HEAD.format(seeds=len(SEEDS)) + "\n" + "\n".join(table) + "\n"


def main(ids: Sequence[str]) -> int:
    """Rewrite everything; the status is 0 if all is as it should be in what was judged."""
    write_aside(generated.FACETS, generated.facets())
    write_aside(generated.README, generated.readme())
    write_aside(generated.HINTS, generated.hints())
    every = [exercise.id for exercise in banks.exercises()]
    rows, faults = judged([find(one).id for one in ids] or every)
    text = page({**generated.survey_rows(), **rows} if ids else rows)
    write_aside(generated.SURVEY, text)
    print(text.splitlines()[-1])
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
