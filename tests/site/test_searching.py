"""Whoever types what Python said, or what they see, is led to the mistake."""

import shutil
import sys

import pytest

from autograder.exercises import catalogue
from tests.chromium import chromium
from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

from reference_pages.markup import slug
from reference_pages.mistakes import titles
from reference_pages.searching import NAME, Found, data, errors_page

RAISES = {
    ("linear-scores", "Bias added per sample"): (
        "ValueError: operands could not be broadcast together with shapes (4,2) (2,1)"
    ),
    ("softmax-cross-entropy", "Sums not kept as a column"): (
        "ValueError: operands could not be broadcast together with shapes (2,3) (2,)"
    ),
    ("pad-images", "`p:-p` at pad 0"): (
        "ValueError: could not broadcast input array from shape (1,1,2,2) into shape (1,1,0,0)"
    ),
}
"""What Python says of some mistakes; to make all of them say it would take too long here."""

FOUND = [
    Found(
        f"mistakes/{one.lesson}/{one.id}.html#{slug(title)}",
        one.id,
        title,
        mistake.sentence,
        RAISES.get((one.id, title), ""),
    )
    for one in catalogue().values()
    for mistake, title in zip(one.mistakes, titles(one), strict=True)
]

ASKED = {
    "operands could not be broadcast": "Bias added per sample",
    "ValueError: operands could not be broadcast together with shapes (7,9) (7,)": (
        "Sums not kept as a column"
    ),
    "could not broadcast input array from shape": "`p:-p` at pad 0",
    "flipped kernel": "Kernel flipped",
    "off by one padding": "One too few",
    "max pooling of negative numbers gives 0": "Starts from 0",
    "I forgot the bias": "Bias left out",
    "rows and columns swapped": "Rows and columns exchanged",
    "dropout not scaled": "Not scaled",
}

PAGE = """<!doctype html><html data-content_root="./"><meta charset="utf-8"><title>All</title><body>
<div class="find-mistakes"></div><script src="all-mistakes.js"></script>
<script src="find-mistakes.js"></script></body></html>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    shutil.copy(ROOT / "site" / "static" / "find-mistakes.js", folder)
    (folder / NAME).write_text(data(FOUND), encoding="utf-8")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    with chromium() as browser:
        page = browser.new_page()
        page.goto((folder / "index.html").as_uri())
        yield page


@pytest.mark.parametrize("asked", ASKED)
def test_the_right_mistake_is_among_the_first(page, asked):
    page.locator("input").fill(asked)
    links = page.locator(".mistakes-found a")
    assert ASKED[asked] in [text.partition(" · ")[0] for text in said(links)]
    assert all("mistakes/" in link.get_attribute("href") for link in links.all())


def said(links):
    """The words of links, with the marks that their code was written with."""
    script = "all => all.map(a => a.innerHTML.replaceAll('<code>', '`').replaceAll('</code>', '`'))"
    return links.evaluate_all(script)


def test_what_is_like_no_mistake_is_told_so(page):
    page.locator("input").fill("zyzzyva quux")
    assert page.locator("[role=status]").inner_text() == "No mistake of the catalogue is like this."
    page.locator("input").fill("")
    assert page.locator("[role=status]").inner_text() == ""


def test_each_message_is_told_once_without_its_numbers_with_all_mistakes_that_end_so():
    page = errors_page(FOUND)
    head = "## ValueError: operands could not be broadcast together with shapes"
    assert page.count(head) == 1
    links = page.partition(head)[2].partition("\n## ")[0].count("\n- [")
    assert links == 2
    assert "](03-padding-and-stride/pad-images.md#p-p-at-pad-0)" in page
