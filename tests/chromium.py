"""Debian's Chromium, as all that look at pages start it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It asks nothing of a network by itself, and draws on any machine alike."""


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Chromium, until the block ends.

    Parameters
    ----------
    more : str
        Flags beside those that always hold.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*FLAGS, *more]
        )
        yield browser
        browser.close()
