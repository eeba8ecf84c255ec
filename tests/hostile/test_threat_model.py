"""The page on what is defended names tests that exist."""

from __future__ import annotations

import re

from .attacks import ATTACKS
from .ground import CHECKOUT

PAGE = (CHECKOUT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def test_every_row_names_an_attack_of_the_bank_or_a_file():
    names = {attack.name for attack in ATTACKS}
    for row in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)[2:]:
        shown = row.split("|")[3]
        named = re.findall(r"`hostile:([^`]+)`", shown)
        files = re.findall(r"`(tests/[^`]+)`", shown)
        assert named or files or "honest answer" in shown, row
        assert set(named) <= names, set(named) - names
        for path in files:
            assert (CHECKOUT / path).is_file()
