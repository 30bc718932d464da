"""A ruleset opened: loaded, checked, and ready to decide. The one place where the pieces are put together.

Every command begins here; what it opens is a folder on disk, at a git revision, or in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from actions.preparing.variants import VariantCatalogue
from actions.work import World
from dsl.schema import Schema
from engine import check as checking
from engine import wiring
from engine.check import Checked
from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.folder import Folder
from engine.matcher import Reader
from engine.reference import Reference
from engine.ruleset import Ruleset, load


@dataclass(frozen=True)
class Opened:
    """catalogues: the printers' variants by connection, where a ruleset has a file of them."""

    folder: Folder
    ruleset: Ruleset
    schema: Schema
    checked: Checked
    catalogues: Mapping[str, VariantCatalogue]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.schema.store.timezone)

    def program(self, *, reference: bool = False) -> Program:
        """What decides. The reference gives the same, slowly, and can say why."""
        form = self.checked.form
        reader: Reader = Reference(form) if reference else compile_form(form)
        return Program(form, reader, self.world)

    @property
    def world(self) -> World:
        start = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return World(self.schema.store, start, self.ruleset.inventory, self.schema.connections)


def open_ruleset(folder: Folder, today: dt.date | None = None) -> Opened:
    """Loads and checks a folder. Never raises for what its files say; `checked.findings` has all that is wrong.

    today: when `# allow ..., until` ends; None keeps every allow.
    """
    ruleset = load(folder, wiring.integrations())
    config = ruleset.config
    names = wiring.schema(
        config.connections,
        [each.name for each in config.folders],
        [each.name for each in config.buttons],
        [each.name for each in config.events],
        config.store,
    )
    checked = checking.check(ruleset, names, today)
    return Opened(folder, ruleset, names, checked, catalogues(ruleset))


def catalogues(ruleset: Ruleset) -> dict[str, VariantCatalogue]:
    found = {}
    for connection in ruleset.config.connections:
        path = connection.settings.get("catalogue")
        source = ruleset.sources.get(path) if isinstance(path, str) else None
        if source is not None:
            found[connection.name] = VariantCatalogue.read(source.text)[0]
    return found
