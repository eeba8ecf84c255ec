"""Grades and pages go back in the platforms' own files: read as the platforms read them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.classroom.collecting import Origin, read_roster
from autograder.classroom.collecting.record import write_origins
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grades import Grade
from autograder.classroom.returning import CanvasExport, MoodleExport, Returned, give_back
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from tests.classroom.downloads import CLASS, Member, canvas_list, moodle_list

LESSON = Lesson("02-filters", Path("unused"))
EVIL = Member("=HYPERLINK(1)", "@Evil", "evil", 4800)


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    return ClassFolder(tmp_path)


def grade(student: str, points: float, **more: object) -> Grade:
    return replace(Grade(student, LESSON.name, points, 100.0, {}), **more)


def collected(folder: ClassFolder, platform: str, members: list[Member]) -> None:
    """What collecting leaves behind, and a page for each."""
    origins = {}
    for at, one in enumerate(members):
        path = one.canvas(900 + at, late=at == 1) if platform == "canvas" else one.moodle()
        name = path.partition("_")[0]
        origins[one.login] = Origin(platform, name, str(one.number), path, "x.zip", 900 + at)
        page = folder.feedback / one.login / LESSON.name / f"{LESSON.name}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"for {one.login}")
    write_origins(folder, LESSON, origins)


def back(folder: ClassFolder, grades: list[Grade], listed: str = "", **how) -> Returned:
    file = folder.root / "students.csv"
    if listed:
        file.write_text(listed, encoding="utf-8")
    return give_back(folder, LESSON, grades, read_roster(file) if listed else None, **how)


def table(returned: Returned) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(returned.grades.read_text("utf-8-sig"), newline="")))


POINTS = [97.25, 0.0, 0.1 + 0.2, 66.66, 100.0]


@pytest.mark.parametrize("listed", [True, False])
def test_canvas_reads_the_grades_of_those_it_knows(listed, folder):
    collected(folder, "canvas", CLASS)
    grades = [grade(one.login, points) for one, points in zip(CLASS, POINTS, strict=True)]
    returned = back(folder, grades, canvas_list(CLASS) if listed else "")
    column = "02-filters (777)" if listed else "02-filters"
    read = {row["ID"]: row[column] for row in table(returned)}
    assert read == {
        str(one.number): points
        for one, points in zip(CLASS, ["97.25", "0", "0.3", "66.66", "100"], strict=True)
    }
    assert list(table(returned)[0])[:4] == ["Student", "ID", "SIS User ID", "SIS Login ID"]
    assert returned.told == []


@pytest.mark.parametrize("listed", [True, False])
def test_moodle_reads_the_grades_of_those_it_knows(listed, folder):
    collected(folder, "moodle", CLASS)
    grades = [grade(one.login, points) for one, points in zip(CLASS, POINTS, strict=True)]
    returned = back(folder, grades, moodle_list(CLASS, "Friday") if listed else "")
    rows = table(returned)
    assert {row["Identifier"]: row["Grade"] for row in rows} == {
        f"Participant {one.number}": points
        for one, points in zip(CLASS, ["97.25", "0", "0.3", "66.66", "100"], strict=True)
    }
    assert {row["Maximum Grade"] for row in rows} == {"100.00" if listed else "100"}
    assert [row["Full name"] for row in rows] == [one.full for one in CLASS]
    if listed:
        assert {row["Last modified (submission)"] for row in rows} == {"Friday"}
        assert {row["Last modified (grade)"] for row in rows} == {"-"}


def as_canvas_reads(name: str) -> tuple[str, str]:
    """The numbers of user and file that Canvas finds in the name of a file."""
    found = re.search(r"_(\d+)_(\d+)_", name)
    assert found
    return found[1], found[2]


def as_moodle_reads(name: str) -> tuple[str, str, str, str]:
    """The number, plugin and file that Moodle finds in the name of a file."""
    _, number, kind, plugin, file = name.split("_", 4)
    return number, kind, plugin, file


def test_pages_have_the_names_that_canvas_expects(folder):
    collected(folder, "canvas", CLASS)
    returned = back(folder, [grade(one.login, 1) for one in CLASS])
    with zipfile.ZipFile(returned.pages) as archive:
        names = archive.namelist()
        texts = [archive.read(name).decode() for name in names]
    assert [as_canvas_reads(name) for name in names] == [
        (str(one.number), str(900 + at)) for at, one in enumerate(CLASS)
    ]
    assert "_LATE_" in names[1]
    assert texts == [f"for {one.login}" for one in CLASS]
    assert {name.rpartition(".")[2] for name in names} == {"html"}


def test_pages_have_the_names_that_moodle_expects(folder):
    collected(folder, "moodle", CLASS)
    returned = back(folder, [grade(one.login, 1) for one in CLASS])
    with zipfile.ZipFile(returned.pages) as archive:
        assert [as_moodle_reads(name) for name in archive.namelist()] == [
            (str(one.number), "assignfeedback", "file", "02-filters.html") for one in CLASS
        ]


def test_another_maximum_is_never_rounded_over(folder):
    collected(folder, "moodle", CLASS)
    grades = [replace(grade(one.login, 10), max_points=42.0) for one in CLASS]
    says = "02-filters has 42 points and Moodle gives at most 100.00 for it"
    with pytest.raises(ClassroomError, match=says):
        back(folder, grades, moodle_list(CLASS))
    assert not (folder.root / "returned").exists()
    returned = back(folder, grades, moodle_list(CLASS), scale=True)
    assert {row["Grade"] for row in table(returned)} == {"23.80952381"}
    assert returned.told == ["Points are converted: 42 are 100.00 there, to nine decimals"]


def test_canvas_maximum_is_read_from_its_own_row(folder):
    collected(folder, "canvas", CLASS)
    grades = [replace(grade(one.login, 10), max_points=42.0) for one in CLASS]
    with pytest.raises(ClassroomError, match="Canvas gives at most 100 for it"):
        back(folder, grades, canvas_list(CLASS))


def test_nothing_that_a_spreadsheet_would_run_is_written(folder):
    collected(folder, "moodle", [EVIL])
    returned = back(folder, [grade("evil", 5)], moodle_list([EVIL]))
    for row in csv.reader(io.StringIO(returned.grades.read_text(), newline="")):
        assert all(cell == "-" or not cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_a_grade_that_is_not_final_is_left_out_and_told(folder):
    collected(folder, "canvas", CLASS)
    grades = [grade(one.login, 5, to_mark=("why",) if one.login == "zoe" else ()) for one in CLASS]
    returned = back(folder, grades[:-1], canvas_list(CLASS))
    assert [line.student for line in returned.lines] == ["ada", "lee", "olga"]
    assert returned.told == [
        "1 student (zoe) left out until a person has marked all answers "
        "(--unmarked takes the points as they stand)",
        "1 student (anna) without a grade: nothing was graded of them",
    ]
    assert len(back(folder, grades, canvas_list(CLASS), unmarked=True).lines) == 5


def test_who_the_platform_does_not_know_is_told(folder):
    collected(folder, "canvas", CLASS[:1])
    returned = back(folder, [grade("ada", 1), grade("stranger", 2)])
    assert [line.student for line in returned.lines] == ["ada"]
    assert returned.told == [
        "stranger is not in the grade file: nobody knows the number that Canvas gave the student"
    ]


def test_a_missing_page_is_told_and_the_grade_is_written(folder):
    collected(folder, "canvas", CLASS[:2])
    (folder.feedback / "ada" / LESSON.name / f"{LESSON.name}.html").unlink()
    returned = back(folder, [grade("ada", 1), grade("zoe", 2)])
    assert len(returned.lines) == 2
    assert returned.told == [
        "No page of ada is in the zip: there is none, so run `autograder feedback` first"
    ]


def test_who_did_not_hand_in_on_canvas_gets_the_groups_page_by_hand(folder):
    collected(folder, "canvas", CLASS[:1])
    grades = [grade("ada", 5), grade("zoe", 5, handed_in_by="ada")]
    returned = back(folder, grades, canvas_list(CLASS[:2]))
    assert [row["02-filters (777)"] for row in table(returned)] == ["5", "5"]
    with zipfile.ZipFile(returned.pages) as archive:
        assert len(archive.namelist()) == 1
    page = folder.root / "returned" / LESSON.name / "by-hand" / "zoe.html"
    assert page.read_text() == "for ada"
    assert returned.told == [
        "The zip has no page for 1 student (zoe): Canvas takes one there only for a file that was "
        f"handed in on it. Attach it by hand, from {page.parent}"
    ]


def test_moodle_takes_a_page_of_whoever_its_list_knows(folder):
    collected(folder, "moodle", CLASS[:1])
    page = folder.feedback / "lee" / LESSON.name / f"{LESSON.name}.html"
    page.parent.mkdir(parents=True)
    page.write_text("for lee, who handed in on paper")
    grades = [grade("ada", 5), grade("zoe", 5, handed_in_by="ada"), grade("lee", 5)]
    returned = back(folder, grades, moodle_list(CLASS), scale=True)
    with zipfile.ZipFile(returned.pages) as archive:
        numbers = [as_moodle_reads(name)[0] for name in archive.namelist()]
    assert numbers == ["4700", "4701", "4702"]
    assert not returned.by_hand.exists()


def test_where_nobody_can_tell_the_platform_it_is_asked_for(folder):
    with pytest.raises(ClassroomError, match="say --to canvas or --to moodle"):
        back(folder, [grade("ada", 1)])


def test_what_a_person_changed_in_a_grade_file_is_kept(folder):
    collected(folder, "canvas", CLASS)
    returned = back(folder, [grade("ada", 1)])
    returned.grades.write_text("edited")
    again = back(folder, [grade("ada", 2)])
    kept = again.grades.with_name("grades-canvas (yours).csv")
    assert kept.read_text() == "edited"
    assert "had been changed by hand" in again.kept[0]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own sessions
@pytest.mark.parametrize("exporter", [CanvasExport, MoodleExport])
def test_nbgrader_export_writes_the_same_file(exporter, folder, monkeypatch):
    platform = exporter.platform
    collected(folder, platform, CLASS)
    listed = canvas_list(CLASS) if platform == "canvas" else moodle_list(CLASS)
    ours = back(folder, [grade("ada", 1.25), grade("zoe", 0)], listed, scale=True)
    monkeypatch.chdir(folder.root)
    ClassGradebook(folder, new=True).__exit__()
    with Gradebook(f"sqlite:///{folder.gradebook}") as book:
        book.add_assignment(LESSON.name)
        book.add_notebook("n", LESSON.name)
        book.add_grade_cell("c", "n", LESSON.name, max_score=100, cell_type="code")
        for student, points in (("ada", 1.25), ("zoe", 0)):
            book.add_student(student)
            book.add_submission(LESSON.name, student)
            book.find_grade("c", "n", LESSON.name, student).auto_score = points
        book.db.commit()
        plugin = exporter(assignment=[LESSON.name])
        plugin.export(book)
    written = Path(f"grades-{platform}.csv").read_bytes()
    theirs = written.replace(b",100,", b",100.00,")
    assert theirs == ours.grades.read_bytes()
