"""Answers that were not worked out: guessed by the dozen, or asked for a second time."""

from __future__ import annotations

from ..ground import SHORT, Attack, cell_of, code

RIGHT = {"conv-parameter-count": 4, "lenet-parameter-count": 2}

GUESS = "check('lenet-parameter-count', {})"


def guessing(*values: int):
    """A cell for each value, before the exercise's own check."""

    def change(notebook: dict) -> None:
        at = notebook["cells"].index(cell_of(notebook, "lenet-parameter-count-check"))
        notebook["cells"][at:at] = [code(GUESS.format(value)) for value in values]

    return change


def told(count: int) -> str:
    return f"{count} different values were tried for lenet-parameter-count"


ATTACKS = [
    Attack(
        "a value is guessed, a cell a guess",
        "guesses",
        {"lenet-parameter-count": "lenet_parameter_count = 5"},
        change=guessing(61_700, 61_702, 61_704, 61_706),
        looks=told(5),
    ),
    Attack(
        "a value is guessed in one cell",
        "guesses",
        {"lenet-parameter-count": "lenet_parameter_count = 61_706"},
        first="for guess in range(61_680, 61_700):\n"
        "    try:\n"
        "        check('lenet-parameter-count', guess)\n"
        "    except AssertionError:\n"
        "        pass\n"
        "tried()",
        points=RIGHT,  # the value that the exercise's own cells hand in
        looks=told(21),
        tried=True,
    ),
    Attack(
        "one value, put right once",
        "an honest twin of the guesses",
        {"lenet-parameter-count": "lenet_parameter_count = 61_706"},
        change=guessing(61_700),
        points=RIGHT,
    ),
    Attack(
        "the test is asked for again after a wanted death",
        "a second try",
        {"lenet-parameter-count": "lenet_parameter_count = globals().get('first_try', 61_706)"},
        first="import time\nfirst_try = 5\ntime.sleep(60)",  # left out the next time
        last="import os\nos._exit(0)",
        looks="the kernel died here",
        limits=SHORT,
    ),
    Attack(
        "a kernel that dies late",
        "an honest twin of the second try",
        {"lenet-parameter-count": "lenet_parameter_count = 61_706"},
        last="import os\nos._exit(0)",
        points=RIGHT,
        looks="the kernel died here",
        limits=SHORT,
    ),
]
