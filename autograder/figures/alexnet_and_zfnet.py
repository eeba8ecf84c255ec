"""The pictures of lesson 07: a contest won, two towers, steps that fit, and a recipe on trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from autograder.figures.filters import layer_maps, patches
from autograder.figures.looking_inside import covered as covered
from autograder.figures.looking_inside import projected as projected
from autograder.figures.looking_inside import shuffled_from_above as shuffled_from_above
from autograder.figures.matrices import Picture
from autograder.figures.raster import WIDTH, Raster, canvas, tiles
from autograder.figures.recipes import interval as interval
from autograder.figures.recipes import stairs as stairs
from autograder.figures.recipes import together as together
from autograder.figures.recipes import trial as trial
from autograder.figures.style import CARD, INK, KINDS, MARK, MUTED, POSITIVE, SERIES, mix
from autograder.figures.tables import Column, draw_table
from autograder.figures.waiting import once_written as once_written

Layers = Sequence[tuple[str, Mapping[str, Any]]]


def contest(winners: Mapping[int, tuple[str, float]], human: float, marked: int) -> Raster:
    """Draw the winners' errors year by year.

    Parameters
    ----------
    winners : mapping from year to (name, error in percent)
    human : float
        Error of a person, in percent.
    marked : int
        The year to point at.
    """
    with canvas(3.7) as paper:
        axes = paper.figure.subplots()
        years = list(winners)
        errors = [error for _, error in winners.values()]
        colours = [MARK if year == marked else POSITIVE for year in years]
        bars = axes.bar(years, errors, color=colours, width=0.66)
        axes.axhline(human, color=MUTED, linestyle=(0, (5, 3)), linewidth=1.5, zorder=0.5)
        for bar, error in zip(bars, errors, strict=True):
            inside = error < human  # above the bar the line would run through it
            axes.text(
                bar.get_x() + bar.get_width() / 2,
                error - 0.35 if inside else error + 0.35,
                f"{error:g}",
                ha="center",
                va="top" if inside else "bottom",
                color=CARD if inside else INK,
            )
        axes.text(years[-1] + 0.45, human + 0.5, f"one person: {human:g}", ha="right", color=MUTED)
        axes.set_xticks(years, [f"{year}\n{name}" for year, (name, _) in winners.items()])
        axes.tick_params(axis="x", length=0, labelcolor=INK, labelsize=9.5)
        axes.grid(axis="x", visible=False)
        axes.set(ylabel="top-5 error (%)", xlim=(years[0] - 0.55, years[-1] + 0.55))
        paper.figure.tight_layout()
        return paper.finish(
            "The winners of the ImageNet contest: how often the right one of 1,000 names was not "
            "among five guesses. Winners up to 2011 computed features that people had designed; "
            "from 2012 on the features are learned.",
            "Bars: " + "; ".join(f"{y} {n} {e:g} percent" for y, (n, e) in winners.items()) + ".",
        )


def row_name(row: tuple[str, Mapping[str, Any]]) -> str:
    """Write a row of a table of layers for people.

    Examples
    --------
    >>> row_name(("conv", {"filters": 8, "kernel": 5, "stride": 2, "pad": 1}))
    'conv 8 of 5×5, stride 2, pad 1'
    >>> row_name(("max_pool", {"size": 3, "stride": 2}))
    'max pool 3×3, stride 2'
    """
    kind, options = row
    name = kind.replace("_", " ").replace("local response norm", "normalization")
    if "kernel" in options:
        name += f" {options['filters']} of {_sides(options['kernel'])}"
    elif "size" in options:
        name += f" {_sides(options['size'])}"
    elif "units" in options:
        name += f" {options['units']}"
    for option, words in (("stride", "stride"), ("pad", "pad"), ("groups", "groups")):
        value = options.get(option, 0)
        if value not in (0, 1) or (option == "pad" and value):
            name += f", {value} groups" if option == "groups" else f", {words} {value}"
    return name


def _sides(value: Any) -> str:
    height, width = (value, value) if np.isscalar(value) else value
    return f"{height}×{width}"


IN_PLACE = ("relu", "dropout", "flatten")


def sheet(
    layers: Layers, columns: Mapping[str, Sequence[Any]], caption: str, everything: bool = False
) -> Picture:
    """Draw a table of layers with what was counted for its rows.

    Parameters
    ----------
    layers : list of (kind, options)
    columns : mapping from title to one value a row
        Shapes or numbers; zeros are left blank.
    caption : str
    everything : bool
        Show ReLU, dropout and flatten too.
    """
    kept = [i for i, (kind, _) in enumerate(layers) if everything or kind not in IN_PLACE]
    drawn = [Column("layer", [row_name(layers[i]) for i in kept], "input")]
    for title, values in columns.items():
        cells = [_cell(values[i]) for i in kept]
        drawn.append(Column(title, cells, "output"))
    return draw_table(drawn, caption)


def diff(tables: Mapping[str, Layers]) -> Picture:
    """Draw two tables of layers side by side, and mark the rows that differ.

    Parameters
    ----------
    tables : mapping from name to list of (kind, options)
        As many rows in each; ReLU, dropout and flatten are left out.
    """
    named = {
        name: [row_name(row) for row in layers if row[0] not in IN_PLACE]
        for name, layers in tables.items()
    }
    first, second = named.values()
    off = tuple(i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b)
    columns = [
        Column(name, rows, kind, wrong=off)
        for (name, rows), kind in zip(named.items(), ("input", "output"), strict=True)
    ]
    return draw_table(
        columns,
        f"{len(off)} of {len(first)} rows differ, marked red. ReLU, dropout and flatten are the "
        "same in both and not shown.",
    )


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return " × ".join(map(str, value))
    return f"{value:,}" if value else ""


def two_bars(layers: Layers, counts: Mapping[str, Sequence[int]]) -> Raster:
    """Draw how each of several counts is shared among a table's layers, one bar a count.

    Parameters
    ----------
    layers : list of (kind, options)
    counts : mapping from title to one number a row
    """
    with canvas(0.95 * len(counts) + 0.75) as paper:
        axes = paper.figure.add_axes((0.01, 0.02, 0.98, 0.98))
        shades = {"kernel": POSITIVE, "units": KINDS["filter"]}  # by the option that such a row has
        told = []
        for y, (title, numbers) in enumerate(counts.items()):
            total, left, number = sum(numbers), 0.0, 0
            axes.text(0, y - 0.43, f"{title}: {total:,}", va="bottom", weight="bold")
            for (_, options), share in zip(layers, numbers, strict=True):
                shade = next((shades[name] for name in shades if name in options), None)
                if shade is None:
                    continue
                number += 1
                wide = share / total
                axes.barh(y, wide, left=left, height=0.62, color=shade, edgecolor=CARD)
                if wide > 0.03:
                    axes.text(
                        left + wide / 2,
                        y,
                        str(number),
                        ha="center",
                        va="center",
                        color="white",
                        weight="bold",
                    )
                left += wide
            convs = sum(n for (_, o), n in zip(layers, numbers, strict=True) if "kernel" in o)
            told.append(f"{title}: {convs / total:.0%} in convolutions")
        axes.set(xlim=(-0.005, 1.005), ylim=(len(counts) - 0.05, -0.75))
        axes.set_axis_off()
        for x, option, words in ((0.0, "kernel", "convolutions"), (0.21, "units", "fully")):
            y = len(counts) - 0.42
            axes.add_patch(Rectangle((x, y), 0.018, 0.24, color=shades[option]))
            words = "fully connected layers" if words == "fully" else words
            axes.text(x + 0.026, y + 0.12, words, va="center")
        return paper.finish(
            "Where the parameters are and where the work is, layer by layer from 1 to "
            f"{number}: in opposite parts of the network.",
            "; ".join(told) + ".",
        )


def towers(layers: Layers, depth: int = 3) -> Raster:
    """Draw which maps each filter reads, one square a convolution.

    Parameters
    ----------
    layers : list of (kind, options)
    depth : int
        Of the image.
    """
    convs = [options for _, options in layers if "kernel" in options]
    with canvas(2.05) as paper:
        before = depth
        gap, side = 0.028, (1 - 4 * 0.028 - 0.05) / 5
        for i, options in enumerate(convs):
            axes = paper.figure.add_axes(
                (0.04 + i * (side + gap), 0.15, side, side * WIDTH / 2.05), aspect="auto"
            )
            groups = options.get("groups", 1)
            for g in range(groups):
                axes.add_patch(
                    Rectangle(
                        (g / groups, 1 - (g + 1) / groups), 1 / groups, 1 / groups,
                        color=mix(SERIES[g], 0.85) if groups > 1 else mix(POSITIVE, 0.45),
                    )
                )  # fmt: skip
            read = before // groups
            axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
            axes.spines[["top", "right"]].set_visible(True)
            axes.grid(visible=False)
            axes.set_title(f"conv {i + 1}: {options['filters']} filters", fontsize=9.5)
            axes.set_xlabel(f"each reads {read} of {before}", color=INK, fontsize=9.5)
            if i == 0:
                axes.set_ylabel("filters", labelpad=2)
            before = options["filters"]
        split = [i for i, options in enumerate(convs, 1) if options.get("groups", 1) > 1]
        return paper.finish(
            "Rows: the filters of a layer. Columns: the maps before it. Colored: what each "
            "filter reads. "
            + (
                f"In layers {', '.join(map(str, split))} each tower reads its own half, "
                "in the others all maps."
                if split
                else "Every filter reads all maps."
            ),
            f"Five squares; those of layers {split} show two blocks on the diagonal, the others "
            "are filled.",
        )


def last_steps(
    sizes: Sequence[int], kernel: int, stride: int, formula: bool = True, shown: int = 44
) -> Raster:
    """Draw where the last windows come to stand on rows of pixels of several lengths.

    Parameters
    ----------
    sizes : sequence of int
        Lengths of the rows.
    kernel, stride : int
    formula : bool
        Write down how the number of places comes about.
    shown : int
        So many pixels at the right end are drawn.
    """
    first = min(sizes) - shown
    levels = -(-(kernel + 1) // stride)  # so that windows on one level never touch
    row_height = 1.9 + 0.28 * levels
    with canvas(0.42 * row_height * len(sizes)) as paper:
        axes = paper.figure.add_axes((0.01, 0.01, 0.98, 0.98))
        told = []
        for row, size in enumerate(sizes):
            top = row_height * row
            over = (size - kernel) % stride
            for pixel in range(first, size):
                colour = mix(MARK, 0.6) if pixel >= size - over else mix(INK, 0.12)
                axes.add_patch(Rectangle((pixel, top), 1, 0.8, facecolor=colour, edgecolor=CARD))
            for place in range(-(-first // stride), (size - kernel) // stride + 1):
                wide = [place * stride + 0.15, place * stride + kernel - 0.15]
                level = [top + 1.0 + 0.28 * (place % levels)] * 2
                axes.plot(wide, level, color=POSITIVE, linewidth=4, solid_capstyle="butt")
            axes.text(first - 0.6, top + 0.42, f"{size}", ha="right", va="center", weight="bold")
            words = f"({size} − {kernel})/{stride} + 1 = {(size - kernel) / stride + 1:g}: "
            words = (words if formula else "") + (f"{over} left over" if over else "it fits")
            below = top + 1.15 + 0.28 * levels
            axes.text(first, below, words, va="center", color=MARK if over else INK)
            told.append(f"{size} pixels, {words}")
        axes.set(xlim=(first - 3.2, max(sizes) + 0.3), ylim=(row_height * len(sizes) - 0.4, -0.15))
        axes.set_axis_off()
        return paper.finish(
            f"The right end of a row of pixels, and the last windows of {kernel} with stride "
            f"{stride}. "
            "Red pixels lie under no window.",
            "Rows of pixels with windows: " + "; ".join(told) + ".",
        )


def folded(maps: Mapping[str, np.ndarray], caption: str) -> Raster:
    """Draw the same part of one map, kept at ever coarser steps, at the same size.

    Parameters
    ----------
    maps : mapping from title to (H, W) ndarray
    caption : str
    """
    limit = max(float(np.percentile(np.abs(one), 99)) for one in maps.values())
    with tiles(len(maps), (1, 1)) as (paper, axes):
        for place, (title, one) in zip(axes, maps.items(), strict=True):
            paper.image(place, one, title, limit=limit, signed=True)
        return paper.finish(caption, "The same map three times: " + "; ".join(maps) + ".")


def shares(series: Mapping[str, np.ndarray]) -> Raster:
    """Draw what share of each filter's map is lost, filters in order of it."""
    with canvas(2.9) as paper:
        axes = paper.figure.subplots()
        told = []
        for (name, values), dash in zip(series.items(), ("-", (0, (5, 3))), strict=False):
            axes.plot(np.sort(values), label=name, linestyle=dash)
            told.append(f"{name}: median {np.median(values):.1%}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set(xlabel="filters, sorted", ylabel="too fine for the stride", ylim=(-0.02, 1.02))
        axes.legend(loc="upper left")
        paper.figure.tight_layout()
        return paper.finish(
            "How much of each filter's response is too fine for the stride, and reappears as a "
            "false pattern. Filters are sorted.",
            "Two rising curves. " + "; ".join(told) + ".",
        )


def maps_of(picture: np.ndarray, maps: Mapping[str, np.ndarray]) -> Raster:
    """Draw the strongest maps of each layer for a photo; see `filters.layer_maps`."""
    return replace(
        layer_maps(picture, maps),
        caption="The photo and its three channels, then the strongest maps of each layer: outlines "
        "in the first, a few bright spots in the last.",
        alt=f"Rows of feature maps for {', '.join(maps)}: outlines at the top, bright spots below.",
    )


def favourites_of(rows: Mapping[str, Sequence[np.ndarray]]) -> Raster:
    """Draw the patches that excite each of several channels; see `filters.patches`."""
    return replace(
        patches(rows),
        caption="Each row: one channel, and the places in our photos to which it responds most, "
        "cut out as large as its receptive field. What do the patches of a row have in common?",
        alt="Rows of photo patches, a row for each channel: "
        + "; ".join(label.replace("\n", ", ") for label in rows)
        + ".",
    )
