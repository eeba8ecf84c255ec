"""The pictures of `player` in pixels, for papers and programs that draw no SVG.

It reads what `player` writes and no other SVG: texts, rectangles, and groups that are moved and
scaled.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
from PIL import Image, ImageColor, ImageDraw, ImageFont

from autograder.figures.style import CARD

SHARP = 2.0
"""Pixels to a unit of the SVG."""

COLOURS = 64
"""Enough for a few colors and their edges, in a third of the bytes."""

ANCHORS = {"start": "ls", "middle": "ms"}

TRANSFORM = re.compile(r"translate\(0 ([\d.]+)\) scale\(([\d.]+)\)")


def png(svg: str) -> bytes:
    """Draw an SVG of `player` as a PNG, at twice its size for sharp print."""
    root = ElementTree.fromstring(svg)
    width, height = (round(_number(root, name) * SHARP) for name in ("width", "height"))
    image = Image.new("RGB", (width, height), CARD)
    _paint(ImageDraw.Draw(image, "RGBA"), root, 0.0, SHARP)
    file = io.BytesIO()
    image.quantize(COLOURS).save(file, format="png")
    return file.getvalue()


def _paint(pen: ImageDraw.ImageDraw, group: ElementTree.Element, down: float, scale: float) -> None:
    """Draw all that is in a group that lies `down` pixels below the top."""
    for part in group:
        kind = part.tag.rpartition("}")[2]
        if kind == "g":
            below, larger = _moved(part)
            _paint(pen, part, down + below * scale, scale * larger)
        elif kind == "text":
            _write(pen, part, down, scale)
        elif kind == "rect" and part.get("x"):
            _outline(pen, part, down, scale)


def _moved(group: ElementTree.Element) -> tuple[float, float]:
    """How far down a group is moved, and how much larger it is drawn."""
    transform = group.get("transform", "translate(0 0) scale(1)")
    numbers = TRANSFORM.fullmatch(transform)
    if numbers is None:
        raise ValueError(f"`player` writes no transform such as {transform!r}")
    return float(numbers[1]), float(numbers[2])


def _number(element: ElementTree.Element, name: str) -> float:
    return float(element.attrib[name])


def _write(pen: ImageDraw.ImageDraw, text: ElementTree.Element, down: float, scale: float) -> None:
    place = _number(text, "x") * scale, down + _number(text, "y") * scale
    font = _font(_number(text, "font-size") * scale, text.get("font-weight") == "600")
    anchor = ANCHORS[text.get("text-anchor", "start")]
    pen.text(place, text.text or "", fill=text.get("fill"), font=font, anchor=anchor)


def _outline(
    pen: ImageDraw.ImageDraw, rect: ElementTree.Element, down: float, scale: float
) -> None:
    x, y, width, height = (_number(rect, name) * scale for name in ("x", "y", "width", "height"))
    fill = rect.get("fill")
    if fill != "none":
        fill = (*ImageColor.getrgb(fill), round(255 * float(rect.get("fill-opacity", "1"))))
    pen.rectangle(
        (x, down + y, x + width, down + y + height),
        fill=None if fill == "none" else fill,
        outline=rect.get("stroke"),
        width=max(1, round(float(rect.get("stroke-width", "1")) * scale)),
    )


@cache
def _font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    """The font that matplotlib brings along: it is there on every machine."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", name), size)
