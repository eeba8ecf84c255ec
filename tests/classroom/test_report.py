"""What a person sees: the table, and progress."""

from __future__ import annotations

import io

from rich.console import Console

from autograder.classroom.grades import Failure, Grade
from autograder.classroom.report import grade_line, grade_table
from autograder.cli.progress_bar import progress

ADA = Grade("ada", "02", 6.5, 8, {"relu": 4, "pool": 2.5})
EVE = Grade("eve [bold]", "02", 0, 8, {"relu": 0, "why": 0}, ("why",), ("time: too long",))


def table(*grades: Grade, width: int = 100) -> str:
    screen = io.StringIO()
    Console(file=screen, width=width).print(grade_table(grades, "02"))
    return screen.getvalue()


def test_the_table_shows_points_and_why_to_look():
    shown = table(ADA, EVE)
    rows = {row.split("│")[1].strip(): row for row in shown.splitlines() if "│" in row}
    assert "6.5 of 8" in rows["ada"]
    assert "4 2.5" in rows["ada"]
    assert "0 ?" in rows["eve [bold]"]
    assert shown.splitlines()[-4:] == [
        "Each, in this order: relu, pool, why",
        "? waits for a person's mark: 1 in all",
        "Needs a look",
        "  eve [bold]: time: too long",
    ]


def test_nothing_is_said_of_looks_and_marks_where_there_are_none():
    assert table(ADA).splitlines()[-1] == "Each, in this order: relu, pool"


def test_a_narrow_terminal_has_room_for_every_word():
    look = "time: the cell ran for more than 20 s ('conv2d-naive-test')"
    eve = Grade("eve", "02", 0, 36, dict.fromkeys("abcdefgh", 4.0), (), (look,))
    shown = table(eve, width=60)
    assert all(len(line) <= 60 for line in shown.splitlines())
    assert look in " ".join(shown.split())


def test_one_line_about_each():
    assert grade_line(ADA) == "ada: 6.5 of 8"
    assert grade_line(EVE) == "eve [bold]: 0 of 8  (time: too long)"
    assert grade_line(Failure("bob", "disk full")) == "bob: not graded, disk full"


def watched(terminal: bool) -> str:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, width=100)
    with progress(2, "grading", console) as (begin, done):
        for name in ("ada", "eve [bold]"):
            begin(name)
            done(f"{name}: 4", name)
    return screen.getvalue()


def test_progress_is_plain_lines_where_there_is_no_terminal():
    assert watched(terminal=False) == "1/2 ada: 4\n2/2 eve [bold]: 4\n"


def test_progress_is_a_bar_with_a_count_and_the_time_left_on_a_terminal():
    shown = watched(terminal=True)
    assert "eve [bold]: 4" in shown
    assert "2/2" in shown
    assert "0:00:00" in shown
