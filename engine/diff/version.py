"""A version of a ruleset that takes part in a comparison: opened, with the name that its reader gave it.

Made by `ordinance diff`. Handed to another process it opens its files anew there, since a ruleset that is ready to decide
cannot be sent; the files are those that were read here, whatever becomes of the folder meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.diff.differences import Side
from engine.diff.touched import Noting
from engine.dry_run import DryRun, Run, Told
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from events.event import Event
from events.order import Order


@dataclass(frozen=True)
class Version:
    """name: a revision of git, or `your files`."""

    name: str
    opened: Opened

    def __reduce__(self) -> tuple[Any, ...]:
        files = {path: source.text.encode() for path, source in self.opened.ruleset.sources.items()}
        return reopened, (self.name, files)

    def deciding(self, told: Mapping[str, Told]) -> Deciding:
        """told: what connections answer, by name."""
        form = self.opened.checked.form
        quick = Program(form, compile_form(form), self.opened.world)
        noting = Noting(quick.reader)
        return Deciding(
            self.opened,
            noting,
            DryRun(self.opened, quick, told),
            DryRun(self.opened, Program(form, noting, self.opened.world), told),
        )


@dataclass(frozen=True)
class Deciding:
    """A version that decides one order after the other."""

    opened: Opened
    _noting: Noting
    _quick: DryRun
    _noted: DryRun

    def run(self, event: Event, order: Order) -> Run:
        """Without a trace."""
        return self._quick.run(event, order)

    def noted(self, event: Event, order: Order, fields: Collection[str]) -> Side:
        """The same, and which rule changed what of these; until it is called again."""
        self._noting.matchers.clear()
        self._noting.fields = fields
        return Side(self.opened, self._noted.run(event, order), self._noting)


def reopened(name: str, files: Mapping[str, bytes]) -> Version:
    return Version(name, open_ruleset(MemoryFolder(files)))
