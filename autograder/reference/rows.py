"""What a network as a table is made of: rows, their kinds, and what a row leaves out."""

# isort: off
# One line a file of kinds, in the order in which messages name them.
from .layers import (  # noqa: F401
    conv,
    pool,
    relu,
    local_response_norm,
    batch_norm,
    dropout,
    flatten,
    linear,
    residual,
)

# isort: on
from .layers.kind import KINDS, Kind, Layer, Layers, Params, full_options, kind_of
from .layers.stack import Stack

__all__ = ["KINDS", "Kind", "Layer", "Layers", "Params", "Stack", "full_options", "kind_of"]
