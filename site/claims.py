"""Where every claim of the lessons comes from: `python site/claims.py [LESSON…]`.

A claim is a sentence of a lesson's text, or the caption of a figure, that has a number or speaks of
others' work. Its source is a paper that it cites, a network whose paper is known, a number that a
cell prints or sets, a sum in the sentence itself, or a mark after it in the lesson's source, which
no notebook shows:

    <!-- source: krizhevsky-2012, section 6 -->  a key of `site/sources/references.toml`
    <!-- computed: 0.34 -->                      numbers that a cell of the lesson prints or sets
    <!-- shown: The heading of a section -->     a picture or a table of that section shows it
    <!-- follows: 2 × 60 = 120 -->               from what the mark says; its sums are checked

The command reads what cells print from the kept runs of the lessons (of all, unless some are
named), notes the numbers that are claimed in `site/sources/printed.json`, and writes
`docs/claims.md`. It names each sentence without a source, and then its exit status is 1.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from claimed_numbers import Number, bare, numbers_in, numbers_of_code, numbers_of_outputs, sums_in
from claimed_sentences import Claim, in_sections, sentences_of
from reference_pages.lesson_text import short_title
from reference_pages.markup import slug

from autograder.exercises import LESSONS
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.lessons.files import write_aside
from autograder.lessons.source import read_source
from autograder.running.proving import kept_run

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "site" / "sources"
PRINTED = SOURCES / "printed.json"
COMPUTATIONS = SOURCES / "computations.md"
PAGE = ROOT / "docs" / "claims.md"

REFERENCES = tomllib.loads((SOURCES / "references.toml").read_text(encoding="utf-8"))

TABLE = "| claim | where it comes from |\n|---|---|"

OTHERS = re.compile(
    r"\b(?:(?:most|many|later|newer|modern|other|such|deep|today's) (?:\w+ )?"
    r"(?:networks|notes|courses|books|libraries|papers|programs|people)|in practice|nowadays|"
    r"networks (?:were|bent|used|had)|"
    r"often (?:read|said|called|used|printed|taught)|usual(?:ly)?|commonly|"
    r"common choice|popular|famous|(?<!on )(?<!with )papers?|authors?)\b",
    re.IGNORECASE,
)
"""How a sentence speaks of others' work without a name."""


LOOKING_BACK = ("Summary", "Five questions", "Think it through", "In your own words")
"""Headings under which a lesson says again what it has shown."""

YEAR = re.compile(r"(?:19|20)\d\d")


def claims_of(lesson: str) -> list[Claim]:
    """The sentences of a lesson that need a source."""
    return [claim for claim in sentences_of(lesson) if claim.marks or needs_source(claim.sentence)]


def needs_source(sentence: str) -> bool:
    """Whether a sentence has a number, or speaks of others' work."""
    if sentence.rstrip('*")”').endswith("?"):
        return False
    return bool(numbers_in(sentence) or works_in(sentence) or OTHERS.search(bare(sentence)))


@cache
def works() -> dict[str, str]:
    """Networks, libraries and collections by name, and the keys of their references."""
    return {name: key for key, one in REFERENCES.items() for name in one.get("works", ())}


def works_in(sentence: str) -> list[str]:
    """The keys of the references whose works a sentence names."""
    names = "|".join(sorted(works(), key=len, reverse=True))
    found = re.findall(rf"(?<![\w-])(?:{names})(?![a-z])", bare(sentence))
    return list(dict.fromkeys(works()[name] for name in found))


def cited_in(sentence: str) -> list[str]:
    """The keys of the references that a sentence cites, by their first author and year.

    Where an author has several of a year, the key without a middle is meant.
    """
    found: dict[tuple[str, str], str] = {}
    for key in sorted(REFERENCES, key=lambda key: key.count("-")):
        name = re.search(r"\b[A-Z][A-Za-z]+", REFERENCES[key]["text"])[0]
        for said in (key.split("-")[-1], *map(str, REFERENCES[key].get("years", ()))):
            if re.search(rf"(?<!and )\b{name}\b", sentence) and said in sentence:
                found.setdefault((name, said), key)
    return list(dict.fromkeys(found.values()))


