"""Whatever is raised for one student, at any step, is that one's: the others are graded."""

from __future__ import annotations

import csv
import io
import json
import shutil
from functools import partial

import pytest

from autograder.classroom import grading
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import book, feedback, files, reading, recording
from autograder.classroom.grades import Failure, Grade
from autograder.classroom.grading import Options, grade_class
from autograder.classroom.report import grade_csv, grade_line
from autograder.classroom.submissions import find_students
from autograder.cli import main
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running import grade_submission
from autograder.running.execution import Execution
from autograder.running.handling import bounded
from autograder.running.limits import Limits
from tests.small_course import small_lesson

from .broken_off import hand_in, students

COUNT = 3
BOB, ANSWER = "student-0001", "int(bias)) + 1\\n"
"""The second of the class, and what only his notebook holds."""

FAILED = "the grader itself failed here (RuntimeError: out of \x1b[31mluck)"

STEPS = {
    "reading": (grading, "read_submission", "Not graded"),
    "rebuilding": (grade_submission, "rebuild", "Not graded"),
    "looking for what has to run": (grade_submission, "cells_to_run", "Not graded"),
    "the run": (grade_submission, "execute", "Not graded"),
    "the marks": (grade_submission, "marks", "Not graded"),
    "cleaning": (grade_submission, "sanitize_cells", "Not graded"),
    "writing the notebook": (grade_submission, "checked_text", "Not graded"),
    "the page": (grade_submission, "page_of", "Not graded"),
    "writing files": (book, "write_files", "Not graded"),
    "the log": (files.json, "dumps", "Not graded"),
    "recording": (book, "record_results", "Not graded"),
    "a row of the gradebook": (recording, "run_row", "Not graded"),
    "reading the grade": (reading, "_grade", "No grade could be read"),
}


def not_run(notebook, limits, seed, *_) -> Execution:
    """In place of a run, which takes long."""
    return Execution(notebook, {}, (), 0.0, seed)


def broken_for_bob(function):
    """A function that fails where it is about Bob."""

    def call(*args, **kwargs):
        said = repr((args, kwargs))
        if BOB in said or ANSWER in said:
            raise RuntimeError("out\nof \x1b[31mluck")
        return function(*args, **kwargs)

    return call


@pytest.fixture(scope="module")
def lesson(tmp_path_factory) -> Lesson:
    return small_lesson(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def folder(lesson: Lesson) -> ClassFolder:
    """A class in which three have handed in something; every test grades it once more."""
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, COUNT)
    return folder


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch) -> None:
    monkeypatch.setattr(grade_submission, "execute", not_run)


def grade(lesson: Lesson, folder: ClassFolder) -> tuple[list[str], list[Failure]]:
    results = list(grade_class(lesson, folder, students(COUNT), Options(workers=1, again=True)))
    grades = [one.student for one in results if isinstance(one, Grade)]
    return sorted(grades), [one for one in results if isinstance(one, Failure)]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_for_one_fails_for_one(lesson, folder, monkeypatch, step):
    module, name, what = STEPS[step]
    others = [student for student in students(COUNT) if student != BOB]
    with monkeypatch.context() as patch:
        patch.setattr(module, name, broken_for_bob(getattr(module, name)))
        grades, failures = grade(lesson, folder)
    assert set(grades) >= set(others)
    assert [(one.student, one.what) for one in failures] == [(BOB, what)]
    assert failures[0].reason.startswith(FAILED)
    assert "\x1b" not in grade_line(failures[0])
    assert grade(lesson, folder) == (students(COUNT), [])


def test_a_digest_that_fails_is_a_reason_to_run(lesson, folder, monkeypatch):
    monkeypatch.setattr(grading, "file_digest", broken_for_bob(grading.file_digest))
    assert grade(lesson, folder) == (students(COUNT), [])


