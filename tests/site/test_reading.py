"""The lessons can be read by who has been to school for nine years, by Flesch and Kincaid."""

import sys

import pytest

from autograder.exercises import LESSONS
from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

from reading import MOST, grade, main, plain, sentences


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_lesson_is_above_the_bar(lesson):
    assert 0 < grade(sentences(lesson)) <= MOST


def test_longer_sentences_of_longer_words_have_a_higher_grade():
    short = ["The cat sat.", "It was warm."]
    long = ["Convolutional architectures incorporate considerable assumptions about photographs."]
    assert grade(short) < MOST < grade(long)


def test_code_and_formulas_count_as_a_word_and_links_by_their_words():
    text = "Write `conv2d_forward(x, w)` for $\\sum_i x_i$, as in [lesson 02](../a/b.ipynb)."
    assert plain(text) == "Write it for it, as in lesson 02."


def test_the_report_names_the_hardest_sentences_first(capsys):
    assert main(["01-fully-connected-limits"]) == 0
    head, *rows = capsys.readouterr().out.strip().splitlines()
    assert head.startswith("01-fully-connected-limits: grade ")
    grades = [float(row.split()[0]) for row in rows]
    assert len(rows) == 10
    assert grades == sorted(grades, reverse=True)
