"""`connections:` of `ordinance.yaml`: each checked against the settings of the integration that it uses.

Called by `engine.config`. A value is plain data under the guide's own name for it; a secret stays the reference that it
is, `${NAME}`. Which rules a setting makes is for `engine.wiring`, whether a file it names is there for `engine.loading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from actions.catalogue import Channel, Integration, Setting
from dsl.diagnostics import Note, Report
from dsl.nearest import choices_help
from dsl.schema import fold
from dsl.source import NOWHERE, Span
from engine import yamltext
from engine.masking import REFERENCE, is_secret
from engine.wiring import RESERVED

Value: TypeAlias = str | bool | int | Decimal | list[str] | dict[str, str]

NAME = re.compile(r"[a-z][a-z0-9_-]*")
OWN = ("uses", "label")
"""What every connection may say, beside its integration's settings."""


@dataclass(frozen=True)
class Connection:
    """`uses` is the integration's id; `label` is the written one, or the default one. settings: those written.

    spans: the places of the values written. span: the connection's name.
    """

    name: str
    uses: str
    label: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)


def read_connections(
    node: yamltext.Node | None,
    integrations: Mapping[str, Integration],
    folders: tuple[str, ...] | None,
    report: Report,
) -> tuple[tuple[Connection, ...], bool]:
    """The connections, and whether that is all of them. `folders` is None where the ruleset's folders could not be read."""
    if node is None or (isinstance(node, yamltext.Scalar) and node.value is None):
        return (), True
    if not isinstance(node, yamltext.Mapping):
        report.add(
            "E381",
            f"`connections` is a group of connections, and this is {yamltext.described(node)}",
            node.span,
            help="write `podos:` on a line of its own, and its settings indented below",
        )
        return (), False
    reading = _Reading(integrations, folders, report)
    for entry in node.entries:
        reading.connection(entry)
    return tuple(reading.found), reading.whole


def read_outgoing(node: yamltext.Mapping, channel: Channel, section: str, report: Report) -> dict[str, Value]:
    """`mail:` or `post:`, whose settings are read as a connection's are."""
    known = [setting.name for setting in channel.settings]
    reading = _Reading({}, None, report)
    found: dict[str, Value] = {}
    for entry in node.entries:
        setting = channel.setting(entry.key.text)
        if setting is None:
            report.add(
                "E280",
                f"`{section}` has no setting `{entry.key.text}`",
                entry.key.span,
                help=choices_help("setting", entry.key.text, known),
            )
            continue
        secret = setting.type == "secret"
        value = (
            reading.secret(setting.name, entry.value, section)
            if secret
            else reading.value(setting, entry.value)
        )
        if value is not None:
            found[setting.name] = value
    return found


def variable_for(connection: str, setting: str) -> str:
    """What a secret's variable is called where nobody says otherwise."""
    return re.sub(r"[^A-Z0-9]+", "_", f"{connection}_{setting}".upper())


