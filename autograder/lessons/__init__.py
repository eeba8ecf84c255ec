"""Lessons: sources are read, compiled and built.

Import the module you need: importing this package itself costs nothing, so that `autograder --help`
answers at once.
"""

import sys

# jsonschema, which nbformat imports, would spend a second and a half of every start, and of every
# worker's, on the grammar of addresses in all alphabets. It can do without, and so can notebooks.
# The stub of `sys` knows modules only; None is Python's way to say that there is none.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
