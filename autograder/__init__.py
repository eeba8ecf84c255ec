"""A course on convolutional neural networks, and the harness that judges what students wrote.

In a lesson: `from autograder import check, look, watch`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .judging import Verdict, WrongAnswer, judge
    from .learning import ask, catch, check, explore, guess, hint, look, progress, solution
    from .watching import watch

__all__ = [
    "Verdict",
    "WrongAnswer",
    "ask",
    "catch",
    "check",
    "explore",
    "guess",
    "hint",
    "judge",
    "look",
    "progress",
    "solution",
    "watch",
]

HOMES = {
    "Verdict": "judging",
    "WrongAnswer": "judging",
    "ask": "learning",
    "catch": "learning",
    "check": "learning",
    "explore": "learning",
    "guess": "learning",
    "hint": "learning",
    "judge": "judging",
    "look": "learning",
    "progress": "learning",
    "solution": "learning",
    "watch": "watching",
}
"""The package that each public name comes from."""


def __getattr__(name: str) -> Any:
    # Loaded when first used: `import autograder` itself, and its command's help, stay quick.
    if name in HOMES:
        return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
