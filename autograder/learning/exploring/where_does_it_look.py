"""What `where-does-it-look` is given: networks, a photo and a digit."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from autograder.datasets import load_digits, load_photo

from .networks import networks

DATA = ("chelsea.png", "digits.npz")

SIDE = 227
CORNER = (20, 112)
"""Where chelsea's face is: rows and columns from here on."""

DIGIT = 1203
"""A held-out digit, the one that lesson 06 follows through LeNet."""


def given(
    own: Any = None,
    input_shape: Sequence[int] | None = None,
    *,
    digits: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Any]:
    """The networks, and what they look at.

    Parameters
    ----------
    own : list of (kind, options), optional
    input_shape : (C, H, W), optional
        Of the images for `own`.
    digits : dict, optional
        In place of `load_digits()`.
    """
    data = load_digits() if digits is None else digits
    top, left = CORNER
    photo = load_photo("chelsea")[top : top + SIDE, left : left + SIDE]
    return {
        "networks": networks(own, input_shape),
        "photo": picture(photo, "jpeg", quality=72),
        "digit": picture(np.pad(data["held_out_images"][DIGIT], 2), "png"),
    }


def picture(pixels: np.ndarray, form: str, **options: Any) -> str:
    """A picture as an address that holds it."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format=form, **options)
    return f"data:image/{form};base64,{b64encode(file.getvalue()).decode('ascii')}"
