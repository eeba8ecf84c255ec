"""Writing the page of mutants from all that is kept."""

from __future__ import annotations

from autograder.lessons.files import write_aside
from tests import banks

from . import kept
from .page import PAGE, page


def write_page() -> None:
    every = [exercise.id for exercise in banks.exercises()]
    two = kept.composed().read()
    text = page(every, kept.refused().read(), kept.named().read(), kept.of_bank(), two)
    write_aside(PAGE, text)
