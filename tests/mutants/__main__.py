"""`python -m tests.mutants [--sample] [--named] [ID…]`: are right answers with one change refused?

Every function of the bank of right answers, references included, is changed in one place at a time.
A mutant that all draws of the hidden cases let through must be equivalent: it is tried on 500
random sizes. The table goes into `docs/mutants.md`, with every survivor that differs. What is found
of an exercise is kept in `tests/mutants`, and found anew only if something that it rests on has
changed; several processes may do so at once, each for exercises of its own.

With `--named` it is found what is said of mutants that are refused, which takes longer. With
`--sample` two of each answer are tried, in little more than a minute, and nothing is written.
"""

from __future__ import annotations

import random
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from autograder.exercises import Exercise
from tests import banks

from . import kept
from .apart import Apart
from .judged import DRAWS, SIZES, Mutant, differs, mutants_of, passes, quietly
from .page import sums
from .saying import ENDED, EVERY, MOST, heard_of
from .written import write_page

SAMPLE, SECONDS = 2, 75.0
"""How many mutants of each answer a sample tries, and when it ends at the latest."""

SAMPLE_SIZES = 50
"""On how many random sizes a survivor of the sample is tried."""

LONGEST = 30.0
"""Seconds after which it stays open whether one survivor is equivalent."""

MEMORY = 4 << 30
"""Bytes of address space: a mutant that asks for more fails."""

WORST = 0.001
"""The share of draws that may let through a mutant that differs."""

Found = dict[str, Any]


def tried(
    mutants: Iterable[Mutant], draws: int, until: float = float("inf"), sizes: int = SIZES
) -> Found:
    """Counts of the mutants of one exercise, and each that passes though it differs."""
    every = list(mutants)
    count: Counter = Counter()
    missed = []
    with Apart(lambda what, number, *given: quietly(what, every[number], *given)) as apart:
        for number, mutant in enumerate(every):
            if time.monotonic() > until:
                break
            count["mutants"] += 1
            passed = apart.ask(passes, number, draws, ended=0)
            found: str | None = "what other draws ask"
            if passed == draws:
                end = min(until, time.monotonic() + LONGEST)
                found = apart.ask(differs, number, end, sizes, ended="sizes that end the process")
            count[fate(passed, found)] += 1
            if passed and found:
                missed.append([mutant.style, mutant.words, passed, found])
    return {**count, "missed": missed}


def fate(passed: int, sizes: str | None) -> str:
    """What becomes of a mutant, by how many draws let it through, and where it then differs."""
    if not passed:
        return "refused"
    return "undecided" if sizes is None else "seen" if sizes else "equivalent"


def heard(mutants: Sequence[Mutant], most: int = MOST) -> Found:
    """What is said of some mutants of one exercise, and each that gets a name that is false."""
    count: Counter = Counter()
    false = []
    some = random.Random(0).sample(mutants, min(most, -(-len(mutants) // EVERY)))
    with Apart(lambda number: quietly(heard_of, some[number])) as apart:
        for number, mutant in enumerate(some):
            kind, name = apart.ask(number, ended=(ENDED, None))
            count[kind] += 1
            if name:
                false.append([mutant.style, mutant.words, name])
    return {**count, "false": false}


def sample(asked: Sequence[Exercise]) -> int:
    """Try two mutants of each answer by one draw; the status is 0 if next to none is missed."""
    until = time.monotonic() + SECONDS
    order = random.Random(0).sample(asked, len(asked))
    mutants = [mutant for exercise in order for mutant in mutants_of(exercise, SAMPLE)]
    found = tried(mutants, 1, until, SAMPLE_SIZES)
    print(", ".join(f"{name}: {found[name]}" for name in found), f"of {len(mutants)} made")
    return 0 if len(found["missed"]) <= 0.01 * max(1, found.get("refused", 0)) else 1


def main(words: Sequence[str]) -> int:
    """The status is 0 if next to all draws refuse each mutant that differs from the truth."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    ids = {word for word in words if not word.startswith("-")}
    asked = [one for one in banks.exercises() if not ids or ids & {one.id, one.lesson}]
    if "--sample" in words:
        return sample(asked)
    store = kept.named() if "--named" in words else kept.refused()
    for exercise in asked:
        if callable(exercise.reference) and store.of(exercise) is None:
            mutants = list(mutants_of(exercise))
            found = heard(mutants) if "--named" in words else tried(mutants, DRAWS)
            store.keep(exercise, found)
            print(exercise.id, found, flush=True)
    write_page()
    whole = sums(kept.refused().read().values())
    return 0 if whole["let through"] <= WORST * DRAWS * (whole["refused"] + whole["seen"]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
