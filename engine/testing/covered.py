"""What there is to see in a ruleset, and how many tests saw it: the report of `ordinance test --coverage`.

Each rule is to be seen firing, each condition met and not met, each row of a table written in the rules matching; of a
table in a CSV file, which is data, some row and what comes of none. Whether a value was ever missing is told, not asked.
Made from the form, in the order of the files; laid out by the command and by `page`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property

from dsl import ast
from dsl.counting import count
from dsl.source import Span
from engine import form as f
from engine.opened import Opened
from engine.testing.atoms import Atom, atoms
from engine.testing.coverage import Place, Sight, place_of

OTHERWISE = re.compile(r"^[ \t]*(otherwise)\b", re.MULTILINE)


@dataclass(frozen=True)
class Wanted:
    """One thing to be seen. what: `fired`, `met`, `not met`, `matched`. tests: how many saw it."""

    what: str
    tests: int


@dataclass(frozen=True)
class Part:
    """A rule, a condition or a row. kind: `rule`, `condition`, `row`. whose: the rule, definition or table that it stands
    in. missing: how many tests saw a value missing, where it can be. note: why nothing at all was seen, where that is known."""

    kind: str
    span: Span
    text: str
    whose: str
    wanted: tuple[Wanted, ...]
    missing: int | None = None
    note: str = ""

    @property
    def unseen(self) -> tuple[str, ...]:
        return tuple(each.what for each in self.wanted if not each.tests)

    @property
    def said(self) -> str:
        """`met in 3 tests, never not met`."""
        words = [
            f"{each.what} in {count(each.tests, 'test')}" if each.tests else f"never {each.what}"
            for each in self.wanted
        ]
        if self.missing is not None:
            words.append(f"missing in {count(self.missing, 'test')}" if self.missing else "never missing")
        return ", ".join(words)


@dataclass(frozen=True)
class Covered:
    """parts: by file and place. off: rules that never run, since they are off; nothing is asked of them."""

    parts: tuple[Part, ...]
    tests: int
    off: tuple[ast.Rule, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(part.wanted) for part in self.parts)

    @property
    def seen(self) -> int:
        return self.total - sum(len(part.unseen) for part in self.parts)

    @cached_property
    def percent(self) -> Decimal:
        """Rounded down, so that 100 means all; of nothing to see all was seen."""
        if not self.total:
            return Decimal(100)
        return (Decimal(self.seen) * 100 / self.total).quantize(Decimal("0.1"), ROUND_FLOOR)

    def of_kind(self, kind: str) -> tuple[int, int]:
        """Parts of which everything was seen, and all."""
        parts = [part for part in self.parts if part.kind == kind]
        return sum(not part.unseen for part in parts), len(parts)


def covered(opened: Opened, sights: Iterable[frozenset[Sight]]) -> Covered:
    """sights: of each test."""
    found = list(sights)
    tests: Counter[Sight] = Counter()
    for each in found:
        tests.update(each)
    parts = {(part.kind, place_of(part.span)): part for part in Looking(opened, tests).parts()}
    order = {path: at for at, path in enumerate(opened.ruleset.sources)}
    statements = [each for file in opened.ruleset.files for each in file.statements]
    return Covered(
        tuple(
            sorted(
                parts.values(),
                key=lambda part: (order.get(place_of(part.span)[0], 0), place_of(part.span)[1:]),
            )
        ),
        len(found),
        tuple(each for each in statements if isinstance(each, ast.Rule) and each.mode == "off"),
    )


@dataclass(frozen=True)
class Looking:
    opened: Opened
    tests: Mapping[Sight, int]

    def parts(self) -> Iterator[Part]:
        form = self.opened.checked.form
        rules: dict[str, list[f.RuleForm]] = {}
        for event in form.rules:
            for rule in form.rules[event]:
                if not rule.setting:
                    rules.setdefault(rule.title, []).append(rule)
        for each in rules.values():
            yield from self.rule(each)
        for statement in (s for file in self.opened.ruleset.files for s in file.statements):
            if isinstance(statement, ast.Table):
                yield from self.table(statement)

    def rule(self, forms: list[f.RuleForm]) -> Iterator[Part]:
        """forms: the rule for each of its events; their conditions are the same but for a schedule's folders."""
        rule = forms[0]
        note = ""
        if not self.count("looked", rule.title):
            events = [event for event in rule.events if self.count("event", event)]
            labels = self.opened.checked.form.labels
            waits = " or ".join(f'"{labels.get(event, event)}"' for event in rule.events)
            stopped = f"where {waits} happens in a test, another rule stops before it"
            note = stopped if events else f"no test has {waits} happen"
        fired = Wanted("fired", self.count("fired", rule.title))
        yield Part("rule", rule.span, f'rule "{rule.title}"', rule.title, (fired,), note=note)
        whose = f'rule "{rule.title}"'
        for each in forms:
            for atom in atoms((each.when, each.where, tuple((act.values, act.where) for act in each.acts))):
                yield self.condition(atom, whose)

    def condition(self, atom: Atom, whose: str) -> Part:
        met, unmet = ("not met", "met") if atom.negated else ("met", "not met")
        place = place_of(atom.node.span)
        wanted = [Wanted("met", self.count(met, place))]
        if not atom.schedule:
            wanted.append(Wanted("not met", self.count(unmet, place)))
        return Part(
            "condition",
            atom.span,
            " ".join(atom.span.text.split()),
            f"`{atom.definition}`" if atom.definition else whose,
            tuple(wanted),
            self.count("missing", place) if atom.can_be_missing else None,
        )

    def table(self, table: ast.Table) -> Iterator[Part]:
        whose = f"table `{table.name}`"
        rows = {
            key: number
            for (kind, key), number in self.tests.items()
            if kind == "row" and key[0] == table.name
        }
        if not any(form.partition(":")[0] == table.name for form in self.opened.checked.form.tables):
            return
        if table.file is not None:
            some = max((number for (_, at), number in rows.items() if at is not None), default=0)
            none = rows.get((table.name, None), 0)
            yield Part("row", table.name_span, f"{whose}: some row", whose, (Wanted("matched", some),))
            yield Part("row", table.file.span, f"{whose}: no row", whose, (Wanted("matched", none),))
            return
        for at, row in enumerate(table.rows):
            text = " ".join(row.span.text.split())
            yield Part("row", row.span, text, whose, (Wanted("matched", rows.get((table.name, at), 0)),))
        last = otherwise(table)
        text = " ".join(last.text.split())
        yield Part("row", last, text, whose, (Wanted("matched", rows.get((table.name, None), 0)),))

    def count(self, kind: str, about: str | Place) -> int:
        return self.tests.get((kind, about), 0)


def otherwise(table: ast.Table) -> Span:
    """A table's last line, which has no node of its own."""
    span = table.span
    after = table.rows[-1].span.end if table.rows else table.name_span.end
    found = OTHERWISE.search(span.source.text, after, span.end)
    return Span(span.source, found.start(1), span.end) if found else table.name_span
