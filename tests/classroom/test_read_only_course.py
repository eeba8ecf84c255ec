"""A course in which nothing may be written grades a class elsewhere, and need not be built."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from autograder import cli
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.lessons import build as building
from autograder.lessons.build import make_ready
from autograder.lessons.course import Course, Lesson
from tests.sample_class.assignments import ASSIGNMENTS
from tests.sample_class.students import write_submissions

CHECKOUT = Path(__file__).resolve().parents[2]
LESSON = "02-filters"


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def lesson(tmp_path, monkeypatch) -> Lesson:
    """A lesson whose notebooks were never built, in a course that refuses whatever is written."""
    root = tmp_path / "course"
    ignored = shutil.ignore_patterns("*.ipynb")
    shutil.copytree(CHECKOUT / "solutions" / LESSON, root / "solutions" / LESSON, ignore=ignored)
    (root / "notebooks").mkdir()
    refuse_writing_below(root, monkeypatch)
    monkeypatch.chdir(root)
    return Course(root).lesson(LESSON)


def refuse_writing_below(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what a read-only file system does, for whoever it is: root may write where others not."""
    opened, made = Path.open, Path.mkdir

    def open_file(self: Path, mode: str = "r", *arguments, **options):
        if self.is_relative_to(root) and set(mode) & set("wxa+"):
            raise OSError(errno.EROFS, "Read-only file system", str(self))
        return opened(self, mode, *arguments, **options)

    def make_folder(self: Path, *arguments, **options):
        if self.is_relative_to(root) and not self.is_dir():
            raise OSError(errno.EROFS, "Read-only file system", str(self))
        return made(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_file)
    monkeypatch.setattr(Path, "mkdir", make_folder)


def test_a_class_elsewhere_is_graded(lesson, tmp_path, capsys):
    handed_in = ASSIGNMENTS[LESSON]
    chosen = {"ada-okafor": handed_in.students["ada-okafor"]}
    folder = ClassFolder(tmp_path / "class")
    built = Lesson(LESSON, CHECKOUT)
    write_submissions(folder.root, built, type(handed_in)(chosen, {}, {}))
    before = files_below(lesson.root)
    assert cli.main(["grade", LESSON, "--class", str(folder.root), "--workers", "1"]) == 0
    assert "32 of 36" in capsys.readouterr().out
    assert files_below(lesson.root) == before
    with ClassGradebook(folder) as book:
        (grade,) = book.grades(lesson)
    asked = [cell for cell in lesson.order_of_cells() if cell in grade.exercises]
    assert list(grade.exercises) == asked
    assert cli.main(["report", LESSON, "--class", str(folder.root)]) == 0


def test_the_order_of_cells_needs_no_notebook(lesson):
    assert lesson.order_of_cells() == Lesson(LESSON, CHECKOUT).order_of_cells()


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_course_that_refuses_is_left_as_it_is(lesson, monkeypatch, code):
    def refuse(*_):
        raise OSError(code, "no")

    monkeypatch.setattr(building, "build", refuse)
    assert make_ready(lesson).changed == []


def test_a_full_disk_is_no_read_only_course(lesson, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(building, "build", refuse)
    with pytest.raises(OSError, match="No space left"):
        make_ready(lesson)
