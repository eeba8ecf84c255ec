"""README.md as the page of the package: its reader is elsewhere, so links are absolute."""

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(!?)(\[[^\]]*\])\((?![a-z]+:|#)([^)]+)\)")


def absolute(text: str, source: str) -> str:
    """Markdown whose relative links and pictures lead into the repository at `source`."""

    def lead(link: re.Match) -> str:
        picture, words, path = link.groups()
        return f"{picture}{words}({source}/{'raw' if picture else 'blob'}/main/{path})"

    return LINK.sub(lead, text)


class CustomMetadataHook(MetadataHookInterface):
    def update(self, metadata: dict) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": absolute(text, metadata["urls"]["Source"]),
        }
