"""YAML with places: a file's text as a small tree of what is written and where.

Called for `ordinance.yaml`, and for whatever else of a ruleset is YAML. It follows YAML 1.2's core schema, so that `NO`
is Norway and `on` is a word; a number keeps its text, so that `00123` may be a product code. Whatever is wrong is a
diagnostic; what the names mean is left to the reader of the tree (`engine.config`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from dsl.diagnostics import Diagnostic, Note
from dsl.source import Source, Span
from engine.yamlslips import at_character, slip

DEEPEST = 64
MOST_NODES = 100_000
MOST_ALIASES = 100
MOST_REPEATED = 10_000
"""The nodes that all aliases of a file may repeat."""
LONGEST_LINE = 100_000
"""The YAML reader is slow in the square of some long lines."""
LONGEST_NUMBER = 40
MOST_MISTAKES = 200
"""A file with more is no ordinance.yaml."""


@dataclass(frozen=True)
class Scalar:
    """`text` is what is written, quotes and escapes resolved; `value` is what YAML makes of it where it is not quoted."""

    text: str
    value: str | int | Decimal | bool | None
    span: Span = field(compare=False, repr=False)

    @property
    def plain(self) -> str | int | Decimal | bool | None:
        return self.value


@dataclass(frozen=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def plain(self) -> list[Any]:
        return [item.plain for item in self.items]


@dataclass(frozen=True)
class Entry:
    key: Scalar
    value: Node


@dataclass(frozen=True)
class Mapping:
    """In the order written; `entries` has every key's text once, `again` what was written under one of them later."""

    entries: tuple[Entry, ...]
    span: Span = field(compare=False, repr=False)
    again: tuple[Entry, ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        return {entry.key.text: entry.value.plain for entry in self.entries}


Node: TypeAlias = Scalar | Sequence | Mapping


def described(node: Node) -> str:
    """What stands there, in a merchant's words: for `expected a list, found ...`."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a group of settings"
    if node.value is None:
        return "nothing"
    return f"`{node.text}`" if len(node.text) <= 40 and node.text.isprintable() else "a long text"


def read_yaml(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of a file's one document, None where it is empty or cannot be read; never raises for any text."""
    reading = _Reading(source)
    return reading.document(), tuple(reading.found)


class _Refused(Exception):
    """Nothing more can be read; the diagnostic is recorded already."""


class _Reading:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []
        self.nodes = 0
        self.aliases = 0
        self.repeated = 0
        self.anchors: dict[str, tuple[Node, int]] = {}

    def document(self) -> Node | None:
        try:
            self.lines()
            events = self.events()
            root = next(
                (self.node(event, events, 1) for event in events if isinstance(event, NodeEvent)), None
            )
            for event in events:
                if isinstance(event, DocumentStartEvent):
                    self.refuse(
                        "E182",
                        "a second document begins here, and one file is one document",
                        self.span(event),
                        "leave out the line `---`",
                    )
            return root
        except _Refused:
            return None

    def lines(self) -> None:
        starts = [*self.source.line_starts, len(self.source.text)]
        for start, end in itertools.pairwise(starts):
            if end - start > LONGEST_LINE:
                self.refuse(
                    "E184",
                    f"this line has {end - start:,} characters, and the longest that is read has {LONGEST_LINE:,}",
                    at_character(self.source, start),
                )

    def events(self) -> Iterator[Event]:
        """The reader's events. Its complaints become diagnostics; so does what it lets slip through on odd escapes."""
        at = 0
        try:
            for event in YAML(typ="safe", pure=True).parse(self.source.text):
                at = event.end_mark.index
                yield event
        except YAMLError as error:
            self.found.append(slip(error, self.source))
        except (ValueError, OverflowError):  # a directive's or an escape's number that Python cannot hold
            self.add(
                "E182", "this is not valid YAML: a number in it is too large", at_character(self.source, at)
            )
        else:
            return
        raise _Refused

    def node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.refuse("E184", f"this file has more than {MOST_NODES:,} values", self.span(event))
        if depth > DEEPEST:
            self.refuse("E184", f"groups are nested more than {DEEPEST} deep here", self.span(event))
        if isinstance(event, AliasEvent):
            return self.alias(event)
        if getattr(event, "tag", None) is not None:
            self.refuse("E182", "a value cannot begin with `!` unless it is in quotes", self.span(event))
        counted = self.nodes
        node: Node
        if isinstance(event, MappingStartEvent):
            node = self.mapping(event, events, depth)
        elif isinstance(event, SequenceStartEvent):
            node = self.sequence(event, events, depth)
        else:
            node = self.scalar(event)
        if anchor := getattr(event, "anchor", None):
            self.anchors[str(anchor)] = (node, self.nodes - counted + 1)
        return node

    def alias(self, event: AliasEvent) -> Node:
        """The same node again: the tree is never changed, so nothing is copied."""
        span = self.span(event)
        known = self.anchors.get(str(event.anchor))
        if known is None:
            self.refuse("E182", f"`{span.text}` repeats something that is named nowhere before", span)
        node, size = known
        self.aliases += 1
        self.repeated += size
        self.nodes += size - 1
        if self.aliases > MOST_ALIASES or self.repeated > MOST_REPEATED:
            self.refuse("E184", "this file repeats too much of itself with `*`", span, "write it out")
        return node

    def sequence(self, start: SequenceStartEvent, events: Iterator[Event], depth: int) -> Sequence:
        items: list[Node] = []
        for event in events:
            if isinstance(event, CollectionEndEvent):
                return Sequence(tuple(items), self.stretch(start, event))
            items.append(self.node(event, events, depth + 1))
        raise _Refused  # the events ended early: their complaint is recorded

    def mapping(self, start: MappingStartEvent, events: Iterator[Event], depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        again: list[Entry] = []
        for event in events:
            if isinstance(event, CollectionEndEvent):
                return Mapping(tuple(entries.values()), self.stretch(start, event), tuple(again))
            key = self.node(event, events, depth + 1)
            value_event = next(events, None)
            if value_event is None:
                break
            value = self.node(value_event, events, depth + 1)
            if not isinstance(key, Scalar):
                self.add(
                    "E182",
                    "a name is expected before `:`, and this is a group or a list",
                    key.span,
                    "text that begins with `{` or `[` needs quotes",
                )
            elif (first := entries.get(key.text)) is None:
                entries[key.text] = Entry(key, value)
            else:
                again.append(Entry(key, value))
                self.add(
                    "E183",
                    f"`{key.text}` is written twice here",
                    key.span,
                    "keep one of the two",
                    (Note("first written here", first.key.span),),
                )
        raise _Refused

    def scalar(self, event: Event) -> Scalar:
        assert isinstance(event, ScalarEvent)
        text = str(event.value)
        span = self.span(event)
        if any("\ud800" <= char <= "\udfff" for char in text):
            self.add("E182", "this escape is half of a character", span, "write the character itself")
            text = text.encode("utf-8", "replace").decode("utf-8")
        return Scalar(text, _meaning(text) if event.implicit[0] else text, span)

    def span(self, event: Event) -> Span:
        return self.stretch(event, event)

    def stretch(self, first: Event, last: Event) -> Span:
        """From one event to another, without the blanks and line ends that a block has behind it."""
        start, end = first.start_mark.index, last.end_mark.index
        return Span(self.source, start, start + len(self.source.text[start:end].rstrip()))

    def add(
        self, code: str, message: str, span: Span, advice: str | None = None, notes: tuple[Note, ...] = ()
    ) -> None:
        self.found.append(Diagnostic(code, message, span, advice, notes))
        if len(self.found) >= MOST_MISTAKES:
            self.found.append(Diagnostic("E184", f"this file has {MOST_MISTAKES} mistakes so far", span))
            raise _Refused

    def refuse(
        self, code: str, message: str, span: Span, advice: str | None = None, notes: tuple[Note, ...] = ()
    ) -> NoReturn:
        self.add(code, message, span, advice, notes)
        raise _Refused


_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def _meaning(text: str) -> str | int | Decimal | bool | None:
    """What YAML 1.2 makes of a value without quotes. `.nan`, `1e3`, `0x1F` and endless digits are no numbers here but
    text, and whoever expects a number says so."""
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if not _NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
        return text
    return Decimal(text) if "." in text else int(text)
