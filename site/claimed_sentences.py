"""The sentences of a lesson, the captions of its figures, and the marks that follow them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from nbformat import NotebookNode
from reading import LEFT_OUT

from autograder.lessons.course import Course
from autograder.lessons.roles import role_of
from autograder.lessons.source import MARK, read_source

HEADING = re.compile(r"^(#{1,6}) +(?!BEGIN |END )(.+?) *$", re.MULTILINE)

READING = re.compile(r"^#+ Further reading", re.MULTILINE)

NOT_TEXT = r"\$\$.*?\$\$|^```.*?^```|</?(?:details|summary)>|^#+ [^\n]*$|\*My guess:\*"

SENTENCE = re.compile(r"(?<=[.!?])[\"”)*]*\s+(?=[A-Z“\"*(\[`])")

PART = re.compile(r"\n\s*\n|^\s*(?:[-*]|\d+\.) |\n(?=\|)", re.MULTILINE)
"""What parts the paragraphs, list items and rows of a table of a cell."""

MARKS = re.compile(rf"(?:{MARK.pattern})+", re.DOTALL)

JUDGED = ("exercise", "check", "test")
"""Roles of code that shows no figure."""

Marks = tuple[tuple[str, str], ...]
"""The kind and the text of each mark."""


class Claim(NamedTuple):
    """A sentence of a lesson, the section it stands in, and its marks."""

    lesson: str
    section: str
    sentence: str
    marks: Marks


def sentences_of(lesson: str) -> Iterator[Claim]:
    """All sentences of a lesson's text, and the captions of its figures."""
    source = Course.find().lesson(lesson).source
    for section, cell in in_sections(read_source(source, marked=True).cells):
        found = captions if cell.cell_type == "code" else marked_sentences
        for sentence, marks in found(cell) if not section.startswith(LEFT_OUT) else ():
            yield Claim(lesson, section, sentence, marks)


def in_sections(cells: list[NotebookNode]) -> Iterator[tuple[str, NotebookNode]]:
    """Cells, and the heading under which each stands."""
    section = ""
    for cell in cells:
        if cell.cell_type == "markdown" and (heading := HEADING.search(cell.source)):
            section = heading[2]
        yield section, cell


def captions(cell: NotebookNode) -> Iterator[tuple[str, Marks]]:
    """The captions of a cell's figures: of its texts a call has the caption first.

    The marks of one stand in the lines below it. One that is computed needs none.
    """
    lines = cell.source.splitlines(keepends=True)
    calls = ast.walk(ast.parse(cell.source)) if role_of(cell) not in JUDGED else ()
    for call in calls:
        texts = [one for one in call.args if is_text(one)] if isinstance(call, ast.Call) else []
        if texts and isinstance(texts[0], ast.Constant):
            below = MARKS.match("\n" + "".join(lines[texts[0].end_lineno :]))
            yield texts[0].value, tuple(MARK.findall(below[0])) if below else ()


def is_text(node: ast.expr) -> bool:
    """Whether something in code is a string of whole sentences; what is computed may be in it."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    last = parts[-1].value if isinstance(parts[-1], ast.Constant) else None
    return isinstance(last, str) and last.endswith(".") and (last.count(" ") > 2 or len(parts) > 1)


def marked_sentences(cell: NotebookNode) -> list[tuple[str, Marks]]:
    """The sentences of a cell of text; a mark belongs to the sentence before it."""
    pieces = MARK.split(READING.split(cell.source)[0])
    found: list[tuple[str, Marks]] = []
    for at in range(0, len(pieces), 3):
        found += [(sentence, ()) for sentence in split(pieces[at])]
        if len(pieces) > at + 2:
            sentence, marks = found.pop()
            found.append((sentence, (*marks, (pieces[at + 1], pieces[at + 2]))))
    return found


def split(text: str) -> list[str]:
    """The sentences of a text without marks, on a line each."""
    text = re.sub(NOT_TEXT, "\n\n", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"al\.\s+\(", "al.\u2060(", text).replace("> ", "")
    parts = (sentence for part in PART.split(text) for sentence in SENTENCE.split(part))
    lines = (" ".join(part.split()).replace("\u2060", " ") for part in parts)
    return [line for line in lines if line]
