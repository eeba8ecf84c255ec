"""Where things lie: the lessons of a course."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import ClassroomError

IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.py", "*.ipynb")
"""Files beside a lesson's source that are no part of what students get."""


@dataclass(frozen=True)
class Lesson:
    """One lesson, called `name`, of the course in the folder `root`."""

    name: str
    root: Path

    @property
    def source(self) -> Path:
        """The text that an author edits."""
        return self.root / "solutions" / self.name / f"{self.name}.py"

    @property
    def instructor(self) -> Path:
        """The notebook with answers and hidden tests; built, never committed."""
        return self.source.with_suffix(".ipynb")

    @property
    def student(self) -> Path:
        """The notebook that students open; built and committed."""
        return self.root / "notebooks" / self.name / f"{self.name}.ipynb"

    @property
    def record(self) -> Path:
        """How the files of the lesson were when they were built; built and committed."""
        return self.root / "notebooks" / ".built" / f"{self.name}.json"

    @property
    def proof(self) -> Path:
        """What the last proof of the lesson rests on; a cache of this checkout, never committed."""
        return self.root / ".proofs" / f"{self.name}.txt"

    @property
    def run(self) -> Path:
        """The lesson with its answers as its last proof ran it; a cache too, for its outputs."""
        return self.proof.with_suffix(".ipynb")

    def order_of_cells(self) -> dict[str, int]:
        """The place of each cell in the lesson, by its id: as built, or else by its source."""
        try:
            cells = json.loads(self.student.read_text(encoding="utf-8"))["cells"]
        except OSError:
            from .source import read_source  # which takes long to import, and is seldom needed

            cells = read_source(self.source).cells
        return {cell["id"]: place for place, cell in enumerate(cells)}

    def extra_files(self) -> Iterator[tuple[Path, Path]]:
        """Files beside the source that go to students too: where each is, and its relative path."""
        folder = self.source.parent
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            ignored = any(Path(part).match(p) for part in relative.parts for p in IGNORED)
            if path.is_file() and not ignored:
                yield path, relative


@dataclass(frozen=True)
class Course:
    """The course whose folder is `root`: it holds `solutions/` and `notebooks/`."""

    root: Path

    @classmethod
    def find(cls) -> Course:
        """The course around the current folder, or else the one this package came with."""
        here = Path.cwd()
        for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
            if (folder / "solutions").is_dir() and (folder / "notebooks").is_dir():
                return cls(folder)
        raise ClassroomError(
            "No course was found here: run this in the course's folder, "
            "the one that holds `solutions` and `notebooks`."
        )

    def lessons(self) -> list[Lesson]:
        """All lessons that have a source, in order."""
        return [
            Lesson(folder.name, self.root)
            for folder in sorted((self.root / "solutions").iterdir())
            if (folder / f"{folder.name}.py").is_file()
        ]

    def lesson(self, name: str) -> Lesson:
        """The lesson called `name`; `ClassroomError` where there is none."""
        lessons = {lesson.name: lesson for lesson in self.lessons()}
        if name not in lessons:
            known = ", ".join(lessons) or "none"
            raise ClassroomError(f"There is no lesson {name!r}; there are: {known}.")
        return lessons[name]
