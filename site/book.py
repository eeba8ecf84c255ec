"""The book: Sphinx's EPUB made well-formed, without programs, and the same bytes every time."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bs4 import BeautifulSoup, Tag

from autograder.lessons.files import write_aside, write_bytes_aside

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

LISTS = ("content.opf", "toc.ncx")
"""What says which files the book has, and in which order they are read."""

SPECIAL = {"mathml": "<math", "svg": "<svg"}
"""What the list of files says of a page, and what begins it."""

DOCTYPE = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'


def bind(folder: Path, bound: Path, target: Path) -> None:
    """Make a book of the pages that Sphinx has written for one; of what is new in them alone.

    Parameters
    ----------
    folder : Path
        What Sphinx's EPUB builder has written.
    bound : Path
        The files of the book; what is there already of an older state is brought up to date.
    target : Path
        The file of the book.
    """
    names = listed_files(folder)
    bound.mkdir(exist_ok=True)
    if files_in(bound) != names:
        shutil.rmtree(bound)
    there = {(folder / name).resolve() for name in names}
    news = [take_over(folder / name, bound / name, there) for name in sorted(names)]
    holds = {name: parts_of(bound / name) for name in names if is_page(name)}
    news.append(describe(folder, bound, holds))
    if any(news) or not target.is_file():
        pack(bound, target)


def files_in(folder: Path) -> set[str]:
    """The files below a folder, named from there."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def listed_files(folder: Path) -> set[str]:
    """What the book lists, and the list: Sphinx has written more, for a site."""
    listed = set(re.findall(r'href="([^"]*)"', (folder / "content.opf").read_text("utf-8")))
    listed |= {"mimetype", "content.opf", "META-INF/container.xml"}
    return listed & files_in(folder)


def is_page(name: str) -> bool:
    return name.endswith(".xhtml") and name != "nav.xhtml"


def take_over(path: Path, copy: Path, there: Container[Path]) -> bool:
    """Bring a file into the book, a page as XHTML; whether it is new there."""
    if path.name in LISTS:
        return False
    if not is_page(path.name):
        return write_bytes_aside(copy, path.read_bytes())
    if copy.is_file() and copy.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    return write_aside(copy, plain_page(path, there))


def parts_of(page: Path) -> str:
    """What a page holds beside text, in the words of the list of files."""
    text = page.read_text(encoding="utf-8")
    return " ".join(name for name, begin in SPECIAL.items() if begin in text)


def plain_page(path: Path, there: Container[Path]) -> str:
    """A page as XHTML in which nothing runs: of films it keeps the still pictures.

    Parameters
    ----------
    path : Path
        The page as Sphinx has written it.
    there : container of Path
        The files that the book has: what leads elsewhere leads nowhere.
    """
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for tag in page.select('script, [data-part="film"], .headerlink, iframe, button, input'):
        tag.decompose()
    for link in page.select("link[href]"):
        if (path.parent / str(link["href"]).partition("?")[0]).resolve() not in there:
            link.decompose()
    for paragraph in page.select("summary p"):
        paragraph.name = "span"
    for tag in page.find_all(True):
        mend(tag, path, there)
    root = page.find("html")
    assert isinstance(root, Tag)
    return DOCTYPE + root.decode(formatter="minimal") + "\n"


def mend(tag: Tag, path: Path, there: Container[Path]) -> None:
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
        tag["href"] = in_the_book(str(tag["href"]), path, there)


def in_the_book(address: str, path: Path, there: Container[Path]) -> str:
    """An address of the site as the book has it; the page itself where it has no such page."""
    if ":" in address.partition("#")[0]:
        return address
    file, sign, anchor = address.partition("#")
    if file.endswith(".html"):
        file = f"{file.removesuffix('.html')}.xhtml"
    if file and (path.parent / file).resolve() not in there:
        return "#"
    return f"{file}{sign}{anchor}"


def describe(folder: Path, bound: Path, holds: dict[str, str]) -> bool:
    """Have the lists say what pages hold, and when the book was made; whether they are new."""
    text, toc = ((folder / name).read_text(encoding="utf-8") for name in LISTS)
    found = re.search(r"<dc:identifier[^>]*>([^<]*)<", text)
    assert found
    text = ITEM.sub(lambda item: listed(item, holds), text)
    hour = datetime.fromtimestamp(made_at(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", hour, text)
    toc = re.sub(r'(name="dtb:uid" content=")[^"]*', rf"\g<1>{found[1]}", toc)
    return write_aside(bound / LISTS[0], text) | write_aside(bound / LISTS[1], toc)


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