class _Reading:
    def __init__(
        self, integrations: Mapping[str, Integration], folders: tuple[str, ...] | None, report: Report
    ) -> None:
        self.integrations = integrations
        self.folders = folders
        self.report = report
        self.found: list[Connection] = []
        self.called: dict[str, Span] = {}
        self.whole = True

    def connection(self, entry: yamltext.Entry) -> None:
        written: tuple[yamltext.Entry, ...] = ()
        if isinstance(entry.value, yamltext.Mapping):
            written = entry.value.entries
        elif not (isinstance(entry.value, yamltext.Scalar) and entry.value.value is None):
            self.wrong(
                entry.key.text, "a group of settings", entry.value, "write each setting on a line of its own"
            )
            self.whole = False
        own = {part.key.text: part.value for part in written if part.key.text in OWN}
        name = self.name(entry.key)
        integration = self.integration(name, entry.key, own.get("uses"))
        if name is None or integration is None:
            self.whole = False
        settings: dict[str, Value] = {}
        spans: dict[str, Span] = {}
        for part in written:
            if part.key.text not in OWN:
                value = self.setting(part, integration, entry.key.text)
                if value is not None:
                    settings[part.key.text], spans[part.key.text] = value, part.value.span
        if name is None or integration is None:
            return
        given = self.label(own.get("label"))
        label = given or (integration.label if name == integration.id else name)
        self.call(name, label, entry.key.span, own["label"].span if given else entry.key.span)
        self.found.append(Connection(name, integration.id, label, settings, spans, entry.key.span))

    def name(self, key: yamltext.Scalar) -> str | None:
        if NAME.fullmatch(key.text) and key.text not in RESERVED:
            return key.text
        better = re.sub(r"[^a-z0-9]+", "-", fold(key.text)).strip("-0123456789")
        if key.text in RESERVED:
            self.report.add(
                "E387",
                f"a connection cannot be called `{key.text}`, which is a word of the language",
                key.span,
                help=f"call it `my-{key.text}`, say, and add `uses:`",
            )
        else:
            self.report.add(
                "E387",
                f"{yamltext.described(key)} is not a name for a connection",
                key.span,
                help="a name has small letters, digits, `-` and `_`, and begins with a letter"
                + (f": `{better}`" if NAME.fullmatch(better) else ""),
            )
        return None

    def integration(
        self, name: str | None, key: yamltext.Scalar, uses: yamltext.Node | None
    ) -> Integration | None:
        """The one that `uses:` names, else the one with the connection's name."""
        if uses is not None and (not isinstance(uses, yamltext.Scalar) or uses.value is None):
            self.wrong("uses", "the name of an integration", uses)
            return None
        asked = uses if uses is not None else key
        known = self.integrations.get(asked.text) or self.integrations.get(fold(asked.text))
        if known is None and (uses is not None or name is not None):
            near = choices_help("integration", asked.text, self.integrations)
            also = "; a connection with a name of its own says `uses:`" if uses is None else ""
            self.report.add(
                "E281",
                f"there is no integration `{asked.text}`",
                asked.span,
                help=(near or "`ordinance catalog` lists the integrations") + also,
            )
        return known

    def label(self, node: yamltext.Node | None) -> str | None:
        if node is None:
            return None
        text = node.text.strip() if isinstance(node, yamltext.Scalar) and node.value is not None else ""
        if text and text.isprintable():
            return text
        self.wrong("label", "text on one line", node)
        return None

    def call(self, name: str, label: str, name_span: Span, label_span: Span) -> None:
        """Rules find a connection by its name and by its label; neither may lead to two."""
        for text, span in {fold(name): name_span, fold(label): label_span}.items():
            if (first := self.called.get(text)) is not None:
                self.report.add(
                    "E481",
                    f"two connections are called `{label if text == fold(label) else name}`",
                    span,
                    help="give one of them another `label:`",
                    notes=[Note("the other one", first)],
                )
        self.called.setdefault(fold(name), name_span)
        self.called.setdefault(fold(label), label_span)

    def setting(
        self, entry: yamltext.Entry, integration: Integration | None, connection: str
    ) -> Value | None:
        name = entry.key.text
        setting = integration.setting(name) if integration else None
        if integration is not None and setting is None:
            self.report.add(
                "E282",
                f"{integration.label} has no setting `{name}`",
                entry.key.span,
                help=choices_help("setting", name, [*OWN, *(s.name for s in integration.settings)])
                or f"`ordinance catalog --integration {integration.id}` lists its settings",
            )
            return None
        if is_secret(name, integration):
            return self.secret(name, entry.value, connection)
        if setting is None:
            return None
        if setting.not_yet and not setting.required:
            self.report.add("W582", f"`{name}` does nothing yet: {setting.not_yet}", entry.key.span)
        return self.value(setting, entry.value)

    def secret(self, name: str, node: yamltext.Node, connection: str) -> str | None:
        if isinstance(node, yamltext.Scalar) and REFERENCE.fullmatch(node.text):
            return node.text
        variable = variable_for(connection, name)
        if isinstance(node, yamltext.Scalar) and node.value is None:
            self.wrong(name, "a reference to a secret", node, f'write `{name}: "${{{variable}}}"`')
        else:
            self.report.add(
                "E390",
                f"`{name}` is a secret, and a secret does not stand in a file",
                node.span,
                help=f'write `{name}: "${{{variable}}}"`, put the secret into the variable {variable}, '
                "and renew it if others have seen this file",
            )
        return None

    def value(self, setting: Setting, node: yamltext.Node) -> Value | None:
        if setting.type == "map":
            return self.map(setting.name, node)
        if setting.type == "list of text":
            return self.list(setting.name, node)
        if not isinstance(node, yamltext.Scalar) or node.value is None or not node.text.strip():
            self.wrong(setting.name, _EXPECTED[setting.type], node)
            return None
        if setting.type == "truth":
            if isinstance(node.value, bool):
                return node.value
            self.wrong(setting.name, "`true` or `false`", node)
            return None
        if setting.type == "number":
            if isinstance(node.value, (int, Decimal)) and not isinstance(node.value, bool):
                return node.value
            self.wrong(setting.name, "a number", node)
            return None
        text = node.text.strip()
        if setting.type == "folder" and self.folders is not None:
            return self.one_of("E283", f"there is no folder `{text}`", "folder", node, self.folders)
        if setting.type == "choice":
            return self.one_of(
                "E386",
                f"`{setting.name}` is {' or '.join(f'`{c}`' for c in setting.choices)}, and this is `{text}`",
                "choice",
                node,
                setting.choices,
            )
        return text

    def one_of(
        self, code: str, message: str, noun: str, node: yamltext.Scalar, choices: Iterable[str]
    ) -> str | None:
        """A name found without regard to capital letters, in its own spelling."""
        known = {fold(choice): choice for choice in choices}
        if (found := known.get(fold(node.text))) is not None:
            return found
        say = choices_help(noun, node.text.strip(), known.values())
        if noun == "folder" and not known:
            say = "name the shop's folders: `folders: [New, Shipped]`"
        self.report.add(code, message, node.span, help=say)
        return None

    def map(self, name: str, node: yamltext.Node) -> dict[str, str] | None:
        if not isinstance(node, yamltext.Mapping):
            self.wrong(name, "a group of pairs", node, f"write `{name}: {{OLD: NEW, OTHER OLD: OTHER NEW}}`")
            return None
        found = {}
        for entry in node.entries:
            text = self.text(f"{name}: {entry.key.text}", entry.value)
            if not entry.key.text.strip():
                self.wrong(name, "a group of pairs, each with text before its `:`", entry.key)
            elif text is not None:
                found[entry.key.text] = text
        return found

    def list(self, name: str, node: yamltext.Node) -> list[str] | None:
        if not isinstance(node, yamltext.Sequence):
            alone = isinstance(node, yamltext.Scalar) and node.value is not None
            written = node.text if alone and isinstance(node, yamltext.Scalar) else "ONE, OTHER"
            self.wrong(name, "a list", node, f"write `{name}: [{written}]`")
            return None
        texts = [self.text(name, item) for item in node.items]
        return [text for text in texts if text is not None]

    def text(self, name: str, node: yamltext.Node) -> str | None:
        """As written, so that `00123` keeps its zeros."""
        if isinstance(node, yamltext.Scalar) and node.value is not None and node.text.strip():
            return node.text.strip()
        self.wrong(name, "text", node)
        return None

    def wrong(self, name: str, expected: str, node: yamltext.Node, advice: str | None = None) -> None:
        self.report.add(
            "E381", f"`{name}` is {expected}, and this is {yamltext.described(node)}", node.span, help=advice
        )


_EXPECTED = {
    "text": "text",
    "folder": "the name of a folder",
    "choice": "one of its choices",
    "path": "the path of a file in this folder",
    "truth": "`true` or `false`",
    "number": "a number",
}
