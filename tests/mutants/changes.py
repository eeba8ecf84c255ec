"""One small change to a function's source at a time, by its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

Change = tuple[str, Callable[[], ast.FunctionDef]]

OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult, ast.Div),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}

NEUTRAL = {ast.Add: 0, ast.Sub: 0, ast.Mult: 1, ast.Div: 1, ast.FloorDiv: 1}
"""What leaves the left side of an operator as it is."""

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
    "vstack": "hstack",
    "enumerate": "list",
    "any": "all",
    "all": "any",
    "argmin": "argmax",
    "floor": "ceil",
    "ones_like": "zeros_like",
    "zeros_like": "ones_like",
    "prod": "sum",
    "repeat": "tile",
    "tile": "repeat",
    "reversed": "list",
    "square": "abs",
    "std": "var",
    "T": "real",
}
"""What stands in for a function or an attribute; `.real` leaves an array as it is."""


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
    for kind, changes in KINDS.items():
        if isinstance(node, kind):
            yield from changes(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from of_a_name(node, function)
    for field in ("body", "orelse"):
        statements = getattr(node, field, None)
        if isinstance(statements, list):
            yield from of_statements(field, statements)


def of_a_name(node: ast.Name, function: ast.FunctionDef) -> Iterator[tuple]:
    """Another argument for an argument; for a name of the function's own, those beside it."""
    arguments = [argument.arg for argument in function.args.args]
    own = list(dict.fromkeys(names_set_in(function)))
    if node.id in arguments:
        others = arguments
    else:
        at = own.index(node.id) if node.id in own else len(own) + 1
        others = own[max(0, at - 1) : at + 2]
    for other in others:
        if other != node.id:
            yield f"{other} for {node.id}", setting("id", other)
    if node.id in CALLS:
        yield f"{CALLS[node.id]} for {node.id}", setting("id", CALLS[node.id])


def names_set_in(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def of_statements(field: str, statements: list[ast.stmt]) -> Iterator[tuple]:
    for i, one in enumerate(statements):
        if isinstance(one, ast.AugAssign):
            yield f"{ast.unparse(one)[:40]} with = alone", assigning(field, i)
        if isinstance(one, (ast.Assign, ast.AugAssign, ast.Raise, ast.If, ast.For, ast.Expr)):
            yield f"{ast.unparse(one).splitlines()[0][:40]} deleted", passing(field, i)


def of_an_operator(node: ast.BinOp | ast.AugAssign) -> Iterator[tuple]:
    said = ast.unparse(node)[:40]
    for kind in OPERATORS.get(type(node.op), ()):
        yield f"{said} by {kind.__name__}", setting("op", kind())
    if isinstance(node, ast.BinOp) and type(node.op) in NEUTRAL:
        neutral = ast.Constant(NEUTRAL[type(node.op)])
        yield f"{said} without its right side", setting("right", neutral)


def of_a_comparison(node: ast.Compare) -> Iterator[tuple]:
    for kind in COMPARISONS.get(type(node.ops[0]), ()):
        yield f"{ast.unparse(node)[:40]} by {kind.__name__}", comparing(kind)


def of_a_slice(node: ast.Slice) -> Iterator[tuple]:
    for end in ("lower", "upper", "step"):
        if getattr(node, end) is not None:
            yield f"{ast.unparse(node)} without its {end}", without(end)
            yield f"{ast.unparse(node)} with its {end} one more", one_more(end)


def of_an_attribute(node: ast.Attribute) -> Iterator[tuple]:
    if node.attr in CALLS:
        yield f"{CALLS[node.attr]} for {node.attr}", setting("attr", CALLS[node.attr])


def of_a_call(node: ast.Call) -> Iterator[tuple]:
    said = ast.unparse(node)[:40]
    for i, keyword in enumerate(node.keywords):
        yield f"{said} without {keyword.arg}", dropping("keywords", i)
    if len(node.args) > 1:
        yield f"{said} with its arguments exchanged", exchanging("args")
    if isinstance(node.func, ast.Name) and node.func.id == "range":
        for more in (1, -1):
            yield f"{said} with its end {more:+}", ending(more)


def of_a_tuple(node: ast.Tuple) -> Iterator[tuple]:
    if len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
        yield f"{ast.unparse(node)[:40]} with its parts exchanged", exchanging("elts")


def of_a_sign(node: ast.UnaryOp) -> Iterator[tuple]:
    if isinstance(node.op, (ast.USub, ast.Not)):
        words = "of the other sign" if isinstance(node.op, ast.USub) else "without its not"
        yield f"{ast.unparse(node)[:40]} {words}", setting("op", ast.UAdd())


def of_both(node: ast.BoolOp) -> Iterator[tuple]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield f"{ast.unparse(node)[:40]} by {type(other).__name__}", setting("op", other)


def of_a_condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[tuple]:
    for forced in (True, False) if not isinstance(node, ast.While) else (False,):
        said = f"{ast.unparse(node.test)[:40]} forced to {forced}"
        yield said, setting("test", ast.Constant(forced))


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


def one_more(field: str):
    """A bound of a slice is one more."""

    def change(node: ast.AST) -> None:
        setattr(node, field, ast.BinOp(getattr(node, field), ast.Add(), ast.Constant(1)))

    return change


def ending(more: int):
    """A range ends earlier or later."""

    def change(node: ast.Call) -> None:
        last = min(1, len(node.args) - 1)
        node.args[last] = ast.BinOp(node.args[last], ast.Add(), ast.Constant(more))

    return change


def exchanging(field: str):
    """The first two of several parts change places."""

    def change(node: ast.AST) -> None:
        parts = getattr(node, field)
        parts[0], parts[1] = parts[1], parts[0]

    return change


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


KINDS: dict[Any, Callable[[Any], Iterator[tuple]]] = {
    ast.Constant: of_a_constant,
    (ast.BinOp, ast.AugAssign): of_an_operator,
    ast.Compare: of_a_comparison,
    ast.Slice: of_a_slice,
    ast.Attribute: of_an_attribute,
    ast.Call: of_a_call,
    ast.Tuple: of_a_tuple,
    ast.UnaryOp: of_a_sign,
    ast.BoolOp: of_both,
    (ast.If, ast.IfExp, ast.While): of_a_condition,
}
"""What is changed of each kind of node."""
