"""The program for one point: its parameters are put in, and what that makes superfluous goes, until nothing changes any more."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from typing import Any

from matrix.reproducer.calls import inline, without_constant_parameters
from matrix.reproducer.flat import flat
from matrix.reproducer.fold import Fold, constant, known
from matrix.reproducer.gather import OWN, SEPARATOR, SPAWN, Gathered
from matrix.reproducer.scopes import Replace, binds, bound_below, loads, own, spelled

_ROUNDS = 30
_PURE = {
    "dict",
    "list",
    "tuple",
    "len",
    "range",
    "zip",
    "set",
    "frozenset",
    "sorted",
    "float",
    "int",
    "str",
    "min",
    "max",
}
_ACTS = {"config", "random", "print", "save", "summary", "distribute"}
_HARMLESS = ("tf.function", "tf.custom_gradient", "functools.partial", "dataclasses.dataclass", "tf.autograph")


def shrink(gathered: Gathered, params: Mapping[str, Any]) -> list[ast.stmt]:
    """The definitions that a point needs, and last the pair of its answer and of what is right."""
    program = list(gathered.definitions)
    program += ast.parse(
        f"build{SEPARATOR}{OWN}(**{dict(params)!r})(), oracle{SEPARATOR}{OWN}(**{dict(params)!r})"
    ).body
    text = ""
    for _ in range(_ROUNDS):
        tables = dict(_tables(program))
        program = [one for each in program for one in _listed(Fold(tables).visit(each))]
        for one in program:
            for function, around in list(_functions(one, frozenset())):
                _propagate(function, around)
                _drop_unused(function, program)
        program = _reachable(program)
        _drop_methods(program)
        without_constant_parameters(program)
        inline(program)
        before, text = text, "\n".join(map(ast.dump, program))
        if text == before:
            break
    # A new interpreter reads the script again, for its definitions, and must find nothing else to do.
    program = program if any(SPAWN in ast.dump(one) for one in program) else flat(program)
    for one in program:
        for each in ast.walk(one):
            if isinstance(getattr(each, "body", None), list) and not each.body:  # type: ignore[attr-defined]
                each.body = [ast.Pass()]  # type: ignore[attr-defined]
    return program


def _listed(made: Any) -> list[ast.stmt]:
    return made if isinstance(made, list) else [] if made is None else [made]


def _tables(program: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Constants of the program: bound once, and only ever looked up."""
    changed = {
        one.value.id
        for each in program
        for one in ast.walk(each)
        if isinstance(one, ast.Subscript) and not isinstance(one.ctx, ast.Load) and isinstance(one.value, ast.Name)
    }
    changed |= {
        one.value.id
        for each in program
        for one in ast.walk(each)
        if isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Name)
        and one.attr in ("append", "update", "setdefault", "pop", "clear", "extend", "add")
    }
    for one in program:
        if isinstance(one, ast.Assign) and len(one.targets) == 1 and isinstance(one.targets[0], ast.Name):
            name = one.targets[0].id
            if name not in changed and (known(one.value) or _is_table(one.value)):
                yield name, one.value


def _is_table(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) and all(known(key) for key in node.keys) and all(map(_movable, node.values))


def _movable(node: ast.expr) -> bool:
    """Whether it means the same at another place: nothing is called before it is used."""
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(_movable, node.elts))
    return isinstance(node, ast.Lambda | ast.Name | ast.Attribute) or constant(node)


def _functions(node: ast.AST, around: frozenset[str]) -> Iterator[tuple[ast.FunctionDef, frozenset[str]]]:
    """Every function, with what the functions around it bind just once."""
    for one in [node] if isinstance(node, ast.FunctionDef) else own(node):
        if isinstance(one, ast.FunctionDef):
            yield one, around
            bound = binds(one)
            steady = frozenset(name for name in bound if bound.count(name) == 1)
            for each in own(one):
                if isinstance(each, ast.FunctionDef | ast.ClassDef):
                    yield from _functions(each, (around - set(bound)) | steady)
        elif isinstance(one, ast.ClassDef):
            yield from _functions(one, around)


def _propagate(function: ast.FunctionDef, around: frozenset[str]) -> None:
    """Locals that are another name for something, or a constant, or a choice still to be made, give way to it."""
    elsewhere = {name for one in ast.walk(function) if isinstance(one, ast.Nonlocal | ast.Global) for name in one.names}
    for statement in list(function.body):
        if not (isinstance(statement, ast.Assign) and len(statement.targets) == 1):
            continue
        target, value = statement.targets[0], statement.value
        if not isinstance(target, ast.Name) or target.id in elsewhere:
            continue
        bound = binds(function)
        if bound.count(target.id) != 1 or target.id in spelled(value):
            continue
        rest = [one for one in function.body if one is not statement]
        if _may_move(function, rest, target.id, value, bound, around):
            function.body = [Replace({target.id: value}).visit(one) for one in rest] or [ast.Pass()]


def _may_move(
    function: ast.FunctionDef,
    rest: list[ast.stmt],
    name: str,
    value: ast.expr,
    bound: list[str],
    around: frozenset[str],
) -> bool:
    free = spelled(value)
    if free & bound_below(function):
        return False
    for one in free - _globals(value):
        if SEPARATOR not in one and not (bound.count(one) == 1 or (one not in bound and one in around)):
            return False
    if isinstance(value, ast.Constant | ast.Name) or (isinstance(value, ast.Attribute) and _of_module(value)):
        return True
    times = loads(rest).count(name)
    if isinstance(value, ast.Lambda):
        return times == 1
    if isinstance(value, ast.Dict) and not value.keys:
        return _only_spread(rest, name)
    if _is_table(value):
        return _only_looked_up(rest, name)
    return known(value) and not isinstance(value, ast.Dict | ast.List | ast.Set) and times == 1


