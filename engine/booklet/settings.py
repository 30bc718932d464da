"""The store and its connections as they are shown: what somebody wrote in `ordinance.yaml`, and never a secret.

Called by `content`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from actions.catalogue import Channel, Integration, outgoing
from dsl.schema import fold
from engine.connections import Value
from engine.masking import is_secret
from engine.opened import Opened
from engine.wiring import integrations

SECRET = "a secret, which is kept elsewhere"


@dataclass(frozen=True)
class Setup:
    """A connection, or how mail and posts leave: what it is called, and name and value of its settings."""

    name: str
    about: str
    settings: Sequence[tuple[str, str]]
    acts: Sequence[str]


def setups(opened: Opened) -> Iterator[Setup]:
    """Only what somebody wrote; a secret is not shown, nor what it is called where it is kept."""
    known = {**integrations(), **{one.id: one for one in opened.ruleset.own}}
    for connection in opened.ruleset.config.connections:
        integration = known.get(connection.uses)
        spec = opened.schema.connections[fold(connection.name)]
        uses = integration.label if integration is not None else connection.uses
        about = f"{connection.name} in the rules" + (f", by way of {uses}" if uses != spec.label else "")
        settings = [(name, shown(name, value, integration)) for name, value in connection.settings.items()]
        yield Setup(spec.told, about, settings, [rule.title for rule in spec.rules])
    config = opened.ruleset.config
    for name, written, channel in (
        ("E-mail", config.mail, outgoing().mail),
        ("Posting orders to web addresses", config.post, outgoing().post),
    ):
        if written:
            yield Setup(name, "", [(key, shown(key, value, channel)) for key, value in written.items()], ())


def shown(name: str, value: Value, known: Integration | Channel | None) -> str:
    if is_secret(name, known):
        return SECRET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{before} → {after}" for before, after in value.items())
    return str(value)


def facts(opened: Opened) -> Iterator[tuple[str, str]]:
    store, config = opened.schema.store, opened.ruleset.config
    yield "currency", store.currency
    yield "weights in", store.weight_unit
    yield "time zone", store.timezone
    if config.folders:
        yield "new orders land in", config.folders[0].name
    if config.events:
        yield "the shop's own events", ", ".join(one.name for one in config.events)
    if config.buttons:
        yield "buttons", ", ".join(one.name for one in config.buttons)
