"""Exactly what crosses the wall into a student's process: what asks an answer, and the wire."""
