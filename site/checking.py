"""What is wrong with a built site: `python site/checking.py [DIR]`, or `make site CHECK=1`.

Every link and anchor is followed in the files; every page is opened in Chromium from the disk,
wide, half and narrow, light and dark. Without `--all`, one in ten of the pages of mistakes is
opened; with it, pictures of all pages are laid side by side in `build/site/sheets/`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from opening import opened
from sheets import Sheets

ROOT = Path(__file__).resolve().parents[1]
MOST_OF_FIRST, MOST_OF_LESSON = 300_000, 3_000_000
"""Bytes of the front page with all that it loads, and of a lesson with its drawings."""

SAMPLED, ONE_IN = "mistakes", 10
"""The folder whose pages are many and alike, and which of them are opened."""

LINKS = {
    "a": "href",
    "link": "href",
    "img": "src",
    "script": "src",
    "source": "src",
    "iframe": "src",
}
LOADED = ("img", "script", "source", "iframe")


class Reader(HTMLParser):
    """The anchors of a page, and what its elements point to, by their names."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.anchors |= {value for key in ("id", "name") if (value := named.get(key))}
        if address := named.get(LINKS.get(tag, "")):
            self.links.append((tag, address))


@cache
def parsed(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def pages_of(folder: Path) -> list[Path]:
    """The pages of a site, or of a book."""
    return sorted([*folder.rglob("*.html"), *folder.rglob("*.xhtml")])


def broken_links(folder: Path) -> Iterator[str]:
    """A line for each link that leads nowhere, and for what a page loads from outside."""
    for path in pages_of(folder):
        for name, address in parsed(path).links:
            if why := wrong_address(path, name, address):
                yield f"{path.relative_to(folder)}: {address} {why}"


def wrong_address(path: Path, name: str, address: str) -> str:
    """Why an address on a page is wrong; nothing if it is right."""
    parts = urlsplit(address)
    if parts.scheme in ("data", "mailto"):
        return ""
    if parts.scheme or parts.netloc:
        return "" if name == "a" else "is loaded from outside"
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not file.is_file():
        return "is not there"
    if parts.fragment and file.suffix in (".html", ".xhtml"):
        anchor = unquote(parts.fragment)
        return "" if anchor in parsed(file).anchors else "has no such anchor"
    return ""


def weight(path: Path) -> int:
    """Bytes of a page with all that it loads, films included: they stand in it."""
    files = {
        (path.parent / urlsplit(address).path).resolve()
        for name, address in parsed(path).links
        if name in (*LOADED, "link") and not urlsplit(address).scheme
    }
    loaded = (file for file in files if file.is_file() and file.suffix not in (".html", ".xhtml"))
    return path.stat().st_size + sum(file.stat().st_size for file in loaded)


def too_heavy(folder: Path) -> Iterator[str]:
    for path in [folder / "index.html", *sorted((folder / "lessons").glob("*.html"))]:
        most = MOST_OF_FIRST if path.name == "index.html" else MOST_OF_LESSON
        if (found := weight(path)) > most:
            yield f"{path.relative_to(folder)}: {found:,} bytes, {most:,} at most"


def to_open(folder: Path, everything: bool) -> list[Path]:
    """The pages to open."""
    pages = pages_of(folder)
    many = [path for path in pages if SAMPLED in path.parts and path.name != "index.html"]
    left = () if everything else set(many) - set(many[::ONE_IN])
    return [path for path in pages if path not in left]


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description="Say what is wrong with a built site.")
    options.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site" / "html")
    options.add_argument("--all", action="store_true", help="open every page of mistakes too")
    options.add_argument("--links", action="store_true", help="open no page, only follow links")
    told = options.parse_args(arguments)
    paths = [] if told.links else to_open(told.folder, told.all)
    sheets = Sheets(told.folder) if told.all else None
    found = 0
    for line in wrong_things(told.folder, paths, sheets):
        print(line, flush=True)
        found += 1
    if sheets:
        sheets.save(told.folder.with_name("sheets"))
    print(f"{len(pages_of(told.folder))} pages, {len(paths)} opened: {found} things are wrong")
    return 1 if found else 0


def wrong_things(folder: Path, paths: list[Path], sheets: Sheets | None) -> Iterator[str]:
    """A line for each thing that is wrong with a site, or with those pages that are opened."""
    yield from broken_links(folder)
    yield from too_heavy(folder)
    yield from (f"{at.relative_to(folder)}: {line}" for at, line in opened(paths, sheets))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
