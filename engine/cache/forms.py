"""The forms of rules and tests, kept as text and made when they are asked for: the rules of an event at its first order.

Called by `session` and `packed`, which know where each text is; read like any other mapping and sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from dsl.source import Source
from engine.cache import codec

if TYPE_CHECKING:
    from dsl import ast
    from engine.check.tests import TestForm
    from engine.form import RuleForm

V = TypeVar("V")

Entry: TypeAlias = tuple[str, int, int, int]
"""A form's text, the number of its file, where its statement begins in it, and which of the forms of the text is meant."""


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

    def form(self, entry: Entry) -> Any:
        text, file, start, which = entry
        return codec.load(text, self.at(file, start))[which]


class Forms(Mapping[str, "tuple[RuleForm, ...]"]):
    """Rules by event id. instead: gives all of them where a text cannot be read after all."""

    def __init__(
        self,
        entries: Mapping[str, Sequence[Entry]],
        settings: Sequence[tuple[str, RuleForm]],
        places: Places,
        instead: Callable[[], Mapping[str, tuple[RuleForm, ...]]],
    ) -> None:
        self._entries = {**entries, **{event: () for event, _ in settings if event not in entries}}
        self._settings, self._places, self._instead = settings, places, instead
        self._made: dict[str, tuple[RuleForm, ...]] = {}

    def __getitem__(self, event: str) -> tuple[RuleForm, ...]:
        found = self._made.get(event)
        if found is None:
            if event not in self._entries:
                raise KeyError(event)
            found = self._made[event] = self._make(event)
        return found

    def _make(self, event: str) -> tuple[RuleForm, ...]:
        try:
            written = [self._places.form(each) for each in self._entries[event]]
        except (codec.Unreadable, LookupError, TypeError, ValueError):
            return self._instead()[event]
        return (*written, *(rule for bound, rule in self._settings if bound == event))

    def __contains__(self, event: object) -> bool:
        return event in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class TestForms(Sequence["TestForm"]):
    __test__ = False  # pytest: not a test class

    def __init__(
        self,
        entries: Sequence[Entry],
        places: Places,
        instead: Callable[[], Sequence[TestForm]],
    ) -> None:
        self._entries, self._places, self._instead = entries, places, instead

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, at: int) -> TestForm: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[TestForm]: ...
    def __getitem__(self, at: int | slice) -> TestForm | Sequence[TestForm]:
        if isinstance(at, slice):
            return TestForms(self._entries[at], self._places, self._instead)
        try:
            made: TestForm = self._places.form(self._entries[at])
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
