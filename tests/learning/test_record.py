"""What a learner did stays: one plain file beside the lessons, whatever happens to a notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.exercises import find, of_lesson
from autograder.learning import record
from autograder.learning.progressing import keep_check, next_exercise, standings, state, what_next
from tests.small_course import autograder

IN_LESSON = len(of_lesson("04-pooling-and-normalization"))

CHECK = """\
from autograder import check
from autograder.exercises import find
check("relu", find("relu").reference)
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    folder = tmp_path / "내 강의 one" / "04-pooling-and-normalization"
    folder.mkdir(parents=True)
    return folder


def run(program: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_check_is_still_known_in_the_next_kernel(lesson):
    run(CHECK, lesson)
    shown = run('from autograder import progress; progress("04-pooling-and-normalization")', lesson)
    assert next(line for line in shown.splitlines() if line.split()[:1] == ["relu"]).split()[
        1:
    ] == [*("passed", "1", "up", "to", "3")]
    assert f"1 of {IN_LESSON} checks passed: 1 of " in shown


def test_all_lessons_share_one_plain_file_beside_them(lesson):
    run(CHECK, lesson)
    assert [path.name for path in lesson.iterdir()] == []
    (line,) = (lesson.parent / record.FILE).read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert kept.pop("at").endswith("+00:00")
    assert kept == {
        **{"what": "check", "exercise": "relu", "passed": True, "mistake": ""},
        "tried": True,
    }


def test_two_notebooks_at_once_lose_nothing(lesson):
    program = (
        "import sys\nfrom autograder.learning.progressing import keep_check\n"
        "for n in range(300): keep_check(f'{sys.argv[1]}-{n}', True)\n"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program, name], cwd=lesson) for name in ("a", "b")
    ]
    assert [one.wait(timeout=300) for one in both] == [0, 0]
    known = standings(lesson.parent / record.FILE)
    assert set(known) == {f"{name}-{n}" for name in "ab" for n in range(300)}


def test_a_line_that_was_cut_short_costs_only_itself(lesson):
    file = lesson.parent / record.FILE
    keep_check("relu", True, path=file)
    with file.open("ab") as whole:
        whole.write(b'{"what": "check", "exercise": "dropout", "pass')
    keep_check("max-pool2d", True, path=file)
    assert set(standings(file)) == {"relu", "max-pool2d"}


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "[]\n1\nnull\n", '{"what": 3}\n', '{"what": "check", "exercise": []}\n', "\xff"],
)
def test_anything_may_stand_in_the_file(text, lesson):
    file = lesson.parent / record.FILE
    file.write_bytes(text.encode("latin-1"))
    assert standings(file) == {}
    keep_check("relu", True, path=file)
    assert standings(file)["relu"].passed


def test_a_folder_that_cannot_be_written_to_stops_no_check(lesson):
    (lesson.parent / record.FILE).mkdir()  # nobody can write there, root neither
    assert run(CHECK, lesson).startswith("✓ relu: ")


@pytest.mark.parametrize("name", record.GRADING)
def test_nothing_is_kept_when_nbgrader_runs_a_notebook(name, lesson):
    run(CHECK, lesson, **{name: "autograde"})
    assert list(lesson.parent.iterdir()) == [lesson]


def test_nothing_is_kept_where_nobody_learns(tmp_path):
    run(CHECK, tmp_path)
    assert list(tmp_path.iterdir()) == []
    run(CHECK, tmp_path, **{record.SESSION: "untitled.ipynb"})
    assert [path.name for path in tmp_path.iterdir()] == [record.FILE]


def test_what_passed_before_is_said_to_have(lesson):
    file = lesson.parent / record.FILE
    for passed, mistake in ((True, ""), (False, "starts at zero")):
        keep_check("max-pool2d", passed, mistake, path=file)
    assert state(standings(file)["max-pool2d"]) == "starts at zero (it passed before)"


def test_work_goes_on_in_the_lesson_of_the_last_check(lesson):
    file = lesson.parent / record.FILE
    assert next_exercise({}).id == "flatten-images"
    keep_check("relu", False, path=file)
    keep_check("cross-correlate2d", True, path=file)
    assert what_next(standings(file)) == (
        f"Next: convolve2d in 02-filters, under “{find('convolve2d').see}”."
    )
    keep_check("convolve2d", False, path=file)
    assert "Next: convolve2d in 02-filters, which is not right yet" in what_next(standings(file))


def test_the_command_shows_what_was_kept_from_wherever_it_is_asked(lesson):
    keep_check("relu", True, path=lesson.parent / record.FILE)
    for folder in (lesson, lesson.parent):
        done = autograder("progress", cwd=folder)
        assert f"04-pooling-and-normalization  1 of {IN_LESSON}" in done.stdout
        assert f"Kept in {lesson.parent / record.FILE}." in done.stdout
    done = autograder("progress", "--in", lesson.parent, "--json", cwd=Path("/"))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["exercise"] for row in rows if row["passed"]] == ["relu"]


def test_the_command_says_what_it_cannot_find(tmp_path):
    assert (
        "Nothing is kept yet: checks in a notebook will be."
        in autograder("progress", "--in", tmp_path, cwd=tmp_path).stdout
    )
    for arguments, says in {
        ("99-none",): "autograder progress: There is no lesson '99-none'; there are 01-",
        ("--in", "nowhere"): "autograder progress: There is no folder nowhere.",
    }.items():
        done = autograder("progress", *arguments, cwd=tmp_path)
        assert done.returncode == 1
        assert done.stderr.startswith(says)
