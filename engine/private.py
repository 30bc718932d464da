"""A private printer: `integrations/NAME.yaml` of a ruleset, which is catalogue, submission and adapter in one file.

Called by `engine.loading` while a folder is loaded, and by the ruleset for whoever needs a printer of it. Everything wrong
is a diagnostic with its place; what a description may say is in `docs/adapters.md`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from actions.catalogue import Integration, read_integration
from actions.declarative.checking import SECRET_NAME, mistakes
from actions.declarative.spec import AdapterSpec
from actions.preparing.spec import SubmissionSpec
from dsl.diagnostics import Diagnostic, Report
from dsl.source import Source, Span
from engine import yamltext
from engine.masking import blanked
from engine.shapeslips import node_at, said, scalar_with, start_of
from engine.wiring import RESERVED, integrations

SHIPPED_PARTS = ("submission", "adapter")
STANDARD_REASONS = (
    (
        "invalid_sku",
        "Invalid SKU",
        "Because of Invalid SKU",
        "one or more SKUs of the order are not valid there",
    ),
    (
        "no_products",
        "No Products Available",
        "Because No Products Available",
        "no item of the order could be sent",
    ),
    (
        "general_error",
        "General Error",
        "Because of General Error",
        "any other failure; event.kind says which",
    ),
)
"""Those that a printer has which says nothing else."""

KNOWN_FIELDS = ("print_sku", "print_url", "print_location", "print_preview")
"""Item fields that every ruleset has; others that a printer asks for become fields of their own."""


@dataclass(frozen=True)
class Printer:
    """adapter: None where the file does not say how orders are sent; they can be dry-run."""

    integration: Integration
    submission: SubmissionSpec
    adapter: AdapterSpec | None


@dataclass(frozen=True)
class Read:
    """source: the text to show, with any literal secret masked. printer: None where something is wrong with it.

    integration: what rules may name of it, as far as that could be read; so a slip elsewhere makes nothing else unknown.
    """

    name: str
    source: Source
    integration: Integration | None
    printer: Printer | None
    found: tuple[Diagnostic, ...]


@lru_cache(maxsize=64)
def read_printer(path: str, text: str) -> Read:
    """Never raises for what the file says."""
    name = posixpath.splitext(posixpath.basename(path))[0]
    source = Source(path, text)
    root, problems = yamltext.read_yaml(source)
    if root is not None and (spans := tuple(_secrets(root))):
        source = blanked(source, spans)
        root, problems = yamltext.read_yaml(source)
    reading = _Reading(name, source, root)
    reading.report.extend(problems)
    printer = None if root is None and problems else reading.printer()
    found = tuple(reading.report.sorted())
    return Read(name, source, reading.known, None if found else printer, found)


def all_read(paths: Sequence[str], sources: Mapping[str, Source]) -> Iterator[Read]:
    """Each once; of two files for one printer the first."""
    seen: set[str] = set()
    for path in paths:
        if path in sources:
            read = read_printer(path, sources[path].text)
            if read.name not in seen:
                yield read
            seen.add(read.name)


class _Reading:
    def __init__(self, name: str, source: Source, root: yamltext.Node | None) -> None:
        self.name, self.source, self.root = name, source, root
        self.report = Report()
        self.known: Integration | None = None

    def printer(self) -> Printer | None:
        named = self.named()
        if not isinstance(self.root, yamltext.Mapping):
            found = yamltext.described(self.root) if self.root is not None else "empty"
            self.wrong(
                f"the description of a printer is a group of settings, and this is {found}",
                (),
                "begin with `label:`",
            )
            return None
        data = self.root.plain
        submission = self.model(SubmissionSpec, data.get("submission"), ("submission",))
        adapter = self.model(AdapterSpec, data["adapter"], ("adapter",)) if "adapter" in data else None
        unsure = adapter is not None and adapter.evidence == "unverified"
        integration = self.integration(data, f"as {self.source.path} says of itself" if unsure else "")
        self.known = integration if named else None
        if submission is None or integration is None:
            return None
        if adapter is not None:
            self.whole(adapter, integration, submission)
        return Printer(integration, submission, adapter)

    def named(self) -> bool:
        """A connection is called as the file is."""
        if not _is_name(self.name):
            say = "a name is small letters and digits, such as `acme`, and `order` and the like are taken"
            self.wrong(f"`{self.name}` cannot be the name of a printer", (), f"rename the file: {say}")
            return False
        if self.name in integrations():
            label = integrations()[self.name].label
            self.wrong(f"there is an integration `{self.name}` already: {label}", (), "rename the file")
            return False
        return True

    def integration(self, data: Mapping[str, Any], unverified: str) -> Integration | None:
        own = {key: value for key, value in data.items() if key not in SHIPPED_PARTS}
        source = self.source.path
        reasons = [
            {"id": one, "name": name, "phrase": phrase, "doc": doc}
            for one, name, phrase, doc in STANDARD_REASONS
        ]
        catalogue: dict[str, Any] = {
            "kind": "printer",
            "doc": "a printer of the shop's own",
            "unverified": unverified,
            "groups": ["folders", "shipping", "products"],
            "reasons": reasons,
            **own,
            "source": source,
            "submission": True,
        }
        catalogue["reasons"] = _sourced(catalogue["reasons"], source)
        catalogue["settings"] = _sourced(catalogue.get("settings"), source)
        if "fields" not in own:
            catalogue["fields"] = _fields(data.get("submission"), str(own.get("label", self.name)), source)
        groups = catalogue["groups"]
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            self.wrong("`groups` is a list, such as `[folders, shipping]`", ("groups",))
            return None
        try:
            return read_integration(catalogue, self.name)
        except ValidationError as wrong:
            self.slips(wrong, Integration, ())
        except ValueError as wrong:
            self.wrong(str(wrong), ("groups",))
        return None

    def model(self, model: Any, data: Any, where: tuple[str, ...]) -> Any:
        if data is None:
            self.wrong(
                f"`{where[0]}` is missing: what the printer asks of an order",
                (),
                "`docs/adapters.md` has one to begin with",
            )
            return None
        try:
            return model.model_validate(data)
        except ValidationError as wrong:
            self.slips(wrong, model, where)
        return None

    def slips(self, wrong: ValidationError, model: Any, where: tuple[str, ...]) -> None:
        assert self.root is not None, "only what was read is validated"
        for error in wrong.errors(include_url=False, include_input=False):
            place, message, way_out = said(error, model, self.root, where)
            self.report.add("E391", message, place, help=way_out)

    def whole(self, adapter: AdapterSpec, integration: Integration, submission: SubmissionSpec) -> None:
        settings = {setting.name: setting.type == "secret" for setting in integration.settings}
        fields = [field.name for field in submission.items.fields]
        for mistake in mistakes(adapter, settings, fields):
            self.wrong(mistake.message, ("adapter", *mistake.where), mistake.help, mistake.text)

    def wrong(
        self, message: str, where: tuple[str | int, ...], advice: str | None = None, text: str = ""
    ) -> None:
        span = Span(self.source, 0, 0)
        if where and self.root is not None:
            node = node_at(self.root, where)
            inner = scalar_with(node, text) if text else None
            span = inner.span if inner else start_of(node)
        self.report.add("E391", message, span, help=advice)


def _is_name(name: str) -> bool:
    from engine.connections import NAME  # late: it reads the integrations that a ruleset adds

    return NAME.fullmatch(name) is not None and name not in RESERVED


def _sourced(entries: Any, source: str) -> Any:
    """Entries of the shop's own need not say where they are from."""
    if isinstance(entries, Mapping):
        return {
            name: {"source": source, **each} if isinstance(each, Mapping) else each
            for name, each in entries.items()
        }
    if isinstance(entries, list):
        return [{"source": source, **each} if isinstance(each, Mapping) else each for each in entries]
    return entries or {}


