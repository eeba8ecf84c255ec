"""The pictures of lesson 06: a network as its table says it, and how it learns and fares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.ticker import MultipleLocator

from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.raster import WIDTH, Canvas, Raster, canvas
from autograder.figures.style import CARD, INK, KINDS, LINE, MARK, MUTED, POSITIVE, SERIES, mix
from autograder.figures.tables import Column, draw_table
from autograder.figures.waiting import once_written as once_written

Shape = tuple[int, ...]
Row = tuple[str, Mapping[str, Any]]

DASHES = ("-", (0, (5, 3)), ":")


# --- the table ------------------------------------------------------------------------------------


def architecture(layers: Sequence[Row], input_shape: Shape, shapes: Sequence[Shape]) -> Raster:
    """Draw a network as the volumes that its rows make, to scale.

    Parameters
    ----------
    layers : sequence of (kind, options)
    input_shape : (C, H, W)
    shapes : sequence of tuple of int
        After each row; rows that leave the shape alone are not drawn.
    """
    stages = [("image", tuple(input_shape))]
    for (kind, _), shape in zip(layers, shapes, strict=True):
        if tuple(shape) != stages[-1][1]:
            stages.append((kind, tuple(shape)))
    wide, high = WIDTH / len(stages), 2.75
    unit = 0.86 * wide / max(input_shape[1:])  # inches for a pixel
    with canvas(high) as paper:
        axes = paper.figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(0, high))
        axes.set_axis_off()
        for i, (kind, shape) in enumerate(stages):
            middle = (i + 0.5) * wide
            name = {"fully_connected": "fully\nconnected"}.get(kind, kind.replace("_", " "))
            axes.text(middle, high - 0.07, name, ha="center", va="top", color=MUTED)
            axes.text(middle, 0.1, "×".join(map(str, shape)), ha="center", weight="bold")
            _volume(axes, (middle, 0.5 * high - 0.05), shape, unit)
        return paper.finish(
            "Each square is a map, each bar a row of numbers, to scale. Maps shrink and become "
            "more; then they are laid flat, and the numbers become few.",
            "A network from left to right: "
            + "; ".join(f"{kind} {'×'.join(map(str, shape))}" for kind, shape in stages)
            + ".",
        )


def _volume(axes: Axes, middle: tuple[float, float], shape: Shape, unit: float) -> None:
    """A stack of maps, or a bar for a flat row of numbers."""
    x, y = middle
    if len(shape) == 1:
        tall = 0.12 + 1.5 * min(shape[0] / 400, 1)
        bar = Rectangle((x - 0.07, y - tall / 2), 0.14, tall, color=mix(POSITIVE, 0.8))
        axes.add_patch(bar)
        return
    depth, height, width = shape
    step = 0.045
    for k in reversed(range(depth)):
        across = (k - (depth - 1) / 2) * step
        corner = (x - width * unit / 2 + 0.5 * across, y - height * unit / 2 + across)
        sheet = Rectangle(
            corner, width * unit, height * unit, facecolor=mix(POSITIVE, 0.3), edgecolor=INK
        )
        sheet.set_linewidth(0.7)
        axes.add_patch(sheet)


def costs(
    layers: Sequence[Row], shapes: Sequence[Shape], learned: Sequence[int], work: Sequence[int]
) -> Picture:
    """Set a table's rows beside what they learn and how much they compute.

    Parameters
    ----------
    layers : sequence of (kind, options)
    shapes : sequence of tuple of int
    learned, work : sequence of int
        Parameters, and multiplications for one image, one number a row.
    """

    def column(counts: Sequence[int]) -> list[str]:
        shares = (f"{count:,} ({count / sum(counts):.1%})" if count else "–" for count in counts)
        return [*shares, f"{sum(counts):,}"]

    names = [kind.replace("_", " ") for kind, _ in layers]
    return draw_table(
        [
            Column("row", [*names, "in all"]),
            Column("gives", [*("×".join(map(str, shape)) for shape in shapes), ""], "output"),
            Column("learns", column(learned), "filter"),
            Column("multiplies", column(work), "input"),
        ],
        "One row learns most of the numbers; other rows do most of the work.",
    )


def connections(reads: Sequence[Sequence[int]], maps: int) -> Raster:
    """Draw which maps each filter reads.

    Parameters
    ----------
    reads : sequence of sequence of int
        One for each filter.
    maps : int
        How many there are to read.
    """
    with canvas(2.6, width=7.0) as paper:
        axes = paper.figure.subplots()
        table = np.zeros((maps, len(reads)))
        for column, read in enumerate(reads):
            table[list(read), column] = 1
        for row, column in np.ndindex(table.shape):
            on = bool(table[row, column])
            colour = KINDS["filter"] if on else mix(LINE, 0.5)
            axes.add_patch(Rectangle((column - 0.42, row - 0.42), 0.84, 0.84, color=colour))
        axes.set(xlim=(-0.6, len(reads) - 0.4), ylim=(maps - 0.4, -0.6), aspect="equal")
        axes.set_xticks(range(len(reads)))
        axes.set_yticks(range(maps))
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set(xlabel="the sixteen filters of C3", ylabel="maps of S2")
        paper.figure.tight_layout()
        counts = ", ".join(str(len(read)) for read in reads)
        return paper.finish(
            "Which maps each filter reads: a column is a filter, a filled square a 5×5 slice of "
            "weights. Count the squares.",
            f"A grid of {maps} rows and {len(reads)} columns; filled squares per column: {counts}.",
        )


# --- the start ------------------------------------------------------------------------------------


def bells(reads: Mapping[str, int], weights: Mapping[str, np.ndarray] | None = None) -> Raster:
    """Draw how widely the weights of several rows should be spread, and how yours are.

    Parameters
    ----------
    reads : mapping from a row's name to int
        How many numbers one of its units reads.
    weights : mapping from the same names to ndarray, optional
        Weights that were drawn, as a histogram behind the curve.
    """
    with canvas(2.3) as paper:
        places = paper.figure.subplots(1, len(reads), sharex=True)
        ends = 3.3 * np.sqrt(2 / min(reads.values()))
        x = np.linspace(-ends, ends, 400)
        for axes, (name, count) in zip(places, reads.items(), strict=True):
            spread = np.sqrt(2 / count)
            if weights is not None:
                values = np.ravel(weights[name])
                axes.hist(values, 25, density=True, color=mix(KINDS["yours"], 0.45))
            bell = np.exp(-((x / spread) ** 2) / 2) / (spread * np.sqrt(2 * np.pi))
            axes.plot(x, bell, color=KINDS["expected"], linewidth=1.8)
            axes.set_title(f"{name}\nreads {count}: ±{spread:.3f}", fontsize=10)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            axes.grid(visible=False)
        paper.figure.tight_layout(w_pad=0.5)
        return paper.finish(
            "Green: how the weights of each row should be spread; the more a unit reads, the "
            "narrower." + (" Brown: yours." if weights is not None else ""),
            "Bell curves: "
            + "; ".join(f"{name} {np.sqrt(2 / count):.3f} wide" for name, count in reads.items())
            + ".",
        )


# --- the loop -------------------------------------------------------------------------------------


def epoch(order: np.ndarray, batch_size: int) -> Picture:
    """Draw how an epoch takes its images: in an order drawn anew, a batch at a time."""
    starts = range(0, len(order), batch_size)
    batches = [order[start : start + batch_size] for start in starts]
    panels = [Panel(f"batch {i}", batch, "input") for i, batch in enumerate(batches, 1)]
    return draw_panels(
        panels,
        f"One epoch over {len(order)} images in batches of {batch_size}: each image once, in an "
        "order drawn by chance; what is left over makes a smaller batch.",
        "Batches of image numbers: " + "; ".join(" ".join(map(str, b)) for b in batches) + ".",
    )


def through(stages: Mapping[str, np.ndarray], names: Sequence[str]) -> Raster:
    """Follow one image through a network: the maps or the numbers after several of its rows.

    Parameters
    ----------
    stages : mapping from name to (C, H, W) or (D,) ndarray
        Not negative, but for the last, the scores.
    names : sequence of str
        What the scores stand for.
    """
    label, gap = 1.3, 0.05  # inches
    wide = WIDTH - label
    heights = [_height(values, wide) for values in stages.values()]
    high = sum(heights) + 0.16 * len(heights)
    last, scores = list(stages.items())[-1]
    best = int(np.argmax(scores))
    with canvas(high) as paper:
        top = high
        for (name, values), tall in zip(stages.items(), heights, strict=True):
            bottom = top - tall
            said = "×".join(map(str, values.shape))
            paper.figure.text(0.004, (top - 0.05) / high, name, weight="bold", va="top")
            paper.figure.text(0.004, (top - 0.25) / high, said, color=MUTED, va="top", fontsize=9.5)
            if values.ndim == 3:
                side = _side(len(values), wide)
                for k, plane in enumerate(values):
                    box = (label + k * side, bottom, side - gap, side - gap)
                    paper.image(_axes(paper, box, high), plane, limit=float(values.max()))
            elif name == last:
                box = (label + 0.3, bottom + 0.25, wide - 0.4, tall - 0.3)
                axes = _axes(paper, box, high)
                colours = [SERIES[1] if k == best else mix(INK, 0.45) for k in range(len(values))]
                axes.bar(names, values, color=colours, width=0.7)
                axes.axhline(0, color=MUTED, linewidth=0.8)
            else:
                strip = _axes(paper, (label, bottom + 0.1, wide - gap, tall - 0.15), high)
                strip.imshow(values[np.newaxis], aspect="auto", vmin=0)
                strip.set_axis_off()
            top = bottom - 0.16
        return paper.finish(
            "A digit on its way: bright is a strong answer. Maps that look like the digit, then "
            f"maps that look like parts of it, then numbers. The highest score says {names[best]}.",
            f"A digit and what becomes of it, row by row: {', '.join(stages)}. Its strokes can be "
            "made out in the first maps; later maps are a few coarse squares, and what follows is "
            f"rows of stripes. The highest score is for {names[best]}.",
        )


def _side(count: int, wide: float) -> float:
    return min(wide / count, 1.15)


def _height(values: np.ndarray, wide: float) -> float:
    if values.ndim == 3:
        return max(_side(len(values), wide), 0.45)
    return 0.45 if len(values) > 10 else 1.3


def _axes(paper: Canvas, box: tuple[float, float, float, float], high: float) -> Axes:
    left, bottom, wide, tall = box
    return paper.figure.add_axes((left / WIDTH, bottom / high, wide / WIDTH, tall / high))


# --- the contest ----------------------------------------------------------------------------------


def contest(results: Mapping[str, Mapping[str, float]], caption: str) -> Raster:
    """Draw who reads how much, several contestants in several disciplines.

    Parameters
    ----------
    results : mapping from discipline to mapping from contestant to float
        Shares from 0 to 1.
    caption : str
    """
    with canvas(0.62 * len(results) + 0.9) as paper:
        axes = paper.figure.subplots()
        for row, by_name in enumerate(results.values()):
            shares = list(by_name.values())
            axes.plot([min(shares), max(shares)], [row, row], color=LINE, linewidth=4, zorder=1)
            for i, (name, share) in enumerate(by_name.items()):
                marker, colour = "os^"[i], SERIES[i]
                axes.scatter(
                    share, row, 75, color=colour, marker=marker, label=name if row == 0 else ""
                )
                side = 1 if share == max(shares) else -1
                axes.annotate(
                    f"{share:.1%}", (share, row), (11 * side, 0), textcoords="offset points",
                    ha="left" if side > 0 else "right", va="center", color=colour,
                )  # fmt: skip
        axes.set_yticks(range(len(results)), list(results), color=INK)
        every = [share for by_name in results.values() for share in by_name.values()]
        room = 0.18 * (max(every) - min(every))
        axes.set_xlim(min(every) - room, max(every) + room)
        axes.set_ylim(len(results) - 0.5, -0.5)
        axes.xaxis.set_major_locator(MultipleLocator(0.05))
        axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.set_xlabel("held-out images read right")
        axes.grid(axis="y", visible=False)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
        paper.figure.tight_layout()
        told = (
            f"{row}: " + ", ".join(f"{name} {share:.1%}" for name, share in by_name.items())
            for row, by_name in results.items()
        )
        return paper.finish(caption, "; ".join(told) + ".")


def by_count(
    counts: Sequence[int], runs: Mapping[str, np.ndarray], xlabel: str, caption: str
) -> Raster:
    """Draw shares read right against a number, every run as a dot and their mean as a line.

    Parameters
    ----------
    counts : sequence of int
    runs : mapping from contestant to (len(counts), S) ndarray
        S runs, each with another seed.
    xlabel, caption : str
    """
    with canvas(3.2, width=7.4) as paper:
        axes = paper.figure.subplots()
        told = []
        for (name, shares), dash, colour in zip(runs.items(), DASHES, SERIES, strict=False):
            mean = np.mean(shares, axis=1)
            axes.semilogx(counts, mean, linestyle=dash, color=colour, label=name)
            for column in np.transpose(shares):
                axes.scatter(counts, column, 22, CARD, edgecolors=colour, zorder=3)
            told.append(f"{name}: " + ", ".join(f"{share:.0%}" for share in mean))
        axes.set_xticks(counts, [f"{count:,}" for count in counts])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.set(xlabel=xlabel, ylabel="held-out images read right")
        axes.legend(loc="lower right")
        paper.figure.tight_layout()
        return paper.finish(caption, "Curves. " + "; ".join(told) + ".")


def confusion(counts: np.ndarray, worst: int = 0) -> Raster:
    """Draw how often each class was taken for each: what is wrong in color, what is right in gray.

    Parameters
    ----------
    counts : (K, K) ndarray of int
        One row a true class, one column a predicted one.
    worst : int
        The count that gets full color, by default the largest of those that are wrong. Two tables
        to compare need the same one.
    """
    wrong = counts - np.diag(np.diag(counts))
    worst = max(worst, int(wrong.max()), 1)
    with canvas(5.4, width=6.2) as paper:
        axes = paper.figure.subplots()
        for (row, column), count in np.ndenumerate(counts):
            color = MUTED if row == column else to_rgb(MARK)
            strength = 0.18 if row == column else np.sqrt(wrong[row, column] / worst)
            cell = Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, color=color, alpha=strength)
            axes.add_patch(cell)
            if count:
                shade = CARD if row != column and strength > 0.65 else INK
                axes.text(column, row, f"{count}", ha="center", va="center", color=shade)
        axes.set(xlim=(-0.5, len(counts) - 0.5), ylim=(len(counts) - 0.5, -0.5), aspect="equal")
        axes.set(xlabel="read as", ylabel="the digit in truth")
        axes.set_xticks(range(len(counts)))
        axes.set_yticks(range(len(counts)))
        axes.grid(visible=False)
        paper.figure.tight_layout()
        row, column = np.unravel_index(wrong.argmax(), wrong.shape)
        return paper.finish(
            f"One row for each true digit. Gray: read rightly. Red: taken for another, the deepest "
            f"{worst} times.",
            f"A table of {len(counts)} rows and columns. Most often, {wrong.max()} times, {row} "
            f"was read as {column}.",
        )
