"""Watching: the student's own function at work, step by step."""

from .watching import watch

__all__ = ["watch"]
