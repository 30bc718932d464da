"""What rules are to one another, one `Link` for each: which events set it off, and what it can cause.

Made as each rule is resolved, so that advice about rules together (`cycles`, `unhandled`) needs no rule's conditions and
actions again; in ruleset order, settings last.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from dsl import words
from dsl.schema import Schema, fold
from dsl.source import Span
from engine import form as f

FOLDER_CHANGED = "order.folder_changed"
PLACES = ("event.to", "order.folder")


@dataclass(frozen=True)
class Cause:
    """An event, and for a move the folder it leads to."""

    event: str
    folder: str = ""


@dataclass(frozen=True)
class Did:
    """What an action leaves behind that a later one can undo: a tag, a field's value, the folder. about: which, folded."""

    verb: str
    about: str


class Ways(NamedTuple):
    """What a rule is to others, without what is its own: hundreds have the same.

    causes: nothing for a rule in shadow. refused: folders, folded, whose moves it does not take. wanted: of each of
    these it takes only the moves there. submits: the connections it submits to. setting: nobody wrote it. stops: whether
    rules after it do not run. did: nothing for a rule in shadow.
    """

    events: tuple[str, ...]
    causes: tuple[Cause, ...] = ()
    refused: frozenset[str] = frozenset()
    wanted: tuple[frozenset[str], ...] = ()
    submits: tuple[str, ...] = ()
    setting: bool = False
    stops: bool = False
    did: tuple[Did, ...] = ()

    def takes(self, cause: Cause) -> bool:
        """Whether the rule may fire on it: a move to "A" does not set off a rule that asks for "B"."""
        if cause.event != FOLDER_CHANGED:
            return True
        return cause.folder not in self.refused and all(cause.folder in each for each in self.wanted)


class Marks(NamedTuple):
    """Where findings about a rule are shown: its title, and where it says each of `submits` and `did`."""

    title: Span
    submits: tuple[Span, ...] = ()
    did: tuple[Span, ...] = ()


class Link(NamedTuple):
    """says: a digest of all but its name and reason, "" for a rule nobody wrote. asks: one of its conditions, "" where it
    has none. marks: looked up only where something is found."""

    title: str
    says: str
    asks: str
    ways: Ways
    marks: Callable[[], Marks]

    @property
    def events(self) -> tuple[str, ...]:
        return self.ways.events

    @property
    def causes(self) -> tuple[Cause, ...]:
        return self.ways.causes

    def takes(self, cause: Cause) -> bool:
        return self.ways.takes(cause)


def link_of(forms: Sequence[tuple[str, f.RuleForm]], schema: Schema) -> Link:
    """forms: one rule, for each of its events by id."""
    first = forms[0][1]
    causes = () if first.mode == "shadow" else (c for act in first.acts for c in causes_of(act, schema))
    moved = next((rule for event, rule in forms if event == FOLDER_CHANGED), None)
    refused, wanted = doors(moved) if moved is not None else (frozenset(), ())
    did = [] if first.mode == "shadow" else [(one, act.span) for act in first.acts if (one := left_by(act))]
    submits = [(a.args["connection"], a.span) for a in first.acts if a.verb in ("submit", "resubmit")]
    ways = Ways(
        first.events,
        tuple(dict.fromkeys(causes)),
        refused,
        wanted,
        tuple([connection for connection, _ in submits]),
        first.setting,
        any(act.verb == "stop" for act in first.acts),
        tuple([one for one, _ in did]),
    )
    marks = Marks(first.span, tuple([span for _, span in submits]), tuple([span for _, span in did]))
    says = digest(said_by(first)) if first.acts and not first.setting else ""
    return Link(first.title, says, asked_by(first), ways, lambda: marks)


def left_by(act: f.Act) -> Did | None:
    match act.verb:
        case "move to folder":
            return Did(act.verb, fold(act.args["folder"]))
        case "add tag" | "remove tag":
            tag = next(iter(act.values.values()), None)
            if isinstance(tag, f.Const) and isinstance(tag.value, str):
                return Did(act.verb, fold(tag.value))
        case "set" | "clear" if act.target is not None:
            path = act.target.path
            if not any(isinstance(n, f.Read) and n.path == path for n in f.walk(act.values)):
                return Did(act.verb, f"{path} of each" if act.per_item else path)
    return None


