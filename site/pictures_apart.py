"""Drawings that stand in HTML as data become files, each once, loaded when they come into view."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from io import BytesIO
from itertools import count
from pathlib import Path

from PIL import Image

IMAGE = re.compile(r'src="data:image/(svg\+xml|png|jpeg|webp);base64,([A-Za-z0-9+/=\s]+)"')
FILM = re.compile(r"(?:film|explorer)-[0-9a-f]{8}")
ENDINGS = {"svg+xml": "svg", "png": "png", "jpeg": "jpg", "webp": "webp"}


class Drawings:
    """The folder of a site's drawings.

    Parameters
    ----------
    folder : Path
        Where they are written.
    address : str
        The same folder as a page names it.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.films = count(1)
        folder.mkdir(parents=True, exist_ok=True)

    def take_out(self, html: str) -> str:
        """The HTML with its drawings as files, and its films and explorers named by their order."""
        for name in dict.fromkeys(FILM.findall(html)):
            html = html.replace(name, f"{name.partition('-')[0]}-{next(self.films)}")
        return IMAGE.sub(self._file, html)

    def _file(self, found: re.Match[str]) -> str:
        data = b64decode(found[2])
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{ENDINGS[found[1]]}"
        (self.folder / name).write_bytes(data)
        return f'loading="lazy"{size_of(data, found[1])} src="{self.address}/{name}"'


def size_of(data: bytes, kind: str) -> str:
    """Width and height as attributes, so that a page does not move when a drawing comes."""
    if kind == "svg+xml":
        head = data.partition(b">")[0].decode("utf-8", "replace")
        numbers = [re.search(rf'\b{name}="([\d.]+)(?:px)?"', head) for name in ("width", "height")]
        size = [float(number[1]) for number in numbers if number]
    else:
        size = Image.open(BytesIO(data)).size
    if len(size) < 2:
        return ""
    return f' width="{round(size[0])}" height="{round(size[1])}"'


def raw(html: str) -> str:
    """HTML in a page of Markdown, blank lines and all."""
    return f"```{{raw}} html\n{html}\n```"
