"""A class of students who do not exist, and what they handed in for 02-filters.

`python -m tests.sample_class DIR` writes it to `DIR/submitted/`, from the lesson as it is now.
"""
