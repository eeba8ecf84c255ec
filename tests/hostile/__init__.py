"""A bank of hostile submissions, each with the grade that it must get."""
