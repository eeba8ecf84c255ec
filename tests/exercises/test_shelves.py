"""The catalogue's files: one an exercise, none too long, and nothing listed by hand."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import indent

import pytest

from autograder import exercises
from autograder.exercises import LESSONS, catalogue, find, of_lesson, package_of
from autograder.lessons.course import Course

FOLDER = Path(exercises.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
LONGEST = 450

MAY_IMPORT = ("autograder.exercises", "autograder.reference", "autograder.datasets")


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_file_is_too_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_exercises_import_only_the_reference_the_data_and_each_other(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            whole = [f"{node.module}.{name.name}" for name in node.names]
        elif isinstance(node, ast.Import):
            whole = [name.name for name in node.names]
        else:
            continue
        ours = [name for name in whole if name.startswith("autograder")]
        # What crosses the wall is what arguments are made of; recorded results are frames of it.
        allowed = (*MAY_IMPORT, "autograder.inside.arguments", "autograder.inside.wire")
        assert all(name.startswith(allowed) for name in ours), f"{name_of(path)} imports {ours}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_file_of_a_lesson_is_an_exercise_unless_it_is_shared(lesson):
    files = [path for path in FILES if path.parent.name == package_of(lesson)]
    names = [path.stem for path in files if not path.stem.startswith("_")]
    assert sorted(names) == sorted(exercise.function_name for exercise in of_lesson(lesson))


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_two_exercises_of_a_lesson_have_one_place(lesson):
    orders = [exercise.order for exercise in of_lesson(lesson)]
    assert len(set(orders)) == len(orders)
    assert orders == sorted(orders)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_catalogue_has_the_order_of_the_lesson(lesson):
    place = Course.find().lesson(lesson).order_of_cells()
    ids = [exercise.id for exercise in of_lesson(lesson)]
    asked = sorted((one for one in ids if one in place), key=place.get)
    assert [one for one in ids if one in place] == asked, "mend `order` in the exercises' files"


NUMBERS = {one.id for one in catalogue().values() if not callable(one.reference)}
HARDEST = {
    "conv2d-backward",
    "batch-normalize-backward",
    "train",
    "backward",
    "project",
    "capstone",
}


@pytest.mark.parametrize("one", catalogue().values(), ids=lambda one: one.id)
def test_points_follow_what_has_to_be_written(one):
    assert one.check_points == 1
    whole = one.check_points + one.test_points
    assert whole in (2, 4, 6, 8)
    assert (whole == 8) == (one.id in HARDEST)
    if one.id in NUMBERS and one.id != "alexnet-multiply-adds":  # asks for a function on the way
        assert whole == 2


def test_no_two_lessons_ask_the_same_exercise():
    assert len(catalogue()) == sum(len(of_lesson(lesson)) for lesson in LESSONS)


def test_an_exercise_knows_its_name_and_its_lesson_from_where_its_file_lies():
    exercise = find("max-pool2d-backward")
    assert exercise.id == "max-pool2d-backward"
    assert exercise.lesson == "05-backpropagation"
    assert (FOLDER / package_of(exercise.lesson) / f"{exercise.function_name}.py").is_file()


def test_a_mistake_points_to_its_exercises_heading_unless_it_names_another():
    exercise = find("conv2d-naive")
    headings = {mistake.name: exercise.heading(mistake) for mistake in exercise.mistakes}
    assert headings["only image 0"] == exercise.see == "Every filter, every image"
    assert headings["kernel flipped"] == "Flip it or not"


def test_the_mistake_in_the_recipe_is_that_of_the_catalogue():
    recipe = (FOLDER.parents[1] / "docs" / "adding.md").read_text(encoding="utf-8")
    row = "    Mistake(" + recipe.split("    Mistake(")[1].split("\n\n")[0]
    source = (FOLDER / "lesson_02_filters" / "convolve2d.py").read_text(encoding="utf-8")
    assert indent(row, " " * 4) in source
