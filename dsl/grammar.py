"""What lark makes of `grammar.lark`: the tables by which a text is read, as plain data. They take a second and a half to make
and are kept between runs.

Called by `dsl.parser`; `dsl.lalr` walks them. They are kept as JSON (lark keeps its own with pickle, which runs what somebody
else wrote), by `dsl.disk`, which gives back only what is whole and the user's own; what cannot be read is made again, without
a word. Only making them needs lark.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from importlib.util import find_spec
from typing import Any

from dsl import disk, words

STARTS = ("statement", "part")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to make what is called `origin`, of `size` parts. called: its own name, or its origin's. single: one part alone
    stands for itself. spliced: the numbers of parts that stand for several. blanks: how many optional parts are left out
    before each part and after the last; none at all where nothing is optional."""

    origin: str
    called: str
    size: int
    single: bool
    spliced: Sequence[int]
    blanks: Sequence[int]


@dataclass(frozen=True, slots=True)
class Grammar:
    """starts, ends: the first and the last state, by what is read. rows: for each state what follows a kind of token or what is
    called so: the next state, or a rule that is complete, as -1 - its number. patterns: regular expressions that find the
    next token, with its kind as the name of the group; scanners: which of them, for each state. ignored: the kind of token
    that may stand anywhere."""

    starts: Mapping[str, int]
    ends: Mapping[str, int]
    rules: Sequence[Rule]
    rows: Sequence[Mapping[str, int]]
    patterns: Sequence[str]
    scanners: Sequence[int]
    ignored: str


def build() -> Grammar:
    where = disk.home()
    if where is None:
        return _made()
    kept, name = disk.Disk(where), _name()
    data = kept.read(name)
    grammar = None if data is None else _read(data)
    if grammar is None:
        grammar = _made()
        kept.write(name, _written(grammar))
    return grammar


def _name() -> str:
    """Of the file, from all that the tables depend on."""
    lark = find_spec("lark")
    status = os.stat(lark.origin) if lark is not None and lark.origin is not None else None
    which = (status.st_size, status.st_mtime_ns) if status is not None else ()
    said = (*map(str, which), *map(str, sys.version_info[:2]), *STARTS, words.grammar())
    return f"grammar-{hashlib.sha256(' '.join(said).encode()).hexdigest()[:24]}"


def _written(grammar: Grammar) -> bytes:
    return json.dumps(astuple(grammar), separators=(",", ":")).encode()


def _read(data: bytes) -> Grammar | None:
    try:
        starts, ends, rules, rows, patterns, scanners, ignored = json.loads(data)
        found = Grammar(
            dict(starts),
            dict(ends),
            [Rule(*rule) for rule in rules],
            list(rows),
            list(patterns),
            list(scanners),
            str(ignored),
        )
        good = len(found.rows) == len(found.scanners) and max(found.scanners) < len(found.patterns)
    except (ValueError, TypeError, RecursionError):
        return None
    return found if good else None


def _made() -> Grammar:
    from lark import Lark  # late: tables that were kept are read without it

    made = Lark(words.grammar(), parser="lalr", start=list(STARTS), keep_all_tokens=True)
    parser: Any = made.parser
    table, lexers = parser.parser.parser.parse_table, parser.lexer.lexers
    number = {state: at for at, state in enumerate(table.states)}
    rules = {rule: at for at, rule in enumerate(parser.parser.parser.callbacks)}
    patterns: dict[str, int] = {}
    scanners = []
    for state in table.states:
        (pattern,) = lexers[state].scanner._mres
        scanners.append(patterns.setdefault(pattern.pattern, len(patterns)))
    (ignored,) = parser.lexer_conf.ignore
    return Grammar(
        {name: number[state] for name, state in table.start_states.items()},
        {name: number[state] for name, state in table.end_states.items()},
        [_rule(rule) for rule in rules],
        [
            {
                str(name): number[to] if isinstance(to, int) else -1 - rules[to]
                for name, (_, to) in row.items()
            }
            for row in table.states.values()
        ],
        list(patterns),
        scanners,
        str(ignored),
    )


def _rule(rule: Any) -> Rule:
    """From lark's own description. It marks each place of a rule at which an optional part is left out."""
    optional = "".join("1" if left_out else "0" for left_out in rule.options.empty_indices or ())
    return Rule(
        str(rule.origin.name),
        str(rule.alias or rule.origin.name),
        len(rule.expansion),
        bool(rule.options.expand1 and not rule.alias),
        [at for at, one in enumerate(rule.expansion) if not one.is_term and one.name.startswith("_")],
        [len(ones) for ones in optional.split("0")] if "1" in optional else [],
    )
