"""A connection of a ruleset and the integration it uses: the events, actions and rules that come with it.

Called by `engine/wiring.py` alone. The catalogue's `{connection}`, `{label}` and the like are filled in here, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from actions.catalogue import Integration, Pattern
from actions.entries import ActionEntry, Detail, EventEntry, Reason, Setting
from dsl.schema import ActionSpec, ConnectionSpec, EventSpec, Param, SettingRule, fold
from dsl.types import named


class Connected(Protocol):
    """A connection as `ordinance.yaml` has it. A blank label is the default one."""

    @property
    def name(self) -> str: ...
    @property
    def uses(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Connection:
    """A connection without a file: for the catalogue of everything, and for tests."""

    name: str
    uses: str
    label: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """folders: of the ruleset, as written, by their folded names."""

    connection: Connected
    integration: Integration
    pattern: Pattern
    folders: Mapping[str, str]

    @property
    def label(self) -> str:
        name, integration = self.connection.name, self.integration
        return self.connection.label or (integration.label if name == integration.id else name)

    def filled(self, text: str, reason: Reason | None = None) -> str:
        """Placeholders only: other braces are the text's own."""
        parts = {"connection": self.connection.name, "label": self.label, "integration": self.integration.id}
        if reason is not None:
            parts |= {"reason": reason.id, "phrase": reason.phrase}
        return re.sub(r"\{(\w+)\}", lambda m: parts.get(m[1], m[0]), text)

    def events(self) -> Iterator[EventSpec]:
        if self.integration.submission:
            for entry in self.pattern.events:
                yield self.event(entry, self.pattern.event_fields)
            for reason in self.integration.reasons:
                yield self.refusal(reason)
        for entry in self.integration.events:
            yield self.event(entry, self.integration.event_fields)

    def event(self, entry: EventEntry, details: Sequence[Detail]) -> EventSpec:
        return replace(
            event_spec(entry, details),
            id=self.filled(entry.id),
            label=self.filled(entry.label),
            integration=self.integration.id,
            connection=self.connection.name,
            was=tuple(self.filled(label) for label in entry.was),
        )

    def refusal(self, reason: Reason) -> EventSpec:
        shared = self.pattern.refused
        own = {"doc": reason.doc, "source": reason.source, "not_yet": reason.not_yet}
        entry = EventEntry(**{**dict(shared), **own})
        return replace(
            self.event(entry, self.pattern.event_fields),
            id=self.filled(shared.id, reason),
            label=self.filled(shared.label, reason),
            after="rejected",
            reason=reason.id,
            reason_name=reason.name,
        )

    def actions(self) -> Iterator[ActionSpec]:
        shared = self.pattern.actions if self.integration.submission else ()
        for entry in (*shared, *self.integration.actions):
            yield replace(
                action_spec(entry),
                id=self.filled(entry.id),
                label=self.filled(entry.label),
                syntax=self.filled(entry.syntax),
                integration=self.integration.id,
            )

    def spec(self) -> ConnectionSpec:
        defaults = {s.name: s.default for s in self.integration.settings if s.default is not None}
        settings = {**defaults, **self.connection.settings}
        return ConnectionSpec(
            name=self.connection.name,
            label=self.label,
            integration=self.integration.id,
            settings=settings,
            can_submit=self.integration.submission,
            reasons=tuple(reason.id for reason in self.integration.reasons),
            rules=tuple(self.rules(settings)),
            unverified=self.integration.unverified,
        )

    def rules(self, settings: Mapping[str, object]) -> Iterator[SettingRule]:
        for setting in self.integration.settings:
            value = settings.get(setting.name)
            if isinstance(value, str) and value.strip():
                yield from self.rule(setting, value)

    def rule(self, setting: Setting, value: str) -> Iterator[SettingRule]:
        acts, folder = setting.acts, self.folders.get(fold(value), value)
        if acts is not None:
            yield SettingRule(
                setting=setting.name,
                title=f'{self.label} setting: {acts.title} "{folder}"',
                event=f"{self.connection.name}{acts.on}" if acts.on.startswith(".") else acts.on,
                verb=acts.do,
                args={"folder": folder},
                own=acts.own,
            )


def event_spec(entry: EventEntry, details: Sequence[Detail]) -> EventSpec:
    wanted = [detail for name in entry.fields for detail in details if detail.name == name]
    return EventSpec(
        id=entry.id,
        label=entry.label,
        fields={detail.name: named(detail.type) for detail in wanted},
        doc=entry.doc,
        source=entry.source,
        after=entry.after,
        ready=not entry.not_yet,
        why_not=entry.not_yet,
        field_docs={detail.name: detail.doc for detail in wanted},
        was=entry.was,
    )


def action_spec(entry: ActionEntry) -> ActionSpec:
    return ActionSpec(
        id=entry.id,
        label=entry.label,
        syntax=entry.syntax,
        params=tuple(Param(p.name, named(p.type), p.required, p.doc) for p in entry.params),
        raises=entry.raises,
        effect=entry.effect,
        doc=entry.doc,
        source=entry.source,
        ready=not entry.not_yet,
        why_not=entry.not_yet,
    )
