"""`autograder new`: what it writes, what it leaves alone, and what the suite then says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.lessons.course import Course
from autograder.lessons.errors import ClassroomError
from autograder.lessons.skeletons import CELLS, new_exercise, new_lesson

pytestmark = pytest.mark.proved("tests", "README.md", "benchmarks", "site")

ROOT = Path(__file__).parents[2]

COPIED = ("autograder", "tests", "solutions", "README.md", "pyproject.toml")
LINKED = ("data", "docs", "notebooks", "site", "benchmarks")


@pytest.fixture
def small_checkout(tmp_path: Path) -> Course:
    """A checkout with a lesson of two exercises."""
    lesson = tmp_path / "solutions" / "02-filters" / "02-filters.py"
    catalogue = tmp_path / "autograder" / "exercises" / "lesson_02_filters"
    for path, text in {
        lesson: "",
        catalogue / "__init__.py": "",
        catalogue / "_shared.py": "    order=900,\n",
        catalogue / "blur.py": "EXERCISE = Exercise(\n    order=10,\n)\n",
        catalogue / "sharpen.py": "EXERCISE = Exercise(\n    order=25,\n)\n",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Course(tmp_path)


def test_a_new_lesson_has_all_its_files(small_checkout):
    written = new_lesson(small_checkout, "09-after-vgg")
    assert [path.relative_to(small_checkout.root).as_posix() for path in written] == [
        "solutions/09-after-vgg/09-after-vgg.py",
        "autograder/exercises/lesson_09_after_vgg/__init__.py",
        "tests/lessons/lesson_09_after_vgg/__init__.py",
        "tests/lessons/lesson_09_after_vgg/right.py",
        "tests/lessons/lesson_09_after_vgg/wrong.py",
        "tests/lessons/lesson_09_after_vgg/handed_in.py",
    ]


def test_a_lesson_gets_the_files_it_lacks_and_keeps_those_it_has(small_checkout):
    source = small_checkout.lesson("02-filters").source
    source.write_text("mine")
    written = new_lesson(small_checkout, "02-filters")
    assert {path.name for path in written} == {
        "__init__.py",
        "right.py",
        "wrong.py",
        "handed_in.py",
    }
    assert source.read_text() == "mine"
    with pytest.raises(ClassroomError) as refused:
        new_lesson(small_checkout, "02-filters")
    assert str(refused.value) == "02-filters has all its files already: nothing was written."


def test_a_new_exercise_comes_last_and_brings_its_cells(small_checkout):
    path, cells = new_exercise(small_checkout, "02-filters", "my-blur")
    assert path == path.parent / "my_blur.py"
    assert "    order=30,\n" in path.read_text()
    for role in ("exercise", "look", "check", "test"):
        assert f'id="my-blur{"" if role == "exercise" else f"-{role}"}"' in cells


@pytest.mark.parametrize(
    ("lesson", "exercise", "sentence"),
    [
        (
            "02-filters",
            "sharpen",
            "autograder/exercises/lesson_02_filters/sharpen.py is there already: "
            "nothing was written.",
        ),
        (
            "02-filters",
            "My_Blur",
            "'My_Blur' cannot be the id of an exercise: write the name of its function in small "
            "letters, with hyphens for underscores, as in max-pool2d.",
        ),
        (
            "02-filters",
            "import",
            "'import' cannot be the id of an exercise: write the name of its function in small "
            "letters, with hyphens for underscores, as in max-pool2d.",
        ),
        (
            "03-nothing",
            "my-blur",
            "There is no lesson '03-nothing' in the catalogue; "
            "`autograder new lesson NN-name` begins one.",
        ),
        (
            "../02-filters",
            "my-blur",
            "There is no lesson '../02-filters' in the catalogue; "
            "`autograder new lesson NN-name` begins one.",
        ),
    ],
)
def test_an_exercise_that_cannot_be_is_refused(small_checkout, lesson, exercise, sentence):
    before = sorted(small_checkout.root.rglob("*"))
    with pytest.raises(ClassroomError) as refused:
        new_exercise(small_checkout, lesson, exercise)
    assert str(refused.value) == sentence
    assert sorted(small_checkout.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "after-vgg",
            "'after-vgg' cannot be the name of a lesson: write two digits and words in small "
            "letters, with hyphens between them, as in 09-after-vgg.",
        ),
        (
            "09-../../up",
            "'09-../../up' cannot be the name of a lesson: write two digits and words in small "
            "letters, with hyphens between them, as in 09-after-vgg.",
        ),
        ("02-blurs", "Lesson 02 is 02-filters already: take another number."),
    ],
)
def test_a_lesson_that_cannot_be_is_refused(small_checkout, name, sentence):
    before = sorted(small_checkout.root.rglob("*"))
    with pytest.raises(ClassroomError) as refused:
        new_lesson(small_checkout, name)
    assert str(refused.value) == sentence
    assert sorted(small_checkout.root.rglob("*")) == before


def test_a_course_without_its_catalogue_is_told_so(tmp_path):
    (tmp_path / "solutions").mkdir()
    with pytest.raises(ClassroomError, match="holds lessons but no `autograder/exercises`"):
        new_lesson(Course(tmp_path), "09-after-vgg")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout in which a lesson and an exercise were begun."""
    root = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, root / name)
    for name in LINKED:
        (root / name).symlink_to(ROOT / name)
    python(root, "-m", "autograder.cli", "new", "lesson", "99-made-up")
    python(root, "-m", "autograder.cli", "new", "exercise", "99-made-up", "made-up-thing")
    return root


