"""Catalogues: what can happen, be read and be done, as data that a merchant's colleague can read.

The shape of every `catalogue.yaml` (the general events and fields in `events/`, the core's verbs beside this file, one
for each integration under `integrations/`), of the submission pattern and of `dsl/functions.yaml`, and how they are
read. Called by `engine/wiring.py`, which makes a Schema of them. Nothing here knows a ruleset.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import model_validator
from ruamel.yaml import YAML
from ruamel.yaml import __version__ as yaml_version

from actions.entries import (
    ActionEntry,
    Construct,
    Detail,
    Entry,
    EventEntry,
    FieldSection,
    Function,
    Model,
    Named,
    Reason,
    Refusals,
    all_declared,
    named_entries,
)
from actions.entries import Setting as Setting
from dsl import disk

T = TypeVar("T")

INTEGRATIONS = Path(__file__).parent / "integrations"


class Functions(Model):
    functions: Named[Function]


class General(Model):
    """`events/catalogue.yaml`: what every order has, and what can happen to it whatever the shop is connected to."""

    event_fields: Named[Detail] = ()
    events: tuple[EventEntry, ...]
    constructs: tuple[Construct, ...]
    fields: tuple[FieldSection, ...]

    @model_validator(mode="after")
    def _agrees(self) -> General:
        all_declared(self.events, self.event_fields)
        return self


class Verbs(Model):
    """`actions/catalogue.yaml`: the verbs of the grammar."""

    actions: tuple[ActionEntry, ...]


class Pattern(Model):
    """`submission_pattern.yaml`: what every integration that takes orders has, written once. `{integration}` in a guide
    line is the integration's id."""

    event_fields: Named[Detail]
    events: tuple[EventEntry, ...]
    refused: Refusals
    actions: tuple[ActionEntry, ...]
    groups: Mapping[str, Named[Setting]]

    @model_validator(mode="after")
    def _agrees(self) -> Pattern:
        all_declared([*self.events, self.refused], self.event_fields)
        return self


class Channel(Model):
    """How something leaves that goes to no integration: its settings, as a connection has them."""

    settings: Named[Setting]

    def setting(self, name: str) -> Setting | None:
        return next((setting for setting in self.settings if setting.name == name), None)


class Outgoing(Model):
    """`outgoing.yaml`: e-mail and posts."""

    mail: Channel
    post: Channel


class Integration(Model):
    """One folder under `integrations/`.

    kind: a printer takes orders and prints them, a cart sells, a shop is another system of the shop. submission: has the
    pattern's events and actions. groups: which of the pattern's settings it has; `settings` are in order, the
    integration's own first. unverified: why what is known of it may be wrong, shown wherever it is. dry_run_only: why its
    events do not come in by themselves yet; rules bound to them can be checked, tested and dry-run.
    """

    id: str
    label: str
    kind: Literal["printer", "cart", "shop"]
    doc: str
    source: str
    submission: bool = False
    dry_run_only: str = ""
    unverified: str = ""
    groups: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    settings: Named[Setting] = ()
    event_fields: Named[Detail] = ()
    events: tuple[EventEntry, ...] = ()
    actions: tuple[ActionEntry, ...] = ()
    fields: tuple[FieldSection, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Integration:
        if bool(self.reasons) != self.submission:
            raise ValueError(f"{self.id}: reasons belong to an integration that takes orders")
        names = [setting.name for setting in self.settings]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.id}: a setting twice")
        all_declared(self.events, self.event_fields)
        return self

    def setting(self, name: str) -> Setting | None:
        return next((setting for setting in self.settings if setting.name == name), None)

    def entries(self) -> Iterator[Entry]:
        """All its entries, for walks over sources and guide lines."""
        yield from self.reasons
        yield from self.settings
        yield from self.events
        yield from self.actions
        for section in self.fields:
            yield from section.fields


def read_integration(data: Mapping[str, Any], integration_id: str) -> Integration:
    """A catalogue as an Integration, with the pattern's settings that it asks for. Raises pydantic's ValidationError."""
    groups = pattern().groups
    wanted = tuple(data.get("groups") or ())
    if unknown := [group for group in wanted if group not in groups]:
        raise ValueError(f"{integration_id}: no such group of settings: {', '.join(unknown)}")
    own = named_entries(data.get("settings") or {})
    shared = [_for_integration(setting, integration_id) for group in wanted for setting in groups[group]]
    settings = [*own, *shared] if isinstance(own, list) else own
    return Integration.model_validate({"id": integration_id, **data, "settings": settings})


def _for_integration(setting: Setting, integration_id: str) -> Setting:
    lines = tuple(line.format(integration=integration_id) for line in setting.guide)
    return setting.model_copy(update={"guide": lines})


def _read(path: Path, made: Callable[[Any], T]) -> T:
    """A file of YAML, made into what it says. Kept as JSON between runs by its very text: reading YAML takes longer than
    all else that checking an edit does."""
    text = path.read_text(encoding="utf-8")
    where = disk.home()
    if where is None:
        return made(_yaml(text))
    kept, name = (
        disk.Disk(where),
        f"catalogue-{hashlib.sha256(f'{yaml_version} {text}'.encode()).hexdigest()[:24]}",
    )
    data = kept.read(name)
    if data is not None:
        with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return made(json.loads(data))
    found = _yaml(text)
    with suppress(TypeError):  # a day has no form in JSON, and a number as a key another
        written = json.dumps(found)
        if json.loads(written) == found:
            kept.write(name, written.encode())
    return made(found)


def _yaml(text: str) -> Any:
    return YAML(typ="safe").load(text)


@lru_cache(maxsize=1)
def general() -> General:
    return _read(Path(__file__).parent.parent / "events" / "catalogue.yaml", General.model_validate)


@lru_cache(maxsize=1)
def verbs() -> Verbs:
    return _read(Path(__file__).parent / "catalogue.yaml", Verbs.model_validate)


@lru_cache(maxsize=1)
def outgoing() -> Outgoing:
    return _read(Path(__file__).parent / "outgoing.yaml", Outgoing.model_validate)


@lru_cache(maxsize=1)
def functions() -> Functions:
    return _read(Path(__file__).parent.parent / "dsl" / "functions.yaml", Functions.model_validate)


@lru_cache(maxsize=1)
def pattern() -> Pattern:
    return _read(INTEGRATIONS / "submission_pattern.yaml", Pattern.model_validate)


@lru_cache(maxsize=1)
def integrations() -> Mapping[str, Integration]:
    """All that ship, by id."""
    paths = sorted(INTEGRATIONS.glob("*/catalogue.yaml"))
    return {
        name: _read(path, partial(read_integration, integration_id=name))
        for name, path in ((path.parent.name, path) for path in paths)
    }
