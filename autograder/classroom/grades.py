"""What came of one student's submission for one lesson."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from autograder.lessons.errors import ClassroomError

MOST_REASON = 300
"""Characters of what an error says for itself."""

NO_PAGE, NO_GRADE = "No feedback page", "No grade could be read"
"""What may not have been done for one student."""


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
    handed_in_by : str
        Whoever did so for the group; empty if the student did.
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
    handed_in_by: str = ""

    def as_json(self) -> dict:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Failure:
    """A step that could not be done for one student, while all others went on.

    Parameters
    ----------
    student : str
    reason : str
        A sentence, without its end.
    what : str
        What has not been done. What was recorded before stays.
    """

    student: str
    reason: str
    what: str = "Not graded"


def reason_of(error: BaseException) -> str:
    """Why a step could not be done, in a sentence without its end.

    Examples
    --------
    >>> reason_of(KeyError("x"))
    "the grader itself failed here (KeyError: 'x')"
    """
    said = " ".join(str(error).split())[:MOST_REASON].rstrip(".")
    if isinstance(error, ClassroomError):
        return said
    if isinstance(error, OSError) and error.strerror:
        return f"the system refused a step ({error.strerror})"
    return f"the grader itself failed here ({type(error).__name__}: {said})"
