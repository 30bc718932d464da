"""What the entries of a catalogue say: an event, an action, a setting, a field, a reason.

The parts of `actions/catalogue.py`, which has the files they stand in. `extra` is forbidden everywhere: a misspelt key
in a catalogue is our bug and stops the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from dsl.types import named


def _type_name(text: str) -> str:
    try:
        named(text)
    except KeyError as error:
        raise ValueError(f"no type: {text}") from error
    return text


def named_entries(value: object) -> object:
    """`{token: {type: secret}}` is read as `[{name: token, type: secret}]`: files say each name once, in order."""
    if not isinstance(value, Mapping):
        return value
    return [{"name": name, **(entry or {})} for name, entry in value.items()]


T = TypeVar("T")
Named = Annotated[tuple[T, ...], BeforeValidator(named_entries)]
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
    after: what the event answers, where it is part of a submission. was: labels that it had before."""

    id: str
    label: str
    was: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    after: Literal["scheduled", "before", "accepted", "cancelled"] | None = None


def all_declared(events: Iterable[EventEntry | Refusals], details: Iterable[Detail]) -> None:
    """Raises ValueError where an event has a field that its file does not declare."""
    declared = {detail.name for detail in details}
    for event in events:
        if unknown := set(event.fields) - declared:
            raise ValueError(f"{event.id}: no such event field: {', '.join(sorted(unknown))}")


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
