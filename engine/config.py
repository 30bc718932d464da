"""`ordinance.yaml`: the store, its folders and connections, as checked plain data with their places.

Called by `engine.loading`. Everything wrong is a diagnostic, and what could be read is kept, so that one run shows all
mistakes. Lists of names that could not be read whole are in `Config.unread`: a name may be among the lost ones, so it is
not called unknown as well. Connections are read by `engine.connections`; no secret is ever looked up.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from actions.catalogue import Channel, Integration, outgoing
from dsl.diagnostics import Diagnostic, Note, Report
from dsl.nearest import choices_help
from dsl.schema import StoreSpec, fold
from dsl.source import NOWHERE, Source, Span
from dsl.values import GRAMS
from engine import yamltext
from engine.connections import Connection, Value, read_connections, read_outgoing
from engine.currencies import CURRENCIES
from engine.folder import FILE
from engine.masking import mask
from engine.yamltext import MOST_MISTAKES

LANGUAGE = 1
SECTIONS = (
    "language", "store", "folders", "connections", "mail", "post", "events", "buttons", "rules", "chain_limit"
)  # fmt: skip
STORE = ("name", "currency", "weight_unit", "timezone")
LONGEST_CHAIN = 10_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class Named:
    """An event or a button of the shop's own."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class FolderName:
    """`id` is Order Desk's, where the file says it."""

    name: str
    id: int | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Config:
    """rules: the rules files in the order asked for; None is path order. The first folder is where new orders land.
    mail, post: how e-mails and posts leave, None where the file does not say.

    unread: which of folders, connections, events, buttons and rules are not all that the file means to name.
    """

    language: int = LANGUAGE
    store: StoreSpec = field(default_factory=StoreSpec)
    folders: tuple[FolderName, ...] = ()
    connections: tuple[Connection, ...] = ()
    mail: Mapping[str, Value] | None = None
    post: Mapping[str, Value] | None = None
    events: tuple[Named, ...] = ()
    buttons: tuple[Named, ...] = ()
    rules: tuple[Named, ...] | None = None
    chain_limit: int = 100
    unread: frozenset[str] = frozenset()

    @property
    def folders_by_id(self) -> Mapping[int, str]:
        return {folder.id: folder.name for folder in self.folders if folder.id is not None}


UNREADABLE = Config(unread=frozenset({"folders", "connections", "events", "buttons", "rules"}))
"""What is known of a ruleset whose `ordinance.yaml` is absent or not YAML."""


def read_config(
    source: Source, integrations: Mapping[str, Integration]
) -> tuple[Config, Source, tuple[Diagnostic, ...]]:
    """The configuration, the text with any literal secret masked (the one to show), and what is wrong with it."""
    root, problems = yamltext.read_yaml(source)
    masked = mask(source, root, integrations)
    if masked is not source:
        source = masked
        root, problems = yamltext.read_yaml(source)
    if root is None and problems:
        return UNREADABLE, source, problems
    reading = _Reading(source, integrations)
    reading.report.extend(problems)
    config = reading.config(root)
    found = reading.report.sorted()
    if len(found) > MOST_MISTAKES:
        more = f"this file has {len(found) - MOST_MISTAKES:,} more mistakes"
        found = [*found[:MOST_MISTAKES], Diagnostic("E184", more, found[MOST_MISTAKES].span)]
    return config, source, tuple(found)


