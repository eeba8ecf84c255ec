"""`python -m tests.named [--sample] [ID…]`: how much is said of answers that nobody foresaw?

Each wrong answer of the bank that is not in the catalogue is judged on one draw of the hidden
cases. Read strictly, something specific is said of it if it gets the name of a mistake, what its
results have to do with the right ones, what Python's error means, or the one thing that is wrong
while all else is right. Read widely, a sentence on a dtype, a kind, a refusal or a claim counts as
well. The table goes into `docs/mutants.md` if all are tried.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from collections.abc import Sequence

from autograder.exercises import Exercise
from autograder.inside.verdicts import Verdict
from autograder.lessons.files import write_aside
from tests import banks
from tests.mutants import kept
from tests.mutants.judged import Mutant, quietly
from tests.mutants.saying import SPECIFIC, STRICT, said_of
from tests.mutants.written import write_page

SAMPLE = 80
"""Of how many answers a sample tries one."""

STRICTLY, WIDELY = 0.8, 0.9
"""The least shares of wrong answers of which something specific is said."""

Answer = tuple[Exercise, str, object]


def asked(ids: Sequence[str]) -> list[Answer]:
    """The functions of the wrong bank, of some exercises or lessons or of all."""
    every = (one for one in banks.wrong_answers() if callable(one[0].reference))
    return [one for one in every if not ids or {one[0].id, one[0].lesson} & set(ids)]


def sample() -> list[Answer]:
    """A few of all exercises, the same ones each time."""
    return asked(())[::SAMPLE]


def said(one: Answer) -> tuple[str, Verdict]:
    """The kind of what is said of an answer, and the verdict."""
    exercise, what, answer = one
    return quietly(said_of, Mutant(exercise, "bank", what, answer))  # type: ignore[arg-type]


def shares(count: Counter[str]) -> tuple[float, float]:
    """The shares of which something specific is said, read strictly and widely."""
    whole = max(1, count.total())
    return sum(count[k] for k in STRICT) / whole, sum(count[k] for k in SPECIFIC) / whole


def main(words: Sequence[str]) -> int:
    """The status is 0 if both shares are as high as they have to be."""
    warnings.simplefilter("ignore")
    count: Counter[str] = Counter()
    for one in sample() if "--sample" in words else asked(words):
        kind, verdict = said(one)
        count[kind] += 1
        if kind not in STRICT:
            print(f"{one[0].id}, {one[1]}: {kind}: {verdict.message}", flush=True)
    if not words:
        write_aside(kept.BANK, json.dumps(count) + "\n")
        write_page()
    strictly, widely = shares(count)
    print(f"{count.total()} answers: {dict(count)}")
    print(f"something specific: {100 * strictly:.1f} % strictly, {100 * widely:.1f} % widely")
    return 0 if strictly >= STRICTLY and widely >= WIDELY else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
