"""The pictures of lesson 03: where a window may stand, what it reads, and how far it sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.raster import WIDTH, Raster, canvas, tiles
from autograder.figures.sliding import film
from autograder.figures.style import CARD, INK, KINDS, MARK, MUTED, POSITIVE, SERIES, mix

DASHES = ("-", (0, (5, 3)), ":", "-.")


def starts(size: int, kernel: int, pad: int = 0, stride: int = 1) -> range:
    """Where windows begin along one side, counted from the picture's first pixel.

    Examples
    --------
    >>> list(starts(7, 3, pad=1, stride=2))
    [-1, 1, 3, 5]
    """
    return range(-pad, size + pad - kernel + 1, stride)


def visits(size: int, kernel: int, pad: int = 0, stride: int = 1) -> np.ndarray:
    """Count the windows that read each pixel of a square picture.

    Returns
    -------
    (size, size) ndarray of int

    Examples
    --------
    >>> visits(4, 3)
    array([[1, 2, 2, 1],
           [2, 4, 4, 2],
           [2, 4, 4, 2],
           [1, 2, 2, 1]])
    """
    pixels = np.arange(size)
    along = sum((pixels >= at) & (pixels < at + kernel) for at in starts(size, kernel, pad, stride))
    return np.outer(along, along)


def how_often(cases: Mapping[str, tuple[int, ...]], caption: str) -> Picture:
    """Draw how many windows read each pixel, for several layers; pixels never read are marked.

    Parameters
    ----------
    cases : mapping from title to (size, kernel, pad, stride)
        The last two may be left out.
    caption : str
    """
    panels = []
    for title, case in cases.items():
        counts = visits(*case)
        never = tuple(zip(*np.nonzero(counts == 0), strict=True))
        panels.append(Panel(title, counts, wrong=never))
    return draw_panels(panels, caption)


def places(cases: Sequence[tuple[int, int, int, int]], columns: int = 2) -> Raster:
    """Draw a row of pixels for each case, and below it every place where a window stands.

    Parameters
    ----------
    cases : sequence of (size, kernel, pad, stride)
    columns : int
        Cases beside each other.
    """
    rows = -(-len(cases) // columns)
    longest = max(size + 2 * pad for size, _, pad, _ in cases) + 0.6
    most = max(len(starts(*case)) for case in cases)
    deep = 1.9 + 0.62 * most  # in cells: title, pixels and bars
    high = WIDTH / columns * deep / longest
    with canvas(rows * high) as paper:
        for i, case in enumerate(cases):
            row, column = divmod(i, columns)
            box = (column / columns, 1 - (row + 1) / rows, 1 / columns, 1 / rows)
            axes = paper.figure.add_axes(box)
            axes.set_axis_off()
            axes.set(xlim=(-0.3, longest - 0.3), ylim=(deep - 0.95, -0.95))
            _places(axes, *case)
        lost = any(0 in visits(*case) for case in cases)
        return paper.finish(
            "Boxes: pixels; dashed: the frame. Each numbered bar is one place of the window."
            + (" Red: no window reads it." if lost else ""),
            "Rows of pixels with bars below. "
            + " ".join(
                f"{_in_words(*case)}: the window has {len(starts(*case))} places." for case in cases
            ),
        )


def _in_words(size: int, kernel: int, pad: int, stride: int) -> str:
    frame = f"frame of {pad}" if pad else "no frame"
    return f"{size} pixels, window of {kernel}, {frame}, stride {stride}"


def _places(axes: Axes, size: int, kernel: int, pad: int, stride: int) -> None:
    read = np.diag(visits(size, kernel, pad, stride))
    axes.text(0, -0.35, _in_words(size, kernel, pad, stride), fontsize=10)
    for pixel in range(-pad, size + pad):
        inside = 0 <= pixel < size
        look: dict[str, Any] = {"facecolor": CARD, "edgecolor": MUTED, "linestyle": (0, (3, 2))}
        if inside and read[pixel]:
            look = {"facecolor": mix(KINDS["input"], 0.28), "edgecolor": KINDS["input"]}
        elif inside:
            look = {"facecolor": mix(MARK, 0.25), "edgecolor": MARK, "hatch": "///"}
        axes.add_patch(Rectangle((pad + pixel, 0), 0.92, 0.8, linewidth=1.3, **look))
    for i, start in enumerate(starts(size, kernel, pad, stride)):
        top = 1.05 + 0.62 * i
        axes.add_patch(
            Rectangle((pad + start, top), kernel - 0.08, 0.4, color=KINDS["filter"], alpha=0.85)
        )
        middle = pad + start + (kernel - 0.08) / 2
        axes.text(
            middle, top + 0.2, str(i + 1), ha="center", va="center_baseline", color=CARD, fontsize=8
        )


def unread(picture: np.ndarray, read: Mapping[str, np.ndarray]) -> Raster:
    """Draw a picture, and which of its pixels stacks of layers never read.

    Parameters
    ----------
    picture : (S, S) ndarray
    read : mapping from title to (S,) ndarray of bool
        Whether any output depends on the row of that number, and so on the column.
    """
    with tiles(len(read) + 1, picture.shape) as (paper, axes):
        paper.image(axes[0], picture, "the picture")
        shares = []
        for place, (title, lines) in zip(axes[1:], read.items(), strict=True):
            paper.image(place, picture, title)
            seen = np.outer(lines, lines)
            veil = np.zeros((*seen.shape, 4))
            veil[~seen] = [*(int(MARK[i : i + 2], 16) / 255 for i in (1, 3, 5)), 0.6]
            place.imshow(veil)
            shares.append(f"{title}: {1 - seen.mean():.0%} never read")
        return paper.finish(
            "Red: pixels that no output depends on. " + "; ".join(shares) + ".",
            "A cat's face; red bands along its right and lower border grow wider with the number "
            "of layers. " + "; ".join(shares) + ".",
        )


def unroll(image: np.ndarray, kernel: np.ndarray, columns: np.ndarray) -> Picture:
    """Show a picture's windows become columns, and each column one number of the feature map.

    Parameters
    ----------
    image : (H, W) ndarray
    kernel : (KH, KW) ndarray
    columns : (KH·KW, H'·W') ndarray
        The windows in reading order.
    """
    flat = kernel.reshape(1, -1)
    output = flat @ columns
    across = image.shape[1] - kernel.shape[1] + 1
    frames = []
    for i in range(columns.shape[1]):
        later = np.arange(columns.shape[1]) > i
        panels = [
            Panel("picture", image, window=(*divmod(i, across), *kernel.shape)),
            Panel("filter, laid flat", flat, "filter", before="→"),
            Panel(
                "windows as columns",
                np.ma.masked_array(columns, np.broadcast_to(later, columns.shape)),
                window=(0, i, len(columns), 1),
                before="×",
            ),
            Panel(
                "map, laid flat",
                np.ma.masked_array(output, later[np.newaxis]),
                "output",
                ring=((0, i),),
                before="=",
            ),
        ]
        frames.append(
            draw_panels(panels, "Each window becomes a column, each column a number of the map.")
        )
    return film(frames)


def reach(differences: Mapping[str, np.ndarray], step: int) -> Raster:
    """Draw how far each kind of frame changes a map, as pictures and against the distance.

    Parameters
    ----------
    differences : mapping from kind of frame to (S, S) ndarray
        Change of each place, in units of the map's mean.
    step : int
        Pixels of the picture from one place to the next.
    """
    count = len(differences)
    brightest = max(float(change.max()) for change in differences.values())
    side = np.arange(len(next(iter(differences.values()))))
    nearest = np.minimum(side, side[::-1])
    distance = np.minimum.outer(nearest, nearest)
    rings = np.arange(distance.max() + 1)
    each, high = 2.02, 5.6
    with canvas(high) as paper:
        for i, (kind, change) in enumerate(differences.items()):
            left = i * (WIDTH - each) / (count - 1) / WIDTH
            box = (left, 1 - (each + 0.32) / high, each / WIDTH, each / high)
            axes = paper.figure.add_axes(box)
            axes.imshow(change, cmap="gray_r", vmin=0, vmax=brightest)
            axes.set(title=kind, xticks=[], yticks=[])
            axes.spines[:].set_visible(True)
            axes.grid(visible=False)
        axes = paper.figure.add_axes((0.085, 0.1, 0.91, 0.43))
        for (kind, change), dashes in zip(differences.items(), DASHES, strict=False):
            means = [change[distance == ring].mean() for ring in rings]
            axes.plot(rings * step, means, marker="o", markersize=4, linestyle=dashes, label=kind)
        axes.set(
            xlabel="distance from the border (pixels of the picture)",
            ylabel="change (1 = the map's mean)",
            ylim=(0, None),
        )
        axes.legend(handlelength=4.5)
        return paper.finish(
            "What a frame changes, compared with the pixels that really lay there. Top: dark "
            "places changed. Below: the mean change, ring by ring.",
            "Four squares that are dark along their border and white inside, and four curves that "
            "fall steeply to 0: " + ", ".join(differences) + ".",
        )


def cones(stacks: Mapping[str, Sequence[tuple[int, int]]]) -> Raster:
    """Follow one output of each stack back to the pixels that it is made of.

    Parameters
    ----------
    stacks : mapping from title to sequence of (kernel, stride)
        From the picture on.
    """
    deepest = max(map(len, stacks.values()))
    with canvas(0.62 * deepest + 1.15) as paper:
        axes = paper.figure.subplots(1, len(stacks))
        for place, (title, layers) in zip(np.atleast_1d(axes), stacks.items(), strict=True):
            place.set_title(title)
            place.set_axis_off()
            _cone(place, layers, deepest)
        paper.figure.subplots_adjust(left=0.005, right=0.995, top=0.88, bottom=0.02, wspace=0.08)
        return paper.finish(
            "One output, at the top, and everything it is made of. Count the pixels in the lowest "
            "row.",
            "Fans of lines that widen downwards from one output to the pixels: "
            + "; ".join(stacks)
            + ".",
        )


def _cone(axes: Axes, layers: Sequence[tuple[int, int]], deepest: int) -> None:
    steps = np.cumprod([1, *(stride for _, stride in layers)])
    centres, numbers = [0.0], [0]
    for kernel, _ in layers:  # where number 0 of each layer lies over the picture
        centres.append(centres[-1] + (kernel - 1) / 2 * steps[len(centres) - 1])
    for level in range(len(layers), -1, -1):
        x = [centres[level] + number * steps[level] for number in numbers]
        if level:
            kernel, stride = layers[level - 1]
            below = sorted({n * stride + k for n in numbers for k in range(kernel)})
            for number, at in zip(numbers, x, strict=True):
                for k in range(kernel):
                    to = centres[level - 1] + (number * stride + k) * steps[level - 1]
                    axes.plot([at, to], [level, level - 1], color=MUTED, linewidth=0.8, zorder=1)
            axes.scatter(x, [level] * len(x), s=46, color=POSITIVE, zorder=2)
            numbers = below
        else:
            look = {"marker": "s", "s": 60, "color": KINDS["input"], "zorder": 2}
            axes.scatter(x, [0] * len(x), **look)
    middle, half = (x[0] + x[-1]) / 2, max(x[-1] - x[0], 8) / 2 + 0.8
    axes.set(xlim=(middle - half, middle + half), ylim=(-0.35, deepest + 0.3))


def seen(picture: np.ndarray, fields: Mapping[str, int]) -> Raster:
    """Draw on a photo the patch that one number of each layer sees.

    Parameters
    ----------
    picture : (H, W, 3) uint8 ndarray
    fields : mapping from layer to side of its patch, in pixels
    """
    height, width = picture.shape[:2]
    high, words = 4.6, 1.75  # inches
    wide = high * width / height
    with canvas(high, wide + words) as paper:
        axes = paper.figure.add_axes((0, 0, wide / (wide + words), 1))
        paper.image(axes, picture)
        for i, (name, side) in enumerate(fields.items()):
            corner = (width / 2 - side / 2, height / 2 - side / 2)
            axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=CARD, linewidth=4))
            axes.add_patch(
                Rectangle(
                    corner, side, side, fill=False, edgecolor=SERIES[i % len(SERIES)], linewidth=2.2
                )
            )
            # A line leads from the patch's upper edge to its words beside the photo.
            down = corner[1]
            axes.annotate(
                f"{name}: {side}×{side}",
                (corner[0] + side, down),
                (width + 14, down),
                va="center",
                annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": SERIES[i % len(SERIES)], "linewidth": 1.2},
                color=INK,
            )
        return paper.finish(
            "What one number of each layer sees of the photo, when all of the photo is given.",
            "Nested squares on a cat's face: "
            + "; ".join(f"{name}: {side} by {side} pixels" for name, side in fields.items())
            + ".",
        )
