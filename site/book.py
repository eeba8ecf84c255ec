"""The book: Sphinx's EPUB made well-formed, without programs, and the same bytes every time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bs4 import BeautifulSoup, Tag

ITEM = re.compile(r'<item id="[^"]*" href="(?P<href>[^"]*)" media-type="(?P<type>[^"]*)" ?/>')
OLDEST = 315_532_800
"""Seconds: what a zip calls 1980, before which it knows no time."""

LOST = ("loading", "decoding", "fetchpriority")
"""Attributes for browsers that a reader does not ask for."""

MIXED = ("viewBox", "preserveAspectRatio", "linearGradient", "clipPath", "markerWidth", "refX")
MIXED += ("gradientUnits", "markerHeight", "refY", "textLength", "lengthAdjust", "patternUnits")
MIXED_CASE = {name.lower(): name for name in MIXED}
"""SVG's names in capitals and small letters, which HTML does not tell apart."""

NAMESPACES = {
    "math": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}

SPECIAL = {"mathml": "<math", "svg": "<svg"}
"""What the list of files says of a page, and what begins it."""

DOCTYPE = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'


def bind(folder: Path, target: Path) -> None:
    """Make a book of the pages that Sphinx has written for one.

    Parameters
    ----------
    folder : Path
        What Sphinx's EPUB builder has written; changed in place.
    target : Path
        The file of the book.
    """
    leave_out_unlisted(folder)
    holds = {}
    for path in sorted(folder.rglob("*.xhtml")):
        if path.name != "nav.xhtml":
            text = plain_page(path)
            path.write_text(text, encoding="utf-8")
            found = [name for name, begin in SPECIAL.items() if begin in text]
            holds[path.relative_to(folder).as_posix()] = " ".join(found)
    describe(folder, holds)
    pack(folder, target)


def leave_out_unlisted(folder: Path) -> None:
    """Take away what the book does not list: it was written for the site."""
    listed = set(re.findall(r'href="([^"]*)"', (folder / "content.opf").read_text("utf-8")))
    listed |= {"mimetype", "content.opf", "META-INF/container.xml"}
    for path in list(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in listed:
            path.unlink()


def plain_page(path: Path) -> str:
    """A page as XHTML in which nothing runs: of films it keeps the still pictures."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for tag in page.select('script, [data-part="film"], .headerlink, iframe, button, input'):
        tag.decompose()
    for link in page.select("link[href]"):
        if not (path.parent / str(link["href"]).partition("?")[0]).is_file():
            link.decompose()
    for paragraph in page.select("summary p"):
        paragraph.name = "span"
    for tag in page.find_all(True):
        mend(tag, path)
    root = page.find("html")
    assert isinstance(root, Tag)
    return DOCTYPE + root.decode(formatter="minimal") + "\n"


def mend(tag: Tag, path: Path) -> None:
    """Have a tag say what a book can follow."""
    tag.name = MIXED_CASE.get(tag.name, tag.name)
    if tag.name in NAMESPACES:
        tag["xmlns"] = NAMESPACES[tag.name]
    for name in LOST:
        tag.attrs.pop(name, None)
    tag.attrs = {
        MIXED_CASE.get(name, name): value
        for name, value in tag.attrs.items()
        if not name.startswith("on")
    }
    if tag.name == "a" and "href" in tag.attrs:
        tag["href"] = in_the_book(str(tag["href"]), path)


def in_the_book(address: str, path: Path) -> str:
    """An address of the site as the book has it; the page itself where it has no such page."""
    if ":" in address.partition("#")[0]:
        return address
    file, sign, anchor = address.partition("#")
    if file.endswith(".html"):
        file = f"{file.removesuffix('.html')}.xhtml"
    if file and not (path.parent / file).is_file():
        return "#"
    return f"{file}{sign}{anchor}"


def describe(folder: Path, holds: dict[str, str]) -> None:
    """Have the list of the book's files say what pages hold, and when it was made."""
    opf, ncx = folder / "content.opf", folder / "toc.ncx"
    text = opf.read_text(encoding="utf-8")
    found = re.search(r"<dc:identifier[^>]*>([^<]*)<", text)
    assert found
    text = ITEM.sub(lambda item: listed(item, holds), text)
    hour = datetime.fromtimestamp(made_at(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", hour, text)
    opf.write_text(text, encoding="utf-8")
    toc = ncx.read_text(encoding="utf-8")
    toc = re.sub(r'(name="dtb:uid" content=")[^"]*', rf"\g<1>{found[1]}", toc)
    ncx.write_text(toc, encoding="utf-8")


def listed(item: re.Match[str], holds: dict[str, str]) -> str:
    """A line of the list, with what the page holds beside text."""
    special = holds.get(item["href"])
    return item[0].replace("/>", f'properties="{special}" />') if special else item[0]


def made_at() -> int:
    """The hour that whoever builds names, in seconds; no zip knows one before 1980."""
    return max(OLDEST, int(os.environ.get("SOURCE_DATE_EPOCH", OLDEST)))


def pack(folder: Path, target: Path) -> None:
    """Write a zip with the kind of file first, as readers of books want it."""
    when = datetime.fromtimestamp(made_at(), UTC).timetuple()[:6]
    with ZipFile(target, "w") as book:
        for path in order(folder):
            info = ZipInfo(path.relative_to(folder).as_posix(), when)
            info.compress_type = ZIP_STORED if path.name == "mimetype" else ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            data = path.read_bytes()
            book.writestr(info, data.strip() if path.name == "mimetype" else data)


def order(folder: Path) -> Iterator[Path]:
    yield folder / "mimetype"
    yield from sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name != "mimetype"
    )
