"""What a person wrote into a file of ours is kept, and they are told where."""

import json

import pytest

from autograder.exercises import find
from autograder.lessons.build import build, make_ready
from autograder.lessons.own_copy import own_copy
from autograder.lessons.written import Written, WrittenFiles

SMALL = (find("conv-parameter-count"),)


@pytest.fixture
def built(write_lesson):
    """The small lesson, built, with a picture beside it."""
    lesson = write_lesson()
    (lesson.source.parent / "cat.txt").write_text("a cat")
    build(lesson, SMALL)
    return lesson


def type_an_answer(path):
    notebook = json.loads(path.read_text())
    notebook["cells"][3]["source"] = ["mine = 1"]
    path.write_text(json.dumps(notebook))


def run_a_cell(path):
    notebook = json.loads(path.read_text())
    notebook["cells"][3]["execution_count"] = 7
    path.write_text(json.dumps(notebook))


def add_a_cell(path):
    notebook = json.loads(path.read_text())
    notebook["cells"].append({"cell_type": "raw", "id": "x", "metadata": {}, "source": ["note"]})
    path.write_text(json.dumps(notebook))


def damage(path):
    path.write_bytes(path.read_bytes()[:100])


EDITS = [type_an_answer, run_a_cell, add_a_cell, damage]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("again", [build, make_ready])
def test_a_build_keeps_what_was_written_into_the_students_notebook(built, edit, again):
    fresh = built.student.read_bytes()
    edit(built.student)
    theirs = built.student.read_bytes()
    written = again(built, SMALL)
    copy = built.student.with_name("01-small (yours).ipynb")
    assert written.kept == [(built.student, copy)]
    assert (copy.read_bytes(), built.student.read_bytes()) == (theirs, fresh)
    assert written.kept_sentences(built.root) == [
        "notebooks/01-small/01-small.ipynb had been changed by hand: "
        "what was there is now in notebooks/01-small/01-small (yours).ipynb."
    ]


def test_each_time_under_a_name_of_its_own(built):
    for _ in range(3):
        add_a_cell(built.student)
        theirs = built.student.read_bytes()
        assert build(built, SMALL).kept[0][1].read_bytes() == theirs
    assert sorted(path.name for path in built.student.parent.glob("*(*")) == [
        "01-small (yours 2).ipynb",
        "01-small (yours 3).ipynb",
        "01-small (yours).ipynb",
    ]


def test_an_instructors_notebook_is_kept_where_nbgrader_does_not_look(built):
    add_a_cell(built.instructor)
    theirs = built.instructor.read_bytes()
    build(built, SMALL)
    assert (built.root / "solutions" / "01-small (yours).ipynb").read_bytes() == theirs
    assert sorted(path.name for path in built.instructor.parent.glob("*.ipynb")) == [
        "01-small.ipynb"
    ]


def test_a_file_beside_the_notebook_is_kept_too(built):
    (built.student.parent / "cat.txt").write_text("my cat")
    build(built, SMALL)
    assert (built.student.parent / "cat.txt").read_text() == "a cat"
    assert (built.student.parent / "cat (yours).txt").read_text() == "my cat"


def test_what_was_built_and_left_alone_is_replaced_without_a_word(built):
    built.source.write_text(built.source.read_text() + "\n# %%\n2 + 2\n")
    written = build(built, SMALL)
    assert written == Written([built.instructor, built.student])


def test_without_a_record_nothing_is_taken_for_ours(built):
    built.record.unlink()
    built.source.write_text(built.source.read_text() + "\n# %%\n2 + 2\n")
    assert [path for path, _ in build(built, SMALL).kept] == [built.instructor, built.student]


def test_a_damaged_record_remembers_nothing(tmp_path):
    (tmp_path / "record.json").write_text("{")
    (tmp_path / "notes.txt").write_text("mine")
    files = WrittenFiles(tmp_path, tmp_path / "record.json")
    files.write(tmp_path / "notes.txt", b"ours")
    assert files.save().kept == [(tmp_path / "notes.txt", tmp_path / "notes (yours).txt")]


def test_a_copy_of_ones_own_is_made_once_and_never_written_to(built, tmp_path):
    own = tmp_path / "my-course" / "01-small"
    assert own_copy(built, tmp_path / "my-course") == [own / "01-small.ipynb", own / "cat.txt"]
    add_a_cell(own / "01-small.ipynb")
    (own / "cat.txt").unlink()
    theirs = (own / "01-small.ipynb").read_bytes()
    built.source.write_text(built.source.read_text() + "\n# %%\n2 + 2\n")
    build(built, SMALL)
    assert own_copy(built, tmp_path / "my-course") == [own / "cat.txt"]
    assert (own / "01-small.ipynb").read_bytes() == theirs
