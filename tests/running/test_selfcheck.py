"""`autograder check`: what a learner has is enough, and the exit status says how it stands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.exercises import LESSONS, of_lesson
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course, Lesson
from autograder.running import as_given_out
from autograder.running.rebuild import answer_names

from .as_handed_in import LESSON, base, lesson

ALL_RIGHT = (
    "8 of 8 exercises pass their check.\n"
    "Next: hand it in, or go on to the next lesson (`autograder progress`).\n"
)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a course around it, for a package without one either."""
    monkeypatch.setattr(as_given_out, "BESIDE_THE_PACKAGE", tmp_path / "site-packages")
    lesson()  # which is found from here
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write_notebook(nowhere: Path) -> Callable[..., Path]:
    """Write a right notebook, with some of its cells changed, into an empty folder."""

    def write(**changes: str) -> Path:
        handed = base()
        for name, source in changes.items():
            handed.cell(name.replace("_", "-"))["source"] = source
        path = nowhere / f"{LESSON}.ipynb"
        path.write_text(json.dumps(handed.notebook))
        return path

    return write


def test_package_and_notebook_are_enough(write_notebook, capsys):
    assert main(["check", str(write_notebook())]) == 0
    said = capsys.readouterr().out
    assert said.endswith(ALL_RIGHT)
    assert f"Mind: {LESSON} as it was given out is not on this machine: " in said


def test_one_wrong_answer_is_status_1(write_notebook, capsys):
    path = write_notebook(convolve2d="def convolve2d(image, kernel):\n    return image[")
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr().out
    assert "  -----  convolve2d: the cell with `convolve2d` has a syntax error in line 2 (" in said
    assert "7 of 8 exercises pass their check." in said


def test_json_has_the_same_status_and_the_same_lines(write_notebook, capsys):
    assert main(["check", "--json", str(write_notebook())]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        {"exercise": exercise.id, "right": True, "says": ""} for exercise in of_lesson(LESSON)
    ]
    path = write_notebook(convolve2d="convolve2d = None")
    assert main(["check", "--json", str(path)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["exercise"] for line in lines if not line["right"]] == ["convolve2d"]


def test_a_check_that_checks_nothing_is_put_back(write_notebook, capsys):
    path = write_notebook(
        convolve2d="def convolve2d(image, kernel):\n    return image", **{"convolve2d-check": "1"}
    )
    assert main(["check", str(path)]) == 1
    assert "  -----  convolve2d: " in capsys.readouterr().out


def test_the_course_is_found_from_the_notebooks_own_folder(filters: Lesson, write_notebook, capsys):
    away = filters.root / "notebooks" / "my-own"
    away.mkdir(exist_ok=True)
    path = Path(shutil.copy(write_notebook(), away / f"{LESSON}.ipynb"))
    try:
        assert main(["check", str(path)]) == 0
    finally:
        shutil.rmtree(away)
    assert "Mind" not in capsys.readouterr().out


def test_a_course_without_its_answers_is_enough(write_notebook, nowhere, capsys):
    given = nowhere / "course" / "notebooks" / LESSON
    given.mkdir(parents=True)
    shutil.copy(lesson().student, given)
    path = Path(shutil.copy(write_notebook(), nowhere / "course"))
    assert main(["check", str(path)]) == 0
    assert "Mind" not in capsys.readouterr().out


def test_modules_beside_the_notebook_are_used(write_notebook, nowhere, capsys):
    (nowhere / "mine.py").write_text("import rows\nturned = rows.turned\n")
    (nowhere / "rows.py").write_text("def turned(kernel):\n    return kernel[::-1, ::-1]\n")
    (nowhere / "numpy.py").write_text("raise SystemExit")
    path = write_notebook(
        convolve2d="from mine import turned\n"
        "def convolve2d(image, kernel):\n    return cross_correlate2d(image, turned(kernel))"
    )
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().out.endswith(ALL_RIGHT)


def test_an_unknown_lesson_is_one_sentence(nowhere, capsys):
    path = nowhere / "mine.ipynb"
    path.write_text("{}")
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().err == (
        f"autograder check: There is no lesson 'mine'; there are: {', '.join(LESSONS)}. "
        "Say which one it is with --lesson.\n"
    )


def test_every_check_of_the_course_asks_for_the_name_that_its_exercise_has():
    for name in LESSONS:
        student = compile_lesson(Course.find().lesson(name)).student
        wanted = {exercise.id: exercise.function_name for exercise in of_lesson(name)}
        named = answer_names(student)
        if name == "07-alexnet-and-zfnet":  # its check calls a function around the student's
            assert named.pop("alexnet-multiply-adds") == "multiply_adds"
            del wanted["alexnet-multiply-adds"]
        assert named == wanted
