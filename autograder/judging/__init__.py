"""Judging: compare, diagnose, explain. One `Verdict` for one answer."""

from .checking import check, judge, look
from .verdicts import FacetResult, Verdict, WrongAnswer

__all__ = ["FacetResult", "Verdict", "WrongAnswer", "check", "judge", "look"]
