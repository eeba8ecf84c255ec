"""`python -m tests.banks`: how the checks do on both banks, as a table in `site/`.

One row an exercise: wrong answers tried and passed, mistakes of the catalogue named right and
wrong, right answers tried and failed, and how long a check takes.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.exercises import Exercise
from autograder.judging import Verdict, judge
from tests import banks

PAGE = Path(__file__).parents[2] / "site" / "catalogue-survey.md"
SEEDS = range(3)

HEAD = """# How the checks do

Made by `python -m tests.banks` from the two banks of answers in `tests/banks`. Each answer is
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
    """Counts and times by exercise."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter] = defaultdict(Counter)
        self.times: dict[str, list[float]] = defaultdict(list)

    def verdicts(self, exercise: Exercise, answer: object) -> tuple[Verdict, list[Verdict]]:
        """The lesson's verdict on an answer, and those on freshly drawn cases."""
        shown = self.timed(exercise, answer, hidden=False, seed=None)
        return shown, [self.timed(exercise, answer, hidden=True, seed=seed) for seed in SEEDS]

    def timed(self, exercise: Exercise, answer: object, **how: object) -> Verdict:
        begun = time.process_time()
        verdict = judge(exercise.id, answer, **how)
        self.times[exercise.id].append(time.process_time() - begun)
        return verdict

    def right(self, exercise: Exercise, answer: object) -> None:
        shown, hidden = self.verdicts(exercise, answer)
        self.counts[exercise.id]["right"] += 1
        self.counts[exercise.id]["failed"] += not all(v.passed for v in (shown, *hidden))

    def wrong(self, exercise: Exercise, answer: object, name: str | None) -> None:
        shown, hidden = self.verdicts(exercise, answer)
        count = self.counts[exercise.id]
        count["wrong"] += 1
        count["passed"] += any(v.passed for v in hidden)
        count["mistakes"] += name is not None
        count["named"] += name is not None and all(v.mistake == name for v in hidden)
        count["misnamed"] += any(v.mistake not in (None, name) for v in (shown, *hidden))

    def rows(self) -> Iterable[str]:
        yield "| exercise | " + " | ".join(COLUMNS.values()) + " | median s | worst s |"
        yield "|---|" + "---:|" * (len(COLUMNS) + 2)
        total, every = Counter(), []
        for exercise_id, count in self.counts.items():
            yield row(exercise_id, count, self.times[exercise_id])
            total.update(count)
            every += self.times[exercise_id]
        yield row("**all**", total, every)


def row(name: str, count: Counter, times: list[float]) -> str:
    numbers = [str(count[column]) for column in COLUMNS]
    spent = [f"{statistics.median(times):.3f}", f"{max(times):.2f}"]
    return "| " + " | ".join([name, *numbers, *spent]) + " |"


def main() -> int:
    """Write the page; the status tells whether every bar is held."""
    survey = Survey()
    jobs = [
        *((survey.right, exercise, answer) for exercise, _, answer in banks.right_answers()),
        *((survey.wrong, e, mistake.answer, mistake.name) for e, mistake in banks.mistakes()),
        *((survey.wrong, e, answer, None) for e, _, answer in banks.wrong_answers()),
    ]
    for judged, *answer in track(jobs, "judging", console=Console(stderr=True)):
        judged(*answer)
    rows = list(survey.rows())
    aside = PAGE.with_suffix(".new")
    aside.write_text(HEAD.format(seeds=len(SEEDS)) + "\n".join(rows) + "\n", encoding="utf-8")
    aside.replace(PAGE)
    print(rows[-1])
    bad = sum(c["passed"] + c["misnamed"] + c["failed"] for c in survey.counts.values())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
