"""The files in a place that instructors name: a folder, a zip, or one notebook.

Nothing is unpacked by its own name, no link is followed, and what an archive says of its sizes is
not believed.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.classroom.archives import ENTRY, KINDS, MOST_BYTES
from autograder.classroom.finding import is_noise, is_notebook
from autograder.classroom.shown import shown
from autograder.lessons.errors import ClassroomError
from autograder.running.handed_in import Unreadable

from .roster import korean

MOST_ENTRIES = 20_000
"""Files in one place."""

MOST_UNPACKED = 16_000_000_000
"""Bytes that a zip may say it unpacks to."""

DRIVE = re.compile(r"^[A-Za-z]:")

UTF8 = 0x800
"""The flag of a zip's entry whose name is in UTF-8."""

PIECE = 1 << 20


@dataclass(frozen=True)
class Entry:
    """A file in a place.

    Parameters
    ----------
    path : str
        From the place, with `/` between its parts.
    changed : str
        When it was last changed, as far as the place says: ISO 8601 without a zone.
    read : callable
        Gives its bytes, or raises `Unreadable`.
    refused : str
        Why nobody should open it; empty if it may be opened.
    """

    path: str
    changed: str
    read: Callable[[], bytes]
    refused: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts


def entries_of(place: Path, open_files: ExitStack) -> list[Entry]:
    """All files of a place but what systems leave there.

    Parameters
    ----------
    place : Path
    open_files : ExitStack
        Closes the zip when its entries have been read.

    Raises
    ------
    ClassroomError
        If it is nothing that can be collected from, or far larger than a class's work.
    """
    name = shown(str(place))
    if not place.exists():
        raise ClassroomError(f"There is no {name}: name a zip, a folder or a notebook.")
    if place.is_dir():
        found = list(_in_folder(place))
    elif is_notebook(place.name):
        found = [_file(place, place.name)]
    elif not place.is_file():
        raise _no_place(name)
    else:
        found = list(_in_zip(place, name, open_files))
    return [entry for entry in found if not _is_noise(entry)]


def _is_noise(entry: Entry) -> bool:
    return any(is_noise(part) for part in entry.parts if part != "..")


def _in_folder(root: Path) -> Iterator[Entry]:
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if not is_noise(one))
        links = [one for one in folders if Path(folder, one).is_symlink()]
        for name in sorted([*files, *links]):
            count += 1
            if count > MOST_ENTRIES:
                raise _too_many(shown(str(root)))
            path = Path(folder, name)
            yield _file(path, path.relative_to(root).as_posix())


def _file(path: Path, name: str) -> Entry:
    if path.is_symlink():
        refused = "it is a link, and links are not followed"
    elif not path.is_file():
        refused = "it is not a file"
    else:
        refused = ""
    changed = datetime.fromtimestamp(path.lstat().st_mtime).isoformat(timespec="seconds")
    return Entry(unicodedata.normalize("NFC", name), changed, lambda: _bytes_of(path), refused)


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES // 1_000_000} MB")
    return path.read_bytes()


def _in_zip(path: Path, name: str, open_files: ExitStack) -> Iterator[Entry]:
    if _count_entries(path) > MOST_ENTRIES:
        raise _too_many(name)
    try:
        archive = open_files.enter_context(zipfile.ZipFile(path))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError):
        raise _no_place(name) from None
    files = [info for info in archive.infolist() if not info.is_dir()]
    if sum(info.file_size for info in files) > MOST_UNPACKED:
        raise ClassroomError(
            f"{name} would unpack to more than {MOST_UNPACKED // 1_000_000_000} GB, which is no "
            "class's work: nothing was taken from it."
        )
    for info in files:
        yield _member(archive, info)


def _no_place(name: str) -> ClassroomError:
    return ClassroomError(
        f"{name} is neither a folder, a notebook nor a zip that can be read: "
        "name what the platform's download of all submissions wrote."
    )


def _count_entries(path: Path) -> int:
    """How many entries a zip's table can have, without reading it into memory."""
    count, end = 0, b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            count += (end + piece).count(ENTRY)
            end = piece[-(len(ENTRY) - 1) :]
    return count


def _too_many(name: str) -> ClassroomError:
    return ClassroomError(
        f"{name} holds more than {MOST_ENTRIES:,} files, which is no class's work: "
        "nothing was taken from it."
    )


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    name = unicodedata.normalize("NFC", _name_of(info))
    year, month, day, *clock = info.date_time
    changed = f"{year:04}-{month:02}-{day:02}T" + ":".join(f"{part:02}" for part in clock)
    return Entry(name, changed, lambda: _read(archive, info), _why_not(info, name))


def _name_of(info: zipfile.ZipInfo) -> str:
    """A name as it was meant: many programs write UTF-8 or Korean without saying so."""
    if info.flag_bits & UTF8:
        return info.filename
    data = info.filename.encode("cp437", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return korean(data) or info.filename


def _why_not(info: zipfile.ZipInfo, name: str) -> str:
    path = PurePosixPath(name)
    leads_out = path.is_absolute() or ".." in path.parts or "\\" in name or DRIVE.match(name)
    reasons = {
        "its name leads out of the zip": leads_out,
        "it is a link, and links are not followed": stat.S_ISLNK(info.external_attr >> 16),
        "it asks for a password": info.flag_bits & 1,
        "it is packed in a way that is not read here": info.compress_type not in KINDS,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """What is in an entry: no more is unpacked than a notebook may hold."""
    try:
        with archive.open(info) as file:
            data = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError):
        raise Unreadable("is damaged") from None
    if len(data) > MOST_BYTES:
        raise Unreadable(f"unpacks to more than {MOST_BYTES // 1_000_000} MB")
    return data
