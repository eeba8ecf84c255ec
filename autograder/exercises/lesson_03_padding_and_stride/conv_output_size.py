"""Count the places where a window can stand along one side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as


def side(
    numbers: Numbers,
    size: int | None = None,
    kernel: int | None = None,
    pad: int | None = None,
    stride: int | None = None,
    left_over: int = 0,
) -> Arguments:
    """One side of a layer that fits, or misses by `left_over` pixels."""
    rng = numbers.rng
    if size is None:
        kernel = int(rng.integers(5, 9)) if kernel is None else kernel
        places = int(rng.integers(6, 40))
        size = (places - 1) * (stride or 1) + kernel - 2 * (pad or 0) + left_over
    arguments: Arguments = {"size": size, "kernel": kernel}
    if pad is not None or stride is not None:
        arguments["pad"] = pad or 0
    if stride is not None:
        arguments["stride"] = stride
    return arguments


def miscounted(
    name: str, count: Callable[..., Fraction], sentence: str, may_refuse: bool = True
) -> Iterator[Mistake]:
    """A formula that is not the right one; some round down where it is not whole, some refuse."""

    def answer(rounding: bool) -> Callable[..., int]:
        def miscount(size: int, kernel: int, pad: int = 0, stride: int = 1) -> int:
            reference.conv_output_size(size, kernel, pad, stride)
            wrong = count(size, kernel, pad, stride)
            if not rounding and (wrong.denominator != 1 or wrong < 1):
                raise ValueError(f"{wrong} is not a whole number of at least 1")
            return math.floor(wrong)

        return miscount

    yield Mistake(name, answer(True), sentence)
    if may_refuse:
        yield Mistake(name, answer(False), sentence)


def rounded(size: int, kernel: int, pad: int, stride: int, rounding: Callable) -> int:
    """The right count where there is one; where it is not whole, something else than refusing."""
    if size + 2 * pad < kernel:
        return reference.conv_output_size(size, kernel, pad, stride)
    return rounding(Fraction(size + 2 * pad - kernel, stride) + 1)


def too_large_accepted(size: int, kernel: int, pad: int = 0, stride: int = 1) -> int:
    steps, left_over = divmod(size + 2 * pad - kernel, stride)
    return reference.conv_output_size(size, kernel, pad, stride) if left_over else steps + 1


def plain_division(size: int, kernel: int, pad: int = 0, stride: int = 1) -> float:
    return (size + 2 * pad - kernel) / stride + 1


def places_one_by_one(call, numbers: Numbers) -> Iterator[Claim]:
    """Put the window down, step by step, and count how often it stands."""
    for size, kernel in ((5, 3), (9, 2), (6, 6)):
        starts = range(size - kernel + 1)
        arguments = {"size": size, "kernel": kernel}
        yield Claim(
            call(**arguments),
            len(starts),
            f"size {size}, kernel {kernel}: the places, one by one",
            arguments,
        )


EXERCISE = Exercise(
    order=20,
    reference=reference.conv_output_size,
    draw=side,
    example=lambda: {"size": 7, "kernel": 3, "pad": 1, "stride": 2},
    smallest={"pad": 0},
    cases=(
        case("values"),
        case("values", size=28, kernel=5),
        case("values", size=9, kernel=3),
        case("padding", hidden=False, pad=1),
        case("padding", pad=between(1, 4), corners=({"pad": 3},)),
        case("padding", size=32, kernel=5, pad=2),
        case("padding", size=3, kernel=9, pad=4),
        case("stride", hidden=False, pad=0, stride=2),
        case("stride", pad=0, stride=between(2, 6), corners=({"stride": 5},)),
        case("stride", size=227, kernel=11, pad=0, stride=4),
        case("stride", size=10, kernel=2, pad=0, stride=4),
        case(
            "stride",
            pad=between(1, 4),
            stride=between(2, 6),
            corners=({"pad": 1, "stride": 3}, {"pad": 2, "stride": 4}, {"pad": 3, "stride": 2}),
            needs=("padding",),
        ),
        case("stride", size=3, kernel=7, pad=2, stride=3, needs=("padding",)),
        case("one", size=between(2, 9), kernel=same_as("size"), corners=({"size": 5},)),
        case("one", size=1, kernel=1),
        case("refused", hidden=False, size=6, kernel=3, pad=0, stride=2, needs=("stride",)),
        case("refused", size=224, kernel=11, pad=0, stride=4, needs=("stride",)),
        case(
            "refused",
            pad=between(1, 3),
            stride=between(2, 6),
            left_over=between(1, 5),
            where=lambda sizes: sizes.left_over < sizes.stride,
            corners=(
                {"pad": 1, "stride": 4, "left_over": 1},
                {"pad": 2, "stride": 5, "left_over": 3},
            ),
            needs=("stride", "padding"),
        ),
        case(
            "refused",
            pad=0,
            stride=3,
            left_over=between(1, 2),
            corners=({"left_over": 2},),
            needs=("stride",),
        ),
        case("refused", hidden=False, size=4, kernel=7, pad=1, needs=("padding",)),
        case(
            "refused",
            size=between(1, 9),
            kernel=between(2, 12),
            where=lambda sizes: sizes.size < sizes.kernel,
            corners=({"size": 3, "kernel": 4}, {"size": 4, "kernel": 9}),
        ),
        case("refused", size=3, kernel=9, pad=2, stride=2, needs=("padding", "stride")),
    ),
    properties=(Property("count", places_one_by_one),),
    facet_words={
        "padding": "padding on both sides",
        "stride": "steps of more than 1",
        "one": "a window that has a single place",
        "refused": "a count that is not a whole number, or less than 1, is refused",
        "count": "the places, one by one",
    },
    see="Output size and stride: count the places",
    mistakes=(
        *miscounted(
            "+ 1 forgotten",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel, stride),
            "These are the steps between the places: the first place is missing.",
        ),
        *miscounted(
            "pad once",
            lambda size, kernel, pad, stride: Fraction(size + pad - kernel, stride) + 1,
            "The padding was counted on one side only.",
        ),
        Mistake(
            "rounds down silently",
            lambda size, kernel, pad=0, stride=1: rounded(size, kernel, pad, stride, math.floor),
            "A count that is not a whole number was rounded down, so the last pixels are never "
            "read and nobody is told.",
        ),
        Mistake(
            "rounds down silently",
            lambda size, kernel, pad=0, stride=1: (size + 2 * pad - kernel) // stride + 1,
            "A count that is not a whole number was rounded down, so the last pixels are never "
            "read and nobody is told; a window that is too large was let through as well.",
        ),
        Mistake(
            "rounds up silently",
            lambda size, kernel, pad=0, stride=1: rounded(size, kernel, pad, stride, math.ceil),
            "A count that is not a whole number was rounded up: the last window hangs over the "
            "border.",
        ),
        Mistake(
            "rounds to the nearest",
            lambda size, kernel, pad=0, stride=1: rounded(size, kernel, pad, stride, round),
            "A count that is not a whole number was rounded to the nearest that is.",
        ),
        Mistake(
            "returns a float",
            lambda size, kernel, pad=0, stride=1: float(
                reference.conv_output_size(size, kernel, pad, stride)
            ),
            "The count has a decimal point: a single slash divides into fractions, and an array "
            "can't be 3.0 pixels wide.",
        ),
        Mistake(
            "a fraction of a place",
            plain_division,
            "This is the formula and nothing more: its result may be 2.5 places, and there is no "
            "half place.",
        ),
        Mistake(
            "too large a window accepted",
            too_large_accepted,
            "A window that is larger than the padded picture has no place: there is nothing to "
            "return.",
        ),
        *miscounted(
            "stride ignored",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel + 1),
            "The stride was left out.",
        ),
        *miscounted(
            "pad ignored",
            lambda size, kernel, pad, stride: Fraction(size - kernel, stride) + 1,
            "The padding was left out.",
        ),
        *miscounted(
            "+ 1 inside the division",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel + 1, stride),
            "The 1 was divided by the stride as well; it is the first place, and counts whole.",
            may_refuse=False,  # that would be to refuse every stride
        ),
        *miscounted(
            "padding not divided",
            lambda size, kernel, pad, stride: Fraction(size - kernel, stride) + 1 + 2 * pad,
            "The padding was added after dividing by the stride; the steps go over it too.",
        ),
        *miscounted(
            "kernel ignored",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - 1, stride) + 1,
            "The kernel was left out: a window must fit as a whole, not only its first pixel.",
        ),
        *miscounted(
            "half the kernel",
            lambda size, kernel, pad, stride: Fraction(size + 2 * pad - kernel // 2, stride) + 1,
            "Only half the kernel was taken off.",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda size, kernel, stride=1, pad=0: (
                reference.conv_output_size(size, kernel, pad, stride) if stride else 0
            ),
            "Pad and stride were read in the other order: the pad comes first.",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda size, kernel, stride=1, pad=0: (size + 2 * pad - kernel) // stride + 1,
            "Pad and stride were read in the other order: the pad comes first.",
        ),
    ),
)