def _of_module(value: ast.expr) -> bool:
    """Whether it is ``tf.something``, by however many steps."""
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name) and value.id in ("tf", "np")


def _globals(value: ast.expr) -> set[str]:
    """Names of modules and of Python itself, which are the same everywhere, and what lambdas bind."""
    return {"tf", "np", "functools", "collections", *dir(builtins)} | bound_below(ast.Expr(value))


def _only_spread(rest: list[ast.stmt], name: str) -> bool:
    spread = [
        one
        for each in rest
        for one in ast.walk(each)
        if isinstance(one, ast.keyword) and one.arg is None and isinstance(one.value, ast.Name) and one.value.id == name
    ]
    return len(spread) == loads(rest).count(name)


def _only_looked_up(rest: list[ast.stmt], name: str) -> bool:
    looked_up = 0
    for each in rest:
        for one in ast.walk(each):
            if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name) and known(one.slice):
                looked_up += one.value.id == name
            elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "get":
                looked_up += isinstance(one.func.value, ast.Name) and one.func.value.id == name and known(one.args[0])
    return looked_up == loads(rest).count(name)


def _drop_unused(function: ast.FunctionDef, program: list[ast.stmt]) -> None:
    """Locals that nobody reads go, where making them does nothing."""
    classes = {one.name for one in program if isinstance(one, ast.ClassDef)}
    classes |= {one.name for one in ast.walk(function) if isinstance(one, ast.ClassDef)}

    def kept(block: list[ast.stmt]) -> list[ast.stmt]:
        return [one for one in block if not (_unread(one, function) and _does_nothing(one, classes))]

    function.body = kept(function.body) or [ast.Pass()]
    for one in own(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(one, field, None)
            if isinstance(one, ast.If | ast.With | ast.For | ast.While | ast.Try) and block:
                setattr(one, field, kept(block) or ([ast.Pass()] if field == "body" else []))


def _drop_methods(program: list[ast.stmt]) -> None:
    """Methods that nobody names, of classes that nobody else knows."""
    nodes = [node for one in program for node in ast.walk(one)]
    named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    named |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    for node in nodes:
        if isinstance(node, ast.ClassDef) and all(ast.unparse(base) == "object" for base in node.bases):
            node.body = [
                one
                for one in node.body
                if not isinstance(one, ast.FunctionDef) or one.name.startswith("__") or one.name in named
            ] or [ast.Pass()]


def _unread(node: ast.stmt, function: ast.FunctionDef) -> bool:
    if isinstance(node, ast.Delete):
        return all(isinstance(one, ast.Name) and one.id not in loads(function.body) for one in node.targets)
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id not in loads(function.body) and _local(node.targets[0].id, function)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return loads(function.body).count(node.name) == loads(node).count(node.name)
    return False


def _local(name: str, function: ast.FunctionDef) -> bool:
    return not any(isinstance(one, ast.Nonlocal | ast.Global) and name in one.names for one in ast.walk(function))


def _does_nothing(node: ast.stmt, classes: set[str]) -> bool:
    if isinstance(node, ast.ClassDef) and any(
        isinstance(one, ast.Call) for base in node.bases for one in ast.walk(base)
    ):
        return False
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return all(ast.unparse(one).startswith(_HARMLESS) or isinstance(one, ast.Name) for one in node.decorator_list)
    return isinstance(node, ast.Delete) or (isinstance(node, ast.Assign) and pure(node.value, classes))


def pure(node: ast.expr | ast.keyword, classes: set[str]) -> bool:
    """Whether an expression has no effect but its value, which then need not be made."""
    if isinstance(node, ast.Lambda):
        return True
    if isinstance(node, ast.Call):
        parts = ast.unparse(node.func).split(".")
        root = parts[0].partition("(")[0]
        allowed = root in _PURE or root in classes or (root == "tf" and not _ACTS & set(parts))
        # A generator of its own may be left out; a draw from one moves it.
        allowed = allowed or (root == "np" and ("random" not in parts or parts[-1] == "RandomState"))
        if not allowed:
            return False
    if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr):
        return False
    return all(pure(one, classes) for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr | ast.keyword))


def _reachable(program: list[ast.stmt]) -> list[ast.stmt]:
    """What the last statement needs, in the order in which it stands."""
    by_name: dict[str, list[ast.stmt]] = {}
    for one in program:
        for name in _defines(one):
            by_name.setdefault(name, []).append(one)
    wanted, queue = {id(program[-1])}, list(spelled(program[-1]))
    while queue:
        for one in by_name.get(queue.pop(), ()):
            if id(one) not in wanted:
                wanted.add(id(one))
                queue += spelled(one)
    return [one for one in program if id(one) in wanted]


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    # What a statement of the module writes into belongs to it, also a part of it: `TABLE["x"] = 1`.
    parts = node.targets if isinstance(node, ast.Assign) else [node]
    return [one.id for part in parts for one in ast.walk(part) if isinstance(one, ast.Name) and SEPARATOR in one.id]