@cache
def set_in(lesson: str) -> dict[str, list[float]]:
    """The numbers in the code of each section of a lesson."""
    found: dict[str, list[float]] = {}
    for section, cell in in_sections(read_source(Course.find().lesson(lesson).source).cells):
        if cell.cell_type == "code":
            found.setdefault(section, []).extend(numbers_of_code(cell.source))
    return found


def printed_in(lesson: str) -> dict[str, list[float]]:
    """The numbers that the cells of each section have printed in the kept run of a lesson."""
    home = Course.find().lesson(lesson)
    found: dict[str, list[float]] = {}
    for section, cell in in_sections(kept_run(home, compile_lesson(home)).cells):
        if cell.cell_type == "code":
            found.setdefault(section, []).extend(numbers_of_outputs(cell))
    return found


class Sources:
    """Where numbers come from, and which of those that cells have printed are claimed.

    Parameters
    ----------
    printed : dict
        The numbers that each section of each lesson has printed.
    """

    def __init__(self, printed: dict[str, dict[str, list[float]]]) -> None:
        self.printed = printed
        self.claimed: dict[str, dict[str, list[float]]] = {}

    def of(self, claim: Claim) -> tuple[list[str], list[str]]:
        """Where a claim comes from, and what of it has no source."""
        sources, missing = self.of_marks(claim)
        if not sources and not missing:
            sources = [reference_link(key) for key in cited_in(claim.sentence)]
        if not sources and not missing:
            sources, missing = self.of_words(claim)
        return list(dict.fromkeys(sources)), missing

    def of_words(self, claim: Claim) -> tuple[list[str], list[str]]:
        """Where a claim without a mark comes from: the works it names, and cells of the lesson."""
        by_name = [reference_link(key) for key in works_in(claim.sentence)]
        found, missing = self.of_numbers(claim, numbers_in(claim.sentence))
        if by_name:
            return [*by_name, *found], [one for one in missing if not YEAR.fullmatch(one)]
        return found, [*missing, *OTHERS.findall(bare(claim.sentence))]

    def of_marks(self, claim: Claim) -> tuple[list[str], list[str]]:
        """What the marks after a claim say of where it comes from, and what of that is not so."""
        sources, missing = [], []
        for kind, text in claim.marks:
            told, wrong = self.of_mark(claim, kind, " ".join(text.split()))
            sources, missing = sources + told, missing + wrong
        return sources, missing

    def of_mark(self, claim: Claim, kind: str, text: str) -> tuple[list[str], list[str]]:
        """What a mark says of where a claim comes from, and what of it is not so."""
        if kind == "computed":
            return self.of_numbers(claim, numbers_in(text))
        if kind == "follows":
            wrong = sums_in(text)[1]
            return [] if wrong else [text], wrong
        if kind == "shown":
            there = [one for one in LESSONS if text in headings(one)]
            near = claim.lesson if claim.lesson in there else (there or [""])[0]
            return ([section_link("shown", near, text)], []) if there else ([], [text])
        key, _, part = text.partition(", ")
        return ([reference_link(key, part)], []) if key in REFERENCES else ([], [key])

    def of_numbers(self, claim: Claim, numbers: list[Number]) -> tuple[list[str], list[str]]:
        """Where numbers come from, and those of which it is not known."""
        sums, wrong = sums_in(claim.sentence)
        found = {one.text: self.of_number(claim, one) for one in numbers if one.text not in sums}
        missing = [*wrong, *(text for text, where in found.items() if not where)]
        return ["arithmetic"] * bool(sums) + [where for where in found.values() if where], missing

    def of_number(self, claim: Claim, number: Number) -> str:
        """Where a number comes from: the nearest place that prints it or sets it, or ""."""
        if YEAR.fullmatch(number.text):
            return ""
        for lesson, section in self.places(claim, number):
            kept = self.printed.get(lesson, {}).get(section, ())
            if (value := number.among(kept)) is not None:
                noted = self.claimed.setdefault(lesson, {}).setdefault(section, [])
                noted += [value] if value not in noted else []
                return section_link("computed", lesson, section)
            if number.in_code().among(set_in(lesson).get(section, ())) is not None:
                return section_link("set", lesson, section)
        return ""

    def places(self, claim: Claim, number: Number) -> Iterator[tuple[str, str]]:
        """Sections in which a number is looked for: the own one; others if it says enough."""
        yield claim.lesson, claim.section
        named = [one for one in LESSONS if re.search(rf"\b{one[:2]}\b", claim.sentence)]
        lessons = [claim.lesson, *named, *(reversed(LESSONS) if number.digits >= 4 else ())]
        again = claim.section.startswith(LOOKING_BACK) and number.value >= 10
        for lesson in dict.fromkeys(lessons) if number.digits >= 3 or again or named else ():
            yield from ((lesson, section) for section in headings(lesson))


