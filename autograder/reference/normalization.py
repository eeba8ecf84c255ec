"""Normalization under the name that lessons import; each kind is a file of `layers`."""

from .layers.batch_norm import (
    batch_normalize,
    batch_normalize_backward,
    batch_normalize_inference,
    batch_statistics,
    update_running_statistics,
)
from .layers.local_response_norm import (
    local_response_normalize,
    local_response_normalize_backward,
)

__all__ = [
    "batch_normalize",
    "batch_normalize_backward",
    "batch_normalize_inference",
    "batch_statistics",
    "local_response_normalize",
    "local_response_normalize_backward",
    "update_running_statistics",
]
