"""Files as people hand them in: each ends in a grade or a sentence, and no loss is silent."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random

import nbformat
import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import file_digest, find_students, read_submission
from autograder.running.matching import plain
from autograder.running.pictures import with_safe_pictures
from autograder.running.rebuild import rebuild

from .as_handed_in import MUTATORS, HandedIn, answers, base, compiled, lesson

MIXED = 250
"""Mixtures of two mutators that are tried, drawn anew from the same seed."""


def read(handed: HandedIn, folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The answers that would be run, and what needs a look."""
    for path, data in handed.files().items():
        place = folder / "submitted" / handed.student / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    students, strays = find_students(ClassFolder(folder), lesson())
    if not students:
        return dict.fromkeys(answers(), ""), tuple(strays)
    assert students == [handed.student]
    assert file_digest(ClassFolder(folder), lesson(), handed.student)
    submission = read_submission(ClassFolder(folder), lesson(), handed.student)
    submission = with_safe_pictures(submission)
    rebuilt = rebuild(compiled().master, compiled().student, submission)
    nbformat.validate(rebuilt.notebook)
    found = {cell.id: cell.source for cell in rebuilt.notebook.cells if cell.id in answers()}
    looks = (submission.unreadable, *submission.remarks, *rebuilt.changes, *strays)
    return found, tuple(filter(None, looks))


def lost(found: dict[str, str]) -> list[str]:
    return [name for name, text in answers().items() if plain(text) not in plain(found[name])]


@pytest.mark.parametrize("name", MUTATORS)
def test_one_thing_that_happens(name, tmp_path):
    mutator = MUTATORS[name]
    handed = base()
    mutator.change(handed, Random(name))
    found, looks = read(handed, tmp_path)
    assert all("\n" not in look for look in looks)
    if lost(found):
        assert looks, "lost without a word"
    if mutator.keeps:
        assert lost(found) == [], looks


def mixtures() -> list[tuple[str, str]]:
    random = Random(2)
    return [tuple(random.sample(sorted(MUTATORS), 2)) for _ in range(MIXED)]


@pytest.mark.parametrize(("first", "second"), mixtures())
def test_two_things_that_happen(first, second, tmp_path):
    handed = base()
    MUTATORS[first].change(handed, Random(first))
    with suppress(Exception):  # the first may have left nothing that it could be done to
        MUTATORS[second].change(handed, Random(second))
    found, looks = read(handed, tmp_path)
    assert looks or not lost(found), "lost without a word"
