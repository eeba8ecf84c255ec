"""All mistakes as data for the search in a page, and what Python says of them, by its words."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.exercises import LESSONS, of_lesson

from .keeping import drawn
from .markup import code, page, slug
from .mistakes import titles

NAME = "all-mistakes.js"
"""The file with the data, a program that names it: a page on a disk can load no other."""

INTRODUCTION = """\
What Python says where a mistake makes it stop, and the mistakes that end so. The numbers of a
message hang on the sizes of your arrays, so they are left out.
"""

SIZES = re.compile(r"\(\d[^()]*\)|\d+(?:\.\d+)?(?:[×/+=]\d+)*")


@dataclass(frozen=True)
class Found:
    """What a search shows of one mistake, and what it looks through.

    Parameters
    ----------
    address : str
        Of its section, from the folder of all pages.
    exercise, title, sentence : str
    raises : str
        What Python says; empty where the mistake does not make it stop.
    """

    address: str
    exercise: str
    title: str
    sentence: str
    raises: str


def all_found() -> Iterator[Found]:
    """Every mistake of the catalogue, in its order."""
    for lesson in LESSONS:
        for exercise in of_lesson(lesson):
            shown = drawn(exercise).mistakes
            for mistake, title, one in zip(exercise.mistakes, titles(exercise), shown, strict=True):
                address = f"mistakes/{lesson}/{exercise.id}.html#{slug(title)}"
                yield Found(address, exercise.id, title, mistake.sentence, one.raises)


def data(found: list[Found]) -> str:
    """The program that gives a page all mistakes."""
    rows = [[one.address, one.exercise, one.title, one.sentence, one.raises] for one in found]
    return f"window.allMistakes = {json.dumps(rows, ensure_ascii=False, indent=0)};\n"


def errors_page(found: list[Found]) -> str:
    """What Python says, each message once, with the mistakes that end so."""
    by_message: defaultdict[str, list[Found]] = defaultdict(list)
    for one in found:
        if one.raises:
            by_message[general(one.raises)].append(one)
    sections = [
        block for message, ones in sorted(by_message.items()) for block in section(message, ones)
    ]
    return page("# What Python says", INTRODUCTION, *sections)


def section(message: str, found: list[Found]) -> Iterator[str]:
    """One message, as it is said once, and a line for each mistake."""
    yield f"## {message.partition(', with ')[0]}"
    yield code(found[0].raises, "text")
    yield "\n".join(f"- {link(one)}: {one.sentence}" for one in found)


def link(one: Found) -> str:
    address = one.address.removeprefix("mistakes/").replace(".html#", ".md#")
    return f"[{one.exercise}, {one.title}]({address})"


def general(raises: str) -> str:
    """A message without its numbers.

    Examples
    --------
    >>> general("ValueError: operands could not be broadcast together with shapes (4,2) (2,1)")
    'ValueError: operands could not be broadcast together with shapes …'
    >>> general("IndexError: index 3 is out of bounds for axis 0 with size 3")
    'IndexError: index … is out of bounds for axis … with size …'
    """
    text = SIZES.sub("…", raises)
    return re.sub(r"…(?:[ ,=+·−/()]*…)+", "…", text)
