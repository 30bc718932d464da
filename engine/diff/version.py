"""A version of a ruleset that takes part in a comparison: opened, with the name that its reader gave it.

Made by `ordinance diff`. Handed to another process it opens its files anew there, since a ruleset that is ready to decide
cannot be sent; the files are those that were read here, whatever becomes of the folder meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.compile.program import compile as compile_form
from engine.decide import Program
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

    def run(self, event: Event, order: Order, told: Mapping[str, Told]) -> Run:
        """Quickly, without a trace."""
        return DryRun(self.opened, self._program, told).run(event, order)

    def noted(self, event: Event, order: Order, told: Mapping[str, Told]) -> tuple[Run, Noting]:
        """The same, and which rule changed what."""
        noting = Noting(self._program.reader)
        program = Program(self.opened.checked.form, noting, self.opened.world)
        return DryRun(self.opened, program, told).run(event, order), noting

    @cached_property
    def _program(self) -> Program:
        form = self.opened.checked.form
        return Program(form, compile_form(form), self.opened.world)


def reopened(name: str, files: Mapping[str, bytes]) -> Version:
    return Version(name, open_ruleset(MemoryFolder(files)))
