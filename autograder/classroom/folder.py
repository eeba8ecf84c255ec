"""Where things lie: the folders of a class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ClassFolder:
    """The folder of one class, with nbgrader's names for what lies in it."""

    root: Path

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def collected(self) -> Path:
        """Where what was handed in came from, and what was replaced by newer; ours."""
        return self.root / "collected"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def logs(self) -> Path:
        """Where the time went, a file for each submission; ours, not nbgrader's."""
        return self.root / "logs"

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"
