"""Diagnosis: which known mistakes an answer behaves like."""
