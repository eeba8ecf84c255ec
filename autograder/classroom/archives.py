"""Notebooks in a zip that was handed in: read in memory, never unpacked.

What an archive says of itself is not believed: as much is read of it as a notebook may hold, and
links, names that lead elsewhere and archives within archives are passed over.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from autograder.running.handed_in import Unreadable

MOST_BYTES, MOST_MEMBERS = 64_000_000, 2_000
"""Of an archive, and of each file in it; and files in an archive."""

KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that can be unpacked a piece at a time."""

ENTRY = b"PK\x01\x02"
"""What each entry in the table of an archive begins with."""


def files_in(path: Path) -> tuple[list[str], int]:
    """The names of an archive's files; and how many are passed over, which nobody should open.

    Raises
    ------
    Unreadable
        If the file is no zip, or too large.
    """
    with _opened(path) as archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
    sound = [info.filename for info in files if _is_sound(info)]
    return sound, len(files) - len(sound)


def read_member(path: Path, name: str) -> bytes:
    """What is in one file of an archive.

    Raises
    ------
    Unreadable
        If it cannot be unpacked, or is too large.
    """
    with _opened(path) as archive:
        try:
            with archive.open(name) as file:
                data = file.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, KeyError, ValueError):
            raise Unreadable("is damaged") from None
    if len(data) > MOST_BYTES:
        raise Unreadable(f"holds more than {MOST_BYTES // 1_000_000} MB")
    return data


def _opened(path: Path) -> zipfile.ZipFile:
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES // 1_000_000} MB")
    if path.read_bytes().count(ENTRY) > MOST_MEMBERS:
        raise Unreadable(f"holds more than {MOST_MEMBERS:,} files")
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, struct.error):
        raise Unreadable("is no zip, or is damaged") from None


def _is_sound(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    return not (
        info.flag_bits & 1  # it asks for a password
        or info.compress_type not in KINDS
        or stat.S_ISLNK(info.external_attr >> 16)
        or path.is_absolute()
        or ".." in path.parts
        or "\\" in info.filename
        or ":" in info.filename
    )


def is_archive(name: str) -> bool:
    """Whether a file is called like a zip."""
    return name.lower().endswith(".zip")
