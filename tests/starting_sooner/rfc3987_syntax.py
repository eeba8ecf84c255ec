"""In place of a package that takes other people's programs more than a second when they start.

`autograder.lessons` tells why, and does the same for ours. A test puts this folder on the path of a
program that it starts: `env={**os.environ, **SOONER}`.
"""

raise ImportError("jsonschema can do without")
