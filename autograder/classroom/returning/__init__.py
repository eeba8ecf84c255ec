"""Giving back: the grade file that a learning platform reads, and the pages under its own names."""

from .exporters import CanvasExport, MoodleExport
from .give_back import Returned, give_back

__all__ = ["CanvasExport", "MoodleExport", "Returned", "give_back"]
