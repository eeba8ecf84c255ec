"""A filter at work, as a short film: the window slides, and the output fills."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from autograder.figures.controls import player
from autograder.figures.embedding import embedded
from autograder.figures.matrices import Panel, Picture, draw_panels

SCRIPT = """const frames = root.querySelectorAll("[data-frame]");
  function draw(now) {
    frames.forEach((g, i) => g.setAttribute("visibility", i === now ? "visible" : "hidden"));
    return "";
  }"""


def film(frames: Sequence[Picture]) -> Picture:
    """Play pictures of the same layout one after the other.

    Where nothing moves (on paper, in a terminal) the last frame stands for the film.

    Parameters
    ----------
    frames : sequence of Picture

    Returns
    -------
    Picture
    """
    head, _ = frames[-1].svg.split("</desc>", 1)
    bodies = [frame.svg.removesuffix("</svg>").split("</desc>", 1)[1] for frame in frames]
    groups = (f'<g data-frame visibility="hidden">{body}</g>' for body in bodies)
    stage = f"{head}</desc>{''.join(groups)}</svg>"
    width = float(re.findall(r'width="([\d.]+)"', head)[0])
    still = frames[-1]
    played = player("", embedded(still.svg), stage, SCRIPT, len(frames), width)
    return Picture(still.svg, still.text, played)


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
