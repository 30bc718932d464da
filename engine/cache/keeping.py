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
from engine.cache.packed import SAMPLES, listed, place_of, text_of
from engine.cache.session import Session
from engine.cache.statement import Piece
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


def _joined(lines: Iterable[str | bytes]) -> Iterator[bytes]:
    """With a line end between each two; one at a time, since together they are several times the rules."""
    between = b""
    for line in lines:
        yield between
        yield line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
        between = b"\n"


def _lines(
    session: Session, settled: Settled, folder: Folder, today: dt.date | None
) -> Iterator[str | bytes]:
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
    files = session.files
    blocks = [block for file in files.values() for block in file.blocks]
    index = {
        "files": {path: len(file.blocks) for path, file in files.items()},
        "lengths": [block.length for block in blocks],
        "named": session.places().named,
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
            {str(a.until) for block in blocks for one in block.noted for a in one.allows if a.until}
        ),
        "environment": session.environment,
    }
    yield json.dumps(head)
    yield _telling(settled.checked.findings, texts)
    yield codec.dump((outer, ruleset.diagnostics), naming)
    yield json.dumps(index)
    yield from tables
    for block in blocks:
        lines = block.written(session.naming)
        yield from (lines.about, lines.forming, lines.statements, lines.forms)


def keep_samples(folder: Folder, paths: Iterable[str], found: Sequence[Diagnostic]) -> None:
    """What is wrong with a folder's samples, which no rule changes: kept by itself. paths: theirs, and of what they are read by."""
    place = place_of(folder)
    if place is None:
        return
    try:
        read = {path: folder.read(path) for path in paths}
        texts = {path: text_of(data) for path, data in read.items()}
        hashes = {path: hashlib.sha256(data).hexdigest() for path, data in read.items()}
        head = json.dumps({"paths": listed(folder.paths()), "reads": hashes})
        where, name = place
        where.write(SAMPLES + name, _joined([head, _telling(found, texts)]))
    except (OSError, FolderError, Outside, TooLarge, codec.Unwritable):
        return


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
