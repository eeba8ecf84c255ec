"""The notebook that a learner begins with: progress, what to do next, and a map of the lessons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NAME = "welcome.ipynb"

OPENING = """\
# Welcome

In this course you build convolutional neural networks yourself, with NumPy alone: every layer, its
gradients, and the networks that made history. Work through the lessons in order, each from top to
bottom. This copy is yours: whatever is built or updated leaves it as it is.

Run the cell below (Shift + Enter) whenever you come back. It shows what you have passed, and what
comes next."""

PROGRESS = "from autograder import progress\n\nprogress()"

CLOSING = """\
## How an exercise works

1. Read the text, and make the guess that it asks for.
2. Write your function in place of `raise NotImplementedError()`.
3. Run the cell with `look`: it draws what is asked, and yours beside it.
4. Run the cell with `check`: it says whether you are right, and if not, which mistake it is.

## When you are stuck

In a cell of your own, write the exercise's name, and run it:

```python
from autograder import hint

hint("cross-correlate2d")
```

There are three hints for every exercise, each more help than the one before. After an honest try,
`solution("cross-correlate2d")` shows a right answer. Nothing stops you: until your function passes
its check, the lesson's later cells use the course's, and say so.

## Where the course comes from

It follows the lecture notes "[DL-05] Lect6. CNN-Convolution Neural Network" (in Korean,
27 February 2022), which follow Stanford's course CS231n. Where such notes print what is not quite
true, the lessons say so in a folded box.

## To keep what you learned

Run `autograder recall` in a terminal (File → New → Terminal), some minutes every other day. It asks
what the lessons taught, and asks again sooner what you did not know."""


def welcome_notebook(titles: Mapping[str, str]) -> str:
    """The welcome notebook as a file's text.

    Parameters
    ----------
    titles : mapping
        For every lesson's name, in their order, its title.

    Examples
    --------
    >>> cells = json.loads(welcome_notebook({"02-filters": "02 · Filters"}))["cells"]
    >>> print(cells[2]["source"])
    ## The lessons
    <BLANKLINE>
    - [02 · Filters](02-filters/02-filters.ipynb)
    """
    links = [f"- [{_link(title, name)}]({name}/{name}.ipynb)" for name, title in titles.items()]
    lessons = "\n".join(["## The lessons", "", *links])
    cells = [
        _cell("markdown", "welcome", OPENING),
        _cell("code", "progress", PROGRESS),
        _cell("markdown", "lessons", lessons),
        _cell("markdown", "how-it-works", CLOSING),
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    own = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source, **own}


def _link(title: str, name: str) -> str:
    """A title with its lesson's number, and without what would end a link's text."""
    numbered = title if title[:1].isdigit() else f"{name[:2]} · {title}"
    return numbered.replace("[", "(").replace("]", ")")


def title_of(notebook: Mapping[str, Any], name: str) -> str:
    """A lesson's title: its first heading, or else its name.

    Examples
    --------
    >>> title_of({"cells": [{"cell_type": "markdown", "source": ["# 02 · Filters"]}]}, "02-filters")
    '02 · Filters'
    >>> title_of({"cells": []}, "02-filters")
    '02-filters'
    """
    for cell in notebook.get("cells", ()):
        for line in "".join(cell.get("source", "")).splitlines():
            if cell.get("cell_type") == "markdown" and line.startswith("# "):
                return line.removeprefix("# ").strip()
    return name
