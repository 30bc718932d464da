"""The forms of rules and tests, kept as text and made when they are asked for: the rules of an event at its first order.

Called by `session` and `packed`, which know where each text is; read like any other mapping and sequence.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, TypeVar, overload

from dsl.source import Source
from engine.cache import codec

if TYPE_CHECKING:
    from dsl import ast
    from engine.check.tests import TestForm
    from engine.form import RuleForm

V = TypeVar("V")

BETWEEN = "\x1e"
"""Between two pieces of JSON, which has no control characters."""


@dataclass(frozen=True)
class Forming:
    """Which statements of a block have forms. events: by event id, the number of the statement, where it begins in the block,
    and which of its forms is meant. tests: the number, and where it begins."""

    events: Mapping[str, Sequence[Sequence[int]]]
    tests: Sequence[Sequence[int]]

    @classmethod
    def of(cls, statements: Iterable[tuple[int, int, Sequence[str], bool]]) -> Forming:
        """Of each statement with forms its number, where it begins, its events, and whether it is a test."""
        events: dict[str, list[Sequence[int]]] = {}
        tests: list[Sequence[int]] = []
        for number, start, bound, test in statements:
            for which, event in enumerate(bound):
                events.setdefault(event, []).append((number, start, which))
            if test:
                tests.append((number, start))
        return cls(events, tests)

    @classmethod
    def read(cls, line: bytes) -> Forming:
        """Raises ValueError, TypeError or RecursionError."""
        events, tests = json.loads(line)
        if type(events) is not dict or type(tests) is not list:
            raise TypeError
        return cls(events, tests)


class Texts(Sequence[str]):
    """The forms of a block's statements as they are kept: each becomes a text when it is asked for, and is none after that."""

    def __init__(self, line: bytes) -> None:
        self._line = line

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        start, after = self._starts[at], self._starts[at + 1]
        return self._line[start : after - len(BETWEEN)].decode("utf-8", "surrogatepass")

    @cached_property
    def _starts(self) -> Sequence[int]:
        lengths = [len(each) + len(BETWEEN) for each in self._line.split(BETWEEN.encode())]
        return array("L", accumulate(lengths, initial=0))


@dataclass(frozen=True)
class Part:
    """The forms of a block. texts: of each statement, as JSON. file: its number. begins: where in it the block does."""

    forming: Forming
    texts: Sequence[str]
    file: int
    begins: int


@dataclass(frozen=True)
class Places:
    """files: the rules files in order. named: where what rules may name stands, as file and offset. sources: other files."""

    files: Sequence[Source]
    named: Mapping[str, tuple[int, int]]
    sources: Mapping[str, Source]

    def at(self, file: int, start: int) -> codec.Finding:
        here = self.files[file], start

        def find(name: str) -> tuple[Source, int]:
            if not name:
                return here
            if name[0] == "/":
                return self.sources.get(name[1:]) or Source(
                    name[1:], ""
                ), 0  # a file that is named and not there
            number, begins = self.named[name]
            return self.files[number], begins

        return find

    def forms(self, part: Part, number: int, start: int) -> Any:
        """Of one statement."""
        return codec.load(part.texts[number], self.at(part.file, part.begins + start))


class Forms(Mapping[str, "tuple[RuleForm, ...]"]):
    """Rules by event id. instead: gives all of them where a text cannot be read after all."""

    def __init__(
        self,
        parts: Sequence[Part],
        settings: Sequence[tuple[str, RuleForm]],
        places: Places,
        instead: Callable[[], Mapping[str, tuple[RuleForm, ...]]],
    ) -> None:
        bound = chain.from_iterable([part.forming.events for part in parts])
        self._events = dict.fromkeys(chain(bound, [event for event, _ in settings]))
        self._parts: Sequence[Part] = parts
        self._settings, self._places, self._instead = settings, places, instead
        self._made: dict[str, tuple[RuleForm, ...]] = {}

    def __getitem__(self, event: str) -> tuple[RuleForm, ...]:
        parts = (
            self._parts
        )  # before looking: they are there until all is made, and another thread may be making it
        found = self._made.get(event)
        if found is None:
            if event not in self._events:
                raise KeyError(event)
            found = self._made[event] = self._make(event, parts)
            if len(self._made) == len(self._events):
                self._parts = ()  # their texts are several times the rules
        return found

    def _make(self, event: str, parts: Sequence[Part]) -> tuple[RuleForm, ...]:
        try:
            written = [
                self._places.forms(part, number, start)[which]
                for part in parts
                for number, start, which in part.forming.events.get(event, ())
            ]
        except (codec.Unreadable, LookupError, TypeError, ValueError):
            return self._instead()[event]
        return (*written, *(rule for bound, rule in self._settings if bound == event))

    def __contains__(self, event: object) -> bool:
        return event in self._events

    def __iter__(self) -> Iterator[str]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)


class TestForms(Sequence["TestForm"]):
    __test__ = False  # pytest: not a test class

    def __init__(
        self,
        tests: Sequence[tuple[Part, Sequence[int]]],
        places: Places,
        instead: Callable[[], Sequence[TestForm]],
    ) -> None:
        self._tests, self._places, self._instead = tests, places, instead

    @classmethod
    def of(
        cls, parts: Iterable[Part], places: Places, instead: Callable[[], Sequence[TestForm]]
    ) -> TestForms:
        return cls([(part, each) for part in parts for each in part.forming.tests], places, instead)

    def __len__(self) -> int:
        return len(self._tests)

    @overload
    def __getitem__(self, at: int) -> TestForm: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[TestForm]: ...
    def __getitem__(self, at: int | slice) -> TestForm | Sequence[TestForm]:
        if isinstance(at, slice):
            return TestForms(self._tests[at], self._places, self._instead)
        try:
            part, (number, start) = self._tests[at]
            made: TestForm = self._places.forms(part, number, start)[0]
        except (codec.Unreadable, LookupError, TypeError, ValueError):
            if not -len(self) <= at < len(self):
                raise
            return self._instead()[at]
        return made


class Files(Sequence["ast.File"]):
    """The trees of rules files, read when they are asked for: only comparing two rulesets looks at them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._read: tuple[ast.File, ...] | None = None

    def _files(self) -> tuple[ast.File, ...]:
        if self._read is None:
            from dsl.parser import parse

            self._read = tuple([parse(source).file for source in self._sources])
        return self._read

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, at: int) -> ast.File: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ast.File]: ...
    def __getitem__(self, at: int | slice) -> ast.File | Sequence[ast.File]:
        return self._files()[at]


class Later(Mapping[str, V]):
    """Values that are made when they are asked for."""

    def __init__(self, keys: Iterable[str], make: Callable[[str], V]) -> None:
        self._keys, self._make = dict.fromkeys(keys), make
        self._made: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
