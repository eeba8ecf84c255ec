"""What students get checks on the open cases, and holds no answer, no hidden case, no grading."""

from __future__ import annotations

import ast
import inspect
import io
import os
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import autograder
from autograder import datasets
from autograder.classroom.release import release
from autograder.classroom.release.contents import refuse_answers
from autograder.classroom.release.data import LOADERS, write_digits
from autograder.classroom.release.package import ENTRANCE
from autograder.classroom.release.recording import recorded
from autograder.classroom.release.reference import Parts, parts_used
from autograder.cli import main
from autograder.exercises import LESSONS, find, of_lesson
from autograder.exercises.recorded import ENDING, read
from autograder.inside.answers import LocalAnswer
from autograder.judging.checking import judge_handed
from autograder.lessons.course import Course, Lesson
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


def test_a_release_has_no_part_that_grades(unpacked):
    package = unpacked / "site" / "autograder"
    assert not (package / "judging" / "outside.py").exists()
    for room in ("classroom", "running", "sandbox", "lessons", "cli"):
        assert not (package / room).exists(), room


def texts_of(zip_path: Path) -> dict[str, bytes]:
    """All files of a release, and of the wheel in it."""
    texts = {}
    with zipfile.ZipFile(zip_path) as archive:
        for name in archive.namelist():
            texts[name] = archive.read(name)
            if name.endswith(".whl"):
                with zipfile.ZipFile(io.BytesIO(texts.pop(name))) as wheel:
                    texts |= {one: wheel.read(one) for one in wheel.namelist()}
    return texts


def answers_to(lesson: str) -> Iterator[str]:
    """A statement of each right answer to a lesson, and of each mistake, if it is a long one."""
    for exercise in of_lesson(lesson):
        functions = [exercise.reference, *(mistake.answer for mistake in exercise.mistakes)]
        yield from filter(None, map(longest_statement, functions))


READS = {
    "01-fully-connected-limits": {"digits.npz", "digit-networks.npz"},
    "02-filters": {
        *("alexnet-convs.npz", "astronaut.png", "brick.png", "camera.png", "chelsea.png"),
        *("china.jpg", "coffee.png"),
    },
    "03-padding-and-stride": {
        *("alexnet-convs.npz", "chelsea.png", "china.jpg", "digits.npz", "vgg16-blocks1-3.npz")
    },
    "04-pooling-and-normalization": {"alexnet-convs.npz", "chelsea.png", "digits.npz"},
    "05-backpropagation": {"alexnet-convs.npz", "brick.png", "chelsea.png", "digits.npz"},
    "06-lenet": {"digit-networks.npz", "digits.npz", "fashion.npz"},
    "07-alexnet-and-zfnet": {
        *("alexnet-convs.npz", "alexnet-experiments.json", "astronaut.png", "chelsea.png"),
        *("china.jpg", "coffee.png", "digits.npz", "fashion.npz"),
    },
    "08-vgg": {
        *("chelsea.png", "coffee.png", "digits.npz", "fashion.npz", "vgg-experiments.json"),
        "vgg16-blocks1-3.npz",
    },
    "09-after-vgg": {
        *("camera.png", "chelsea.png", "china.jpg", "coffee.png", "digits.npz"),
        *("efficientnet-lite0.npz", "imagenet-classes.txt"),
    },
}
"""What each lesson opens when it is run with its answers, and what it says to try."""


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_is_released_with_its_own_data_and_without_an_answer(name, tmp_path):
    lesson = Course.find().lesson(name)
    texts = texts_of(release([lesson], tmp_path / "r.zip").path)
    data = {file.rpartition("/")[2] for file in texts if file.startswith("autograder/_data/")}
    assert data == {"README.md", *READS[name]}
    found = [file for file, text in texts.items() if b"hidden=True" in text]
    assert not [file for file in found if "lesson_" in file or file.endswith(".ipynb")]
    said = list(answers_to(name))
    assert len(said) >= 5
    for text in said:
        assert not [file for file, held in texts.items() if text.encode() in held], text


def test_a_release_offers_every_name_that_lessons_import_of_the_course():
    entrance = ast.parse(ENTRANCE.format(later=[]))
    imported = {
        alias.asname or alias.name
        for node in entrance.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    defined = {node.name for node in entrance.body if isinstance(node, ast.FunctionDef)}
    assert imported | defined >= set(autograder.__all__)


def test_every_loader_of_one_file_is_known():
    loaders = {name for name in vars(datasets) if name.startswith("load_")}
    assert loaders - {"load_photo", "load_experiments"} == set(LOADERS) - {"imagenet_classes"}


def test_no_digit_that_counts_is_released_and_none_is_held_out_that_is_learned(tmp_path):
    write_digits(tmp_path / "digits.npz")
    with np.load(tmp_path / "digits.npz", allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files}
    counts = {image.tobytes() for image in datasets.load_digits()["held_out_images"]}
    learned = {image.tobytes() for image in kept["images"]}
    held_out = {image.tobytes() for image in kept["held_out_images"]}
    assert not counts & (learned | held_out)
    assert not learned & held_out
    assert np.bincount(kept["held_out_labels"]).tolist() == [150] * 10


def test_the_zip_says_how_to_set_it_up_on_each_system(unpacked, filters):
    text = (unpacked / "course" / "SETUP.md").read_text()
    (wheel,) = (unpacked / "course").glob("*.whl")
    assert text.count(wheel.name) == 2
    assert all(system in text for system in ("Linux", "macOS", "Windows"))
    assert len(text.splitlines()) <= 40
    notebook = unpacked / "course" / filters.name / f"{filters.name}.ipynb"
    assert notebook.read_bytes() == filters.student.read_bytes()


def parts(*modules: str) -> Parts:
    return Parts(frozenset(), frozenset(modules), {})


def test_lessons_of_which_one_answers_another_are_refused():
    lesson = Lesson("06-lenet", Path("unused"))
    used = parts("layers.conv", "rows")
    with pytest.raises(ClassroomError) as error:
        refuse_answers(lesson, used, of_lesson("03-padding-and-stride"))
    assert str(error.value) == (
        "06-lenet lets its students use conv2d_forward, which 03-padding-and-stride asks for: "
        "release the two in zips of their own."
    )
    refuse_answers(lesson, used, of_lesson("02-filters"))


def test_a_lesson_that_imports_its_own_answer_is_refused():
    lesson = Lesson("09-after-vgg", Path("unused"))
    with pytest.raises(ClassroomError) as error:
        refuse_answers(lesson, parts("residuals"), of_lesson(lesson.name))
    assert str(error.value) == (
        "09-after-vgg imports autograder.reference.residuals in a cell, and with it "
        "residual_block, which it asks for: move one of the two into a module of its own."
    )


def test_what_cells_import_of_the_reference_goes_along_and_nothing_else_of_it():
    source = "from autograder.reference import average_pool2d, losses\nimport numpy as np"
    cell = new_code_cell(source, id="any")
    used = parts_used(new_notebook(cells=[cell]))
    assert used.declared == set()
    assert used.names == {"average_pool2d": "layers.pool"}
    assert {"layers.pool", "losses"} <= used.whole
    assert not used.whole & {"networks", "residuals", "accounting"}


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
