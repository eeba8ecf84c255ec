"""Which cells of a notebook have to run for its grades.

A lesson is mostly experiments: photos filtered, networks run, figures drawn. They are the lesson's
own code, the same for everybody, and no answer depends on them. Running them for every student
costs far more than all the answers together, so a grading run leaves them out: it runs what the
student wrote, what is graded, and, name by name, whatever those cells use.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nbformat import NotebookNode

from autograder.lessons.roles import role_of

from .student_code import tree_of

REACHES_ANYTHING = {"exec", "eval", "globals", "locals", "vars", "get_ipython", "__import__"}
"""Names whose use may touch any other name: a notebook that uses one is run whole."""

MODULES = {"np", "plt", "figures"}
"""What lessons call the modules they import: calling a function of theirs changes no name."""

NO_PYTHON = re.compile(r"[%!?]|>>>|\.\.\.|In \[|^[^\S\n]*+[,;/]|\A\s", re.MULTILINE)
"""What IPython may read as something else where Python finds an error, or may forgive. It looks
once at each line: spaces that go on over lines would be looked at from each of them."""


@dataclass(frozen=True)
class Names:
    """What a cell reads, and what it makes or changes."""

    read: frozenset[str]
    bound: frozenset[str]


def cells_to_run(notebook: NotebookNode, lesson: NotebookNode) -> set[str]:
    """The ids of the code cells that a grading run has to run.

    Parameters
    ----------
    notebook : NotebookNode
        What will run.
    lesson : NotebookNode
        The same cells as the lesson has them: what differs, the student wrote.

    Returns
    -------
    set of str
        Answers, checks and tests; every cell the student added or changed; and every cell that
        makes or changes a name which one of these uses, directly or through others.
    """
    own = {cell.id: cell.source for cell in lesson.cells}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    names = {cell.id: names_in(cell.source) for cell in code}
    wanted = {
        cell.id
        for cell in code
        if role_of(cell) in ("exercise", "check", "test")
        or own.get(cell.id) != cell.source
        or names[cell.id] is None
    }
    known = {one: its for one, its in names.items() if its is not None}
    while True:
        if any(one not in known or known[one].read & REACHES_ANYTHING for one in wanted):
            return set(names)
        used = frozenset().union(*(known[one].read for one in wanted))
        more = {one for one in known if one not in wanted and known[one].bound & used}
        if not more:
            return wanted
        wanted |= more


@lru_cache(maxsize=1000)
def names_in(source: str) -> Names | None:
    """The global names of a cell; None where they can't be told: magics, star imports.

    A cell that is no Python does nothing when it is run, so it has no names.

    Examples
    --------
    >>> sorted(names_in("y = f(x)").read), sorted(names_in("table['a'] = 1").bound)
    (['f', 'x'], ['table'])
    """
    try:
        try:
            tree = tree_of(source)
        except (SyntaxError, ValueError):
            return None if NO_PYTHON.search(source) else Names(frozenset(), frozenset())
        scopes = [symtable.symtable(source, "<cell>", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    read, bound, modules = set(), set(), set()
    for scope in scopes:
        scopes += scope.get_children()
        top = scope.get_type() == "module"
        for symbol in scope.get_symbols():
            if not (top or symbol.is_global()):
                continue
            if symbol.is_referenced():
                read.add(symbol.get_name())
            if symbol.is_assigned() or symbol.is_imported():
                bound.add(symbol.get_name())
            if symbol.is_imported():
                modules.add(symbol.get_name())
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.alias) and node.name == "*" for node in nodes):
        return None
    bound |= set(_changed(nodes)) - modules
    return Names(frozenset(read), frozenset(bound))


def _changed(nodes: Iterable[ast.AST]) -> Iterable[str]:
    """Names whose objects a cell's statements change: by item, attribute or method."""
    for node in nodes:
        match node:
            case ast.Subscript() | ast.Attribute() if not isinstance(node.ctx, ast.Load):
                yield from _root(node)
            # `things.append(…)` changes `things`; a call of a module's function changes no name.
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
                yield from set(_root(method)) - MODULES


def _root(node: ast.expr) -> Iterable[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
