"""`python -m tests.mutants [--sample] [ID…]`: are right answers with one change refused?

Every plain function of the bank of right answers, references included, is changed in one place at a
time. A mutant that one draw of the hidden cases lets through must be equivalent: it is tried on 500
random sizes. The table goes into `docs/mutants.md`, with every survivor that differs. With
`--sample` two of each answer are tried, in little more than a minute, and nothing is written.
"""

from __future__ import annotations

import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Sequence

from autograder.lessons.files import write_aside
from tests import banks
from tests.generated import ROOT

from .judged import Mutant, differs, is_refused, mutants_of, quietly

PAGE = ROOT / "docs" / "mutants.md"

SAMPLE, SECONDS = 2, 75.0
"""How many mutants of each answer a sample tries, and when it ends at the latest."""

WORST = 0.01
"""The share of those that differ which a single draw may let through."""

HEAD = """# Right answers with one change

Made by `python -m tests.mutants`. Every plain function of the bank of right answers is changed in
one place at a time: a constant, an operator, a comparison, a slice, a name, a call, a keyword, a
condition, a statement left out. Each is judged on one draw of the hidden cases. One that passes is
tried on 500 random sizes: where it never differs from the truth, it counts as equivalent.

"""


def tried(mutants: Sequence[Mutant], until: float) -> tuple[dict[str, Counter], list[str]]:
    """Counts by exercise, and a line for each mutant that passes though it differs."""
    counts: dict[str, Counter] = {}
    missed = []
    for number, mutant in enumerate(mutants):
        if time.monotonic() > until:
            print(f"out of time after {number} of {len(mutants)}")
            break
        count = counts.setdefault(mutant.exercise.id, Counter())
        count["mutants"] += 1
        if quietly(is_refused, mutant, number):
            count["refused"] += 1
        elif (sizes := quietly(differs, mutant, until)) is None:
            count["undecided"] += 1
        elif sizes:
            count["missed"] += 1
            missed.append(f"{mutant.exercise.id}, {mutant.style}, {mutant.words}: {sizes}")
        else:
            count["equivalent"] += 1
    return counts, missed


def page(counts: dict[str, Counter], missed: Sequence[str]) -> str:
    """The table, and the survivors that differ."""
    columns = ("mutants", "refused", "equivalent", "undecided", "missed")
    lines = [f"| exercise | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    whole: Counter = Counter()
    for name, count in counts.items():
        whole += count
        lines.append(f"| {name} | {' | '.join(str(count[column]) for column in columns)} |")
    lines.append(f"| **all** | {' | '.join(str(whole[column]) for column in columns)} |")
    survivors = [f"- {line}" for line in missed] or ["None."]
    return HEAD + "\n".join(
        [*lines, "", "## Passed on one draw though they differ", "", *survivors]
    )


def main(words: Sequence[str]) -> int:
    """The status is 0 if next to all mutants that differ from the truth are refused."""
    warnings.simplefilter("ignore")
    sample, ids = "--sample" in words, {word for word in words if not word.startswith("-")}
    asked = [one for one in banks.exercises() if not ids or one.id in ids]
    end = time.monotonic() + SECONDS if sample else float("inf")
    most = SAMPLE if sample else None
    mutants = [mutant for exercise in asked for mutant in mutants_of(exercise, most)]
    counts, missed = tried(random.Random(0).sample(mutants, len(mutants)), end)
    counts = {one.id: counts[one.id] for one in asked if one.id in counts}
    text = page(counts, missed)
    if not sample and not ids:
        write_aside(PAGE, text + "\n")
    print(text.partition("| **all** |")[2].strip(), f"of {len(mutants)} made")
    refused = sum(count["refused"] for count in counts.values())
    return 0 if len(missed) <= WORST * max(1, refused + len(missed)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
