"""The pictures of lesson 04: what pooling leaves, who damps whom, and digits found in a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.raster import WIDTH, Raster, canvas
from autograder.figures.sliding import film
from autograder.figures.style import INK, MARK, NEGATIVE, POSITIVE, SERIES, mix


def pooled(patch: np.ndarray, answers: np.ndarray, size: int, caption: str) -> Picture:
    """Show windows side by side leave one number each, in reading order.

    Parameters
    ----------
    patch : (H, W) ndarray
    answers : (H / size, W / size) ndarray
        What each window leaves.
    size : int
        Side of the windows, and of their steps.
    caption : str
    """
    frames = []
    for i, (row, column) in enumerate(np.ndindex(answers.shape)):
        later = np.arange(answers.size).reshape(answers.shape) > i
        panels = [
            Panel("feature map", patch, window=(row * size, column * size, size, size)),
            Panel(
                "what is left",
                np.ma.masked_array(answers, later),
                "output",
                ring=((row, column),),
                before="→",
            ),
        ]
        frames.append(draw_panels(panels, caption))
    return film(frames)


def wins(patch: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Count the windows in which each number is the largest; of equal ones the first wins.

    A window without a positive number has no winner.

    Examples
    --------
    >>> wins(np.array([[0, 1, 0], [0, 9, 0]]), size=2, stride=1)
    array([[0, 0, 0],
           [0, 2, 0]])
    """
    counts = np.zeros(patch.shape, int)
    height, width = patch.shape
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            window = patch[top : top + size, left : left + size]
            row, column = np.unravel_index(window.argmax(), window.shape)
            counts[top + row, left + column] += window[row, column] > 0
    return counts


def winners(patch: np.ndarray, cases: Mapping[str, tuple[int, int]], caption: str) -> Picture:
    """Draw a patch, and for each kind of pooling how many windows each of its numbers wins.

    Parameters
    ----------
    patch : (H, W) ndarray
    cases : mapping from title to (size, stride)
    caption : str
    """
    counts = {title: wins(patch, *case) for title, case in cases.items()}
    return draw_panels(
        [
            Panel("feature map", patch),
            *(
                Panel(title, np.ma.masked_equal(values, 0), "output")
                for title, values in counts.items()
            ),
        ],
        caption,
    )


def stages(
    rows: Mapping[str, Sequence[np.ndarray]], titles: Sequence[str], caption: str, alt: str
) -> Raster:
    """Draw what becomes of maps step by step: one row a map, one column a step.

    A row keeps the brightness of its first picture, so that what fades is seen to fade.

    Parameters
    ----------
    rows : mapping from name to sequence of (H, W) ndarray
        Not negative; sizes may differ.
    titles : sequence of str
        One for each column.
    caption, alt : str
        `alt` says in words what is to be seen.
    """
    label, title = 1.3, 0.3  # inches
    side = (WIDTH - label) / len(titles)
    high = title + len(rows) * side
    with canvas(high) as paper:
        for j, words in enumerate(titles):
            left = (label + (j + 0.475) * side) / WIDTH
            paper.figure.text(left, 1 - 0.18 / high, words, ha="center", va="center")
        for i, (name, maps) in enumerate(rows.items()):
            bottom = (high - title - (i + 1) * side) / high
            paper.figure.text(0.004, bottom + 0.5 * side / high, name, va="center")
            brightest = float(maps[0].max())
            for j, values in enumerate(maps):
                left = (label + j * side) / WIDTH
                box = (left, bottom, 0.95 * side / WIDTH, 0.95 * side / high)
                axes = paper.figure.add_axes(box)
                paper.image(axes, values, limit=brightest, signed=False)
        return paper.finish(caption, alt)


def damping(before: np.ndarray, after: np.ndarray, place: tuple[int, int]) -> Raster:
    """Draw the answers of all channels at one place, before and after, and what is left where.

    Parameters
    ----------
    before, after : (C, H, W) ndarray
        Not negative.
    place : (row, column)
    """
    row, column = place
    left_over = after.sum(axis=0) / np.maximum(before.sum(axis=0), 1e-12)
    with canvas(3.1) as paper:
        axes = paper.figure.add_axes((0.075, 0.16, 0.55, 0.8))
        channels = np.arange(len(before))
        pale = mix(POSITIVE, 0.35)
        axes.bar(channels, before[:, row, column], width=0.9, color=pale, label="before")
        axes.bar(channels, after[:, row, column], width=0.5, color=NEGATIVE, label="after")
        axes.set(xlabel="channel", ylabel="answer at the ringed place", xlim=(-1, len(before)))
        axes.grid(axis="x", visible=False)
        axes.legend(loc="upper right")
        picture = paper.figure.add_axes((0.69, 0.06, 0.3, 0.82))
        paper.image(picture, left_over, "share that is left", limit=1.0, signed=False)
        picture.scatter([column], [row], s=130, facecolors="none", edgecolors=MARK, linewidths=2.2)
        return paper.finish(
            "Left: strong answers, and those beside a strong one, lose most. Right: dark places "
            "lost most. They are the outlines, where many filters answer at once.",
            "Bars of many channels, tall ones cut to a fraction of their height; and a picture in "
            "which a cat's outlines are dark.",
        )


