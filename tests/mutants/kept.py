"""What was found of the mutants of each exercise, kept while all that it rests on is the same."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from autograder.exercises import Exercise
from autograder.lessons.files import write_aside
from autograder.running.digests import exercise_digest, judge_digest
from tests.generated import ROOT
from tests.lessons import path_of

HERE = Path(__file__).parent

CHECKING = (
    "tests/mutants/changes.py",
    "tests/mutants/judged.py",
    "autograder/judging/trials.py",
    "autograder/judging/comparing.py",
    "autograder/judging/measuring.py",
    "autograder/inside/answers.py",
    "autograder/exercises/model.py",
    "autograder/exercises/spaces.py",
)
"""What decides, beside the exercise itself, whether a mutant is refused."""


class Kept:
    """Results by exercise in a file, each with a digest of what it rests on.

    Several processes may write to it, each for exercises of its own.

    Parameters
    ----------
    path : Path
    rests_on : sequence of str
        Digests and texts that all results rest on, beside those of their exercise.
    """

    def __init__(self, path: Path, rests_on: Sequence[str]) -> None:
        self.path, self.rests_on = path, rests_on

    def of(self, exercise: Exercise) -> dict[str, Any] | None:
        """What is known of an exercise; None if something has changed since."""
        known = self.read().get(exercise.id)
        return known if known and known["digest"] == self.digest(exercise) else None

    def keep(self, exercise: Exercise, found: dict[str, Any]) -> None:
        with alone():
            every = {**self.read(), exercise.id: {"digest": self.digest(exercise), **found}}
            lines = [f"{json.dumps(name)}: {json.dumps(every[name])}" for name in sorted(every)]
            write_aside(self.path, "{\n" + ",\n".join(lines) + "\n}\n")

    def read(self) -> dict[str, Any]:
        return json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}

    def digest(self, exercise: Exercise) -> str:
        texts = [*self.rests_on, exercise_digest(exercise.id), bank_of(exercise.lesson)]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


@contextmanager
def alone() -> Iterator[None]:
    """Keep other processes from writing meanwhile."""
    folder = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@cache
def bank_of(lesson: str) -> str:
    """The text of a lesson's bank of right answers."""
    path = path_of(lesson, "right")
    return path.read_text(encoding="utf-8") if path.exists() else ""


@cache
def refused() -> Kept:
    """Which mutants are refused."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in CHECKING]
    return Kept(HERE / "refused.json", texts)


BANK = HERE / "bank.json"
"""How many wrong answers of the bank have what said of them."""


def of_bank() -> dict[str, int]:
    return json.loads(BANK.read_text(encoding="utf-8")) if BANK.exists() else {}


@cache
def named() -> Kept:
    """What is said of those that are."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in CHECKING[:2]]
    return Kept(HERE / "named.json", [judge_digest(), *texts])


@cache
def composed() -> Kept:
    """Which names are given to two mistakes in one answer."""
    text = (ROOT / "tests" / "composed.py").read_text(encoding="utf-8")
    return Kept(HERE / "composed.json", [judge_digest(), text])
