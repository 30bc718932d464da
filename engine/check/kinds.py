"""How values of two types are compared: as text, amounts, times or truth, as `docs/language.md` has it.

Used wherever values stand beside each other: in a comparison, in a list, in a table's column.
"""

from __future__ import annotations

from dsl import types
from dsl.types import Type


def kind_of(t: Type) -> str:
    if types.is_when(t):
        return "when"
    return "amount" if types.is_amount(t) else t.name


def common_kind(left: Type, right: Type) -> str | None:
    """How values of two types are compared, None where they cannot be."""
    if left == types.ANY or right == types.ANY:
        other = right if left == types.ANY else left
        return "text" if types.is_text(other) else kind_of(other)
    if types.is_text(left) and types.is_text(right):
        return "text"
    if types.NUMBER in (left, right) and types.is_amount(left) and types.is_amount(right):
        return "amount"
    if left == right and types.is_amount(left):
        return "amount"
    if types.is_when(left) and types.is_when(right):
        return "when"
    if left == right and left in (types.TRUTH, types.DURATION):
        return left.name
    return None
