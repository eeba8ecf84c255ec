"""`course.toml` says how lessons add up: totals are what a person gets with paper and pencil."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grades import Grade
from autograder.classroom.grading import Options, grade_class
from autograder.classroom.rules import Rules, read_rules
from autograder.classroom.term_page import LessonOfTerm, term_page
from autograder.classroom.totals import Total, totals, totals_csv
from autograder.cli import main
from autograder.lessons.errors import ClassroomError

from . import broken_off
from .broken_off import hand_in, students

LESSONS = ["a", "b", "c", "d"]


def rules(root: Path, text: str, listed: list[str] | None = None) -> Rules:
    (root / "course.toml").write_text(text, encoding="utf-8")
    return read_rules(ClassFolder(root), LESSONS, listed)


def grade(lesson: str, points: float, student: str = "ada", most: float = 10) -> Grade:
    return Grade(student, lesson, points, most, {})


def ada(root: Path, text: str, *grades: Grade) -> Total:
    return totals(rules(root, text), grades)[0]


TERM = (grade("a", 8), grade("b", 5), grade("c", 20, most=20), grade("d", 2))
"""80, 50, 100 and 20 percent."""

BY_HAND = {
    "without rules: all points together": ("", Fraction(35, 50)),
    "weights: 3 × 80 + 1 × 50 of 4": ("[weights]\na = 3\nb = 1\n", Fraction(29, 40)),
    "weights as percent": (
        "[weights]\na = 20\nb = 20\nc = 50.0\nd = 10",
        Fraction(16 + 10 + 50 + 2, 100),
    ),
    "the lowest is dropped": ("drop-lowest = 1", Fraction(33, 40)),
    "two are": ("drop-lowest = 2\n[weights]\na=1\nb=1\nc=1\nd=1", Fraction(9, 10)),
    "one always counts": ("drop-lowest = 9", Fraction(1)),
    "extra credit comes on top": ('extra-credit = ["d"]', Fraction(35, 40)),
    "and is never dropped": (
        'extra-credit = ["d"]\ndrop-lowest = 1',
        Fraction(30, 30),  # (8 + 20 + 2) of 30
    ),
    "more than all": (
        'extra-credit = ["c"]\n[weights]\na = 1\nc = 1',
        Fraction(9, 5),
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_totals_are_those_worked_out_by_hand(case, tmp_path):
    text, share = BY_HAND[case]
    assert ada(tmp_path, text, *TERM).share == share


def test_what_was_not_handed_in_has_earned_nothing_and_may_be_dropped():
    grades = (*TERM[:2], grade("a", 10, "bob"))
    ours = {total.student: total for total in totals(Rules(), grades, ["cleo"])}
    assert {name: one.share for name, one in ours.items()} == {
        "ada": Fraction(13, 20),
        "bob": Fraction(1, 2),
        "cleo": 0,
    }
    bob = totals(Rules(drop_lowest=1), grades)[1]
    assert (bob.share, bob.dropped, bob.points) == (1, ("b",), {"a": 10})


def test_among_equals_the_heavier_is_dropped(tmp_path):
    text = "drop-lowest = 1\n[weights]\na = 1\nb = 3\nc = 1"
    total = ada(tmp_path, text, grade("a", 2), grade("b", 2), grade("c", 10))
    assert (total.dropped, total.share) == (("b",), Fraction(3, 5))


def test_random_terms_add_up_as_long_division_does():
    rng = random.Random(3)
    for _ in range(300):
        most = {lesson: rng.randrange(1, 40) for lesson in LESSONS}
        weights = {lesson: Fraction(rng.randrange(1, 9), 2) for lesson in LESSONS}
        points = {lesson: rng.randrange(4 * most[lesson] + 1) / 4 for lesson in LESSONS}
        dropped = rng.randrange(3)
        ours = totals(
            Rules(dropped, weights=weights),
            [grade(name, points[name], most=most[name]) for name in LESSONS],
        )[0]
        rows = sorted((Fraction(points[n]) / most[n], -weights[n]) for n in LESSONS)[dropped:]
        assert ours.share == sum(-s * w for s, w in rows) / -sum(w for _, w in rows)


def test_tenths_are_tenths():
    total = totals(Rules(), [grade("a", 0.1 + 0.2, most=1)])[0]
    assert (total.share, total.percent) == (Fraction(3, 10), "30")


def test_the_table_of_totals():
    rows = totals(Rules(drop_lowest=1), [*TERM[:3], grade("a", 1, "=bob")], ["cleo"])
    assert totals_csv(rows, ["a", "b", "c"]).splitlines() == [
        "student,a,b,c,total,dropped,to_mark",
        "'=bob,1,,,5,c,",
        "ada,8,5,20,93.333333333,b,",
        "cleo,,,,0,c,",
    ]


def test_one_of_a_group_hands_in_for_all(tmp_path):
    said = rules(tmp_path, '[groups]\nn = ["ada", "bob"]\n[groups.b]\ns = ["bob", "cleo"]\n')
    both = said.shared("a", [grade("a", 7), grade("a", 3, "dan")])
    assert [(g.student, g.points, g.handed_in_by) for g in both] == [
        ("ada", 7, ""),
        ("bob", 7, "ada"),
        ("dan", 3, ""),
    ]
    assert both[1].looks == ("ada handed this in for the group n",)
    of_b = said.shared("b", [grade("b", 7, "cleo")])
    assert [(g.student, g.points) for g in of_b] == [("bob", 7), ("cleo", 7)]


def test_whoever_has_handed_in_keeps_that_and_the_others_get_the_best(tmp_path):
    said = rules(tmp_path, '[groups]\nn = ["ada", "bob", "cleo"]')
    found = said.shared("a", [grade("a", 2), grade("a", 9, "bob")])
    assert [(g.student, g.points) for g in found] == [("ada", 2), ("bob", 9), ("cleo", 9)]


WRONG = {
    "drop-lowest = 1\nweights = [": "cannot be read as TOML: .*line 2",
    "drop-lowest = 1\n\ndrop-lowest = 2": "cannot be read as TOML: .*line 3",
    "drop_lowest = 1": "drop_lowest: there is no key 'drop_lowest', perhaps 'drop-lowest' is meant",
    "drop-lowest = -1": "drop-lowest: how many lessons do not count is 0, 1, 2 …, not -1",
    "drop-lowest = true": "drop-lowest: how many .* not True",
    "drop-lowest = 1.5": "drop-lowest: how many .* not 1.5",
    'extra-credit = "a"': 'extra-credit: write a list of lessons in quotes, such as ."a", "b".',
    'extra-credit = ["e"]': "extra-credit: there is no lesson 'e'",
    "weights = 3": r"weights: begin a line \[weights\] and write one entry a line below it",
    "[weights]\ne = 1": "weights.e: there is no lesson 'e'",
    '[weights]\na = "1"': "weights.a: a weight is a number from 0 on, not '1'",
    "[weights]\na = -1": "weights.a: a weight is a number from 0 on, not -1",
    "[weights]\na = nan": "weights.a: a weight is a number from 0 on, not nan",
    "[weights]\na = inf": "weights.a: a weight is a number from 0 on, not inf",
    "[weights]\na = true": "weights.a: a weight is a number from 0 on, not True",
    '[groups]\nn = "ada"': "groups.n: write a list of students in quotes",
    '[groups]\nn = ["ada", "eve"]': "groups.n: there is no student 'eve'",
    '[groups]\nn = ["ada"]\ns = ["ada"]': "groups: 'ada' is in 'n' and in 's'",
    '[groups.e]\nn = ["ada"]': "groups.e: there is no lesson 'e'",
    '[groups.a]\nn = ["bbo"]': "groups.a.n: there is no student 'bbo', perhaps 'bob' is meant",
    '[groups.a]\nn = ["ada"]\ns = ["ada"]': "groups.a: 'ada' is in 'n' and in 's'",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_meant_is_one_sentence_with_its_place(text, tmp_path):
    with pytest.raises(ClassroomError, match=WRONG[text]) as error:
        rules(tmp_path, text, ["ada", "bob"])
    assert str(tmp_path / "course.toml") in str(error.value)
    assert "\n" not in str(error.value)
    assert str(error.value).endswith(".")


def test_bytes_that_are_no_text_are_one_sentence(tmp_path):
    (tmp_path / "course.toml").write_bytes(b"drop-lowest = 1 # \xff")
    with pytest.raises(ClassroomError, match="is not saved as UTF-8: save it so"):
        read_rules(ClassFolder(tmp_path), LESSONS)


def test_the_commands_share_and_add_up_what_the_file_says(lesson, monkeypatch, capsys):
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, 3)
    list(grade_class(lesson, folder, students(3), Options(workers=1), work=broken_off.work))
    monkeypatch.chdir(lesson.root)
    (folder.root / "course.toml").write_text(
        '[weights]\n01-small = 1\n[groups]\nn = ["student-0001", "eve"]\n'
    )
    assert main(["export", "--class", str(folder.root), "--totals"]) == 0
    rows = dict(row.split(",", 1) for row in capsys.readouterr().out.splitlines()[1:])
    assert rows["eve"] == rows["student-0001"]
    assert rows["eve"] != rows["student-0000"]
    (folder.root / "course.toml").write_text("[weights]\n")
    assert main(["export", "--class", str(folder.root), "--totals"]) == 0
    assert capsys.readouterr().err == ("01-small does not count: course.toml gives it no weight.\n")
    (folder.root / "course.toml").write_text("drop-lowest = no")
    for command in (["export"], ["return", lesson.name], ["report", lesson.name]):
        assert main([*command, "--class", str(folder.root)]) == 1
        assert "course.toml cannot be read as TOML: " in capsys.readouterr().err


def test_the_report_of_a_term_adds_up_as_the_file_says(tmp_path):
    lessons = [LessonOfTerm(one.lesson, [one]) for one in TERM]
    assert 'scope="col">All</th>' in term_page(lessons)
    assert "<td>35</td></tr>" in term_page(lessons)
    said = rules(tmp_path, "[weights]\na = 3\nb = 1\n")
    page = term_page(lessons, said)
    assert 'scope="col">All, %</th>' in page
    assert "<td>72.5</td></tr>" in page
