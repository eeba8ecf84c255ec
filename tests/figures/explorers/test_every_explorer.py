"""What every explorer keeps to: no requests, no errors, small, narrow, and open to everybody."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from autograder.figures.explorers import EXPLORERS, document, embed
from autograder.figures.explorers.page import FOLDER
from tests.accessibility import serious_faults

from .conftest import PATIENCE

ANY = pytest.mark.parametrize("name", EXPLORERS)


def guess(page) -> None:
    """Answer the question: the rest comes into sight."""
    page.locator(".choices button").first.click()
    page.locator(".stage").wait_for()


@ANY
def test_it_asks_for_nothing_and_nothing_goes_wrong(name, opened, told):
    page = opened(name)
    guess(page)
    for field in page.locator(".controls input[type=checkbox]").all():
        if field.is_visible():
            field.click()
    for button in page.locator(".stepper button:last-child").all():
        if button.is_visible():
            button.click()
    assert told == []


@ANY
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(name, scheme, opened):
    page = opened(name, color_scheme=scheme, reduced_motion="reduce")
    assert serious_faults(page) == []
    guess(page)
    assert serious_faults(page) == []


@ANY
def test_it_is_no_wider_than_a_phone(name, opened):
    page = opened(name, width=320)
    guess(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@ANY
def test_the_question_comes_first_and_a_guess_is_answered(name, opened):
    page = opened(name)
    assert not page.locator(".stage").is_visible()
    answer = page.locator(".reply")
    page.locator(".choices button").first.click()
    assert re.match(r"(Yes|Not quite): .+\. .+", answer.inner_text())
    assert page.locator(".tasks li").count() == 3
    assert page.locator(".live").inner_text()


@ANY
def test_it_weighs_60_kilobytes_at_most_without_its_data(name):
    assert len(document(name).encode()) <= 60_000


@ANY
def test_it_is_one_document_with_nothing_from_elsewhere(name):
    page = document(name)
    assert not re.search(r'(?:src|href)="(?!data:)|@import|url\((?!#)|fetch\(|^import ', page, re.M)


@ANY
def test_where_scripts_do_not_run_a_picture_and_its_sentence_stand(name):
    shown = embed(name).html
    before_frame = shown.partition("<iframe")[0]
    assert 'src="data:image/webp;base64,' in before_frame
    assert EXPLORERS[name].sentence in before_frame.replace("&#x27;", "'")
    assert "display:none" in shown.partition("<iframe")[2].partition(">")[0]


def test_a_page_makes_its_frame_as_high_as_it_asks_and_as_dark_as_itself(browser, told):
    page = browser.new_page()
    shown = embed("place-the-window", {"open": True, "picture": [[1] * 16] * 16}).html
    page.set_content(f'<html data-theme="dark"><body>{shown}</body></html>')
    frame = page.frame_locator("iframe")
    frame.locator(".stage").wait_for()
    assert frame.locator("html[data-theme=dark]").count() == 1
    page.wait_for_function(
        "() => !['', '640px'].includes(document.querySelector('iframe').style.height)"
    )
    assert not page.locator("[data-part=still]").is_visible()
    page.close()


def test_a_frame_that_a_notebook_loads_anew_goes_on_where_it_was(browser):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.set_content(embed("place-the-window", {"open": True, "picture": [[1] * 16] * 16}).html)
    page.evaluate(
        "addEventListener('message', ({data}) => { kept = data.explorerState ?? window.kept })"
    )
    flip = page.frame_locator("iframe").get_by_label("flip the kernel")
    flip.check()
    page.wait_for_function("() => window.kept?.includes('flip=true')")
    page.evaluate("document.body.prepend(document.querySelector('[data-explorer]'))")
    expect(flip).to_be_checked(timeout=PATIENCE)
    page.close()


def test_a_link_keeps_the_state_and_a_spoiled_one_means_the_start(opened, told):
    page = opened("place-the-window", link="height=5&kernelHeight=2&down=1&flip=true&width=many")
    assert page.get_by_label("flip the kernel").is_checked()
    page.get_by_label("more height").first.click()
    page.wait_for_url(re.compile("#height=6&kernelHeight=2&flip=true&down=1$"))
    page.get_by_role("button", name="Start again").click()
    page.wait_for_url(re.compile("/#$"))
    assert told == []


def test_the_line_of_python_leads_back_to_the_same_state(opened):
    page = opened("place-the-window", link="height=5&down=1")
    page.get_by_role("button", name="Keep this as a line of Python").click()
    assert page.locator("code").inner_text() == 'explore("place-the-window", at="height=5&down=1")'


def test_data_cannot_end_its_element():
    page = document("place-the-window", {"at": "</script><b>"})
    assert "</script><b>" not in page
    held = re.search(r'id="data">(.*?)</script>', page)
    assert held and json.loads(held[1]) == {"at": "</script><b>"}


def test_modules_import_and_export_as_the_page_can_join_them():
    for file in FOLDER.glob("*.mjs"):
        text = file.read_text(encoding="utf-8")
        for line in re.findall(r"^(?:import|export) [^;]*", text, re.M):
            known = r'(import|export) \{[^}]*\} from "\./[\w.-]+"|export (function|const) \w+'
            assert re.match(known, line) and " as " not in line, f"{file.name}: {line}"
        assert text.count("/*") == len(re.findall(r"/\*.*?\*/", text, re.S)), file.name
