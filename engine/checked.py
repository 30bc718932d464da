"""What checking a ruleset gives. Made by `engine.check`, or read back from an earlier run by `engine.cache`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl.diagnostics import Diagnostic

if TYPE_CHECKING:
    from dsl.schema import Schema
    from engine.check.tests import TestForm
    from engine.form import Form
    from engine.ruleset import Ruleset


@dataclass(frozen=True)
class Checked:
    """A ruleset that was checked. `form` is to be run only where there are no errors."""

    form: Form
    tests: Sequence[TestForm]
    findings: tuple[Diagnostic, ...]

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.findings if d.severity == "error"]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self.findings if d.severity == "warning"]


@dataclass(frozen=True)
class Settled:
    """A ruleset as it stands: loaded, with all that its rules may name, and checked."""

    ruleset: Ruleset
    schema: Schema
    checked: Checked
