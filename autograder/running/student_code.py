"""What the text of a cell tells without a run: what it defines, and what was added to it."""

from __future__ import annotations

import ast
import io
import re
import symtable
import tokenize
import warnings
from difflib import SequenceMatcher
from functools import lru_cache

MAGIC = re.compile(r"^([^\S\n]*)[%!].*$", re.MULTILINE)
"""A line that IPython takes for a command of its own."""

MOST_KEPT = 10_000
"""Characters of a cell whose tree is kept: that takes a hundred times as much memory."""

BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python may raise for a text that is no program."""


def without_magics(source: str) -> str:
    """The Python of a cell, line by line where it was."""
    return MAGIC.sub(r"\1pass", source)


def parsed(source: str) -> ast.Module | None:
    """A cell as a tree; None where it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tree_of(without_magics(source))
    except BROKEN:
        return None


def tree_of(source: str) -> ast.Module:
    """A program as a tree, which is not to be changed: others may be given the same."""
    return (_kept_tree if len(source) <= MOST_KEPT else _tree)(source)


def _tree(source: str) -> ast.Module:
    """A program as a tree, tried again where Python stumbles over parsing two at a time."""
    try:
        return ast.parse(source)
    except SystemError:  # another was parsed meanwhile: for a log, or by a thread
        return ast.parse(source)


_kept_tree = lru_cache(maxsize=16)(_tree)
"""For whoever asks next about the same cell of a notebook: many trees would be much garbage."""


@lru_cache(maxsize=1000)
def definitions(source: str) -> frozenset[str]:
    """The names that a cell makes at its top level, in whatever way.

    Examples
    --------
    >>> sorted(definitions("if fast:\\n    def f(): ...\\nelse:\\n    from slow import g as h"))
    ['f', 'h']
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(without_magics(source), "<cell>", "exec")
    except BROKEN:
        return frozenset()
    made = (one for one in table.get_symbols() if one.is_assigned() or one.is_imported())
    return frozenset(one.get_name() for one in made)


def writes(source: str, name: str) -> bool:
    """Whether a cell defines a name as more than a stub: a bare `raise`, or None.

    Examples
    --------
    >>> writes("def f(x):\\n    raise NotImplementedError()", "f"), writes("f = abs", "f")
    (False, True)
    """
    tree = parsed(source)
    if tree is None or name not in definitions(source):
        return False
    plain = [node for node in tree.body if _plainly_defines(node, name)]
    return not plain or any(not _is_stub(node) for node in plain)


def _plainly_defines(node: ast.stmt, name: str) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name == name
        case ast.Assign(targets=[ast.Name(id=target)]):
            return target == name
    return False


def _is_stub(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(value=ast.Constant(value=None)):
            return True
        case ast.FunctionDef(body=body):
            return all(map(_does_nothing, body))
    return False


def _does_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
    return False


def additions(given: str, handed: str) -> tuple[str, str]:
    """What somebody added to a text of code: before its first line that was kept, and after.

    A statement that was changed counts as a whole.

    Examples
    --------
    >>> additions("import a\\nb = 1", "import math\\nimport a\\nb = (1,\\n2)")
    ('import math', 'b = (1,\\n2)')
    """
    lines = handed.splitlines()
    added = added_lines(given, handed)
    known, tree = parsed(given), parsed(handed)
    kept = [number for number in range(len(lines)) if number not in added]
    if known is not None and tree is not None:
        old = {_spelled(node) for node in known.body}
        kept = []
        for node in tree.body:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            inside = set(range(first - 1, node.end_lineno or node.lineno))
            if _spelled(node) in old:
                added -= inside
                kept.append(first - 1)
            elif inside & added:
                added |= inside
    first = min(kept, default=-1)
    parts = ([n for n in sorted(added) if n < first], [n for n in sorted(added) if n >= first])
    before, after = ("\n".join(lines[n] for n in part).strip("\n") for part in parts)
    return before, after


def _spelled(node: ast.stmt) -> str:
    """A statement apart from where it stands and how it is set; nothing where it is too deep."""
    try:
        return ast.dump(node)
    except RecursionError:
        return ""


def added_lines(given: str, handed: str) -> set[int]:
    """The numbers of the lines, from 0, that a text has and the one before it had not."""
    old = [line.strip() for line in given.splitlines()]
    new = [line.strip() for line in handed.splitlines()]
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = {
        n for kind, _, _, i, j in steps if kind in ("replace", "insert") for n in range(i, j)
    }
    return {n for n in changed if new[n]}


def words_in_code(source: str) -> bool:
    """Whether a code cell holds words for a reader: comments, a bare text, or no Python at all."""
    tree = parsed(source)
    if tree is None:
        return bool(re.search(r"[^\W\d_]{2}", source))
    return any(_is_text(node) for node in tree.body) or _has_comments(source)


def _is_text(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def _has_comments(source: str) -> bool:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(without_magics(source)).readline))
    except (*BROKEN, tokenize.TokenError):
        return "#" in source
    return any(token.type == tokenize.COMMENT for token in tokens)
