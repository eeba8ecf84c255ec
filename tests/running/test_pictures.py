"""Pictures in a student's text are shown, made anew; one that cannot be shown leaves a sentence."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from PIL import Image

from autograder.running import pictures
from autograder.running.handed_in import HandedCell, Submission
from autograder.running.page import page_of
from autograder.running.pictures import attachments_of, with_safe_pictures, without_pictures
from autograder.running.sanitize import sanitize_cells

from .as_handed_in import picture


def settled(source: str, **given: str) -> tuple[HandedCell, tuple[str, ...]]:
    """A cell with its safe pictures, and what was told."""
    named = tuple((name.replace("_png", ".png"), data) for name, data in given.items())
    cell = HandedCell("markdown", source, ("why",), named, 3)
    submission = with_safe_pictures(Submission("ada", "02", (cell,)))
    return submission.cells[0], submission.remarks


def page(cell: HandedCell) -> str:
    """The page of a notebook with that one cell."""
    shown = new_markdown_cell(cell.source, id="why", attachments=attachments_of(cell))
    notebook = new_notebook(cells=[shown])
    sanitize_cells(notebook, new_notebook())
    return page_of(notebook, "02", "ada", {}, ())


ASKED = {
    "![s](attachment:s.png)": "![s](attachment:picture-1.png)",
    "![](<attachment:s.png>)": "![](attachment:picture-1.png)",
    '![s](attachment:s.png "A sketch")': "![s](attachment:picture-1.png)",
    '<img src="attachment:s.png" width="300"/>': "![](attachment:picture-1.png)",
    "![s][1]\n\n[1]: attachment:s.png": "![s][1]\n\n[1]: attachment:picture-1.png",
    "![s](attachment:s.png) ![t](attachment:s.png)": (
        "![s](attachment:picture-1.png) ![t](attachment:picture-1.png)"
    ),
}


@pytest.mark.parametrize("source", ASKED)
def test_a_picture_is_on_the_page(source):
    cell, told = settled(f"Because:\n\n{source}", s_png=picture())
    assert told == ()
    assert cell.source == f"Because:\n\n{ASKED[source]}"
    assert "data:image/png;base64," + cell.pictures[0][1] in page(cell)


@pytest.mark.parametrize(("kind", "comes_as"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "png")])
def test_a_picture_is_made_anew(kind, comes_as):
    hidden = b64encode(b64decode(picture(kind)) + b"<script>alert(1)</script>").decode()
    cell, told = settled("![s](attachment:s.png)", s_png=hidden)
    assert told == ()
    ((name, data),) = cell.pictures
    assert name == f"picture-1.{comes_as}"
    assert b"script" not in b64decode(data)
    with Image.open(BytesIO(b64decode(data))) as made:
        assert (made.format.lower(), made.size) == (comes_as, (40, 40))


def png_of(width: int, height: int, data: bytes) -> str:
    """A PNG that says it is of that size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


REFUSED = {
    "a bomb": png_of(60_000, 60_000, zlib.compress(bytes(1000))),
    "a bomb of one line": png_of(2_000_000_000, 1, b""),
    "half a picture": picture()[:200],
    "no picture": b64encode(b"<svg onload=alert(1)>").decode(),
    "no base64": "?!",
    "nothing": "",
    "a picture of another kind": picture("BMP"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_a_sentence(name):
    cell, told = settled("![s](attachment:s.png)", s_png=REFUSED[name])
    assert cell.pictures == ()
    assert cell.source == "*(A picture, 's.png', cannot be shown here.)*"
    assert told == (
        "a picture in the text cannot be shown, it is damaged or too large: cell 3 (why)",
    )
    assert "cannot be shown here" in page(cell)


def test_a_picture_that_is_lost_leaves_a_sentence():
    cell, told = settled("![s](attachment:a%20b.png) and [x]: attachment:y.png")
    assert cell.source == "*(A picture, 'a b.png', cannot be shown here.)* and [x]: #"
    assert told == ("a picture in the text is not in the file, so ask for it: cell 3 (why)",)


ELSEWHERE = {
    "![s](images/my%20sketch.png)": "'images?my sketch.png'",
    "![](https://example.org/x.png)": "'https???example.org?x.png'",
    '<img width="3" src="x.png">': "'x.png'",
}


@pytest.mark.parametrize("source", ELSEWHERE)
def test_a_picture_that_lies_elsewhere_leaves_a_sentence_and_the_words_stay(source):
    cell, told = settled(f"**Because** {source}")
    assert cell.source == f"**Because** *(A picture, {ELSEWHERE[source]}, cannot be shown here.)*"
    assert told == (
        "a picture in the text is a file or an address, and is not shown, "
        "so have it pasted in: cell 3 (why)",
    )
    assert "<strong>Because</strong>" in page(cell)


def test_large_pictures_become_small_and_only_so_many_are_shown(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS_IN_ALL", 10_000_000)
    wide = BytesIO()
    Image.new("RGB", (2000, 1000)).save(wide, "PNG")
    named = {f"p{n}": b64encode(wide.getvalue()).decode() for n in range(7)}
    cell, told = settled(" ".join(f"![](attachment:{name})" for name in named), **named)
    assert len(cell.pictures) == 5  # of 2 million pixels each
    assert len(told) == 1
    with Image.open(BytesIO(b64decode(cell.pictures[0][1]))) as made:
        assert made.size == (1600, 800)


def test_a_text_that_still_asks_for_a_picture_is_shown_as_typed():
    asks = HandedCell("markdown", "![s][1]\n\n[1]:\nattachment:s.png", ("why",))
    assert "attachment:s.png" in page(asks)
    (kept,) = without_pictures(Submission("ada", "02", (asks,))).cells
    assert kept.pictures == ()


def test_text_that_looks_like_many_pictures_takes_no_time():
    for part in ("![", "![](attachment:", "<img ", "<img src='attachment:(", "]: attachment:("):
        settled(part * (100_000 // len(part)))
