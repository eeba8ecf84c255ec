"""What is said of wrong answers as students type them: `python -m tests.banks.typed [ID…]`."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Sequence

from autograder.exercises import find
from tests.mutants.judged import Mutant, quietly
from tests.mutants.saying import is_false, said_of

from . import typed


def main(ids: Sequence[str]) -> int:
    """The status is 0 if something specific is said of four in five, and no name is false."""
    warnings.simplefilter("ignore")
    count: Counter = Counter()
    for name, what, answer in typed():
        if not ids or name in ids:
            one = Mutant(find(name), "typed", what, answer)
            kind, verdict = quietly(said_of, one)
            false = kind == "name" and quietly(is_false, one, verdict)
            count["false" if false else kind] += 1
            print(f"{name}, {what}: {kind}: {verdict.mistake or verdict.message}", flush=True)
    print(dict(count))
    plain = count["plain"] + count["passed"]
    return 0 if plain <= 0.2 * count.total() and not count["false"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
