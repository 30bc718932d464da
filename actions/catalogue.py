"""Catalogues: what can happen, be read and be done, as data that a merchant's colleague can read.

The shape of every `catalogue.yaml` (the general events and fields in `events/`, the core's verbs beside this file, one
for each integration under `integrations/`), of the submission pattern and of `dsl/functions.yaml`, and how they are
read. Called by `engine/wiring.py`, which makes a Schema of them. Nothing here knows a ruleset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator
from ruamel.yaml import YAML

from dsl.types import named

INTEGRATIONS = Path(__file__).parent / "integrations"


def _type_name(text: str) -> str:
    try:
        named(text)
    except KeyError as error:
        raise ValueError(f"no type: {text}") from error
    return text


def _named_entries(value: object) -> object:
    """`{token: {type: secret}}` is read as `[{name: token, type: secret}]`: files say each name once, in order."""
    if not isinstance(value, Mapping):
        return value
    return [{"name": name, **(entry or {})} for name, entry in value.items()]


T = TypeVar("T")
Named = Annotated[tuple[T, ...], BeforeValidator(_named_entries)]
TypeName = Annotated[str, AfterValidator(_type_name)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Model):
    """What every entry says. source: where the fact is from (`podOS guide`, `Order Desk 551`), or `ours`.
    guide: the lines of the user's guides that it answers. not_yet: why nothing here performs it yet."""

    doc: str
    source: str
    guide: tuple[str, ...] = ()
    not_yet: str = ""


class Detail(Model):
    """One of an event's own fields: `event.message`."""

    name: str
    type: TypeName
    doc: str


class EventEntry(Entry):
    """`id` and `label` may hold `{connection}` and `{label}`. fields: names of `event_fields` of the same file.
    after: what the event answers, where it is part of a submission."""

    id: str
    label: str
    fields: tuple[str, ...] = ()
    after: Literal["scheduled", "before", "accepted", "cancelled"] | None = None


class Refusals(Entry):
    """The event of every reason for which an order was not submitted: `{reason}` and `{phrase}` are the reason's."""

    id: str
    label: str
    fields: tuple[str, ...]


class Reason(Entry):
    """A reason of an integration for not taking an order. `phrase` ends the event's label: `Because of Invalid SKU`;
    `name` is how people say it: `Invalid SKU`."""

    id: str
    name: str
    phrase: str


class Parameter(Model):
    name: str
    type: TypeName
    required: bool = True
    doc: str


class ActionEntry(Entry):
    """`raises`: ids of events it can cause; one with a leading dot is the connection's, `.not_submitted.*` is one for
    each reason. effect: something is done in the world, after the turn."""

    id: str
    label: str
    syntax: str
    params: Named[Parameter] = ()
    raises: tuple[str, ...] = ()
    effect: bool = False


class Acts(Model):
    """What a setting does by itself: a rule that nobody wrote. `on` as in `ActionEntry.raises`; `title` is the
    setting's words in a trace: `after import, move to`. own: only for what came through this connection
    (`event.connection`)."""

    on: str
    do: Literal["move to folder"]
    title: str
    own: bool = False


class Setting(Entry):
    """One setting of a connection, under the name the integration's own guide has for it.

    required: an order cannot really be sent without it; checking, testing and dry-running do without.
    map: text to text. folder: one of the ruleset's folders. secret: only ever `${NAME}`. path: a file of the ruleset.
    """

    name: str
    type: Literal["text", "folder", "secret", "choice", "map", "list of text", "truth", "number", "path"]
    choices: tuple[str, ...] = ()
    required: bool = False
    default: str | bool | int | None = None
    acts: Acts | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Setting:
        if bool(self.choices) != (self.type == "choice"):
            raise ValueError(f"{self.name}: a choice has choices, and nothing else has")
        if self.default is not None and self.choices and self.default not in self.choices:
            raise ValueError(f"{self.name}: the default is none of the choices")
        if self.acts is not None and self.type != "folder":
            raise ValueError(f"{self.name}: only a folder setting moves an order")
        return self


class FieldEntry(Entry):
    """`name` below the section's root (`shipping.country`). stored: where a field that is an entry of a map is kept
    (`order_metadata.inksoft_status`). instead: the action that changes it, where it cannot be set."""

    name: str
    type: TypeName
    kind: Literal["field", "map", "print", "entry"] = "field"
    writable: bool = False
    instead: str = ""
    aliases: tuple[str, ...] = ()
    stored: str = ""

    @model_validator(mode="after")
    def _agrees(self) -> FieldEntry:
        if bool(self.stored) != (self.kind == "entry"):
            raise ValueError(f"{self.name}: an entry says where it is stored, and nothing else does")
        return self


class FieldSection(Model):
    """Fields below one root, or below several that have the same ones: `{of}` in a doc is the root's own words.
    `source` is that of every entry which does not say another."""

    under: Mapping[str, str]
    source: str
    fields: Named[FieldEntry]

    @model_validator(mode="before")
    @classmethod
    def _one_source(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or not isinstance(value.get("fields"), Mapping):
            return value
        source = value.get("source")
        return {**value, "fields": {n: {"source": source, **(e or {})} for n, e in value["fields"].items()}}


class Construct(Entry):
    """A way of the language that the Rule Builder has a name for: custom event, custom button, item rule."""

    id: str
    label: str
    syntax: str


class Function(Model):
    name: str
    syntax: str
    doc: str
    example: str
    source: str


class Functions(Model):
    functions: Named[Function]


class General(Model):
    """`events/catalogue.yaml`: what every order has, and what can happen to it whatever the shop is connected to."""

    event_fields: Named[Detail] = ()
    events: tuple[EventEntry, ...]
    constructs: tuple[Construct, ...]
    fields: tuple[FieldSection, ...]


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


class Integration(Model):
    """One folder under `integrations/`.

    kind: a printer takes orders and prints them, a cart sells, a shop is another system of the shop. submission: has the
    pattern's events and actions. groups: which of the pattern's settings it has; `settings` are in order, the
    integration's own first.
    """

    id: str
    label: str
    kind: Literal["printer", "cart", "shop"]
    doc: str
    source: str
    submission: bool = False
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
    own = _named_entries(data.get("settings") or {})
    shared = [_for_integration(setting, integration_id) for group in wanted for setting in groups[group]]
    settings = [*own, *shared] if isinstance(own, list) else own
    return Integration.model_validate({"id": integration_id, **data, "settings": settings})


def _for_integration(setting: Setting, integration_id: str) -> Setting:
    lines = tuple(line.format(integration=integration_id) for line in setting.guide)
    return setting.model_copy(update={"guide": lines})


def _yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def general() -> General:
    return General.model_validate(_yaml(Path(__file__).parent.parent / "events" / "catalogue.yaml"))


@lru_cache(maxsize=1)
def verbs() -> Verbs:
    return Verbs.model_validate(_yaml(Path(__file__).parent / "catalogue.yaml"))


@lru_cache(maxsize=1)
def functions() -> Functions:
    return Functions.model_validate(_yaml(Path(__file__).parent.parent / "dsl" / "functions.yaml"))


@lru_cache(maxsize=1)
def pattern() -> Pattern:
    return Pattern.model_validate(_yaml(INTEGRATIONS / "submission_pattern.yaml"))


@lru_cache(maxsize=1)
def integrations() -> Mapping[str, Integration]:
    """All that ship, by id."""
    paths = sorted(INTEGRATIONS.glob("*/catalogue.yaml"))
    return {path.parent.name: read_integration(_yaml(path), path.parent.name) for path in paths}
