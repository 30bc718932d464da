"""A ruleset opened: loaded, checked, and ready to decide. The one place where the pieces are put together.

Every command begins here; what it opens is a folder on disk, at a git revision, or in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from actions.preparing.variants import VariantCatalogue
from actions.work import World
from dsl.schema import ConnectionSpec, Schema
from engine.cache import packed
from engine.checked import Checked, Settled
from engine.decide import Program
from engine.folder import Folder
from engine.foreign import NamedAmounts
from engine.matcher import Reader
from engine.ruleset import Ruleset

if TYPE_CHECKING:
    from actions.preparing.spec import SubmissionSpec


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

    @cached_property
    def amounts(self) -> NamedAmounts:
        return NamedAmounts(self.checked.form)

    def submission(self, connection: ConnectionSpec) -> SubmissionSpec:
        """What the connection's printer asks of a submission."""
        from actions.preparing.spec import submission_spec  # late: a check that was kept needs none of it

        spec = submission_spec(connection.integration)
        if spec is None and (own := self.ruleset.printers.get(connection.integration)) is not None:
            spec = own.submission
        assert spec is not None, "the checker lets only connections that take orders be submitted to"
        return spec

    def program(self, *, reference: bool = False) -> Program:
        """What decides. The reference gives the same, slowly, and can say why."""
        from engine.compile.program import compile as compile_form
        from engine.reference import Reference

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
    found = settled(folder, today)
    return Opened(folder, found.ruleset, found.schema, found.checked, catalogues(found.ruleset))


def settled(folder: Folder, today: dt.date | None) -> Settled:
    """As an earlier run left it, where nothing has changed; else with as much of that as still holds."""

    @cache
    def anew() -> Settled:
        from engine.cache.session import (
            Session,  # the parser and the checker, which a kept ruleset does not need
        )

        return Session(folder).settled(today)

    pack = packed.kept(folder)
    if pack is not None and (found := packed.settled(pack, today, anew)) is not None:
        return found
    from engine.cache import keeping
    from engine.cache.session import Session, undisturbed

    with undisturbed():
        session = Session(folder, *(packed.blocks(pack) if pack is not None else ()))
        found = session.settled(today)
        keeping.keep(session, found, folder, today)
    return found


def catalogues(ruleset: Ruleset) -> dict[str, VariantCatalogue]:
    found = {}
    for connection in ruleset.config.connections:
        path = connection.settings.get("catalogue")
        source = ruleset.sources.get(path) if isinstance(path, str) else None
        if source is not None:
            found[connection.name] = VariantCatalogue.read(source.text)[0]
    return found
