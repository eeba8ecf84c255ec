"""What a learner did, kept in one plain file beside the lessons: `my-progress.jsonl`.

Every line is one thing that happened, a JSON object. Lines are only added: two notebooks may write
at once, and nothing that was kept is lost when one of them is stopped. A line that is damaged, or
of a newer release, is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.exercises import LESSONS

FILE = "my-progress.jsonl"

MY_COURSE = "my-course"
"""The folder of a learner's own copies, as `autograder start` calls it."""

GRADING = ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING")
"""Environment variables under which nbgrader runs a notebook: that is nobody learning."""

SESSION = "JPY_SESSION_NAME"
"""Jupyter's name for a notebook that somebody has opened, which its kernel is told."""

MOST_BYTES = 50_000_000
"""Of a file that is read: a lifetime of checks is a hundredth of it."""

Entry = dict[str, Any]


def file_beside(folder: Path) -> Path | None:
    """Where what happens in a folder is kept; `None` if nobody is learning there.

    That is the folder around those of the lessons, so that all lessons share one file; or else the
    folder itself, if a notebook is open in it or such a file is there.

    Parameters
    ----------
    folder : Path
        Where a notebook is.
    """
    if any(name in os.environ for name in GRADING):
        return None
    folder = folder.resolve()
    if folder.name in LESSONS:
        return folder.parent / FILE
    return folder / FILE if SESSION in os.environ or (folder / FILE).is_file() else None


def own_file(folder: Path | None = None) -> Path | None:
    """The file that belongs to a folder, or to one in which people start from there.

    Parameters
    ----------
    folder : Path, optional
        By default the current one.
    """
    here = folder or Path.cwd()
    beside = file_beside(here)
    places = [beside] if beside else []
    for around in (here, *here.resolve().parents):
        places += [around / FILE, around / MY_COURSE / FILE, around / "notebooks" / FILE]
    return next((place for place in places if place.is_file()), beside)


def add(kind: str, /, path: Path | None = None, **what: Any) -> bool:
    """Keep one thing that happened; whether it could be kept.

    Parameters
    ----------
    kind : str
        `"check"`, `"hint"` and the like.
    path : Path, optional
        By default what belongs to the current folder, if anything does.
    what
        Plain data.
    """
    path = path or file_beside(Path.cwd())
    if path is None:
        return False
    entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "what": kind, **what}
    line = json.dumps(entry, ensure_ascii=False, default=str) + "\n"
    try:
        with path.open("ab+") as file:
            file.write((_ending(path) + line).encode("utf-8", "replace"))
    except OSError:  # a folder that cannot be written to: the session still knows
        return False
    return True


def _ending(path: Path) -> str:
    """What ends a last line that was cut short."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return ""
        file.seek(-1, os.SEEK_END)
        return "" if file.read(1) == b"\n" else "\n"


def entries(path: Path | None = None) -> list[Entry]:
    """All that was kept, the oldest first; nothing if there is no file."""
    path = path or file_beside(Path.cwd())
    try:
        if path is None or path.stat().st_size > MOST_BYTES:
            return []
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
    return [entry for entry in map(_read, lines) if entry]


def _read(line: str) -> Entry:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return entry if isinstance(entry, dict) and isinstance(entry.get("what"), str) else {}


def is_damaged(path: Path) -> bool:
    """Whether a file is there, and nothing in it can be read."""
    try:
        return path.is_dir() or (path.exists() and path.stat().st_size > 0 and not entries(path))
    except OSError:
        return True


def latest(kind: str, by: str, path: Path | None = None) -> Mapping[str, Entry]:
    """The last entry of a kind for each value of one of its fields.

    Parameters
    ----------
    kind : str
    by : str
        A field that holds a text: `"exercise"`.
    """
    found = (entry for entry in entries(path) if entry["what"] == kind)
    return {entry[by]: entry for entry in found if isinstance(entry.get(by), str)}
