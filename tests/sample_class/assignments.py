"""What the class handed in for each lesson, and the grades worked out by hand.

An exercise has 1 point for the check, and most have 3 for the hidden test. A wrong answer fails the
check, unless what it gets wrong is tried in the hidden test alone. Of the test's 3 points it keeps
its share of facets, cut to hundredths, if its plain values are right.

The facets of an exercise are those of its cases and properties in the catalogue, and one more: a
second call of the same function. What a function does to its inputs is told, and worth no points.
"""

from autograder.exercises import LESSONS
from tests.lessons import module_of

from .students import Assignment

ASSIGNMENTS: dict[str, Assignment] = {
    lesson: module.HANDED_IN for lesson in LESSONS if (module := module_of(lesson, "handed_in"))
}
"""By lesson, what `tests/lessons` holds in `handed_in.py`."""
