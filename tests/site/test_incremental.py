"""What Sphinx writes again where only some pages have changed."""

import sys
from types import SimpleNamespace

import pytest
from docutils import nodes

from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

import building
from incremental import take_away_old_pictures, to_write_again


def environment(title="Filters", listed=("lesson",), anchors=("slide",), pictures=("a.png",)):
    """Two pages as Sphinx knows them."""
    return SimpleNamespace(
        found_docs={"index", "lesson"},
        titles={"index": nodes.title(text="Course"), "lesson": nodes.title(text=title)},
        toctree_includes={"index": list(listed)},
        metadata={"index": {}, "lesson": {"myst_slugs": dict.fromkeys(anchors, (1, "id", ""))}},
        images={name: (set(), name) for name in pictures},
    )


CHANGES = {
    "a title": {"title": "Padding"},
    "the list of pages": {"listed": ()},
    "an anchor": {"anchors": ("slide", "multiply")},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_other_pages_show_has_all_written_again(tmp_path, change):
    app = SimpleNamespace(outdir=tmp_path / "html")
    assert to_write_again(app, environment()) == ["index", "lesson"]
    assert list(to_write_again(app, environment())) == []
    assert to_write_again(app, environment(**change)) == ["index", "lesson"]
    assert list(to_write_again(app, environment(**change))) == []


def test_pictures_that_no_page_shows_any_longer_are_taken_away(tmp_path):
    (tmp_path / "_images").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "_images" / name).touch()
    take_away_old_pictures(SimpleNamespace(outdir=tmp_path), environment())
    assert [path.name for path in (tmp_path / "_images").iterdir()] == ["a.png"]


def test_what_is_the_same_keeps_its_time_and_what_is_gone_goes(tmp_path):
    folder, made = tmp_path / "source", tmp_path / "made"
    for place, files in ((folder, {"a": "1", "b": "1", "c/d": "1"}), (made, {"a": "1", "b": "2"})):
        for name, text in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
    before = (folder / "a").stat().st_mtime_ns
    building.bring_up_to_date(folder, made)
    assert (folder / "a").stat().st_mtime_ns == before
    assert (folder / "b").read_text() == "2"
    assert building.files_in(folder) == {"a", "b"}


def test_a_build_that_did_not_come_to_its_end_is_not_built_upon(tmp_path):
    (tmp_path / "html").mkdir()
    building.forget_unless(tmp_path / "built.txt", "digest")
    assert not (tmp_path / "html").exists()
    (tmp_path / "html").mkdir()
    (tmp_path / "built.txt").write_text("digest")
    building.forget_unless(tmp_path / "built.txt", "digest")
    assert (tmp_path / "html").exists()
    assert not (tmp_path / "built.txt").exists()
