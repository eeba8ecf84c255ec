"""The pictures of lesson 08: columns of small filters, what they cost, and the whole course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from autograder.figures.localization import boxes as boxes
from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.raster import WIDTH, Raster, canvas
from autograder.figures.style import CARD, INK, KINDS, MARK, MUTED, SERIES
from autograder.figures.waiting import filled_in as filled_in

COLUMNS = {
    "A": (1, 1, 2, 2, 2),
    "B": (2, 2, 2, 2, 2),
    "C": (2, 2, 3, 3, 3),
    "D": (2, 2, 3, 3, 3),
    "E": (2, 2, 4, 4, 4),
}
"""Convolutions in each block: Simonyan, Zisserman (2015), table 1, A-LRN left out."""

FILTERS = (64, 128, 256, 512, 512)

BLOCKS = ("#7fb3d5", "#56a0d3", "#2f86c1", "#0072b2", "#00527f")
"""A shade for each block, darker with depth; light enough or dark enough for its words."""


def five_columns() -> Raster:
    """Draw the five tables of the paper side by side, block beside block."""
    room = [max(times[i] for times in COLUMNS.values()) for i in range(len(FILTERS))]
    tall = sum(room) + 0.8 * len(room) + 3.2
    with canvas(5.8) as paper:
        axes = paper.figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(-0.85, 5), ylim=(tall + 0.1, -2.3))
        axes.set_axis_off()
        for x, (name, times) in enumerate(COLUMNS.items()):
            layers = sum(times) + 3
            words = {"weight": "bold", "fontsize": 12}
            axes.text(x + 0.45, -1.7, name, ha="center", va="center", **words)
            axes.text(x + 0.45, -0.6, f"{layers} layers", ha="center", va="center", color=MUTED)
            top = 0.0
            for block, (count, filters) in enumerate(zip(times, FILTERS, strict=True)):
                for i in range(count):
                    pointwise = name == "C" and block > 1 and i == count - 1
                    kernel = "1×1" if pointwise else "3×3"
                    text = f"{kernel}, {filters}"
                    _box(axes, (x, top + i), text, BLOCKS[block], "--" if pointwise else "-")
                top += room[block]
                axes.plot([x + 0.06, x + 0.84], [top + 0.36] * 2, color=MARK, linewidth=2.2)
                top += 0.8
            for i, units in enumerate(("4096", "4096", "1000")):
                _box(axes, (x, top + i), f"FC {units}", KINDS["filter"])
        top = 0.0
        for block, rows in enumerate(room):
            axes.text(-0.8, top + rows / 2, f"block {block + 1}", va="center")
            axes.text(-0.8, top + rows + 0.36, "2×2 pool", va="center", color=MARK, fontsize=9.5)
            top += rows + 0.8
        return paper.finish(
            "The five networks of the paper, from the image at the top to the scores at the "
            "bottom. After the comma: the number of filters. Red lines: pooling halves the maps.",
            "Five stacks of boxes. "
            + " ".join(
                f"{name}: {sum(times) + 3} layers, with {', '.join(map(str, times))} "
                "convolutions in its blocks."
                for name, times in COLUMNS.items()
            )
            + " Filters: 64, 128, 256, 512, 512. C ends blocks 3 to 5 with 1×1.",
        )


def _box(axes: Axes, corner: tuple[float, float], text: str, colour: str, edge: str = "-") -> None:
    x, y = corner
    dashed = edge != "-"
    box = FancyBboxPatch(
        (x + 0.06, y + 0.1),
        0.78,
        0.8,
        boxstyle="round,pad=0,rounding_size=0.08",
        facecolor=CARD if dashed else colour,
        edgecolor=colour,
        linestyle=edge,
        linewidth=1.6,
    )
    axes.add_patch(box)
    dark = not dashed and colour not in BLOCKS[:2]
    axes.text(
        x + 0.45, y + 0.52, text, ha="center", va="center", fontsize=9, color=CARD if dark else INK
    )


def shares(parts: Mapping[str, Mapping[str, int]], caption: str) -> Raster:
    """Draw what each network's parameters are made of: one bar a network, part after part.

    Parameters
    ----------
    parts : mapping from network to mapping from part to count
    caption : str
    """
    least = 0.05e-6 * max(sum(part.values()) for part in parts.values())  # has room for a number
    names = list(next(iter(parts.values())))
    colours = (BLOCKS[2], KINDS["filter"])
    with canvas(0.62 + 0.5 * len(parts)) as paper:
        axes = paper.figure.subplots()
        left = np.zeros(len(parts))
        for name, colour in zip(names, colours, strict=True):
            counts = np.array([part[name] for part in parts.values()]) / 1e6
            axes.barh(list(parts), counts, left=left, color=colour, height=0.62, label=name)
            for y, (start, count) in enumerate(zip(left, counts, strict=True)):
                words = f"{count:.1f}" if count > least else ""
                axes.text(start + count / 2, y, words, color=CARD, ha="center", va="center")
            left += counts
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("million parameters")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
        paper.figure.tight_layout()
        return paper.finish(
            caption,
            "Bars. "
            + " ".join(
                f"{network}: "
                + ", ".join(f"{name} {count:,}" for name, count in part.items())
                + "."
                for network, part in parts.items()
            ),
        )


def nested_fields(face: np.ndarray, photo: np.ndarray, fields: Mapping[str, int]) -> Raster:
    """Draw how far one number sees: through one, two, three layers, and through whole blocks.

    Parameters
    ----------
    face : (S, S, 3) uint8 ndarray
        A few pixels, S odd; the number looks at the middle one.
    photo : (H, W, 3) uint8 ndarray
    fields : mapping from name to side
        Of the patches to draw on the photo, smallest first.
    """
    high = 4.05
    with canvas(high) as paper:
        side = 3.6 / high
        left = paper.figure.add_axes((0.005, 0, 3.6 / WIDTH, side))
        right = paper.figure.add_axes((1 - 3.6 / WIDTH - 0.005, 0, 3.6 / WIDTH, side))
        paper.image(left, face, "layer upon layer of 3×3")
        paper.image(right, photo, "block upon block of VGG-16")
        middle = len(face) // 2
        for layers, colour in zip((3, 2, 1), (MARK, SERIES[1], INK), strict=True):
            _square(left, middle, middle, 2 * layers + 1, colour, f"{2 * layers + 1}")
        row, column = photo.shape[0] // 2, photo.shape[1] // 2
        colours = (INK, SERIES[3], SERIES[2], SERIES[1], MARK)
        for (name, size), colour in zip(fields.items(), colours, strict=False):
            _square(right, row, column, size, colour, f"{name}: {size}" if size > 30 else "")
        return paper.finish(
            "Left: one number of a third layer sees 3×3 numbers of the second, 5×5 of the first, "
            "7×7 pixels. Right: the receptive field at the end of each block, in pixels.",
            "Two pictures with nested squares. Left, of sides 3, 5 and 7. Right: "
            + ", ".join(f"{name} {size}" for name, size in fields.items())
            + ".",
        )


def _square(axes: Axes, row: int, column: int, side: int, colour: str, label: str) -> None:
    corner = (column - side / 2, row - side / 2)
    for edge, width in ((CARD, 4.4), (colour, 2.2)):  # light around it, to be seen on any photo
        axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=edge, linewidth=width))
    axes.text(
        corner[0],
        corner[1],
        label,
        ha="left",
        va="bottom",
        fontsize=9,
        color=CARD,
        bbox={"facecolor": colour, "edgecolor": "none", "boxstyle": "square,pad=0.15"},
    )


def ways(panels: Mapping[str, np.ndarray]) -> Picture:
    """Draw matrices side by side: in how many ways each pixel reaches the number in the middle."""
    return draw_panels(
        [Panel(name, values, "output") for name, values in panels.items()],
        "The number of paths from each pixel to one number of the last layer.",
    )


def by_block(names: Sequence[str], columns: Mapping[str, Sequence[float]], caption: str) -> Raster:
    """Draw bars beside each other: one row a part of the network, one column a cost.

    Parameters
    ----------
    names : sequence of str
        The parts, from the image on.
    columns : mapping from cost to sequence of float
        One for each part; in millions.
    caption : str
    """
    with canvas(0.75 + 0.33 * len(names)) as paper:
        places = paper.figure.subplots(1, len(columns), sharey=True)
        colours = (SERIES[0], KINDS["filter"], SERIES[1])
        for axes, (title, values), colour in zip(places, columns.items(), colours, strict=False):
            axes.barh(range(len(names)), values, color=colour, height=0.7)
            for y, value in enumerate(values):
                axes.text(value, y, f" {_rounded(value)}", va="center", fontsize=9.5)
            axes.set_title(title)
            axes.set_xlim(0, 1.24 * max(values))
            axes.grid(axis="y", visible=False)
            axes.tick_params(axis="x", labelsize=9)
            axes.locator_params(axis="x", nbins=4)
        places[0].set_yticks(range(len(names)), names)
        places[0].invert_yaxis()
        paper.figure.tight_layout()
        told = [
            f"{title}: "
            + ", ".join(
                f"{name} {_rounded(value)}" for name, value in zip(names, values, strict=True)
            )
            for title, values in columns.items()
        ]
        return paper.finish(caption, "Bars, in millions. " + ". ".join(told) + ".")


def _rounded(value: float) -> str:
    """Three digits, and no more than needed.

    Examples
    --------
    >>> [_rounded(value) for value in (0, 0.15, 3.2114, 2774.7)]
    ['0', '0.15', '3.21', '2,775']
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def work_and_time(rows: Mapping[str, tuple[float, float]]) -> Raster:
    """Draw how long each row took against how much it had to multiply.

    Parameters
    ----------
    rows : mapping from name to (multiply–adds, seconds)
        Names that begin with "fc" are those of fully connected rows.
    """
    with canvas(3.5, width=7.4) as paper:
        axes = paper.figure.subplots()
        for colour, mark, kind in ((BLOCKS[3], "o", False), (KINDS["filter"], "s", True)):
            some = {n: v for n, v in rows.items() if n.startswith("fc") == kind}
            work, seconds = np.array(list(some.values())).T
            label = "fully connected" if kind else "convolution"
            axes.loglog(work / 1e6, 1e3 * seconds, mark, color=colour, label=label, markersize=8)
            for name, (x, y) in some.items():
                if kind or name == "conv1_1":
                    place = (x / 1e6, 1e3 * y)
                    axes.annotate(name, place, (0, 8), textcoords="offset points", ha="center")
        low, high = axes.get_ylim()
        axes.set_ylim(low / 1.8, high * 2.2)
        axes.set(xlabel="million multiply–adds", ylabel="milliseconds")
        axes.legend(loc="lower right")
        paper.figure.tight_layout()
        return paper.finish(
            "One mark for each row. Compare fc6 with conv1_1, which needs about as many "
            "multiply–adds.",
            "Times against work. "
            + ", ".join(f"{name}: {1e3 * seconds:.0f} ms" for name, (_, seconds) in rows.items())
            + ".",
        )


