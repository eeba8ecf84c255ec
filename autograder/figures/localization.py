"""Pictures of boxes around an object, and how far a guessed one overlaps the true one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from autograder.figures.raster import Raster, tiles
from autograder.figures.style import CARD, INK, MARK

Box = tuple[int, int, int, int]
"""Top, left, bottom and right edge, in pixels."""


def boxes(
    photo: np.ndarray, truth: Box, guesses: Mapping[str, Box], overlaps: Mapping[str, float]
) -> Raster:
    """Draw a photo with the true box of its object beside each guessed one.

    Parameters
    ----------
    photo : (H, W, 3) uint8 ndarray
    truth : (top, left, bottom, right)
    guesses : mapping from name to (top, left, bottom, right)
    overlaps : mapping from name to float
        Intersection over union of each guess with the true box.
    """
    with tiles(len(guesses), photo.shape, columns=3) as (paper, axes):
        for place, (name, guess) in zip(axes, guesses.items(), strict=True):
            sign = "≥" if overlaps[name] >= 0.5 else "<"
            paper.image(place, photo, f"{name}: IoU {overlaps[name]:.2f} {sign} 0.5")
            _outline(place, truth, INK, "solid")
            _outline(place, guess, MARK, "dashed")
        return paper.finish(
            "The true box is dark, the guessed one red and dashed.",
            "A photo of a cup, three times, with its true box and a guessed one: "
            + ", ".join(f"{name} overlaps by {share:.2f}" for name, share in overlaps.items())
            + ".",
        )


def _outline(axes: Axes, box: Box, color: str, dash: str) -> None:
    top, left, bottom, right = box
    size = (right - left, bottom - top)
    for edge, width, line in ((CARD, 4.4, "solid"), (color, 2.2, dash)):  # light around it
        axes.add_patch(
            Rectangle(
                (left, top), *size, fill=False, edgecolor=edge, linewidth=width, linestyle=line
            )
        )
