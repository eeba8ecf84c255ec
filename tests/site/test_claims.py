"""Every claim of the lessons has a source, and the page of claims is the one that they make."""

import json
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.exercises import LESSONS
from autograder.lessons.source import read_source
from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

import claims
from claimed_numbers import RULES, bare, numbers_in, numbers_of_outputs, sums_in
from claimed_sentences import Claim, captions, marked_sentences
from claims import Sources, lack

LESSON = "02-filters"
PRINTED = json.loads(claims.PRINTED.read_text(encoding="utf-8"))


def test_every_claim_has_a_source_and_the_page_is_up_to_date():
    sources = Sources(PRINTED)
    text, lacking = claims.page(sources)
    assert "\n".join(lacking) == ""
    assert text == claims.PAGE.read_text(encoding="utf-8"), "run: python site/claims.py"
    assert sources.claimed == PRINTED, "more is noted than is claimed"


@pytest.mark.parametrize("lesson", LESSONS)
def test_lessons_claim_much(lesson):
    assert len(claims.claims_of(lesson)) > 20


def source_of(sentence, *marks):
    return Sources({LESSON: {"One": [0.9512, 412.0]}}).of(Claim(LESSON, "One", sentence, marks))


def test_a_new_sentence_without_a_source_is_refused_in_one_sentence():
    claim = Claim(LESSON, "One", "The network gets 12.5 % wrong.", ())
    _, missing = Sources({}).of(claim)
    assert lack(claim, missing) == (
        'solutions/02-filters/02-filters.py: "The network gets 12.5 % wrong." has no source for '
        '"12.5 %": put a mark after it, such as <!-- source: krizhevsky-2012, section 6 --> or '
        "<!-- computed: 0.34 -->."
    )


@pytest.mark.parametrize(
    ("sentence", "needs"),
    [
        ("It gets 7.5 % right.", "7.5 %"),
        ("It is twice as large.", "twice"),
        ("Most networks do so.", "Most networks"),
        ("That is the usual choice.", "usual"),
        ("The paper says so.", "paper"),
        ("AlexNet has 9 layers.", "9"),
        ("It has sixty thousand weights.", "sixty thousand"),
        ("It was built in 2014.", "2014"),
        ("It is a third of them, or 5 + 5 = 11.", "5 + 5 = 11"),
    ],
)
def test_what_is_claimed_needs_a_source(sentence, needs):
    assert claims.needs_source(sentence)
    assert needs in source_of(sentence)[1]


@pytest.mark.parametrize(
    "sentence",
    [
        "It gets 95.1 % right.",
        "It gets 95 in 100 right.",
        "It has 412 weights.",
        "It has about 400 weights.",
        "5 × 5 × 3 + 1 = 76 numbers.",
        "AlexNet won in 2012.",
        "It won with 15.3 % (Krizhevsky and others, 2012, section 6).",
    ],
)
def test_what_a_cell_prints_a_sum_gives_or_a_paper_says_has_one(sentence):
    found, missing = source_of(sentence)
    assert found
    assert missing == []


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        ("source", "krizhevsky-2012, section 6", []),
        ("source", "nobody-2012", ["nobody-2012"]),
        ("computed", "0.9512", []),
        ("computed", "0.77", ["0.77"]),
        ("shown", "The convolutional layer", []),
        ("shown", "No such heading", ["No such heading"]),
        ("follows", "2 × 60 = 120", []),
        ("follows", "2 × 60 = 130", ["2 × 60 = 130"]),
    ],
)
def test_a_mark_is_held_to_what_it_says(kind, text, wrong):
    found, missing = source_of("It is 3.7 times as large.", (kind, text))
    assert missing == wrong
    assert bool(found) != bool(wrong)


