"""A ruleset folder, read: its configuration, rules, tables, inventory, e-mail texts, and all that is wrong with any of them.

Made by `engine.loading` from a folder on disk, at a git revision or in memory; read by the checker and every command.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actions.catalogue import Integration
from dsl import ast
from dsl.diagnostics import Diagnostic
from dsl.source import Source
from engine.config import Config
from events.inventory import Inventory

if TYPE_CHECKING:
    from engine.private import Printer, Read

INVENTORY = "inventory.csv"


@dataclass(frozen=True)
class Ruleset:
    """Everything is there, empty where it could not be read; then a diagnostic says why.

    files: in the order in which their rules run. tables: those of `table x from "..."`, by name. emails: the texts of
    `body from "..."`, by path ("" where the file could not be read). sources: every text that was read, by path, also the
    variant catalogues that a connection names. unread: titles and names of statements with a syntax error, which nobody
    need call unknown. samples, private: paths. digest: of all that deciding depends on.
    """

    config: Config
    sources: Mapping[str, Source]
    files: Sequence[ast.File]
    tables: Mapping[str, ast.Table]
    inventory: Inventory
    emails: Mapping[str, str]
    samples: tuple[str, ...]
    private: tuple[str, ...]
    unread: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
    digest: str

    @property
    def own(self) -> tuple[Integration, ...]:
        """What rules may name of the shop's own printers."""
        return tuple(read.integration for read in self._read() if read.integration is not None)

    @property
    def printers(self) -> Mapping[str, Printer]:
        """The shop's own, by name; those that cannot be used are left out."""
        return {read.name: read.printer for read in self._read() if read.printer is not None}

    def _read(self) -> Iterator[Read]:
        if self.private:
            from engine.private import all_read  # late: few rulesets have one

            yield from all_read(self.private, self.sources)


def digest_of(hashes: Mapping[str, bytes | None]) -> str:
    """One for all files that were read, from the SHA-256 of each; nothing of those that could not be."""
    whole = hashlib.sha256()
    for path in sorted(hashes):
        name = path.encode("utf-8", "surrogatepass")
        whole.update(hashlib.sha256(name).digest() + (hashes[path] or b""))
    return whole.hexdigest()
