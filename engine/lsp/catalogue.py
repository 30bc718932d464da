"""What there is to say of an event, a field, an action, a function: the catalogue's own words, laid out for an editor.

Called by `hover` and `completion`. Which rows there are is `engine.listing`'s, which `ordinance catalog` prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dsl.schema import ConnectionSpec, FieldSpec, Schema
from engine.listing import Kind, Row, search

_NUMBERED = re.compile(r"(.+)_[1-9][0-9]?")


@dataclass(frozen=True, eq=False)
class Catalogue:
    schema: Schema

    @cached_property
    def _rows(self) -> dict[tuple[Kind, str], Row]:
        return {(row.kind, row.id): row for row in search(self.schema)}

    def row(self, kind: Kind, name: str) -> Row | None:
        return self._rows.get((kind, name))

    def event(self, name: str) -> Row | None:
        """By label or id."""
        spec = self.schema.event(name)
        return self.row("event", spec.id) if spec is not None else None

    def field(self, steps: Sequence[str]) -> tuple[str, FieldSpec] | None:
        """The field that a path leads to, by its longest part that is one: `order`, `metadata`, `gift` leads to the map."""
        for length in range(len(steps), 1, -1):
            name = ".".join(steps[:length])
            for each in (name, m[1] if (m := _NUMBERED.fullmatch(name)) else ""):
                if (spec := self.schema.fields.get(each)) is not None:
                    return each, spec
        return None

    def fields(self, path: str) -> Iterable[tuple[str, FieldSpec]]:
        """The fields below a path such as `order.shipping`; of `""` all."""
        start = f"{path}." if path else ""
        return [(name, spec) for name, spec in self.schema.fields.items() if name.startswith(start)]


def told(row: Row, *, title: bool = True) -> str:
    """A row of the catalogue as Markdown."""
    lines = [f"**{_plain(row.label)}**\n"] if title else []
    lines.append(f"{_plain(_sentence(row.doc))}\n")
    if row.kind == "field":
        lines += [_plain(_sentence(", ".join(row.details)))]
    else:
        lines += [f"- {_plain(detail)}" for detail in row.details]
    if row.kind in ("action", "function"):
        lines += ["", fenced(row.text)]
    if row.state != "ready":
        lines += ["", f"*{_plain(_sentence(row.state))}*"]
    if row.source:
        lines += ["", f"Source: {_plain(row.source)}"]
    return "\n".join(lines).strip()


def connection(spec: ConnectionSpec) -> str:
    """Its settings are not told: they may hold names of variables with secrets."""
    orders = "It takes orders." if spec.can_submit else "Orders cannot be submitted to it."
    return f"**{_plain(spec.label)}**\n\nThe connection `{spec.name}` in ordinance.yaml, of the integration `{spec.integration}`. {orders}"


def fenced(text: str) -> str:
    mark = "```" if "```" not in text else "````"
    return f"{mark}ordinance\n{text}\n{mark}"


def plain(markdown: str) -> str:
    """For an editor that shows no Markdown."""
    unfenced = re.sub(r"^`{3,}\w*\n|\n`{3,}$", "", markdown, flags=re.MULTILINE)
    return re.sub(r"\*\*|\\(?=[\\`*_{}\[\]<>#|])", "", unfenced)


def _sentence(text: str) -> str:
    return text if not text else text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def _plain(text: str) -> str:
    """A catalogue's or a merchant's text, in which only backticks mean something."""
    return re.sub(r"([\\*_<>\[\]#|])", r"\\\1", text) if "`" not in text else text


def escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)
