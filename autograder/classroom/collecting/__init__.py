"""Collecting what a class handed in on a learning platform into `submitted/`.

Whatever the files are called, a notebook is taken by the cells in it; what a platform wrote about
it (name, number, time, late or not) is kept, so that grades and pages can be given back.
"""

from .collect import Collected, Row, collect
from .record import Origin, read_origins
from .roster import Person, Roster, read_roster

__all__ = [
    "Collected",
    "Origin",
    "Person",
    "Roster",
    "Row",
    "collect",
    "read_origins",
    "read_roster",
]
