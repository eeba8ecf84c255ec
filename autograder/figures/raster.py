"""Pictures made with matplotlib, ready for a page: an image with its caption and alt text.

Matplotlib's own notebook output has no alt text, and changes a page's outputs at each run. A
`Raster` brings both words and bytes along, and is drawn once, without pyplot's hidden state.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from autograder.figures.style import CARD, FONT, INK, NEGATIVE, POSITIVE, RC

WIDTH = 8.6  # inches across a notebook page
PIXELS_PER_INCH = 100  # on the page; the file holds half as many again, for sharp screens

SIGNED = LinearSegmentedColormap.from_list(
    "signed", ["#7a4300", NEGATIVE, CARD, POSITIVE, "#00324f"]
)


@dataclass(frozen=True)
class Raster:
    """A finished picture.

    Parameters
    ----------
    image : bytes
        WebP: a third of the size of the same photos in PNG, and every browser reads it.
    width : int
        On the page, in pixels.
    caption : str
        What to see, under the picture.
    alt : str
        What a reader who cannot see the picture should know; also its form in a terminal.
    """

    image: bytes
    width: int
    caption: str
    alt: str

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.image).decode("ascii")
        return (
            f'<figure style="margin:0;max-width:{self.width}px;background:{CARD};color:{INK};'
            f'border-radius:10px;padding:12px;box-sizing:content-box">'
            f'<img alt="{escape(self.alt)}" src="data:image/webp;base64,{data}" '
            f'style="display:block;width:100%;height:auto">'
            f'<figcaption style="font-family:{escape(FONT)};font-size:14px;line-height:1.45;'
            f'padding:8px 4px 0;text-align:left">{escape(self.caption)}</figcaption></figure>'
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": str(self)}

    def __str__(self) -> str:
        return f"[{self.alt}]\n{self.caption}"


class Canvas:
    """A blank figure in the course's style; `finish` makes a `Raster` of it."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.figure = Figure(figsize=(width, height), dpi=1.5 * PIXELS_PER_INCH)
        self.width = round(width * PIXELS_PER_INCH)

    def image(
        self,
        axes: Axes,
        image: np.ndarray,
        title: str = "",
        limit: float = 0.0,
        signed: bool | None = None,
    ) -> None:
        """Draw a photo as it is, a map with negative numbers by sign, any other map in gray.

        `limit` is the number that gets full color, by default the largest of the map; `signed`
        says whether to color by sign, by default by whether there is much below 0.
        """
        axes.set_title(title)
        axes.set_axis_off()
        if image.ndim == 3 or image.dtype == np.uint8:
            axes.imshow(image, vmin=0, vmax=255)
            return
        limit = limit or float(np.abs(image).max()) or 1.0
        if signed is None:  # a map that is hardly ever negative is a picture
            signed = np.percentile(image, 5) < 0
        if signed:
            axes.imshow(image, cmap=SIGNED, vmin=-limit, vmax=limit)
        else:
            axes.imshow(image, vmin=0, vmax=limit)

    def finish(self, caption: str, alt: str) -> Raster:
        """Render: the same bytes for the same picture."""
        file = io.BytesIO()
        self.figure.savefig(file, format="webp", pil_kwargs={"quality": 90, "method": 4})
        return Raster(file.getvalue(), self.width, caption, alt)


@contextmanager
def canvas(height: float, width: float = WIDTH) -> Iterator[Canvas]:
    """A `Canvas` to draw on, with the course's style in force and matplotlib's left alone."""
    with matplotlib.rc_context(RC):
        yield Canvas(height, width)


@contextmanager
def tiles(count: int, shape: tuple[int, ...], columns: int = 3) -> Iterator[tuple[Canvas, list]]:
    """A `Canvas` laid out for `count` images of one shape, with room for a title over each.

    Parameters
    ----------
    count : int
    shape : (H, W, ...)
    columns : int
        At most so many beside each other.

    Yields
    ------
    (Canvas, list of Axes)
    """
    title, gap = 0.3, 0.12  # inches
    columns = min(columns, count)
    rows = -(-count // columns)
    each = (WIDTH - gap * (columns - 1)) / columns
    tall = each * shape[0] / shape[1]
    height = rows * (title + tall) + gap * (rows - 1)
    with canvas(height) as paper:
        axes = []
        for i in range(count):
            row, column = divmod(i, columns)
            below = height - (row + 1) * (title + tall) - row * gap
            box = (column * (each + gap) / WIDTH, below / height, each / WIDTH, tall / height)
            axes.append(paper.figure.add_axes(box))
        yield paper, axes


def grid(images: Mapping[str, np.ndarray], caption: str, alt: str, columns: int = 3) -> Raster:
    """Show photos and maps in rows.

    Parameters
    ----------
    images : mapping from title to (H, W) or (H, W, 3) ndarray
        uint8 for photos; floats for maps, colored by sign where some are negative. The first one's
        shape sets the room for all.
    caption, alt : str
        `alt` says in words what is to be seen.
    columns : int

    Returns
    -------
    Raster
    """
    shape = next(iter(images.values())).shape
    with tiles(len(images), shape, columns) as (paper, axes):
        for place, (title, image) in zip(axes, images.items(), strict=True):
            paper.image(place, image, title)
        return paper.finish(caption, alt)


def curves(
    series: Mapping[str, tuple[np.ndarray, np.ndarray]],
    xlabel: str,
    ylabel: str,
    caption: str,
    alt: str = "",
    log: bool = False,
) -> Raster:
    """Draw curves that differ in color and in dash.

    Parameters
    ----------
    series : mapping from name to (x, y)
    xlabel, ylabel, caption, alt : str
        After `alt` the picture's words say where each curve begins and ends.
    log : bool
        A logarithmic vertical axis.

    Returns
    -------
    Raster
    """
    with canvas(3.0) as paper:
        axes = paper.figure.subplots()
        styles = ("-", (0, (5, 3)), ":", "-.")
        for i, (name, (x, y)) in enumerate(series.items()):
            axes.plot(x, y, label=name, linestyle=styles[i % len(styles)])
        if log:
            axes.set_yscale("log")
        if all(np.all(np.asarray(x) == np.round(x)) for x, _ in series.values()):
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(xlabel)
        axes.set_ylabel(ylabel)
        if len(series) > 1:
            axes.legend()
        paper.figure.tight_layout()
        told = " ".join(_told(name, x, y) for name, (x, y) in series.items())
        return paper.finish(caption, f"{alt or f'Curves of {ylabel} against {xlabel}.'} {told}")


def _told(name: str, x: np.ndarray, y: np.ndarray) -> str:
    """A curve in words: where it begins and ends, and what lies above and below both."""
    parts = [f"from {y[0]:.3g} at {x[0]:.4g} to {y[-1]:.3g} at {x[-1]:.4g}"]
    for word, at in (("highest", int(np.argmax(y))), ("lowest", int(np.argmin(y)))):
        if y[at] not in (y[0], y[-1]):
            parts.append(f"{word} {y[at]:.3g} at {x[at]:.4g}")
    return f"{name}: {', '.join(parts)}."
