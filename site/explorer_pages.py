"""The explorers, each on a page of its own, and a page that lists them with their pictures."""

from __future__ import annotations

from pathlib import Path

from pictures_apart import Drawings, raw

from autograder.figures.explorers import EXPLORERS, embed
from autograder.figures.explorers.embedded import still
from autograder.learning.exploring import given

HEAD = """\
# Explorers to try

Each answers "what if": change a size or a number and see at once what follows, by pointer, touch
or keys. In a notebook, `from autograder import explore` and `explore("{first}")` open the same.
"""


def write_pages(folder: Path, answers: bool, drawings: Drawings) -> None:
    """Write a page for each explorer, and one that lists them, into `explorers/` of `folder`."""
    home = folder / "explorers"
    home.mkdir(parents=True, exist_ok=True)
    for name, (title, sentence) in EXPLORERS.items():
        html = drawings.take_out(embed(name, given(name)).html)
        page = f"---\nhide-toc: true\n---\n\n# {title}\n\n{sentence}\n\n{raw(html)}\n"
        (home / f"{name}.md").write_text(page, encoding="utf-8")
    (home / "index.md").write_text(index(drawings), encoding="utf-8")


def index(drawings: Drawings) -> str:
    entries = [
        f"## [{title}]({name}.md)\n\n{sentence}\n\n{raw(drawings.take_out(still(name)))}\n"
        for name, (title, sentence) in EXPLORERS.items()
    ]
    names = "\n".join(EXPLORERS)
    tree = f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    return "\n".join([HEAD.format(first=next(iter(EXPLORERS))), *entries, tree])
