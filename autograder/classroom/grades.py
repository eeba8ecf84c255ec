"""What came of one student's submission for one lesson."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Grade:
    """One row of a report.

    Parameters
    ----------
    student, lesson : str
    points, max_points : float
        Points given by hand counted in, what is taken off for handing in late taken off.
    exercises : dict
        Points of each exercise, check and test together, and of each question, by id.
    to_mark : tuple of str
        Ids of the exercises and questions that wait for a person.
    looks : tuple of str
        Why somebody should look at it, one sentence each.
    seed, seconds : int, float
        Of the run; `None` if there was none.
    penalty : float
        What is taken off for handing in late.
    handed_in : bool
        Off, if there is nothing in `submitted/` any more.
    """

    student: str
    lesson: str
    points: float
    max_points: float
    exercises: dict[str, float]
    to_mark: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    seed: int | None = None
    seconds: float | None = None
    penalty: float = 0.0
    handed_in: bool = True

    def as_json(self) -> dict:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Failure:
    """A submission that the grader could not deal with. What was recorded before stays."""

    student: str
    reason: str
