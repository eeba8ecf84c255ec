"""How large the processor's caches are: what a block of work may take follows from it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
"""Where Linux tells of the caches of the first core, a folder to each."""

USUAL = 1 << 20
LEAST, MOST = 1 << 18, 1 << 20
"""What blocks are cut for: those of a larger cache gain nothing more."""


@cache
def block_cache() -> int:
    """Give the bytes of the second-level cache that blocks are cut for, read once a process."""
    return min(max(second_level(CACHES), LEAST), MOST)


def second_level(folder: Path) -> int:
    """Read how many bytes a core's second-level cache holds; `USUAL` where nothing tells it."""
    for entry in sorted(folder.glob("index*")):
        try:
            level, size = ((entry / name).read_text().strip() for name in ("level", "size"))
        except (OSError, UnicodeDecodeError):
            continue
        kibibytes = re.fullmatch(r"([1-9]\d*)K", size)
        if level == "2" and kibibytes:
            return int(kibibytes[1]) << 10
    return USUAL
