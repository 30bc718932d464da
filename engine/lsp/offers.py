"""The names that may stand in a text or a word of a certain meaning: events, folders, tags, tables.

Called by `completion`, which knows where they go and how they are quoted. Only what this ruleset has is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsprotocol.types import CompletionItemKind as Kind

from dsl import ast, words
from dsl.csvtable import read_table
from dsl.expecting import Token
from dsl.parser import parse
from dsl.schema import ConnectionSpec, EventSpec
from dsl.source import Source
from engine.lsp import catalogue
from engine.lsp.live import Live
from engine.lsp.marks import Role, said


@dataclass(frozen=True)
class Offer:
    """name: what is shown, and what is inserted where `text` is blank. quoted: whether it is a text. snippet: with places to
    fill in, for editors that have such. doc: Markdown. rank: the likelier, the smaller."""

    name: str
    kind: Kind
    detail: str = ""
    doc: str = ""
    text: str = ""
    snippet: str = ""
    quoted: bool = False
    rank: int = 1

    @property
    def insert(self) -> str:
        return self.text or self.name


Names = Callable[[Live, Sequence[Token]], Iterable[Offer]]


def names(role: Role, live: Live, before: Sequence[Token]) -> list[Offer]:
    """For a text with that meaning; nothing where people think up the name themselves."""
    found = _NAMES.get(role)
    return list(found(live, before)) if found is not None else []


def _events(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    pressed = set(live.schema.buttons.values())
    for spec in live.schema.events.values():
        if spec.id not in pressed:
            yield event(live, spec)


def event(live: Live, spec: EventSpec, *, by_id: bool = False) -> Offer:
    row = live.catalogue.event(spec.id)
    about = spec.integration or ("shop" if spec.id.startswith("shop.") else "every order")
    detail = about if spec.ready else f"{about}, not yet raised"
    doc = catalogue.told(row) if row is not None else ""
    return Offer(
        spec.id if by_id else spec.label,
        Kind.Event,
        detail,
        doc,
        quoted=not by_id,
        rank=1 if spec.ready else 3,
    )


def _raised(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    return (event(live, spec) for spec in live.schema.events.values() if spec.id.startswith("shop."))


def _buttons(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    for event_id in live.schema.buttons.values():
        if (spec := live.schema.events.get(event_id)) is not None:
            yield event(live, spec)


def _folders(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    for number, name in enumerate(live.schema.folders.values()):
        detail = "folder, where new orders land" if number == 0 else "folder"
        yield Offer(name, Kind.Folder, detail, "A folder of `ordinance.yaml`.", quoted=True)


def _tags(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    known = dict.fromkeys([*live.tags, *live.seen.tags])
    return (Offer(tag, Kind.EnumMember, "tag", quoted=True) for tag in known if tag.strip())


def _connections(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    runs = bool(before) and before[-1].type == "RUN"
    for spec in connections(live):
        if runs and not actions_of(live, spec):
            continue
        if not runs and not spec.can_submit:
            continue
        detail = spec.label if spec.label != spec.name else spec.integration
        doc = catalogue.connection(spec)
        bare = words.is_connection(spec.name)
        yield Offer(spec.name, Kind.Module, detail, doc, quoted=not bare)
        if spec.label != spec.name and words.is_connection(spec.label) and not runs:
            yield Offer(spec.label, Kind.Module, spec.name, doc, rank=2)


def connections(live: Live) -> list[ConnectionSpec]:
    """Each once, though it stands under its name and its label."""
    return list({spec.name: spec for spec in live.schema.connections.values()}.values())


def actions_of(live: Live, spec: ConnectionSpec) -> list[str]:
    """Ids of what `run` can do with it, without its name."""
    start = f"{spec.name}."
    return [each.removeprefix(start) for each in live.schema.actions if each.startswith(start)]


def runnable(live: Live, name: str) -> Iterator[Offer]:
    """After `run printavo.`"""
    spec = live.schema.connection(name)
    for action in actions_of(live, spec) if spec is not None else ():
        row = live.catalogue.row("action", f"{spec.name}.{action}") if spec is not None else None
        doc, detail = (catalogue.told(row), row.label) if row is not None else ("", "")
        yield Offer(action, Kind.Method, detail, doc, f"{action}(", f"{action}($1)")


def _reasons(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    """`given podOS rejects because of`: the third word before."""
    name = before[-4].text if len(before) >= 4 else ""
    spec = live.schema.connection(said(name) if name.startswith('"') else name)
    for reason in spec.reasons if spec is not None else ():
        if spec is not None and (found := live.schema.events.get(f"{spec.name}.not_submitted.{reason}")):
            row = live.catalogue.event(found.id)
            doc = catalogue.told(row) if row is not None else ""
            yield Offer(found.reason_name, Kind.EnumMember, f"reason of {spec.label}", doc, quoted=True)


def _rules(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    """After `expect rule`; the title of a rule itself is its author's."""
    if len(before) < 2 or before[-2].type != "EXPECT":
        return
    for title, path in live.titles("rule"):
        yield Offer(title, Kind.Reference, path, quoted=True)


