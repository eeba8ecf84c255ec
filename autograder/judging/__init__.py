"""Judging: compare, diagnose, explain. One `Verdict` for one answer."""

from .checking import check, judge, look
from .progressing import progress
from .verdicts import FacetResult, Verdict, WrongAnswer
from .watching import watch

__all__ = ["FacetResult", "Verdict", "WrongAnswer", "check", "judge", "look", "progress", "watch"]
