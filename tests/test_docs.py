"""What docs/ computes is so, and what the lessons call not quite true is all on one page."""

import doctest
import re

from tests.generated import ROOT

OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
ERRATA = ROOT / "docs" / "errata.md"


def test_the_computations_on_the_page_of_errata_come_out_as_printed():
    failed, tried = doctest.testfile(str(ERRATA), module_relative=False, optionflags=OPTIONS)
    assert tried > 20
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
