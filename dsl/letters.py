"""The text of an e-mail in a file of its own (`body from "emails/late.txt"`): plain text with `{path}` parts.

Called by the checker, and by the templates of adapters that are data, which take whole expressions. As in a text literal
`{{` and `}}` are braces; there are no escapes, the file is as it is read.
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
    | \{(?P<part>(?>(?:[^{}"]|"(?>(?:[^"\\\n]|\\.)*)")*))\}
    | (?P<brace>[{}])""",
    re.VERBOSE,
)
_IN_A_TEXT = 'define letter = """{', '}"""'
_BY_ITSELF = "define letter = ", ""


def parse_letter(source: Source, *, expressions: bool = False) -> tuple[ast.Expr, list[Diagnostic]]:
    """The text as a template (a Text where it has no parts), and what is wrong with its parts.

    expressions: between braces stands any expression, and not only what a text replaces.
    """
    around = _BY_ITSELF if expressions else _IN_A_TEXT
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
            parts.append(_part(source, unit.start("part"), unit.end("part"), around, report))
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


def _part(source: Source, start: int, end: int, around: tuple[str, str], report: Report) -> ast.Expr:
    """One part, read in a definition and put back where it stands."""
    before, after = around
    parsed = parse(Source(source.path, before + source.text[start:end] + after))
    shift = start - len(before)
    for finding in parsed.diagnostics:
        report.extend([replace(finding, span=_moved(finding.span, source, shift))])
    bodies = [s.body for s in parsed.file.statements if isinstance(s, ast.Define)]
    if around is _IN_A_TEXT:
        bodies = [part for body in bodies if isinstance(body, ast.Template) for part in body.parts]
    return _placed(bodies[0], source, shift) if len(bodies) == 1 else ast.Text("")


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
