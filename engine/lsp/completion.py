"""What may be written at the cursor: words of the language that the parser would take there, and names that fit.

Called by `server`. What can stand there is the grammar's to say (`walk`, `phrases`), which names there are the ruleset's
(`offers`). Everything offered is read once more where it would go: what would not parse there is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lsprotocol import types
from lsprotocol.types import CompletionItemKind as Kind

from dsl import texts
from dsl.codes import codes
from dsl.expecting import Token
from dsl.schema import EventSpec
from engine.lsp import catalogue, fields, keywords, offers
from engine.lsp.client import Client
from engine.lsp.cursor import Cursor, cursor
from engine.lsp.live import Stretch
from engine.lsp.marks import marks, said, text_role
from engine.lsp.offers import Offer, path_before
from engine.lsp.scope import Around, around
from engine.lsp.walk import walk, walk_on
from engine.lsp.workspace import Place

TRIGGERS = ['"', ".", "[", "{", "("]
MOST = 500
_WRITING = ("SET", "CLEAR", "INCREASE", "DECREASE")
_REST = re.compile(r"[A-Za-z0-9_]*")
_HYPHENATED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]*)+\Z")
_OPEN_BRACE = re.compile(r"\{(?P<part>(?:[A-Za-z_][A-Za-z0-9_.]*)?)\Z")


def completion(place: Place, client: Client) -> types.CompletionList:
    found = list(_offered(place))
    unique = {(offer.name, start): (offer, start, end) for offer, start, end in reversed(found)}
    ranked = sorted(unique.values(), key=lambda each: (each[0].rank, each[0].name.casefold()))
    items = [_item(offer, start, end, place, client) for offer, start, end in ranked[:MOST]]
    return types.CompletionList(len(ranked) > MOST, items)


Placed = tuple[Offer, int, int]
"""What takes the place of which stretch of the file."""


def _offered(place: Place) -> Iterator[Placed]:
    live = place.live
    if place.path in live.ruleset.emails:
        yield from _in_letter(place)
        return
    if not place.path.endswith(".rules"):
        return
    stretch = live.stretch(place.path, place.offset) or Stretch(0, place.text.text)
    at = _At(place, stretch.text, place.offset - stretch.start)
    for offer, start, end in at.offers():
        yield offer, stretch.start + start, stretch.start + end


def _in_letter(place: Place) -> Iterator[Placed]:
    """An e-mail's text takes fields and definitions between braces."""
    part = _OPEN_BRACE.search(place.text.text, max(place.offset - 500, 0), place.offset)
    if part is None:
        return
    scope = Around(frozenset({"order", "item", "event", "store"}), ())
    for offer in [
        *fields.whole(place.live, scope, writable=False),
        *offers.definitions(place.live, lists=False),
    ]:
        yield offer, part.start("part"), _end(place.text.text, place.offset)


