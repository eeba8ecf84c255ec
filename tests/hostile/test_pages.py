"""Pages of hostile submissions in a real browser: no program of theirs runs, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbgrader.server_extensions import formgrader
from playwright.sync_api import BrowserContext

from autograder.running.grade_submission import Graded
from tests.chromium import chromium

from .attacks.messages import ATTACKS as MESSAGES
from .attacks.pages import ATTACKS as PAGES
from .ground import HONEST_SUBMISSION, Ground, use

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

EVERY_PAGE = [*PAGES, *(attack for attack in MESSAGES if "a program" in attack.name)]


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory) -> dict[str, Graded]:
    """What came of each attack on a page, and of an honest submission."""
    with pytest.MonkeyPatch.context() as patch:
        ground = Ground(tmp_path_factory.mktemp("p"))
        use(ground, patch)
        return {a.name: ground.run(a).graded for a in (HONEST_SUBMISSION, *EVERY_PAGE)}


@pytest.fixture(scope="module")
def browser(notebooks) -> Iterator[BrowserContext]:
    """A browser; while it is there no notebook can be run, so those are run before."""
    with chromium() as browser:
        yield browser.new_context()


def formgrader_page(notebook: str) -> str:
    """What an instructor sees who marks a submission by hand."""
    templates = Path(formgrader.__file__).parent / "templates"
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[str(templates)])
    resources = {
        **dict.fromkeys(("assignment_id", "notebook_id", "submission_id", "student"), "x"),
        **dict.fromkeys(("last_name", "first_name", "notebook_path"), "x"),
        "index": 0,
        "total": 1,
        "base_url": "/",
    }
    page, _ = exporter.from_notebook_node(nbformat.reads(notebook, 4), resources)
    return page


@pytest.fixture(scope="module")
def formgraders_own(notebooks, browser, tmp_path_factory) -> list[str]:
    """What Formgrader's page of an honest submission does: its own forms are no harm."""
    page = formgrader_page(notebooks[HONEST_SUBMISSION.name].notebook)
    return harm(browser, page, tmp_path_factory.mktemp("own"))


def harm(browser: BrowserContext, html: str, folder: Path) -> list[str]:
    """What a page does that it should not."""
    done: list[str] = []
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page()

    def fetched(route, request) -> None:
        if "evil.invalid" in request.url:
            done.append(f"fetched {request.url}")
        if request.url.startswith("file:") and request.is_navigation_request():
            route.continue_()
        else:
            route.abort()

    def asked(dialog) -> None:
        done.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.route("**/*", fetched)
    page.on("dialog", asked)
    page.goto(path.as_uri(), wait_until="load")
    for link in page.query_selector_all("a[href^='javascript' i], form, button[formaction]"):
        done.append(f"live {link.evaluate('e => e.outerHTML')[:100]}")
    page.mouse.move(300, 300)
    page.wait_for_timeout(50)
    if "owned" in page.title():
        done.append("a program ran")
    page.close()
    return done


def test_a_page_that_is_not_clean_is_noticed(browser, tmp_path):
    assert harm(browser, "<img src=x onerror=\"document.title='owned'\">", tmp_path)
    assert harm(browser, "<script>alert(1)</script>", tmp_path)
    assert harm(browser, "<img src='http://evil.invalid/x.png'>", tmp_path)


@pytest.mark.parametrize("name", [attack.name for attack in EVERY_PAGE])
def test_no_program_of_theirs_runs(name, notebooks, browser, formgraders_own, tmp_path):
    graded = notebooks[name]
    assert harm(browser, graded.page, tmp_path) == []
    assert harm(browser, formgrader_page(graded.notebook), tmp_path) == formgraders_own
