"""What axe-core says of a page: the faults that keep people from using it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Frame, Page

SERIOUS = ("serious", "critical")


@cache
def axe_core() -> str:
    """The script of axe-core, as the package brings it: nothing is fetched."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def serious_faults(
    page: Page | Frame, *, leave_out: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> list[str]:
    """Run axe-core on a page, or on one frame of it; a line for each element at fault.

    Parameters
    ----------
    page : Page or Frame
        Loaded, and in the state that is to be looked at: light or dark, wide or narrow.
        Frames inside it are looked at apart, by a call of their own.
    leave_out : tuple of str
        Rules not to ask, by axe-core's names.
    only : tuple of str
        Rules to ask and no others; all where there is none.

    Returns
    -------
    list of str
        "rule (impact): what to do [element]"; empty where nothing is serious.
    """
    page.evaluate(axe_core())
    options: dict[str, Any] = {
        "iframes": False,
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in leave_out},
    }
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [line for fault in found["violations"] for line in lines_of(fault)]


def lines_of(fault: dict[str, Any]) -> list[str]:
    """One line for each element that a serious rule finds at fault."""
    if fault["impact"] not in SERIOUS:
        return []
    head = f"{fault['id']} ({fault['impact']}): {fault['help']}"
    return [f"{head} [{node['html'][:160]}] {node['failureSummary']}" for node in fault["nodes"]]
