"""`docs/mutants.md`: the table of mutants, and those that some draw lets through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.generated import ROOT

from .judged import DRAWS, SIZES
from .saying import ENDED, EVERY, MOST, SPECIFIC, STRICT

PAGE = ROOT / "docs" / "mutants.md"

HEAD = f"""# Right answers with one change

Made by `python -m tests.mutants`. Every function of the bank of right answers, and every helper in
the bank that it calls, is changed in one place at a time: a constant, an operator, a comparison, a
slice, a range, a name, a call, a keyword, two arguments exchanged, a condition, a statement left
out. Each is judged on {DRAWS} draws of the hidden cases. One that all of them let through is tried
on {SIZES} random sizes: where it never differs from the truth, it counts as equivalent. A row
stands until its exercise is tried again; exercises without one have not been tried so far.

"""

COLUMNS = ("mutants", "refused", "equivalent", "undecided", "seen")

TITLES = ("mutants", "always refused", "equivalent", "undecided", "let through by some draw")

SAID = ("name", "symptom", "error", ENDED, "only", "side", "claim", "plain")


def sums(results: Iterable[Mapping[str, Any]]) -> Counter:
    """All counts together; "let through" has the draws that let pass what differs."""
    whole: Counter = Counter()
    for found in results:
        whole.update({name: n for name, n in found.items() if isinstance(n, int)})
        whole["let through"] += sum(passed for _, _, passed, _ in found["missed"])
    return whole


def page(
    ids: Sequence[str],
    results: Mapping[str, Mapping],
    names: Mapping[str, Mapping],
    bank: Mapping[str, int] | None = None,
    composed: Mapping[str, Mapping] | None = None,
) -> str:
    """The whole page, for exercises in this order.

    `bank` has what is said of wrong answers, `composed` what of two mistakes in one.
    """
    known = [name for name in ids if name in results]
    lines = [f"| exercise | {' | '.join(TITLES)} |", "|---|" + "---:|" * len(TITLES)]
    lines += [row(name, results[name]) for name in known]
    whole = sums(results[name] for name in known)
    lines.append(row("**all**", whole))
    parts = [*missed(known, results), *said(names), *said_of_bank(Counter(bank or {}))]
    parts += said_of_two(composed or {})
    return HEAD + "\n".join([*lines, "", *draws(whole), "", *parts])


def row(name: str, count: Mapping[str, Any]) -> str:
    return f"| {name} | {' | '.join(str(count.get(column, 0)) for column in COLUMNS)} |"


def draws(whole: Counter) -> list[str]:
    tried = DRAWS * (whole["refused"] + whole["seen"])
    share = 100 * (1 - whole["let through"] / max(1, tried))
    return [f"Of {tried:,} draws for mutants that differ, {share:.3f} % refuse them."]


ARGUED = {
    ("name-photo", "partition", "line 4: max for min"): (
        ". Nobody promises names for a `k` above the number of classes; below it NumPy sorts so "
        "few numbers whole, and the answer is right"
    ),
}
"""Why a mutant is right wherever something is asked of it."""


def missed(ids: Sequence[str], results: Mapping[str, Mapping]) -> list[str]:
    """Those that differ, though some draw lets them through, with the draws that did."""
    lines = [
        f"- {name}, {style}, {words}: {passed} of {DRAWS} draws; differs for {sizes}"
        + ARGUED.get((name, style, words), "")
        for name in ids
        for style, words, passed, sizes in results[name]["missed"]
    ]
    return ["## Let through by some draw, though they differ", "", *(lines or ["None."]), ""]


def said_of_bank(count: Counter[str]) -> list[str]:
    """How much is said of the wrong answers of the bank, read strictly and widely."""
    whole = count.total()
    if not whole:
        return []
    strictly, widely = (sum(count[kind] for kind in kinds) for kinds in (STRICT, SPECIFIC))
    return [
        "## What is said of wrong answers that nobody foresaw",
        "",
        "All functions of the bank of wrong answers that are not in the catalogue, on one draw;",
        "made by `python -m tests.named`.",
        "",
        "| what is said | answers | share |",
        "|---|---:|---:|",
        *rows_of(count),
        f"| something specific, read strictly | {strictly:,} | {share(strictly, whole)} |",
        f"| something specific, read widely | {widely:,} | {share(widely, whole)} |",
        "",
    ]


def said_of_two(composed: Mapping[str, Mapping]) -> list[str]:
    """How many answers with two faults get the name of one, by the second fault."""
    counts: dict[str, Counter] = {}
    for found in composed.values():
        for kind in found.keys() - {"digest"}:
            counts.setdefault(kind, Counter()).update(found[kind])
    if not counts:
        return []
    counts = {**dict(sorted(counts.items())), "**all**": sum(counts.values(), Counter())}
    return [
        "## What is said of two mistakes in one answer",
        "",
        f"Answers to {len(composed)} exercises, made of the catalogue by",
        "`python -m tests.composed`: a mistake with a fault beside it, or one around another.",
        "",
        "| beside the mistake | answers | a right name | share | no name | a false name |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {kind} | {n.total():,} | {n['right']:,} | {share(n['right'], n.total())} "
            f"| {n['none']} | {n['false']} |"
            for kind, n in counts.items()
        ),
        "",
    ]


def said(names: Mapping[str, Mapping]) -> list[str]:
    """How much is said of those that are refused."""
    whole: Counter = Counter()
    for found in names.values():
        whole.update({name: n for name, n in found.items() if isinstance(n, int)})
    heard = sum(whole[kind] for kind in SAID)
    if not heard:
        return []
    true = heard - whole["plain"]
    false = [f"- {i}: {', '.join(one)}" for i, found in names.items() for one in found["false"]]
    return [
        "## What is said of them",
        "",
        f"Of each exercise {MOST} mutants at least were looked at, or one in {EVERY} where that",
        "is fewer: what do the hidden tests say? A name counts as false if the mistake does",
        "something else on fresh draws.",
        "",
        "| what is said | mutants | share |",
        "|---|---:|---:|",
        *rows_of(whole),
        f"| something specific, all in all | {true:,} | {share(true, heard)} |",
        f"| false names | {len(false)} | {share(len(false), heard)} |",
        "",
        *false,
        *([""] if false else []),
    ]


def rows_of(count: Counter[str]) -> list[str]:
    """What is said, how often, in the order of `SAID`."""
    whole = sum(count[kind] for kind in SAID)
    return [
        f"| {SAYS[kind]} | {count[kind]:,} | {share(count[kind], whole)} |"
        for kind in SAID
        if count[kind]
    ]


SAYS = {
    "name": "the name of a mistake",
    "symptom": "what its results have to do with the right ones",
    "error": "what Python's error means",
    ENDED: "that it ended its process, or was ended after minutes",
    "only": "the one thing that is wrong, and that all else is right",
    "side": "which dtype, kind, key or refusal is not as it should be",
    "claim": "which claim about its result does not hold",
    "plain": "only where it is wrong",
}


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}\N{NO-BREAK SPACE}%"
