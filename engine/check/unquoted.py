"""Amounts, dates and lengths of time in quotes, where they are compared as what they are: the fix takes the quotes away.

Called where types disagree. A text that is more than the amount (`"about $50"`, `"1,000"`) has no fix.
"""

from __future__ import annotations

import re
from functools import cache

from dsl import ast, types, words
from dsl.diagnostics import Fix
from dsl.types import Type

_TERMINALS: dict[Type, tuple[str, ...]] = {
    types.MONEY: ("MONEY", "NUMBER"),
    types.WEIGHT: ("WEIGHT", "NUMBER"),
    types.NUMBER: ("NUMBER",),
    types.OUTSIDE: ("MONEY", "WEIGHT", "NUMBER"),
    types.DATE: ("DATE", "TIME"),
    types.DURATION: ("DURATION",),
}


def unquoted(node: ast.Expr, wanted: Type) -> tuple[Fix, ...]:
    """wanted: the type of what it is compared with; for a text from outside an amount of any kind."""
    if not isinstance(node, ast.Text) or wanted not in _TERMINALS or not node.span.text.startswith('"'):
        return ()
    said = node.value.strip()
    if not _literal(wanted).fullmatch(said):
        return ()
    return (Fix.write(node.span, said),)


@cache
def _literal(wanted: Type) -> re.Pattern[str]:
    sign = "-?" if wanted not in (types.DATE, types.DURATION) else ""
    return re.compile(sign + "(?:" + "|".join(words.terminal(name) for name in _TERMINALS[wanted]) + ")")
