"""What may be named where: the schema, the ruleset's own names, and what is in reach at this place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dsl import ast
from dsl.diagnostics import Diagnostic, Fix, Report
from dsl.schema import Schema
from dsl.types import Type
from engine import form as f


@dataclass(frozen=True)
class Typed:
    """A lowered expression. `condition`: its node is a condition (met or not), else a value of `type`.

    literal: made of literals only, so that a text from outside beside it is read as its type.
    currency: of a money literal, else "".
    """

    node: f.Value | f.Condition
    type: Type
    condition: bool = False
    literal: bool = False
    currency: str = ""


@dataclass(frozen=True)
class Formed:
    """A definition as it reads in one kind of place. wrong: what is wrong with it there and not everywhere. used, asked: what
    it names itself, and what was looked up for it."""

    typed: Typed
    wrong: Diagnostic | None
    used: frozenset[str]
    asked: frozenset[tuple[str, str]]


@dataclass
class Names:
    """The ruleset's own statements by name, and the tables as they have been lowered.

    rules: titles by folded title. settings: titles of the rules nobody wrote, likewise.
    folder_ids: Order Desk's numbers of the folders, where ordinance.yaml has them.
    faults: what is wrong with a definition on its own, by name, as it was found. formed: definitions as they read in one kind
    of place, shared by all that name them there. sizes: the parts of a definition as it is written, and with all that it names;
    put_in: how often conditions and values name one; parts: how many parts that comes to beyond those that are written.
    asked: what has been looked up, where somebody watches.
    broken: names and titles of statements that could not be read (a syntax error, a table's file), and definitions that
    cannot be put in: they are known, what they say is not.
    """

    lists: dict[str, ast.ListOf] = field(default_factory=dict)
    definitions: dict[str, ast.Define] = field(default_factory=dict)
    tables: dict[str, ast.Table] = field(default_factory=dict)
    lowered: dict[str, f.TableForm] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    letters: dict[str, ast.Expr] = field(default_factory=dict)
    faults: dict[str, Sequence[Diagnostic]] = field(default_factory=dict)
    formed: dict[Hashable, Formed] = field(default_factory=dict)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    put_in: Counter[str] = field(default_factory=Counter)
    parts: int = 0
    asked: set[tuple[str, str]] = field(default_factory=set)
    folder_ids: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """Where an expression stands.

    events: the fields `event.*` may name, or None where any is allowed (a definition on its own).
    item, shipment: whether `item.` and `shipment.` have a meaning. inside: within a quantifier or aggregate over it.
    lenient: a missing part of a template is printed, not missing. test: `order 2.folder` is allowed.
    """

    schema: Schema
    names: Names
    report: Report
    events: Mapping[str, Type] | None = None
    item: bool = False
    shipment: bool = False
    inside: str = ""
    lenient: bool = False
    test: bool = False
    open_definitions: tuple[str, ...] = ()

    def over(self, subject: str) -> Scope:
        """Within `where (...)` over items or shipments."""
        return replace(
            self,
            item=subject == "item",
            shipment=subject == "shipment",
            inside=subject,
        )

    def about(self, subject: str | None) -> Scope:
        """Within a rule that is done for each item or shipment."""
        return replace(self, item=subject == "item", shipment=subject == "shipment")

    def error(
        self,
        code: str,
        message: str,
        node: ast.Node,
        help: str | None = None,  # noqa: A002
        fixes: Iterable[Fix] = (),
    ) -> None:
        self.report.add(code, message, node.span, help=help, fixes=fixes)
