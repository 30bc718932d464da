"""The one seam between the language and the domain: all that rules may name.

Put together from the catalogues in one place (`engine/wiring.py`), read by the checker, the formatter's completions and
the documentation. Plain data; nothing here knows an order or a provider.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from dsl.types import Type


def fold(text: str) -> str:
    """The form in which text is compared: trimmed, then NFC of the full case folding (language.md section 4)."""
    folded = text.strip().casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


@dataclass(frozen=True)
class FieldSpec:
    """`order.shipping.country`. `path` is the canonical one; an alias has its own FieldSpec under its own name in
    `Schema.fields` that points to the same canonical path.

    kind: `field` (attribute walk), `map` (entries are read with a key), `print` (item metadata, variation, inventory;
    may be numbered), `entry` (an entry of a map with a name of its own; the path's last part is its key).
    instead: the action that changes it, where it is not writable; blank where nothing does.
    """

    path: str
    type: Type
    kind: str = "field"
    writable: bool = False
    doc: str = ""
    source: str = ""
    integration: str | None = None
    instead: str = ""

    @property
    def root(self) -> str:
        return self.path.split(".", 1)[0]


@dataclass(frozen=True)
class FieldRef:
    """One field as a rule names it, resolved. `root` is order, item, shipment, event or store; `steps` are canonical
    names below it, as the models in `events.order` have them (`item.sku` is (code,), `order.metadata["x"]` is
    (order_metadata, x)).

    how: `field` walks attributes (`order.shipping.country`: steps (shipping, country));
    `entry`: the last step is a key of the map that the other steps lead to; found by the exact key first, then folded;
    `print`: a print field, one step, `print_url` or `print_url_2` (`[2]`); read from item metadata, then the variation,
    then the inventory item of the same SKU; written to item metadata; `print_url_1` falls back to `print_url`.
    """

    root: str
    steps: tuple[str, ...]
    how: Literal["field", "entry", "print"]
    type: Type

    @cached_property
    def path(self) -> str:
        return ".".join((self.root, *self.steps))


@dataclass(frozen=True)
class EventSpec:
    """`id` is `podos.not_submitted.invalid_sku`, `label` what the Rule Builder shows.

    after: for answers, what they answer: `scheduled`, `before`, `accepted`, `rejected`, `cancelled` (of a submission).
    reason: the id of the failure reason for `rejected`; reason_name is how people say it (`Invalid SKU`).
    field_docs: a line about each of `fields`. was: labels that it had before, by which it is still found.
    ready: False where nothing here yet raises it (`not yet`); `why_not` then says what is missing.
    """

    id: str
    label: str
    fields: Mapping[str, Type] = field(default_factory=dict)
    doc: str = ""
    source: str = ""
    integration: str | None = None
    connection: str | None = None
    after: str | None = None
    reason: str | None = None
    ready: bool = True
    why_not: str = ""
    reason_name: str = ""
    field_docs: Mapping[str, str] = field(default_factory=dict)
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class Param:
    name: str
    type: Type
    required: bool = True
    doc: str = ""


@dataclass(frozen=True)
class ActionSpec:
    """`id` is the core's verb (`move to folder`) or an integration's action (`printavo.create_invoice`).

    raises: ids of events that doing it can cause; an integration's are relative to its connection (`.scheduled`, and
    `.not_submitted.*` for one of its reasons).
    """

    id: str
    label: str
    syntax: str
    params: tuple[Param, ...] = ()
    raises: tuple[str, ...] = ()
    effect: bool = False
    doc: str = ""
    source: str = ""
    integration: str | None = None
    ready: bool = True
    why_not: str = ""


@dataclass(frozen=True)
class FunctionSpec:
    """What a function is for, for people; what it takes and gives is the checker's."""

    name: str
    syntax: str
    doc: str
    example: str = ""
    source: str = ""


@dataclass(frozen=True)
class SettingRule:
    """A rule that nobody wrote: `after_import_move_to: In production` of the connection podos, titled
    `podOS setting: after import, move to "In production"`.

    event: the id of the event it is bound to; own: only where `event.connection` is this connection.
    verb, args: the action, as `actions.work.Task` has it.
    """

    setting: str
    title: str
    event: str
    verb: str
    args: Mapping[str, str]
    own: bool = False


@dataclass(frozen=True)
class ConnectionSpec:
    """A connection of this ruleset: the name rules use, its label, the integration it uses, its checked settings.

    settings: with the integration's defaults. reasons: ids of the reasons for which it may not take an order.
    rules: its settings that act. unverified: why what is known of it may be wrong; blank where it is known.
    """

    name: str
    label: str
    integration: str
    settings: Mapping[str, object] = field(default_factory=dict)
    can_submit: bool = False
    reasons: tuple[str, ...] = ()
    rules: tuple[SettingRule, ...] = ()
    unverified: str = ""

    @property
    def told(self) -> str:
        """The label as it is shown to people, who are to know what is unverified wherever they see it."""
        return f"{self.label} (unverified)" if self.unverified else self.label


@dataclass(frozen=True)
class StoreSpec:
    """The `store:` of ordinance.yaml."""

    name: str = ""
    currency: str = "USD"
    weight_unit: str = "lb"
    timezone: str = "UTC"


@dataclass(frozen=True)
class Schema:
    """All that rules may name. Keys of `events_by_label`, `connections`, `folders` and `buttons` are folded (`fold`);
    a connection stands under its name and its label; `buttons` leads to the ids of their events."""

    fields: Mapping[str, FieldSpec]
    events: Mapping[str, EventSpec]
    events_by_label: Mapping[str, EventSpec]
    functions: Mapping[str, FunctionSpec]
    actions: Mapping[str, ActionSpec]
    connections: Mapping[str, ConnectionSpec]
    folders: Mapping[str, str]
    buttons: Mapping[str, str]
    store: StoreSpec

    def event(self, name: str) -> EventSpec | None:
        """By id, or by label without regard to case."""
        return self.events.get(name) or self.events_by_label.get(fold(name))

    def connection(self, name: str) -> ConnectionSpec | None:
        """By name or label, without regard to case."""
        return self.connections.get(fold(name))

    def refusal(self, connection: ConnectionSpec, reason: str) -> EventSpec | None:
        """The event of a connection's not taking an order for `Invalid SKU`, `Because of Invalid SKU` or `invalid_sku`."""
        spoken = fold(reason).removeprefix("because").strip().removeprefix("of ").strip()
        for one in connection.reasons:
            spec = self.events.get(f"{connection.name}.not_submitted.{one}")
            if spec is not None and spoken in (fold(spec.reason_name), fold(one)):
                return spec
        return None
