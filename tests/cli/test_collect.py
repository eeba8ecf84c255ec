"""The command `collect`: its table, its sentences, its exit status."""

from __future__ import annotations

import json

from autograder.lessons.course import Lesson
from tests.classroom.downloads import CLASS, canvas_list, notebook, zip_file
from tests.small_course import autograder


def test_collect_prints_a_table_of_every_file(filters: Lesson, tmp_path):
    ada, zoe, lee = CLASS[:3]
    files = {ada.canvas(1): notebook(), zoe.canvas(2, late=True): notebook(), lee.canvas(3): b"{"}
    place = zip_file(tmp_path / "submissions.zip", files)
    (tmp_path / "students.csv").write_text(canvas_list(CLASS), encoding="utf-8")
    collect = ("collect", filters.name, place, "--class", tmp_path)
    done = autograder(*collect, cwd=filters.root)
    assert done.returncode == 1, "a file was not taken"
    assert done.stderr == ""
    assert "late, says the platform" in done.stdout
    assert done.stdout.endswith(
        "02-filters: 2 taken, 1 not taken\nNothing yet from 3: lee, olga, anna\n"
    )
    again = autograder(*collect, "--json", cwd=filters.root)
    rows = [json.loads(line) for line in again.stdout.splitlines()]
    assert [(row["student"], row["what"]) for row in rows] == [
        ("ada", "known"),
        ("lee", "not taken"),
        ("zoe", "known"),
    ]


def test_a_wrong_place_is_one_sentence(filters: Lesson, tmp_path):
    (tmp_path / "grades.xlsx").write_bytes(b"no zip")
    for name, says in (("gone.zip", "There is no "), ("grades.xlsx", "neither a folder")):
        done = autograder(
            "collect", filters.name, tmp_path / name, "--class", tmp_path, cwd=filters.root
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert says in done.stderr
    assert not (tmp_path / "submitted").exists()
