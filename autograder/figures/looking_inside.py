"""The pictures of what a network sees: what comes back from one number, and what a cover costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import to_rgb

from autograder.figures.raster import WIDTH, Raster, canvas, tiles
from autograder.figures.style import MARK, SERIES


def as_picture(values: np.ndarray) -> np.ndarray:
    """Turn what came back, (C, H, W) around 0, into a photo around gray.

    Examples
    --------
    >>> as_picture(np.array([[[-9.0, 0.0, 9.0]]]))[0, :, 0]
    array([ 75, 127, 179], dtype=uint8)
    """
    spread = float(values.std()) or 1.0
    shades = np.moveaxis(values / (6 * spread) + 0.5, 0, -1)
    return (255 * np.clip(shades, 0, 1)).astype(np.uint8)


def projected(channels: Mapping[str, Mapping[str, np.ndarray]], blocks: int = 2) -> Raster:
    """Draw what came back from each of several channels: one block a channel.

    Parameters
    ----------
    channels : mapping from name to mapping from title to picture
        (H, W, 3) uint8 for the photo; (C, H, W) floats around 0 for what came back.
    blocks : int
        Channels beside each other.
    """
    titles = list(next(iter(channels.values())))
    columns, head, gap, name = len(titles) * blocks, 0.28, 0.22, 0.3  # inches
    side = (WIDTH - gap * (blocks - 1) - name * blocks) / columns
    rows = -(-len(channels) // blocks)
    high = head + rows * (side + 0.06)
    with canvas(high) as paper:
        for number, (channel, pictures) in enumerate(channels.items()):
            row, block = divmod(number, blocks)
            below = high - head - (row + 1) * (side + 0.06)
            start = block * (name + len(titles) * side + gap)
            paper.figure.text(
                (start + 0.12) / WIDTH, (below + side / 2) / high, channel,
                rotation=90, ha="center", va="center",
            )  # fmt: skip
            for column, (title, picture) in enumerate(pictures.items()):
                left = start + name + column * side
                box = (left / WIDTH, below / high, 0.96 * side / WIDTH, side / high)
                shown = picture if picture.dtype == np.uint8 else as_picture(picture)
                paper.image(paper.figure.add_axes(box), shown, title if row == 0 else "")
        return paper.finish(
            "The patch of the photo that one number of a channel sees, and what comes back to it "
            "by each rule. At the left: which channel. Gray is 0.",
            f"{len(channels)} channels, for each a patch of the photo and what comes back of it by "
            f"{', '.join(titles[1:])}: from left to right less and less like noise.",
        )


def shuffled_from_above(names: Sequence[str], likeness: Mapping[str, Sequence[float]]) -> Raster:
    """Draw how much each rule's picture stays as it was while more and more layers are shuffled.

    Parameters
    ----------
    names : sequence of str
        What is shuffled, from nothing on.
    likeness : mapping from rule to sequence of float
        Correlation with the picture of the trained network.
    """
    with canvas(3.3, width=7.4) as paper:
        axes = paper.figure.subplots()
        styles = zip(SERIES, ("-", (0, (5, 3)), ":"), ("o", "s", "D"), strict=False)
        for (rule, values), (color, dash, mark) in zip(likeness.items(), styles, strict=False):
            axes.plot(
                range(len(names)), values, color=color, linestyle=dash, marker=mark, label=rule
            )
        axes.set_xticks(range(len(names)), names)
        axes.set(
            ylabel="correlation", xlabel="layers whose weights are shuffled", ylim=(-0.4, 1.08)
        )
        axes.legend(loc="lower left")
        paper.figure.tight_layout()
        return paper.finish(
            "How much the picture of one number stays the same while the layers are shuffled, from "
            "the last one down.",
            "Falling lines. "
            + "; ".join(
                f"{rule}: {', '.join(f'{value:.2f}' for value in values)}"
                for rule, values in likeness.items()
            )
            + ".",
        )


def covered(
    picture: np.ndarray, example: np.ndarray, lost: Mapping[str, np.ndarray], side: int, step: int
) -> Raster:
    """Draw one way to cover a photo, and for each channel what a cover at each place costs.

    Parameters
    ----------
    picture, example : (H, W, 3) uint8 ndarray
        A square photo, and the same with a cover on it.
    lost : mapping from name to (R, C) ndarray
        The share of the answer that is lost with a cover whose upper left corner is at each
        multiple of `step`.
    side, step : int
        Of the cover, in pixels.
    """
    gray = picture.mean(axis=2).astype(np.uint8)
    with tiles(1 + len(lost), picture.shape, columns=4) as (paper, axes):
        paper.image(axes[0], example, "one of the covers")
        told = []
        for place, (name, share) in zip(axes[1:], lost.items(), strict=True):
            low = (side - step) / 2  # a cell around each center
            high = low + step * len(share)
            place.imshow(gray, vmin=-250, vmax=255)
            place.imshow(
                np.broadcast_to(to_rgb(MARK), (*share.shape, 3)), alpha=np.clip(share, 0, 1),
                extent=(low, high, high, low),
            )  # fmt: skip
            place.set(xlim=(0, len(gray)), ylim=(len(gray), 0), title=f"{name}: −{share.max():.0%}")
            place.set_axis_off()
            row, column = np.unravel_index(share.argmax(), share.shape)
            told.append(f"{name} at row {row + 1}, column {column + 1} of {share.shape[1]}")
        return paper.finish(
            "Red: with this place covered, the channel loses its response. Gray: it does not.",
            "A photo with a gray square, and again with a red spot where it costs most: "
            + "; ".join(told)
            + ".",
        )
