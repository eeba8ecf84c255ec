"""Convolution under the name that lessons import; it is a file of `layers`."""

from .layers.conv import (
    conv2d_backward,
    conv2d_backward_plain,
    conv2d_forward,
    conv2d_forward_plain,
)

__all__ = [
    "conv2d_backward",
    "conv2d_backward_plain",
    "conv2d_forward",
    "conv2d_forward_plain",
]
