"""`dates.csv` says when lessons are due, and nbgrader's own columns and plugin do the rest."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from nbgrader import api
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.utils import parse_utc

from autograder.classroom.dates import Dates, plugin_of, read_dates
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.gradebook.late import seconds_late
from autograder.classroom.gradebook.submissions import time_of
from autograder.classroom.grades import Grade
from autograder.classroom.grading import Options, grade_class
from autograder.cli.grading import dates_for_nobody
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError

from . import broken_off
from .broken_off import hand_in, students

COLUMNS = "lesson,student,due,extra minutes,policy\n"


@pytest.fixture
def folder(lesson: Lesson) -> ClassFolder:
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, 3)
    for student in students(3):
        time = "2026-01-09 18:30:00 UTC"
        (folder.submitted / student / lesson.name / "timestamp.txt").write_text(time)
    return folder


def dates(root: Path, *rows: str) -> Dates:
    (root / "dates.csv").write_text(COLUMNS + "".join(f"{row}\n" for row in rows))
    return read_dates(ClassFolder(root))


def grade(lesson: Lesson, folder: ClassFolder) -> list[Grade]:
    options = Options(workers=1)
    grades = grade_class(lesson, folder, students(3), options, work=broken_off.work)
    return sorted(grades, key=lambda one: one.student)


def test_who_is_late_loses_what_the_policy_says(lesson, folder):
    before = [one.points for one in grade(lesson, folder)]
    dates(
        folder.root,
        "01-small,*,2026-01-09 18:00 +00:00,,zero",
        "01-small,student-0000,,45,",
        "01-small,student-0001,2026-01-10 09:00 +00:00,,",
    )
    after = grade(lesson, folder)
    assert [one.points for one in after] == [*before[:2], 0.0]
    assert before[2] > 0
    assert after[2].looks[0] == (
        f"{before[2]:g} points off: handed in 30 minutes after the due date"
    )
    with api.Gradebook(f"sqlite:///{folder.gradebook}") as book:
        assert book.find_assignment(lesson.name).duedate == datetime(2026, 1, 9, 18)
        extensions = [book.find_submission(lesson.name, one).extension for one in students(3)]
    assert extensions == [timedelta(minutes=45), timedelta(hours=15), None]
    assert f"{before[2]:g} taken off for handing in late" in page(folder, lesson, "student-0002")


def page(folder: ClassFolder, lesson: Lesson, student: str) -> str:
    return (folder.feedback / student / lesson.name / f"{lesson.name}.html").read_text()


def test_a_policy_of_one_student_comes_before_everybodys(lesson, folder):
    before = [one.points for one in grade(lesson, folder)]
    dates(
        folder.root,
        "01-small,*,2026-01-09 18:00 +00:00,,zero",
        "01-small,student-0000,,,none",
    )
    assert [one.points for one in grade(lesson, folder)] == [before[0], 0.0, 0.0]


def test_a_date_that_moves_takes_its_penalty_with_it(lesson, folder):
    before = [one.points for one in grade(lesson, folder)]
    dates(folder.root, "01-small,*,2026-01-09 18:00 +00:00,,zero")
    assert [one.points for one in grade(lesson, folder)] == [0.0, 0.0, 0.0]
    dates(folder.root, "01-small,*,2026-01-09 18:00 +00:00,31,zero")
    assert [one.points for one in grade(lesson, folder)] == before


def test_a_thousand_times_and_zones_are_as_nbgrader_counts_them():
    rng = random.Random(9)
    for _ in range(1_000):
        due, handed = (a_time(rng) for _ in range(2))
        extra = rng.choice([None, timedelta(minutes=rng.randrange(3_000))])
        assignment = api.Assignment(name="a", duedate=parse_utc(due))
        theirs = api.SubmittedAssignment(timestamp=parse_utc(handed), extension=extra)
        theirs.assignment = assignment
        seconds = seconds_late(time_of(handed), time_of(due), extra)
        assert seconds == theirs.total_seconds_late
        points, policy = rng.randrange(100) / 4, rng.choice(["none", "zero"])
        plugin = LateSubmissionPlugin(penalty_method=policy)
        if seconds:
            ours = plugin_of(policy).late_submission_penalty("ada", points, seconds)
            assert ours == plugin.late_submission_penalty("ada", points, seconds)


def a_time(rng: random.Random) -> str:
    zone = timezone(timedelta(minutes=15 * rng.randrange(-48, 57)))
    when = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(10**6))
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"


def test_a_time_without_a_zone_is_this_machines(tmp_path, monkeypatch):
    said = dates(tmp_path, "01-small,*,2026-07-01 18:00,,").due("01-small")
    here = datetime(2026, 7, 1, 18).astimezone(UTC).replace(tzinfo=None)
    assert said is not None
    assert said.due == here


WRONG = {
    "01-small,*,soon,,": "line 2: 'soon' is no date: write 2026-01-09 18:00",
    "01-small,*,2026-13-40,,": "line 2: '2026-13-40' is no date: write 2026-01-09 18:00",
    "01-small,*,18:00,,": "line 2: '18:00' does not say year, month, day and time in this order",
    "01-small,*,2026-10-09,,": "line 2: '2026-10-09' does not say year, month, day and time",
    "01-small,*,09.10.2026 18:00,,": "line 2: '09.10.2026 18:00' does not say year, month, day",
    "01-small,*,10/09/2026 6:00 PM,,": "line 2: '10/09/2026 6:00 PM' does not say year, month",
    "01-small,*,9 October 18:00,,": "line 2: '9 October 18:00' does not say year, month, day",
    "01-small,ada,,lots,": "line 2: 'lots' is no number of extra minutes",
    "01-small,ada,,-5,": "line 2: '-5' is no number of extra minutes",
    "01-small,ada,,,half": "line 2: 'half' is no policy: there are none and zero",
}


@pytest.mark.parametrize("row", WRONG)
def test_what_is_no_date_is_one_sentence_and_nothing_is_graded(row, lesson, folder):
    with pytest.raises(ClassroomError, match=WRONG[row]):
        dates(folder.root, row)
    with pytest.raises(ClassroomError, match=r"dates\.csv, line 2"):
        grade(lesson, folder)
    assert not folder.gradebook.exists()


@pytest.mark.parametrize(
    "said",
    [
        *("2026-10-09 18:00", "2026-10-09T18:00", "2026/10/09 6:00 PM", "2026.10.9 18:00:00"),
        *("9 October 2026 6 pm", "Friday, 9 October 2026, 6:00 PM"),
    ],
)
def test_a_date_that_can_be_read_in_one_way_is_read(said, tmp_path):
    when = said if "," not in said else f'"{said}"'
    due = dates(tmp_path, f"01-small,*,{when},,").due("01-small")
    assert due is not None
    assert due.due == datetime(2026, 10, 9, 18).astimezone(UTC).replace(tzinfo=None)


def test_dates_for_nobody_and_for_no_lesson_are_told(lesson, folder):
    read = dates(folder.root, "01-small,adda,,60,", "01-small,ada,,60,")
    assert read.strangers("01-small", ["ada"]) == ["adda"]
    assert dates_for_nobody(folder, lesson, ["ada"]) == [
        "the row of dates.csv for 'adda', since nobody is called so"
    ]
    dates(folder.root, "01-smal,*,2026-10-09 18:00,,")
    with pytest.raises(ClassroomError, match="a row for '01-smal', and no lesson is called so"):
        dates_for_nobody(folder, lesson, ["ada"])


def test_a_second_row_for_the_same_is_refused(tmp_path):
    with pytest.raises(ClassroomError, match="line 3: 01-small has a row for 'ada' already"):
        dates(tmp_path, "01-small,ada,,5,", "01-small,ada,,6,")


def test_columns_that_are_missing_are_named(tmp_path):
    (tmp_path / "dates.csv").write_text("due\n2026-01-09\n")
    with pytest.raises(ClassroomError, match="has no column 'lesson'"):
        read_dates(ClassFolder(tmp_path))


def test_without_the_file_nbgraders_own_dates_stay(lesson, folder):
    grade(lesson, folder)
    due = datetime(2026, 1, 1)
    with api.Gradebook(f"sqlite:///{folder.gradebook}") as book:
        book.update_or_create_assignment(lesson.name, duedate=due)
    with ClassGradebook(folder) as ours:
        ours.keep_penalties(lesson)
    with api.Gradebook(f"sqlite:///{folder.gradebook}") as book:
        assert book.find_assignment(lesson.name).duedate == due
