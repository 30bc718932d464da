"""The author's mistakes as data: a code, a place, one sentence, a way out. Never an exception.

A finding that has a way out which can be written down carries it as `Fix`es: `check --fix` applies the safe ones
(`engine/fixing`), the language server offers all of them as code actions, JSON and SARIF carry them.
Codes and their paragraphs live in `codes/`; rendering is one function per format in `engine/report/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from dsl.source import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Note:
    """A second place that belongs to the same finding: `first defined here`."""

    message: str
    span: Span


@dataclass(frozen=True)
class Edit:
    """What stands in `span` is replaced by `text`: an empty span is a place to insert at, an empty text takes away."""

    span: Span
    text: str


@dataclass(frozen=True)
class Fix:
    """One way out of a finding, as edits that are done all together or not at all; they do not overlap.

    title: what it does, as an imperative: "write `order.email`". safe: it is the only way out, and says what the author
    meant; a fix that is not safe is one of several readings, or changes what rules do, and is only ever offered.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True

    @classmethod
    def write(cls, span: Span, text: str, title: str = "", *, safe: bool = True) -> Fix:
        """The one stretch written differently."""
        return cls(title or f"write `{text}`", (Edit(span, text),), safe)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with these edits, which do not overlap; of two insertions at one place the first stands first."""
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        start, end = edit.span.source.base + edit.span.start, edit.span.source.base + edit.span.end
        text = text[:start] + edit.text + text[end:]
    return text


@dataclass(frozen=True)
class Diagnostic:
    """One finding. `message` is one lower-case sentence without a full stop: found, then expected; user text in backticks.

    fixes: the ways out that can be applied, the likeliest first; at most one of them is safe.
    """

    code: str
    message: str
    span: Span
    help: str | None = None
    notes: tuple[Note, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        source = self.span.source
        return (
            source.path,
            source.base + self.span.start,
            source.base + self.span.end,
            self.code,
            self.message,
        )


@dataclass
class Report:
    """Findings as they are collected; the same finding twice counts once."""

    found: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str | None = None,  # noqa: A002  a diagnostic's own word
        notes: Iterable[Note] = (),
        fixes: Iterable[Fix] = (),
    ) -> None:
        self.found.append(Diagnostic(code, message, span, help, tuple(notes), tuple(fixes)))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.found.extend(diagnostics)

    def sorted(self) -> list[Diagnostic]:
        unique = {d.order: d for d in self.found}
        return [unique[key] for key in sorted(unique)]

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.sorted() if d.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self.sorted() if d.severity is Severity.WARNING]

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.sorted())

    def __bool__(self) -> bool:
        return bool(self.found)
