"""The text of an e-mail in a file of its own (`body from "emails/late.txt"`): plain text with `{path}` parts.

Called by the checker. As in a text literal `{{` and `}}` are braces; there are no escapes, the file is as it is read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dsl import ast
from dsl.diagnostics import Diagnostic, Report
from dsl.parser import parse
from dsl.source import Source, Span

_UNIT = re.compile(
    r"""(?P<plain>[^{}]+)
    | (?P<braces>\{\{|\}\})
    | \{(?P<part>(?:[^{}"]|"(?:[^"\\\n]|\\.)*+")*+)\}
    | (?P<brace>[{}])""",
    re.VERBOSE,
)
_BEFORE, _AFTER = 'define letter = """{', '}"""'


def parse_letter(source: Source) -> tuple[ast.Expr, list[Diagnostic]]:
    """The text as a template (a Text where it has no parts), and what is wrong with its parts."""
    report = Report()
    parts: list[ast.Text | ast.Expr] = []
    plain: list[str] = []
    for unit in _UNIT.finditer(source.text):
        kind = unit.lastgroup
        if kind == "plain":
            plain.append(unit[0])
        elif kind == "braces":
            plain.append(unit[0][0])
        elif kind == "part":
            if plain:
                parts.append(ast.Text("".join(plain)))
                plain.clear()
            parts.append(_part(source, unit.start("part"), unit.end("part"), report))
        else:
            report.add(
                "E108",
                f"found a `{unit[0]}` without its other half",
                Span(source, unit.start(), unit.end()),
                help="write `{{` or `}}` for a brace; `{order.email}` is replaced by its value",
            )
    whole = Span(source, 0, len(source.text))
    if not parts:
        return ast.Text("".join(plain), span=whole), report.sorted()
    if plain:
        parts.append(ast.Text("".join(plain)))
    return ast.Template(tuple(parts), span=whole), report.sorted()


def _part(source: Source, start: int, end: int, report: Report) -> ast.Expr:
    """One part, read as in a text literal and put back where it stands."""
    parsed = parse(Source(source.path, _BEFORE + source.text[start:end] + _AFTER))
    shift = start - len(_BEFORE)
    for finding in parsed.diagnostics:
        report.extend([replace(finding, span=_moved(finding.span, source, shift))])
    bodies = [s.body for s in parsed.file.statements if isinstance(s, ast.Define)]
    found = [part for body in bodies if isinstance(body, ast.Template) for part in body.parts]
    return _placed(found[0], source, shift) if len(found) == 1 else ast.Text("")


def _placed(node: Any, source: Source, shift: int) -> Any:
    if isinstance(node, tuple):
        return tuple(_placed(each, source, shift) for each in node)
    if not isinstance(node, ast.Node):
        return node
    parts = {name: _placed(getattr(node, name), source, shift) for name in node.__dataclass_fields__}
    return replace(node, **{**parts, "span": _moved(node.span, source, shift)})


def _moved(span: Span, source: Source, shift: int) -> Span:
    last = len(source.text)
    return Span(source, min(max(span.start + shift, 0), last), min(max(span.end + shift, 0), last))
