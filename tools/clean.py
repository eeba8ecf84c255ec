"""`python -m tools.clean`: take away what make has made, but nothing that a person has changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

MADE = (
    *(".venv", ".venv-bench", ".pytest_cache", ".ruff_cache", ".hypothesis", ".proofs"),
    "build/site",
)
"""Folders that hold nothing a person would work in."""

SAMPLE = "sample-class"


def clean(root: Path) -> list[str]:
    """Take away what was made in a checkout; a sentence for everything that is kept."""
    for name in MADE:
        shutil.rmtree(root / name, ignore_errors=True)
    return [*_clean_notebooks(root), *_clean_sample_class(root / SAMPLE)]


def _clean_notebooks(root: Path) -> Iterator[str]:
    """Take away instructors' notebooks that are as they were built."""
    for path in sorted((root / "solutions").rglob("*.ipynb")):
        record = root / "notebooks" / ".built" / f"{path.parent.name}.json"
        if _digests(record).get(path.relative_to(root).as_posix()) == _digest(path):
            path.unlink()
        else:
            yield f"kept {path.relative_to(root)}: it is not as it was built"


def _clean_sample_class(folder: Path) -> Iterator[str]:
    """Take away the sample class, unless somebody has changed what it handed in."""
    known: dict[str, str] = {}
    for record in (folder / ".written").glob("*.json"):
        known |= _digests(record)
    handed_in = [*folder.glob("*.ipynb"), *(folder / "submitted").rglob("*.ipynb")]
    changed = [
        path
        for path in handed_in
        if known.get(path.relative_to(folder).as_posix()) != _digest(path)
    ]
    if changed:
        yield f"kept {folder.name}/: {changed[0].relative_to(folder)} is not as it was written"
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _digests(record: Path) -> dict[str, str]:
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    for sentence in clean(Path(__file__).resolve().parents[1]):
        print(sentence)