def _files(start: str, end: str, noun: str) -> Names:
    def found(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
        for path in live.files:
            if path.startswith(start) and path.endswith(end) and path != "inventory.csv":
                yield Offer(path, Kind.File, noun, quoted=True)

    return found


def _keys(live: Live, before: Sequence[Token]) -> Iterator[Offer]:
    """`order.checkout_data[`: what the samples have in that map."""
    return keys(live, path_before(before[:-1]))


def keys(live: Live, path: str) -> Iterator[Offer]:
    for key in live.seen.keys.get(path, ()):
        yield Offer(key, Kind.Property, f"in {path} of the samples", quoted=True)


def _values(live: Live, before: Sequence[Token]) -> Iterable[Offer]:
    """What a field is compared with, or set to, where the ruleset knows what it can be."""
    for at in range(len(before) - 1, max(len(before) - 8, 0), -1):
        if before[at].type == "FIELD" and (path := path_before(before[: at + 1])):
            field = live.catalogue.field(path.split("."))
            name = field[1].path if field is not None else path
            if name in ("order.folder", "event.from", "event.to"):
                return _folders(live, before)
            if name == "order.tags":
                return _tags(live, before)
            return ()
    return ()


_NAMES: dict[Role, Names] = {
    "event": _events, "raised": _raised, "button": _buttons, "folder": _folders, "tag": _tags,
    "connection": _connections, "reason": _reasons, "rule": _rules, "csv": _files("", ".csv", "table"),
    "letter": _files("emails/", "", "e-mail text"), "sample": _files("samples/", "", "sample"),
    "key": _keys, "value": _values, "literal": _values,
}  # fmt: skip


def path_before(tokens: Sequence[Token]) -> str:
    """`order.shipping` where these tokens end with it; blank where they end otherwise."""
    steps: list[str] = []
    at = len(tokens) - 1
    while at >= 0:
        token = tokens[at]
        if token.type == "FIELD":
            steps.append(token.text[1:])
        elif token.type == "RSQB" and at >= 3:
            steps.append(said(tokens[at - 1].text) if tokens[at - 1].type == "TEXT" else tokens[at - 1].text)
            at -= 2
        elif token.type == "INT" and at and tokens[at - 1].type == "NAME":
            pass
        elif token.type in ("NAME", "ORDER", "CONNECTION"):
            return ".".join([token.text, *reversed(steps)])
        elif token.type == "WORD" and at >= 2 and tokens[at - 2].type == "ITEM":
            return ".".join(["item", token.text, *reversed(steps)])
        else:
            return ""
        at -= 1
    return ""


def definitions(live: Live, *, lists: bool) -> Iterator[Offer]:
    for name, stretch in live.named("list" if lists else "definition"):
        doc = catalogue.fenced(stretch.shown)
        yield Offer(name, Kind.Enum if lists else Kind.Variable, "list" if lists else "definition", doc)


def tables(live: Live) -> Iterator[Offer]:
    for name, _ in live.named("table"):
        table = table_of(live, name)
        if table is None:
            continue
        doc = f"The table `{name}` takes {', '.join(table.inputs)} and gives {', '.join(table.outputs)}."
        places = ", ".join(f"${{{n}:{column}}}" for n, column in enumerate(table.inputs, 1))
        shown = f"{name}({', '.join(table.inputs)})"
        yield Offer(name, Kind.Function, shown, doc, text=f"{name}(", snippet=f"{name}({places})")


def table_of(live: Live, name: str) -> ast.Table | None:
    """With its columns, also where its rows are in a file."""
    for known, stretch in live.named("table"):
        if known == name:
            for statement in parse(Source("", stretch.text)).file.statements:
                if isinstance(statement, ast.Table):
                    file = live.source(statement.file.value) if statement.file is not None else None
                    return statement if file is None else read_table(name, file)[0]
    return None
