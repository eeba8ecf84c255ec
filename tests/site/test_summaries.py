"""A sheet a lesson: its own summary, the shapes of its functions, and what goes wrong."""

import re
import sys

import pytest

from autograder.exercises import LESSONS, of_lesson
from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

from reference_pages.lesson_text import summary_of
from reference_pages.markup import slug
from reference_pages.mistakes import titles
from reference_pages.summaries import MOST_WRONG, sheet, sheets_page


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_sheet_has_the_lessons_summary_and_a_row_for_each_function(lesson):
    page = sheet(lesson)
    assert summary_of(lesson) in page
    assert len(summary_of(lesson)) > 300
    functions = [e for e in of_lesson(lesson) if callable(e.reference)]
    rows = re.findall(r"^\| \[(\w+)\]\(.+?\) \| (.*?) \| (.+) \|$", page, re.MULTILINE)
    assert [name for name, _, _ in rows] == [e.function_name for e in functions]


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_goes_wrong_leads_to_sections_that_there_are(lesson):
    page = sheet(lesson)
    links = re.findall(r"^- \[\w+\]\(\.\./mistakes/(.+)/(.+)\.md#(.+?)\): .+$", page, re.MULTILINE)
    there = {(e.id, slug(title)) for e in of_lesson(lesson) for title in titles(e)}
    assert 5 <= len(links) == len(set(links)) <= MOST_WRONG
    assert {(name, anchor) for _, name, anchor in links} <= there


def test_every_sheet_is_listed():
    assert re.findall(r"^- \[\d\d · .+\]\((.+)\.md\)$", sheets_page(), re.MULTILINE) == list(
        LESSONS
    )
