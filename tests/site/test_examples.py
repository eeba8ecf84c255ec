"""The examples in the docstrings of the pages' modules come out as written."""

import doctest
import sys
from importlib import import_module

import pytest

from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

EXAMPLES = ("computed", "markup", "searching", "summaries")


@pytest.mark.parametrize(
    "name",
    ["tests.flesch", "giving_away", *(f"reference_pages.{name}" for name in EXAMPLES)],
)
def test_examples(name):
    failed, tried = doctest.testmod(import_module(name))
    assert tried > 0
    assert failed == 0