def said_by(rule: f.RuleForm) -> str:
    """Its text from `on` to its last action, one blank between words."""
    last = rule.acts[-1].span
    text = last.source.text[rule.span.end : last.end]
    if "#" in text:
        text = _comment().sub(lambda found: found[1] or "", text)
    return f"{rule.mode} {_reason().sub('', ' '.join(text.split()))}"


def asked_by(rule: f.RuleForm) -> str:
    """Its conditions. They are nobody else's where its own actions change what they look at."""
    parts = [rule.over or "", *(part.span.text for part in (rule.when, rule.where) if part is not None)]
    if parts == [""]:
        return ""
    written = {path for act in rule.acts for path in act.writes}
    looked = {n.path for n in f.nodes_of(rule.when, rule.where) if isinstance(n, f.Read)}
    own = any(path == at or path.startswith(f"{at}.") for path in looked for at in written)
    return digest(" ".join(" ".join(parts).split()) + (rule.title if own else ""))


@cache
def _comment() -> re.Pattern[str]:
    return re.compile(rf"({words.terminal('TEXT')})|#[^\n]*", re.DOTALL)


@cache
def _reason() -> re.Pattern[str]:
    text = words.terminal("TEXT")
    return re.compile(rf"^(?:(?:because {text}|owner {text}|mode [a-z]+) )*", re.DOTALL)


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def causes_of(act: f.Act, schema: Schema) -> Iterator[Cause]:
    """What an action can cause, at once or by what becomes of its effect."""
    connection = act.args.get("connection", "")
    match act.verb:
        case "move to folder":
            yield Cause(FOLDER_CHANGED, fold(act.args["folder"]))
        case "raise":
            yield Cause(act.args["event_id"])
        case "submit" | "resubmit" | "cancel":
            spec = schema.actions.get(f"{act.verb} {'at' if act.verb == 'cancel' else 'to'} {connection}")
            for relative in spec.raises if spec else ():
                yield from (Cause(one) for one in events_named(f"{connection}{relative}", schema))
        case _:
            spec = schema.actions.get(act.verb)
            yield from (Cause(one) for one in (spec.raises if spec else ()) if one in schema.events)


def events_named(name: str, schema: Schema) -> list[str]:
    """`podos.not_submitted.*` is one for each reason."""
    if name.endswith("*"):
        return [event for event in schema.events if event.startswith(name[:-1])]
    return [name] if name in schema.events else []


def doors(rule: f.RuleForm) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """The folders whose moves a rule refuses, because it asks for others or does nothing but move there itself; and sets
    of which each must hold the folder."""
    refused: set[str] = set()
    wanted: list[frozenset[str]] = []
    only = rule.acts[0] if len(rule.acts) == 1 else None
    if only is not None and only.verb == "move to folder":
        refused.add(fold(only.args["folder"]))
    rest: list[object] = [rule.when]
    while rest:
        node = rest.pop()
        if isinstance(node, f.Named):
            rest.append(node.body)
        elif isinstance(node, f.And):
            rest.extend(node.operands)
        elif isinstance(node, f.Not):
            if isinstance(node.operand, f.Equal):
                refused |= folders_of(node.operand)
        elif folders := folders_of(node):
            wanted.append(frozenset(folders))
    return frozenset(refused), tuple(wanted)


def folders_of(node: object) -> set[str]:
    """The folders that a condition on `event.to` or `order.folder` takes."""
    match node:
        case f.Equal(_, f.Read() as read, f.Const(str() as value)) if read.path in PLACES:
            return {fold(value)}
        case f.Among(_, f.Read() as read, members) if read.path in PLACES:
            return {fold(m.value) for m in members if isinstance(m, f.Const) and isinstance(m.value, str)}
        case _:
            return set()
