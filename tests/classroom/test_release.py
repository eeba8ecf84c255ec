"""What students get checks on the open cases, and holds no answer, no hidden case, no grading."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
import textwrap
import zipfile
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import pytest
from nbformat import NotebookNode

from autograder.classroom.release import release
from autograder.classroom.release.contents import refuse_answers, refuse_what_is_not_there
from autograder.classroom.release.recording import recorded
from autograder.cli import main
from autograder.exercises import find, of_lesson
from autograder.exercises.recorded import ENDING, read
from autograder.inside.answers import LocalAnswer
from autograder.judging.checking import judge_handed
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError

PROGRAM = '''
import sys
import numpy as np
import autograder
from autograder import WrongAnswer, check, hint, look, progress, solution
from autograder.figures import filters as figures
from autograder.datasets import load_photo

def right(image, kernel):
    """Slide the kernel."""
    kh, kw = kernel.shape
    if kh > image.shape[0] or kw > image.shape[1]:
        raise ValueError("too large")
    out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1), image.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
    return out

def flipped(image, kernel):
    return right(image, kernel[::-1, ::-1])

assert load_photo("chelsea").ndim
check("cross-correlate2d", right)
look("cross-correlate2d", right)
try:
    check("cross-correlate2d", flipped)
except WrongAnswer as error:
    print("SAID", error)
for name in LATER:
    assert check(name, None) is None
    look(name)
    hint(name)
    autograder.ask(name, None)
hint("cross-correlate2d")
progress()
solution("cross-correlate2d")
try:
    check("cross-correlate2d", autograder.reference.cross_correlate2d)
except AttributeError as error:
    print("NO", error)
for name in ("nbgrader", "distributed", "dask", "sqlalchemy", "nbformat"):
    assert name not in sys.modules, name
'''


@pytest.fixture(scope="module")
def unpacked(filters: Lesson, tmp_path_factory) -> Path:
    """A release of lesson 02, unpacked as a student would, and its wheel as pip would."""
    root = tmp_path_factory.mktemp("student")
    done = release([filters], root / "r.zip")
    assert done.later
    with zipfile.ZipFile(done.path) as archive:
        archive.extractall(root)
    (wheel,) = (root / "course").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(root / "site")
    return root


def test_check_works_with_the_release_alone(unpacked, filters):
    later = release([filters], unpacked / "again.zip").later
    assert (unpacked / "again.zip").read_bytes() == (unpacked / "r.zip").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", f"LATER = {later!r}\n{PROGRAM}"],
        cwd=unpacked / "course",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(unpacked),
            "PYTHONPATH": str(unpacked / "site"),
            "PYTHONSAFEPATH": "1",
            "MPLCONFIGDIR": str(unpacked),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (said,) = (line for line in done.stdout.splitlines() if line.startswith("SAID"))
    assert "This is what you get when the kernel is flipped" in said
    assert "NO module 'autograder' has no attribute 'reference'" in done.stdout


def longest_statement(function: object) -> str:
    """The longest statement of a function that is written with `def`; empty if none is long."""
    if not isinstance(function, FunctionType) or function.__name__ == "<lambda>":
        return ""
    source = textwrap.dedent(inspect.getsource(function))
    (node,) = ast.parse(source).body
    body = getattr(node, "body", [])[1 if ast.get_docstring(node) else 0 :]
    parts = [ast.get_source_segment(source, one) or "" for one in body]
    longest = max(parts, key=len, default="")
    return longest if len(longest) >= 25 else ""


def test_a_search_through_all_files_finds_no_answer_and_no_hidden_case(unpacked, filters):
    package = unpacked / "site" / "autograder"
    texts = {path: path.read_bytes() for path in unpacked.rglob("*") if path.is_file()}
    found = [path for path, data in texts.items() if b"hidden=True" in data]
    assert not [path for path in found if "lesson_" in str(path) or path.suffix == ".ipynb"]
    functions = [one.reference for one in of_lesson(filters.name) if callable(one.reference)]
    functions += [m.answer for one in of_lesson(filters.name) for m in one.mistakes]
    said = [text for one in functions if (text := longest_statement(one))]
    assert len(said) >= 5
    for text in said:
        holders = [path for path, data in texts.items() if text.encode() in data]
        assert not holders, (text, holders)
    assert not (package / "judging" / "outside.py").exists()
    for room in ("classroom", "running", "sandbox", "lessons", "cli"):
        assert not (package / room).exists(), room


def test_the_zip_says_how_to_set_it_up_on_each_system(unpacked, filters):
    text = (unpacked / "course" / "SETUP.md").read_text()
    (wheel,) = (unpacked / "course").glob("*.whl")
    assert text.count(wheel.name) == 2
    assert all(system in text for system in ("Linux", "macOS", "Windows"))
    assert len(text.splitlines()) <= 40
    notebook = unpacked / "course" / filters.name / f"{filters.name}.ipynb"
    assert notebook.read_bytes() == filters.student.read_bytes()


def test_lessons_of_which_one_answers_another_are_refused():
    lesson = Lesson("06-lenet", Path("unused"))
    used = frozenset({"layers.conv", "rows"})
    with pytest.raises(ClassroomError) as error:
        refuse_answers(lesson, used, of_lesson("03-padding-and-stride"))
    assert str(error.value) == (
        "06-lenet lets its students use conv2d_forward, which 03-padding-and-stride asks for: "
        "release the two in zips of their own."
    )
    refuse_answers(lesson, used, of_lesson("02-filters"))


def test_a_lesson_that_needs_more_of_the_reference_is_refused():
    lesson = Lesson("09-after-vgg", Path("unused"))
    cell = {"cell_type": "code", "source": "from autograder.reference import average_pool2d"}
    notebook = NotebookNode(cells=[NotebookNode(cell)])
    with pytest.raises(ClassroomError, match="a release does not carry these: give its students"):
        refuse_what_is_not_there(lesson, notebook, frozenset())


def test_bad_input_is_one_sentence_and_nothing_is_overwritten(lesson, monkeypatch, capsys):
    monkeypatch.chdir(lesson.root)
    there = lesson.root / "there.zip"
    there.write_text("mine")
    assert main(["release", lesson.name, "--to", str(there)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert there.read_text() == "mine"
    assert main(["release", "nothing", "--to", "r.zip"]) == 1
    assert "There is no lesson 'nothing'" in capsys.readouterr().err
    assert not Path("r.zip").exists()


@pytest.mark.parametrize("name", ["cross-correlate2d", "conv-parameter-count"])
def test_what_is_written_down_judges_and_names_mistakes_as_the_course_does(name, tmp_path):
    exercise = find(name)
    file = tmp_path / f"{exercise.function_name}.py"
    file.with_suffix(ENDING).write_bytes(recorded(exercise) or b"")
    ours = replace(read(str(file)), id=exercise.id, lesson=exercise.lesson)
    answers = [exercise.reference, *(mistake.answer for mistake in exercise.mistakes)]
    for answer in answers:
        here, there = (
            judge_handed(one, LocalAnswer(answer), None, hidden=False) for one in (ours, exercise)
        )
        assert (here.passed, here.mistakes) == (there.passed, there.mistakes)
        if here.passed:
            assert here.message == there.message, "what is asked only after handing in"


def test_a_value_is_left_to_the_grader():
    assert recorded(find("lenet-parameter-count")) is None
