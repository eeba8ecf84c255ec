"""A lesson's questions for a number, with numbers of a class's own: a sheet, and its answers.

What a lesson itself asks has one answer, which is found anywhere. These have another one for each
class, for a test on paper or a talk: networks of the lesson with other widths, and the questions
to recall whose numbers are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.learning.questions import Question, drawn_questions
from autograder.lessons.errors import ClassroomError
from autograder.reference import (
    ALEXNET_INPUT,
    LENET_INPUT,
    VGG_INPUT,
    ZFNET_INPUT,
    alexnet_layers,
    lenet_layers,
    multiply_adds,
    parameter_counts,
    vgg_layers,
    zfnet_layers,
)
from autograder.reference.rows import Layer, Layers

Network = tuple[str, Callable[[], Layers], tuple[int, ...]]

NETWORKS: dict[str, tuple[Network, ...]] = {
    "06-lenet": (("LeNet-5", lenet_layers, LENET_INPUT),),
    "07-alexnet-and-zfnet": (
        ("AlexNet", alexnet_layers, ALEXNET_INPUT),
        ("ZFNet", zfnet_layers, ZFNET_INPUT),
    ),
    "08-vgg": (("VGG-16", lambda: vgg_layers(16), VGG_INPUT),),
}
"""Networks of a lesson that are asked about with other widths."""

DENSE = "fully_connected"

TIMES = (2, 3, 5, 6)
"""Quarters of a width that another one may have."""

SHEET = """\
# {lesson}: questions for a number

{questions}
"""

KEY = """\
# {lesson}: answers

For this class alone: its numbers are drawn from its own seed.

{answers}
"""


@dataclass(frozen=True)
class Sheet:
    """Questions as Markdown, and their answers."""

    questions: str
    answers: str


def question_sheet(lesson: str, seed: str) -> Sheet:
    """A lesson's questions with numbers drawn from a class's seed: the same for the same class.

    Raises
    ------
    ClassroomError
        If the lesson asks nothing whose numbers can be drawn.

    Examples
    --------
    >>> one, other = question_sheet("08-vgg", "a"), question_sheet("08-vgg", "b")
    >>> one == question_sheet("08-vgg", "a"), one.questions == other.questions
    (True, False)
    """
    rng = random.Random(f"{seed}/{lesson}")
    asked = [*drawn_questions(lesson, rng), *network_questions(lesson, rng)]
    if not asked:
        raise ClassroomError(f"{lesson} asks nothing whose numbers can be drawn.")
    questions = "\n\n".join(f"{n}. {one.asks}" for n, one in enumerate(asked, 1))
    answers = "\n".join(f"{n}. {one.number:,}" for n, one in enumerate(asked, 1))
    return Sheet(
        SHEET.format(lesson=lesson, questions=questions),
        KEY.format(lesson=lesson, answers=answers),
    )


def network_questions(lesson: str, rng: random.Random) -> Iterator[Question]:
    """What networks of a lesson cost, with other widths than theirs."""
    for name, layers, shape in NETWORKS.get(lesson, ()):
        own = with_other_widths(layers(), rng)
        counts = parameter_counts(own, shape)
        dense = (count for (kind, _), count in zip(own, counts, strict=True) if kind == DENSE)
        asks = {
            "How many parameters does it learn, biases included?": sum(counts),
            "How many of these are in its fully connected rows?": sum(dense),
            "How many multiplications with an addition does one image take?": sum(
                multiply_adds(own, shape)
            ),
        }
        table = f"A network is built like {name}, for images of {_times(shape)}:\n\n{_table(own)}"
        for number, (words, right) in enumerate(asks.items()):
            begun = table if number == 0 else f"Of the network above that is built like {name}:"
            yield Question(f"{lesson}/{name}-{number}", f"{begun}\n\n   {words}", "", right)


def with_other_widths(layers: Layers, rng: random.Random) -> Layers:
    """A table with other numbers of filters and units: what was alike stays alike."""
    drawn: dict[tuple[str, int], int] = {}

    def wide(what: str, width: int) -> int:
        return drawn.setdefault((what, width), width * rng.choice(TIMES) // 4)

    return [_with_width(row, wide) for row in layers]


def _with_width(row: Layer, wide: Callable[[str, int], int]) -> Layer:
    kind, options = row
    return kind, {
        name: wide(name, value) if name in ("filters", "units") else value
        for name, value in options.items()
    }


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _table(layers: Layers) -> str:
    rows = ((kind.replace("_", " "), options) for kind, options in layers)
    lines = (
        f"   | {kind} | {', '.join(f'{name} {value}' for name, value in options.items())} |"
        for kind, options in rows
    )
    return "\n".join(["   | row | with |", "   |---|---|", *lines])
