"""Writing files in which a person may have worked since: what a person wrote is kept, beside them.

A record holds the digest of every file as it was last written. A file that is not as the record
says was changed by somebody, and is never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from .files import write_aside, write_bytes_aside


@dataclass
class Written:
    """What came of writing some files.

    Parameters
    ----------
    changed : list of Path
        Files that hold something else than before.
    kept : list of (Path, Path)
        Files that a person had changed: what they were called, and what their copy is called now.
    """

    changed: list[Path] = field(default_factory=list)
    kept: list[tuple[Path, Path]] = field(default_factory=list)

    def kept_sentences(self, root: Path) -> list[str]:
        """A sentence for each file of a person's that was kept, with paths below `root`."""
        return [
            f"{_below(root, path)} had been changed by hand: "
            f"what was there is now in {_below(root, copy)}."
            for path, copy in self.kept
        ]


class WrittenFiles:
    """The files below a folder, written by one who remembers what it wrote.

    Parameters
    ----------
    root : Path
    record : Path
        The file that remembers. Where there is none, nothing was ever written.
    """

    def __init__(self, root: Path, record: Path) -> None:
        self.root = root
        self.record = record
        self.digests: dict[str, str] = _read(record)
        self.written = Written()

    def write(self, path: Path, data: bytes, keep_in: Path | None = None) -> None:
        """Put `data` into a file; what a person has made of it is kept beside it, or `keep_in`."""
        name = path.relative_to(self.root).as_posix()
        if self._is_a_persons(path, name, data):
            self.written.kept.append((path, keep_beside(path, keep_in or path.parent)))
        if write_bytes_aside(path, data):
            self.written.changed.append(path)
        self.digests[name] = _digest(data)

    def _is_a_persons(self, path: Path, name: str, data: bytes) -> bool:
        """Whether a file holds neither what is to be written nor what was written last."""
        if not path.is_file() or (held := path.read_bytes()) == data:
            return False
        return self.digests.get(name) != _digest(held)

    def save(self) -> Written:
        """Write the record; what came of it all."""
        write_aside(self.record, json.dumps(self.digests, indent=1, sort_keys=True) + "\n")
        return self.written


def keep_beside(path: Path, folder: Path) -> Path:
    """Copy a file to a new name in a folder: `02-filters (yours).ipynb`."""
    for copy in (folder / name for name in _new_names(path)):
        try:
            with path.open("rb") as source, copy.open("xb") as target:
                shutil.copyfileobj(source, target)
        except FileExistsError:
            continue
        shutil.copystat(path, copy)
        return copy
    raise AssertionError("the names beside a file do not end")


def _new_names(path: Path) -> Iterator[str]:
    yield f"{path.stem} (yours){path.suffix}"
    yield from (f"{path.stem} (yours {number}){path.suffix}" for number in count(2))


def _read(record: Path) -> dict[str, str]:
    """What a record remembers. One that was damaged remembers nothing, so nothing is lost."""
    try:
        digests = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return digests if isinstance(digests, dict) else {}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _below(root: Path, path: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path
