"""Keeping what was drawn for an exercise, until something that the drawings rest on changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from autograder.exercises import Exercise
from autograder.lessons.files import write_aside
from autograder.running.digests import exercise_digest, modules_digest, versions

from . import smallest
from .smallest import Shown, show_mistake, show_task

KEPT = Path(__file__).resolve().parents[2] / ".proofs" / "mistakes"
"""One file an exercise; a cache of this checkout, never committed."""

USED = ("judging.checking", "judging.explaining.picturing", "judging.explaining.shrinking")
"""Modules of the package that find and draw a failing case."""


@dataclass(frozen=True)
class Drawn:
    """What is drawn for one exercise: its task, and each of its mistakes."""

    task: str
    mistakes: tuple[Shown, ...]


def drawn(exercise: Exercise, kept: Path | None = None) -> Drawn:
    """The drawings of an exercise, made anew only if what they rest on has changed."""
    path, digest = (kept or KEPT) / f"{exercise.id}.json", digest_of(exercise)
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        held = {}
    if held.get("digest") == digest:
        return Drawn(held["task"], tuple(Shown(**shown) for shown in held["mistakes"]))
    made = draw_all(exercise)
    write_aside(path, json.dumps({"digest": digest, **asdict(made)}, ensure_ascii=False))
    return made


def draw_all(exercise: Exercise) -> Drawn:
    """Draw the task and all mistakes of an exercise."""
    return Drawn(show_task(exercise), tuple(show_mistake(exercise, m) for m in exercise.mistakes))


def digest_of(exercise: Exercise) -> str:
    """A digest of all that the drawings of an exercise rest on."""
    return hashlib.sha256(f"{exercise_digest(exercise.id)}{shared_digest()}".encode()).hexdigest()


@cache
def shared_digest() -> str:
    """A digest of what the drawings of all exercises rest on."""
    modules = modules_digest(frozenset((f"autograder.{name}", None) for name in USED))
    own = Path(smallest.__file__).read_text(encoding="utf-8")
    kept_back = sorted(smallest.right_numbers())
    return hashlib.sha256(f"{modules}{own}{kept_back}{versions()}".encode()).hexdigest()
