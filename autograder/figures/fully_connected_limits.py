"""The pictures of lesson 01: what flattening does to an image, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import ConnectionPatch, Rectangle

from autograder.figures.raster import WIDTH, Raster, canvas, tiles
from autograder.figures.style import MARK, MUTED, SERIES

BYTES = {"1 MiB": 2**20, "32 MiB": 2**25, "1 GiB": 2**30, "32 GiB": 2**35}


def neighbours(image: np.ndarray, row: np.ndarray, place: tuple[int, int]) -> Raster:
    """Follow a pixel and its four neighbors from the image to the flattened row.

    Parameters
    ----------
    image : (H, W) ndarray
    row : (H·W,) ndarray
        The image, flattened.
    place : (row, column)
        A pixel away from the border.
    """
    (height, width), (i, j) = image.shape, place
    followed = {
        (i - 1, j): SERIES[0],
        (i + 1, j): SERIES[0],
        (i, j - 1): SERIES[2],
        (i, j + 1): SERIES[2],
        place: MARK,
    }
    high = 3.6
    with canvas(high) as paper:
        side = 2.35 / high
        square = paper.figure.add_axes((0.5 - side * high / WIDTH / 2, 0.99 - side, 0.273, side))
        strip = paper.figure.add_axes((0.005, 0.1, 0.99, 0.1))
        paper.image(square, image)
        strip.imshow(row[np.newaxis], aspect="auto", vmin=0, vmax=image.max())
        strip.set_axis_off()
        for (r, c), colour in followed.items():
            at = r * width + c
            for axes, corner in ((square, (c - 0.5, r - 0.5)), (strip, (at - 0.5, -0.5))):
                axes.add_patch(
                    Rectangle(corner, 1, 1, fill=False, edgecolor=colour, linewidth=2, zorder=3)
                )
            line = ConnectionPatch(
                xyA=(c, r + 0.5),
                xyB=(at, -0.5),
                coordsA=square.transData,
                coordsB=strip.transData,
                color=colour,
                linewidth=1.3,
            )
            paper.figure.add_artist(line)
        words = {"above": (i - 1, j), "beside it": place, "below": (i + 1, j)}
        for (word, (r, c)), side in zip(words.items(), ("right", "center", "left"), strict=True):
            at = r * width + c + {"right": 2, "center": 0, "left": -2}[side]
            strip.text(at, 0.75, word, ha=side, va="top", color=followed[r, c])
        return paper.finish(
            f"A pixel and its four neighbors, in the picture and in the row. Left and right stay "
            f"beside it; above and below land {width} places away.",
            f"A picture of {height} by {width} pixels over the strip it is flattened to. Lines "
            "lead from five touching pixels to three separate places of the strip.",
        )


def rows_of_pictures(
    rows: Mapping[str, Sequence[np.ndarray]],
    caption: str,
    alt: str,
    signed: bool | None = None,
) -> Raster:
    """Show rows of small pictures, each row with its name at the left.

    Parameters
    ----------
    rows : mapping from name to sequence of (H, W) ndarray
        Colored by sign where some are negative.
    caption, alt : str
        `alt` says in words what is to be seen.
    signed : bool, optional
        Whether to color all by sign, also those without a negative number.
    """
    columns = max(map(len, rows.values()))
    label = 1.35  # inches
    side = (WIDTH - label) / columns
    with canvas(len(rows) * side) as paper:
        for i, (name, pictures) in enumerate(rows.items()):
            bottom = 1 - (i + 1) / len(rows)
            paper.figure.text(0.004, bottom + 0.5 / len(rows), name, va="center")
            for j, picture in enumerate(pictures):
                left = (label + j * side) / WIDTH
                box = (left, bottom, 0.95 * side / WIDTH, 0.95 / len(rows))
                paper.image(paper.figure.add_axes(box), picture, signed=signed)
        return paper.finish(caption, alt)


def along_the_way(
    pictures: Sequence[np.ndarray],
    series: Mapping[str, tuple[np.ndarray, np.ndarray]],
    xlabel: str,
    ylabel: str,
    caption: str,
    alt: str,
    levels: Mapping[str, float] | None = None,
) -> Raster:
    """Draw curves, and over them the pictures that their horizontal axis stands for.

    Parameters
    ----------
    pictures : sequence of (H, W) ndarray
        Evenly spread from the smallest x to the largest.
    series : mapping from name to (x, y)
    xlabel, ylabel, caption, alt : str
    levels : mapping from name to float, optional
        Heights to mark by a dashed line.
    """
    first = min(min(x) for x, _ in series.values())
    last = max(max(x) for x, _ in series.values())
    half = (last - first) / (len(pictures) - 1) / 2
    with canvas(3.7) as paper:
        grid = paper.figure.add_gridspec(
            2, len(pictures), height_ratios=[1, 2.6], left=0.1, right=0.99, bottom=0.14, top=0.99
        )
        for i, picture in enumerate(pictures):
            axes = paper.figure.add_subplot(grid[0, i])
            axes.imshow(picture, vmin=0, vmax=1)
            axes.set_axis_off()
        axes = paper.figure.add_subplot(grid[1, :])
        styles = ("-", (0, (5, 3)), ":")
        for (name, (x, y)), style in zip(series.items(), styles, strict=False):
            few = len(x) <= len(pictures)
            axes.plot(x, y, label=name, linestyle=style, marker="o" if few else "")
        for name, height in (levels or {}).items():
            axes.axhline(height, color=MUTED, linestyle=(0, (2, 3)), linewidth=1.5)
            axes.text(first - 0.9 * half, height, name, color=MUTED, va="bottom")
        axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(first - half, last + half))
        if len(series) > 1:
            axes.legend()
        return paper.finish(caption, alt)


def growth(
    sides: Sequence[int],
    counts: Sequence[int],
    marks: Mapping[str, tuple[float, int]],
    levels: Mapping[str, int],
) -> Raster:
    """Draw how many numbers a layer learns against the side of its image, with their memory.

    Parameters
    ----------
    sides, counts : sequence of int
        The curve.
    marks : mapping from name to (side, count)
        Points to name.
    levels : mapping from name to count
        Heights to compare with.
    """
    with canvas(4.0) as paper:
        axes = paper.figure.subplots()
        axes.loglog(sides, counts)
        for name, (side, count) in marks.items():
            axes.plot(side, count, "o", color=SERIES[0], markersize=8)
            axes.annotate(name, (side, count), (-8, 3), textcoords="offset points", ha="right")
        for name, count in levels.items():
            axes.axhline(count, color=SERIES[1], linestyle=(0, (5, 3)), linewidth=1.6)
            axes.text(max(sides), 0.8 * count, name, color=SERIES[1], ha="right", va="top")
        axes.set_xlim(sides[0] / 2.4, sides[-1] * 1.15)
        axes.set_xticks(sides, [str(side) for side in sides])
        axes.minorticks_off()
        axes.set(xlabel="side of a square color image (pixels)", ylabel="parameters")
        memory = axes.secondary_yaxis(
            "right", functions=(lambda n: np.multiply(n, 4), lambda n: np.divide(n, 4))
        )
        memory.set_yticks(list(BYTES.values()), list(BYTES))
        memory.set_ylabel("memory, 4 bytes each")
        memory.minorticks_off()
        paper.figure.tight_layout()
        return paper.finish(
            "Twice the side, four times the parameters of a layer of 1,000 units. The memory at "
            "the right is that of the parameters alone.",
            "A straight line rises from "
            f"{counts[0]:,} parameters at a side of {sides[0]} pixels to {counts[-1]:,} at "
            f"{sides[-1]}. On it lie {', '.join(marks)}. Dashed: "
            + "; ".join(f"{name}, {count:,}" for name, count in levels.items())
            + ".",
        )


def guesses(images: Sequence[np.ndarray], labels: Sequence[int], guessed: Sequence[int]) -> Raster:
    """Show digits with what they are and what they were taken for.

    Parameters
    ----------
    images : sequence of (H, W) ndarray
    labels, guessed : sequence of int
    """
    said = [f"{label}, read as {guess}" for label, guess in zip(labels, guessed, strict=True)]
    with tiles(len(images), images[0].shape, columns=6) as (paper, axes):
        for place, image, title in zip(axes, images, said, strict=True):
            paper.image(place, image, title)
        return paper.finish(
            "Some held-out digits that the network gets wrong: the label, and what the network "
            "reads.",
            "Digits read wrongly: " + "; ".join(said) + ".",
        )


def appetite(counts: Sequence[int], seen: Sequence[float], held_out: Sequence[float]) -> Raster:
    """Draw accuracy on the images learned from and on held-out ones, against how many there were.

    Parameters
    ----------
    counts : sequence of int
    seen, held_out : sequence of float
        Accuracies from 0 to 1.
    """
    with canvas(3.2, width=7.0) as paper:
        axes = paper.figure.subplots()
        axes.semilogx(counts, seen, marker="o", label="training images")
        axes.semilogx(counts, held_out, marker="o", linestyle=(0, (5, 3)), label="held-out images")
        axes.fill_between(counts, held_out, seen, color=SERIES[1], alpha=0.08)
        axes.set_xticks(counts, [f"{count:,}" for count in counts])
        axes.minorticks_off()
        axes.set(xlabel="training images", ylabel="share read correctly", ylim=(None, 1.02))
        axes.legend(loc="lower right")
        paper.figure.tight_layout()
        return paper.finish(
            "Accuracy on the training images and on held-out images. The gap between the curves is "
            "overfitting; it narrows with more training images.",
            "The upper curve stays near 1. The lower one climbs from "
            f"{held_out[0]:.2f} at {counts[0]} images to {held_out[-1]:.2f} at {counts[-1]}.",
        )
