"""What a picture of matrices is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Panel:
    """One matrix of a picture.

    Parameters
    ----------
    title : str
        What the reader is looking at: "image", "kernel", "yours", "expected".
    values : scalar, (W,) or (H, W) array, or None
        Numbers or bools; the masked cells of a masked array stay blank. None draws an empty frame
        with `note` in it.
    kind : str
        A key of `style.KINDS`; colors the title and the frame.
    ring : tuple of (row, column)
        Cells to ring.
    window : (top, left, height, width), optional
        The patch that made the ringed cell, outlined.
    wrong : tuple of (row, column)
        Cells to mark lightly.
    note : str
        A short remark under the matrix.
    before : str
        A sign drawn before the panel, such as "∗", "→" or "≠".
    """

    title: str
    values: np.ndarray | None
    kind: str = "input"
    ring: tuple[tuple[int, int], ...] = ()
    window: tuple[int, int, int, int] | None = None
    wrong: tuple[tuple[int, int], ...] = ()
    note: str = ""
    before: str = ""
    digits: int = 3
