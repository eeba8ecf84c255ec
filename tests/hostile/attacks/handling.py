"""Time and memory outside the limits of a run: what reading, rebuilding, cleaning and pages take.

Each goes for one search that once took time by the square of what it was given.
"""

from __future__ import annotations

import json

from ..ground import FULL, HONEST, Attack, cell_of, code, markdown
from .notebooks import damaged


def added(name: str, cell: dict) -> Attack:
    """Right answers below a cell that is to take long."""
    return Attack(
        name,
        "the grader's time",
        HONEST,
        change=lambda notebook: notebook["cells"].insert(0, cell),
        points=FULL,
    )


def large_with_a_wide_character(text: str) -> bytes:
    notebook = json.loads(text)
    cell_of(notebook, "relu")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "HERE"}
    ]
    # As a text, it would take four times its bytes.
    wide = "\U0001f600".encode()
    return json.dumps(notebook).encode().replace(b"HERE", b"x" * 230_000_000 + wide)


ATTACKS = [
    added("blank lines, and a sign that means something", code("\n" * 12_000 + "%")),
    added("100,000 blank lines", code("\n" * 99_990 + "%x")),
    added("stars, and a sign that means something", code("*" * 30_000 + "%")),
    added("backslashes in a raw cell", markdown("\\" * 30_000) | {"cell_type": "raw"}),
    added("backslashes in a text cell", markdown("\\" * 30_000)),
    added("brackets in a text cell", markdown("[" * 90_000)),
    added("what is written by an honest hand", markdown("Some *words* [1] and $x < y$.\n\n" * 40)),
    Attack(
        "a verdict with a key of 20,000 backslashes",
        "the grader's time",
        HONEST | {"lenet-parameter-count": "lenet_parameter_count = {'\\\\' * 20_000: 1}"},
        points={"relu": 4, "conv-parameter-count": 4},
    ),
    Attack(
        "an error of 200,000 backslashes",
        "the grader's time",
        HONEST | {"relu": "def relu(x):\n    raise ValueError('\\\\' * 200_000)"},
        last="raise ValueError('\\\\' * 20_000)",
        points={"lenet-parameter-count": 2, "conv-parameter-count": 4},
    ),
    damaged("230 MB with one wide character", large_with_a_wide_character, "is larger than 64 MB"),
]
