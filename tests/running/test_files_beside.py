"""What lies beside a notebook goes with it into the sandbox, or it is said why not."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path

import nbformat
import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import file_digest, read_submission
from autograder.running.files_beside import MOST_BYTES, MOST_FILES, files_beside
from autograder.running.grade_submission import Graded, Task, perform

from .as_handed_in import FILE, LESSON, base, lesson
from .test_written_elsewhere import QUESTION, assignment

HELPERS = "import rows\n\ndef turned(kernel):\n    return rows.turned(kernel)[:, ::-1]\n"
ROWS = "def turned(kernel):\n    return kernel[::-1]\n"
ANSWER = (
    "from helpers import turned\n\n"
    "def convolve2d(image, kernel):\n    return cross_correlate2d(image, turned(kernel))"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where `ada` handed in a right notebook, one of whose answers uses modules beside it."""
    handed = base()
    handed.cell("convolve2d")["source"] = ANSWER
    place = tmp_path / "submitted" / "ada" / LESSON
    place.mkdir(parents=True)
    (place / FILE).write_bytes(handed.write(handed.notebook))
    (place / "helpers.py").write_text(HELPERS)
    (place / "rows.py").write_text(ROWS)
    return place


def graded(folder: Path) -> Graded:
    submission = read_submission(ClassFolder(folder.parents[2]), lesson(), "ada")
    return perform(Task(assignment(), submission, seed=3))


def points(came: Graded) -> float:
    return sum(earned or 0 for name, earned in came.points.items() if name != QUESTION)


def test_modules_of_the_students_own_are_there(folder):
    came = graded(folder)
    assert points(came) == 32
    assert came.looks == ()


def test_a_module_that_is_not_taken_is_told_with_what_was_lost(folder):
    (folder / "rows.py").unlink()
    (folder / "rows.py").symlink_to("/etc/hostname")
    came = graded(folder)
    assert points(came) == 28
    assert (
        "'rows.py' was handed in too, and not looked at: it is a link, and links are not followed"
        in came.looks
    )
    assert (
        "there is no module `rows` where notebooks are graded (cell 'convolve2d'); "
        "lost by it: convolve2d" in came.looks
    )
    assert "'rows.py' was handed in too, and not looked at" in unescape(came.page)


def test_no_module_stands_in_for_one_that_is_there(folder):
    for name in ("numpy", "autograder", "random", "torch", "usercustomize"):
        (folder / f"{name}.py").write_text("raise SystemExit")
    came = graded(folder)
    assert points(came) == 32
    assert len(came.looks) == 5
    assert (
        "'numpy.py' was handed in too, and not looked at: "
        "`numpy` is a name that Python or the course uses itself" in came.looks
    )


def test_a_module_that_is_forced_in_stands_behind_all_others(folder):
    """Also one whose name the grader's machine does not know as taken."""
    submission = replace(
        read_submission(ClassFolder(folder.parents[2]), lesson(), "ada"),
        beside=(("numpy.py", b"raise SystemExit"), ("helpers.py", b"turned = None")),
    )
    came = perform(Task(assignment(), submission, seed=3))
    assert points(came) == 28
    assert came.points["conv2d-naive-test"] == 3


def test_tables_lie_beside_the_notebook_too(folder):
    (folder / "numbers.csv").write_text("1,2\n3,4\n")
    (folder / "helpers.py").write_text(
        "import numpy as np\nnumbers = np.loadtxt('numbers.csv', delimiter=',')\n" + HELPERS
    )
    assert points(graded(folder)) == 32


def test_the_notebook_shows_nothing_of_how_they_are_found(folder):
    shown = nbformat.reads(graded(folder).notebook, as_version=4)
    assert not any(cell.id.startswith("imported_again") for cell in shown.cells)


def test_what_is_too_much_or_of_another_kind_is_told(tmp_path):
    (tmp_path / "large.csv").write_bytes(b"1" * (MOST_BYTES + 1))
    (tmp_path / "more.py").mkdir()
    (tmp_path / "photo.png").write_bytes(b"its own")
    (tmp_path / "notebook.ipynb").write_text("{}")
    (tmp_path / "timestamp.txt").write_text("now")
    (tmp_path / ".hidden.py").write_text("")
    found = files_beside(tmp_path, ["photo.png"])
    assert found.taken == ()
    assert found.remarks == (
        "'large.csv' was handed in too, and not looked at: it is larger than 2 MB",
        "'more.py' was handed in too, and not looked at: it is a folder",
        "'photo.png' was handed in too, and not looked at: the lesson has a file of that name",
    )


def test_files_are_counted(tmp_path):
    for number in range(MOST_FILES + 9):
        (tmp_path / f"module_{number:02}.py").write_text("")
    found = files_beside(tmp_path)
    assert len(found.taken) == MOST_FILES
    assert len(found.remarks) == 6
    assert found.remarks[0] == (
        "'module_20.py' was handed in too, and not looked at: "
        "more than 20 files or 8 MB were handed in"
    )
    assert found.remarks[-1] == ("4 more modules and tables were handed in, and not looked at")


def test_another_text_in_a_module_is_another_submission(folder):
    place = ClassFolder(folder.parents[2])
    before = file_digest(place, lesson(), "ada")
    (folder / "rows.py").write_text(ROWS + "\n")
    after = file_digest(place, lesson(), "ada")
    assert before != after
    (folder / "rows.py").write_text(ROWS)
    assert file_digest(place, lesson(), "ada") == before
