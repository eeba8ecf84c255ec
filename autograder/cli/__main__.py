"""`python -m autograder.cli`: the same as the command `autograder`."""

import sys

from . import main

sys.exit(main())
