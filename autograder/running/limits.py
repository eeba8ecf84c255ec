"""How much the run of one notebook may use."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much one notebook may use before it is stopped.

    Parameters
    ----------
    cell_seconds, notebook_seconds : float
        Processor time, of all processes together. A cell over its time is interrupted and the next
        one runs; a notebook over its time ends there.
    wall : float
        How many times as long they may take by the clock on the wall, which a busy machine takes
        from whoever is on it: a bound for those who sleep.
    cell_output, notebook_output : int
        Output kept, in characters. What comes after is dropped.
    kernel_deaths : int
        How often a dead kernel is replaced.
    """

    cell_seconds: float = 20
    notebook_seconds: float = 300
    wall: float = 10
    cell_output: int = 4_000_000
    notebook_output: int = 30_000_000
    kernel_deaths: int = 3

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} is a number above 0, not {value}")
