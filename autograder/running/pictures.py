"""Pictures that a student put into a text: shown again, made anew from their pixels.

A text asks for a picture by its name, as in `![sketch](attachment:sketch.png)`. A picture that is
none, or too large, or lost, leaves a sentence in its place.
"""

from __future__ import annotations

import base64
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from urllib.parse import unquote

from PIL import Image

from .handed_cells import HandedCell, Remarks, label
from .handed_in import Submission, printable

MOST_PIXELS, MOST_PIXELS_IN_ALL = 20_000_000, 80_000_000
"""Of a picture that is opened, and of all of a notebook."""

SIZE = (1_600, 1_600)
"""Pixels that a picture is shown in, at most."""

MOST_SHOWN, MOST_SHOWN_IN_ALL = 2_000_000, 16_000_000
"""Characters of a picture as it is shown, and of all of a notebook."""

SIGNS = ("![", "<img", "<IMG", "attachment:")
"""One of these stands in every text with a picture."""

NAME = r"attachment:((?:[^()<>\n\"']|\([^()<>\n\"']{0,80}\)){1,200})"

IN_MARKDOWN = re.compile(
    rf"!\[([^\[\]\n]{{0,200}})\]\(\s?<?{NAME}>?(?:\s?[\"'][^\"'\n]{{0,200}}[\"'])?\)"
)
IN_HTML = re.compile(r"<img\b[^<>]{0,500}>", re.IGNORECASE)
IN_DEFINITION = re.compile(rf"\]:\s{{0,3}}<?{NAME}>?(?=\s|\Z)")
ANY_SOURCE = re.compile(r"\bsrc\s{0,3}=\s{0,3}[\"']?([^\s\"'<>()]{1,300})", re.IGNORECASE)
ELSEWHERE = re.compile(r"!\[[^\[\]\n]{0,200}\]\((?!\s?<?attachment:)[^()\n]{1,300}\)")
SOURCE = re.compile(rf"src\s{{0,3}}=\s{{0,3}}[\"']?{NAME}")

Developed = Callable[[str], tuple[str, str] | None]
"""From a picture's base64 to how it is kept now and its new base64; nothing if it is none."""


def with_safe_pictures(submission: Submission) -> Submission:
    """Make the pictures of a submission anew; what cannot be shown is told."""
    return _with_pictures(submission, _Studio().developed)


def without_pictures(submission: Submission) -> Submission:
    """The same with no picture looked at, for what a worker does not survive."""
    return _with_pictures(submission, lambda text: None)


def _with_pictures(submission: Submission, developed: Developed) -> Submission:
    remarks = Remarks()
    cells = tuple(
        _Text(cell, remarks, developed).cell()
        if cell.cell_type == "markdown" and any(sign in cell.source for sign in SIGNS)
        else replace(cell, pictures=())
        for cell in submission.cells
    )
    told = (*submission.remarks, *remarks.sentences())
    return replace(submission, cells=cells, remarks=told)


def attachments_of(cell: HandedCell) -> dict[str, dict[str, str]]:
    """The pictures of a cell from `with_safe_pictures`, as a notebook keeps them."""
    return {name: {f"image/{name.rpartition('.')[2]}": data} for name, data in cell.pictures}


class _Text:
    """The text of a cell on its way to one whose pictures may be shown."""

    def __init__(self, cell: HandedCell, remarks: Remarks, developed: Developed) -> None:
        self.handed = cell
        self.tell = remarks.about(label(cell.number, cell.ids))
        self.developed = developed
        self.given = {unquote(name): picture for name, picture in cell.pictures}
        self.names: dict[str, str] = {}
        self.shown: list[tuple[str, str]] = []

    def cell(self) -> HandedCell:
        """The cell, with the pictures that it may show."""
        source = IN_HTML.sub(_as_markdown, self.handed.source)
        source = ELSEWHERE.sub(self._elsewhere, source)
        source = IN_MARKDOWN.sub(self._picture, source)
        source = IN_DEFINITION.sub(self._definition, source)
        return replace(self.handed, source=source, pictures=tuple(self.shown))

    def _definition(self, found: re.Match) -> str:
        name = self._name(found[1])
        return f"]: attachment:{name}" if name else "]: #"

    def _elsewhere(self, found: re.Match) -> str:
        """A picture that lies in a file or on the web, which no page may fetch."""
        self.tell(
            "a picture in the text is a file or an address, and is not shown, so have it pasted in"
        )
        where = found[0].partition("](")[2][:-1].strip("<> ")
        return f"*(A picture, {printable(unquote(where)[:100])}, cannot be shown here.)*"

    def _picture(self, found: re.Match) -> str:
        name = self._name(found[2])
        if name:
            return f"![{found[1]}](attachment:{name})"
        return f"*(A picture, {printable(unquote(found[2]))}, cannot be shown here.)*"

    def _name(self, wanted: str) -> str:
        """What a picture is called from here on; nothing if it cannot be shown."""
        wanted = unquote(wanted).strip()
        if wanted not in self.names:
            self.names[wanted] = self._take(wanted)
        return self.names[wanted]

    def _take(self, wanted: str) -> str:
        if wanted not in self.given:
            self.tell("a picture in the text is not in the file, so ask for it")
            return ""
        picture = self.developed(self.given[wanted])
        if picture is None:
            self.tell("a picture in the text cannot be shown, it is damaged or too large")
            return ""
        kind, text = picture
        name = f"picture-{len(self.shown) + 1}.{kind}"
        self.shown.append((name, text))
        return name


def _as_markdown(found: re.Match) -> str:
    """A picture that was given a size, and so is a tag of HTML."""
    if source := SOURCE.search(found[0]):
        return f"![](attachment:{source[1]})"
    if source := ANY_SOURCE.search(found[0]):
        return f"![]({source[1]})"
    return found[0]


class _Studio:
    """Makes pictures anew, as many as one notebook may have."""

    def __init__(self) -> None:
        self.pixels = MOST_PIXELS_IN_ALL
        self.characters = MOST_SHOWN_IN_ALL

    def developed(self, text: str) -> tuple[str, str] | None:
        """A picture from its base64: how it is kept now, and its base64; nothing if it is none."""
        try:
            with warnings.catch_warnings(action="ignore"):
                kind, data = self._opened(base64.b64decode(text))
        except Exception:  # whatever Pillow says of a file that is no picture
            return None
        shown = base64.b64encode(data).decode()
        if len(shown) > min(MOST_SHOWN, self.characters):
            return None
        self.characters -= len(shown)
        return kind, shown

    def _opened(self, data: bytes) -> tuple[str, bytes]:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "GIF")) as picture:
            pixels = picture.width * picture.height
            if pixels > min(MOST_PIXELS, self.pixels):
                raise ValueError("too many pixels")
            self.pixels -= pixels
            if picture.format == "JPEG":
                picture.draft("RGB", SIZE)
            clear = picture.has_transparency_data
            kind = "jpeg" if picture.format == "JPEG" else "png"
            made = picture.convert("RGBA" if clear else "RGB")
        made.thumbnail(SIZE)
        return _encoded(made, kind)


def _encoded(picture: Image.Image, kind: str) -> tuple[str, bytes]:
    """A picture as a file; photos that were kept as PNG become smaller."""
    file = BytesIO()
    if kind == "png":
        picture.save(file, "PNG")
        if file.tell() * 4 <= MOST_SHOWN:
            return kind, file.getvalue()
        file = BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=85)
    return "jpeg", file.getvalue()
