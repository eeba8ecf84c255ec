"""Contact sheets: small pictures of all pages of the site side by side, to be looked at."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page

TALL = 5.0
"""How much of a page is on its picture, at most, in widths of it."""

SMALL = {1280: 400, 640: 0, 320: 200}
"""The width of a picture on a sheet, by the width of the page; 0 for none."""

ACROSS, DOWN = 2400, 2000
"""The size of a sheet in pixels."""

GAP, LABEL = 12, 14


class Sheets:
    """Pictures of the pages of a site, by their form: `1280-light` and so on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures: defaultdict[str, list[Image.Image]] = defaultdict(list)

    def add(self, view: Page, path: Path, width: int, scheme: str) -> None:
        """Photograph the page that stands in Chromium, from its top."""
        if not SMALL[width]:
            return
        whole = view.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": width, "height": min(whole, TALL * width)}
        shot = view.screenshot(full_page=True, clip=clip, type="jpeg", quality=80)
        name = path.relative_to(self.folder).with_suffix("").as_posix()
        self.pictures[f"{width}-{scheme}"].append(labeled(shot, name, SMALL[width]))

    def save(self, folder: Path) -> None:
        """Write the sheets: `1280-light-1.png` and so on, as many as there are pictures for."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        for form, pictures in self.pictures.items():
            across = ACROSS // (pictures[0].width + GAP)
            down = max(1, DOWN // (max(one.height for one in pictures) + GAP))
            for number, part in enumerate(in_parts(pictures, across * down), start=1):
                sheet(part, across).save(folder / f"{form}-{number}.png")


def in_parts(pictures: list[Image.Image], length: int) -> list[list[Image.Image]]:
    return [pictures[at : at + length] for at in range(0, len(pictures), length)]


def labeled(shot: bytes, name: str, width: int) -> Image.Image:
    """A small picture of a page below its name."""
    seen = Image.open(BytesIO(shot)).convert("RGB")
    small = seen.resize((width, seen.height * width // seen.width), Image.Resampling.LANCZOS)
    made = Image.new("RGB", (width, small.height + LABEL), "white")
    made.paste(small, (0, LABEL))
    ImageDraw.Draw(made).text((2, 1), name, fill="black")
    return made


def sheet(pictures: list[Image.Image], across: int) -> Image.Image:
    """Pictures of one width in rows, each as high as its highest."""
    rows = in_parts(pictures, across)
    heights = [max(one.height for one in row) + GAP for row in rows]
    made = Image.new("RGB", (across * (pictures[0].width + GAP), sum(heights)), "#8a94a0")
    for number, row in enumerate(rows):
        for column, one in enumerate(row):
            made.paste(one, (column * (one.width + GAP), sum(heights[:number])))
    return made
