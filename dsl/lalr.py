"""Lark's tables walked by a loop of our own: the same steps as lark's parser takes, in a third of its time.

Called by `dsl.parser`: `read` makes the tree of text that is right, `stop` says where other text goes wrong. An editor walks the tables token by token (`begin`, `token`, `take`, `accepts`), through text that
is being written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import lark

END = "$END"
Step: TypeAlias = int | tuple[int, Callable[[list[Any]], Any] | None, str]
"""Take the token and go to that state; or make one value of the last so many (None: the one is it already), and go on from
what it is called. A value between parentheses is called a product, a sum, a condition, ... one after the other."""


class Word(str):
    """A token as the builder sees it: its text and place."""

    __slots__ = ("end_pos", "start_pos")
    start_pos: int
    end_pos: int


class Tables:
    """made: what makes a value of the parts of a rule, given lark's own description of it; without it, what the grammar was
    loaded with."""

    def __init__(
        self, grammar: lark.Lark, made: Callable[[Any], Callable[[list[Any]], Any]] | None = None
    ) -> None:
        parser: Any = grammar.parser
        table, lexers = parser.parser.parser.parse_table, parser.lexer.lexers
        callbacks = parser.parser.parser.callbacks
        self._grammar = grammar
        if made is not None:
            callbacks = {rule: made(rule) for rule in callbacks}
        self._starts: dict[str, int] = table.start_states
        self._ends: dict[str, int] = table.end_states
        self._rows: dict[int, dict[str, Step]] = {
            state: {_plain(name): _step(arg, callbacks) for name, (_, arg) in row.items()}
            for state, row in table.states.items()
        }
        self._lexers = lexers
        self._scanners: dict[int, Callable[[str, int], re.Match[str] | None]] = {}
        (self._ignored,) = parser.lexer_conf.ignore

    def making(self, made: Callable[[Any], Callable[[list[Any]], Any]]) -> Tables:
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
        """What finds the next token in a state; lark makes it when it is first needed."""
        (pattern,) = self._lexers[state].scanner._mres
        self._scanners[state] = scan = pattern.match
        return scan  # type: ignore[no-any-return]


def _step(arg: Any, callbacks: dict[Any, Any]) -> Step:
    """arg: the state to go to, or the rule that is complete."""
    from lark.parse_tree_builder import ExpandSingleChild  # late: lark is

    if isinstance(arg, int):
        return arg
    size, make = len(arg.expansion), callbacks[arg]
    return size, None if size == 1 and isinstance(make, ExpandSingleChild) else make, _plain(arg.origin.name)


def _plain(name: str) -> str:
    """Of lark's own tokens their text: these compare themselves at each look-up."""
    return intern(str(name))
