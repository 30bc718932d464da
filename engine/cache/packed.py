"""A settled ruleset as one file on disk, read back only as far as it is asked for: for `check` the findings, for a dry run
the rules of the events that happen, for an edited ruleset the statements whose text is still the same.

Called by `engine.opened` and the command `check`. It is believed where every file that was read is what it was, the folder
holds the same files, and the product is the same; whatever cannot be read is made again, without a word.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from dsl import disk
from dsl.diagnostics import Diagnostic, Report
from dsl.source import Source
from engine.cache import codec, product
from engine.folder import DiskFolder, Folder, FolderError, Outside, TooLarge

if TYPE_CHECKING:
    from engine.cache.block import Lines
    from engine.checked import Settled
    from engine.form import RuleForm

V = TypeVar("V")

HEAD, FINDINGS, OUTER, INDEX, FIRST = range(5)
"""The lines of a file; after these come tables, then for each block four lines (`block.Lines`)."""
SAMPLES = "samples-"
"""Begins the name of the file of what is wrong with samples: a head and findings."""
LONGEST = 1_000_000
"""Characters of a text that is no file's as it is (a secret masked, bytes replaced) and would have to be kept itself."""
UNREADABLE = (codec.Unreadable, ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Pack:
    """What was kept of a folder, whether or not it is the same now. texts: of the files as they are now, by path; None
    where something is not as it was."""

    folder: DiskFolder
    lines: list[bytes]
    head: Mapping[str, Any]
    texts: Mapping[str, str] | None


def kept(folder: Folder, begins: str = "", *, all_of_it: bool = True) -> Pack | None:
    """What was kept of this folder. begins: the name of what is meant. all_of_it: also what only deciding needs."""
    place = place_of(folder)
    if place is None or not isinstance(folder, DiskFolder):
        return None
    where, name = place
    data = where.read(begins + name)
    if data is None:
        return None
    try:
        lines = data.split(b"\n", -1 if all_of_it else OUTER)
        head = json.loads(lines[HEAD])
        return Pack(folder, lines, head, unchanged(folder, head))
    except UNREADABLE:
        return None


def place_of(folder: Folder) -> tuple[disk.Disk, str] | None:
    home = disk.home()
    mark = product.fingerprint() if home is not None and isinstance(folder, DiskFolder) else None
    if home is None or mark is None or not isinstance(folder, DiskFolder):
        return None
    root = os.path.realpath(folder.root)
    name = hashlib.sha256(f"{mark} {root}".encode("utf-8", "surrogatepass")).hexdigest()
    return disk.Disk(home), name[:40]


def unchanged(folder: Folder, head: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The texts of all files that were read, where all are as they were."""
    found = {}
    try:
        if listed(folder.paths()) != head["paths"]:
            return None
        for path, hashed in head["reads"].items():
            data = folder.read(path)
            if hashlib.sha256(data).hexdigest() != hashed:
                return None
            found[path] = text_of(data)
    except (OSError, FolderError, Outside, TooLarge):
        return None
    return found


def listed(paths: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(paths).encode("utf-8", "surrogatepass")).hexdigest()


def text_of(data: bytes) -> str:
    """A file's text; where it is not UTF-8, one that is nobody's."""
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def _same_day(head: Mapping[str, Any], today: dt.date | None) -> bool:
    """Whether each `# allow ..., until` has ended or not as it had then."""
    now, then = (str(today or dt.date.min), head["today"])
    return all((end < now) == (end < then) for end in head["ends"])


# -- findings ---------------------------------------------------------------------------------------------------


def findings(folder: Folder, today: dt.date | None) -> list[Diagnostic] | None:
    """All that `check` said of these very files, samples and all; None where it has to be found out."""
    about = about_samples(folder)
    pack = kept(folder, all_of_it=False) if about is not None else None
    if about is None or pack is None or pack.texts is None:
        return None
    try:
        if not _same_day(pack.head, today):
            return None
        return Report([*_told(json.loads(pack.lines[FINDINGS]), pack.texts), *about]).sorted()
    except UNREADABLE:
        return None


def about_samples(folder: Folder) -> Sequence[Diagnostic] | None:
    """What is wrong with the samples, where they and the configuration are what they were."""
    pack = kept(folder, SAMPLES)
    if pack is None or pack.texts is None:
        return None
    try:
        return _told(json.loads(pack.lines[FINDINGS]), pack.texts)
    except UNREADABLE:
        return None


def _told(kept: Any, texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    value, shown = kept
    known: dict[str, Source] = {}

    def find(name: str) -> tuple[Source, int]:
        if name not in known:
            path, text = (name[1:], texts[name[1:]]) if name[0] == "/" else shown[int(name)]
            known[name] = Source(path, text)
        return known[name], 0

    found = codec.made(value, find)
    if not all(isinstance(each, Diagnostic) for each in found):
        raise codec.Unreadable
    return tuple(found)


# -- everything ------------------------------------------------------------------------------------------------


def blocks(pack: Pack) -> tuple[dict[str, list[Lines]], str]:
    """By path the blocks of an earlier run, and what else they depended on."""
    from engine.cache.block import Lines

    try:
        index = json.loads(pack.lines[INDEX])
        lines = iter(pack.lines[FIRST + len(index["tables"]) :])
        each = map(Lines, lines, lines, lines, lines)
        found = {path: list(islice(each, count)) for path, count in index["files"].items()}
        return found, str(pack.head["environment"])
    except UNREADABLE:
        return {}, ""


def settled(pack: Pack, today: dt.date | None, again: Callable[[], Settled]) -> Settled | None:
    """The ruleset as it was kept, where nothing has changed. again: opens it without what was kept, should a part of that
    prove unreadable when it is needed."""
    if pack.texts is None:
        return None
    try:
        return _settled(pack, pack.texts, today, again) if _same_day(pack.head, today) else None
    except UNREADABLE:
        return None


def _settled(
    pack: Pack, texts: Mapping[str, str], today: dt.date | None, again: Callable[[], Settled]
) -> Settled:
    from engine import form as f
    from engine.cache.forms import Files, Forming, Forms, Later, Part, Places, TestForms, Texts
    from engine.checked import Checked, Settled
    from engine.ruleset import INVENTORY, Ruleset
    from events.inventory import InventoryItem, read_inventory

    known: dict[str, Source] = {}

    def file(name: str) -> tuple[Source, int]:
        path = name.removeprefix("/")
        if path not in known:
            known[path] = Source(path, texts.get(path, ""))
        return known[path], 0

    lines = pack.lines
    index = json.loads(lines[INDEX])
    sources = {
        path: Source(path, texts[path] if text is None else text) for path, text in index["sources"].items()
    }
    known.update(sources)
    outer, diagnostics = codec.load(lines[OUTER].decode("utf-8", "surrogatepass"), file)
    config, schema, settings, labels, csv, emails, samples, private, unread, digest = outer
    rules_files = [sources[path] for path in index["files"]]
    places = Places(rules_files, index["named"], sources)
    rows = dict(zip(index["tables"], lines[FIRST:], strict=False))
    parts, at, lengths = list[Part](), FIRST + len(rows), iter(index["lengths"])
    for number, count in enumerate(index["files"].values()):
        begins = 0
        for _ in range(count):
            parts.append(Part(Forming.read(lines[at + 1]), Texts(lines[at + 3]), number, begins))
            begins += next(lengths)
            at += 4

    def table(key: str) -> f.TableForm:
        try:
            made = codec.load(rows[key].decode("utf-8", "surrogatepass"), places.at(0, 0))
            if isinstance(made, f.TableForm):
                return made
        except UNREADABLE:
            pass
        return again().checked.form.tables[key]

    def rules() -> Mapping[str, tuple[RuleForm, ...]]:
        return again().checked.form.rules

    def csv_table(name: str) -> Any:
        from dsl.csvtable import read_table

        return read_table(name, sources[csv[name]])[0]

    def items() -> Mapping[str, InventoryItem]:
        return read_inventory(sources[INVENTORY].text)[0] if INVENTORY in sources else {}

    form = f.Form(
        Forms(parts, settings, places, rules),
        Later(index["tables"], table),
        schema.store,
        labels,
        config.chain_limit,
    )
    tests = TestForms.of(parts, places, lambda: again().checked.tests)
    ruleset = Ruleset(
        config=config,
        sources=sources,
        files=Files(rules_files),
        tables=Later(csv, csv_table),
        inventory=items(),
        emails={path: sources[path].text if path in sources else "" for path in emails},
        samples=samples,
        private=private,
        unread=unread,
        diagnostics=diagnostics,
        digest=digest,
    )
    told = _told(json.loads(lines[FINDINGS]), texts)
    return Settled(ruleset, schema, Checked(form, tests, told))
