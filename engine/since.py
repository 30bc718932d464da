"""Which findings a change is to be asked about: those where it touched something, those where something depends on that,
and those that were not there before.

Called by `check --since`. A change is told statement by statement: a statement that stood somewhere with the same text has
not changed, wherever it stands now. What depends on what is read from names and from the files that statements name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dsl import ast, chunks
from dsl.diagnostics import Diagnostic
from dsl.schema import fold
from dsl.source import Span
from engine.folder import FILE, Folder, FolderError, Outside, TooLarge

_NAMED = re.compile(
    r'(?P<kind>rule|test|define|list|table)\s+(?:"(?P<title>[^"\n]*)"|(?P<name>[A-Za-z_]\w*))'
)


@dataclass
class Change:
    """stretches: of rules files, the statements concerned, as offsets. files: those that changed and are no rules files.
    everything: ordinance.yaml changed, on which every rule depends."""

    stretches: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    everything: bool = False

    def concerns(self, finding: Diagnostic) -> bool:
        return self.everything or any(
            self._holds(span) for span in (finding.span, *(n.span for n in finding.notes))
        )

    def _holds(self, span: Span) -> bool:
        path, start = span.source.path, span.source.base + span.start
        return not path or path in self.files or any(a <= start <= b for a, b in self.stretches.get(path, ()))


def change(before: Folder, after: Folder, files: Sequence[ast.File]) -> Change:
    """files: the trees of `after`. Raises FolderError."""
    found = Change()
    names: set[str] = set()
    old, new = set(before.paths()), set(after.paths())
    for path in sorted(old | new):
        one, other = (
            text_of(folder, path) if path in paths else "" for folder, paths in ((before, old), (after, new))
        )
        if one == other:
            continue
        if path.endswith(".rules"):
            stretches, changed = differing(one, other)
            found.stretches[path] = stretches
            names |= changed
        else:
            found.files.add(path)
            found.everything = found.everything or path == FILE or path.startswith("integrations/")
    _follow(found, names | found.files, files)
    return found


def differing(before: str, after: str) -> tuple[list[tuple[int, int]], set[str]]:
    """The statements of the newer text that the older has not, and what is named by those of either that the other has not."""
    one, other = statements(before), statements(after)
    kept = Counter(text for text, _, _ in one)
    stretches: list[tuple[int, int]] = []
    changed: set[str] = set()
    for text, start, end in other:
        if kept[text]:
            kept[text] -= 1
        else:
            stretches.append((start, end))
            changed |= named(text)
    for text, left in kept.items():
        if left:
            changed |= named(text)
    return stretches, changed


def statements(text: str) -> list[tuple[str, int, int]]:
    """The text of each, as line ends and blanks around it do not count, and where it stands."""
    cut = chunks.cut(text).chunks or [chunks.Chunk("", 0, len(text))]
    return [(text[c.start : c.end].replace("\r\n", "\n").strip(), c.start, c.end) for c in cut]


def named(text: str) -> set[str]:
    """What others may name it by."""
    found = _NAMED.match(text)
    if found is None:
        return set()
    return {found["name"]} if found["name"] else {f"{found['kind']} {fold(found['title'])}"}


def _follow(found: Change, names: set[str], files: Sequence[ast.File]) -> None:
    """Adds the statements that name what changed, and those that name these, to the end."""
    waiting = [(file.path, one, set(_names_in(one))) for file in files for one in file.statements]
    while True:
        reached = [each for each in waiting if each[2] & names]
        if not reached:
            return
        waiting = [each for each in waiting if not each[2] & names]
        for path, one, _ in reached:
            found.stretches.setdefault(path, []).append((one.span.start, one.span.end))
            if isinstance(one, (ast.Define, ast.ListOf, ast.Table)):
                names.add(one.name)


def _names_in(node: ast.Node) -> Iterator[str]:
    for current in ast.walk(node):
        match current:
            case ast.Name(name):
                yield name
            case ast.Lookup(table):
                yield table
            case ast.ExpectRule(title):
                yield f"rule {fold(title.value)}"
            case (
                ast.Table(file=ast.Text(path))
                | ast.SendEmail(file=ast.Text(path))
                | ast.GivenOrder(file=ast.Text(path))
            ):
                yield path


def text_of(folder: Folder, path: str) -> str:
    try:
        return folder.read(path).decode("utf-8", "surrogateescape")
    except (OSError, Outside, TooLarge, FolderError):
        return ""


def told_before(findings: Iterable[Diagnostic]) -> Mapping[tuple[str, str, str], int]:
    """Findings by what they say of which text, wherever that stands."""
    return Counter(_said(finding) for finding in findings)


def shown(
    findings: Iterable[Diagnostic], found: Change, before: Mapping[tuple[str, str, str], int]
) -> list[Diagnostic]:
    """Of all findings those that the change is to be asked about."""
    left = Counter(before)
    chosen = []
    for finding in findings:
        known = left[_said(finding)] > 0
        left[_said(finding)] -= known
        if not known or found.concerns(finding):
            chosen.append(finding)
    return chosen


def _said(finding: Diagnostic) -> tuple[str, str, str]:
    return finding.code, finding.message, finding.span.text