class _Reading:
    def __init__(self, source: Source, integrations: Mapping[str, Integration]) -> None:
        self.source = source
        self.integrations = integrations
        self.report = Report()
        self.unread: set[str] = set()

    def config(self, root: yamltext.Node | None) -> Config:
        if root is not None and not isinstance(root, yamltext.Mapping):
            found = yamltext.described(root)
            self.report.add(
                "E381",
                f"{FILE} is a group of settings, and this is {found}",
                root.span,
                help="begin with `language: 1`",
            )
            return UNREADABLE
        parts = {entry.key.text: entry.value for entry in root.entries} if root else {}
        for entry in root.entries if root else ():
            if entry.key.text not in SECTIONS:
                self.unknown("setting", entry.key, SECTIONS, FILE)
        self.language(parts.get("language"))
        folders = self.folders(parts.get("folders"))
        connections, whole = read_connections(
            parts.get("connections"),
            self.integrations,
            None if "folders" in self.unread else tuple(folder.name for folder in folders),
            self.report,
        )
        if not whole:
            self.unread.add("connections")
        config = Config(
            store=self.store(parts.get("store")),
            folders=folders,
            connections=connections,
            mail=self.outgoing("mail", outgoing().mail, parts.get("mail")),
            post=self.outgoing("post", outgoing().post, parts.get("post")),
            events=self.names("event", parts.get("events")),
            buttons=self.names("button", parts.get("buttons")),
            rules=self.rules(parts.get("rules")),
            chain_limit=self.chain_limit(parts.get("chain_limit")),
        )
        return replace(config, unread=frozenset(self.unread))

    def language(self, node: yamltext.Node | None) -> None:
        if node is None:
            self.report.add(
                "E380",
                "this file does not say in which version of the language its rules are",
                Span(self.source, 0, 0),
                help=f"begin with `language: {LANGUAGE}`",
            )
        elif not isinstance(node, yamltext.Scalar) or type(node.value) is not int or node.value != LANGUAGE:
            self.report.add(
                "E380",
                f"expected language {LANGUAGE}, found {yamltext.described(node)}",
                node.span,
                help=f"write `language: {LANGUAGE}`, the only version there is",
            )

    def store(self, node: yamltext.Node | None) -> StoreSpec:
        store = StoreSpec()
        if node is None or _nothing(node):
            return store
        if not isinstance(node, yamltext.Mapping):
            self.wrong(
                "store", "a group of settings", node, "write `store: {name: Acme Tees, currency: USD}`"
            )
            return store
        for entry in node.entries:
            if entry.key.text not in STORE:
                self.unknown("setting", entry.key, STORE, "`store`")
            elif not isinstance(entry.value, yamltext.Scalar) or entry.value.value is None:
                self.wrong(entry.key.text, "text", entry.value)
            elif entry.key.text == "name":
                store = replace(store, name=entry.value.text)
            elif entry.key.text == "currency":
                store = replace(store, currency=self.currency(entry.value) or store.currency)
            elif entry.key.text == "weight_unit":
                unit = self.one_of("weight unit", entry.value, tuple(GRAMS))
                store = replace(store, weight_unit=unit or store.weight_unit)
            elif entry.key.text == "timezone":
                zone = self.one_of(
                    "time zone", entry.value, _zones(), "a time zone is written as in `America/New_York`"
                )
                store = replace(store, timezone=zone or store.timezone)
        return store

    def currency(self, node: yamltext.Scalar) -> str | None:
        code = node.text.strip()
        if not re.fullmatch("[A-Z]{3}", code):
            code = code.upper()
            say = f"write `{code}`" if code in CURRENCIES else "the code is three capitals, such as `USD`"
            self.report.add(
                "E383", f"{yamltext.described(node)} is not the code of a currency", node.span, help=say
            )
            return None
        if code not in CURRENCIES:
            near = choices_help("currency", code, CURRENCIES)
            self.report.add(
                "W581", f"`{code}` is no currency of ISO 4217 that is known here", node.span, help=near
            )
        return code

    def one_of(
        self, noun: str, node: yamltext.Scalar, choices: tuple[str, ...], otherwise: str | None = None
    ) -> str | None:
        if node.text in choices:
            return node.text
        say = choices_help(noun, node.text, choices) or otherwise
        self.report.add("E386", f"{yamltext.described(node)} is not a {noun}", node.span, help=say)
        return None

    def folders(self, node: yamltext.Node | None) -> tuple[FolderName, ...]:
        if not isinstance(node, yamltext.Mapping):
            return tuple(FolderName(one.name, None, one.span) for one in self.names("folder", node))
        found = []
        ids: dict[int, FolderName] = {}
        named = self.unique("folder", [entry.key for entry in node.entries])
        values = {entry.key.span.start: entry.value for entry in node.entries}
        for one in named:
            folder = FolderName(one.name, self.folder_id(values[one.span.start]), one.span)
            if folder.id in ids:
                self.report.add(
                    "E480",
                    f"the folders `{ids[folder.id].name}` and `{folder.name}` have the same id {folder.id}",
                    values[one.span.start].span,
                    help="Order Desk shows a folder's id in its address",
                    notes=[Note("the first of them", ids[folder.id].span)],
                )
            elif folder.id is not None:
                ids[folder.id] = folder
            found.append(folder)
        return tuple(found)

    def folder_id(self, node: yamltext.Node) -> int | None:
        value = node.value if isinstance(node, yamltext.Scalar) else None
        if type(value) is int and value > 0:
            return value
        if not _nothing(node):
            self.wrong("a folder's id", "a whole number above 0", node)
            self.unread.add("folders")
        return None

    def names(self, noun: str, node: yamltext.Node | None) -> tuple[Named, ...]:
        """`events: [Artwork approved, Back in stock]`"""
        if node is None or _nothing(node):
            return ()
        if not isinstance(node, yamltext.Sequence):
            self.wrong(
                f"{noun}s", "a list", node, f"write `{noun}s: [First, Second]`, or each on a line after `- `"
            )
            self.unread.add(f"{noun}s")
            return ()
        return self.unique(noun, node.items)

    def unique(
        self, noun: str, nodes: tuple[yamltext.Node, ...] | list[yamltext.Scalar]
    ) -> tuple[Named, ...]:
        """Names that rules can say: some text on one line, each once without regard to capital letters."""
        found: dict[str, Named] = {}
        for node in nodes:
            name = node.text.strip() if isinstance(node, yamltext.Scalar) and node.value is not None else ""
            if not name or len(name) > LONGEST_NAME or not name.isprintable():
                self.report.add(
                    "E387",
                    f"expected the name of a {noun}, found {yamltext.described(node)}".replace(
                        " a e", " an e"
                    ),
                    node.span,
                    help=f"a name is text on one line, of at most {LONGEST_NAME} characters",
                )
                self.unread.add(f"{noun}s")
            elif (first := found.get(fold(name))) is not None:
                self.report.add(
                    "E480",
                    f"the {noun} `{name}` is named twice",
                    node.span,
                    help="keep one of the two; capital letters make no difference",
                    notes=[Note("first named here", first.span)],
                )
            else:
                found[fold(name)] = Named(name, node.span)
        return tuple(found.values())

    def rules(self, node: yamltext.Node | None) -> tuple[Named, ...] | None:
        return None if node is None else self.names("rule", node)

    def outgoing(
        self, section: str, channel: Channel, node: yamltext.Node | None
    ) -> Mapping[str, Value] | None:
        if node is None or _nothing(node):
            return None
        if not isinstance(node, yamltext.Mapping):
            self.wrong(section, "a group of settings", node, "write each setting on a line of its own")
            return None
        return read_outgoing(node, channel, section, self.report)

    def chain_limit(self, node: yamltext.Node | None) -> int:
        if node is None or _nothing(node):
            return Config.chain_limit
        value = node.value if isinstance(node, yamltext.Scalar) else None
        if type(value) is int and 1 <= value <= LONGEST_CHAIN:
            return value
        self.wrong("chain_limit", f"a whole number from 1 to {LONGEST_CHAIN:,}", node)
        return Config.chain_limit

    def wrong(self, name: str, expected: str, node: yamltext.Node, advice: str | None = None) -> None:
        name = name if " " in name else f"`{name}`"
        self.report.add(
            "E381", f"{name} is {expected}, and this is {yamltext.described(node)}", node.span, help=advice
        )

    def unknown(self, noun: str, key: yamltext.Scalar, choices: tuple[str, ...], place: str) -> None:
        self.report.add(
            "E280",
            f"{place} has no {noun} `{key.text}`",
            key.span,
            help=choices_help(noun, key.text, choices),
        )


def _nothing(node: yamltext.Node) -> bool:
    return isinstance(node, yamltext.Scalar) and node.value is None


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in zoneinfo.available_timezones() if zone[:1].isupper()))
