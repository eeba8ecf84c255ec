"""The figures' colors as CSS variables, for light pages and for dark ones."""

from __future__ import annotations

from autograder.figures.style import (
    CARD,
    FONT,
    INK,
    KINDS,
    LINE,
    MARK,
    MUTED,
    NEGATIVE,
    POSITIVE,
    mix,
)

WHITE = "#ffffff"
NIGHT = "#15191e"

LIGHT = {
    "card": CARD,
    "ink": INK,
    "muted": MUTED,
    "line": LINE,
    "edge": mix(MUTED, 0.75),
    "field": WHITE,
    "hover": mix(INK, 0.07),
    "tint": mix(KINDS["output"], 0.06),
    "accent": KINDS["output"],
    "positive": POSITIVE,
    "negative": NEGATIVE,
    "mark": MARK,
    **KINDS,
}

DARK = {
    "card": NIGHT,
    "ink": "#e8ebee",
    "muted": "#a9b3bd",
    "line": "#39424c",
    "edge": "#76828e",
    "field": "#20262d",
    "hover": "#2b333c",
    "tint": "#1b222a",
    "accent": "#8ab4e8",
    "positive": "#2f86c0",
    "negative": "#c27a00",
    "mark": "#ff6f9c",
    **{kind: mix(colour, 0.5, ground=WHITE) for kind, colour in KINDS.items()},
}


def variables() -> str:
    """Style rules that set every color, by the system's theme or by the page's own.

    Examples
    --------
    >>> "--positive:#0072b2" in variables()
    True
    """
    light = f":root{{color-scheme:light;--font:{FONT};{_set(LIGHT)}}}"
    dark = f"color-scheme:dark;{_set(DARK)}"
    return (
        f"{light}@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}"
    )


def _set(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
