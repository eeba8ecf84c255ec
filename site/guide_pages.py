"""The guides: docs/ as it stands, and every command's help as the command itself gives it."""

from __future__ import annotations

import argparse
import os
import re
import shutil
from collections.abc import Container, Iterator
from pathlib import Path
from unittest.mock import patch

from autograder.cli import parser

ROOT = Path(__file__).resolve().parents[1]

PAGES = {
    **{path.stem: path for path in sorted((ROOT / "docs").glob("*.md"))},
    "contributing": ROOT / "CONTRIBUTING.md",
    "changelog": ROOT / "CHANGELOG.md",
    "data": ROOT / "data" / "README.md",
}
"""The pages of guides by their names, and the files they are made of."""

LINK = re.compile(r"(?<!!)\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s:]+)\)")
INCLUDE = re.compile(r"^```\{include\} (\S+)\n```$", re.MULTILINE)
COLUMNS = "80"

HEAD = """\
# Commands

What each command says of itself with `--help`, written here by the build. Examples come last.

"""


def write_pages(folder: Path, answers: bool) -> None:
    """Write a page for each guide, and the one with all commands, into `guides/` of `folder`.

    Guides are the same with answers and without.
    """
    home = folder / "guides"
    home.mkdir(parents=True, exist_ok=True)
    lessons = {file.name for file in (folder / "lessons").glob("*.ipynb")}
    for name, path in PAGES.items():
        (home / f"{name}.md").write_text(guide(path, lessons), encoding="utf-8")
    (home / "commands.md").write_text(HEAD + "\n".join(helps()), encoding="utf-8")
    if (ROOT / "docs" / "pictures").is_dir():
        shutil.copytree(ROOT / "docs" / "pictures", home / "pictures", dirs_exist_ok=True)


def guide(path: Path, pages: Container[str]) -> str:
    """A file of Markdown whose links lead to pages; what is no page keeps its words.

    Parameters
    ----------
    path : Path
    pages : container of str
        The lessons that have a page, by the names of their files.
    """
    names = {source.resolve(): name for name, source in PAGES.items()}

    def linked(found: re.Match[str]) -> str:
        target, _, anchor = found["target"].partition("#")
        if not target:
            return found[0]
        file = (path.parent / target).resolve()
        anchor = f"#{anchor}" if anchor else ""
        if file in names:
            return f"[{found['words']}]({names[file]}.md{anchor})"
        if file.name in pages:
            return f"[{found['words']}](../lessons/{file.name}{anchor})"
        return found["words"]

    def included(found: re.Match[str]) -> str:
        return (path.parent / found[1]).read_text(encoding="utf-8")

    return LINK.sub(linked, INCLUDE.sub(included, path.read_text(encoding="utf-8")))


def helps() -> Iterator[str]:
    """A section for each command, those of a command's own commands below it."""
    with patch.dict(os.environ, {"COLUMNS": COLUMNS}):
        for name, sub in commands(parser()):
            yield from section(f"autograder {name}", sub, 2)


def section(name: str, command: argparse.ArgumentParser, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}`\n\n```text\n{command.format_help().rstrip()}\n```\n"
    for more, sub in commands(command):
        yield from section(f"{name} {more}", sub, level + 1)


def commands(command: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The commands that a command has, by name."""
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()
