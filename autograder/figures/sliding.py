"""A filter at work, as a short film: the window slides, and the output fills."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.figures.matrices import Panel, Picture, draw_panels

SECONDS = 1.1  # a frame
ROUNDS = 3  # then the film rests on its last frame


def film(frames: Sequence[Picture]) -> Picture:
    """Play pictures of the same layout one after the other, in one SVG without a script.

    Where nothing moves (on paper, in a terminal) the last frame stands for the film.

    Parameters
    ----------
    frames : sequence of Picture

    Returns
    -------
    Picture
    """
    count = len(frames)
    moving = []
    for i, frame in enumerate(frames):
        _, body = frame.svg.removesuffix("</svg>").split("</desc>", 1)
        last = i == count - 1
        moving.append(
            f'<g visibility="{"visible" if last else "hidden"}"><animate '
            f'attributeName="visibility" calcMode="discrete" dur="{count * SECONDS:g}s" '
            f'repeatCount="{ROUNDS}" values="hidden;visible;hidden" '
            f'keyTimes="0;{i / count:.4f};{(i + 1) / count:.4f}"/>{body}</g>'
        )
    head, _ = frames[-1].svg.split("</desc>", 1)
    return Picture(svg=f"{head}</desc>{''.join(moving)}</svg>", text=frames[-1].text)


def slide(image: np.ndarray, kernel: np.ndarray, output: np.ndarray, caption: str) -> Picture:
    """Show how each number of a feature map comes about, in reading order.

    Parameters
    ----------
    image : (H, W) ndarray
    kernel : (KH, KW) ndarray
    output : (H', W') ndarray
        What sliding `kernel` over `image` gives.
    caption : str

    Returns
    -------
    Picture
    """
    frames = []
    for i, (row, column) in enumerate(np.ndindex(output.shape)):
        hidden = np.arange(output.size).reshape(output.shape) > i
        panels = [
            Panel("picture", image, window=(row, column, *kernel.shape)),
            Panel("filter", kernel, "filter", before="⋆"),
            Panel(
                "feature map",
                np.ma.masked_array(output, hidden),
                "output",
                ring=((row, column),),
                before="→",
            ),
        ]
        frames.append(draw_panels(panels, caption))
    return film(frames)
