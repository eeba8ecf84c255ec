"""Writing files so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

from pathlib import Path

ASIDE = ".writing-"
"""How the name of a file begins while it is written."""


def write_aside(path: Path, text: str, mode: int = 0o644) -> bool:
    """Put `text` into `path`, as `write_bytes_aside` puts bytes there."""
    return write_bytes_aside(path, text.encode(), mode)


def write_bytes_aside(path: Path, data: bytes, mode: int = 0o644) -> bool:
    """Put `data` into `path` by writing a file beside it and renaming that.

    Returns
    -------
    bool
        Whether anything changed: a file that already holds `data` is left alone.
    """
    # Always the same name: what is left of one who was killed here is taken away by the next.
    aside = path.with_name(f"{ASIDE}{path.name}")
    if path.is_file() and path.read_bytes() == data:
        aside.unlink(missing_ok=True)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file() and not path.is_dir():  # /dev/stdout, or a pipe
        path.write_bytes(data)
        return True
    try:
        aside.unlink(missing_ok=True)
        with aside.open("xb") as file:
            file.write(data)
        aside.chmod(mode)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return True