@cache
def headings(lesson: str) -> tuple[str, ...]:
    """The sections of a lesson."""
    cells = read_source(Course.find().lesson(lesson).source).cells
    return tuple(dict.fromkeys(section for section, _ in in_sections(cells)))


def reference_link(key: str, part: str = "") -> str:
    """A link to a reference, by its authors and year, and the part of it that is meant."""
    text = REFERENCES[key]["text"]
    by_year = re.match(r"[^(]+\(\d{4}", text)
    said = f"[{by_year[0]})](#references)" if by_year else text
    return f"{said}, {part}" if part else said


def section_link(kind: str, lesson: str, section: str) -> str:
    """A link to the section that computes a number, sets it, or shows it."""
    anchor = f"#{slug(section)}" if section else ""
    return f"{kind} in [{section or lesson}](../notebooks/{lesson}/{lesson}.ipynb{anchor})"


def row(claim: Claim, sources: list[str]) -> str:
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", claim.sentence).strip("| ").replace("|", "\\|")
    return f"| {words} | {'; '.join(sources)} |"


def page(sources: Sources) -> tuple[str, list[str]]:
    """The page of all claims, and a sentence on each that has no source."""
    head, *parts = re.split(r"^## (\d\d)\n", COMPUTATIONS.read_text(encoding="utf-8"), flags=re.M)
    computed = dict(zip(parts[::2], parts[1::2], strict=True))
    texts, lacking = [head.strip()], []
    for lesson in LESSONS:
        found = [(claim, *sources.of(claim)) for claim in claims_of(lesson)]
        lacking += [lack(claim, missing) for claim, _, missing in found if missing]
        rows = [row(claim, where) for claim, where, _ in found]
        title = short_title(lesson).replace(" · ", ": ", 1)
        texts += [
            f"## Lesson {title}",
            "\n".join([TABLE, *rows]),
            computed.get(lesson[:2], "").strip(),
        ]
    listed = "\n".join(f"- {one['text']}" for one in REFERENCES.values())
    return "\n\n".join(filter(None, [*texts, "## References", listed])) + "\n", lacking


def lack(claim: Claim, missing: list[str]) -> str:
    """What an author reads of a claim without a source."""
    path = f"solutions/{claim.lesson}/{claim.lesson}.py"
    what = ", ".join(f'"{one}"' for one in missing)
    return (
        f'{path}: "{claim.sentence}" has no source for {what}: put a mark after it, such as '
        "<!-- source: krizhevsky-2012, section 6 --> or <!-- computed: 0.34 -->."
    )


def main(names: list[str]) -> int:
    """Write the page and the numbers that are claimed; 1 if a sentence has no source."""
    printed = json.loads(PRINTED.read_text(encoding="utf-8")) if PRINTED.exists() else {}
    sources = Sources(printed | {lesson: printed_in(lesson) for lesson in names or LESSONS})
    text, lacking = page(sources)
    if lacking:
        print("\n".join(lacking))
        return 1
    claimed = {one: dict(sorted(sources.claimed[one].items())) for one in sorted(sources.claimed)}
    write_aside(PRINTED, json.dumps(claimed, indent=1, ensure_ascii=False) + "\n")
    write_aside(PAGE, text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