CLAIM_NOTHING = {
    "a formula, or code": "Here $x = 12.5$ and `side=64`.",
    "where a link leads": "See [there](../07/a-2012.ipynb).",
    "a tag": "<img width=640>",
    "a lesson": "Lessons 02, 03 and 04 build it.",
    "a part of a paper or a page": "See table 3, section 4.1 and filters 22 and 37.",
    "the number of an item": "*3:* Twelve.",
    "points of an exercise": "- 1 point: says why.",
    "how long something takes": "Plan 2 to 3 hours, or half an hour.",
    "zero and one": "All numbers below 0 become 0, and 1 stays.",
    "the sides of a small window": "A window of 3×3 reads it.",
    "a digit that is read": "It takes a 4 and a 9, the 7 as well.",
    "an ordinal": "Only the 12th counts.",
    "half of a turn or a step": "It makes half a turn.",
}


def test_every_rule_has_its_example():
    assert [*CLAIM_NOTHING] == [*RULES]


@pytest.mark.parametrize("rule", RULES)
def test_what_claims_nothing_is_left_out_by_its_rule(rule, monkeypatch):
    assert numbers_in(CLAIM_NOTHING[rule]) == []
    before = bare(CLAIM_NOTHING[rule])
    monkeypatch.delitem(RULES, rule)
    assert bare(CLAIM_NOTHING[rule]) != before


def test_a_question_claims_nothing():
    assert not claims.needs_source("How many of 1,500 does it get right?")


def test_a_mark_belongs_to_the_sentence_before_it():
    text = (
        "One.\n<!-- source: a --> Two. Three.\n<!-- computed: 3 -->\n<!-- shown: X -->\n\n- Four."
    )
    assert [(said, marks) for said, marks in marked_sentences(new_markdown_cell(text))] == [
        ("One.", (("source", "a"),)),
        ("Two.", ()),
        ("Three.", (("computed", "3"), ("shown", "X"))),
        ("Four.", ()),
    ]


def test_a_mark_in_code_belongs_to_the_caption_above_it():
    code = 'draw(a, "Three of 40 maps.", "White dots.")\nshow("All 64 of them.",\n     3)\n'
    marked = code.replace(
        'them.",', 'them.",\n     # <!-- computed: 64 -->\n     # <!-- source: a -->'
    )
    marked += 'draw(f"All {count} of them.", "White dots, 3 of them.")\n'
    assert list(captions(new_code_cell(marked))) == [
        ("Three of 40 maps.", ()),
        ("All 64 of them.", (("computed", "64"), ("source", "a"))),
    ]


def test_no_notebook_shows_a_mark(tmp_path):
    path = tmp_path / "lesson.py"
    plain = '# %% [markdown]\nr"""\n# One\n\nIt is 3. It is 4.\n\n| a |\n|---|\n| 5 |\n"""\n'
    marked = plain.replace("It is 3.", "It is 3.\n<!-- computed: 3 -->")
    marked = marked.replace("| 5 |", "| 5 |\n<!-- source: a -->")
    plain += '\n# %%\nshow("All 64 of them.",\n     3)\n'
    path.write_text(plain, encoding="utf-8")
    cells = read_source(path).cells
    marked += '\n# %%\nshow("All 64 of them.",\n     # <!-- computed: 64 -->\n     3)\n'
    path.write_text(marked, encoding="utf-8")
    assert read_source(path).cells == cells
    assert "computed" in read_source(path, marked=True).cells[0].source


def test_what_a_cells_own_strings_say_is_not_printed_by_it():
    cell = read_source(ROOT / "solutions" / LESSON / f"{LESSON}.py").cells[-1].copy()
    cell.source = 'draw("The 42 of 50 filters.", counted)'
    cell.metadata = {}
    cell.outputs = [{"data": {"text/plain": "[Dots: 7 and 1,024.]\nThe 42 of 50 filters."}}]
    assert numbers_of_outputs(cell) == [7, 1024]


def test_sums_are_checked_exactly_or_as_rounded():
    assert sums_in("2 × 32 × 32 = 2,048 and 138 / 62 ≈ 2.2")[1] == []
    assert sums_in("138 / 62 = 2.2, and 138 / 62 ≈ 2.3")[1] == ["138 / 62 = 2.2", "138 / 62 ≈ 2.3"]
