"""What an exercise is: where its inputs come from, what it is judged on, how people get it wrong.

An exercise's file in this package is data made of these pieces. Nothing here judges anything: that
is `autograder.judging`, one floor up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder.inside.arguments import Arguments, Named, Seeded, with_gaps

from .spaces import Relation, between, drawn, is_open, least, one_of, same_as

__all__ = [
    "FACETS",
    "Arguments",
    "Case",
    "Claim",
    "Exercise",
    "Mistake",
    "Named",
    "Numbers",
    "Property",
    "Seeded",
    "between",
    "case",
    "one_of",
    "same_as",
    "with_gaps",
]

FACETS = {
    "example": "the worked example",
    "values": "values",
    "rectangular": "sizes that are not square",
    "channels": "several channels",
    "batch": "several images",
    "filters": "several filters",
    "bias": "the bias",
    "dtype": "float32 stays float32",
    "untouched": "inputs left as they were",
    "whole": "whole numbers are whole, and a tuple is a tuple",
    "layout": "arrays that do not lie in memory row by row",
    "again": "a second call of the same function",
    "refused": "sizes that do not fit are refused",
}
"""What each common facet tests, in words. An exercise may add its own with `facet_words`."""


@dataclass(frozen=True)
class Case:
    """One situation in which an answer is tried.

    A case says *how big*, the exercise's `draw` says *what of*: that is what lets a failing case be
    shrunk. Whether the call must succeed or be refused is read off the reference, which is tried
    on the same inputs.

    Parameters
    ----------
    facet : str
        What this case tests; a row of the verdict, and the unit of partial credit.
    sizes : mapping
        Keyword arguments of the exercise's `draw`: fixed, or a space (`between`, `one_of`,
        `same_as`) from which the run's seed draws.
    hidden : bool
        Tried only after handing in. A case that is not hidden is tried in the lesson as well, with
        numbers that are the same for everybody; a grading run draws all cases afresh.
    dtype, layout : str
        Of the arrays drawn: `"float64"` or `"float32"`; `"C"`, `"F"` or `"strided"` in memory.
    of : str
        What numbers are drawn: a key of `KINDS`.
    where : sequence of Relation
        What holds between the sizes drawn.
    corners : sequence of mapping
        Sizes that are tried in every run beside those drawn; what one leaves out is drawn.
    needs : tuple of str
        Facets that this case leans on: where one of them is lost, it is not billed here again.
    """

    facet: str
    sizes: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = True
    dtype: str = "float64"
    layout: str = "C"
    of: str = "any"
    where: tuple[Relation, ...] = ()
    corners: tuple[Mapping[str, Any], ...] = ()
    needs: tuple[str, ...] = ()

    def settled(self, seed: Sequence[int]) -> list[Case]:
        """The cases that a run tries in place of this one, with sizes that are fixed.

        First comes what the seed draws; then the corners; then the least sizes of all, if the
        relations allow them. A case whose sizes are fixed stands for itself.
        """
        if not any(map(is_open, self.sizes.values())):
            return [self]
        rng = generator([*seed, SIZES])
        spaces = [self.sizes, *({**self.sizes, **corner} for corner in self.corners)]
        found = [drawn(space, self.where, rng) for space in spaces]
        smallest = least(self.sizes, self.where)
        found += [smallest] if smallest else []
        return [replace(self, sizes=sizes, corners=()) for sizes in found]


SIZES = 19
"""Keeps the draw of a case's sizes apart from that of its numbers."""


def case(
    facet: str,
    *,
    hidden: bool = True,
    dtype: str = "float64",
    layout: str = "C",
    of: str = "any",
    where: Relation | Sequence[Relation] = (),
    corners: Sequence[Mapping[str, Any]] = (),
    needs: tuple[str, ...] = (),
    **sizes: Any,
) -> Case:
    """Write a `Case` as one line: `case("rectangular", H=5, W=7, KH=3, KW=between(1, 4))`."""
    relations = (where,) if callable(where) else tuple(where)
    return Case(facet, sizes, hidden, dtype, layout, of, relations, tuple(corners), needs)


KINDS: Mapping[str, Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]] = {
    "any": lambda rng, shape: rng.normal(size=shape),
    "negative": lambda rng, shape: -0.1 - np.abs(rng.normal(size=shape)),
    "zeros": lambda rng, shape: np.zeros(shape),
    "ties": lambda rng, shape: rng.integers(-1, 2, shape).astype(float),
    "large": lambda rng, shape: 1e6 * rng.normal(size=shape),
    "tiny": lambda rng, shape: 1e-40 * rng.normal(size=shape),
}
"""What numbers a case may ask for: in float32, the tiny ones are subnormal."""

SMALL: Mapping[str, tuple[int, int]] = {"negative": (-9, 0), "zeros": (0, 1), "ties": (-1, 2)}
"""From where to where the whole numbers of a kind go, where not from -3 to 10."""


def generator(seed: Sequence[int] | int) -> np.random.Generator:
    """What `np.random.default_rng` makes of whole numbers, which takes NumPy twice as long.

    It makes an array of each of them first; a case is drawn faster than that.

    Raises
    ------
    ValueError
        If one of them is negative.

    Examples
    --------
    >>> generator([7, 2**40]).integers(100) == np.random.default_rng([7, 2**40]).integers(100)
    np.True_
    """
    words: list[int] = []
    for number in [seed] if isinstance(seed, int) else seed:
        if number < 0:
            raise ValueError(f"a seed is no negative number, {number}")
        words.append(number & WORD)
        while number := number >> 32:
            words.append(number & WORD)
    entropy = np.random.SeedSequence(np.array(words, np.uint32))  # type: ignore[arg-type]
    return np.random.Generator(np.random.PCG64(entropy))


