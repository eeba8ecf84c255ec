"""What serves a learner: checks in the lesson, and how far one has come."""

from .cells_run import watch_cells
from .checks import check, look
from .progressing import progress

watch_cells()

__all__ = ["check", "look", "progress"]
