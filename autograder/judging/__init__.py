"""Judging: compare, diagnose, explain. One `Verdict` for one answer."""

from autograder.inside.verdicts import FacetResult, Verdict, WrongAnswer

from .checking import judge

__all__ = ["FacetResult", "Verdict", "WrongAnswer", "judge"]
