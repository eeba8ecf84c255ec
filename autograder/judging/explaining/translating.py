"""What Python and NumPy say when they stop, in a student's words and with the numbers at hand."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from autograder.exercises import Arguments
from autograder.inside.answers import Response

GENERATOR = {
    "rand": "random",
    "random_sample": "random",
    "randn": "standard_normal",
    "randint": "integers",
    "random_integers": "integers",
}
"""What the functions of `np.random` are called that a Generator has under another name."""

GONE = {
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "sometrue": "np.any",
    "alltrue": "np.all",
    "row_stack": "np.vstack",
    "in1d": "np.isin",
    "trapz": "np.trapezoid",
    "Inf": "np.inf",
    "Infinity": "np.inf",
    "NaN": "np.nan",
    "float_": "np.float64",
    "float": "float",
    "int": "int",
    "bool": "bool",
    "object": "object",
}
"""What NumPy had once, and what does the same now."""


def meaning(response: Response, arguments: Arguments) -> str:
    """What an error means, as a sentence; empty where Python's own words have to do."""
    if response.error == KeyError.__name__ and response.detail:
        return f"There is no key {response.detail} there: is it spelled right?"
    for pattern, says in WORDS:
        found = re.search(pattern, response.detail)
        if found:
            return says(found, arguments)
    return FITS if response.error in REFUSING else ""


REFUSING = ("ValueError", "AssertionError")

FITS = "These inputs fit: there is a result for them, and nothing to refuse."
"""What is said where an answer refuses what it should take: the right one does not."""


def sides(text: str) -> str:
    """A shape as NumPy writes it in a message, as Python does: "(3,4)" becomes "(3, 4)"."""
    numbers = re.findall(r"\d+", text)
    return f"({numbers[0]},)" if len(numbers) == 1 else f"({', '.join(numbers)})"


def fraction(found: re.Match, arguments: Arguments) -> str:
    return (
        "A number with a decimal point stands where a whole number is needed, as a size, an index "
        "or in `range`: `/` gives such a number even for 6 / 2, `//` gives a whole one."
    )


def generator(found: re.Match, arguments: Arguments) -> str:
    name = GENERATOR.get(found[1])
    if name:
        return f"`rng` is a Generator, which has no `{found[1]}`: `rng.{name}` is what it has."
    return f"`rng` is a Generator, which has no `{found[1]}`."


def gone(found: re.Match, arguments: Arguments) -> str:
    name = found[1]
    if name in GONE:
        return f"This version of NumPy has no `np.{name}`: use `{GONE[name]}`."
    return f"NumPy has no `np.{name}`: is it spelled right?"


def pairs(found: re.Match, arguments: Arguments) -> str:
    given = [f"`{n} = {v}`" for n, v in arguments.items() if isinstance(v, tuple)]
    if not given:
        return "A tuple and a number cannot be put together like that."
    what = "a pair" if len(given) == 1 else "pairs"
    return (
        f"Your function got {' and '.join(given)}, {what}, where it computes with one number: "
        "take height and width apart first."
    )


def nothing(found: re.Match, arguments: Arguments) -> str:
    given = [f"`{name}`" for name, value in arguments.items() if value is None]
    if given:
        return f"Your function got None for {' and '.join(given)}: put the default in its place."
    return "Something is None there: does a function that you call lack its `return`?"


def ragged(found: re.Match, arguments: Arguments) -> str:
    return "An array is made of parts that differ in shape: all rows of an array are equally long."


def broadcast(found: re.Match, arguments: Arguments) -> str:
    shapes = [sides(text) for text in re.findall(r"\([\d,]*\)", found[1])]
    return (
        f"Arrays of shapes {' and '.join(shapes)} meet there, and do not fit: counted from the "
        "last axis, two sizes must be equal, or one of them 1."
    )


def assigned(found: re.Match, arguments: Arguments) -> str:
    return f"Something of shape {sides(found[1])} is put into a place of shape {sides(found[2])}."


