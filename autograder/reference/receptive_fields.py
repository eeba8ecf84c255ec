"""What of the input one output of a stack of layers sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class ReceptiveField(NamedTuple):
    """The input pixels that output number i sees: from start + i·jump on, `size` of them.

    `start` is negative where the first window begins in the padding.
    """

    size: int
    jump: int
    start: int


def receptive_fields(layers: Iterable[Sequence[int]]) -> list[ReceptiveField]:
    """Follow one output back to the input, layer by layer, along one side of the image.

    Parameters
    ----------
    layers : list of (kernel, stride) or (kernel, stride, pad)
        From the input on. Pooling windows count like kernels.

    Returns
    -------
    list of ReceptiveField
        One (size, jump, start) a layer, in input pixels.

    Examples
    --------
    >>> receptive_fields([(3, 1, 1), (2, 2), (3, 1, 1)])[-1]
    ReceptiveField(size=8, jump=2, start=-3)
    """
    size, jump, start = 1, 1, 0
    fields = []
    for kernel, stride, *pads in layers:
        size += (kernel - 1) * jump
        start -= sum(pads) * jump
        jump *= stride
        fields.append(ReceptiveField(size, jump, start))
    return fields


def receptive_field(layers: Iterable[Sequence[int]]) -> int:
    """Give the side of the input patch that one output of a stack of layers sees.

    Examples
    --------
    Three 3×3 filters see as far as one of 7×7:

    >>> receptive_field([(3, 1), (3, 1), (3, 1)])
    7
    """
    fields = receptive_fields(layers)
    return fields[-1].size if fields else 1
