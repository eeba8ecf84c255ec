"""One look for the whole course: a palette that colour-blind readers can tell apart.

Numbers are colored by sign (blue above zero, orange below) and deepen with size. What a picture
shows (an input, a filter, your answer, ...) has a color of its own, kept in every lesson.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

CARD = "#fdfcf8"  # every picture brings its own light background, also on a dark page
INK = "#1f2933"
MUTED = "#5c6773"
LINE = "#d5d9de"

POSITIVE = "#0072b2"
NEGATIVE = "#e08a00"
MARK = "#c8104e"  # rings and windows: "look here"

KINDS = {
    "input": "#44546a",
    "filter": "#6a4c93",
    "output": "#1d4e89",
    "yours": "#a34700",
    "expected": "#00755e",
    "gradient": "#9c2c77",
}

FILTERS = ("kernel", "weights", "w1", "w2")
"""Names of arguments that are drawn as filters."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def mix(color: str, amount: float, ground: str = CARD) -> str:
    """Blend a color into the background.

    Parameters
    ----------
    color, ground : str
        Colors as ``#rrggbb``.
    amount : float
        0 gives the ground, 1 the color.

    Examples
    --------
    >>> mix("#000000", 0.5, ground="#ffffff")
    '#808080'
    """
    blended = (
        round(int(ground[i : i + 2], 16) * (1 - amount) + int(color[i : i + 2], 16) * amount)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in blended)


SERIES = ("#0072b2", "#d55e00", "#00755e", "#9c2c77", "#56a0d3", "#6b5b00")
"""Colors of curves, told apart by colour-blind readers and in gray print."""

RC: dict[RcKeyType, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.facecolor": CARD,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 10.5,
    "axes.prop_cycle": f"cycler('color', {list(SERIES)})",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 10.5,
    "figure.facecolor": CARD,
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "legend.frameon": False,
    "lines.linewidth": 2.4,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}
"""Matplotlib's settings for the whole course; use inside `matplotlib.rc_context(RC)`."""
