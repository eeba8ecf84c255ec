"""A course on convolutional neural networks, and the harness that judges what students wrote.

In a lesson: `from autograder import check, look, watch`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .judging import Verdict, WrongAnswer, check, judge, look, progress, watch

__all__ = ["Verdict", "WrongAnswer", "check", "judge", "look", "progress", "watch"]


def __getattr__(name: str) -> Any:
    # Loaded when first used: `import autograder` itself, and its command's help, stay quick.
    if name in __all__:
        from . import judging

        return getattr(judging, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
