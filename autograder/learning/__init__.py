"""What serves a learner: checks in the lesson, and how far one has come."""

from .cells_run import watch_cells
from .checks import check, look
from .hints import hint
from .progressing import progress
from .solutions import solution

watch_cells()

__all__ = ["check", "hint", "look", "progress", "solution"]