def channel_scales(channels: Mapping[str, np.ndarray]) -> Raster:
    """Draw mean and spread of each channel, one panel for each state.

    Parameters
    ----------
    channels : mapping from title to (N, C, H, W) ndarray
    """
    with canvas(3.0) as paper:
        places = paper.figure.subplots(1, len(channels), sharey=True, squeeze=False)[0]
        for axes, (title, x) in zip(places, channels.items(), strict=True):
            mean, spread = x.mean(axis=(0, 2, 3)), x.std(axis=(0, 2, 3))
            axes.axhline(0, color=MARK, linewidth=1)
            axes.vlines(np.arange(len(mean)), mean - spread, mean + spread, color=POSITIVE)
            axes.plot(mean, linestyle="", marker="o", markersize=4, color=NEGATIVE)
            axes.set(title=title, xlabel="channel")
            axes.grid(axis="x", visible=False)
        places[0].set_ylabel("answers")
        paper.figure.tight_layout()
        return paper.finish(
            "Each channel's mean, a dot, and its spread, a bar of one standard deviation each way. "
            "The red line is 0.",
            "Bars of all lengths and heights in the first panel; in the last, equal bars around 0: "
            + "; ".join(channels)
            + ".",
        )


def shared_means(images: int, channels: int, groups: int) -> Raster:
    """Draw which numbers share a mean in batch, layer and group normalization.

    Parameters
    ----------
    images, channels : int
        Columns and rows of each panel; a cell holds all places of one channel of one image.
    groups : int
        Of channels, for group normalization.
    """
    row, column = np.mgrid[:channels, :images]
    kinds = {
        "A": row,
        "B": column,
        "C": column * groups + row * groups // channels,
    }
    with canvas(2.7) as paper:
        places = paper.figure.subplots(1, len(kinds))
        for axes, (title, means) in zip(places, kinds.items(), strict=True):
            _cells(axes, means)
            axes.set_title(title)
            axes.set_xlabel("image")
        places[0].set_ylabel("channel")
        paper.figure.tight_layout()
        told = " ".join(
            f"{title}, channel by channel: {'; '.join(' '.join(map(str, r)) for r in means + 1)}."
            for title, means in kinds.items()
        )
        return paper.finish("Cells of one number and one color share a mean.", told)


def _cells(axes: Axes, means: np.ndarray) -> None:
    """A table of cells, colored and numbered by the mean that they share."""
    channels, images = means.shape
    for (row, column), mean in np.ndenumerate(means):
        fill = mix(SERIES[mean % len(SERIES)], 0.45)
        axes.add_patch(Rectangle((column, row), 0.94, 0.94, facecolor=fill, edgecolor="none"))
        axes.text(column + 0.47, row + 0.47, str(mean + 1), ha="center", va="center", color=INK)
    axes.set(xlim=(0, images), ylim=(channels, 0), xticks=np.arange(images) + 0.47)
    axes.set(yticks=np.arange(channels) + 0.47)
    axes.set_xticklabels(np.arange(images) + 1)
    axes.set_yticklabels(np.arange(channels) + 1)
    axes.grid(visible=False)


def dropped(dropout: Callable[..., np.ndarray], x: np.ndarray) -> Picture:
    """Draw what a function makes of `x` at rate 0.5: twice while training, once at test time.

    No single answer is the right one, so there is nothing to compare with. Of a function that is
    not written yet only the frames are drawn, and what should be in them.

    Parameters
    ----------
    dropout : callable
        `dropout(x, rate, rng, training)`.
    x : (H, W) ndarray
    """
    rng = np.random.default_rng(0)
    runs = {
        "training": (True, "about half are 0, the others doubled"),
        "once more": (True, "others are 0"),
        "test time": (False, "nothing changes"),
    }
    panels = [Panel("x", x)]
    for title, (training, wanted) in runs.items():
        try:
            answer = dropout(x.copy(), 0.5, rng, training)
        except NotImplementedError:
            answer = None
        before = "" if len(panels) > 1 else "→"
        panels.append(Panel(title, answer, "yours", note=wanted, before=before))
    return draw_panels(panels, "Yours, at rate 0.5. Under each picture, what to expect.")


def found(
    page: np.ndarray,
    finds: Sequence[tuple[int, int, int]],
    side: int,
    written: Sequence[tuple[int, int, int]],
) -> Raster:
    """Draw a page, and a box with its reading around each digit that was found.

    Parameters
    ----------
    page : (H, W) ndarray
    finds, written : sequence of (top, left, digit)
        Readings; and what was really written, which settles which of them are right.
    side : int
        Of the boxes.
    """
    height, width = page.shape
    right = [
        any(d == digit and abs(t - top) + abs(x - left) <= side / 2 for t, x, d in written)
        for top, left, digit in finds
    ]
    with canvas(WIDTH * height / width) as paper:
        axes = paper.figure.add_axes((0, 0, 1, 1))
        paper.image(axes, page, signed=False)
        for (top, left, digit), good in zip(finds, right, strict=True):
            _label(axes, top, left, side, str(digit), mix(POSITIVE, 0.6) if good else NEGATIVE)
        axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        score = f"{sum(right)} of {len(written)} digits found and read"
        wrong = f"boxes that do not agree with the labels: {len(finds) - sum(right)}"
        return paper.finish(
            f"One pass over the page. Blue: as labeled; orange: not. {score}; {wrong}.",
            f"Handwritten digits scattered over a black page, with boxes. {score}; {wrong}.",
        )


def _label(axes: Axes, top: int, left: int, side: int, words: str, colour: str) -> None:
    corner = (left - 0.5, top - 0.5)
    axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=colour, linewidth=2))
    look = {"facecolor": colour, "edgecolor": "none", "pad": 2}
    axes.text(left + 1, top + 1, words, color="black", va="top", weight="bold", bbox=look)
