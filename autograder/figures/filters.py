"""The pictures of lesson 02: filters, what they answer to, and what deeper layers answer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.raster import SIGNED, WIDTH, Canvas, Raster, canvas, tiles
from autograder.figures.style import LINE, MUTED, POSITIVE


def as_tile(weights: np.ndarray) -> np.ndarray:
    """Turn a filter for color pictures into a color picture: gray is 0.

    Parameters
    ----------
    weights : (3, KH, KW) ndarray

    Returns
    -------
    (KH, KW, 3) uint8 ndarray
    """
    tile = np.moveaxis(weights, 0, -1)
    return np.round(127.5 + 127.5 * tile / np.abs(tile).max()).astype(np.uint8)


def oriented_cell(
    cell: np.ndarray, bars: Mapping[int, np.ndarray], answers: Sequence[float], learned: np.ndarray
) -> Raster:
    """Draw a cell's receptive field, its answers to turned bars, and filters that were learned.

    Parameters
    ----------
    cell : (S, S) ndarray
    bars : mapping from degrees to (S, S) ndarray
    answers : sequence of float
        One for each bar.
    learned : (8, 3, KH, KW) ndarray
    """
    with canvas(3.5) as paper:
        left, right = paper.figure.subfigures(
            1, 2, squeeze=False, width_ratios=[1.75, 1], wspace=0.02
        )[0]
        rows = left.add_gridspec(
            2, len(bars), height_ratios=[1, 3.2], left=0.12, right=0.98, bottom=0.16, top=0.98
        )
        for i, bar in enumerate(bars.values()):
            axes = left.add_subplot(rows[0, i])
            axes.imshow(bar, vmin=0, vmax=1)
            axes.set_axis_off()
        tuning = left.add_subplot(rows[1, :])
        tuning.plot(list(bars), answers, marker="o", color=POSITIVE)
        tuning.set(xlabel="direction of the bar (degrees)", ylabel="response of the cell")
        tuning.set_xticks(list(bars))
        tuning.set_xlim(min(bars) - 7, max(bars) + 7)
        paper.image(
            right.add_axes((0.33, 0.53, 0.36, 0.36)), cell, "the cell's filter", signed=True
        )
        for i, weights in enumerate(learned):
            box = (0.03 + 0.245 * (i % 4), 0.205 - 0.205 * (i // 4), 0.225, 0.19)
            paper.image(right.add_axes(box), as_tile(weights))
        right.text(0.51, 0.425, "eight that AlexNet learned", ha="center")
        best = list(bars)[int(np.argmax(answers))]
        return paper.finish(
            f"Left: the cell responds most to a bar at {best}°, and less the more a bar is turned. "
            "Right: its filter, blue where light excites the cell and orange where light inhibits "
            "it; below, filters that AlexNet learned from photos.",
            f"A tuning curve that peaks at {best} degrees, the striped filter behind it, and "
            "eight striped filters learned by AlexNet, each with its own direction.",
        )


def one_window(patch: np.ndarray, kernel: np.ndarray) -> Picture:
    """Draw the arithmetic of a single window: patch, filter, products, and their sum."""
    products = patch * kernel
    return draw_panels(
        [
            Panel("patch", patch),
            Panel("filter", kernel, "filter", before="×"),
            Panel("products", products, "output", before="="),
            Panel("their sum", products.sum(), "output", before="→"),
        ],
        "One window: multiply number by number, then add everything up. Blue is above zero, "
        "orange below, and deeper means larger.",
        "A patch of a picture times a filter, number by number, and the sum of the products.",
    )


def wrapped_differences(wrong: np.ndarray, right: np.ndarray) -> Raster:
    """Compare differences of neighbors computed in uint8 and in float."""
    with tiles(2, wrong.shape) as (paper, (first, second)):
        paper.image(first, wrong, "computed in uint8")
        paper.image(second, right, "computed in float", limit=60)
        return paper.finish(
            "Each pixel minus its left neighbor. In uint8 every small step down has become a huge "
            "step up: white where it should be faintly orange.",
            "Left, a picture of black and white noise. Right, the calm outlines of a cat.",
        )


def filtered(
    picture: np.ndarray,
    kernels: Mapping[str, np.ndarray],
    maps: Mapping[str, np.ndarray],
    alt: str,
) -> Raster:
    """Draw a picture and what each filter makes of it, with the filter in the map's corner.

    Parameters
    ----------
    picture : (H, W) or (H, W, 3) ndarray
    kernels : mapping from name to (KH, KW) or (3, KH, KW) ndarray
    maps : mapping from the same names to (H', W') ndarray
    alt : str
        Says in words what is to be seen.
    """
    with tiles(len(maps) + 1, picture.shape) as (paper, axes):
        paper.image(axes[0], picture, "the picture")
        for place, (name, answers) in zip(axes[1:], maps.items(), strict=True):
            # A few extreme pixels would leave the rest pale.
            paper.image(place, answers, name, limit=float(np.percentile(np.abs(answers), 99.5)))
            _inset(paper, place, kernels[name])
        return paper.finish(
            "In the corner of each map, the filter that made it. Blue: the window looks like the "
            "filter. Orange: like its negative. Pale: neither.",
            alt,
        )


def _inset(paper: Canvas, place: Axes, kernel: np.ndarray) -> None:
    corner = place.inset_axes((0.02, 0.72, 0.26, 0.26), anchor="NW")
    if kernel.ndim == 3:
        paper.image(corner, as_tile(kernel))
    else:
        paper.image(corner, kernel, limit=1.6 * float(np.abs(kernel).max()), signed=True)
    corner.set_axis_on()
    corner.set(xticks=[], yticks=[])
    for spine in corner.spines.values():
        spine.set(visible=True, color=MUTED, linewidth=1.2)


def learned_both_ways(true: np.ndarray, correlating: np.ndarray, convolving: np.ndarray) -> Picture:
    """Draw the kernel that made the data, and what two layers learned from that data."""
    return draw_panels(
        [
            Panel("made the data", true, "expected"),
            Panel("learned, correlating", correlating.round(3), "filter"),
            Panel("learned, convolving", convolving.round(3), "filter"),
        ],
        "The same data, two layers. The second learned the first one's kernel turned by half a "
        "turn, and makes the same pictures with it.",
        "Three kernels: the true one, the same one learned, and the one learned by the "
        "convolving layer, which is the true one rotated by 180 degrees.",
    )


def colour_filter(picture: np.ndarray, weights: np.ndarray, answers: np.ndarray) -> Raster:
    """Draw a color filter as its three slices, and the one map it makes."""
    wide = 3.35  # inches, for the picture and for the map
    tall = wide * picture.shape[0] / picture.shape[1]
    height = tall + 0.3
    with canvas(height) as paper:
        place = paper.figure.add_axes
        paper.image(place((0, 0, wide / WIDTH, tall / height)), picture, "picture: 3 deep")
        right = (1 - wide / WIDTH, 0, wide / WIDTH, tall / height)
        paper.image(place(right), answers, "feature map: 1 deep")
        limit = 1.2 * float(np.abs(weights).max())
        side = 0.31 * tall
        for i, (name, channel) in enumerate(zip(("red", "green", "blue"), weights, strict=True)):
            below = tall - side - 0.345 * tall * i
            axes = place((0.49, below / height, side / WIDTH, side / height))
            paper.image(axes, channel, limit=limit, signed=True)
            axes.text(-0.15, 0.5, name, ha="right", va="center", transform=axes.transAxes)
        paper.figure.text(0.5, (tall + 0.08) / height, "filter: 3 deep", ha="center")
        return paper.finish(
            "One filter has a slice for each channel. It responds where the red, green and blue "
            "under it match the three slices together.",
            "A cat, the three slices of one filter of AlexNet, and the single map it makes.",
        )


def first_layer(weights: np.ndarray, columns: int = 16) -> Raster:
    """Draw a first layer's filters as color tiles, each with its number."""
    rows = -(-len(weights) // columns)
    wide, label = WIDTH / columns, 0.2  # inches
    tall = wide + label
    with canvas(rows * tall) as paper:
        for i, filter_weights in enumerate(weights):
            left, below = i % columns / columns, 1 - (i // columns + 1) / rows
            box = (left, below, 0.93 / columns, 0.93 * wide / tall / rows)
            paper.image(paper.figure.add_axes(box), as_tile(filter_weights))
            above = below + 0.95 * wide / tall / rows
            paper.figure.text(left + 0.465 / columns, above, str(i), ha="center", fontsize=9)
        return paper.finish(
            f"All {len(weights)} filters of AlexNet's first layer with their numbers, learned from "
            "1.2 million photos. Striped filters respond to edges and gratings of one direction "
            "and one width; the others respond to colors.",
            f"{len(weights)} small numbered tiles: black-and-white stripes in many directions, and "
            "soft blobs of pink, green, blue and orange.",
        )


def parameter_bars(counts: Mapping[str, int]) -> Raster:
    """Compare counts as points on a logarithmic axis, each with its number."""
    with canvas(0.62 * len(counts) + 0.7) as paper:
        axes = paper.figure.subplots()
        axes.semilogx(list(counts.values()), list(counts), "o", color=POSITIVE, markersize=11)
        for name, count in counts.items():
            axes.annotate(f"{count:,}", (count, name), (11, -4), textcoords="offset points")
        lowest, highest = min(counts.values()), max(counts.values())
        axes.set_xlim(lowest / 3, 60 * highest)
        powers = range(int(np.ceil(np.log10(lowest))), int(np.log10(60 * highest)) + 1)
        axes.set_xticks([10.0**power for power in powers])
        axes.set_ylim(-0.6, len(counts) - 0.4)
        axes.minorticks_off()
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("parameters (each line: ten times as many)")
        paper.figure.tight_layout()
        return paper.finish(
            "The parameters of two layers with outputs of the same size, on a logarithmic axis.",
            "Points on a logarithmic axis: "
            + "; ".join(f"{name}: {count:,}" for name, count in counts.items())
            + ".",
        )


def wiring(matrix: np.ndarray, image_shape: tuple[int, int]) -> Raster:
    """Draw a filter's matrix, the kernel's numbers in their colors and zeros left blank."""
    with canvas(4.4) as paper:
        axes = paper.figure.subplots()
        limit = (
            1.6 * float(np.abs(matrix).max()) or 1.0
        )  # full color is so dark that it hides signs
        axes.imshow(matrix, cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
        axes.set_xticks(np.arange(0, matrix.shape[1], image_shape[1]) - 0.5, labels=[])
        axes.grid(axis="x", color=LINE)
        axes.grid(axis="y", visible=False)
        axes.set(
            xlabel="pixels of the picture, row after row (a line where a picture row begins)",
            ylabel="outputs, in reading order",
            yticks=[],
        )
        paper.figure.tight_layout()
        share = np.count_nonzero(matrix) / matrix.size
        return paper.finish(
            f"Of {matrix.size:,} weights {share:.1%} are not zero, and every row holds the same "
            "few numbers (blue above zero, orange below): sparse, and tied.",
            "A matrix, blank but for short blue and orange dashes that step down along diagonals.",
        )


def layer_maps(picture: np.ndarray, maps: Mapping[str, np.ndarray], columns: int = 7) -> Raster:
    """Draw the strongest maps of each layer, one row a layer.

    Parameters
    ----------
    picture : (H, W, 3) uint8 ndarray
    maps : mapping from layer to (C, H', W') ndarray
        Not negative. The `columns` channels with the largest answers are drawn.
    """
    side = WIDTH / (columns + 1.25)
    rows = {"photo": np.moveaxis(picture, -1, 0).astype(float), **maps}
    with canvas(len(rows) * (side + 0.06)) as paper:
        axes = paper.figure.subplots(
            len(rows),
            columns + 1,
            width_ratios=[1.25, *[1] * columns],
            gridspec_kw={"wspace": 0.05, "hspace": 0.06, "left": 0, "right": 1},
        )
        paper.figure.subplots_adjust(top=1, bottom=0)
        for row, (name, answers) in zip(axes, rows.items(), strict=True):
            for place in row:
                place.set_axis_off()
            depth, height, width = answers.shape
            about = f"{depth} maps of\n{height}×{width}"
            if name in maps:
                about += f"\n{np.count_nonzero(answers) / answers.size:.0%} above 0"
            label = row[0].transAxes
            row[0].text(0, 0.75, name, fontsize=12, weight="bold", transform=label)
            row[0].text(0, 0.66, about, color=MUTED, fontsize=9.5, transform=label, va="top")
            if name == "photo":
                paper.image(row[1], picture)
                order = range(depth)
            else:
                order = np.argsort(answers.max(axis=(1, 2)), kind="stable")[::-1]
            for place, channel in zip(row[1 + (name == "photo") :], order, strict=False):
                paper.image(place, answers[channel])
        return paper.finish(
            "First the photo and its three channels, then the strongest maps of each layer; bright "
            "means a strong response, and each map has its own scale. The maps get coarser, and "
            "after layer 1 fewer of their numbers are above 0.",
            f"Rows of feature maps for {', '.join(maps)}: detailed outlines of a cat's face at the "
            "top, a few bright spots on its eyes and nose at the bottom.",
        )


def strongest_places(
    answers: Sequence[np.ndarray], count: int, apart: int
) -> list[tuple[int, int, int]]:
    """Find where one channel answers most in several pictures.

    Parameters
    ----------
    answers : sequence of (H', W') ndarray
        The channel's map of each picture.
    count : int
        How many places.
    apart : int
        Places of a picture lie more than this many cells apart.

    Returns
    -------
    list of (picture, row, column)
        Strongest first.

    Examples
    --------
    >>> strongest_places([np.array([[0.0, 5.0], [9.0, 0.0]]), np.array([[7.0]])], 2, apart=1)
    [(0, 1, 0), (1, 0, 0)]
    """
    left = [channel.astype(float) for channel in answers]
    found = []
    for _ in range(count):
        picture = int(np.argmax([channel.max() for channel in left]))
        row, column = divmod(int(left[picture].argmax()), left[picture].shape[1])
        found.append((picture, row, column))
        rows = slice(max(row - apart, 0), row + apart + 1)
        columns = slice(max(column - apart, 0), column + apart + 1)
        left[picture][rows, columns] = -np.inf
    return found


def patches(rows: Mapping[str, Sequence[np.ndarray]]) -> Raster:
    """Draw what excites each of several channels: one row a channel, one patch a place.

    Parameters
    ----------
    rows : mapping from label to sequence of (S, S, 3) uint8 ndarray
    """
    columns = max(map(len, rows.values()))
    side = WIDTH / (columns + 1.3)
    with canvas(len(rows) * (side + 0.06)) as paper:
        axes = paper.figure.subplots(
            len(rows),
            columns + 1,
            squeeze=False,
            width_ratios=[1.3, *[1] * columns],
            gridspec_kw={"wspace": 0.05, "hspace": 0.06, "left": 0, "right": 1},
        )
        paper.figure.subplots_adjust(top=1, bottom=0)
        for row, (label, shown) in zip(axes, rows.items(), strict=True):
            for place in row:
                place.set_axis_off()
            row[0].text(0, 0.5, label, va="center", transform=row[0].transAxes)
            for place, patch in zip(row[1:], shown, strict=False):
                paper.image(place, patch)
        return paper.finish(
            "Each row: one channel, and the six places in our five photos to which it responds "
            "most, cut out as large as its receptive field.",
            "Rows of six photo patches, from small edges at the top to large parts of things at "
            "the bottom: " + "; ".join(label.replace("\n", " ") for label in rows) + ".",
        )
