"""A class of students who do not exist, what they handed in, and the grades they must get.

`python -m tests.sample_class DIR` writes it to `DIR/submitted/`, from the lessons as they are now.
"""
