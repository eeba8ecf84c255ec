"""Give the padding that keeps the size at stride 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, case


def kernel_side(numbers: Numbers, kernel: int | None = None, odd: bool = True) -> Arguments:
    return {"kernel": 2 * int(numbers.rng.integers(6, 30)) + odd if kernel is None else kernel}


def kept(name: str, pad: Callable[[int], float], sentence: str) -> Mistake:
    """A pad that is not the right one, from an answer that refuses even kernels."""

    def answer(kernel: int) -> float:
        reference.same_padding(kernel)
        return pad(kernel)

    return Mistake(name, answer, sentence)


def size_is_kept(call, numbers: Numbers) -> Iterator[Claim]:
    """With that pad, as many outputs as inputs."""
    for kernel in (3, 5, 9):
        pad = call(kernel=kernel)
        yield Claim(20 + 2 * pad - kernel + 1, 20, f"20 pixels stay 20 with a kernel of {kernel}")


EXERCISE = Exercise(
    order=30,
    reference=reference.same_padding,
    draw=kernel_side,
    example=lambda: {"kernel": 5},
    cases=(
        case("values", hidden=False, kernel=7),
        case("values", kernel=3),
        case("values"),
        case("one", kernel=1),
        case("refused", hidden=False, kernel=4),
        case("refused", kernel=2),
        case("refused", odd=False),
    ),
    properties=(Property("kept", size_is_kept),),
    facet_words={
        "one": "a kernel of one pixel",
        "refused": "an even kernel is refused",
        "kept": "the size is kept",
    },
    see="Same padding: keep the size",
    mistakes=(
        Mistake(
            "kernel // 2 for even kernels",
            lambda kernel: kernel // 2,
            "An even kernel was given a pad: half of it is one pixel too many on both sides "
            "together.",
        ),
        Mistake(
            "rounds down for even kernels",
            lambda kernel: (kernel - 1) // 2,
            "An even kernel was given a pad, rounded down: the output is one pixel too small.",
        ),
        kept(
            "kernel − 1",
            lambda kernel: kernel - 1,
            "This is what both sides need together; each side gets half.",
        ),
        kept(
            "one too many",
            lambda kernel: kernel // 2 + 1,
            "There is one pixel too many on each side: the kernel's middle stands on the picture.",
        ),
        kept(
            "one too few",
            lambda kernel: kernel // 2 - 1,
            "There is one pixel too few on each side.",
        ),
        kept(
            "half the kernel",
            lambda kernel: kernel / 2,
            "This is half the kernel, its middle included; the middle stands on the picture.",
        ),
        kept(
            "returns a float",
            lambda kernel: (kernel - 1) / 2,
            "The pad has a decimal point: a single slash divides into fractions, and pixels are "
            "whole.",
        ),
        Mistake(
            "half a pixel",
            lambda kernel: (kernel - 1) / 2,
            "For an even kernel this asks for half a pixel, which nobody can add.",
        ),
        kept("always 1", lambda kernel: 1, "The pad is 1 whatever the kernel."),
    ),
)
