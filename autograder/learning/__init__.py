"""What serves a learner: checks in the lesson, and how far one has come."""

from .checks import check, look
from .progressing import progress

__all__ = ["check", "look", "progress"]
