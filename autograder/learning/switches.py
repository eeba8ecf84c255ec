"""Whether hints and solutions are there: an instructor can switch both off.

A file `autograder.toml` in the folder of the lessons, or in one above, may say

    [help]
    hints = false
    solutions = false
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from .record import GRADING

FILE = "autograder.toml"

OFF = {
    "hints": "Hints are switched off for this course: ask your instructor.",
    "solutions": "Solutions are switched off for this course: ask your instructor.",
}
"""What a learner is told of a kind of help that is switched off."""


def is_graded() -> bool:
    """Whether nbgrader runs this notebook: then nobody is there to be helped."""
    return any(name in os.environ for name in GRADING)


def is_offered(name: str) -> bool:
    """Whether a kind of help is given here; where it is switched off, the learner is told."""
    if is_graded():
        return False
    if not is_on(name):
        print(OFF[name])
    return is_on(name)


def is_on(name: str, folder: Path | None = None) -> bool:
    """Whether a kind of help is switched on: `"hints"` or `"solutions"`.

    The nearest file counts. One that cannot be read switches nothing off.
    """
    here = (folder or Path.cwd()).resolve()
    for around in (here, *here.parents):
        if (around / FILE).is_file():
            return _settings(around / FILE).get(name) is not False
    return True


def _settings(path: Path) -> dict:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8")).get("help", {})
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}
