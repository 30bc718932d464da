"""What a piece of the tree is about, and its place as it is shown. Called by the modules beside it."""

from __future__ import annotations

from dsl import ast
from dsl.source import Span


def at(span: Span) -> str:
    return f"{span.source.path}:{span.line}"


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
