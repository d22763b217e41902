"""What a case wraps in functions, so that it can be called again, a script does once: at the level of the module."""

from __future__ import annotations

import ast

from matrix.reproducer.scopes import binds, loads, own

_KEPT = {"np", "tf", "sys", "os", "tempfile", "agrees"}


def flat(program: list[ast.stmt]) -> list[ast.stmt]:
    """The program with the bodies of ``build`` and of the call that it returns in the place of their calls."""
    *definitions, last = program
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Tuple)
    answer, right = last.value.elts
    build = _only_call(answer.func, definitions, program) if isinstance(answer, ast.Call) else None
    if build is None or set(binds(build)) & _KEPT or _imports(build):
        return program
    *body, end = build.body
    assert isinstance(end, ast.Return)
    assert end.value is not None
    definitions.remove(build)
    answer = ast.Call(end.value, [], [])
    inner = _only_call(answer, body, [*body, end])
    if inner is not None and not set(binds(inner)) & {*binds(build), *_KEPT}:
        *more, end = inner.body
        assert isinstance(end, ast.Return)
        assert end.value is not None
        body.remove(inner)
        body, answer = [*body, *more], end.value
    elif isinstance(answer.func, ast.Lambda) and not answer.func.args.args:
        answer = answer.func.body
    return [*definitions, *body, ast.Expr(ast.Tuple([answer, right], ast.Load()))]


def _only_call(call: ast.expr, block: list[ast.stmt], readers: list[ast.stmt]) -> ast.FunctionDef | None:
    """The function without parameters that is called here and named nowhere else, and that returns at its end only."""
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args and not call.keywords):
        return None
    for one in block:
        if isinstance(one, ast.FunctionDef) and one.name == call.func.id:
            inside = list(own(one))
            returns = [each for each in inside if isinstance(each, ast.Return)]
            plain = returns == one.body[-1:] and returns[0].value is not None
            scopes = [each for each in ast.walk(one) if isinstance(each, ast.Nonlocal | ast.Global)]
            if (
                plain
                and not scopes
                and not one.decorator_list
                and not _parameters(one)
                and loads(readers).count(one.name) == 1
            ):
                return one
    return None


def _parameters(node: ast.FunctionDef) -> bool:
    own_ = node.args
    return bool(own_.args or own_.kwonlyargs or own_.vararg or own_.kwarg)


def _imports(node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Import | ast.ImportFrom) for one in ast.walk(node))