def python(root: Path, *arguments: str, status: int = 0, cwd: Path | None = None) -> str:
    """What Python says, run with the package of a checkout, and in it unless told otherwise."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or root,
        env={**os.environ, "PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_after_a_new_lesson_the_whole_suite_is_still_collected(checkout):
    said = python(checkout, "-m", "pytest", "-q", "--co", "-p", "no:cacheprovider")
    assert "made-up-thing-left as it was" in said


def test_the_suite_names_what_is_still_to_be_filled_in(checkout):
    tests = "tests/lessons/test_omissions.py"
    said = python(checkout, "-m", "pytest", "-q", tests, "-k", "99", status=1)
    for sentence in (
        "notebooks/99-made-up/99-made-up.ipynb: is not there; `autograder build 99-made-up` writes "
        "it.",
        "autograder/exercises/lesson_99_made_up/__init__.py: still to be filled in: what students "
        "write in this lesson (line 3).",
        "solutions/99-made-up/99-made-up.py: does not ask 'made-up-thing' yet; put in its cells, "
        "exercise, look, check and test.",
        "tests/lessons/lesson_99_made_up/right.py: give `ANSWERS` three right answers to "
        "'made-up-thing' in other styles than the reference's; there are 0.",
        "docs/catalogue-survey.md: the row of 'made-up-thing' is not up to date; "
        "run `make survey ID=made-up-thing`.",
        "README.md: the row of 99-made-up is not up to date; run `make survey`.",
    ):
        assert sentence in said.splitlines()
    assert "autograder/exercises/lesson_99_made_up/made_up_thing.py: still to be filled in:" in said
    assert "Traceback" not in said


def test_an_exercise_just_begun_is_judged_like_any_other(checkout):
    tests = "tests/judging/test_banks.py"
    said = python(checkout, "-m", "pytest", "-q", tests, "-k", "made-up-thing")
    assert "passed" in said


def test_a_lesson_just_begun_builds_with_the_cells_of_its_exercise(checkout, tmp_path):
    source = Path("solutions", "99-made-up", "99-made-up.py")
    cells = CELLS.format(function="made_up_thing", id="made-up-thing")
    question = '# %% [markdown]\nr"""\n## In your own words'
    text = (checkout / source).read_text(encoding="utf-8")
    assert text.count(question) == 1
    (tmp_path / source).parent.mkdir(parents=True)
    (tmp_path / source).write_text(text.replace(question, cells + "\n" + question))
    (tmp_path / "notebooks").mkdir()
    python(checkout, "-m", "autograder.cli", "build", "--no-run", cwd=tmp_path)
    assert (tmp_path / "notebooks" / "99-made-up" / "99-made-up.ipynb").is_file()
