"""What serves a learner: checks in the lesson, and how far one has come."""

from .asking import ask
from .catching import catch
from .cells_run import watch_cells
from .checks import check, look
from .exploring import explore
from .guessing import guess
from .hints import hint
from .progressing import progress
from .solutions import solution

watch_cells()

__all__ = ["ask", "catch", "check", "explore", "guess", "hint", "look", "progress", "solution"]
