"""Which tests a change of a ruleset concerns, and what its files look like from outside.

A test gives what it gave before where it is the same, on the same sample, and every event that came about in it meets the
same rules and tables: deciding reads nothing else. Only tests that passed are not run again, since what a failure tells
has places in files. Called by `ordinance test --watch`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from dsl.source import NOWHERE
from engine.check.tests import TestForm
from engine.folder import DiskFolder, FolderError, Outside, TooLarge
from engine.opened import Opened
from engine.testing.tested import Ran

Stamps: TypeAlias = Mapping[str, tuple[int, int]]
"""Of each file, when it was last written and how large it is."""


def stamps(root: Path) -> Stamps:
    """Of all files of a ruleset; of none where the folder is not there at present."""
    found = {}
    try:
        paths = DiskFolder(root).paths()
    except (FolderError, OSError):
        return {}
    for path in paths:
        try:
            status = os.stat(root / path)
        except OSError:
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


@dataclass
class Known:
    """What is known of a ruleset's tests. samples: the digest of each file of orders that a test took."""

    opened: Opened | None = None
    passed: dict[str, Ran] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)

    def keep(self, opened: Opened, done: list[Ran]) -> None:
        self.opened = opened
        self.passed = {each.outcome.test.title: each for each in done if each.outcome.passed}
        self.samples = {each.outcome.test.order: digest(opened, each.outcome.test.order) for each in done}

    def holds(self, opened: Opened, test: TestForm) -> Ran | None:
        """What the test gave, where it gives the same in the ruleset as it is now."""
        before, ran = self.opened, self.passed.get(test.title)
        if before is None or ran is None or placeless(test) != placeless(ran.outcome.test):
            return None
        if (
            surroundings(before) != surroundings(opened)
            or before.checked.form.tables != opened.checked.form.tables
        ):
            return None
        if self.samples.get(test.order) != digest(opened, test.order):
            return None
        old, new = before.checked.form.rules, opened.checked.form.rules
        if any(old.get(event) != new.get(event) for event in ran.happened):
            return None
        return replace(ran, outcome=replace(ran.outcome, test=test))


def surroundings(opened: Opened) -> dict[str, str]:
    """All texts but the rules: settings, inventory, tables, letters, a printer's variants."""
    return {
        path: source.text for path, source in opened.ruleset.sources.items() if not path.endswith(".rules")
    }


def placeless(test: TestForm) -> TestForm:
    expectations = tuple(replace(each, span=NOWHERE) for each in test.expectations)
    return replace(test, span=NOWHERE, expectations=expectations)


def digest(opened: Opened, path: str) -> str:
    try:
        return hashlib.sha256(opened.folder.read(path)).hexdigest()
    except (OSError, TooLarge, Outside, FolderError):
        return ""
