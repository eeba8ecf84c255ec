"""The course to read is true to the notebooks, and asks nothing of a network."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import checking
import claims
import guide_pages
import lesson_pages
import opening
from pictures_apart import Drawings

from autograder.cli import parser
from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Course, Lesson
from tests.generated import ROOT

from .conftest import LESSON, build

SECRETS = ("hidden=True", "HIDDEN TESTS", "BEGIN SOLUTION", "To mark")
"""What no page may hold: hidden tests, and how written answers are marked."""


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in checking.pages_of(folder)
    }


def test_every_link_and_anchor_leads_somewhere(built):
    assert list(checking.broken_links(built / "html")) == []
    assert list(checking.broken_links(built / "bound")) == []


def test_the_cells_of_a_lesson_still_print_what_is_claimed(built):
    noted, printed = json.loads(claims.PRINTED.read_text("utf-8")), claims.printed_in(LESSON)
    assert noted[LESSON]
    assert [n for at, found in noted[LESSON].items() for n in found if n not in printed[at]] == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    (tmp_path / "index.html").write_text(
        '<h1 id="here">A</h1><a href="#here">1</a><a href="#gone">2</a><a href="b.html">3</a>'
        '<img src="https://a.example/b.png"><a href="https://a.example">4</a>'
    )
    assert list(checking.broken_links(tmp_path)) == [
        "index.html: #gone has no such anchor",
        "index.html: b.html is not there",
        "index.html: https://a.example/b.png is loaded from outside",
    ]


def test_pages_hold_still_in_chromium_at_every_width_light_and_dark(built):
    """No request to the outside, no error on the console, nothing beyond the side, axe content."""
    folder = built / "html"
    names = ("index", "search", f"lessons/{LESSON}", "guides/instructors", "guides/commands")
    paths = [folder / f"{name}.html" for name in names]
    assert [f"{at.name}: {line}" for at, line in opening.opened(paths)] == []


def test_the_front_page_and_a_lesson_load_quickly(built):
    assert list(checking.too_heavy(built / "html")) == []


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def with_another_word(lesson: Lesson) -> Compiled:
    """The lesson as it was before a word of its text was changed."""
    compiled = compile_lesson(lesson)
    cell = next(c for c in compiled.instructor.cells if "whisker" in c.source)
    cell.source = cell.source.replace("whisker", "moustache")
    return compiled


def test_a_build_after_a_word_was_changed_writes_its_page_and_equals_a_fresh_build(
    built, tmp_path, monkeypatch
):
    """To the byte; so do two fresh builds, since all other pages are the first build's."""
    with monkeypatch.context() as patch:
        patch.setattr(lesson_pages, "compile_lesson", with_another_word)
        build(tmp_path)
    assert "moustache" in texts(tmp_path / "html")[f"lessons/{LESSON}.html"]
    before = times_of(tmp_path / "html")
    build(tmp_path)
    first, second = files_of(built / "html"), files_of(tmp_path / "html")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert (built / "course.epub").read_bytes() == (tmp_path / "course.epub").read_bytes()
    after = times_of(tmp_path / "html")
    always = {"index.html", "search.html"}
    assert {name for name in after if after[name] != before[name]} - always == {
        f"lessons/{LESSON}.html"
    }


def times_of(folder: Path) -> dict[str, int]:
    pages = checking.pages_of(folder)
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in pages}


def test_no_page_holds_a_hidden_test_or_how_answers_are_marked(built):
    found = [
        (name, secret)
        for name, page in texts(built / "html").items()
        for secret in SECRETS
        if name.startswith("lessons/") and secret in page
    ]
    assert found == []


def answers_of_the_lesson() -> list[str]:
    """Lines that only the instructor's notebook has, in cells for code."""
    compiled = compile_lesson(Course(ROOT).lesson(LESSON))
    given = {line.strip() for cell in compiled.student.cells for line in cell.source.splitlines()}
    return [
        line.strip()
        for cell in compiled.instructor.cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
        for line in cell.source.splitlines()
        if line.strip() not in given and not line.strip().startswith("###")
    ]


