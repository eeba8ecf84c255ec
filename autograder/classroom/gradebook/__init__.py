"""The gradebook of a class: nbgrader's own, and the folders that nbgrader reads beside it.

Everything is stored where nbgrader stores it, by the rules nbgrader has: points given by hand and
comments stay when a submission is graded again. Tables of ours stand beside nbgrader's, which does
not mind them; `tables` says what each is for.
"""

from .address import address
from .attempts import digest_of_cells
from .book import ClassGradebook
from .recording import Result

__all__ = ["ClassGradebook", "Result", "address", "digest_of_cells"]
