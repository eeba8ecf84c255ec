"""Each explorer's page holds what the explorer shows: photographs, networks, pictures."""

import json
import re
from html import unescape

import explorer_pages
from pictures_apart import Drawings

from autograder.figures.explorers import EXPLORERS
from autograder.learning.exploring import given


def test_every_explorer_has_its_data_on_its_page(tmp_path):
    explorer_pages.write_pages(tmp_path, True, Drawings(tmp_path / "drawn", "drawn"))
    for name in EXPLORERS:
        page = unescape((tmp_path / "explorers" / f"{name}.md").read_text(encoding="utf-8"))
        held = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
        assert held and json.loads(held[1]).keys() == given(name).keys(), name
