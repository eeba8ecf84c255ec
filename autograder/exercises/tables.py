"""Tables of layers: drawn for the exercises that read them, read in those that ask for one.

A student's table is judged by what its rows compute, so defaults may be spelled out or left out,
kernels may be numbers or pairs, and rows that may change places without changing a number may do
so: ReLU before or after max pooling, dropout before or after ReLU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

from autograder.inside.arguments import Arguments
from autograder.reference import accounting, architectures
from autograder.reference.geometry import pair
from autograder.reference.rows import Kind, full_options, kind_of

from .budget import too_long
from .model import Claim, Numbers, Property

Layers = list[tuple[str, dict[str, Any]]]
Shape = tuple[int, ...]

NETWORKS: dict[str, tuple[Callable[[], Layers], Shape]] = {
    "lenet": (architectures.lenet_layers, architectures.LENET_INPUT),
    "alexnet": (architectures.alexnet_layers, architectures.ALEXNET_INPUT),
    "two towers": (lambda: architectures.alexnet_layers(groups=2), architectures.ALEXNET_INPUT),
    "zfnet": (architectures.zfnet_layers, architectures.ZFNET_INPUT),
    "wide zfnet": (lambda: architectures.zfnet_layers("slides"), architectures.ZFNET_INPUT),
    "vgg11": (lambda: architectures.vgg_layers(11), architectures.VGG_INPUT),
    "vgg13": (lambda: architectures.vgg_layers(13), architectures.VGG_INPUT),
    "vgg16": (lambda: architectures.vgg_layers(16), architectures.VGG_INPUT),
    "vgg19": (lambda: architectures.vgg_layers(19), architectures.VGG_INPUT),
}
"""The networks of the course by name: the table, and the shape of the images it is made for."""


# --- drawing a table ------------------------------------------------------------------------------


def named_network(numbers: Numbers, network: str, rows: int = 99) -> Arguments:
    """The first rows of a network of the course."""
    table, input_shape = NETWORKS[network]
    return {"layers": table()[:rows], "input_shape": input_shape}


def drawn_network(
    numbers: Numbers,
    blocks: int = 1,
    channels: int = 2,
    kernel: int = 3,
    stride: int = 1,
    pad: int = 0,
    pool: int = 0,
    step: int = 0,
    groups: int = 1,
    hidden: int = 0,
    pairs: bool = False,
    wide: bool = False,
    norms: tuple[str, ...] = (),
    average: bool = False,
    rate: float = 0.0,
    misfit: bool = False,
) -> Arguments:
    """Draw a table from its last row back to its first, so that every size fits.

    Parameters
    ----------
    blocks : int
        Blocks of conv, norms, ReLU and pooling.
    pool, step : int
        Window and stride of the pooling rows; without `pool` there are none, without `step` the
        stride is left out.
    hidden : int
        Fully connected rows, after a flatten row.
    pairs : bool
        Write kernel, stride and pad as pairs of different numbers.
    wide : bool
        Take images that are wider than high; else they are square, or as nearly as `pairs` allows.
    misfit : bool
        Take images that are one pixel too high; it shows where a stride is larger than 1.
    """
    rng = numbers.rng
    rows: Layers = []
    height, narrow = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    width = narrow + 3 if wide else height

    def sides(value: int, more: tuple[int, int]) -> Any:
        return (value + more[0], value + more[1]) if pairs else value

    window, jump, frame = sides(kernel, (1, 0)), sides(stride, (0, 1)), sides(pad, (1, 0))
    for _ in range(blocks):
        block: Layers = []
        options = {"filters": groups * int(rng.integers(2, 6)), "kernel": window}
        for name, value, default in (
            ("stride", jump, 1),
            ("pad", frame, 0),
            ("groups", groups, 1),
        ):
            # A default is spelled out about as often as it is left out.
            if value != default or rng.random() < 0.5:
                options[name] = value
        block.append(("conv", options))
        block += [(norm, {}) for norm in norms]
        block.append(("relu", {}))
        if pool:
            size = {"size": pool, **({"stride": step} if step else {})}
            block.append(("average_pool" if average else "max_pool", size))
            apart = step or pool
            height, width = (height - 1) * apart + pool, (width - 1) * apart + pool
        rows = block + rows
        height, width = (
            (size - 1) * s + k - 2 * p
            for size, k, s, p in zip(
                (height, width), pair(window), pair(jump), pair(frame), strict=True
            )
        )
    if hidden:
        rows.append(("flatten", {}))
    for number in range(hidden):
        rows.append(("fully_connected", {"units": int(rng.integers(2, 9))}))
        if number < hidden - 1:
            rows.append(("relu", {}))
            rows += [("dropout", {"rate": rate})] if rate else []
    return {"layers": rows, "input_shape": (channels * groups, height + misfit, width)}


def table(numbers: Numbers, network: str = "", **sizes: Any) -> Arguments:
    """A network of the course if it is named, else one drawn from its sizes."""
    draw = named_network if network else drawn_network
    return draw(numbers, **({"network": network} if network else {}), **sizes)


# --- reading a table ------------------------------------------------------------------------------


@dataclass
class Working:
    """A row that computes something of its own, and what is done in place after it."""

    number: int
    kind: str
    options: dict[str, Any]
    shape: Shape
    parameters: int
    keeps_order: bool = False
    after: set[str] = field(default_factory=set)

    @property
    def layer(self) -> tuple:
        """What the row says of itself, whatever it is given."""
        return self.kind, tuple(sorted(self.options.items()))

    @property
    def does(self) -> tuple:
        return *self.layer, self.shape, self.parameters

    @property
    def words(self) -> str:
        if self.number < 0:
            return "the input"
        name = self.kind.replace("_", " ")
        made = f"gives {'×'.join(map(str, self.shape))}"
        learned = f" and learns {self.parameters:,} numbers" if self.parameters else ""
        return f"row {self.number}, {name}, which {made}{learned}"


class Unreadable(Exception):
    """What was handed in is no table of layers; says why."""


def read(rows: Any, input_shape: Shape) -> list[Working]:
    """Reduce a table to the rows that work, each with what is done in place after it.

    Rows are numbered from 0, as in Python.
    """
    if not isinstance(rows, (list, tuple)) or not rows:
        raise Unreadable("the table is a list of rows")
    if problem := too_long(rows):
        raise Unreadable(problem)
    for number, row in enumerate(rows):
        if (
            not isinstance(row, (list, tuple))
            or len(row) != 2
            or not isinstance(row[0], str)
            or not isinstance(row[1], dict)
        ):
            raise Unreadable(f"row {number} is a pair of a kind and a dict of options")
    rows = [tuple(row) for row in rows]
    try:
        shapes = accounting.layer_shapes(rows, input_shape)
        counts = accounting.parameter_counts(rows, input_shape)
        options = [full_options(row) for row in rows]
        return working(rows, input_shape, options, shapes, counts)
    except Unreadable:
        raise
    except ValueError as problem:
        raise Unreadable(f"the table can be read to its end; {problem}") from None
    except Exception:
        raise Unreadable("all options are numbers or pairs of numbers") from None


def working(
    rows: Layers,
    input_shape: Shape,
    options: list[dict[str, Any]],
    shapes: list[Shape],
    counts: list[int],
) -> list[Working]:
    """The input and every row that works; flatten rows only have to be where they are needed."""
    found = [Working(-1, "input", {}, input_shape, 0)]
    befores = [input_shape, *shapes]
    for number, (row, before) in enumerate(zip(rows, befores, strict=False)):
        kind = kind_of(row)
        if kind.in_place:
            place = _place_before(kind, found)
            place.after |= {kind.words_in_place(options[number])} - {""}
            continue
        if kind.reads_flat and prod(before[1:]) > 1:
            name = kind.label(options[number])
            raise Unreadable(f"the image is flattened before row {number}, {name}")
        row = kind.simplest(before, options[number])
        shape = kind_of(row).shape_after(before, full_options(row))
        kept = what_matters(row[1])
        found.append(Working(number, row[0], kept, shape, counts[number], kind.keeps_order))
    return found


def _place_before(kind: Kind, found: list[Working]) -> Working:
    """The row after which something in place is done; what keeps the order may change places."""
    passed = (row for row in reversed(found) if not (kind.keeps_order and row.keeps_order))
    return next(passed)


def what_matters(options: dict[str, Any]) -> dict[str, Any]:
    """Options without the one that cannot show: where all sizes fit, `floor` does nothing."""
    return {name: value for name, value in options.items() if name != "floor"}


def as_read(input_shape: Shape, prepare: Callable[[Any], Any] = lambda rows: rows):
    """How to reduce a table to what its rows do: defaults and pairs that are spelled out are gone.

    Parameters
    ----------
    input_shape : tuple of int
        What the table is made for.
    prepare : callable
        Takes out of the rows what is left to whoever writes them.
    """

    def reading(rows: Any) -> Any:
        rows = prepare(rows)
        try:
            return [repr(alike((row.does, sorted(row.after)))) for row in read(rows, input_shape)]
        except Unreadable:
            return spelled_out(rows)

    return reading


def alike(value: Any) -> Any:
    """A value with 2 and 2.0 written in one way."""
    if isinstance(value, (list, tuple)):
        return [alike(item) for item in value]
    return float(value) if isinstance(value, (int, float)) else value


def spelled_out(rows: Any) -> Any:
    """The rows of a table that cannot be read to its end, each with all of its options."""
    try:
        named = [(kind_of(row), full_options(row)) for row in rows]
        return [
            repr(alike((kind.name, sorted(what_matters(kind.written_out(options)).items()))))
            for kind, options in named
        ]
    except Exception:
        return rows


# --- judging a table ------------------------------------------------------------------------------


def compare_rows(rows: Any, wanted: Layers, input_shape: Shape, called: str) -> Iterator[Claim]:
    """Claim, row by row, that the rows that work are the right ones."""
    try:
        yours = read(rows, input_shape)
    except Unreadable as problem:
        yield Claim(False, True, f"for {called}, {problem}")
        return
    right = read(wanted, input_shape)
    others = others_in_words(yours, right)
    for number, (mine, theirs) in enumerate(zip(yours, right, strict=False)):
        others = others or (", as all before it are" if number else "")
        says = f"for {called}, {mine.words}, is the right layer there{others}"
        yield Claim(mine.does == theirs.does, True, says)
    if len(yours) < len(right):
        yield Claim(False, True, f"for {called}, {yours[-1].words}, is not the last of its layers")
    if len(yours) > len(right):
        extra = yours[len(right)]
        yield Claim(False, True, f"for {called}, nothing comes in place of {extra.words}")


def others_in_words(yours: list[Working], right: list[Working]) -> str:
    """What is said of the other layers if a single one says of itself what it should not."""
    alike = [mine.layer == theirs.layer for mine, theirs in zip(yours, right, strict=False)]
    one = len(yours) == len(right) and alike.count(False) == 1
    return ", as all others are" if one else ""


def compare_between(rows: Any, wanted: Layers, input_shape: Shape, called: str) -> Iterator[Claim]:
    """Claim that ReLU and dropout stand where they belong."""
    try:
        yours = read(rows, input_shape)
    except Unreadable as problem:
        yield Claim(False, True, f"for {called}, {problem}")
        return
    right = read(wanted, input_shape)
    for mine, theirs in zip(yours, right, strict=False):
        found = " and ".join(sorted(mine.after)) or "nothing"
        yield Claim(
            mine.after == theirs.after,
            True,
            f"for {called}, the right things are done in place after {mine.words} ({found})",
        )
    yield Claim(len(yours), len(right), f"for {called}, there are as many layers as there should")
    alike = [mine.layer == theirs.layer for mine, theirs in zip(yours, right, strict=False)]
    known = 2 * sum(alike) > len(right)
    yield Claim(known, True, f"for {called}, most of the layers between which they stand are right")


def same_table(
    reference: Callable[..., Layers],
    input_shape: Shape,
    name: str,
    calls: dict[str, tuple[Arguments, ...]],
    prepare: Callable[[Any], Any] = lambda rows: rows,
) -> tuple[Property, ...]:
    """Properties that hold a student's table against the right one.

    Parameters
    ----------
    reference : callable
        Makes the right table.
    input_shape : tuple of int
        What the table is made for.
    name : str
        The student's function, as the sentences call it.
    calls : dict of str to tuple of arguments
        By facet: the calls whose tables are compared.
    prepare : callable
        Takes out of the student's rows what is left to them.
    """
    return tuple(
        Property(
            facet + suffix,
            table_test(reference, input_shape, name, ways, compare, prepare),
            hidden=False,
        )
        for facet, ways in calls.items()
        for suffix, compare in (("", compare_rows), ("_between", compare_between))
    )


def table_test(reference, input_shape, name: str, ways: tuple[Arguments, ...], compare, prepare):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        for arguments in ways:
            rows = prepare(call(**arguments))
            given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
            yield from compare(rows, reference(**arguments), input_shape, f"{name}({given})")

    return test
