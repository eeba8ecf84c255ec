"""The pictures of lesson 09: a way around the layers, convolutions taken apart, photos named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from autograder.figures.raster import SIGNED, WIDTH, Canvas, Raster, canvas
from autograder.figures.style import INK, KINDS, MARK, MUTED, SERIES, mix

BOX: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=0.12"}


def detour(inside: Sequence[str]) -> Raster:
    """Draw a residual block: its layers in a row, and the way around them.

    Parameters
    ----------
    inside : sequence of str
        The names of the layers of the body.
    """
    with canvas(2.1) as paper:
        axes = paper.figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 10), ylim=(0, 2.44))
        axes.set_axis_off()
        edges = np.linspace(1.6, 7.4, len(inside) + 1)
        for name, left, right in zip(inside, edges, edges[1:], strict=False):
            _box(axes, left + 0.08, right - 0.08, 0.55, name)
        for left, right in ((0.75, 1.62), (7.38, 8.22), (8.68, 9.3)):
            _arrow(axes, (left, 0.95), (right, 0.95), INK)
        axes.plot([1.1, 1.1, 8.45, 8.45], [0.95, 1.75, 1.75, 1.4], color=MARK, linewidth=1.8)
        _arrow(axes, (8.45, 1.45), (8.45, 1.16), MARK)
        axes.text(4.5, 1.98, "the shortcut: x itself", ha="center", va="center", color=MARK)
        axes.text(4.5, 0.24, "the body", ha="center", va="center", color=MUTED)
        axes.text(8.45, 0.95, "+", ha="center", va="center", fontsize=20, color=MARK)
        for place, name in ((0.55, "x"), (9.6, "y")):
            axes.text(place, 0.95, name, ha="center", va="center", fontsize=15, style="italic")
        return paper.finish(
            "A residual block. The body only has to find what is to be changed about x: if nothing "
            "is, it can give zeros.",
            f"Boxes in a row, {', '.join(inside)}, from x to a sum y; an arrow goes from x around "
            "the boxes straight to the sum.",
        )


def _box(axes: Axes, left: float, right: float, bottom: float, name: str) -> None:
    look: dict[str, Any] = {"facecolor": mix(KINDS["filter"], 0.18), "edgecolor": KINDS["filter"]}
    shape = FancyBboxPatch((left, bottom), right - left, 0.8, linewidth=1.4, **look, **BOX)
    axes.add_patch(shape)
    axes.text((left + right) / 2, bottom + 0.4, name, ha="center", va="center", fontsize=10)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    look = {"arrowstyle": "-|>", "mutation_scale": 14, "linewidth": 1.8}
    axes.add_patch(FancyArrowPatch(start, end, color=color, shrinkA=0, shrinkB=0, **look))


def against_depth(
    depths: Sequence[int], series: Mapping[str, Sequence[float]], label: str, caption: str
) -> Raster:
    """Draw a quantity against the depth of the network, a line for each kind of network.

    Parameters
    ----------
    depths : sequence of int
        Convolutions behind the first one.
    series : mapping from name to sequence of float
    label : str
        Of the vertical axis, which begins at 0.
    caption : str
    """
    with canvas(2.9) as paper:
        axes = paper.figure.subplots()
        for (name, values), color, mark in zip(series.items(), SERIES, "os^", strict=False):
            axes.plot(depths, values, color=color, marker=mark, markersize=7, label=name)
            axes.annotate(
                name,
                (depths[-1], values[-1]),
                (8, 0),
                textcoords="offset points",
                va="center",
                color=color,
            )
        axes.set(xlabel="layers behind the first", ylabel=label, xticks=depths, ylim=(0, None))
        axes.set_xlim(depths[0] - 1, depths[-1] + 0.22 * (depths[-1] - depths[0]))
        paper.figure.tight_layout()
        said = "; ".join(
            f"{name}: {', '.join(f'{value:.3g}' for value in values)}"
            for name, values in series.items()
        )
        return paper.finish(caption, f"{label} with {', '.join(map(str, depths))} layers. {said}.")


def named(photos: Sequence[np.ndarray], answers: Sequence[Sequence[tuple[str, float]]]) -> Raster:
    """Show photos with the likeliest names beside each, and their shares as bars.

    Parameters
    ----------
    photos : sequence of (H, W, 3) uint8 ndarray
    answers : sequence of sequences of (str, float)
        For each photo, the likeliest first.
    """
    side, gap = 1.5, 0.14  # inches
    high = len(photos) * (side + gap)
    with canvas(high) as paper:
        for row, (photo, answer) in enumerate(zip(photos, answers, strict=True)):
            bottom = high - (row + 1) * (side + gap) + gap / 2
            paper.image(_axes(paper, (0.05, bottom, side, side), high), photo)
            bars = _axes(paper, (side + 2.3, bottom + 0.05, WIDTH - side - 3.0, side - 0.1), high)
            _bars(bars, answer)
        best = ", ".join(answer[0][0] for answer in answers)
        return paper.finish(
            "What the network calls each photo. The shares of all 1,000 names sum to 1.",
            f"Photos with their likeliest names, from the top: {best}.",
        )


def _bars(axes: Axes, answer: Sequence[tuple[str, float]]) -> None:
    places = np.arange(len(answer))
    shares = [float(share) for _, share in answer]
    axes.barh(places, shares, color=[SERIES[0]] + [mix(SERIES[0], 0.45)] * (len(answer) - 1))
    for place, share in zip(places, shares, strict=True):
        said = f"{share:.2f}" if share >= 0.005 else "<0.01"
        axes.text(share + 0.01, float(place), said, va="center", fontsize=9.5, color=INK)
    axes.set(yticks=places, yticklabels=[name for name, _ in answer], xlim=(0, 1), xticks=[])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.spines[["bottom", "left"]].set_visible(False)


def looked(photo: np.ndarray, maps: Mapping[str, np.ndarray]) -> Raster:
    """Lay class maps over a photo, one beside another.

    Parameters
    ----------
    photo : (H, W, 3) uint8 ndarray
    maps : mapping from name to (h, w) ndarray
        Blue where a number speaks for the class, orange where it speaks against it. All share
        one scale.
    """
    limit = max(float(np.abs(seen).max()) for seen in maps.values())
    wide = (WIDTH - 0.1 * len(maps)) / (len(maps) + 1)
    high = wide * photo.shape[0] / photo.shape[1] + 0.35
    with canvas(high) as paper:
        places = [(i * (wide + 0.1), 0.02, wide, high - 0.35) for i in range(len(maps) + 1)]
        paper.image(_axes(paper, places[0], high), photo, "the photo")
        for (name, seen), place in zip(maps.items(), places[1:], strict=True):
            axes = _axes(paper, place, high)
            gray = photo.mean(axis=2)
            axes.imshow(gray, cmap="gray", vmin=-120, vmax=300)
            extent = (-0.5, photo.shape[1] - 0.5, photo.shape[0] - 0.5, -0.5)
            axes.imshow(
                seen,
                cmap=SIGNED,
                vmin=-limit,
                vmax=limit,
                alpha=0.55,
                extent=extent,
                interpolation="bicubic",
            )
            axes.set_axis_off()
            axes.set_title(name, color=INK)
        return paper.finish(
            "Blue: what speaks for the name above the picture. Orange: what speaks against it.",
            f"Class maps over a photo: {', '.join(maps)}.",
        )


def _axes(paper: Canvas, box: tuple[float, float, float, float], high: float) -> Axes:
    """Axes at a place in inches from the lower left."""
    left, bottom, wide, tall = box
    return paper.figure.add_axes((left / WIDTH, bottom / high, wide / WIDTH, tall / high))
