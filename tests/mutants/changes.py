"""One small change to a function's source at a time, by its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

Change = tuple[str, Callable[[], ast.FunctionDef]]

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}

CALLS = {
    "max": "min",
    "min": "max",
    "sum": "mean",
    "mean": "sum",
    "zeros": "ones",
    "ones": "zeros",
    "argmax": "argmin",
    "maximum": "minimum",
    "minimum": "maximum",
    "ceil": "floor",
    "exp": "abs",
    "log": "exp",
    "sqrt": "square",
    "var": "std",
    "hstack": "vstack",
    "enumerate": "list",
}


def changed(function: ast.FunctionDef) -> Iterator[Change]:
    """Every change that can be made to a function: its words, and what makes the mutant."""
    for number, node in enumerate(ast.walk(function)):
        for words, make in changes_of(node, function):
            said = f"line {getattr(node, 'lineno', 0)}: {words}"
            yield said, partial(carried_out, function, number, make)


def carried_out(
    function: ast.FunctionDef, number: int, make: Callable[[Any], Any]
) -> ast.FunctionDef:
    """A copy of a function with one of its nodes changed."""
    other = copy.deepcopy(function)
    make(next(one for i, one in enumerate(ast.walk(other)) if i == number))
    return other


def changes_of(node: ast.AST, function: ast.FunctionDef) -> Iterator[tuple]:
    """What can be changed of one node: words, and what carries it out on a copy."""
    if isinstance(node, ast.Constant):
        yield from of_a_constant(node)
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in OPERATORS:
        yield ast.unparse(node)[:40] + " with another operator", exchange_operator
    if isinstance(node, ast.Compare):
        for kind in COMPARISONS.get(type(node.ops[0]), ()):
            yield f"{ast.unparse(node)[:40]} by {kind.__name__}", comparing(kind)
    if isinstance(node, ast.Slice):
        for end in ("lower", "upper", "step"):
            if getattr(node, end) is not None:
                yield f"{ast.unparse(node)} without its {end}", without(end)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        names = [argument.arg for argument in function.args.args]
        for sibling in names if node.id in names else ():
            if sibling != node.id:
                yield f"{sibling} for {node.id}", setting("id", sibling)
    if isinstance(node, ast.Attribute) and node.attr in CALLS:
        yield f"{CALLS[node.attr]} for {node.attr}", setting("attr", CALLS[node.attr])
    if isinstance(node, ast.Name) and node.id in CALLS:
        yield f"{CALLS[node.id]} for {node.id}", setting("id", CALLS[node.id])
    if isinstance(node, ast.Call):
        for i, keyword in enumerate(node.keywords):
            yield f"{ast.unparse(node)[:40]} without {keyword.arg}", dropping("keywords", i)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield f"{ast.unparse(node)} of the other sign", setting("op", ast.UAdd())
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        for forced in (True, False) if not isinstance(node, ast.While) else (False,):
            said = f"{ast.unparse(node.test)[:40]} forced to {forced}"
            yield said, setting("test", ast.Constant(forced))
    for field in ("body", "orelse"):
        statements = getattr(node, field, None)
        for i, one in enumerate(statements if isinstance(statements, list) else ()):
            if isinstance(one, ast.AugAssign):
                yield f"{ast.unparse(one)[:40]} with = alone", assigning(field, i)
            if isinstance(one, (ast.Assign, ast.AugAssign, ast.Raise, ast.If, ast.For)):
                yield f"{ast.unparse(one).splitlines()[0][:40]} deleted", passing(field, i)


def of_a_constant(node: ast.Constant) -> Iterator[tuple]:
    if isinstance(node.value, bool):
        yield f"{not node.value} for {node.value}", setting("value", not node.value)
    elif isinstance(node.value, int):
        for other in (node.value + 1, node.value - 1):
            yield f"{other} for {node.value}", setting("value", other)
    elif isinstance(node.value, float):
        for other in (2 * node.value, node.value / 2, 0.0):
            yield f"{other} for {node.value}", setting("value", other)


def setting(field: str, value: object):
    return lambda node: setattr(node, field, value)


def without(field: str):
    return lambda node: setattr(node, field, None)


def dropping(field: str, index: int):
    return lambda node: getattr(node, field).pop(index)


def comparing(kind: type[ast.cmpop]):
    return lambda node: node.ops.__setitem__(0, kind())


def exchange_operator(node: ast.BinOp | ast.AugAssign) -> None:
    node.op = OPERATORS[type(node.op)]()


def assigning(field: str, index: int):
    """`+=` becomes `=`."""

    def change(node: ast.AST) -> None:
        one = getattr(node, field)[index]
        plain = ast.Assign(targets=[one.target], value=one.value)
        getattr(node, field)[index] = ast.copy_location(plain, one)

    return change


def passing(field: str, index: int):
    """A statement is left out."""

    def change(node: ast.AST) -> None:
        statements = getattr(node, field)
        statements[index] = ast.copy_location(ast.Pass(), statements[index])

    return change