def test_what_no_step_can_do_for_anybody_ends_the_class(lesson, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(book, "write_files", full)
    with pytest.raises(ClassroomError, match="No space left on device"):
        grade(lesson, folder)


def test_a_file_in_the_place_of_ones_folder_is_that_ones(lesson, folder):
    shutil.rmtree(folder.autograded / BOB, ignore_errors=True)
    folder.autograded.mkdir(parents=True, exist_ok=True)
    (folder.autograded / BOB).write_text("mine")
    grades, failures = grade(lesson, folder)
    (folder.autograded / BOB).unlink()
    assert set(grades) >= {"student-0000", "student-0002"}
    assert [one.student for one in failures] == [BOB]
    assert "the system refused a step" in failures[0].reason


@pytest.mark.parametrize(
    "text", ["9" * 90, "2026-11-20 " + "9" * 60 + "h", "1e999999 UTC", "\x00", "é" * 50, "-1 days"]
)
def test_any_timestamp_is_one_or_none(lesson, folder, text):
    (folder.submitted / BOB / lesson.name / "timestamp.txt").write_text(text)
    assert grade(lesson, folder) == (students(COUNT), [])


@pytest.mark.parametrize("command", ["feedback", "report", "export"])
def test_a_command_goes_on_and_says_whom_it_left(lesson, folder, monkeypatch, capsys, command):
    grade(lesson, folder)
    monkeypatch.chdir(lesson.root)
    broken = {"feedback": (book, "write_page")}.get(command, (reading, "_grade"))
    monkeypatch.setattr(*broken, broken_for_bob(getattr(*broken)))
    told = [command, *([] if command == "export" else [lesson.name]), "--class", str(folder.root)]
    assert main(told) == 1
    said = capsys.readouterr()
    assert (
        f"{BOB!a}: the grader itself failed here (RuntimeError: out of \\x1b[31mluck).\n"
        in said.err
    )
    assert "Traceback" not in said.err
    if command != "feedback":
        assert "student-0002" in said.out
    else:
        assert "student-0002" in said.err


def test_a_page_that_takes_too_long_is_that_ones(lesson, folder, monkeypatch, capsys):
    grade(lesson, folder)
    monkeypatch.chdir(lesson.root)
    making = feedback.PageExporter.from_notebook_node

    def slow(self, notebook, *args, **kwargs):
        while BOB in repr(kwargs) or ANSWER in repr(notebook):
            sum(range(1_000))
        return making(self, notebook, *args, **kwargs)

    monkeypatch.setattr(feedback, "bounded", partial(bounded, seconds=1.0))
    monkeypatch.setattr(feedback.PageExporter, "from_notebook_node", slow)
    assert main(["feedback", lesson.name, "--class", str(folder.root)]) == 1
    said = capsys.readouterr().err
    assert f"{BOB!a}: making its page took more than 1 s of the processor: look at it alone" in said
    assert "student-0002" in said


def test_a_name_with_control_characters_is_a_stray(lesson, folder):
    for name in ("ada\nbob: 8 of 8", "\x1b[2Jeve", "a\u2028b"):
        (folder.submitted / name / lesson.name).mkdir(parents=True)
    found, strays = find_students(folder, lesson)
    for name in ("ada\nbob: 8 of 8", "\x1b[2Jeve", "a\u2028b"):
        shutil.rmtree(folder.submitted / name)
    assert found == students(COUNT)
    assert sorted(strays) == [
        "'\\x1b[2Jeve' in submitted/ is a name with control characters",
        "'a\\u2028b' in submitted/ is a name with control characters",
        "'ada\\nbob: 8 of 8' in submitted/ is a name with control characters",
    ]


def test_a_name_that_formgraders_page_would_run_is_a_stray(lesson, folder):
    names = {
        "<img src=x onerror=alert(1)>": "<",
        'a" onclick="b': '"',
        "a&amp;b": "&",
        "ada\\": "\\",
    }
    honest = ("Conor O'Brien", "Zoë (2)", "Kim, 지우")
    for name in (*names, *honest):
        (folder.submitted / name / lesson.name).mkdir(parents=True)
    found, strays = find_students(folder, lesson)
    for name in (*names, *honest):
        shutil.rmtree(folder.submitted / name)
    assert found == sorted([*students(COUNT), *honest])
    assert sorted(strays) == sorted(
        f"{name!a} in submitted/ is a name with {sign}, which Formgrader's page would run"
        for name, sign in names.items()
    )


def test_a_spreadsheet_takes_names_for_text():
    names = ["=1+1", "+1", "-1", "@x", " =1", "ad\u202ea", "Zoë"]
    text = grade_csv([Grade(name, "02", 1, 2, {"relu": -1}, looks=("=2",)) for name in names])
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert [row[0] for row in rows] == ["'=1+1", "'+1", "'-1", "'@x", "' =1", "ad\\u202ea", "Zoë"]
    assert all(row[4:] == ["-1", "", "'=2"] for row in rows)


SEED = "a seed is a whole number from 0 to 9223372036854775807, not "
TIME = "a time limit is a number of seconds above 0 and up to 86400, not "
WORKERS = "how many work side by side is a whole number from 1 to 1000, not "


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        *(("--seed", v, SEED) for v in ("-3", "18446744073709551616", "1.5", "x", "nan")),
        *(("--cell-seconds", v, TIME) for v in ("-1", "0", "nan", "inf", "1e9", "x")),
        *(("--notebook-seconds", v, TIME) for v in ("-5", "0", "nan", "-inf")),
        *(("--workers", v, WORKERS) for v in ("0", "-1", "1e3", "1000000")),
    ],
)
def test_numbers_that_make_no_sense_are_refused(option, value, says, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["grade", "02-filters", f"{option}={value}"])
    assert ended.value.code == 2
    assert f"argument {option}: {says}{value!r}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "limits",
    [
        *({"cell_seconds": -1}, {"cell_seconds": float("nan")}),
        *({"notebook_seconds": float("inf")}, {"cell_output": 0}, {"kernel_deaths": 0}),
    ],
)
def test_limits_that_make_no_sense_cannot_be_made(limits):
    with pytest.raises(ValueError, match=f"{next(iter(limits))} is a number above 0, not"):
        Limits(**limits)


@pytest.mark.parametrize("options", [{"seed": -3}, {"seed": 1 << 64}, {"workers": 0}])
def test_options_that_make_no_sense_cannot_be_made(options):
    with pytest.raises(ValueError, match="not"):
        Options(**options)


def test_json_says_names_in_ascii():
    assert json.dumps(Grade("a\u202eb", "02", 1, 2, {}).as_json()).isascii()
