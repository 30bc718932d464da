"""Applies the safe fixes of a ruleset's findings, until there are none left.

Called by `check --fix`. INVARIANT: no text is kept that gives the ruleset more errors than it had, or more that cannot
be read; what would do so is left as the author wrote it, and told. Nothing is written here: the new texts are handed back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dsl.diagnostics import Diagnostic, Edit, Fix, applied
from dsl.source import Source
from engine.cache.session import Session
from engine.folder import Folder

MOST_ROUNDS = 30
"""A fix may uncover the next; people do not nest mistakes deeper."""
ENDINGS = (".rules", ".txt")
"""Of the files that fixes are applied to: rules, and the e-mail texts that they name."""


@dataclass(frozen=True)
class Fixed:
    """finding: as it stood before its fix, at its place then."""

    finding: Diagnostic
    fix: Fix


@dataclass
class Mended:
    """texts: of the files that were changed, by path, and as they were: before. fixed: in the order in which it was done.
    left: what is still to be said of the ruleset. refused: fixes that would have given more errors."""

    before: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    fixed: list[Fixed] = field(default_factory=list)
    left: tuple[Diagnostic, ...] = ()
    refused: list[Fixed] = field(default_factory=list)


def mend(folder: Folder, today: dt.date | None) -> Mended:
    """Raises FolderError."""
    mending = _Mending(Session(folder), today)
    for _ in range(MOST_ROUNDS):
        if not mending.round():
            break
    mending.done.left = mending.findings
    return mending.done


class _Mending:
    def __init__(self, session: Session, today: dt.date | None) -> None:
        self.session, self.today = session, today
        self.done = Mended()
        self.look()

    def look(self) -> None:
        settled = self.session.settled(self.today)
        self.findings = settled.checked.findings
        codes = [each.code for each in settled.checked.errors]
        self.errors, self.unreadable = len(codes), sum(code.startswith("E1") for code in codes)
        self.sources: Mapping[str, Source] = settled.ruleset.sources

    def round(self) -> bool:
        """Whether anything was mended."""
        chosen: dict[str, list[Fixed]] = {}
        for path, fixed in chosen_of(self.findings, self.done.refused):
            chosen.setdefault(path, []).append(fixed)
        before = len(self.done.fixed)
        for path, several in chosen.items():
            if self.attempt(path, several):
                continue
            for one in several:
                if len(several) > 1 and self.attempt(path, [one]):
                    break  # the places of the others have moved: the next round has them
                self.done.refused.append(one)
        return len(self.done.fixed) > before

    def attempt(self, path: str, several: list[Fixed]) -> bool:
        """Whether the file with these fixes is kept."""
        text, errors, unreadable = self.sources[path].text, self.errors, self.unreadable
        changed = applied(text, (edit for one in several for edit in one.fix.edits))
        self.session.edit(path, changed)
        self.look()
        if self.errors > errors or self.unreadable > unreadable or changed == text:
            self.session.edit(path, text)
            self.look()
            return False
        self.done.before.setdefault(path, text)
        self.done.texts[path] = changed
        self.done.fixed += several
        return True


def chosen_of(findings: Iterable[Diagnostic], refused: Iterable[Fixed]) -> Iterator[tuple[str, Fixed]]:
    """The safe fixes that do not touch each other, each with the file that it is in; those above go first."""
    tried = {(one.finding.order, one.fix.title) for one in refused}
    taken: dict[str, list[tuple[int, int]]] = {}
    for finding in findings:
        safe = next((fix for fix in finding.fixes if fix.safe), None)
        if safe is None or (finding.order, safe.title) in tried:
            continue
        path = safe.edits[0].span.source.path
        stretches = [_stretch(edit) for edit in safe.edits]
        others = taken.setdefault(path, [])
        one_file = all(edit.span.source.path == path for edit in safe.edits)
        if not path.endswith(ENDINGS) or not one_file or any(_touch(a, b) for a in stretches for b in others):
            continue
        others += stretches
        yield path, Fixed(finding, safe)


def _stretch(edit: Edit) -> tuple[int, int]:
    base = edit.span.source.base
    return base + edit.span.start, base + edit.span.end


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
