"""Pages of docs/ as the site shows them: each computation with what it gives now."""

import re
import sys

import pytest

from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

from reference_pages.computed import computed

ERRATA = (ROOT / "docs" / "errata.md").read_text(encoding="utf-8")


def test_an_example_shows_what_it_gives_and_not_what_was_written_down():
    page = computed("Before\n\n```python\n>>> 1 + 1\n3\n\n```\n\nAfter\n")
    assert page == "Before\n\n```pycon\n>>> 1 + 1\n2\n```\n\nAfter\n"


def test_the_examples_of_a_page_are_one_session_and_keep_their_lines():
    first, second = ">>> a = 2\n", ">>> for i in (1, a):\n...     print(i)\n1\n2\n"
    text = f"```python\n{first}\n```\n\n```python\n{second}\n```\n"
    assert ">>> for i in (1, a):\n...     print(i)\n1\n2\n```" in computed(text)


def test_an_error_is_told_in_a_line_of_its_own():
    page = computed(
        "```python\n>>> [][0]\nTraceback (most recent call last):\nIndexError: ...\n\n```"
    )
    assert "IndexError: list index out of range\n```" in page


@pytest.mark.parametrize("part", ["text", "code"])
def test_the_page_of_errata_keeps_its_words_and_all_its_code(part):
    blocks = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    before, after = ERRATA, computed(ERRATA)
    if part == "text":
        assert blocks.sub("", after) == blocks.sub("", before)
    else:
        typed = [re.findall(r"^(?:>>>|\.\.\.) .*$", page, re.MULTILINE) for page in (before, after)]
        assert typed[0] == typed[1]
        assert "ValueError: ..." not in after