def product(found: re.Match, arguments: Arguments) -> str:
    return (
        f"A matrix product needs as many columns on its left as rows on its right; here they are "
        f"{found[2]} and {found[1]}."
    )


def dot(found: re.Match, arguments: Arguments) -> str:
    return (
        f"A product of shapes {sides(found[1])} and {sides(found[2])} needs as many columns on "
        "its left as rows on its right."
    )


def beyond(found: re.Match, arguments: Arguments) -> str:
    index, axis, size = found.groups()
    last = f"the last index is {int(size) - 1}" if int(size) else "it is empty"
    return f"Index {index} is asked of axis {axis}, which has {size} numbers: {last}."


def axes(found: re.Match, arguments: Arguments) -> str:
    return f"An array with {found[1]} axes is given {found[2]} indices."


def axis(found: re.Match, arguments: Arguments) -> str:
    return f"Axis {found[1]} is asked of an array with {found[2]} axes, which are counted from 0."


def reshape(found: re.Match, arguments: Arguments) -> str:
    return f"{found[1]} numbers cannot be put into the shape {sides(found[2])}."


def unset(found: re.Match, arguments: Arguments) -> str:
    return f"`{found[1]}` is read before anything is put into it."


def unknown(found: re.Match, arguments: Arguments) -> str:
    return f"Nothing is called `{found[1]}` there: is it spelled right, and has its cell run?"


def unpacked(found: re.Match, arguments: Arguments) -> str:
    return (
        f"Something of {found[2]} parts is taken apart into {found[1]} names: is it of the shape "
        "that you expect?"
    )


def unpacked_more(found: re.Match, arguments: Arguments) -> str:
    return f"Something of more than {found[1]} parts is taken apart into {found[1]} names."


def attribute(found: re.Match, arguments: Arguments) -> str:
    """What has no attribute of a name: an array may have it, where a list has not."""
    kind, name = found.groups()
    if kind in ("list", "tuple") and hasattr(np.ndarray, name):
        return f"A {kind} has no `{name}`: make it an array first, with `np.array`."
    if kind in ("int", "float") and hasattr(np.ndarray, name):
        return f"A single number (`{kind}`) has no `{name}`: an array has."
    what = {"numpy.ndarray": "An array", "list": "A list", "tuple": "A tuple"}
    return f"{what.get(kind, f'A value of type `{kind}`')} has no `{name}`: is it spelled right?"


def called(found: re.Match, arguments: Arguments) -> str:
    kinds = {
        "numpy.ndarray": "An array",
        "list": "A list",
        "tuple": "A tuple",
        "module": "A module",
    }
    return (
        f"{kinds.get(found[1], 'A number')} is called like a function: `x[i]` takes a part of it, "
        "`x * i` multiplies."
    )


def plainly(words: str) -> Callable[[re.Match, Arguments], str]:
    """Words that are the same for each error of a kind."""
    return lambda found, arguments: words


LIST = "A list does not compute as an array does: make it an array first, with `np.array`."

