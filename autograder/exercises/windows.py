"""Relations between drawn sizes of a picture and of the window that goes over it.

They read the sizes of a case by the names that exercises give them: the picture is `H` and `W`, or
`size`; the window is `kernel`, `kernel_size`, or `size` where something is pooled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.reference import pair

from .spaces import Between, Relation, SameAs

__all__ = [
    "differ",
    "fits",
    "misses",
    "moves",
    "not_square",
    "roams",
    "smaller",
    "too_large",
    "within_a_frame",
]

Ways = list[tuple[int, int]]


def window_of(sizes: Any) -> Any:
    """The sides of the window, whatever the exercise calls them."""
    given = vars(sizes)
    return next(given[name] for name in ("kernel", "kernel_size", "size") if name in given)


def ways(sizes: Any) -> Ways:
    """How far the window can go, down and across, and how far it goes in one step.

    Where no stride is given a convolution moves by 1, and pooling by its window.
    """
    given, window = vars(sizes), pair(window_of(sizes))
    picture = (sizes.H, sizes.W) if "H" in given else pair(given["size"])
    pooled = "kernel" not in given and "kernel_size" not in given
    steps = pair(given.get("stride", window if pooled else 1))
    far = (
        n + 2 * p - k for n, p, k in zip(picture, pair(given.get("pad", 0)), window, strict=True)
    )
    return list(zip(far, steps, strict=True))


def fits(sizes: Any) -> bool:
    """Whether the window has a place, and its last step ends at the border."""
    return all(far >= 0 and far % step == 0 for far, step in ways(sizes))


def moves(sizes: Any) -> bool:
    """Whether the window fits, and stands at several places both down and across."""
    return fits(sizes) and all(far >= step for far, step in ways(sizes))


def roams(sizes: Any) -> bool:
    """Whether the window fits, and stands at three places or more both down and across."""
    return fits(sizes) and all(far >= 2 * step for far, step in ways(sizes))


def misses(sizes: Any) -> bool:
    """Whether the window has a place, and its steps do not end at the border."""
    return all(far >= 0 for far, _ in ways(sizes)) and not fits(sizes)


def too_large(sizes: Any) -> bool:
    """Whether the window is larger than the padded picture."""
    return any(far < 0 for far, _ in ways(sizes))


def not_square(sizes: Any) -> bool:
    """Whether there are more places down than across, or fewer, or the window is no square."""
    (down, _), (across, _) = ways(sizes)
    return down != across or len(set(pair(window_of(sizes)))) > 1


def differ(name: str) -> Relation:
    """A relation: the two numbers of a pair are not the same."""
    return lambda sizes: getattr(sizes, name)[0] != getattr(sizes, name)[1]


def smaller(size: Any, by: int = 2) -> Any:
    """A size, a range or a pair of either, less what a frame adds to it."""
    if isinstance(size, tuple):
        return tuple(smaller(side, by) for side in size)
    if isinstance(size, Between):
        return Between(size.low - by, size.high - by)
    return size if isinstance(size, SameAs) else size - by


def within_a_frame(corner: Mapping[str, Any]) -> dict[str, Any]:
    """A corner whose picture is smaller by the frame that comes around it."""
    sides = {name: smaller(corner[name]) for name in ("size", "H", "W") if name in corner}
    return {**corner, **sides}
