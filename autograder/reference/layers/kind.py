"""What a kind of layer says of itself, and the kinds that there are.

A row of a table is `(kind, options)`. Everything that the course asks of a row (its shape, its
parameters, its work, forward and backward) it asks the row's kind: one class, in one file of this
folder, of which `register` knows one instance. What a kind does not say is as `Kind` has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar, TypeVar

import numpy as np

from ..geometry import pair

Layer = tuple[str, dict[str, Any]]
Layers = list[Layer]
Params = list[dict[str, np.ndarray]]
Options = dict[str, Any]
Learned = dict[str, np.ndarray]
Shape = tuple[int, ...]
#: Kernel, stride and pad along one axis.
Window = tuple[int, int, int]

#: The default of an option that has none.
REQUIRED = object()


class Kind:
    """A kind of layer that keeps the shape, learns nothing, and computes something of its own.

    The methods get a row's options filled in, as `full_options` gives them, and its parameters by
    name. Shapes are those of one image, (C, H, W) or (D,), without the batch.

    Attributes
    ----------
    name : str
        How rows call it.
    options : dict
        What an option is when it is left out; REQUIRED if it may not be.
    sides : tuple of str
        Options that are a number, or a pair of numbers: down, then across.
    in_place : bool
        Whether the layer writes over its input, and so stores nothing of its own.
    passes_on : bool
        Whether what comes out may be the very numbers that went in, not a copy of them.
    reads_flat : bool
        Whether the layer reads an image as one row of numbers.
    keeps_order : bool
        Whether the larger of two numbers stays so. Such kinds may change places.
    convolves : bool
        Whether its weights are filters that slide over an image.
    rectifies : bool
        Whether the layer is what `forward_rectified` of the layer before can do for it.
    can_rectify : bool
        Whether there is a `forward_rectified`.
    """

    name = ""
    options: ClassVar[Options] = {}
    sides: tuple[str, ...] = ()
    in_place = False
    passes_on = False
    reads_flat = False
    keeps_order = False
    convolves = False
    rectifies = False
    can_rectify = False

    # --- what a row costs: asked by `accounting` ---

    def shape_after(self, shape: Shape, options: Options) -> Shape:
        """Give the shape of what comes out; a ValueError says what does not fit."""
        return shape

    def parameter_shapes(self, shape: Shape, options: Options) -> dict[str, Shape]:
        """Give the shapes of what the row learns by name: `"weights"`, `"bias"`."""
        return {}

    def activations(self, shape: Shape, options: Options) -> int:
        """Count the numbers that a forward pass stores for one image."""
        return 0 if self.in_place else prod(self.shape_after(shape, options))

    def multiply_adds(self, shape: Shape, options: Options) -> int:
        """Count the multiplications, each with its addition, for one image."""
        return 0

    def window(self, options: Options, axis: int) -> Window | None:
        """Give what one output reads along an axis (0 or 1); None where it reads all."""
        return 1, 1, 0

    def step(self, options: Options, axis: int) -> int | None:
        """Give how far apart the windows of two neighbors lie; None where one reads all."""
        return 1

    def label(self, options: Options) -> str:
        """Name the row in a table."""
        return self.name.replace("_", " ")

    # --- how a row reads: asked where tables are compared ---

    def written_out(self, options: Options) -> Options:
        """Give the options in one form: sides as pairs, and nothing left to a default."""
        return {**options, **{name: pair(options[name]) for name in self.sides}}

    def simplest(self, shape: Shape, options: Options) -> Layer:
        """Give the simplest row that does the same on an input of that shape."""
        return self.name, self.written_out(options)

    def words_in_place(self, options: Options) -> str:
        """Say what is done in place, for a kind that does something there."""
        return ""

    # --- running a row: asked by `networks` ---

    def initialize(
        self, shape: Shape, options: Options, rng: np.random.Generator, dtype: type
    ) -> Learned:
        """Draw what the row learns: He's normal weights, and biases of 0."""
        shapes = self.parameter_shapes(shape, options)
        drawn = {name: np.zeros(shape, dtype) for name, shape in shapes.items()}
        if drawn:
            weights = drawn["weights"]
            rng.standard_normal(out=weights, dtype=dtype)
            weights *= np.sqrt(2 / (weights.size // len(weights))).astype(dtype)
        return drawn

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        """Compute a batch (N, ...), as the network is used once it has been trained."""
        raise NotImplementedError

    def forward_rectified(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        """Do what `forward` and a ReLU after it do, in one go."""
        raise NotImplementedError

    def overwrite(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        """Do what `forward` does, where the input is needed no more."""
        return self.forward(x, learned, options)

    # --- training a row: asked by `backpropagation` and `training` ---

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        """Compute a mini-batch, (H, C, W, N) or (D, N), and give what the way back needs."""
        raise NotImplementedError

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray | None, Learned]:
        """Give the gradients of the input, if `to_images`, and of what is learned by name.

        `grad` may be written over.
        """
        raise NotImplementedError

    def running(self, learned: Learned, kept: Any, options: Options) -> Learned:
        """Give what the row keeps of a mini-batch beside what gradients move, by name."""
        return {}


K = TypeVar("K", bound=Kind)
KINDS: dict[str, Kind] = {}


def register(kind: type[K]) -> type[K]:
    """Let rows of that kind stand in tables."""
    KINDS[kind.name] = kind()
    return kind


def kind_of(row: Layer) -> Kind:
    """Find the kind of a row.

    Raises
    ------
    ValueError
        If no kind is called so.
    """
    if row[0] not in KINDS:
        raise ValueError(f"no kind of layer is called {row[0]!r}; there are {', '.join(KINDS)}")
    return KINDS[row[0]]


def full_options(row: Layer) -> Options:
    """Fill in what a row leaves out.

    Raises
    ------
    ValueError
        If the kind or an option is unknown, or a needed option is missing.

    Examples
    --------
    >>> full_options(("max_pool", {"size": 2}))
    {'size': 2, 'stride': None, 'floor': False}
    """
    return read_row(row)[1]


def read_row(row: Layer) -> tuple[Kind, Options]:
    """Give a row's kind and its full options; a ValueError says what is wrong with the row."""
    kind, (name, given) = kind_of(row), row
    unknown = given.keys() - kind.options.keys()
    if unknown:
        raise ValueError(
            f"{name} has no option {sorted(unknown)[0]!r}; "
            f"it has {', '.join(kind.options) or 'none'}"
        )
    options = {**kind.options, **given}
    missing = [option for option, value in options.items() if value is REQUIRED]
    if missing:
        raise ValueError(f"{name} needs the option {missing[0]!r}")
    return kind, options


def image_sides(shape: Shape) -> tuple[int, int]:
    """Give the height and the width of an image (C, H, W), or a ValueError for another shape."""
    if len(shape) != 3:
        raise ValueError("images (C, H, W) are needed, not flattened ones")
    return shape[1], shape[2]


def times(numbers: Sequence[int]) -> str:
    """Write sizes for people.

    Examples
    --------
    >>> times((3, 224, 224))
    '3×224×224'
    """
    return "×".join(map(str, numbers))