PLAIN: dict[str, str] = {
    r"^division by zero|division or modulo by zero|modulo by zero": "Something is divided by 0.",
    r"truth value of an array": (
        "`if`, `and`, `or` and Python's own `max` and `min` need one truth value, and an array has "
        "many: use `np.where`, `np.maximum`, `np.any` or `np.all`."
    ),
    r"for [^:]*: .*'list'|can't multiply sequence|can only concatenate list": LIST,
    r"can only concatenate str|for [^:]*: .*'str'": "A text and a number cannot be put together.",
    r"'(?:int|float|numpy\.\w+)' object is not subscriptable|invalid index to scalar": (
        "A single number is indexed as if it were an array or a tuple."
    ),
    r"cannot unpack non-iterable": "A single value is taken apart into several names.",
    r"'(?:int|float|numpy\.\w+)' object is not iterable": (
        "A `for` or a `sum` goes through a single number: `range(n)` counts up to it."
    ),
    r"does not have enough dimensions": "A matrix product (`@`) is asked of a single number.",
    r"zero-size array|argm\w+ of an empty sequence|arg is an empty sequence": (
        "The largest or smallest of no numbers at all is asked for: a slice is empty there."
    ),
    r"(?:list|tuple|string) index out of range": (
        "An index lies beyond the end: the last one is one less than the length."
    ),
    r"unhashable type": "An array or a list cannot be a key of a dict, or stand in a set.",
    r"only (?:length-1|size-1|0-dimensional) arrays": "Several numbers stand where one is needed.",
    r"Cannot cast ufunc": (
        "Numbers with a decimal point are put into an array of whole numbers: make it one of "
        "floats first."
    ),
    r"assignment destination is read-only|output array is read-only": (
        "An array is written to that must stay as it is: work on a copy."
    ),
    r"arrays used as indices must be of integer": (
        "Numbers with a decimal point are used as an index: `.astype(int)` makes them whole."
    ),
    r"dimensions except for the concatenation axis": (
        "Arrays are joined that differ along another axis than the one they are joined along."
    ),
    r"must have same number of dimensions": "Arrays with different numbers of axes are joined.",
    r"expected a sequence of integers or a single integer": (
        "A shape is one whole number or a tuple of whole numbers; something else is given for it."
    ),
    r"range\(\) arg 3 must not be zero|slice step cannot be zero": "The step of a range is 0.",
    r"all input arrays must have the same shape": "Arrays of different shapes are stacked.",
    r"negative dimensions": (
        "An array of a negative size is asked for: a size is computed too small."
    ),
    r"can't contain negative values": "`np.pad` is given a negative number.",
    r"einstein sum|einsum|operand has more dimensions than subscripts": (
        "The letters of `np.einsum` do not fit its arrays: each axis has one letter."
    ),
    r"cannot select an axis to squeeze": "An axis is taken away whose length is not 1.",
}
"""What is said of errors that need no numbers."""

WORDS: tuple[tuple[str, Callable[[re.Match, Arguments], str]], ...] = (
    (r"'(?:numpy\.)?float\w*' object cannot be interpreted as an integer", fraction),
    (r"slice indices must be integers", fraction),
    (r"only integers, slices .* are valid indices", fraction),
    (r"Generator' object has no attribute '(\w+)'", generator),
    (r"module 'numpy' has no attribute '(\w+)'", gone),
    (r"`np\.(\w+)` was removed", gone),
    (r"inhomogeneous shape", ragged),
    (r"setting an array element with a sequence", ragged),
    (r"operand type\(s\) for .*'NoneType'|'NoneType' object", nothing),
    (
        r"can only concatenate tuple|operand type\(s\) for .*'tuple'|bad operand type .*'tuple'",
        pairs,
    ),
    (r"'tuple' object cannot be interpreted as an integer|, not 'tuple'$", pairs),
    (r"not supported between instances of .*'tuple'", pairs),
    (r"operands could not be broadcast together with (?:remapped )?shapes (.*)", broadcast),
    (r"could not broadcast input array from shape (\([\d,]*\)) into shape (\([\d,]*\))", assigned),
    (r"matmul: .* mismatch .*\(size (\d+) is different from (\d+)\)", product),
    (r"shapes (\([\d,]*\)) and (\([\d,]*\)) not aligned", dot),
    (r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", beyond),
    (r"array is (\d+)-dimensional, but (\d+) were indexed", axes),
    (r"cannot reshape array of size (\d+) into shape (\([\d,]*\))", reshape),
    (r"local variable '(\w+)'", unset),
    (r"^name '(\w+)' is not defined", unknown),
    (r"not enough values to unpack \(expected (?:at least )?(\d+), got (\d+)\)", unpacked),
    (r"too many values to unpack \(expected (\d+)", unpacked_more),
    (r"'([\w.]+)' object has no attribute '(\w+)'", attribute),
    (r"'(numpy\.ndarray|list|tuple|module|int|float|numpy\.\w+)' object is not callable", called),
    (r"axis (-?\d+) is out of bounds for array of dimension (\d+)", axis),
    *((pattern, plainly(words)) for pattern, words in PLAIN.items()),
)
"""How an error's message is recognized, and what is said of it."""
