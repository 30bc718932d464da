"""Writes what a session found out, in the lines that `packed` reads.

Called by `engine.opened`, and by `engine.samples` for what `check` says of samples. What cannot be kept is not: nobody
is told.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from dsl.diagnostics import Diagnostic
from dsl.source import Source
from engine.cache import codec
from engine.cache.packed import FIRST, SAMPLES, kept, listed, place_of, text_of
from engine.cache.rulesfile import rule_entries, stretches_of, test_entries
from engine.cache.session import Session
from engine.cache.statement import Piece, written
from engine.checked import Settled
from engine.folder import Folder, FolderError, Outside, TooLarge

LONGEST = 1_000_000
"""Characters of a text that is no file's as it is (a secret masked, bytes replaced) and would have to be kept itself."""


def keep(session: Session, settled: Settled, folder: Folder, today: dt.date | None) -> None:
    """Writes what a session found out, where it can be kept at all."""
    place = place_of(folder)
    hashes = session.recorded.hashes
    if place is None or session.whole or None in hashes.values():
        return
    with suppress(codec.Unwritable, RecursionError, OSError, FolderError):
        place[0].write(place[1], _joined(_lines(session, settled, folder, today)))


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """With a line end between each two; one at a time, since together they are several times the rules."""
    between = b""
    for line in lines:
        yield between
        yield line.encode("utf-8", "surrogatepass")
        between = b"\n"


def _lines(session: Session, settled: Settled, folder: Folder, today: dt.date | None) -> Iterator[str]:
    ruleset, form = settled.ruleset, settled.checked.form
    hashes = {path: hashed.hex() for path, hashed in session.recorded.hashes.items() if hashed is not None}
    texts = {path: text_of(folder.read(path)) for path in hashes}
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
        "paths": listed(session.recorded.listed),
        "reads": hashes,
        "today": str(today or dt.date.min),
        "ends": sorted(
            {str(a.until) for file in files for one in file.statements for a in one.allows if a.until}
        ),
        "environment": session.environment,
        "statements": first,
    }
    yield json.dumps(head)
    yield _telling(settled.checked.findings, texts)
    yield ""
    yield codec.dump((outer, ruleset.diagnostics), naming)
    yield json.dumps(index)
    yield json.dumps({file.source.path: found for file in files if (found := stretches_of(file))})
    yield from tables
    for one in statements:
        yield one.line or written(one, session.naming(one))
        yield "" if one.judged is None else one.judged.forms


def keep_samples(folder: Folder, paths: Iterable[str], found: Sequence[Diagnostic]) -> None:
    """Adds to what is kept of a folder what is wrong with its samples."""
    pack = kept(folder, all_of_it=False)  # its last line is then all the others
    place = place_of(folder)
    if pack is None or pack.texts is None or place is None:
        return
    try:
        read = {path: folder.read(path) for path in paths}
        texts = {path: text_of(data) for path, data in read.items()}
        hashes = {path: hashlib.sha256(data).hexdigest() for path, data in read.items()}
        pack.lines[SAMPLES] = f"[{json.dumps(hashes)},{_telling(found, texts)}]"
    except (OSError, FolderError, Outside, TooLarge, codec.Unwritable):
        return
    place[0].write(place[1], _joined(pack.lines))


def _telling(found: Iterable[Diagnostic], texts: Mapping[str, str]) -> str:
    """Findings, and the texts that they show and no file has, as JSON. Raises codec.Unwritable."""
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

    told = ",".join(['"("', *[codec.dump(each, naming) for each in found]])
    return f"[[{told}],{json.dumps(shown)}]"
