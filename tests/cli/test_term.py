"""From a platform's zip to its grade file, with commands as an instructor types them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from autograder.lessons.course import Lesson
from tests.classroom.downloads import Member, canvas_list, moodle_list, zip_file
from tests.sample_class.assignments import ASSIGNMENTS
from tests.sample_class.students import write_submissions
from tests.small_course import autograder


@pytest.fixture(scope="module")
def handed_in(filters: Lesson, tmp_path_factory) -> list[tuple[Member, bytes]]:
    """The sample class, as members of a platform's course; most of it is no trouble."""
    root = tmp_path_factory.mktemp("handed-in")
    write_submissions(root, filters, ASSIGNMENTS[filters.name])
    found = sorted((root / "submitted").glob("*/*/*.ipynb"))
    sound = [path for path in found if b'"cells"' in path.read_bytes()][:6]
    return [
        (Member("Student", f"Number{chr(65 + at)}", f"s{at}", 5000 + at), path.read_bytes())
        for at, path in enumerate(sound)
    ]


def term(
    filters: Lesson, root: Path, files: dict[str, bytes], listed: str, platform: str
) -> dict[str, str]:
    """Collect, grade and return; the grades by what the platform knows students by."""
    root.mkdir()
    place = zip_file(root / "download.zip", files)
    (root / "students.csv").write_text(listed, encoding="utf-8")
    for command in (
        ("collect", filters.name, place),
        ("grade", filters.name, "--workers", "1", "--seed", "7"),
        ("return", filters.name, "--unmarked", "--scale"),
    ):
        done = autograder(*command, "--class", root, cwd=filters.root)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    text = (root / "returned" / filters.name / f"grades-{platform}.csv").read_text("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    number, points = ("ID", "02-filters (777)") if platform == "canvas" else ("Identifier", "Grade")
    return {row[number].removeprefix("Participant "): row[points] for row in rows}


def test_from_either_platforms_zip_to_its_grade_file(filters: Lesson, handed_in, tmp_path):
    members = [one for one, _ in handed_in]
    canvas = {one.canvas(at + 9, "x (1).ipynb"): data for at, (one, data) in enumerate(handed_in)}
    moodle = {one.moodle("02-filters-2.ipynb"): data for one, data in handed_in}
    grades = term(filters, tmp_path / "c", canvas, canvas_list(members), "canvas")
    assert set(grades) == {str(one.number) for one in members}
    assert len(set(grades.values())) > 2, "not all are alike"
    assert grades == term(filters, tmp_path / "m", moodle, moodle_list(members), "moodle")
    for root, platform in ((tmp_path / "c", "canvas"), (tmp_path / "m", "moodle")):
        pages = root / "returned" / filters.name / f"pages-{platform}.zip"
        with zipfile.ZipFile(pages) as archive:
            assert len(archive.namelist()) == len(members)


def test_return_before_grading_is_one_sentence(filters: Lesson, tmp_path):
    done = autograder("return", filters.name, "--class", tmp_path, cwd=filters.root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "Nothing has been graded" in done.stderr
