"""The single conditions of a rule: what `and`, `or` and `not` are made of, with those inside values and definitions.

Called by `covered`. A definition's conditions stand where it is written, however many rules name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dsl.source import Span
from engine import form as f
from engine.check.advice.missing import COMPARES

CONDITIONS = (
    f.Equal, f.Among, f.Less, f.Between, f.TextTest, f.Matches, f.HasMember, f.Aged, f.Present, f.IsTrue,
    f.Quantified,
)  # fmt: skip


@dataclass(frozen=True)
class Atom:
    """span: as it is written, with its `not`. negated: it is met where `node` is not. definition: in whose body it stands.
    schedule: the folders of a schedule, which nobody raises for an order in another one."""

    node: f.Node
    span: Span
    negated: bool = False
    definition: str = ""
    schedule: bool = False

    @property
    def can_be_missing(self) -> bool:
        """Whether there may be nothing to compare: whoever asks for a present value says what becomes of a missing one."""
        return isinstance(self.node, (*COMPARES, f.HasMember, f.IsTrue)) and any(
            isinstance(each, f.Read)
            and each.root in ("order", "item", "shipment", "event")
            and each.path != "order.folder"
            for each in f.walk(self.node)
        )


def atoms(node: object, definition: str = "") -> Iterator[Atom]:
    """Each as often as it stands there, in the order written."""
    match node:
        case f.Not(operand) if isinstance(operand, CONDITIONS) and not isinstance(operand, f.Quantified):
            yield Atom(operand, node.span, True, definition)
            yield from within(operand, definition)
        case f.Not(operand):
            yield from atoms(operand, definition)
        case f.And(operands) | f.Or(operands):
            yield from atoms(operands, definition)
        case f.Named(name, body) if is_condition(body):
            yield Atom(node, node.span, False, definition)
            yield from atoms(body, name)
        case f.Named(name, body):
            yield from atoms(body, name)
        case f.Quantified():
            yield Atom(node, node.span, False, definition)
            yield from atoms(node.where, definition)
        case f.Among(_, f.Read(span=read)) if (read.start, read.end) == (node.span.start, node.span.end):
            yield Atom(node, node.span, False, definition, schedule=True)
        case _ if isinstance(node, CONDITIONS):
            yield Atom(node, node.span, False, definition)
            yield from within(node, definition)
        case f.Node():
            yield from within(node, definition)
        case tuple():
            for each in node:
                yield from atoms(each, definition)
        case Mapping():
            yield from atoms(tuple(node.values()), definition)
        case _:
            pass


def within(node: f.Node, definition: str) -> Iterator[Atom]:
    """The conditions in a node's values: `where` of an aggregate."""
    for name in node.__dataclass_fields__:
        if name != "span":
            yield from atoms(getattr(node, name), definition)


def is_condition(node: object) -> bool:
    """Whether it is met or not, rather than a value."""
    match node:
        case f.Named(_, body):
            return is_condition(body)
        case _:
            return isinstance(node, (*CONDITIONS, f.Not, f.And, f.Or))
