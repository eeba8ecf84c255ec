"""What every exercise is judged on, written down apart from the catalogue.

A facet that goes missing there goes missing here, and is noticed.
"""

from pathlib import Path

from autograder.exercises import LESSONS, of_lesson

PAGE = Path(__file__).with_name("facets.txt")


def facets() -> list[str]:
    """One line an exercise: its id, then every facet of its cases and properties, once."""
    lines = []
    for lesson in LESSONS:
        for exercise in of_lesson(lesson):
            tested = [*exercise.cases, *exercise.properties]
            names = dict.fromkeys(one.facet for one in tested) or {"value": None}
            lines.append(f"{exercise.id}: {' '.join(names)}")
    return lines


def test_no_facet_is_lost_or_added_unnoticed():
    assert facets() == PAGE.read_text(encoding="utf-8").splitlines()
