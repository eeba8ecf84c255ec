"""The pictures of lesson 05: slopes that travel back, filters that learn, memory that fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.raster import SIGNED, Raster, canvas
from autograder.figures.sliding import film
from autograder.figures.style import CARD, INK, KINDS, MARK, MUTED, NEGATIVE, POSITIVE, SERIES
from autograder.figures.tables import Column, draw_table

DASHES = ("-", (0, (5, 3)), ":")
WORDS = {
    "activations": "activations",
    "gradients": "their gradients",
    "parameters": "parameters",
    "parameter_gradients": "their gradients",
    "optimizer": "velocities",
    "total": "in all",
}
"""The rows of what training keeps, as `training_memory` names them and as a reader would."""


def one_step(kernel: np.ndarray, slopes: np.ndarray, stepped: np.ndarray) -> Raster:
    """Draw a kernel, the slope of the error along each of its numbers, and a step downhill."""
    return _kernels(
        {"kernel": kernel, "slopes": slopes, "after a step": stepped},
        {"kernel": "filter", "slopes": "gradient", "after a step": "filter"},
        "Where the slope is negative (orange), more of that weight means less error. The step goes "
        "against the slope.",
    )


def found(kernels: Mapping[str, np.ndarray], wanted: np.ndarray, caption: str) -> Raster:
    """Draw a kernel at several moments of its learning, and the one it looks for.

    Parameters
    ----------
    kernels : mapping from moment to (KH, KW) ndarray
    wanted : (KH, KW) ndarray
    caption : str
    """
    kinds = {**dict.fromkeys(kernels, "filter"), "the one sought": "expected"}
    return _kernels({**kernels, "the one sought": wanted}, kinds, caption)


def _kernels(kernels: Mapping[str, np.ndarray], kinds: Mapping[str, str], caption: str) -> Raster:
    """A row of small kernels with their numbers, each colored on its own scale."""
    side, gap, title = 1.5, 0.2, 0.34  # inches
    width = len(kernels) * (side + gap) - gap
    told = []
    with canvas(side + title, width) as paper:
        for i, (name, values) in enumerate(kernels.items()):
            box = (i * (side + gap) / width, 0.01, side / width, side / (side + title) - 0.02)
            axes = paper.figure.add_axes(box)
            # Pale enough for dark numbers on the strongest color.
            paper.image(axes, values, limit=2.6 * float(np.abs(values).max()), signed=True)
            axes.set_title(name, color=KINDS[kinds[name]], weight="bold")
            numbers = np.vectorize(_short)(values)
            for (row, column), number in np.ndenumerate(numbers):
                axes.text(column, row, number, ha="center", va="center", fontsize=10.5)
            told.append(f"{name}: " + "; ".join(" ".join(row) for row in numbers) + ".")
        return paper.finish(caption, "Kernels, row by row. " + " ".join(told))


def _short(number: float) -> str:
    """Two digits after the point at most."""
    return f"{round(number, 2) + 0:g}".replace("-", "\N{MINUS SIGN}")


def nudges(steps: Sequence[float], errors: Mapping[str, Sequence[float]]) -> Raster:
    """Draw how wrong measured slopes are against the size of the nudge, both in powers of ten.

    Parameters
    ----------
    steps : sequence of float
    errors : mapping from name to sequence of float
        One for each step; an error of 0 is not drawn.
    """
    with canvas(3.3, width=7.4) as paper:
        axes = paper.figure.subplots()
        for (name, values), dash in zip(errors.items(), DASHES, strict=False):
            axes.loglog(steps, values, marker="o", markersize=4, linestyle=dash, label=name)
        axes.set(xlabel="size of the nudge h", ylabel="error of the slope")
        axes.minorticks_off()
        axes.legend()
        paper.figure.tight_layout()
        best = {name: steps[int(np.argmin(values))] for name, values in errors.items()}
        return paper.finish(
            "From right to left: a smaller nudge is a better one, until the difference drowns in "
            "rounding.",
            "Two curves shaped like a V. "
            + " ".join(f"{name}: lowest at h = {step:.0e}." for name, step in best.items()),
        )


def handed_back(image: np.ndarray, kernel: np.ndarray, grad: np.ndarray) -> Picture:
    """Play the way back through one filter: what each slope adds to picture, filter and bias.

    Parameters
    ----------
    image : (H, W) ndarray
    kernel : (KH, KW) ndarray
    grad : (H - KH + 1, W - KW + 1) ndarray
        The slopes that come in, one for each number of the feature map.
    """
    height, width = kernel.shape
    to_image, to_kernel = np.zeros_like(image), np.zeros_like(kernel)
    frames = []
    for i, (row, column) in enumerate(np.ndindex(grad.shape), 1):
        slope, here = grad[row, column], np.s_[row : row + height, column : column + width]
        to_image[here] += slope * kernel
        to_kernel += slope * image[here]
        window = (row, column, height, width)
        panels = [
            Panel("slopes in", grad, "gradient", ring=((row, column),)),
            Panel("picture", image, window=window),
            Panel("filter", kernel, "filter"),
            Panel("to the picture", to_image.copy(), "gradient", window=window, before="→"),
            Panel("to the filter", to_kernel.copy(), "gradient"),
            Panel("to the bias", grad.ravel()[:i].sum(), "gradient"),
        ]
        frames.append(
            draw_panels(
                panels,
                "Each slope gives the picture's window the filter, gives the filter the window, "
                "and gives the bias itself: each times the slope, and all added up.",
            )
        )
    return film(frames)


def stamped(grad: np.ndarray, kernel: np.ndarray, pixels: np.ndarray, caption: str) -> Picture:
    """Draw slopes, the filter that they come back through, and what the picture gets.

    Parameters
    ----------
    grad : (H', W') ndarray
    kernel : (KH, KW) ndarray
    pixels : (H, W) ndarray
        What a way back makes of the two.
    caption : str
    """
    panels = [
        Panel("slopes in", grad, "gradient"),
        Panel("filter", kernel, "filter"),
        Panel("to the picture", pixels, "gradient", before="→"),
    ]
    return draw_panels(panels, caption)


def there_and_back(stages: Mapping[str, tuple[np.ndarray, np.ndarray]], label: int) -> Raster:
    """Draw what each layer holds on the way forward, and the slope of the loss along all of it.

    Parameters
    ----------
    stages : mapping from name to (values, slopes)
        Of one image, in order: (C, H, W) each, and (K,) for the scores, which come last.
    label : int
        What the image shows.
    """
    with canvas(4.0) as paper:
        grid = paper.figure.add_gridspec(
            2, len(stages), left=0.065, right=0.985, top=0.9, bottom=0.06, wspace=0.25, hspace=0.14
        )
        for column, (name, pair) in enumerate(stages.items()):
            for row, values in enumerate(pair):
                axes = paper.figure.add_subplot(grid[row, column])
                if values.ndim == 1:
                    _bars(axes, values, label)
                else:
                    _mosaic(axes, values, signed=bool(row) or name != "image")
                if row == 0:
                    shape = "×".join(map(str, pair[0].shape))
                    axes.set_title(f"{name}\n{shape}", fontsize=10)
        for row, word in ((0, "forward →"), (1, "← back")):
            paper.figure.text(
                0.018,
                0.7 - 0.47 * row,
                word,
                rotation=90,
                va="center",
                weight="bold",
                color=KINDS["gradient"] if row else KINDS["output"],
            )
        return paper.finish(
            "Top, from left to right: what each layer makes of the digit. Bottom, from right to "
            "left: the slope of the loss along every one of those numbers; blue: more of it would "
            "raise the loss, orange: lower it.",
            "Two rows of pictures for "
            + ", ".join(stages)
            + ". Above, a digit becomes maps and scores. Below, the slopes become sparse at "
            "pooling and ReLU, and arrive at the pixels as a colored pattern.",
        )


def _mosaic(axes: Axes, volume: np.ndarray, signed: bool) -> None:
    depth, height, width = volume.shape
    across = int(np.ceil(np.sqrt(depth)))
    down = -(-depth // across)
    gap = 1 if depth > 1 else 0
    sheet = np.full((down * (height + gap) - gap, across * (width + gap) - gap), np.nan)
    for i, channel in enumerate(volume):
        top, left = i // across * (height + gap), i % across * (width + gap)
        sheet[top : top + height, left : left + width] = channel
    limit = float(np.abs(volume).max()) or 1.0
    axes.imshow(sheet, cmap=SIGNED if signed else "gray", vmin=-limit if signed else 0, vmax=limit)
    axes.grid(visible=False)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=MUTED, linewidth=0.8)


def _bars(axes: Axes, values: np.ndarray, label: int) -> None:
    colours = [POSITIVE if value > 0 else NEGATIVE for value in values]
    axes.barh(range(len(values)), values, color=colours, height=0.72)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_yticks(range(len(values)))
    axes.get_yticklabels()[label].set(color=MARK, weight="bold")
    axes.invert_yaxis()
    axes.locator_params(axis="x", nbins=3)
    axes.tick_params(labelsize=8.5)
    axes.grid(axis="y", visible=False)
    axes.set_box_aspect(1)


def ravine(
    sides: tuple[np.ndarray, np.ndarray], errors: np.ndarray, paths: Mapping[str, np.ndarray]
) -> Raster:
    """Draw the error of a filter of two weights as a landscape, and walks down into it.

    Parameters
    ----------
    sides : ((A,), (B,)) ndarrays
        First and second weight along the axes.
    errors : (B, A) ndarray
        Above 0.
    paths : mapping from name to (T, 2) ndarray
    """
    with canvas(4.0) as paper:
        places = paper.figure.subplots(1, len(paths), sharey=True)
        levels = np.quantile(errors, np.linspace(0, 1, 14) ** 2)
        for axes, (name, path), colour in zip(places, paths.items(), SERIES, strict=False):
            axes.contour(*sides, errors, levels=np.unique(levels), colors=MUTED, linewidths=0.8)
            axes.plot(*path.T, color=colour, marker="o", markersize=4, linewidth=1.4)
            axes.plot(*path[0], "s", color=INK, markersize=7)
            lowest = np.unravel_index(errors.argmin(), errors.shape)
            bottom = (sides[0][lowest[1]], sides[1][lowest[0]])
            axes.plot(*bottom, "*", color=MARK, markersize=15, markeredgecolor=CARD)
            axes.set_title(f"{name}, {len(path) - 1} steps")
            axes.set(xlabel="first weight", aspect="equal")
            axes.grid(visible=False)
        places[0].set_ylabel("second weight")
        paper.figure.tight_layout()
        return paper.finish(
            "Lines of equal error around the lowest point, the star. Both walks start at the "
            "square and take as many steps, each by the same rate.",
            "Two contour maps of a long diagonal valley. "
            + " ".join(
                f"{name}: ends at {path[-1][0]:.2f}, {path[-1][1]:.2f}."
                for name, path in paths.items()
            ),
        )


def staircase(runs: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Raster:
    """Draw the error of several runs, epoch by epoch, and below it the learning rate.

    Parameters
    ----------
    runs : mapping from name to (errors, rates)
        One of each an epoch.
    """
    with canvas(4.6) as paper:
        above, below = paper.figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        told = []
        for (name, (errors, rates)), dash in zip(runs.items(), (DASHES[1], "-", ":"), strict=False):
            epochs = np.arange(1, len(errors) + 1)
            above.semilogy(epochs, errors, linestyle=dash, label=name)
            below.semilogy(epochs, rates, linestyle=dash)
            told.append(
                f"{name}: the rate goes from {rates[0]:.2g} to {rates[-1]:.2g}, the error ends at "
                f"{errors[-1]:.1e}."
            )
        above.set(ylabel="error on clean pictures")
        below.set(xlabel="epochs", ylabel="rate")
        above.legend(ncols=3, loc="upper right")
        paper.figure.align_ylabels()
        paper.figure.tight_layout()
        return paper.finish(
            "Large steps come down fast and then jump about; small ones creep. The rule has the "
            "best of both.",
            "Three curves on a logarithmic axis. " + " ".join(told),
        )


def in_bytes(count: float) -> str:
    """Write a number of bytes for people.

    Examples
    --------
    >>> in_bytes(553_430_176)
    '528 MiB'
    """
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:.0f} B"


def memory_table(memories: Mapping[str, Mapping[str, int]], caption: str) -> Picture:
    """Draw what training keeps, one column a case.

    Parameters
    ----------
    memories : mapping from title to dict of bytes
        The dicts as `training_memory` makes them.
    caption : str
    """
    columns = [Column("what is kept", list(WORDS.values()), "input")]
    for title, memory in memories.items():
        columns.append(Column(title, [in_bytes(memory[part]) for part in WORDS], "output"))
    return draw_table(columns, caption)


def memory_growth(
    batches: Sequence[int], memories: Sequence[Mapping[str, int]], levels: Mapping[str, int]
) -> Raster:
    """Draw what training keeps against the size of the batch, part upon part.

    Parameters
    ----------
    batches : sequence of int
    memories : sequence of dict of bytes
        One for each batch.
    levels : mapping from name to bytes
        Heights to compare with.
    """
    parts = {
        "parameters, their gradients, velocities": (
            "parameters",
            "parameter_gradients",
            "optimizer",
        ),
        "activations": ("activations",),
        "gradients of the activations": ("gradients",),
    }
    heights = [
        [sum(memory[part] for part in names) / 2**30 for memory in memories]
        for names in parts.values()
    ]
    colours = (KINDS["filter"], SERIES[4], "#d391b9")
    with canvas(3.8) as paper:
        axes = paper.figure.subplots()
        areas = axes.stackplot(batches, heights, labels=list(parts), colors=colours, alpha=0.9)
        for name, height in levels.items():
            axes.axhline(height / 2**30, color=INK, linestyle=(0, (5, 3)), linewidth=1.4)
            axes.text(batches[0], height / 2**30, f" {name}", va="bottom", color=INK)
        axes.set(xlabel="images in a batch", ylabel="GiB", xlim=(batches[0], batches[-1]))
        axes.set_ylim(
            0, 1.08 * max(*np.sum(heights, axis=0), *(n / 2**30 for n in levels.values()))
        )
        axes.legend(handles=areas, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
        paper.figure.tight_layout()
        first, last = (in_bytes(memory["total"]) for memory in (memories[0], memories[-1]))
        return paper.finish(
            "The band at the bottom is there once, whatever the batch. The two wedges grow with "
            "every image.",
            f"A thin band with two wedges on top: {first} in all for a batch of {batches[0]}, "
            f"{last} for {batches[-1]}. Compared with " + ", ".join(levels) + ".",
        )
