"""Explaining: the sentence, the smallest failing case, and its picture."""
