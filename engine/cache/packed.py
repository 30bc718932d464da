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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from dsl.diagnostics import Diagnostic, Report
from dsl.source import Source
from engine.cache import codec, disk, product
from engine.folder import DiskFolder, Folder, FolderError, Outside, TooLarge

if TYPE_CHECKING:
    from engine.cache.session import Session
    from engine.cache.statement import Kept
    from engine.checked import Settled
    from engine.form import RuleForm

V = TypeVar("V")

HEAD, FINDINGS, SAMPLES, OUTER, INDEX, FIRST = range(6)
"""The lines of a file; after these come tables, then for each statement its facts and its forms."""
LONGEST = 1_000_000
"""Characters of a text that is no file's as it is (a secret masked, bytes replaced) and would have to be kept itself."""
UNREADABLE = (codec.Unreadable, ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Pack:
    """What was kept of a folder, whether or not it is the same now. texts: of the files as they are now, by path; None
    where something is not as it was."""

    folder: DiskFolder
    lines: list[str]
    head: Mapping[str, Any]
    texts: Mapping[str, str] | None


def kept(folder: Folder, *, all_of_it: bool = True) -> Pack | None:
    """What was kept of this folder. all_of_it: also what only deciding needs."""
    place = _place(folder)
    if place is None or not isinstance(folder, DiskFolder):
        return None
    where, name = place
    data = where.read(name)
    if data is None:
        return None
    try:
        lines = data.decode().split("\n", -1 if all_of_it else OUTER)
        head = json.loads(lines[HEAD])
        return Pack(folder, lines, head, _unchanged(folder, head))
    except UNREADABLE:
        return None


def _place(folder: Folder) -> tuple[disk.Disk, str] | None:
    home = disk.home()
    mark = product.fingerprint() if home is not None and isinstance(folder, DiskFolder) else None
    if home is None or mark is None or not isinstance(folder, DiskFolder):
        return None
    root = os.path.realpath(folder.root)
    name = hashlib.sha256(f"{mark} {root}".encode("utf-8", "surrogatepass")).hexdigest()
    return disk.Disk(home), name[:40]


def _unchanged(folder: Folder, head: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The texts of all files that were read, where all are as they were."""
    found = {}
    try:
        if _listed(folder.paths()) != head["paths"]:
            return None
        for path, hashed in head["reads"].items():
            data = folder.read(path)
            if hashlib.sha256(data).hexdigest() != hashed:
                return None
            found[path] = _text(data)
    except (OSError, FolderError, Outside, TooLarge):
        return None
    return found


def _listed(paths: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(paths).encode("utf-8", "surrogatepass")).hexdigest()


def _text(data: bytes) -> str:
    """A file's text; where it is not UTF-8, one that is nobody's."""
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def _same_day(head: Mapping[str, Any], today: dt.date | None) -> bool:
    """Whether each `# allow ..., until` has ended or not as it had then."""
    now, then = (str(today or dt.date.min), head["today"])
    return all((end < now) == (end < then) for end in head["ends"])


# -- findings ---------------------------------------------------------------------------------------------------


def findings(folder: Folder, today: dt.date | None) -> list[Diagnostic] | None:
    """All that `check` said of these very files, samples and all; None where it has to be found out."""
    pack = kept(folder, all_of_it=False)
    if pack is None or pack.texts is None:
        return None
    try:
        if not pack.lines[SAMPLES] or not _same_day(pack.head, today):
            return None
        reads, about_samples = json.loads(pack.lines[SAMPLES])
        samples = _unchanged(folder, {"paths": pack.head["paths"], "reads": reads})
        if samples is None:
            return None
        told = _told(json.loads(pack.lines[FINDINGS]), pack.texts)
        return Report([*told, *_told(about_samples, samples)]).sorted()
    except UNREADABLE:
        return None


def keep_samples(folder: Folder, paths: Iterable[str], found: Sequence[Diagnostic]) -> None:
    """Adds to what is kept of a folder what is wrong with its samples."""
    pack = kept(folder)
    place = _place(folder)
    if pack is None or pack.texts is None or place is None:
        return
    try:
        read = {path: folder.read(path) for path in paths}
        texts = {path: _text(data) for path, data in read.items()}
        hashes = {path: hashlib.sha256(data).hexdigest() for path, data in read.items()}
        pack.lines[SAMPLES] = json.dumps([hashes, _telling(found, texts)])
    except (OSError, FolderError, Outside, TooLarge, codec.Unwritable):
        return
    place[0].write(place[1], "\n".join(pack.lines).encode())


def _telling(found: Iterable[Diagnostic], texts: Mapping[str, str]) -> list[Any]:
    """Findings, and the texts that they show and no file has. Raises codec.Unwritable."""
    shown: list[list[str]] = []
    names: dict[Source, str] = {}

    def naming(source: Source) -> str:
        name = names.get(source)
        if name is None:
            if texts.get(source.path) == source.text:
                name = f"/{source.path}"
            else:
                name = str(len(shown))
                shown.append([source.path, source.text])
                if len(source.text) > LONGEST:
                    raise codec.Unwritable
            names[source] = name
        return name

    return [codec.plain(tuple(found), naming), shown]


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


# -- everything -------------------------------------------------------------------------------------------------


def keep(session: Session, settled: Settled, folder: Folder, today: dt.date | None) -> None:
    """Writes what a session found out, where it can be kept at all."""
    place = _place(folder)
    hashes = session.recorded.hashes
    if place is None or session.whole or None in hashes.values():
        return
    try:
        lines = _lines(session, settled, folder, today)
    except (codec.Unwritable, RecursionError, OSError, FolderError):
        return
    place[0].write(place[1], "\n".join(lines).encode("utf-8", "surrogatepass"))


def _lines(session: Session, settled: Settled, folder: Folder, today: dt.date | None) -> list[str]:
    from engine.cache.session import rule_entries, test_entries
    from engine.cache.statement import Kept, Piece, digest

    ruleset, form = settled.ruleset, settled.checked.form
    hashes = {path: hashed.hex() for path, hashed in session.recorded.hashes.items() if hashed is not None}
    texts = {path: _text(folder.read(path)) for path in hashes}
    sources = {path: None if texts[path] == one.text else one.text for path, one in ruleset.sources.items()}
    if sum(len(text) for text in sources.values() if text is not None) > LONGEST:
        raise codec.Unwritable

    def naming(source: Source) -> str:
        return f"/{source.path}"

    def in_table(source: Source) -> str:
        return session.name_of(source) if isinstance(source, Piece) else naming(source)

    tables = [codec.dump(table, in_table) for table in form.tables.values()]
    first = FIRST + len(tables)
    files = tuple(session.files.values())
    statements = [one for file in files for one in file.statements if not one.named]
    number = {id(one.judged.forms): first + 2 * at + 1 for at, one in enumerate(statements) if one.judged}
    places = session.places()
    index = {
        "files": [file.source.path for file in files],
        "named": places.named,
        "events": {
            event: [[number[id(text)], file, start, which] for text, file, start, which in entries]
            for event, entries in rule_entries(files).items()
        },
        "tests": [[number[id(text)], file, start, 0] for text, file, start, _ in test_entries(files)],
        "tables": list(form.tables),
        "sources": sources,
    }
    outer = (
        ruleset.config, settled.schema, tuple(session.settings), dict(form.labels),
        {one.name: one.file for one in session.named() if one.name in ruleset.tables}, tuple(ruleset.emails),
        ruleset.samples, ruleset.private, ruleset.unread, ruleset.digest,
    )  # fmt: skip
    head = {
        "paths": _listed(session.recorded.listed),
        "reads": hashes,
        "today": str(today or dt.date.min),
        "ends": sorted(
            {str(a.until) for file in files for one in file.statements for a in one.allows if a.until}
        ),
        "environment": session.environment,
        "statements": first,
    }
    lines = [
        json.dumps(head),
        json.dumps(_telling(settled.checked.findings, texts)),
        "",
        codec.dump((outer, ruleset.diagnostics), naming),
        json.dumps(index),
        *tables,
    ]
    for one in statements:
        kept = Kept.from_statement(one, session.naming(one))
        facts = [digest(one.piece.text), kept.facts, kept.judgement]
        lines.append(json.dumps(facts, ensure_ascii=False, separators=(",", ":"), check_circular=False))
        lines.append(kept.forms)
    return lines


def statements(pack: Pack) -> tuple[dict[str, Kept], str]:
    """The statements of an earlier run by the digest of their text, and what else they depended on."""
    from engine.cache.statement import Kept

    try:
        lines = pack.lines[pack.head["statements"] :]
        known = {}
        for facts, forms in zip(lines[::2], lines[1::2], strict=True):
            name, text_facts, judgement = json.loads(facts)
            known[name] = Kept(text_facts, judgement, forms)
        return known, str(pack.head["environment"])
    except UNREADABLE:
        return {}, ""


class Later(Mapping[str, V]):
    """Values that are made when they are asked for."""

    def __init__(self, keys: Iterable[str], make: Callable[[str], V]) -> None:
        self._keys, self._make = dict.fromkeys(keys), make
        self._made: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


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
    from engine.cache.forms import Files, Forms, Places, TestForms
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
    outer, diagnostics = codec.load(lines[OUTER], file)
    config, schema, settings, labels, csv, emails, samples, private, unread, digest = outer
    rules_files = [sources[path] for path in index["files"]]
    places = Places(rules_files, index["named"], sources)
    rows = dict(zip(index["tables"], lines[FIRST:], strict=False))

    entries = {event: [(lines[n], *rest) for n, *rest in found] for event, found in index["events"].items()}

    def table(key: str) -> f.TableForm:
        try:
            made = codec.load(rows[key], places.at(0, 0))
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
        Forms(entries, settings, places, rules),
        Later(index["tables"], table),
        schema.store,
        labels,
        config.chain_limit,
    )
    tests = TestForms(
        [(lines[n], *rest) for n, *rest in index["tests"]], places, lambda: again().checked.tests
    )
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
