"""A rule or a test judged: its form, what is wrong with it, and all that this depends on beside its own text.

Called by `session`. What it depends on is not worked out but watched: while a statement is resolved, every name that is
looked up is written down, found or not. It need not be judged again while these still answer the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

from dsl import ast
from dsl.diagnostics import Diagnostic, Report
from engine import form as f
from engine.cache import codec
from engine.check import advice
from engine.check.advice.links import Link, Marks, Ways, link_of
from engine.check.rules import lower_rule
from engine.check.scope import Names, Scope
from engine.check.tests import TestForm, lower_test

K = TypeVar("K")
V = TypeVar("V")

Need: TypeAlias = tuple[str, str]
"""Which of the ruleset's names, and the name that was looked up; "*" for all of them (near names are sought among all)."""
EVERY = "*"


class Watched(dict[K, V]):
    """A dictionary that tells what is asked of it."""

    def __init__(self, kind: str, content: Mapping[K, V], asked: set[Need]) -> None:
        super().__init__(content)
        self.kind, self.asked = kind, asked

    def get(self, key: Any, default: Any = None) -> Any:
        self.asked.add((self.kind, key))
        return super().get(key, default)

    def __getitem__(self, key: K) -> V:
        self.asked.add((self.kind, str(key)))
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add((self.kind, str(key)))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[K]:
        self.asked.add((self.kind, EVERY))
        return super().__iter__()

    def keys(self) -> Any:
        self.asked.add((self.kind, EVERY))
        return super().keys()

    def values(self) -> Any:
        self.asked.add((self.kind, EVERY))
        return super().values()

    def items(self) -> Any:
        self.asked.add((self.kind, EVERY))
        return super().items()


class WatchedSet(set[str]):
    def __init__(self, kind: str, content: set[str], asked: set[Need]) -> None:
        super().__init__(content)
        self.kind, self.asked = kind, asked

    def __contains__(self, key: object) -> bool:
        self.asked.add((self.kind, str(key)))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self.asked.add((self.kind, EVERY))
        return super().__iter__()


@dataclass(frozen=True, slots=True)
class Judged:
    """needs: what it looked up, and a token of what was found there. found: what is wrong with it. advice: said where the
    whole ruleset has no errors. events: a rule's, by id; labels: of those that the schema has not; forms: gives them as
    JSON, one for each of these, or the one of a test. used, lowered: names used, and tables as they are compared. put_in:
    parts of the definitions it names."""

    needs: tuple[tuple[Need, str], ...] = ()
    found: tuple[Diagnostic, ...] = ()
    advice: tuple[Diagnostic, ...] = ()
    events: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    forms: Callable[[], str] = str
    link: Link | None = None
    used: frozenset[str] = frozenset()
    lowered: frozenset[str] = frozenset()
    put_in: int = 0

    @property
    def parts(self) -> tuple[Any, ...]:
        """All but the forms, to be written."""
        link = self.link
        return (
            self.needs, self.found, self.advice, self.events, self.labels,
            link and (link.title, link.says, link.asks, tuple(link.ways), tuple(link.marks())),
            self.used, self.lowered, self.put_in,
        )  # fmt: skip

    @classmethod
    def of(cls, parts: tuple[Any, ...], forms: Callable[[], str]) -> Judged:
        """Raises codec.Unreadable."""
        try:
            needs, found, advice, events, labels, linked, used, lowered, put_in = parts
            link = None
            if linked is not None:
                title, says, asks, ways, where = linked
                marks = Marks(*where)
                link = Link(title, says, asks, Ways(*ways), lambda: marks)
        except (TypeError, ValueError) as error:
            raise codec.Unreadable from error
        return cls(needs, found, advice, events, labels, forms, link, used, lowered, put_in)


WATCHED = ("definitions", "lists", "tables", "rules", "letters")


def watch(names: Names) -> set[Need]:
    """From now on what is looked up in these names is added to their `asked`, which is given back."""
    asked = names.asked
    for kind in WATCHED:
        setattr(names, kind, Watched(kind, getattr(names, kind), asked))
    names.lowered = Watched("lowered", names.lowered, asked)
    names.broken = WatchedSet("broken", names.broken, asked)
    return asked


def judge(
    statement: ast.Statement,
    scope: Scope,
    asked: set[Need],
    token: Callable[[Need], str],
    dump: Callable[[object], str],
) -> Judged:
    """scope: its names are watched, and `asked` is their set."""
    asked.clear()
    before = scope.names.parts
    scope.names.used = set()
    report = Report()
    scope = replace(scope, report=report)
    events: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    forms: list[f.RuleForm] | list[TestForm] = []
    link, hints = None, Report()
    if isinstance(statement, ast.Rule):
        bound = lower_rule(statement, scope)
        events = tuple([each.id for each, _ in bound])
        known = scope.schema.events
        labels = tuple([(each.id, each.label) for each, _ in bound if each.id not in known])
        forms = [rule for _, rule in bound]
        if bound:
            link = link_of([(each.id, rule) for each, rule in bound], scope.schema)
            if not report.errors and sound(scope.names):
                advice.about_rule([rule for _, rule in bound], replace(scope, report=hints))
    elif isinstance(statement, ast.Test):
        test = lower_test(statement, scope)
        forms = [] if test is None else [test]
    written = dump(tuple(forms)) if forms else ""
    lowered = frozenset(key for kind, key in asked if kind == "lowered" and key != EVERY)
    return Judged(
        tuple([(need, token(need)) for need in sorted(asked) if need[0] != "lowered"]),
        tuple(report.found),
        tuple(hints.found),
        events,
        labels,
        lambda: written,
        link,
        frozenset(scope.names.used),
        lowered,
        scope.names.parts - before,
    )


def sound(names: Names) -> bool:
    """Whether nothing is wrong with the definitions that were used; advice is about what has a meaning."""
    return not any(names.faults.get(name) or name in names.broken for name in names.used)
