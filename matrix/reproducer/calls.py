"""The program's own functions and their calls: parameters that always have one value, and functions that are one expression."""

from __future__ import annotations

import ast
import copy

from matrix.reproducer.fold import bindings, known, substituted
from matrix.reproducer.gather import SEPARATOR
from matrix.reproducer.scopes import Replace, arguments, binds, loads

_SHORT = 60
"""Characters of an expression that may stand in several places."""


def _calls(program: list[ast.stmt], name: str) -> list[ast.Call] | None:
    """Every call of a function; None where it is used in another way as well."""
    found = [
        one
        for each in program
        for one in ast.walk(each)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == name
    ]
    return found if len(found) == loads(program).count(name) else None


def without_constant_parameters(program: list[ast.stmt]) -> None:
    """Takes out the parameters that have the same constant, or the same function of the program, in every call."""
    for one in program:
        if isinstance(one, ast.FunctionDef) and not one.decorator_list:
            calls = _calls(program, one.name)
            if calls:
                _without_stars(one, calls)
                _without_constants(one, calls)


def _without_stars(function: ast.FunctionDef, calls: list[ast.Call]) -> None:
    """``*args`` and ``**options`` that no call fills, or every call fills with the same constants."""
    own = function.args
    if any(isinstance(one, ast.Starred) for call in calls for one in call.args):
        return
    if any(one.arg is None for call in calls for one in call.keywords):
        return
    plain = [one.arg for one in [*own.args, *own.kwonlyargs]]
    if own.kwarg and own.kwarg.arg not in loads(function.body):
        if not all(_constant(one.value) for call in calls for one in call.keywords if one.arg not in plain):
            return
        own.kwarg = None
        for call in calls:
            call.keywords = [one for one in call.keywords if one.arg in plain]
    if own.vararg and all(len(call.args) <= len(own.args) for call in calls):
        name, own.vararg = own.vararg.arg, None
        _put(function, name, ast.Tuple([], ast.Load()))
    if own.kwarg:
        extra = [{one.arg: one.value for one in call.keywords if one.arg not in plain} for call in calls]
        texts = {str({name: ast.dump(value) for name, value in sorted(each.items())}) for each in extra}
        if len(texts) == 1 and all(map(_constant, extra[0].values())):
            name, own.kwarg = own.kwarg.arg, None
            _put(function, name, ast.Dict([ast.Constant(key) for key in extra[0]], list(extra[0].values())))
            for call in calls:
                call.keywords = [one for one in call.keywords if one.arg in plain]


def _without_constants(function: ast.FunctionDef, calls: list[ast.Call]) -> None:
    bound = [_bound(function, call) for call in calls]
    if any(one is None for one in bound):
        return
    for name in [one.arg for one in arguments(function) if one is not function.args.kwarg]:
        values = [one[name] for one in bound if one is not None]
        same = len({ast.dump(value) for value in values}) == 1 and _constant(values[0])
        unused = name not in loads(function.body) and not any(map(_acts, values))
        if (same or unused) and binds(function).count(name) == 1:
            position = next((n for n, one in enumerate(function.args.args) if one.arg == name), None)
            for call in calls:
                if position is not None and position < len(call.args):
                    del call.args[position]
                call.keywords = [one for one in call.keywords if one.arg != name]
            _remove(function, name)
            _put(function, name, values[0])


def _bound(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr] | None:
    """What the named parameters get, whatever else goes into ``**options``."""
    named = copy.copy(function)
    named.args = copy.copy(function.args)
    named.args.kwarg = None
    own = {one.arg for one in arguments(named)}
    kept = [one for one in call.keywords if one.arg in own or one.arg is None or not function.args.kwarg]
    return bindings(named, ast.Call(call.func, call.args, kept))


def _acts(node: ast.expr) -> bool:
    """Whether working an expression out may do more than give its value."""
    return any(isinstance(one, ast.Call | ast.Yield | ast.NamedExpr) for one in ast.walk(node))


def _constant(node: ast.expr) -> bool:
    return known(node) or (isinstance(node, ast.Name) and SEPARATOR in node.id)


def _put(function: ast.FunctionDef, name: str, value: ast.expr) -> None:
    function.body = [Replace({name: value}).visit(one) for one in function.body]


def _remove(function: ast.FunctionDef, name: str) -> None:
    own = function.args
    for number, one in enumerate(own.args):
        if one.arg == name:
            default = number - (len(own.args) - len(own.defaults))
            if default >= 0:
                del own.defaults[default]
            del own.args[number]
            return
    for number, one in enumerate(own.kwonlyargs):
        if one.arg == name:
            del own.kwonlyargs[number], own.kw_defaults[number]
            return


def inline(program: list[ast.stmt]) -> None:
    """Puts functions that only return an expression in the place of their calls."""
    ready = {}
    for one in program:
        if isinstance(one, ast.FunctionDef) and not one.decorator_list and len(one.body) == 1:
            (only,) = one.body
            if isinstance(only, ast.Return) and only.value is not None and one.name not in loads(only.value):
                times = loads(program).count(one.name)
                if times == 1 or len(ast.unparse(only.value)) <= _SHORT:
                    ready[one.name] = one
    for number, one in enumerate(program):
        program[number] = _Inline(ready).visit(one)


class _Inline(ast.NodeTransformer):
    def __init__(self, ready: dict[str, ast.FunctionDef]) -> None:
        self.ready = ready

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = self.ready.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None:
            return node
        bound = bindings(function, node)
        only = function.body[0]
        if bound is None or not isinstance(only, ast.Return) or only.value is None or _late(only.value, bound):
            return node
        return substituted(copy.deepcopy(only.value), bound) or node


def _late(body: ast.expr, bound: dict[str, ast.expr]) -> bool:
    """Whether an inner function would read a caller's variable later, when it may have another value."""
    inner = [one for one in ast.walk(body) if isinstance(one, ast.Lambda | ast.GeneratorExp)]
    read = {name for one in inner for name in loads(one)}
    return any(name in read and not _constant(value) for name, value in bound.items())
