"""What happens to the orders of a dry run: an event by its label, its id, a schedule or a button, with its fields' values.

The words of the command line become the plain data that deciding takes, or one sentence that says why they cannot.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

import click

from dsl import types
from dsl.nearest import choices_help, listed
from dsl.schema import ConnectionSpec, fold
from dsl.types import Type
from dsl.values import read_money, read_number, read_weight, read_when
from engine.cli.terminal import CannotDo
from engine.dry_run import Told
from engine.opened import Opened
from engine.wiring import everything
from events.event import Happening

F = TypeVar("F", bound=Callable[..., Any])
IMPORTED = "Order is Imported"


def happening_options(function: F) -> F:
    """--event, --with, --at and --answer."""
    for option in (
        click.option(
            "--answer", "answers", multiple=True, metavar='NAME="REASON"',
            help='What a connection answers: podos="Invalid SKU", podos="Invalid SKU: its message", podos=accepts.',
        ),
        click.option(
            "--at", metavar="TIME", help="When it happens, in the store's time zone: 2026-03-01 09:00. Default: now."
        ),
        click.option(
            "--with", "details", multiple=True, metavar="FIELD=VALUE", help="A field of the event: message=\"...\"."
        ),
        click.option(
            "--event", "label", default=IMPORTED, show_default=True, metavar="LABEL",
            help="What happens: a label, an id, 'every day at 09:00' or 'button \"...\"'.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def happening(opened: Opened, label: str, details: Iterable[str], at: str | None) -> Happening:
    event_id, spoken, fields = named_event(opened, label)
    values = dict(detail(opened, spoken, fields, each) for each in details)
    return Happening(event_id, spoken, moment(opened, at), values)


def named_event(opened: Opened, words: str) -> tuple[str, str, Mapping[str, Type]]:
    """Its id, its label and the fields that it has."""
    schema = opened.schema
    spec = schema.event(words.strip())
    pressed = re.fullmatch(r"""button\s+["']?(.+?)["']?""", words.strip(), re.IGNORECASE)
    if spec is None and pressed:
        spec = schema.events.get(schema.buttons.get(fold(pressed[1]), ""))
        if spec is None:
            names = [each.label for each in schema.events.values() if each.id in schema.buttons.values()]
            refuse("button", pressed[1], names, "buttons stand under `buttons:` in ordinance.yaml")
    if spec is not None:
        return spec.id, spec.label, spec.fields
    labels = opened.checked.form.labels
    scheduled = {
        fold(name): event_id for event_id, name in labels.items() if event_id.startswith("schedule.")
    }
    wanted = fold(" ".join(words.split()))
    if wanted in scheduled:
        return scheduled[wanted], labels[scheduled[wanted]], {}
    if wanted.startswith("every "):
        refuse("schedule", words, scheduled, "no rule of this ruleset has a schedule")
    elsewhere = everything().event(words)
    if elsewhere is not None and elsewhere.integration is not None:
        raise CannotDo(
            f"there is no event `{words}` here: it comes with `{elsewhere.integration}:` under `connections:` "
            "in ordinance.yaml"
        )
    names = [each.label for each in schema.events.values()] if "." not in words else list(schema.events)
    refuse("event", words, names, "`ordinance catalog events` lists all of them")


def refuse(noun: str, name: str, choices: Iterable[str], otherwise: str, whose: str = "") -> NoReturn:
    found = f"{whose} has no {noun} `{name}`" if whose else f"there is no {noun} `{name}`"
    raise CannotDo(f"{found}; {choices_help(noun, name, choices) or otherwise}")


def detail(opened: Opened, label: str, fields: Mapping[str, Type], written: str) -> tuple[str, Any]:
    name, equals, text = written.partition("=")
    name = name.strip().removeprefix("event.")
    if not equals:
        raise CannotDo(f"`--with {written}` says no value; write `--with {name or 'FIELD'}=VALUE`")
    if name not in fields:
        if not fields:
            raise CannotDo(f"`{label}` has no fields, so `--with {written}` says nothing")
        refuse("field", name, fields, f"it has {listed(fields)}", whose=f"`{label}`")
    value = typed(text, fields[name], opened)
    if value is None:
        raise CannotDo(f"`{name}` is a {fields[name]}, and `{text}` is none")
    return name, value


def typed(text: str, wanted: Type, opened: Opened) -> Any:
    """The text as a value of this type; None where it is none."""
    store = opened.schema.store
    if wanted == types.NUMBER:
        return read_number(text)
    if wanted == types.MONEY:
        money = read_money(text, store.currency)
        return money[0] if money else None
    if wanted == types.WEIGHT:
        return read_weight(text, store.weight_unit)
    if wanted in (types.DATE, types.TIME):
        return read_when(text, opened.zone)
    if wanted == types.TRUTH:
        return {"true": True, "false": False, "yes": True, "no": False}.get(fold(text))
    if wanted.name == "list":
        return [each.strip() for each in text.split(",") if each.strip()]
    return text


def moment(opened: Opened, at: str | None) -> dt.datetime:
    """A time in the store's zone; a date is its midnight; nothing is now."""
    if at is None:
        return dt.datetime.now(opened.zone).replace(microsecond=0)
    when = read_when(at, opened.zone)
    if when is None:
        raise CannotDo(f"`--at {at}` is no time; write it as 2026-03-01 09:00")
    if isinstance(when, dt.datetime):
        return when.astimezone(opened.zone)
    return dt.datetime.combine(when, dt.time(), opened.zone)


def told(opened: Opened, answers: Iterable[str]) -> dict[str, Told]:
    """What connections answer, by name."""
    return dict(answer(opened, each) for each in answers)


def answer(opened: Opened, written: str) -> tuple[str, Told]:
    name, equals, said = (part.strip() for part in written.partition("="))
    connection = opened.schema.connection(name)
    if connection is None or not connection.can_submit:
        names = [each.name for each in opened.schema.connections.values() if each.can_submit]
        refuse("printer", name, names, "connections stand under `connections:` in ordinance.yaml")
    reasons = reason_names(opened, connection)
    if not equals or not said:
        raise CannotDo(
            f'`--answer {written}` says no answer; write `{name}=accepts` or `{name}="{reasons[0]}"`'
        )
    if fold(said) in ("accepts", "accepted"):
        return connection.name, Told()
    reason, _, message = (part.strip() for part in said.partition(":"))
    spec = opened.schema.refusal(connection, reason)
    if spec is not None:
        return connection.name, Told(spec.reason, message or None)
    refuse("reason", reason, reasons, f"it has {listed(reasons)}", whose=connection.label)


def reason_names(opened: Opened, connection: ConnectionSpec) -> list[str]:
    found = (
        opened.schema.events.get(f"{connection.name}.not_submitted.{each}") for each in connection.reasons
    )
    return [spec.reason_name for spec in found if spec is not None]
