"""Every kind of layer, one file each: what it computes, and what a row of that kind is asked.

In each file the operation comes first, in plain words and plainly computed; then the kind of row
that uses it. `kind` says what a kind is asked, and `stack` asks the rows of a table in turn.
"""

# isort: off
# One line a file of kinds, in the order in which messages name them.
from . import conv
from . import pool
from . import relu
from . import local_response_norm
from . import batch_norm
from . import dropout
from . import flatten
from . import linear
from . import residual
