"""What is known is worked out: comparisons of constants, choices from tables by a constant, branches that are never taken."""

from __future__ import annotations

import ast
import copy
import operator
from collections.abc import Callable, Mapping
from typing import Any

from matrix.reproducer.scopes import Replace, Scoped, arguments, bound_below, loads, spelled

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: lambda a, b: a is b or a == b,
    ast.IsNot: lambda a, b: not (a is b or a == b),
}
_STRING_METHODS = (
    "startswith",
    "endswith",
    "split",
    "partition",
    "rpartition",
    "replace",
    "format",
    "upper",
    "join",
    "strip",
)
_TYPES = {kind.__name__: kind for kind in (str, int, float, bool, list, tuple, dict)}
_UNKNOWN = object()


def value_of(node: ast.expr | None) -> Any:
    """The Python value of an expression of constants, or ``_UNKNOWN``."""
    if node is None:
        return _UNKNOWN
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return _UNKNOWN


def known(node: ast.expr | None) -> bool:
    """Whether an expression is made of constants only."""
    return value_of(node) is not _UNKNOWN


def constant(node: ast.expr) -> bool:
    """The same, with ``float("nan")`` among them, which Python cannot write otherwise."""
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(constant, node.elts))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
        return len(node.args) == 1 and known(node.args[0])
    return known(node)


def literal(value: Any) -> ast.expr:
    """The expression of a value."""
    return ast.parse(repr(value), mode="eval").body


class Fold(Scoped):
    """Works out what can be; ``tables`` are the constants of the program, by name."""

    def __init__(self, tables: Mapping[str, ast.expr]) -> None:
        super().__init__()
        self.tables = tables

    def _table(self, node: ast.expr) -> ast.expr:
        """What a name of a constant stands for."""
        return self.tables.get(node.id, node) if isinstance(node, ast.Name) else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        left, right = value_of(self._table(node.left)), value_of(self._table(node.comparators[0]))
        if len(node.ops) == 1 and left is not _UNKNOWN and right is not _UNKNOWN:
            return ast.Constant(_COMPARE[type(node.ops[0])](left, right))
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and known(node.operand):
            return ast.Constant(not value_of(node.operand))
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        decides = isinstance(node.op, ast.Or)
        values: list[ast.expr] = []
        for number, one in enumerate(node.values):
            if known(one) and bool(value_of(one)) is decides:
                values.append(one)
                break
            # What does not decide is left out, unless it is the last and so the value.
            if not known(one) or number == len(node.values) - 1:
                values.append(one)
        if len(values) == 1:
            return values[0]
        node.values = values
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        node.test = self.visit(node.test)
        if known(node.test):
            return self.visit(node.body if value_of(node.test) else node.orelse)  # type: ignore[no-any-return]
        self.generic_visit(node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        left, right = value_of(node.left), value_of(node.right)
        if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
            return ast.Constant(left + right)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        table = self._table(node.value)
        found: ast.expr | None = None
        if isinstance(node.ctx, ast.Load) and known(node.slice):
            if isinstance(table, ast.Dict):
                found = _entry(table, node.slice)
            elif isinstance(table, ast.Tuple | ast.List) and isinstance(value_of(node.slice), int):
                found = table.elts[value_of(node.slice)]
        return copy.deepcopy(found) if found is not None else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.args = [part for one in node.args for part in _unpacked(one)]
        node.keywords = [part for one in node.keywords for part in _spread(one, self._table(one.value))]
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func)
        if isinstance(node.func, ast.Lambda):
            return called(node.func, node) or node
        if isinstance(node.func, ast.Name) and node.func.id == "isinstance" and known(node.args[0]):
            kinds = [_TYPES.get(one.id) for one in ast.walk(node.args[1]) if isinstance(one, ast.Name)]
            if all(kinds):
                return ast.Constant(isinstance(value_of(node.args[0]), tuple(kind for kind in kinds if kind)))
        if isinstance(node.func, ast.Name) and node.func.id == "dict" and len(node.args) == 1:
            table = node.args[0]
            if isinstance(table, ast.Dict) and all(one.arg for one in node.keywords):
                return _merged(table, node.keywords)
        return node

    def _method(self, node: ast.Call, func: ast.Attribute) -> ast.AST:
        table = self._table(func.value)
        if isinstance(table, ast.Dict) and func.attr == "get" and known(node.args[0]):
            found = _entry(table, node.args[0], missing=node.args[1] if len(node.args) > 1 else ast.Constant(None))
            return copy.deepcopy(found) if found is not None else node
        text = value_of(func.value)
        values = [value_of(one) for one in node.args]
        if isinstance(text, str) and func.attr in _STRING_METHODS and _UNKNOWN not in values and not node.keywords:
            return literal(getattr(text, func.attr)(*values))
        return node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        node.test = self.visit(node.test)
        if known(node.test):
            made = []
            for one in node.body if value_of(node.test) else node.orelse:
                new = self.visit(one)
                made += new if isinstance(new, list) else [new]
            return made
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        self.generic_visit(node)
        return None if isinstance(node.value, ast.Constant) else node  # docstrings

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        target, value = node.targets[0], node.value
        if (
            len(node.targets) == 1
            and isinstance(target, ast.Name)
            and isinstance(value, ast.Name)
            and target.id == value.id
        ):
            return []
        if (
            len(node.targets) == 1
            and isinstance(target, ast.Tuple)
            and isinstance(value, ast.Tuple | ast.List)
            and len(target.elts) == len(value.elts)
            and all(isinstance(one, ast.Name) for one in target.elts)
            and not any(isinstance(one, ast.Starred) for one in value.elts)
            and not {one.id for one in target.elts if isinstance(one, ast.Name)} & set(loads(value))
        ):
            return [ast.Assign([one], each) for one, each in zip(target.elts, value.elts, strict=True)]
        return node

    def _inside(self, node: ast.AST, body: list) -> list:  # type: ignore[type-arg]
        return _until_it_leaves(super()._inside(node, body))