WORD = 0xFFFFFFFF


class Numbers:
    """Where the numbers of a case come from: a seeded generator that knows the case's dtype.

    With `whole=True` it keeps to small whole numbers, which is what a shrunk case is drawn with.
    """

    def __init__(
        self,
        seed: Any,
        *,
        dtype: str = "float64",
        layout: str = "C",
        whole: bool = False,
        of: str = "any",
    ) -> None:
        self.seed = seed
        self.dtype = np.dtype(dtype)
        self.layout = layout
        self.whole = whole
        self.of = of

    @cached_property
    def rng(self) -> np.random.Generator:
        """Made when something is first drawn."""
        return generator(self.seed)

    def array(self, *shape: int) -> np.ndarray:
        """Draw an array of floats, about as often negative as positive unless the case says."""
        if self.whole:
            values = self.rng.integers(*SMALL.get(self.of, (-3, 10)), shape)
        else:
            values = KINDS[self.of](self.rng, shape)
        return self.lay_out(values.astype(self.dtype))

    def size(self, low: int, high: int) -> int:
        """Draw a size for a property, both ends included."""
        return between(low, high).draw(self.rng)

    def lay_out(self, values: np.ndarray) -> np.ndarray:
        """Store `values` as the case asks: row by row, column by column, or with gaps."""
        if self.layout == "F":
            return np.asfortranarray(values)
        if self.layout == "strided":
            return with_gaps(values)
        return values


@dataclass(frozen=True)
class Claim:
    """One thing a property says must be equal (or, with a `bool`, must hold)."""

    got: Any
    wanted: Any
    says: str = ""
    arguments: Arguments | None = None


@dataclass(frozen=True)
class Property:
    """What *defines* an operation, checked on the answer itself and not against a reference.

    `test(call, numbers)` calls the answer as `call(name=value, …)` and yields `Claim`s. It `needs`
    other facets as a case does.
    """

    facet: str
    test: Callable[[Callable[..., Any], Numbers], Iterable[Claim]]
    hidden: bool = True
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give.

    Parameters
    ----------
    name : str
        A few words, unique within the exercise: "kernel flipped".
    answer : callable, or a value where the exercise asks for one
        The wrong answer itself. It must fail the checks, and be recognized as itself.
    sentence : str
        What a student who gave it reads. It says what happened, never what to type.
    see : str
        The heading in the lesson that explains it, where that is not the exercise's own.
    """

    name: str
    answer: Any
    sentence: str
    see: str = ""


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise of the course.

    Parameters
    ----------
    id, lesson : str
        The function's name in kebab case, and the folder of its lesson. In this package they are
        read off the name of the exercise's file and of its folder.
    order : int
        Where in its lesson it is asked: 10 for the first, 20 for the second; what is put between
        them later gets 15.
    see : str
        The heading in the lesson that explains it; mistakes may name another.
    reference : callable, or a value where the exercise asks for one
        The truth.
    draw : callable
        `draw(numbers, **sizes)` makes the arguments of one call.
    example : callable
        `example()` makes the arguments of the worked example: what `look` draws, and what the
        first visible check uses.
    cases, properties, mistakes : sequence
    heart : sequence of str
        Facets of which one at least has to hold: without it nothing else counts. Where nothing is
        said it is the facet of the first case or, where there are none, of the first property.
    smallest : mapping
        The least value of each size when a failing case is shrunk; 1 where nothing is said.
    window : callable
        `window(arguments, where)` names the part of each argument that made the output at index
        `where`: a dict from argument name to an index (ints and slices). Used in pictures.
    results : sequence of str
        Names for the members of a tuple result: `("grad_x", "grad_weights", "grad_bias")`.
    reading : callable
        Reduces a result to what it says, for telling which mistake it is: two tables that are
        written differently may say the same.
    terms : int
        About how many numbers are summed for one output; tolerances follow it.
    rough : float
        Error that the method itself makes, as a part of the largest number of the result: finite
        differences are never exact. Comes on top of rounding.
    patience : float
        Seconds that one call of an answer may take before it counts as endless.
    facet_words : mapping
        Words for the facets that only this exercise has.
    beside : mapping
        The functions of another name that students write on the way to what the exercise asks for,
        with the right ones: later cells call them, and go on where that is not right yet.
    check_points, test_points : float
        What the check in the lesson and the hidden test earn: together 2 for a number or one
        expression, 4 for a function, 6 for a hard one, 8 for a lesson's hardest.
    """

    id: str = ""
    lesson: str = ""
    reference: Any = None
    order: int = 0
    draw: Callable[..., Arguments] | None = None
    example: Callable[[], Arguments] | None = None
    cases: Sequence[Case] = ()
    properties: Sequence[Property] = ()
    heart: Sequence[str] = ()
    see: str = ""
    mistakes: Sequence[Mistake] = ()
    smallest: Mapping[str, int] = field(default_factory=dict)
    window: Callable[[Arguments, tuple[int, ...]], Mapping[str, Any]] | None = None
    results: Sequence[str] = ()
    reading: Callable[[Any], Any] = lambda result: result
    terms: int = 64
    rough: float = 0.0
    patience: float = 20.0
    facet_words: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    check_points: float = 1
    test_points: float = 3

    def words(self, facet: str) -> str:
        """What a facet tests, in words."""
        return self.facet_words.get(facet) or FACETS[facet]

    def heading(self, mistake: Mistake) -> str:
        """The heading in the lesson that explains a mistake."""
        return mistake.see or self.see

    @property
    def function_name(self) -> str:
        """The name of the function a student writes: `conv2d_naive` for `conv2d-naive`."""
        return self.id.replace("-", "_")
