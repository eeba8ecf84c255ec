"""Commands of the grading day on a full disk, and for students whom nobody knows: one sentence."""

from __future__ import annotations

import errno
import os
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


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:9000])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


GRADEBOOKS = {
    "cut off": (cut, ["grade", "--preview", "--no-sandbox"], "cannot be opened: database disk"),
    "no database": (
        lambda file: file.write_bytes(b"x" * 5000),
        ["grade", "--preview", "--no-sandbox"],
        "cannot be opened: file is not a database",
    ),
    "emptied": (
        emptied,
        ["grade", "--preview", "--no-sandbox"],
        "Nothing of 01-small has been graded yet, so there is nothing to compare with.",
    ),
    "emptied, report": (
        emptied,
        ["report"],
        "Nobody has a grade for 01-small yet: run `autograder grade 01-small` first.",
    ),
    "emptied, feedback": (emptied, ["feedback"], "Nobody has a grade for 01-small yet"),
}


@pytest.mark.parametrize("what", GRADEBOOKS)
def test_a_gradebook_that_says_nothing_is_one_sentence(what, folder, capsys):
    change, (command, *options), says = GRADEBOOKS[what]
    change(folder.gradebook)
    assert main([command, "01-small", *options, "--class", str(folder.root)]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert says in said
    assert "Traceback" not in said
    assert not (folder.root / "reports").exists()


IN_THE_WAY = {
    "submitted": ["collect", "01-small", "class/download.zip"],
    "collected": ["collect", "01-small", "class/download.zip"],
    "students.csv": ["report", "01-small"],
    "dates.csv": ["report", "01-small"],
    "course.toml": ["export", "--totals"],
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_a_file_for_a_folder_or_a_folder_for_a_file_is_named(name, folder, capsys):
    place = folder.root / name
    place.rename(folder.root / "aside") if place.exists() else None
    place.mkdir() if place.suffix else place.write_text("x")
    assert main([*IN_THE_WAY[name], "--class", str(folder.root)]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert str(place) in said
    assert "is no file: " in said or "is a file, where a folder is to be: move it away" in said


def test_a_folder_that_is_gone_is_one_sentence(tmp_path, monkeypatch, capsys):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["progress"]) == 1
    assert capsys.readouterr().err == (
        "autograder progress: The folder that you are in is gone: change to another, "
        "and run it again.\n"
    )


@pytest.mark.parametrize("why", ["", "  \n", "x" * 5001], ids=["empty", "blank", "endless"])
def test_points_by_hand_come_with_a_sentence(why, folder, capsys):
    words = ["01-small", "student-0001", "conv-parameter-count", "--points", "1", "--why", why]
    with pytest.raises(SystemExit):
        main(["overrule", *words, "--class", str(folder.root)])
    assert "the student reads a sentence: write one, of at most 5,000" in capsys.readouterr().err


def test_what_no_page_can_show_of_such_a_sentence_stands_written_out(folder, capsys):
    words = ["01-small", "student-0001", "conv-parameter-count", "--points", "1", "--why", "a\0b"]
    assert main(["overrule", *words, "--class", str(folder.root)]) == 0
    capsys.readouterr()
    main(["history", "student-0001", "--class", str(folder.root)])
    said = capsys.readouterr().out
    assert "a\\x00b" in said
    assert "\0" not in said


def test_a_table_is_written_into_a_pipe_and_the_pipe_stays(folder, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert main(["export", "--to", str(pipe), "--class", str(folder.root)]) == 0
        assert os.read(reader, 100_000).startswith(b"student,lesson,points")
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_lesson_without_exercises_has_no_page_for_its_teacher(lesson, monkeypatch, capsys):
    monkeypatch.chdir(lesson.root)
    assert main(["teaching", "01-small"]) == 1
    assert "There is no lesson '01-small'; there are 01-" in capsys.readouterr().err
