"""Marking one question for a whole class: answers side by side, without names."""

from .answers import Answer, Marking
from .scheme import Criterion, Question, question_of

__all__ = ["Answer", "Criterion", "Marking", "Question", "question_of"]
