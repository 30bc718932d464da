"""Secrets that somebody wrote into `ordinance.yaml`: found, and blanked out before anything can print them.

Called by `engine.config` first of all. Every finding's place is in the masked text, so that no report, snippet or log
shows what was there. That a literal secret is an error is said by `engine.connections`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from actions.catalogue import Channel, Integration, outgoing
from dsl.nearest import nearest
from dsl.source import Source, Span
from engine import yamltext

REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
MASK = "•"

_SECRET_NAME = re.compile(r"token|secret|passw|api_?key|private_?key|credential", re.IGNORECASE)
_SECRET_LINE = re.compile(
    rf"(?:{_SECRET_NAME.pattern})\w{{0,40}}"
    r"""["']?[ \t]{0,40}:[ \t]{0,40}(?!["']?\$\{)(?P<value>\S[^\r\n]*)""",
    re.IGNORECASE,
)
"""Bounded, so that no line makes it slow."""


def is_secret(setting: str, known: Integration | Channel | None) -> bool:
    """By the catalogue; a setting that it does not know, by its name, or by what that is a slip for."""
    if known is None:
        return _SECRET_NAME.search(setting) is not None
    if (found := known.setting(setting)) is not None:
        return found.type == "secret"
    secrets = {each.name for each in known.settings if each.type == "secret"}
    return _SECRET_NAME.search(setting) is not None or bool(nearest(setting, secrets))


def mask(source: Source, root: yamltext.Node | None, integrations: Mapping[str, Integration]) -> Source:
    """The same text, offset by offset, with a mask for every literal secret; the same source where there is none.

    root: its tree, None where it is not YAML.
    """
    if root is None:
        # No tree, so by the look of the line: a snippet of the syntax error may stand on it.
        spans = [Span(source, *found.span("value")) for found in _SECRET_LINE.finditer(source.text)]
    else:
        spans = [scalar.span for scalar in _literals(root, integrations)]
    return blanked(source, spans)


def blanked(source: Source, spans: Iterable[Span]) -> Source:
    """The same text with a mask over these places; the same source where there is none."""
    pieces: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start >= at:  # what `*` repeats is found twice
            pieces += [source.text[at : span.start], _masked(span.text)]
            at = span.end
    return Source(source.path, "".join([*pieces, source.text[at:]])) if pieces else source


def _literals(root: yamltext.Node, integrations: Mapping[str, Integration]) -> Iterator[yamltext.Scalar]:
    for entry in _entries(root):
        if entry.key.text == "connections":
            for connection in _entries(entry.value):
                uses = next(
                    (e.value for e in _entries(connection.value) if e.key.text == "uses"), connection.key
                )
                integration = integrations.get(uses.text) if isinstance(uses, yamltext.Scalar) else None
                yield from _in_settings(connection.value, integration)
        elif entry.key.text in ("mail", "post"):
            channel = outgoing().mail if entry.key.text == "mail" else outgoing().post
            yield from _in_settings(entry.value, channel)
        elif entry.key.text not in ("folders", "events", "buttons", "rules"):
            yield from _in_setting(entry, None)


def _in_settings(group: yamltext.Node, known: Integration | Channel | None) -> Iterator[yamltext.Scalar]:
    for entry in _entries(group):
        yield from _in_setting(entry, known)


def _in_setting(entry: yamltext.Entry, known: Integration | Channel | None) -> Iterator[yamltext.Scalar]:
    if is_secret(entry.key.text, known):
        yield from (scalar for scalar in _scalars(entry.value) if not _harmless(scalar))
    elif known is None or known.setting(entry.key.text) is None:
        yield from _in_settings(entry.value, None)  # of a setting that nobody knows, its parts may be secrets


def _entries(node: yamltext.Node) -> tuple[yamltext.Entry, ...]:
    return node.entries + node.again if isinstance(node, yamltext.Mapping) else ()


def _scalars(node: yamltext.Node) -> Iterator[yamltext.Scalar]:
    if isinstance(node, yamltext.Scalar):
        yield node
    elif isinstance(node, yamltext.Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for entry in _entries(node):
            yield from _scalars(entry.value)


def _harmless(scalar: yamltext.Scalar) -> bool:
    return scalar.value is None or REFERENCE.fullmatch(scalar.text) is not None


def _masked(written: str) -> str:
    """Quotes, line ends and a block's first line stay, so that the file reads the same."""
    if written[:1] in ("|", ">"):
        head, end, rest = written.partition("\n")
        return head + end + re.sub(r"\S", MASK, rest)
    if len(written) > 1 and written[0] in "\"'" and written[-1] == written[0]:
        return written[0] + re.sub(r"\S", MASK, written[1:-1]) + written[-1]
    return re.sub(r"\S", MASK, written)
