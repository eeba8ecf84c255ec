"""What a teacher has in hand: a page on each lesson, and questions with numbers of the class."""

from __future__ import annotations

import random
import re

import pytest

from autograder.classroom.question_sheet import (
    NETWORKS,
    network_questions,
    question_sheet,
    with_other_widths,
)
from autograder.classroom.teaching import teaching_page
from autograder.cli import main
from autograder.exercises import LESSONS, of_lesson
from autograder.lessons.course import Course
from autograder.lessons.errors import ClassroomError

COUNTED_BY_HAND = {
    "conv": lambda row, deep, side: row["filters"] * (deep * row["kernel"] ** 2 + 1),
    "fully_connected": lambda row, deep, side: row["units"] * (deep * side * side + 1),
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lessons_page_has_aims_time_points_predictions_and_mistakes(lesson):
    page = teaching_page(Course.find().lesson(lesson))
    assert page == teaching_page(Course.find().lesson(lesson))
    assert all(f"**You will {word}**" in page for word in ("do", "learn", "need"))
    assert re.search(r"\bhours\b", page)
    rows = re.findall(r"^\| `([\w-]+)` \| .+ \| \d+ \| \d+ \|$", page, re.M)
    assert rows == [one.id for one in of_lesson(lesson)]
    for exercise in of_lesson(lesson):
        first = exercise.mistakes[0]
        assert f"### `{exercise.id}`\n\n- **{first.name}**: {first.sentence}" in page
    questions = page.partition("## What to ask before an experiment\n")[2].partition("## ")[0]
    assert len(re.findall(r"^- .+[?.]", questions, re.M)) >= 3
    assert f"autograder mark {lesson} " in page
    assert not re.search(r"\]\(|hidden=True|BEGIN", page)


def learned(layers, shape) -> int:
    """Weights and biases, counted row by row."""
    deep, side, total = shape[0], shape[1], 0
    for kind, row in layers:
        if kind in COUNTED_BY_HAND:
            total += COUNTED_BY_HAND[kind](row, deep, side)
        if kind in ("conv", "max_pool"):
            size, stride = row.get("kernel", row.get("size")), row.get("stride", 1)
            stride = row.get("stride", size) if kind == "max_pool" else stride
            side = (side + 2 * row.get("pad", 0) - size) // stride + 1
        deep = row.get("filters", deep)
        if kind == "fully_connected":
            deep, side = row["units"], 1
    return total


@pytest.mark.parametrize("lesson", NETWORKS)
def test_what_a_network_with_other_widths_learns_is_what_one_counts_by_hand(lesson):
    ours = [one.number for one in network_questions(lesson, random.Random(3))][::3]
    rng = random.Random(3)
    tables = [(with_other_widths(layers(), rng), shape) for _, layers, shape in NETWORKS[lesson]]
    assert ours == [learned(*one) for one in tables]
    assert all(
        own != layers() for (own, _), (_, layers, _) in zip(tables, NETWORKS[lesson], strict=True)
    )


def test_a_class_has_numbers_of_its_own_and_each_question_an_answer():
    sheets = {seed: question_sheet("07-alexnet-and-zfnet", seed) for seed in "ab"}
    assert sheets["a"] == question_sheet("07-alexnet-and-zfnet", "a")
    assert sheets["a"].questions != sheets["b"].questions
    for sheet in sheets.values():
        numbers = [re.findall(r"^(\d+)\. ", text, re.M) for text in vars(sheet).values()]
        assert numbers[0] == numbers[1] == list("123456")
        answers = re.findall(r"^\d+\. (.+)$", sheet.answers, re.M)
        assert not [one for one in answers if one in sheet.questions]


def test_the_commands_write_files_and_never_over_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(Course.find().root)
    sheet = tmp_path / "vgg.md"
    command = ["quiz", "08-vgg", "--class", str(tmp_path), "--to", str(sheet)]
    assert main(command) == 0
    key = tmp_path / "vgg-answers.md"
    assert capsys.readouterr().out == f"Wrote {sheet}\nWrote {key}\n"
    before = sheet.read_text()
    sheet.unlink()
    assert main(command) == 1
    said = f"autograder quiz: {key} is there already: give another name, or move it away.\n"
    assert capsys.readouterr().err == said
    key.unlink()
    assert main(command) == 0
    assert sheet.read_text() == before
    page = tmp_path / "page.md"
    assert main(["teaching", "08-vgg", "--to", str(page)]) == 0
    assert main(["teaching", "08-vgg", "--to", str(page)]) == 1
    assert "page.md is there already" in capsys.readouterr().err
    assert main(["teaching", "08-vgg"]) == 0
    assert capsys.readouterr().out == page.read_text()


def test_a_lesson_without_such_questions_is_told():
    with pytest.raises(ClassroomError, match=r"^05-backpropagation asks nothing whose numbers"):
        question_sheet("05-backpropagation", "a")
