"""What docs/ computes is so, and what the lessons call not quite true is all on one page."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from autograder.cli import parser
from tests.generated import ROOT

OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
ERRATA = ROOT / "docs" / "errata.md"
CLAIMS = ROOT / "docs" / "claims.md"


@pytest.mark.parametrize(("page", "least"), [(ERRATA, 20), (CLAIMS, 9)])
def test_the_computations_on_a_page_come_out_as_printed(page, least):
    failed, tried = doctest.testfile(str(page), module_relative=False, optionflags=OPTIONS)
    assert tried > least
    assert failed == 0


def claims(text: str) -> list[str]:
    """What stands in quotation marks after "Often read, not quite true:"."""
    return re.findall(r"Often read, not quite true: [\"“](.+?)[\"”]<", text)


def test_every_box_of_the_lessons_is_on_the_page_of_errata():
    page = ERRATA.read_text(encoding="utf-8").replace("\n", " ").lower()
    lessons = sorted(ROOT.glob("solutions/*/*.py"))
    boxes = [claim for path in lessons for claim in claims(path.read_text(encoding="utf-8"))]
    assert len(boxes) >= 6
    assert [claim for claim in boxes if claim.lower() not in page] == []


CITED = re.compile(
    r"\(((?:[A-Z][\w-]+|and|others|et al\.|colleagues|,| )+), ((?:19|20)\d\d)[^)]*\)"
)


def test_every_paper_that_a_lesson_cites_in_its_text_is_among_the_claims():
    page = CLAIMS.read_text(encoding="utf-8")
    sources = "\n".join(p.read_text(encoding="utf-8") for p in ROOT.glob("solutions/*/*.py"))
    cited = {(names.split()[0].strip(","), year) for names, year in CITED.findall(sources)}
    assert len(cited) > 15
    assert [name for name, _ in sorted(cited) if name not in page] == []


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAM = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?autograder (?P<words>[a-z].*)$", re.MULTILINE)
TARGET = re.compile(r"(?:^|`)make (?P<name>[a-z]+)(?: [A-Z]+=\S+)?(?:`|$)", re.MULTILINE)


def blocks(page: Path) -> str:
    """The text of a page's blocks of code."""
    return "\n".join(re.findall(r"^```\w*\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_a_block_is_one_that_there_is(page):
    for found in PROGRAM.finditer(blocks(page)):
        words = shlex.split(found["words"], comments=True)
        assert parser().parse_args(words).command == words[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_of_make_is_one_that_there_is(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {found["name"] for found in TARGET.finditer(page.read_text("utf-8"))}
    assert named <= targets
