"""Explorers: pages that answer "what if" about convolutions, by pointer, touch or keys."""

from .embedded import Embedded, embed
from .page import EXPLORERS, document

__all__ = ["EXPLORERS", "Embedded", "document", "embed"]
