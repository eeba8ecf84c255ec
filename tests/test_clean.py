"""`make clean` takes away what was made, and nothing that a person has changed since."""

import json
import shutil

import pytest

from autograder.lessons.build import build
from autograder.lessons.written import WrittenFiles
from tools.clean import clean


@pytest.fixture
def checkout(write_lesson, small_catalogue):
    """A course of one lesson, built, with a sample class and an environment."""
    lesson = write_lesson()
    build(lesson, small_catalogue)
    (lesson.root / ".venv" / "bin").mkdir(parents=True)
    folder = lesson.root / "sample-class"
    files = WrittenFiles(folder, folder / ".written" / "01-small.json")
    files.write(folder / "submitted" / "ada" / "01-small" / "01-small.ipynb", b"{}")
    files.save()
    (folder / "gradebook.db").touch()
    return lesson


def test_everything_that_was_made_is_taken_away(checkout):
    assert clean(checkout.root) == []
    assert {path.name for path in checkout.root.iterdir()} == {"solutions", "notebooks"}
    assert not checkout.instructor.exists()
    assert checkout.source.exists() and checkout.student.exists()


def test_a_notebook_that_was_changed_stays(checkout):
    checkout.instructor.write_text(json.dumps({"cells": []}))
    shutil.copy(checkout.instructor, checkout.root / "solutions" / "01-small (yours).ipynb")
    assert sorted(clean(checkout.root)) == [
        "kept solutions/01-small (yours).ipynb: it is not as it was built",
        "kept solutions/01-small/01-small.ipynb: it is not as it was built",
    ]
    assert checkout.instructor.exists()


@pytest.mark.parametrize("place", ["submitted/ada/01-small/01-small.ipynb", "02 (yours).ipynb"])
def test_a_sample_class_in_which_somebody_has_worked_stays(place, checkout):
    folder = checkout.root / "sample-class"
    (folder / place).write_text('{"mine": 1}')
    assert clean(checkout.root) == [f"kept sample-class/: {place} is not as it was written"]
    assert (folder / "gradebook.db").exists()
