"""How long hints are, and how hard to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

from autograder.exercises import Exercise
from autograder.learning import hints
from autograder.learning.cards import Card
from tests.flesch import grade, words

NAMES = re.compile(r"`[^`]*`|“[^”]*”|\[[\d, ]+\]|\d[\d×.]*")
"""What is quoted in a hint: no reader spells it out."""

KINDS = ("1: where to look", "2: nothing written", "2: a wrong answer", "3: a task like it")


def words_of(card: Card) -> str:
    return " ".join(card.paragraphs)


def reading_grade(text: str) -> float:
    """The grade of a hint: years of school that it asks of its readers."""
    parts = re.split(r"[.?!:;]+", NAMES.sub("it", text))
    return grade([part for part in parts if words(part)])


def hints_of(exercise: Exercise) -> list[list[Card]]:
    """All hints of an exercise, by their kind: what speaks of a mistake, for each of them."""
    first, second, third = (hints.card(exercise, number) for number in (1, 2, 3))
    return [[first], [second], list(_on_mistakes(exercise)), [third]]


def _on_mistakes(exercise: Exercise) -> Iterator[Card]:
    for mistake in exercise.mistakes:
        for picture in (None, "a picture"):
            verdict = SimpleNamespace(mistakes=[mistake.name], facets=(), picture=picture)
            yield Card(mistake.name, hints.about_the_case(exercise, verdict))


def measured(cards: list[Card]) -> str:
    """The most words and the highest grade of some hints."""
    texts = [words_of(card) for card in cards]
    longest, hardest = max(len(text.split()) for text in texts), max(map(reading_grade, texts))
    return f"{longest} words, grade {hardest:.1f}"


def row(exercise: Exercise) -> str:
    """An exercise's row in the table of hints."""
    return " | ".join([f"| {exercise.id}", *map(measured, hints_of(exercise))]) + " |"
