"""Names and scopes in Python's syntax trees: who binds what, and replacing names without touching others of the same spelling."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

Function = ast.FunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef, *COMPREHENSIONS)


def arguments(node: Function) -> list[ast.arg]:
    """All parameters of a function, starred ones included."""
    found = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return found + [one for one in (node.args.vararg, node.args.kwarg) if one]


def own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the scopes inside it (but with the defs and classes themselves)."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, SCOPES):
            yield from own(child)


def binds(node: ast.AST) -> list[str]:
    """The names that a scope binds itself, as often as it does."""
    names = [one.arg for one in arguments(node)] if isinstance(node, ast.FunctionDef | ast.Lambda) else []
    not_own: set[str] = set()
    for child in own(node):
        if isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
            names.append(child.id)
        elif isinstance(child, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler) and child.name:
            names.append(child.name)
        elif isinstance(child, ast.alias):
            names.append((child.asname or child.name).split(".")[0])
        elif isinstance(child, ast.Global | ast.Nonlocal):
            not_own |= set(child.names)
    return [name for name in names if name not in not_own]


def loads(node: ast.AST | list[ast.stmt]) -> list[str]:
    """Every name that is read anywhere below, as often as it is."""
    trees = node if isinstance(node, list) else [node]
    return [
        one.id
        for tree in trees
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
    ]


def spelled(node: ast.AST) -> set[str]:
    """Every name that is written anywhere below: read, bound, or a parameter."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.arg):
            found.add(one.arg)
        elif isinstance(one, ast.FunctionDef | ast.ClassDef):
            found.add(one.name)
        elif isinstance(one, ast.alias):
            found.add(one.asname or one.name)
        elif isinstance(one, ast.ExceptHandler) and one.name:
            found.add(one.name)
        elif isinstance(one, ast.Global | ast.Nonlocal):
            found |= set(one.names)
    return found


def bound_below(node: ast.AST) -> set[str]:
    """The names that any scope inside binds."""
    return {name for one in ast.walk(node) if one is not node and isinstance(one, SCOPES) for name in binds(one)}


class Scoped(ast.NodeTransformer):
    """Knows in ``hidden`` which names the scopes around a node have bound since the walk began."""

    def __init__(self) -> None:
        self.hidden: frozenset[str] = frozenset()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        # Decorators, defaults and annotations belong to the scope around.
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        self._defaults(node)
        for one in arguments(node):
            one.annotation = self.visit(one.annotation) if one.annotation else None
        node.body = self._inside(node, node.body)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._defaults(node)
        (node.body,) = self._inside(node, [node.body])
        return node

    def _defaults(self, node: Function) -> None:
        node.args.defaults = [self.visit(one) for one in node.args.defaults]
        node.args.kw_defaults = [one and self.visit(one) for one in node.args.kw_defaults]

    def _inside(self, node: ast.AST, body: list) -> list:  # type: ignore[type-arg]
        before, self.hidden = self.hidden, self.hidden | set(binds(node))
        made = []
        for one in body:
            new = self.visit(one)
            made += new if isinstance(new, list) else [new] if new is not None else []
        self.hidden = before
        return made or [ast.Pass()]

    def _comprehension(self, node: ast.AST) -> ast.AST:
        before, self.hidden = self.hidden, self.hidden | set(binds(node))
        self.generic_visit(node)
        self.hidden = before
        return node

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension


class Replace(Scoped):
    """Puts expressions in the place of names that are read."""

    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        super().__init__()
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self.known and node.id not in self.hidden:
            return copy.deepcopy(self.known[node.id])
        return node


class Rename(Scoped):
    """Gives names of one scope new names, wherever they are read or bound."""

    def __init__(self, new: Mapping[str, str]) -> None:
        super().__init__()
        self.new = new

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.hidden:
            node.id = self.new.get(node.id, node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if node.name not in self.hidden:
            node.name = self.new.get(node.name, node.name)
        return super().visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        if node.name not in self.hidden:
            node.name = self.new.get(node.name, node.name)
        node.bases = [self.visit(one) for one in node.bases]
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        before, attributes = self.hidden, set(binds(node))
        for one in node.body:
            if isinstance(one, ast.FunctionDef):
                # A method keeps its name, and does not see what its class binds.
                name = one.name
                self.visit(one)
                one.name = name
            else:
                self.hidden = before | attributes
                self.visit(one)
                self.hidden = before
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self.new.get(name, name) for name in node.names]
        return node