def _fields(submission: Any, label: str, source: str) -> list[dict[str, Any]]:
    """Fields of items that the printer asks for, whether or not the rest of what it asks can be read."""
    items = submission.get("items") if isinstance(submission, Mapping) else None
    asked = items.get("fields") if isinstance(items, Mapping) else None
    named = (
        [each.get("name") for each in asked if isinstance(each, Mapping)] if isinstance(asked, list) else []
    )
    own = [name for name in named if isinstance(name, str) and name not in KNOWN_FIELDS]
    entry = {"type": "outside", "kind": "print", "writable": True, "doc": f"what {label} needs of an item"}
    return (
        [{"under": {"item": "the item"}, "source": source, "fields": dict.fromkeys(own, entry)}]
        if own
        else []
    )


def _secrets(root: yamltext.Node) -> Iterator[Span]:
    """What proves who the shop is, written out where a `{connection.token}` belongs: blanked before anything shows it."""
    auth = node_at(root, ("adapter", "connection", "auth"), exact=True)
    ways: list[tuple[str, ...]] = [("header",), ("query",), ("bearer",), ("hmac", "key")]
    user = node_at(auth, ("basic", "user"), exact=True) if auth is not None else None
    if not (isinstance(user, yamltext.Scalar) and "{" in user.text):
        ways.append(("basic",))
    for way in ways:
        node = node_at(auth, way, exact=True) if auth is not None else None
        yield from (scalar.span for scalar in _scalars(node) if "{" not in scalar.text)
    headers = node_at(root, ("adapter", "connection", "headers"), exact=True)
    for entry in headers.entries if isinstance(headers, yamltext.Mapping) else ():
        if SECRET_NAME.search(entry.key.text):
            yield from (scalar.span for scalar in _scalars(entry.value) if "{" not in scalar.text)


def _scalars(node: yamltext.Node | None) -> Iterator[yamltext.Scalar]:
    if isinstance(node, yamltext.Scalar) and node.value is not None:
        yield node
    elif isinstance(node, yamltext.Mapping):
        for entry in node.entries:
            yield from _scalars(entry.value)
