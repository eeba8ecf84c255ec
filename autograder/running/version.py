"""Which version of the course this is, to the byte."""

from __future__ import annotations

import hashlib
from functools import cache

from autograder.lessons.stub_package import PACKAGE


@cache
def fingerprint() -> str:
    """A digest of the package's own code, the same wherever the same course is installed."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
