"""American spelling throughout: in lessons, docs, messages, docstrings and comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.exercises import catalogue
from tests.generated import ROOT

BRITISH = re.compile(
    r"(?<![\w-])(?:"
    r"(?:dis)?colour\w*|behaviour\w*|centred?|centres|centring|neighbour\w*|grey\w*|favour\w*|honour\w*|"
    r"learnt|spoilt|spelt|burnt|whilst|amongst|analys(?:e[ds]?|ing)(?!\w)|labell\w+|modell\w+|travell\w+|"
    r"levell\w+|signall\w+|cancelled|defence|offence|licence[ds]?|practis\w+|"
    r"programmes?|artefacts?|judgement\w*|maths|"
    r"(?:general|normal|initial|recogn|organ|memor|vector|optim|regular|summar|minim|maxim|visual|"
    r"symbol|character|categor|real|special|penal|emphas|equal|local|final|util|serial|random)"
    r"is(?:e[ds]?|ers?|ing|ations?)"
    r")(?![\w-])",
    re.IGNORECASE,
)
PAGES = ("*.md", "docs/*.md", "data/*.md", "solutions/*/*.py", "Makefile")
CODE = ("autograder/**/*.py", "site/*.py", "benchmarks/*.py", "tools/*.py")


def words_in(path: Path) -> Iterator[str]:
    """What a file says in words: all of a page, strings and comments of code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    yield from re.findall(r"(?:^|  )# .*$", text, re.MULTILINE)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def names_kept() -> set[str]:
    """What gradebooks and records name: facets keep their spelling."""
    tried = [(*exercise.cases, *exercise.properties) for exercise in catalogue().values()]
    return {one.facet for each in tried for one in each}


@pytest.mark.parametrize("kind", [PAGES, CODE], ids=["pages and lessons", "code"])
def test_the_spelling_is_american(kind):
    kept = names_kept()
    paths = sorted({path for pattern in kind for path in ROOT.glob(pattern)})
    assert len(paths) > 20
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in paths
        for said in words_in(path)
        if said not in kept
        for word in BRITISH.findall(said)
    ]
    assert found == []