def _until_it_leaves(body: list) -> list:  # type: ignore[type-arg]
    for number, one in enumerate(body):
        if isinstance(one, ast.Return | ast.Raise):
            return body[: number + 1]
    return body


def _entry(table: ast.Dict, key: ast.expr, missing: ast.expr | None = None) -> ast.expr | None:
    if not all(known(one) for one in table.keys):
        return None
    for one, value in zip(table.keys, table.values, strict=True):
        if value_of(one) == value_of(key):
            return value
    return missing


def _unpacked(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Starred) and isinstance(node.value, ast.Tuple | ast.List):
        return node.value.elts
    return [node]


def _spread(node: ast.keyword, value: ast.expr) -> list[ast.keyword]:
    if node.arg is None and isinstance(value, ast.Dict) and all(isinstance(value_of(key), str) for key in value.keys):
        return [
            ast.keyword(value_of(key), copy.deepcopy(each)) for key, each in zip(value.keys, value.values, strict=True)
        ]
    return [node]


def _merged(table: ast.Dict, more: list[ast.keyword]) -> ast.Dict:
    made = ast.Dict(list(table.keys), list(table.values))
    for one in more:
        for number, key in enumerate(made.keys):
            if value_of(key) == one.arg:
                made.values[number] = one.value
                break
        else:
            made.keys.append(ast.Constant(one.arg))
            made.values.append(one.value)
    return made


def called(function: ast.Lambda, call: ast.Call) -> ast.expr | None:
    """The body of a lambda with a call's arguments in the place of its parameters, where that means the same."""
    bound = bindings(function, call)
    if bound is None:
        return None
    return substituted(function.body, bound)


def substituted(body: ast.expr, bound: Mapping[str, ast.expr]) -> ast.expr | None:
    """``body`` with expressions for names; None where one would be worked out twice, or meet another name's binding."""
    uses = loads(body)
    inner = bound_below(body)
    for name, value in bound.items():
        simple = isinstance(value, ast.Name | ast.Constant | ast.Attribute) or known(value)
        if not simple and (uses.count(name) != 1 or inner):
            return None
        if spelled(value) & inner:
            return None
    return Replace(bound).visit(copy.deepcopy(body))  # type: ignore[no-any-return]


def bindings(function: ast.Lambda | ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr] | None:
    """Which argument each parameter gets; None where stars make that unknown."""
    own = function.args
    if own.vararg or own.kwarg or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    if any(one.arg is None for one in call.keywords):
        return None
    names = [one.arg for one in arguments(function)]
    bound = dict(zip(names, call.args, strict=False))
    bound.update({str(one.arg): one.value for one in call.keywords})
    plain = [*own.posonlyargs, *own.args]
    for one, default in zip(plain[len(plain) - len(own.defaults) :], own.defaults, strict=True):
        bound.setdefault(one.arg, default)
    for one, each in zip(own.kwonlyargs, own.kw_defaults, strict=True):
        if each is not None:
            bound.setdefault(one.arg, each)
    return bound if set(bound) == set(names) and len(call.args) <= len(plain) else None
