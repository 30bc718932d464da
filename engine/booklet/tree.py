"""Walking the tree, and the place of a node as it is shown. Called by the modules beside it."""

from __future__ import annotations

from collections.abc import Iterator

from dsl import ast
from dsl.source import Span


def at(span: Span) -> str:
    return f"{span.source.path}:{span.line}"


def each(node: object) -> Iterator[ast.Node]:
    """A node and all nodes in it."""
    if isinstance(node, tuple):
        for part in node:
            yield from each(part)
    elif isinstance(node, ast.Node):
        yield node
        yield from each(tuple(ast.parts(node)))


def mentions(node: object, root: str) -> bool:
    """Whether a piece of the tree is about the item (shipment) in hand; not what a question of its own asks of all."""
    if isinstance(node, (ast.Quantified, ast.Aggregate)):
        return False
    if isinstance(node, ast.Path) and node.root == root:
        return True
    if isinstance(node, ast.RemoveItem):
        return root == "item"
    if isinstance(node, tuple):
        return any(mentions(each, root) for each in node)
    return isinstance(node, ast.Node) and any(mentions(each, root) for each in ast.parts(node))