def page_sources(folder: Path, answers: bool) -> str:
    drawings = Drawings(folder / "drawn", "drawn")
    lesson = Course(ROOT).lesson(LESSON)
    page = lesson_pages.Page(answers, drawings, frozenset({LESSON}), references=True)
    return "\n".join(cell.source for cell in lesson_pages.page_of(lesson, page).cells)


def test_a_link_to_a_section_has_the_anchor_of_that_section_on_its_page(tmp_path):
    drawings = Drawings(tmp_path, "drawn")
    page = lesson_pages.Page(True, drawings, frozenset({LESSON}), references=True)
    link = f"[here](../{LESSON}/{LESSON}.ipynb#Every-filter,-every-image)"
    assert (
        lesson_pages.LINK.sub(page.link, link) == f"[here]({LESSON}.ipynb#every-filter-every-image)"
    )


def test_answers_stand_folded_on_a_page(tmp_path):
    text = page_sources(tmp_path, answers=True)
    folded = "".join(re.findall(r'<details class="answer">.*?</details>', text, re.DOTALL))
    for line in answers_of_the_lesson():
        assert line in folded
    opened = re.sub(r'<details class="answer">.*?</details>', "", text, flags=re.DOTALL)
    for line in answers_of_the_lesson():
        assert len(line) < 20 or line not in opened


def test_a_site_without_answers_holds_none(tmp_path):
    text = page_sources(tmp_path, answers=False)
    assert "Try first" not in text
    for line in answers_of_the_lesson():
        assert len(line) < 20 or line not in text


def test_a_wrong_answer_is_named_and_drawn_beside_each_check_with_a_link_to_all(tmp_path):
    text = page_sources(tmp_path, answers=False)
    assert text.count("A wrong answer is named and drawn") >= 7
    assert 'href="../mistakes/02-filters/convolve2d.html"' in text


def test_the_front_page_moves_only_for_those_who_like_it(built):
    page = (built / "html" / "index.html").read_text(encoding="utf-8")
    style = (built / "html" / "_static" / "course.css").read_text(encoding="utf-8")
    assert "kernel is flipped" in page
    assert [page.count(f"<strong>{door}</strong>") for door in ("Read", "Learn", "Teach")] == [
        1
    ] * 3
    before, _, after = style.partition("@media (prefers-reduced-motion: no-preference)")
    assert "animation:" not in before
    assert "animation:" in after


def test_every_guide_has_a_page_in_the_menu(built):
    page = (built / "source" / "index.md").read_text(encoding="utf-8").splitlines()
    assert [name for name in guide_pages.PAGES if f"guides/{name}" not in page] == []


def test_the_page_of_commands_holds_what_each_says_of_itself(built, monkeypatch):
    page = (built / "source" / "guides" / "commands.md").read_text(encoding="utf-8")
    monkeypatch.setenv("COLUMNS", guide_pages.COLUMNS)
    found = dict(guide_pages.commands(parser()))
    assert {"check", "grade", "build", "recall"} <= found.keys()
    for command in found.values():
        assert command.format_help().rstrip() in page


def test_search_finds_a_word_of_a_lesson(built):
    index = (built / "html" / "searchindex.js").read_text(encoding="utf-8")
    assert '"lessons/02-filters"' in index
    assert '"whisker"' in index


def test_the_book_is_whole_well_formed_and_runs_nothing(built):
    with ZipFile(built / "course.epub") as file:
        first, names = file.infolist()[0], set(file.namelist())
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        assert file.read("mimetype") == b"application/epub+zip"
        opf = ElementTree.fromstring(file.read("content.opf"))
        listed = {item.get("href") for item in opf.iter("{http://www.idpf.org/2007/opf}item")}
        assert names - listed == {"mimetype", "content.opf", "META-INF/container.xml"}
        assert listed <= names
        for name in names:
            if name.endswith(".xhtml"):
                page = ElementTree.fromstring(file.read(name))
                assert not list(page.iter("{http://www.w3.org/1999/xhtml}script")), name
