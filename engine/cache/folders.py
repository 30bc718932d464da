"""Folders around a folder: one that remembers what was read of it, and one with the texts that an editor has not saved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.folder import Folder


@dataclass(frozen=True)
class Recorded:
    """listed: the paths, once asked for. hashes: of each file that was read, None where it could not be."""

    folder: Folder
    listed: list[str] = field(default_factory=list)
    hashes: dict[str, bytes | None] = field(default_factory=dict)

    def paths(self) -> list[str]:
        self.listed[:] = self.folder.paths()
        return list(self.listed)

    def read(self, path: str) -> bytes:
        self.hashes[path] = None
        data = self.folder.read(path)
        self.hashes[path] = hashlib.sha256(data).digest()
        return data


@dataclass(frozen=True)
class Edited:
    folder: Folder
    texts: Mapping[str, bytes]

    def paths(self) -> list[str]:
        return sorted({*self.folder.paths(), *self.texts})

    def read(self, path: str) -> bytes:
        return self.texts[path] if path in self.texts else self.folder.read(path)
