"""The lessons' questions to recall, read from their notebooks, and some with numbers drawn anew."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.exercises import LESSONS

HEADING = re.compile(r"##+ .*\brecall\b")
ASKED = re.compile(r"^(\d+)\. ", re.MULTILINE)
ANSWERED = re.compile(r"\*\*(\d+)\*\* |^- \*(\d+):\* ", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A question of a lesson, and what is right.

    Parameters
    ----------
    id : str
        The lesson and the question's number: `"02-filters/3"`. What is kept of it goes by that.
    asks, answer : str
    number : int, optional
        The answer, where it is a number that can be compared.
    """

    id: str
    asks: str
    answer: str
    number: int | None = None

    @property
    def lesson(self) -> str:
        return self.id.partition("/")[0]


def questions_of(notebook: Path, lesson: str) -> Iterator[Question]:
    """The questions that a lesson's notebook ends with; none if it cannot be read."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (OSError, ValueError, LookupError, TypeError):
        return
    for text in texts:
        if HEADING.match(text):
            yield from questions_in(text, lesson)


def questions_in(text: str, lesson: str) -> Iterator[Question]:
    """The questions of one cell, each with its folded answer.

    Examples
    --------
    >>> asked = "## To recall\\n\\n1. Why?\\n2. How?"
    >>> folded = "<details>\\n**1** So. **2** Thus.\\n</details>"
    >>> found = questions_in(f"{asked}\\n\\n{folded}", "02-filters")
    >>> [(one.id, one.asks, one.answer) for one in found]
    [('02-filters/1', 'Why?', 'So.'), ('02-filters/2', 'How?', 'Thus.')]
    """
    asked, _, folded = text.partition("<details")
    answers = _numbered(ANSWERED, folded.rpartition("</details>")[0])
    for number, words in _numbered(ASKED, asked).items():
        if number in answers:
            yield Question(f"{lesson}/{number}", words, answers[number])


def _numbered(mark: re.Pattern[str], text: str) -> dict[str, str]:
    """What stands behind each number, on one line."""
    found = list(mark.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {
        next(filter(None, one.groups())): " ".join(text[one.end() : end].split())
        for one, end in zip(found, ends, strict=True)
    }


# -- with numbers drawn anew -----------------------------------------------------------------------


def unit_weights(rng: random.Random) -> tuple[str, int]:
    side, units = rng.randint(5, 40), rng.randint(2, 30)
    asks = (
        f"A gray picture of {side}×{side} pixels is laid flat. How many parameters does a fully "
        f"connected layer to {units} units have, biases included?"
    )
    return asks, (side * side + 1) * units


def filter_weights(rng: random.Random) -> tuple[str, int]:
    depth, filters, kernel = rng.randint(2, 64), rng.randint(2, 64), rng.choice((1, 3, 5, 7))
    asks = (
        f"An input is {depth} deep, and a layer has {filters} filters of {kernel}×{kernel}. How "
        "many parameters does it have, biases included?"
    )
    return asks, filters * (depth * kernel * kernel + 1)


def output_side(rng: random.Random) -> tuple[str, int]:
    kernel, pad, stride = rng.choice((3, 5, 7)), rng.randint(0, 3), rng.randint(1, 4)
    places = rng.randint(3, 30)
    size = (places - 1) * stride + kernel - 2 * pad
    asks = (
        f"A {kernel}×{kernel} filter with stride {stride} and pad {pad} slides over a picture of "
        f"{size}×{size} pixels. How many pixels wide is the result?"
    )
    return asks, places


def field(rng: random.Random) -> tuple[str, int]:
    layers = [(rng.choice((3, 5)), rng.choice((1, 2))) for _ in range(3)]
    size, apart = 1, 1
    for kernel, stride in layers:
        size, apart = size + (kernel - 1) * apart, apart * stride
    rows = ", ".join(f"{kernel}×{kernel} with stride {stride}" for kernel, stride in layers)
    return f"Three layers follow each other: {rows}. How many pixels wide does an output see?", size


def pooled_side(rng: random.Random) -> tuple[str, int]:
    size, stride, places = rng.randint(2, 4), rng.randint(1, 3), rng.randint(3, 30)
    side = (places - 1) * stride + size
    asks = (
        f"A {size}×{size} pooling with stride {stride} shrinks maps of {side}×{side}. How many "
        "pixels wide are they then?"
    )
    return asks, places


def stacked_weights(rng: random.Random) -> tuple[str, int]:
    channels, layers = rng.choice((8, 16, 32, 64)), rng.randint(2, 4)
    asks = (
        f"{layers} layers of {channels} 3×3 filters follow each other, on an input that is "
        f"{channels} deep. How many weights do they have together, without biases?"
    )
    return asks, layers * 9 * channels * channels


def separable_weights(rng: random.Random) -> tuple[str, int]:
    channels, filters = rng.randint(4, 64), rng.randint(4, 64)
    asks = (
        f"A depthwise 3×3 convolution on {channels} channels is followed by a pointwise one with "
        f"{filters} filters. How many weights do both have, without biases?"
    )
    return asks, channels * (9 + filters)


DRAWN: dict[str, tuple[Callable[[random.Random], tuple[str, int]], ...]] = {
    "01-fully-connected-limits": (unit_weights,),
    "02-filters": (filter_weights,),
    "03-padding-and-stride": (output_side, field),
    "04-pooling-and-normalization": (pooled_side,),
    "08-vgg": (stacked_weights,),
    "09-after-vgg": (separable_weights,),
}
"""Questions that have other numbers each time, by lesson."""


def drawn_questions(lesson: str, rng: random.Random) -> Iterator[Question]:
    """A lesson's questions whose numbers are drawn."""
    for draw in DRAWN.get(lesson, ()):
        asks, number = draw(rng)
        name = draw.__name__.replace("_", "-")
        yield Question(f"{lesson}/{name}", asks, f"{number}", number)


def all_questions(folders: list[Path], rng: random.Random) -> list[Question]:
    """The questions of all lessons that are found, in their order.

    Parameters
    ----------
    folders : list of Path
        Of lessons' folders; for each lesson, the first that has its notebook counts.
    rng : random.Random
        Draws the numbers.
    """
    found: list[Question] = []
    for lesson in LESSONS:
        paths = (folder / lesson / f"{lesson}.ipynb" for folder in folders)
        for path in filter(Path.is_file, paths):
            found += [*questions_of(path, lesson), *drawn_questions(lesson, rng)]
            break
    return found