def learning_curves(
    shown: Sequence[int], accuracies: Mapping[str, Sequence[Sequence[float]]], caption: str
) -> Raster:
    """Draw accuracy against the number of examples, with the range over several draws.

    Parameters
    ----------
    shown : sequence of int
    accuracies : mapping from name to one sequence of float for each number of examples
    caption : str
    """
    with canvas(3.6) as paper:
        axes = paper.figure.subplots()
        dashes = ("-", (0, (5, 3)), ":", "-.")
        told = []
        for (name, rows), colour, dash in zip(accuracies.items(), SERIES, dashes, strict=False):
            rows = np.asarray(rows)
            mean = rows.mean(axis=1)
            axes.plot(shown, mean, marker="o", linestyle=dash, color=colour, label=name)
            axes.fill_between(shown, rows.min(axis=1), rows.max(axis=1), color=colour, alpha=0.12)
            told.append(f"{name}: from {mean[0]:.2f} to {mean[-1]:.2f}")
        axes.set_xscale("log")
        axes.set_xticks(shown, [f"{count:,}" for count in shown])
        axes.minorticks_off()
        axes.set(xlabel="labeled images to learn from", ylabel="share named correctly")
        axes.legend(loc="lower right")
        paper.figure.tight_layout()
        return paper.finish(caption, "Rising curves. " + "; ".join(told) + ".")


