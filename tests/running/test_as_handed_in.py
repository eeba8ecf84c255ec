"""Files as people hand them in: each ends in a grade or a sentence, and no loss is silent."""

from __future__ import annotations

import html
import pickle
from contextlib import suppress
from pathlib import Path
from random import Random

import nbformat
import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import file_digest, find_students, read_submission
from autograder.running.grade_submission import Assignment, Task, perform
from autograder.running.matching import plain
from autograder.running.pictures import with_safe_pictures
from autograder.running.rebuild import rebuild

from .as_handed_in import MUTATORS, QUESTION, HandedIn, answers, base, compiled, lesson

MIXED = 250
"""Mixtures of two mutators that are tried, drawn anew from the same seed."""


def hand_in(handed: HandedIn, folder: Path) -> None:
    for path, data in handed.files().items():
        place = folder / "submitted" / handed.student / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def read(handed: HandedIn, folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The answers that would be run, and what needs a look."""
    hand_in(handed, folder)
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


FULL = {
    "ends of lines: CRLF": "",
    "ends of lines: non breaking spaces": "",
    "a byte order mark on the file": "",
    "a picture in the answer: PNG": "",
    "a picture in the answer: JPEG": "",
    "a picture in the answer: GIF": "",
    "a picture in the answer: lost": "a picture in the text is not in the file",
    "a picture as text: of 160 000 letters": "",
    "a picture as text among code: answer": "a picture among the code was left out",
    "all ids gone": "without their ids, and found by what is in them",
    "ids made anew: Colab": "without their ids, and found by what is in them",
    "one id on every cell: of an answer": "there twice",
    "an answer is split in two: second half": "there twice",
    "among the cells: null": "damaged and left out",
    "the format: as text": "",
    "notebook format 3": "",
    "a cell of the lesson's text: half an emoji": "half a character",
    "the notebook is called: by the student and higher": "was taken for it",
    "a zip: with another name": "was taken for it",
    "what systems leave in folders": "",
}
"""Some that are run for real: each earns every point, and what is said of it."""


@pytest.fixture(scope="module")
def assignment() -> bytes:
    return pickle.dumps(Assignment.of(lesson(), compiled()))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", FULL)
def test_every_point_is_earned_all_the_same(name, assignment, tmp_path):
    handed = base()
    MUTATORS[name].change(handed, Random(name))
    hand_in(handed, tmp_path)
    submission = read_submission(ClassFolder(tmp_path), lesson(), handed.student)
    graded = perform(Task(assignment, submission, seed=3))
    assert sum(points or 0 for points in graded.points.values()) == 32, graded.looks
    assert graded.points[QUESTION] is None
    assert FULL[name] in "\n".join(graded.looks)
    assert bool(FULL[name]) == bool(graded.looks), graded.looks
    page = html.unescape(graded.page)
    assert all(look in page for look in graded.looks)
    if "picture" in name and not FULL[name]:
        assert 'src="data:image/' in graded.page.split(QUESTION, 1)[-1]


def test_a_file_that_cannot_be_read_earns_nothing_and_says_so(assignment, tmp_path):
    handed = base()
    MUTATORS["half a file"].change(handed, Random(0))
    hand_in(handed, tmp_path)
    submission = read_submission(ClassFolder(tmp_path), lesson(), "ada")
    graded = perform(Task(assignment, submission, seed=3))
    assert set(graded.points.values()) == {0.0}
    assert graded.looks == ("02-filters.ipynb is not JSON: the file is damaged or not a notebook",)
    assert graded.looks[0] in graded.page
