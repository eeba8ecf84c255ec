"""What a network as a table is made of: its rows, and what a row leaves out."""

from .layers.kind import KINDS, Kind, Layer, Layers, Params, full_options, kind_of

__all__ = ["KINDS", "Kind", "Layer", "Layers", "Params", "full_options", "kind_of"]
