"""Explorers: pages that answer "what if" about convolutions, by pointer, touch or keys."""

from .page import EXPLORERS, document

__all__ = ["EXPLORERS", "document"]
