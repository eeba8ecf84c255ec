"""Pairs of sides, and the windows and words of every exercise on pooling."""

from __future__ import annotations

from autograder import reference

from ..model import Arguments

PAIR = tuple[int, int]

pair = reference.pair


def steps_of(arguments: Arguments) -> PAIR:
    return pair(arguments.get("stride", arguments["size"]))


def pool_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, c, i, j = where
    (height, width), (down, across) = pair(arguments["size"]), steps_of(arguments)
    rows = slice(i * down, i * down + height)
    return {"x": (n, c, rows, slice(j * across, j * across + width))}


POOL_WORDS = {
    "default": "a stride as large as the window where none is given",
    "stride": "windows that overlap, and windows with gaps between them",
    "pair": "a size and a stride of their own for height and width",
    "negative": "windows with nothing but negative numbers",
    "refused": "windows that do not fit are refused",
    "constant": "an even picture stays even",
    "one": "a window of one pixel changes nothing",
}
