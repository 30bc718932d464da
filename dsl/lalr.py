"""The grammar's tables walked by a loop of our own: the same steps as lark's parser takes, in a third of its time.

Called by `dsl.parser`: `read` makes the tree of text that is right, `stop` says where other text goes wrong. An editor walks the tables token by token (`begin`, `token`, `take`, `accepts`), through text that
is being written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from dsl.grammar import Grammar, Rule

END = "$END"
Make: TypeAlias = Callable[[list[Any]], Any]
Step: TypeAlias = int | tuple[int, Make | None, str]
"""Take the token and go to that state; or make one value of the last so many (None: the one is it already), and go on from
what it is called. A value between parentheses is called a product, a sum, a condition, ... one after the other."""


class Word(str):
    """A token as the builder sees it: its text and place."""

    __slots__ = ("end_pos", "start_pos")
    start_pos: int
    end_pos: int


class Tables:
    """made: what makes a value of the parts of a rule; None where its one part is it already."""

    def __init__(self, grammar: Grammar, made: Callable[[Rule], Make | None]) -> None:
        self._grammar = grammar
        self._starts, self._ends, self._ignored = grammar.starts, grammar.ends, grammar.ignored
        complete = [(rule.size, made(rule), rule.origin) for rule in grammar.rules]
        self._rows: list[dict[str, Step]] = [
            {name: step if step >= 0 else complete[-1 - step] for name, step in row.items()}
            for row in grammar.rows
        ]
        self._scanners: dict[int, Callable[[str, int], re.Match[str] | None]] = {}

    def making(self, made: Callable[[Rule], Make | None]) -> Tables:
        """The same tables, which make something else of what they read."""
        return Tables(self._grammar, made)

    def read(self, text: str, start: str) -> Any:
        """What the builder makes of a text, or None where the grammar does not know it."""
        rows, scanners = self._rows, self._scanners
        state, end_state = self._starts[start], self._ends[start]
        states, values = [state], list[Any]()
        at, last = 0, len(text)
        while True:
            if at < last:
                scan = scanners.get(state) or self._scanner(state)
                found = scan(text, at)
                if found is None:
                    return None
                kind, stop = found.lastgroup or "", found.end()
                if kind == self._ignored:
                    at = stop
                    continue
            else:
                kind, stop = END, last
            while True:
                step = rows[state].get(kind)
                if step is None:
                    return None
                if type(step) is int:
                    word = Word(text[at:stop])
                    word.start_pos, word.end_pos = at, stop
                    values.append(word)
                    state = step
                    states.append(state)
                    break
                size, make, name = step  # type: ignore[misc]
                if make is None:
                    states.pop()
                elif size:
                    parts = values[-size:]
                    del values[-size:], states[-size:]
                    values.append(make(parts))
                else:
                    values.append(make([]))
                state = rows[states[-1]][name]  # type: ignore[assignment]
                states.append(state)
                if kind is END and state == end_state:
                    return values[-1]
            at = stop

    def stop(self, text: str, start: str) -> tuple[list[tuple[str, int, int]], list[int], int]:
        """The tokens up to the first that cannot stand where it stands, the states there, and its place: the text's length
        where the text ends too early. Builds nothing."""
        states, tokens, at = self.begin(start), list[tuple[str, int, int]](), 0
        while at < len(text):
            scan = self._scanners.get(states[-1]) or self._scanner(states[-1])
            found = scan(text, at)
            if found is None:
                break
            kind = found.lastgroup or ""
            if kind != self._ignored:
                if not self.take(states, kind):
                    break
                tokens.append((kind, at, found.end()))
            at = found.end()
        return tokens, states, at

    # -- token by token; `states` is where a walk stands, the latest state last

    def begin(self, start: str) -> list[int]:
        return [self._starts[start]]

    def token(self, states: list[int], text: str, at: int) -> tuple[str, int, int] | None:
        """The next token's kind, start and end; kind END where the text ends, None where there is no token that fits."""
        scan = self._scanners.get(states[-1]) or self._scanner(states[-1])
        while at < len(text):
            found = scan(text, at)
            if found is None:
                return None
            if found.lastgroup != self._ignored:
                return found.lastgroup or "", at, found.end()
            at = found.end()
        return END, at, at

    def take(self, states: list[int], kind: str) -> bool:
        """Goes on over a token of that kind; False, and nothing is done, where none can stand here."""
        ahead = states
        while True:
            step = self._rows[ahead[-1]].get(kind)
            if step is None:
                return False
            if isinstance(step, int):
                if ahead is not states:
                    states[:] = ahead
                states.append(step)
                return True
            if ahead is states:
                ahead = list(states)
            size, _, name = step
            if size:
                del ahead[-size:]
            ahead.append(self._rows[ahead[-1]][name])  # type: ignore[arg-type]
            if kind == END and ahead[-1] in self._ends.values():
                return True

    def accepts(self, states: list[int]) -> frozenset[str]:
        """The kinds of tokens that can stand here, END among them where the text may end."""
        terminals = [kind for kind in self._rows[states[-1]] if kind.isupper()]
        return frozenset([kind for kind in terminals if self.take(list(states), kind)])

    def _scanner(self, state: int) -> Callable[[str, int], re.Match[str] | None]:
        """What finds the next token in a state, made when it is first needed; many states have the same."""
        scan = re.compile(self._grammar.patterns[self._grammar.scanners[state]]).match
        self._scanners[state] = scan
        return scan


def making(builder: object) -> Callable[[Rule], Make | None]:
    """What a rule's parts are made into by the builder's method of its name. Without one its parts stand for themselves, and
    are put in where the rule stands in another."""

    def made(rule: Rule) -> Make | None:
        filled = bool(rule.spliced or rule.blanks)
        if rule.single and rule.size == 1 and not filled:
            return None
        make: Make = getattr(builder, rule.called, _parts)
        if rule.single:
            make = partial(_alone, make)
        return partial(_fill, make, _filling(rule)) if filled else make

    return made


def _parts(parts: list[Any]) -> list[Any]:
    return parts


def _alone(make: Make, parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else make(parts)


Filling: TypeAlias = tuple[list[tuple[int, bool, list[None]]], list[None]]


def _filling(rule: Rule) -> Filling:
    """For each part whether it stands for several, and the blanks before it; and those after the last."""
    blanks = [[None] * count for count in rule.blanks] or [[]] * (rule.size + 1)
    return [(at, at in rule.spliced, blanks[at]) for at in range(rule.size)], blanks[-1]


def _fill(make: Make, filling: Filling, parts: list[Any]) -> Any:
    steps, after = filling
    filled: list[Any] = []
    for at, several, blanks in steps:
        filled += blanks
        if not several:
            filled.append(parts[at])
        elif filled:
            filled += parts[at]
        else:
            filled = parts[at]  # a repetition grows in place
    return make(filled + after)
