"""What an expression reads from outside: the names, and the paths below them."""

from __future__ import annotations

import ast

from backend.expressions.calls import function_name

Path = tuple[str, ...]

_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_WORDS = frozenset({"true", "false", "null", "none"})


def paths(root: ast.expr) -> tuple[Path, ...]:
    """Every path read from a name that is not a loop variable, once, in order of appearance."""
    found: dict[Path, None] = {}
    _walk(root, frozenset(), found)
    return tuple(found)


def _walk(node: ast.AST, local: frozenset[str], found: dict[Path, None]) -> None:
    path = _path(node)
    if path is not None:
        if path[0] not in local and path[0].lower() not in _WORDS:
            found.setdefault(path)
        return
    if isinstance(node, _LOOPS):
        _walk_loop(node, local, found)
        return
    for child in _children(node):
        _walk(child, local, found)


def _children(node: ast.AST) -> list[ast.AST]:
    if not isinstance(node, ast.Call):
        return list(ast.iter_child_nodes(node))
    method = node.func if function_name(node) is None else None
    owner: list[ast.AST] = [method.value] if isinstance(method, ast.Attribute) else []
    return [*owner, *node.args, *(k.value for k in node.keywords)]


def _walk_loop(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, local: frozenset[str], found: dict[Path, None]
) -> None:
    for loop in node.generators:
        _walk(loop.iter, local, found)
        local |= {target.id for target in ast.walk(loop.target) if isinstance(target, ast.Name)}
        for test in loop.ifs:
            _walk(test, local, found)
    for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
        _walk(part, local, found)


def _path(node: ast.AST) -> Path | None:
    """`a.b["c"]` as a path; nothing for anything else."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Name):
            return (node.id, *reversed(parts))
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and type(node.slice.value) is str:
            parts.append(node.slice.value)
        else:
            return None
        node = node.value
