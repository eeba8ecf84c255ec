"""Commands of the grading day on a full disk, and for students whom nobody knows: one sentence."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grading import Options, grade_class
from autograder.cli import main
from autograder.lessons.course import Lesson

from . import broken_off
from .broken_off import hand_in, students
from .downloads import Member, canvas_list, zip_file

COUNT = 2
MEMBERS = [Member("Ada", f"Number{at}", f"student-000{at}", 5000 + at) for at in range(COUNT)]
ROSTER = canvas_list(MEMBERS, "01-small (777)")


@pytest.fixture
def folder(lesson: Lesson, monkeypatch) -> ClassFolder:
    """A class that has been graded, with a list and a download that was not collected yet."""
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, COUNT)
    list(grade_class(lesson, folder, students(COUNT), Options(workers=1), work=broken_off.work))
    (folder.root / "students.csv").write_text(ROSTER, encoding="utf-8")
    data = (folder.submitted / "student-0001" / lesson.name / f"{lesson.name}.ipynb").read_bytes()
    name = MEMBERS[0].canvas(9, "01-small.ipynb")
    zip_file(folder.root / "download.zip", {name: data})
    monkeypatch.chdir(lesson.root)
    return folder


def files_below(folder: Path) -> dict[str, bytes]:
    """All files but the database's own."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): path.read_bytes() for path in found if "gradebook.db" not in path.name}


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing more be written; what is read is read."""
    opened = Path.open

    def open_file(self: Path, mode: str = "r", *arguments, **options):
        if set(mode) & set("wxa+"):
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return opened(self, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_file)


WRITING = {
    "collect": ["01-small", "class/download.zip"],
    "report": ["01-small"],
    "return": ["01-small", "--unmarked", "--scale", "--to", "canvas"],
    "compare": ["01-small"],
    "export": ["--to", "grades.csv"],
    "quiz": ["02-filters", "--to", "sheet.md"],
}


def test_on_a_full_disk_each_command_says_so_and_writes_nothing(lesson, folder, capsys):
    source = lesson.root / "solutions" / "02-filters" / "02-filters.py"
    source.parent.mkdir()
    source.write_text(lesson.source.read_text())
    before = files_below(lesson.root)
    for command, words in WRITING.items():
        with pytest.MonkeyPatch.context() as patch:
            fill_the_disk(patch)
            status = main([command, *words, "--class", str(folder.root)])
        told = capsys.readouterr()
        assert status == 1, command
        assert "No space left on device" in " ".join((told.out + told.err).split()), command
        assert not [word for word in ("Traceback", "Errno", ".writing") if word in told.err]
        assert files_below(lesson.root) == before, command


UNKNOWN = {
    "grade": ["01-small", "--student", "nobody", "--no-sandbox"],
    "history": ["nobody"],
    "feedback": ["01-small", "--student", "nobody"],
    "overrule": ["01-small", "nobody", "conv-parameter-count", "--points", "1", "--why", "So."],
    "verdict": ["01-small", "nobody", "conv-parameter-count"],
}


def test_a_student_whom_nobody_knows_is_named(folder, lesson, capsys):
    before = files_below(lesson.root)
    for command, words in UNKNOWN.items():
        assert main([command, *words, "--class", str(folder.root)]) == 1, command
        said = capsys.readouterr().err.splitlines()
        assert any("nobody" in line for line in said), command
        assert not [line for line in said if "Traceback" in line]
        after = files_below(lesson.root)
        assert {name: after.get(name) for name in before} == before, command