class _At:
    """The cursor in one statement."""

    def __init__(self, place: Place, statement: str, at: int) -> None:
        self.place, self.live = place, place.live
        self.statement, self.at = statement, at
        self.here: Cursor = cursor(statement[:at])
        self.before: Sequence[Token] = self.here.walk.tokens
        self.scope = around(statement, self.before, self.live.schema)

    def offers(self) -> Iterator[Placed]:
        match self.here.kind:
            case "comment":
                yield from self.codes()
            case "text":
                yield from self.in_text()
            case "part" | "key in part":
                yield from self.in_braces()
            case "word":
                yield from self.in_words()

    def codes(self) -> Iterator[Placed]:
        """`# allow W512: why`"""
        if allow := re.match(r"#\s*allow\s+(?P<code>\w*)\Z", self.here.typed):
            start = self.here.start + allow.start("code")
            for code in codes().values():
                if code.code.startswith("W") and not code.retired:
                    offer = Offer(code.code, Kind.Value, code.title, code.text, text=f"{code.code}: ")
                    yield offer, start, _end(self.statement, self.at)

    # -- in a text

    def in_text(self) -> Iterator[Placed]:
        if "TEXT" not in self.here.walk.accepts:
            return
        end, closed = self.text_end()
        raw = self.statement[self.here.opening : self.here.start]
        if raw != '"':
            return  # a text over several lines names nothing
        for offer in offers.names(text_role(self.before), self.live, self.before):
            inside = texts.plain(offer.name)[1:-1]
            if self.stands(f'"{inside}"'):
                yield replace(offer, text=inside if closed else f'{inside}"'), self.here.start, end

    def text_end(self) -> tuple[int, bool]:
        """Where the text that the cursor is in ends, and whether its quote is there: of an odd number on the rest of the
        line the first is its own."""
        line = self.statement[self.at :].split("\n", 1)[0]
        if line.count('"') % 2:
            return self.at + line.index('"'), True
        return self.at, False

    def in_braces(self) -> Iterator[Placed]:
        if "TEXT" not in self.here.walk.accepts or text_role(self.before) != "value":
            return
        if self.here.kind == "key in part":
            closed = self.statement.startswith('"', self.at)
            for offer in offers.keys(self.live, self.here.path):
                inside = texts.plain(offer.name)[1:-1]
                yield replace(offer, text=inside if closed else f'{inside}"]'), self.here.start, self.at
            return
        end = _end(self.statement, self.at)
        for offer in [
            *fields.whole(self.live, self.scope, writable=False),
            *offers.definitions(self.live, lists=False),
        ]:
            if walk(offer.insert, "part").whole:
                yield offer, self.here.start, end

    # -- at a word

    def in_words(self) -> Iterator[Placed]:
        here = self.here
        if here.typed.startswith("."):
            yield from self.after_a_point()
            return
        end = _end(self.statement, self.at)
        for offer in (*self.statements(), *keywords.units(self.statement, self.before)):
            yield offer, here.start, end
        for offer in self.words():
            insert = texts.plain(offer.name) if offer.quoted else offer.insert
            if self.stands(insert):
                yield replace(offer, text=insert), here.start, end
        if hyphenated := _HYPHENATED.search(self.statement[: self.at]):
            before = walk(self.statement[: hyphenated.start()])
            if "CONNECTION" in before.accepts:
                for offer in offers.names("connection", self.live, before.tokens):
                    yield offer, hyphenated.start(), end

    def words(self) -> Iterator[Offer]:
        walked, last = self.here.walk, self.before[-1].type if self.before else ""
        accepts = walked.accepts
        if not self.before:
            return
        yield from keywords.keywords(walked, self.scope, self.live)
        if "TEXT" in accepts or "CONNECTION" in accepts:
            yield from offers.names(text_role(self.before), self.live, self.before)
        if "NAME" in accepts:
            yield from self.names(last)
        if "WORD" in accepts:
            yield from self.plain_words(last)

    def names(self, last: str) -> Iterator[Offer]:
        if last == "OF" and len(self.before) > 1 and self.before[-2].type == "ONE":
            yield from offers.definitions(self.live, lists=True)
            return
        writable = last in _WRITING
        yield from fields.whole(self.live, self.scope, writable=writable)
        if not writable:
            yield from offers.definitions(self.live, lists=False)
            for spec in self.live.schema.functions.values():
                row = self.live.catalogue.row("function", spec.name)
                doc = catalogue.told(row) if row is not None else ""
                snippet = f"{spec.name}($1)"
                yield Offer(spec.name, Kind.Function, spec.syntax, doc, f"{spec.name}(", snippet, rank=2)

    def plain_words(self, last: str) -> Iterator[Offer]:
        if last == "LOOKUP":
            yield from offers.tables(self.live)
        elif last == "WITH":
            for spec in self.happened():
                for name, kind in spec.fields.items():
                    yield Offer(name, Kind.Field, str(kind), spec.field_docs.get(name, ""))
        elif last == "INT":
            for name, field in self.live.catalogue.fields("item"):
                if name.count(".") == 1 and field.kind != "map":
                    yield fields.field(self.live, name, field, name.removeprefix("item."))
        elif last in ("LPAR", "COMMA"):
            yield from self.arguments()

    def happened(self) -> list[EventSpec]:
        """The event of a test's `when ... happens`."""
        when = max((n for n, token in enumerate(self.before) if token.type == "WHEN"), default=None)
        if when is None:
            return []
        named = [mark for mark in marks(self.statement) if mark.start >= self.before[when].end][:1]
        found = [self.live.schema.event(mark.name) for mark in named if mark.role in ("event", "event id")]
        return [spec for spec in found if spec is not None]

    def arguments(self) -> Iterator[Offer]:
        """`run printavo.add_to_invoice(`"""
        for n in range(len(self.before) - 1, 1, -1):
            if self.before[n].type == "RUN" and n + 2 < len(self.before):
                name = path_before(self.before[n + 1 : n + 3])
                spec = self.live.schema.actions.get(name)
                for param in spec.params if spec is not None else ():
                    yield Offer(param.name, Kind.Field, str(param.type), param.doc, text=f"{param.name}: ")
                return

    def statements(self) -> Iterator[Offer]:
        """Where the statement may end, and only at the beginning of a line, the next one may begin."""
        first = not self.statement[: self.here.start].rpartition("\n")[2].strip()
        if first and ("$END" in self.here.walk.accepts or not self.before):
            yield from keywords.STATEMENTS

    # -- after a point

    def after_a_point(self) -> Iterator[Placed]:
        start, end = self.here.start, _end(self.statement, self.at)
        for offer in self.below():
            insert = offer.insert
            if not insert.startswith("["):
                if self.stands(f".{insert}"):
                    yield offer, start + 1, end
            elif self.stands(insert):
                yield replace(offer, text=insert), start, end

    def below(self) -> Iterator[Offer]:
        before = self.before
        last = before[-1].type if before else ""
        path = path_before(before)
        if last == "RPAR":
            yield from self.outputs()
        elif len(before) > 1 and before[-2].type == "RUN":
            yield from offers.runnable(
                self.live, said(before[-1].text) if last == "TEXT" else before[-1].text
            )
        elif last == "CONNECTION" or (before and self.in_event_id()):
            for spec in self.live.schema.events.values():
                if spec.id.startswith(f"{path}.") and spec.ready:
                    yield replace(
                        offers.event(self.live, spec, by_id=True), name=spec.id.removeprefix(f"{path}.")
                    )
        elif path:
            yield from self.fields_below(path)

    def in_event_id(self) -> bool:
        tokens = [token.type for token in self.before]
        while tokens and tokens[-1] == "FIELD":
            tokens.pop()
        return tokens[-1:] == ["CONNECTION"] or tokens[-2:] in (
            ["ON", "ORDER"],
            ["OR", "ORDER"],
            ["WHEN", "ORDER"],
        )

    def fields_below(self, path: str) -> Iterator[Offer]:
        if path.partition(".")[0] not in self.scope.roots and self.before[0].type != "TEST":
            return
        start = len(self.before) - 1 - path.count(".")
        writable = start > 0 and self.before[start - 1].type in _WRITING
        yield from fields.below(self.live, self.scope, path, writable=writable)

    def outputs(self) -> Iterator[Offer]:
        """`lookup mail_class(...).`"""
        depth = 0
        for n in range(len(self.before) - 1, 0, -1):
            depth += {"RPAR": 1, "LPAR": -1}.get(self.before[n].type, 0)
            if depth == 0:
                table = (
                    offers.table_of(self.live, self.before[n - 1].text)
                    if self.before[n - 2].type == "LOOKUP"
                    else None
                )
                for name in table.outputs if table is not None else ():
                    yield Offer(name, Kind.Field, "of the table")
                return

    def stands(self, piece: str) -> bool:
        """Whether it can be read where it would go."""
        return walk_on(self.here.walk, piece) is not None


def _end(text: str, at: int) -> int:
    rest = _REST.match(text, at)
    return rest.end() if rest is not None else at


def _item(offer: Offer, start: int, end: int, place: Place, client: Client) -> types.CompletionItem:
    snippet = offer.snippet if client.snippets else ""
    markup = types.MarkupKind.Markdown if client.markdown_completion else types.MarkupKind.PlainText
    doc = offer.doc if client.markdown_completion else catalogue.plain(offer.doc)
    typed = place.text.text[start : start + 1]
    return types.CompletionItem(
        offer.name,
        kind=offer.kind,
        detail=offer.detail or None,
        documentation=types.MarkupContent(markup, doc) if doc else None,
        sort_text=f"{offer.rank}{offer.name.casefold()}",
        filter_text=f".{offer.name}" if typed == "." else None,
        insert_text_format=types.InsertTextFormat.Snippet if snippet else types.InsertTextFormat.PlainText,
        text_edit=types.TextEdit(place.range(start, end), snippet or offer.insert),
    )
