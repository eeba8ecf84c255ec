"""The page on which one question is marked: one file, made of `mark.css`, `mark.js` and data."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from .answers import Marking

HERE = Path(__file__).parent

KEYS = (
    ("j, k", "next answer, and the one before"),
    ("1 – 9", "give or take back a criterion"),
    ("0", "no points"),
    ("Enter", "save, and go on to the next"),
    ("c", "write a comment; Escape leaves it"),
    ("u", "take the mark back"),
)


def marking_page(marking: Marking, token: str, nonce: str) -> str:
    """The page as HTML."""
    question = marking.question
    data = {
        "token": token,
        "question": question.as_json(),
        "answers": [answer.as_json() for answer in marking.answers()],
        "comments": marking.comments(),
    }
    title = f"{escape(marking.lesson.name)}: {escape(question.id)}"
    keys = "".join(f"<dt><kbd>{key}</kbd></dt><dd>{escape(what)}</dd>" for key, what in KEYS)
    style, program = ((HERE / name).read_text(encoding="utf-8") for name in ("mark.css", "mark.js"))
    # Inside a script, only `<` could end it.
    safe = json.dumps(data).replace("<", "\\u003c")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style nonce="{nonce}">{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p id="count" role="status"></p>
<details><summary>A right answer</summary><p class="text">{escape(question.answer)}</p></details>
<details><summary>Keys</summary><dl>{keys}</dl></details>
</header>
<main id="answers"></main>
<script type="application/json" id="data" nonce="{nonce}">{safe}</script>
<script nonce="{nonce}">{program}</script>
</body>
</html>
"""
