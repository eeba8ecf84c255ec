"""The classroom: lessons are built, handed-in notebooks run, and grades recorded.

On top of nbgrader, nbclient and jupytext. Import the module you need: importing this package
itself costs nothing, so that `autograder --help` answers at once.
"""
