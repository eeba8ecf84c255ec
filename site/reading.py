"""How hard the lessons are to read: `python site/reading.py [LESSON…]`.

For each lesson the grade of its prose by Flesch and Kincaid, and its hardest sentences. Formulas,
code, tables, sources and what only markers read are left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from reference_pages.lesson_text import HEADING, SOLUTION, cells_of

from autograder.exercises import LESSONS
from tests.flesch import grade, words

MOST = 9.0
"""The grade that a lesson should not be above."""

HARDEST = 10

FEWEST = 8
"""Words that a sentence has at least to be counted among the hardest."""

LEFT_OUT = (
    "Further reading",
    "On your own",
)
"""Headings of lists to choose from or to look things up in."""

NOT_PROSE = (
    r"\$\$.*?\$\$",
    r"```.*?```",
    r"^\|.*$",
    r"^#+ .*$",
    r"</?\w+[^>]*>",
    r"\*My guess:\*",
)

SENTENCE = re.compile(r"(?<=[.!?])[\"”)*]*\s+(?=[A-Z“\"*(])")


def main(names: list[str]) -> int:
    """Print the grades; 1 if one is above the bar."""
    grades = {lesson: report(lesson) for lesson in names or LESSONS}
    return int(max(grades.values()) > MOST)


def report(lesson: str) -> float:
    """Print the grade of a lesson and its hardest sentences."""
    found = sentences(lesson)
    whole = grade(found)
    print(f"\n{lesson}: grade {whole:.1f}, {len(found)} sentences")
    long = [sentence for sentence in found if len(words(sentence)) >= FEWEST]
    for sentence in sorted(long, key=lambda one: -grade([one]))[:HARDEST]:
        print(f"  {grade([sentence]):4.1f}  {sentence}")
    return whole


def sentences(lesson: str) -> list[str]:
    """The sentences of a lesson's prose."""
    return [s for text in prose(lesson) for s in SENTENCE.split(text) if words(s)]


def prose(lesson: str) -> Iterator[str]:
    """The paragraphs and list items of a lesson, on a line each."""
    for cell in cells_of(lesson):
        heading = HEADING.search(cell.source)
        if cell.cell_type != "markdown" or (heading and heading[2] in LEFT_OUT):
            continue
        text = SOLUTION.sub("", cell.source + "\n")
        for pattern in NOT_PROSE:
            text = re.sub(pattern, "", text, flags=re.DOTALL | re.MULTILINE)
        for part in re.split(r"\n\s*\n|^\s*(?:-|\d+\.) ", text, flags=re.MULTILINE):
            yield plain(part)


def plain(text: str) -> str:
    """Text without marks; what stands in code or as a formula counts as one short word."""
    text = re.sub(r"`[^`]*`|\$[^$]*\$", "it", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(text.replace("*", "").replace(">", "").split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
