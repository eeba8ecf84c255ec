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


def grade(found: list[str]) -> float:
    """The grade of some sentences by Flesch and Kincaid (1975): years at school.

    Examples
    --------
    >>> round(grade(["The cat sat on the mat."]), 1)
    -1.4
    """
    told = [word for sentence in found for word in words(sentence)]
    syllables = sum(map(syllables_of, told))
    return 0.39 * len(told) / len(found) + 11.8 * syllables / len(told) - 15.59


def words(sentence: str) -> list[str]:
    return re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", sentence)


def syllables_of(word: str) -> int:
    """About how many syllables an English word has.

    Examples
    --------
    >>> [syllables_of(word) for word in ("cat", "layer", "convolution", "pixels", "made")]
    [1, 2, 4, 2, 1]
    """
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiou]+|(?<![aeiou])y(?![aeiou])", word))
    silent = re.search(r"[^aeiouyl]e[sd]?$|[^l]le[sd]$", word) and not re.search(
        r"(?:[td]ed|[sxz]es|[cs]hes|[cg]es)$", word
    )
    return max(groups - bool(silent), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
