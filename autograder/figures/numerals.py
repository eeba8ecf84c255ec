"""Numbers in a small space: few characters, and how large they are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def format_number(value: Any, scale: float = 0.0, digits: int = 3) -> str:
    """Write a number in few characters: integers as integers, others to a few digits.

    Parameters
    ----------
    value : number or bool
    scale : float
        The largest size in the matrix. A remainder below a millionth of it is rounding noise and
        is not shown.
    digits : int
        Significant digits. With more than 3 nothing is taken for noise, and no number is cut.

    Examples
    --------
    >>> [format_number(v) for v in (3, -2.0, 0.33333, 12345.6, 0.000123, 4.56e12, np.nan)]
    ['3', '-2', '0.333', '12346', '1.23e-4', '4.56e12', 'nan']
    >>> format_number(2.9999999, scale=9.0)
    '3'
    >>> format_number(1.41421356, digits=9)
    '1.41421356'
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    number = as_float(value)
    if number is None:  # complex numbers, strings: whatever a student returned
        return str(value)[:9]
    if not math.isfinite(number):
        return str(number)
    if digits > 3:
        return f"{number:.{digits}g}"
    size = abs(number)
    if size < 1e6 and abs(number - round(number)) <= 1e-6 * scale:
        return str(round(number))
    if 1000 <= size < 99_999.5:
        return str(round(number))
    if 0.001 <= size < 1000:
        places = 2 - math.floor(math.log10(size))
        return f"{number:.{max(places, 0)}f}"
    mantissa, exponent = f"{number:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def as_float(value: Any) -> float | None:
    """The value as a float; None if it is not a real number, or one beyond the range of floats."""
    if isinstance(value, str | complex | np.complexfloating):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def largest(grid: np.ndarray) -> float:
    """The largest finite size in a matrix of numbers; 0 where there is none."""
    if grid.dtype.kind not in "biuf":
        return 0.0
    sizes = np.abs(grid.astype(float))
    return float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))
