"""`compare` finds copies whatever variables are called, and leaves independent answers alone."""

from __future__ import annotations

import ast
import json
import random
import re
from pathlib import Path

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.similarity import Work, similar_pairs
from autograder.classroom.similarity.page import pairs_page
from autograder.cli import main
from autograder.lessons.course import Lesson

BANKS = sorted((Path(__file__).parents[1] / "lessons").glob("*/right.py"))


def right_answers() -> list[str]:
    """All functions of the banks of right answers that are longer than two lines, each once."""
    found = {}
    for bank in BANKS:
        text = bank.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 3:
                code = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                found[code.partition("(")[2]] = code
    return list(found.values())


def renamed(code: str) -> str:
    """A function with other names for whatever it names itself, and other comments."""
    nodes = list(ast.walk(ast.parse(code)))
    names = {node.arg for node in nodes if isinstance(node, ast.arg)}
    names |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for number, name in enumerate(sorted(names)):
        code = re.sub(rf"(?<![.\w]){name}\b", f"mine_{number}", code)
    return code.replace("\n", "  # my own work\n", 1)


def test_copies_with_renamed_variables_are_found_and_independent_answers_are_not():
    answers = random.Random(0).sample(right_answers(), 200)
    honest = [Work(f"s{at}", {"cell": code}) for at, code in enumerate(answers)]
    copies = [Work(f"copy-{at}", {"cell": renamed(code)}) for at, code in enumerate(answers)]
    pairs = {frozenset((pair.student, pair.other)) for pair in similar_pairs(honest + copies)}
    planted = {frozenset((f"s{at}", f"copy-{at}")) for at in range(200)}
    assert len(pairs & planted) >= 0.95 * len(planted)
    assert len(similar_pairs(honest)) <= 1


ANSWERS = right_answers()
LONG = max(ANSWERS, key=len)
OTHERS = sorted(ANSWERS, key=len)[-12:-1]


def test_who_copied_one_long_answer_among_many_is_found_with_that_passage():
    ada = Work("ada", {f"e{at}": code for at, code in enumerate(OTHERS[:5])} | {"long": LONG})
    bob = {f"e{at}": code for at, code in enumerate(OTHERS[5:10])} | {"mine": renamed(LONG)}
    (pair,) = similar_pairs([ada, Work("bob", bob)])
    assert pair.share < 0.6
    assert [(one.cell, one.other_cell) for one in pair.passages] == [("long", "mine")]
    assert len(pair.passages[0].lines) > 0.8 * LONG.count("\n")


def test_what_is_known_and_what_many_write_counts_for_nothing():
    two = [Work("ada", {"a": LONG}), Work("bob", {"a": renamed(LONG)})]
    assert len(similar_pairs(two)) == 1
    assert similar_pairs(two, [Work("", {"given": LONG})]) == []
    assert similar_pairs([Work(f"s{at}", {"a": LONG}) for at in range(30)]) == []


def test_answers_in_prose_are_compared_by_their_words():
    said = "A small filter sees little, but two of them one after another see more with fewer "
    said += "numbers to learn, and there is one more nonlinearity between them to be of use."
    two = [Work("ada", {}, {"why": said}), Work("bob", {}, {"why": f"**{said.upper()}**"})]
    (pair,) = similar_pairs(two)
    assert pair.share == 1
    assert similar_pairs([two[0], Work("bob", {}, {"why": said[::-1]})]) == []


@pytest.mark.parametrize("code", ["", "\n\n", "def f(:\n  ((", "x" * 50_000, "'''" + "a\n" * 9])
def test_whatever_is_written_is_compared(code):
    both = [Work("ada", {"a": code}), Work("bob", {"a": code})]
    assert similar_pairs(both) == []


def test_the_page_shows_text_and_no_program_in_it():
    code = LONG + "\nprint('<script>alert(1)</script>')"
    pairs = similar_pairs([Work("<ada>", {"a": code}), Work("bob", {"a": code})])
    page = pairs_page("01-small", pairs, 2)
    assert "<script" not in page
    assert "1 pair among 2 students." in page
    assert "<strong>&lt;ada&gt; and bob</strong>: 100% of the shorter one" in page
    assert page.count('<div class="sides">') == 1
    assert "<mark>" in page
    assert "http:" not in page


def hand_in(lesson: Lesson, student: str, code: str) -> None:
    place = lesson.root / "submitted" / student / lesson.name / f"{lesson.name}.ipynb"
    place.parent.mkdir(parents=True)
    cell = {"cell_type": "code", "id": "mine", "metadata": {}, "source": code}
    place.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": [cell]}))


def test_the_command_writes_the_page_and_leaves_groups_out(lesson: Lesson, monkeypatch, capsys):
    monkeypatch.chdir(lesson.root)
    for student, code in (("ada", LONG), ("bob", renamed(LONG)), ("cleo", OTHERS[0])):
        hand_in(lesson, student, code)
    assert main(["compare", lesson.name]) == 0
    page = ClassFolder(lesson.root).root / "reports" / f"{lesson.name}-compare.html"
    out = capsys.readouterr().out.splitlines()
    assert out == ["ada and bob: 100% alike", "1 pair among 3 students", f"Page       {page}"]
    assert "ada and bob" in page.read_text()
    (lesson.root / "course.toml").write_text('[groups]\nn = ["bob", "ada"]\n')
    (lesson.root / "submitted" / "dan" / lesson.name).mkdir(parents=True)
    (lesson.root / "submitted" / "dan" / lesson.name / f"{lesson.name}.ipynb").write_text("{")
    assert main(["compare", lesson.name]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("0 pairs among 3 students\n")
    assert told.err == (
        "Not compared: 'dan': 01-small.ipynb is not JSON: the file is damaged or not a notebook.\n"
    )
