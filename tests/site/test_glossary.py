"""The glossary: each term in a sentence, in Korean, and where the lesson explains it."""

import re
import sys

from autograder.exercises import LESSONS
from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

from reference_pages.lesson_text import headings_of
from reference_pages.markup import slug

PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ENTRY = re.compile(
    r"^\*\*(?P<term>.+)\*\*(?: · <span lang=\"ko\">(?P<korean>.+)</span>)?\\\n"
    r"(?P<says>[A-Z].+\.|.+\)\.) \[Lesson (?P<number>\d\d)\]"
    r"\(\.\./notebooks/(?P<lesson>[\w-]+)/(?P=lesson)\.ipynb#(?P<anchor>.+)\)$",
    re.MULTILINE,
)
ENTRIES = list(ENTRY.finditer(PAGE))


def test_every_entry_has_a_term_a_sentence_and_a_lesson():
    assert len(ENTRIES) == PAGE.count("\n**") > 50
    assert all(entry["lesson"].startswith(entry["number"]) for entry in ENTRIES)


def test_every_entry_leads_to_a_heading_of_its_lesson():
    for entry in ENTRIES:
        assert entry["anchor"] in map(slug, headings_of(entry["lesson"])), entry["term"]


def test_the_terms_stand_in_the_order_of_the_alphabet_under_their_letters():
    terms = [entry["term"].lower() for entry in ENTRIES]
    assert terms == sorted(terms)
    letters = [letter.lower() for letter in re.findall(r"^## (.)$", PAGE, re.MULTILINE)]
    assert letters == sorted({term[0] for term in terms})


def test_terms_have_their_korean_and_every_lesson_has_terms():
    korean = re.compile("[\uac00-\ud7a3]")
    without = [entry["term"] for entry in ENTRIES if not korean.search(entry["korean"] or "")]
    assert without == ["im2col"]
    assert {entry["lesson"] for entry in ENTRIES} == set(LESSONS)
