"""The gradebook of a class on a PostgreSQL server: the same as in a file, and as safe."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from nbgrader.api import Gradebook

from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grading import Options, grade_class
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from tests.classroom import broken_off
from tests.classroom.broken_off import contents, file_url, hand_in, mark, students
from tests.small_course import autograder

from .conftest import PASSWORD, Server

CHECKOUT = Path(__file__).resolve().parents[2]

COUNT = 10
"""How many hand in."""


@pytest.fixture
def folder(lesson: Lesson) -> ClassFolder:
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, COUNT)
    return folder


def grade(lesson: Lesson, folder: ClassFolder, url: str | None = None, work=broken_off.work):
    """Grade the class with one seed for all, so that it is the same wherever it is recorded."""
    options = Options(workers=1, database=url, seed=3)
    grades = grade_class(lesson, folder, students(COUNT), options, work=work)
    return sorted(grades, key=lambda one: one.student)


def start(lesson: Lesson, url: str, **environment: str) -> subprocess.Popen:
    """Have another process grade the class."""
    program = ["-m", "tests.classroom.broken_off", lesson.root, str(COUNT), "--workers", "1"]
    return subprocess.Popen(
        [sys.executable, *program, "--db", url],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_class_is_the_same_in_a_file_and_on_a_server(lesson, folder, url):
    assert grade(lesson, folder, url) == grade(lesson, folder)
    assert contents(url) == contents(file_url(folder))
    for book in (url, file_url(folder)):
        mark(book, COUNT)
    hand_in(folder, lesson, COUNT, version=1)
    again = grade(lesson, folder, url)
    assert again == grade(lesson, folder)
    assert contents(url) == contents(file_url(folder))
    comments = [row for row in contents(url)["comments"] if row[3]]
    assert [(student, said) for student, _, _, said in comments] == [
        ("student-0001", "Well said, “student-0001”."),
        ("student-0003", "Well said, “student-0003”."),
    ]
    assert {0, 0.5} == {row[3] for row in contents(url)["points"] if row[3] is not None}


def test_what_has_not_changed_is_not_run_again(lesson, folder, url):
    grades = grade(lesson, folder, url)

    def never(task):
        raise AssertionError(f"{task.submission.student} is run again")

    assert grade(lesson, folder, url, work=never) == grades


def test_killed_and_run_again_it_ends_as_if_it_had_not_been(lesson, folder, url):
    grade(lesson, folder)
    for pause in (0.5, 1.0, 1.5):
        process = start(lesson, url, WORK_SECONDS="0.5")
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=2 + pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    grade(lesson, folder, url)
    expected, found = contents(file_url(folder)), contents(url)
    assert found == expected


def test_nbgrader_reads_the_grades(lesson, folder, url):
    grades = grade(lesson, folder, url)
    with Gradebook(url) as book:
        for one in grades:
            submission = book.find_submission(lesson.name, one.student)
            assert (submission.score, submission.max_score) == (one.points, one.max_points)
        assert book.average_assignment_score(lesson.name) == pytest.approx(
            sum(one.points for one in grades) / COUNT
        )
        assert sorted(row["id"] for row in book.student_dicts()) == students(COUNT)


def test_odd_and_long_names(lesson, folder, url):
    names = ["Zoë O'Hara [2]", "..a", "100%", "ж" * 100, "a" * 128, '"; drop table student; --']
    for name in names:
        (folder.submitted / "student-0001").rename(folder.submitted / name)
        hand_in(folder, lesson, 2)

    def work(task):
        return broken_off.graded(task, 1)

    options = Options(workers=1, database=url)
    grades = list(grade_class(lesson, folder, names, options, work=work))
    assert sorted(one.student for one in grades) == sorted(names)


def test_two_lessons_of_a_new_class_at_once(lesson, folder, url):
    other = "02-other"
    source = lesson.root / "solutions" / other / f"{other}.py"
    source.parent.mkdir()
    source.write_text(lesson.source.read_text())
    for student in students(COUNT):
        place = folder.submitted / student / other
        place.mkdir()
        notebook = folder.submitted / student / lesson.name / f"{lesson.name}.ipynb"
        (place / f"{other}.ipynb").write_text(notebook.read_text())
    graders = [start(lesson, url), start(lesson, url, LESSON=other)]
    for grader in graders:
        said, complaint = grader.communicate()
        assert grader.returncode == 0, complaint
        assert sorted(said.split()) == students(COUNT)
    with ClassGradebook(folder, url) as book:
        assert len(book.grades(lesson)) == len(book.grades(Lesson(other, lesson.root))) == COUNT


# What cannot be done is told in a sentence, without the password


def says(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that could not do its job."""
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "sesame" not in line
    return line


