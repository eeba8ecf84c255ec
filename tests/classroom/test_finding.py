"""A notebook is found wherever a student has put it, or it is said what is there instead."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from autograder.classroom.archives import MOST_BYTES
from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import file_digest, find_students, read_submission
from autograder.lessons.errors import ClassroomError
from autograder.running.handed_in import Submission
from tests.running.as_handed_in import (
    FILE,
    LESSON,
    MUTATORS,
    NOISE,
    HandedIn,
    base,
    compiled,
    lesson,
    zip_of,
)


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    return ClassFolder(tmp_path)


def put(folder: ClassFolder, files: dict[str, bytes], student: str = "ada") -> None:
    for name, data in files.items():
        path = folder.submitted / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def notebook(*mutators: str) -> bytes:
    handed = base()
    for name in mutators:
        MUTATORS[name].change(handed, Random(name))
    return handed.write(handed.notebook)


def found(folder: ClassFolder, files: dict[str, bytes], student: str = "ada") -> Submission:
    put(folder, files, student)
    assert find_students(folder, lesson()) == ([student], [])
    return read_submission(folder, lesson(), student)


TAKEN = {
    FILE: f"'{FILE}'",
    f"{LESSON}/{FILE}.txt": f"'{FILE}.txt'",
    f"{LESSON}/{LESSON} (1).ipynb": f"'{LESSON} (1).ipynb'",
    f"02-Filters/{FILE}": f"'02-Filters/{FILE}'",
    "work/final.ipynb": "'work/final.ipynb'",
}


@pytest.mark.parametrize("path", TAKEN)
def test_the_one_notebook_with_the_lessons_cells_is_taken(path, folder):
    submission = found(folder, {path: notebook()})
    assert submission.unreadable == ""
    assert len(submission.cells) == len(compiled().student.cells)
    assert submission.remarks == (
        f"there is no {LESSON}/{FILE}, so {TAKEN[path]} was taken for it",
    )


def test_moodles_folders_keep_their_names(folder):
    student = "Ada Lovelace_12345_assignsubmission_file_"
    assert found(folder, {FILE: notebook()}, student).cells


def test_a_notebook_without_ids_is_taken_by_what_is_in_it(folder):
    assert found(folder, {"x.ipynb": notebook("all ids gone")}).cells


def test_a_damaged_notebook_with_the_lessons_name_says_why(folder):
    submission = found(folder, {f"{LESSON} (1).ipynb": b"{"})
    assert submission.unreadable == (
        f"'{LESSON} (1).ipynb' is not JSON: the file is damaged or not a notebook"
    )


def test_what_systems_leave_is_not_mentioned(folder):
    assert found(folder, {f"{LESSON}/{FILE}": notebook(), **NOISE}).remarks == ()


def test_other_lessons_are_not_mentioned(folder):
    other = "03-padding-and-stride"
    files = {f"{LESSON}/{FILE}": notebook(), f"{other}/{other}.ipynb": b"{}", f"{other}.ipynb": b""}
    assert found(folder, files).remarks == ()


def test_everything_else_is_mentioned(folder):
    files = {f"{LESSON}/{FILE}": notebook(), f"{LESSON}/sketch.pdf": b"", "notes/a.txt": b""}
    assert found(folder, files).remarks == (
        "'sketch.pdf' was handed in too, and not looked at",
        "'notes/a.txt' was handed in too, and not looked at",
    )
    put(folder, {f"{LESSON}/{n}.pdf": b"" for n in range(5)})
    remarks = read_submission(folder, lesson(), "ada").remarks
    assert remarks[3] == "4 more files were handed in, and not looked at"


def test_of_two_notebooks_the_one_that_was_worked_on_is_taken(folder):
    given = HandedIn({}).write(dict(compiled().student))
    submission = found(folder, {f"{LESSON}/a.ipynb": given, f"{LESSON}/b.ipynb": notebook()})
    assert submission.remarks == (
        f"there is no {LESSON}/{FILE}, so 'b.ipynb' was taken for it",
        "'a.ipynb' was handed in too, and not looked at",
    )


def test_of_two_that_were_worked_on_none_is_taken(folder):
    other = notebook("a copy of an answer's cell that tries it")
    submission = found(folder, {f"{LESSON}/a.ipynb": notebook(), f"{LESSON}/b.ipynb": other})
    assert submission.unreadable == (
        f"there is no {FILE}, and 'a.ipynb' and 'b.ipynb' may be it: "
        "keep one of them and grade again"
    )
    assert submission.remarks == ()


def test_two_copies_of_one_notebook_are_one(folder):
    submission = found(folder, {f"{LESSON}/a.ipynb": notebook(), f"{LESSON}/b.ipynb": notebook()})
    assert submission.unreadable == ""


def test_a_folder_without_a_notebook_says_what_is_there(folder):
    submission = found(folder, {f"{LESSON}/report.pdf": b"%PDF"})
    assert submission.unreadable == f"there is no {FILE}, only 'report.pdf'"


ELSEWHERE = f"in submitted/ is not a student's folder: put it into submitted/STUDENT/{LESSON}/"

STRAYS = {
    "ada/report.pdf": f"submitted/ada/ holds no notebook of {LESSON}, only 'report.pdf'",
    "ada/other.ipynb": f"submitted/ada/ holds no notebook of {LESSON}, only 'other.ipynb'",
    "ada.zip": f"'ada.zip' {ELSEWHERE}",
    FILE: f"'{FILE}' {ELSEWHERE}",
    "list.csv": "'list.csv' in submitted/ is not a student's folder",
    f"{LESSON}/ada/{FILE}": (
        f"'{LESSON}' in submitted/ is called like the lesson: "
        f"put each student's notebook into submitted/STUDENT/{LESSON}/"
    ),
}


@pytest.mark.parametrize("path", STRAYS)
def test_what_is_nobodys_is_said(path, folder):
    put(folder, {f"{LESSON}/{FILE}": notebook()}, "bob")
    stray = folder.submitted / path
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"{}")
    assert find_students(folder, lesson()) == (["bob"], [STRAYS[path]])


def test_where_nobody_handed_in_it_is_said_what_is_there(folder):
    put(folder, {"report.pdf": b""})
    says = f"Not looked at: submitted/ada/ holds no notebook of {LESSON}, only 'report.pdf'."
    with pytest.raises(ClassroomError, match=re.escape(says)):
        find_students(folder, lesson())


def test_a_zip_called_like_the_lesson_that_is_none_is_said(folder):
    submission = found(folder, {f"{LESSON}.zip": b"Rar!"})
    assert submission.unreadable == f"there is no {FILE}, only '{LESSON}.zip'"
    assert submission.remarks == (f"'{LESSON}.zip' is no zip, or is damaged",)


def test_an_empty_file_in_the_right_place_does_not_hide_the_notebook(folder):
    files = {f"{LESSON}/{FILE}": b"", f"{LESSON}/{LESSON} (1).ipynb": notebook()}
    assert found(folder, files).remarks == (
        f"{FILE} is not JSON: the file is damaged or not a notebook, "
        f"so '{LESSON} (1).ipynb' was taken for it",
        f"'{FILE}' was handed in too, and not looked at",
    )


def test_the_time_beside_the_notebook_counts(folder):
    files = {f"02-Filters/{FILE}": notebook(), "02-Filters/timestamp.txt": b"2026-01-09 10:00:00"}
    submission = found(folder, files)
    assert submission.timestamp == "2026-01-09 10:00:00"
    assert len(submission.remarks) == 1


# --- zips ---------------------------------------------------------------------------------------


def test_a_notebook_in_a_zip_is_taken(folder):
    data = zip_of({f"work/{FILE}": notebook(), "work/notes.txt": b"", "__MACOSX/._x": b""})
    submission = found(folder, {f"{LESSON}/all.zip": data})
    assert submission.cells
    assert submission.remarks == (
        f"there is no {LESSON}/{FILE}, so 'all.zip' ('work/{FILE}') was taken for it",
        "1 more file is in '02-filters/all.zip', and not looked at: 'work/notes.txt'",
    )


def entry(name: str, mode: int = 0o644, **more: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    for field, value in more.items():
        setattr(info, field, value)
    return info


def archive_of(info: zipfile.ZipInfo, data: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, data)
    return file.getvalue()


UNSOUND = {
    "a link": entry(FILE, stat.S_IFLNK | 0o777),
    "an absolute name": entry(f"/etc/{FILE}"),
    "a name that leads out": entry(f"../../bob/{LESSON}/{FILE}"),
    "a name of Windows": entry(f"C:\\{FILE}"),
    "another way of packing": entry(FILE, compress_type=zipfile.ZIP_BZIP2),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_leads_elsewhere_in_a_zip_is_not_looked_at(name, folder):
    data = archive_of(UNSOUND[name], notebook())
    submission = found(folder, {f"{LESSON}/all.zip": data})
    assert submission.unreadable == f"there is no {FILE}, only 'all.zip'"
    assert submission.remarks == (
        "1 of the files in 'all.zip' was not looked at: it is a link, needs a password, "
        "or its name leads elsewhere",
    )


BROKEN = {
    "no zip": (b"Rar!", "is no zip, or is damaged"),
    "half a zip": (zip_of({FILE: b"{}"})[:60], "is no zip, or is damaged"),
    "too many files": (
        zip_of({f"{number}": b"" for number in range(2_100)}),
        "holds more than 2,000 files",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_zip_that_cannot_be_read_says_why(name, folder):
    data, says = BROKEN[name]
    submission = found(folder, {f"{LESSON}/all.zip": data})
    assert submission.unreadable == f"there is no {FILE}, only 'all.zip'"
    assert submission.remarks == (f"'all.zip' {says}",)


def test_a_zip_bomb_is_read_no_further_than_a_notebook_may_go(folder):
    data = zip_of({FILE: bytes(MOST_BYTES + 2)})
    assert len(data) < 100_000
    submission = found(folder, {f"{LESSON}/all.zip": data})
    assert submission.unreadable == f"'all.zip' ('{FILE}') holds more than 64 MB"


def test_bytes_of_a_zip_that_were_changed_raise_nothing(folder):
    random = Random(5)
    whole = zip_of({FILE: b'{"cells": []}' * 50, "x.ipynb": b"{}"})
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(3):
            data[random.randrange(len(data))] = random.randrange(256)
        put(folder, {f"{LESSON}/all.zip": bytes(data)})
        submission = read_submission(folder, lesson(), "ada")
        assert submission.unreadable or submission.remarks


# --- links, pipes and changes -------------------------------------------------------------------


def test_links_and_pipes_are_mentioned_and_not_followed(folder, tmp_path):
    put(folder, {"secret.ipynb": notebook()}, "bob")
    place = folder.submitted / "ada" / LESSON
    place.mkdir(parents=True)
    (place / "a.ipynb").symlink_to(folder.submitted / "bob" / "secret.ipynb")
    (place / "b").symlink_to(folder.submitted / "bob")
    os.mkfifo(place / "c.ipynb")
    submission = read_submission(folder, lesson(), "ada")
    assert submission.unreadable == f"there is no {FILE}, only 'a.ipynb', 'b', 'c.ipynb'"


def test_the_digest_changes_with_whatever_may_be_read(folder):
    digests = set()
    files = {f"{LESSON}/a.ipynb": b"{}", f"{LESSON}/x.zip": b"a", f"{LESSON}/timestamp.txt": b"b"}
    for name in files:
        put(folder, {name: files[name]})
        digests.add(file_digest(folder, lesson(), "ada"))
        put(folder, {name: files[name] + b" "})
        digests.add(file_digest(folder, lesson(), "ada"))
    assert len(digests) == 6
