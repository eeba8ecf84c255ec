"""What stands ready for each lesson, one folder a lesson, named as in `autograder/exercises`.

`right.py` holds `ANSWERS`: for each exercise, right answers in other styles than the reference's,
by style. `wrong.py` holds `ANSWERS` too: wrong answers that are *not* in the catalogue, by what is
wrong with them; its `NOT_SPOILED` names, by exercise, general ways of being wrong that mean
something else there. `handed_in.py` holds `HANDED_IN`: what the sample class handed in, and its
grades.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from autograder.exercises import package_of

FOLDER = Path(__file__).parent


def path_of(lesson: str, name: str) -> Path:
    """The file of that name of a lesson: `path_of("02-filters", "right")`."""
    return FOLDER / package_of(lesson) / f"{name}.py"


def module_of(lesson: str, name: str) -> ModuleType | None:
    """What is in that file; None where there is no such file."""
    if not path_of(lesson, name).exists():
        return None
    return import_module(f"{__name__}.{package_of(lesson)}.{name}")