def test_a_server_a_password_or_a_database_that_is_not_there(lesson, folder, server: Server, url):
    database = url.rpartition("/")[2]
    for given, reason in (
        (server.url(database, port=1), "port 1 failed: Connection refused"),
        (server.url(database, password="not sesame"), "password authentication failed"),
        (server.url("nothing"), 'database "nothing" does not exist'),
    ):
        said = says(autograder("export", "--db", given, "--class", folder.root, cwd=lesson.root))
        assert said.startswith("autograder export: The gradebook postgresql+psycopg://grader:***@")
        assert reason in said
        with pytest.raises(ClassroomError) as told:
            grade(lesson, folder, given)
        assert f"autograder export: {told.value}" == said


@pytest.mark.parametrize(
    "given",
    [
        "postgresql+psycopg://grader:p@sesame@127.0.0.1/class",
        "postgresql+psycopg://grader:p@1/sesame@127.0.0.1/class",
        "postgresql+psycopg://grader@127.0.0.1:sesame/class",
        "postgresql+psycopg//grader:sesame@127.0.0.1/class",
    ],
)
def test_a_url_that_is_misspelt(given, lesson, folder):
    said = says(autograder("export", "--db", given, "--class", folder.root, cwd=lesson.root))
    assert "The URL of the gradebook cannot be read: write it as postgresql" in said


def test_a_password_beside_the_address(lesson, folder, server: Server):
    given = f"postgresql+psycopg://127.0.0.1:{server.port}/nothing?user=grader&password=sesame"
    said = says(autograder("export", "--db", given, "--class", folder.root, cwd=lesson.root))
    assert "password authentication failed" in said


def test_an_empty_database_is_told_and_left_empty(lesson, folder, url):
    said = says(autograder("export", "--db", url, "--class", folder.root, cwd=lesson.root))
    assert "Nothing has been graded into postgresql+psycopg://" in said
    engine = sa.create_engine(url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_server_that_goes_away_is_told_and_what_was_recorded_stays(
    lesson, folder, server: Server, url
):
    grade(lesson, folder)
    expected = contents(file_url(folder))
    begun = []

    def work(task):
        begun.append(task.submission.student)
        if len(begun) == 5:
            server.stop()
        return broken_off.work(task)

    with pytest.raises(ClassroomError, match=r"cannot be .*: .*What was recorded stays") as told:
        grade(lesson, folder, url, work=work)
    assert "sesame" not in str(told.value)
    server.start()
    grade(lesson, folder, url)
    assert contents(url) == expected


def test_a_user_who_may_only_read(lesson, folder, server: Server, url):
    grades = grade(lesson, folder, url)
    database = url.rpartition("/")[2]
    with server.connect(database) as connection:
        connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with ClassGradebook(folder, url) as book:
        assert book.grades(lesson) == grades
    hand_in(folder, lesson, COUNT, version=1)
    with pytest.raises(ClassroomError, match=r"cannot be written to: .*read-only transaction"):
        grade(lesson, folder, url)


# The commands


def test_the_commands_take_the_database(filters: Lesson, folder, url):
    for student, answer in (("ada", "def edge_filters():\n    return {}"), ("bob", "")):
        notebook = json.loads(filters.student.read_text())
        for cell in notebook["cells"]:
            if cell["id"] == "edge-filters" and answer:
                cell["source"] = answer
        place = folder.submitted / student / filters.name
        place.mkdir(parents=True)
        (place / f"{filters.name}.ipynb").write_text(json.dumps(notebook))

    def run(command: str, *arguments: str, database: str | None = url) -> str:
        place = ["--class", folder.root, *(["--db", database] if database else [])]
        done = autograder(command, *arguments, *place, cwd=filters.root)
        assert done.returncode == 0, done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        return done.stdout

    said = run("grade", filters.name, "--seed", "5", "--workers", "1")
    assert f"Gradebook  {url.replace(PASSWORD.replace('/', '%2F'), '***')}" in said
    run("grade", filters.name, "--seed", "5", "--workers", "1", database=None)
    exported = run("export")
    assert exported == run("export", database=None)
    assert [row["student"] for row in csv.DictReader(io.StringIO(exported))] == ["ada", "bob"]
    with Gradebook(url) as book:
        comment = book.find_comment("edge-filters", filters.name, filters.name, "ada")
        comment.manual_comment = "Look at the signs."
        book.db.commit()
    run("feedback", filters.name)
    page = folder.feedback / "ada" / filters.name / f"{filters.name}.html"
    assert "Look at the signs." in page.read_text()
    table = run("report", filters.name)
    assert "ada" in table
    assert "bob" in table


def test_psycopg_is_asked_for_by_name(lesson, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ClassroomError, match=r"without the Python package psycopg: install"):
        grade(lesson, folder, "postgresql+psycopg://grader@127.0.0.1/class")
