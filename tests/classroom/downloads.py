"""Downloads as the platforms write them, and the lists of a class that they export."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.running.as_handed_in import FILE, base

PEOPLE = [
    ("Ada", "Lovelace", "ada"),
    ("Zoë", "O'Neil", "zoe"),
    ("小龍", "李", "lee"),
    ("Ольга", "Ладыженская", "olga"),
    ("Anna Maria", "van der Berg", "anna"),
]


@dataclass(frozen=True)
class Member:
    """Somebody in a class, as both platforms know them."""

    first: str
    last: str
    login: str
    number: int

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def sortable(self) -> str:
        return f"{self.last}, {self.first}"

    def canvas(self, file: int, name: str = FILE, late: bool = False) -> str:
        """The name of a file in Canvas's zip."""
        letters = "".join(c for c in self.sortable.lower() if c.isalnum() or c == "_")
        return f"{letters}{'_LATE' if late else ''}_{self.number}_{file}_{name}"

    def moodle(self, name: str = FILE, end: str = "_/") -> str:
        """The name of a file in Moodle's zip."""
        return f"{self.full}_{self.number}_assignsubmission_file{end}{name}"


CLASS = [Member(*names, 4700 + at) for at, names in enumerate(PEOPLE)]


def notebook(words: str = "") -> bytes:
    """The lesson with every answer right, told from others by some words in a cell of its own."""
    handed = base()
    handed.cells.append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": words})
    return json.dumps(handed.notebook, indent=1).encode()


def zip_file(path: Path, files: dict[str, bytes]) -> Path:
    """A zip of files, all changed at the same time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 1, 9, 12, 0, 0))
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return path


def canvas_list(members: list[Member], assignment: str = "02-filters (777)") -> str:
    """Canvas's exported gradebook."""
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment]
    rows = [["    Points Possible", "", "", "", "", "100"]]
    rows += [[m.sortable, str(m.number), "", m.login, "Spring", ""] for m in members]
    return _csv([columns, *rows, ["Student, Test", "99", "", "x", "Spring", ""]])


def moodle_list(members: list[Member], time: str = "") -> str:
    """Moodle's grading worksheet."""
    columns = ["Identifier", "Full name", "Username", "Email address", "Status", "Grade"]
    columns += ["Maximum Grade", "Grade can be changed", "Last modified (submission)"]
    columns += ["Last modified (grade)", "Feedback comments"]
    rows = [
        [
            *(f"Participant {m.number}", m.full, m.login, f"{m.login}@example.org"),
            *("Submitted for grading", "", "100.00", "Yes", time, "-", ""),
        ]
        for m in members
    ]
    return _csv([columns, *rows])


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