def dots(rows: Mapping[str, Sequence[float]], xlabel: str, caption: str) -> Raster:
    """Draw a row of dots for each case, one a run, and a bar at their mean.

    Parameters
    ----------
    rows : mapping from name to sequence of float
    xlabel, caption : str
    """
    with canvas(0.75 + 0.42 * len(rows), width=7.4) as paper:
        axes = paper.figure.subplots()
        for y, (values, colour) in enumerate(
            zip(rows.values(), [SERIES[0]] * (len(rows) - 1) + [SERIES[1]], strict=True)
        ):
            axes.plot(values, [y] * len(values), "o", color=colour, markersize=8, alpha=0.65)
            mean = np.mean(values)
            axes.plot([mean, mean], [y - 0.32, y + 0.32], color=INK, linewidth=2.4)
        axes.set_yticks(range(len(rows)), list(rows))
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel(xlabel)
        paper.figure.tight_layout()
        told = [f"{name}: mean {np.mean(values):.3g}" for name, values in rows.items()]
        return paper.finish(caption, f"Dots by {xlabel}. " + "; ".join(told) + ".")


def course_map(
    costs: Mapping[str, Sequence[float]], errors: Mapping[str, tuple[float, str]]
) -> Raster:
    """Draw the networks of the course in one chart: three costs, and what they got wrong.

    Parameters
    ----------
    costs : mapping from network to (parameters, multiply–adds, bytes of one image's activations)
    errors : mapping from network to (percent wrong, task)
        The tasks differ: each gets an axis of its own.
    """
    names = list(costs)
    tasks = list(dict.fromkeys(task for _, task in errors.values()))
    titles = ("parameters", "multiply–adds", "activations", *(f"{t}\nwrong, %" for t in tasks))
    with canvas(1.0 + 0.42 * len(names)) as paper:
        places = paper.figure.subplots(1, 3 + len(tasks), sharey=True)
        ys = range(len(names))
        for column, values in enumerate(np.array(list(costs.values())).T):
            axes = places[column]
            axes.plot(values, ys, "o", color=SERIES[0], markersize=8)
            axes.set_xscale("log")
            axes.set_xlim(values.min() / 4, values.max() * 4000)
            axes.minorticks_off()
            for y, value in zip(ys, values, strict=True):
                text = _in_bytes(value) if column == 2 else _short(value, UNITS)
                _beside(axes, text, (value, y))
        for axes, task, colour, mark in zip(places[3:], tasks, SERIES[2:0:-1], "sD", strict=False):
            some = {name: e for name, (e, its) in errors.items() if its == task}
            axes.plot(
                list(some.values()),
                [names.index(n) for n in some],
                mark,
                color=colour,
                markersize=8,
            )
            axes.set_xlim(0, 1.9 * max(some.values()))
            for name, value in some.items():
                _beside(axes, f"{value:.1f}", (value, names.index(name)))
        for axes, title in zip(places, titles, strict=True):
            axes.set_title(title)
            axes.set_xticks([])
            axes.grid(axis="x", visible=False)
        places[0].set_yticks(ys, names)
        places[0].set_ylim(len(names) - 0.5, -0.5)
        paper.figure.tight_layout()
        return paper.finish(
            "The networks of the course. The first three scales are logarithmic. Each task has an "
            "axis of its own, because errors of different tasks cannot be compared.",
            "Columns of dots. "
            + " ".join(
                f"{name}: {_short(values[0], UNITS)} parameters, {_short(values[1], UNITS)} "
                f"multiply–adds, {_in_bytes(values[2])}"
                + (f", {errors[name][0]:.1f} % wrong" if name in errors else "")
                + "."
                for name, values in costs.items()
            ),
        )


UNITS = {1: "", 1e3: " K", 1e6: " M", 1e9: " G"}


def _beside(axes: Axes, text: str, place: tuple[float, float]) -> None:
    ground = {"facecolor": CARD, "edgecolor": "none", "pad": 1}  # no line runs through the words
    offset = {"textcoords": "offset points", "va": "center", "fontsize": 9.5}
    axes.annotate(text, place, (8, 0), bbox=ground, **offset)


def _short(value: float, units: Mapping[float, str]) -> str:
    size = max(unit for unit in units if unit <= max(value, 1))
    return f"{value / size:.3g}{units[size]}"


def _in_bytes(value: float) -> str:
    size, unit = (2**20, "MiB") if value >= 2**20 else (2**10, "KiB")
    return f"{value / size:.3g} {unit}"
