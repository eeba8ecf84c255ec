"""What every exercise is judged on, written down apart from the catalogue.

A facet that goes missing there goes missing here, and is noticed.
"""

from tests import generated
from tests.banks.__main__ import page


def test_no_facet_is_lost_or_added_unnoticed():
    assert generated.facets() == generated.FACETS.read_text(encoding="utf-8")


def test_the_readme_lists_the_lessons_as_they_are():
    assert generated.readme() == generated.README.read_text(encoding="utf-8")


def test_the_survey_is_what_its_rows_make_it():
    assert page(generated.survey_rows()) == generated.SURVEY.read_text(encoding="utf-8")
