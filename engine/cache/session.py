"""A ruleset held statement by statement: after an edit only what changed, and what depends on it, is read and judged again.

Every command opens its ruleset through a session (`engine.opened`); an editor and `test --watch` keep one. What a session
says is what `engine.check.check` says of the same files, whatever the edits before: tests hold it to that. A ruleset with
a file that cannot be taken apart (control characters, hundreds of mistakes) is simply checked whole.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial

from dsl import ast, chunks
from dsl.diagnostics import Diagnostic, Report, Severity
from dsl.parser import LARGEST_FILE, MOST_MISTAKES, Parsed
from dsl.schema import fold
from dsl.source import Source
from engine import check as checking
from engine import form as f
from engine import wiring
from engine.cache import codec
from engine.cache.folders import Edited, Recorded
from engine.cache.forms import Files, Forms, Places, TestForms
from engine.cache.judging import EVERY, Judged, Need, judge, watch
from engine.cache.region import Stretch, edited_region, recut, too_much, unclosed
from engine.cache.rulesfile import (
    RulesFile,
    facts_for_all,
    mistakes,
    rule_entries,
    rules_of,
    test_entries,
    titles,
    unread,
)
from engine.cache.statement import Kept, Piece, Statement, digest, placed, read
from engine.check import advice
from engine.check.advice.links import link_of
from engine.check.expressions import MOST_PARTS
from engine.check.tables import lower_again
from engine.checked import Checked, Settled
from engine.folder import Folder
from engine.loading import load
from engine.ruleset import digest_of

TWICE = "E401"


class Session:
    """known: statements of an earlier run, by the digest of their text; environment: of all else that they depended on;
    stretches: of its files without a mistake, by path."""

    def __init__(
        self,
        folder: Folder,
        known: Mapping[str, Kept] | None = None,
        environment: str = "",
        stretches: Mapping[str, Sequence[Stretch]] | None = None,
    ) -> None:
        self._folder = folder
        self._edits: dict[str, bytes] = {}
        self._known = dict(known or {})
        self._before = dict(stretches or {})
        self._stale = True
        self.environment = environment
        self.files: dict[str, RulesFile] = {}

    def edit(self, path: str, text: str) -> None:
        """A file's new text, as an editor has it; it need not be on disk."""
        self._edits[path] = text.encode("utf-8", "surrogatepass")
        with undisturbed():
            if not self._stale and not self._spliced(path, text):
                self._stale = True

    def reread(self) -> None:
        """Files on disk may have changed; edits that were not saved are dropped."""
        self._edits.clear()
        self._stale = True

    def settled(self, today: dt.date | None = None) -> Settled:
        """Raises FolderError. today: ends `# allow ..., until`; None ends none."""
        with undisturbed():
            if self._stale:
                self._load()
                self._stale = False
            if self.whole:
                return Settled(self.ruleset, self.schema, checking.check(self.ruleset, self.schema, today))
            return self._settled(today)

    # -- everything

    def _load(self) -> None:
        pool: dict[str, list[Statement]] = {}
        for one in self._statements():
            pool.setdefault(one.piece.text, []).append(one)
        self.files = {}
        self.whole = False
        self.recorded = Recorded(Edited(self._folder, self._edits) if self._edits else self._folder)
        self.ruleset = load(self.recorded, wiring.integrations(), lambda source: self._read(source, pool))
        if self.whole:
            self.files = {}
            self.ruleset = load(self.recorded, wiring.integrations())
        config = self.ruleset.config
        self.schema = wiring.schema(
            config.connections,
            [each.name for each in config.folders],
            [each.name for each in config.buttons],
            [each.name for each in config.events],
            config.store,
            self.ruleset.own,
        )
        if not self.whole:
            self._name()
            environment = digest(codec.dump((self.schema, self._scope.names.folder_ids), naming=_path))
            if environment != self.environment:
                self.environment = environment
                for one in self._statements():
                    one.judged = one.kept = None
                    one.line = ""
            self._judge(self._statements())
            if self._scope.names.parts > MOST_PARTS:  # said of all statements together
                self.whole, self.files = True, {}
                self.ruleset = load(self.recorded, wiring.integrations())

    def _read(self, source: Source, pool: Mapping[str, list[Statement]]) -> Parsed:
        """In the parser's place: a statement whose text was read before is not read again."""
        text = source.text
        before = self._before.pop(source.path, None)
        stretches = recut(text, before) if before and not self.whole else None
        if stretches is None:
            cut = chunks.cut(text) if len(text) <= LARGEST_FILE and not self.whole else None
            if cut is None or cut.slips:
                self.whole = True
                return Parsed(ast.File(source.path, ()), ())
            stretches = [(c.start, text[c.start : c.end]) for c in cut.chunks if c.end > c.start]
        statements, wrong = list[Statement](), 0
        for _, stretch in stretches:
            statements.append(self._statement(source.path, stretch, pool))
            wrong += len(statements[-1].syntax)
            if wrong >= MOST_MISTAKES:  # the parser would not read on either
                self.whole = True
                return Parsed(ast.File(source.path, ()), ())
        self._stand(RulesFile(source, [start for start, _ in stretches], statements))
        outlines = tuple([one.outline for one in statements if one.outline is not None])
        return Parsed(ast.File(source.path, outlines), (), unread(statements))

    def _statement(self, path: str, text: str, pool: Mapping[str, list[Statement]]) -> Statement:
        same = pool.get(text)
        if same and same[0].piece.path == path:
            return same.pop(0)
        if self._known and (kept := self._known.pop(digest(text), None)) is not None:
            with suppress(codec.Unreadable):
                return kept.of(path, text)
        return read(path, text)

    def _stand(self, file: RulesFile) -> None:
        for one, start in zip(file.statements, file.starts, strict=True):
            piece = one.piece
            piece.home, piece.begins = file.source, start
        self.files[file.source.path] = file

    def _statements(self) -> Iterator[Statement]:
        for file in self.files.values():
            yield from file.statements

    # -- names, and what names them

    def _name(self) -> None:
        """What rules and tests may name, and what is wrong with that."""
        ruleset, report = self.ruleset, Report(list(self.ruleset.diagnostics))
        outlines = [statement for file in ruleset.files for statement in file.statements]
        self._scope, self.settings = checking.scope_of(outlines, ruleset, self.schema, report)
        names = self._scope.names
        checking.check_names(self._scope)
        self._named = {one.name: one for one in reversed(list(self._statements())) if one.named}
        self._pieces = {one.piece: name for name, one in self._named.items()}
        self._found = report.found
        self._broken = names.broken - ruleset.unread
        self._used = frozenset(names.used)
        self._lowered = frozenset(names.lowered)
        self._setting_links = [link_of([one], self.schema) for one in self.settings]
        self._asked = watch(names)
        self._tokens: dict[Need, str] = {}
        self._about: list[Diagnostic] | None = None

    def _judge(self, statements: Iterable[Statement]) -> None:
        for one in statements:
            if one.kept is not None:
                one.thaw(self._there)
            judged = one.judged
            if judged is not None and (not judged.needs or self._holds(judged)):
                self._scope.names.parts += judged.put_in
                for key in judged.lowered:
                    lower_again(key, self._scope)
            elif (tree := one.whole) is not None and not one.named:
                dump = partial(codec.dump, naming=self.naming(one))
                one.judged = judge(tree, self._scope, self._asked, self._token, dump)
                one.tree, one.line = None, ""

    def _holds(self, judged: Judged) -> bool:
        return all(self._token(need) == old for need, old in judged.needs)

    def named(self) -> Iterable[Statement]:
        """Definitions, lists and tables."""
        return self._named.values()

    def naming(self, one: Statement) -> codec.Naming:
        """What stands for a source in what is kept: nothing for the statement's own, a name of the ruleset's, or a file."""

        def name(source: Source) -> str:
            return "" if source is one.piece else self.name_of(source)

        return name

    def name_of(self, source: Source) -> str:
        known = self._pieces.get(source) if isinstance(source, Piece) else None
        return known or _path(source)

    def _there(self, name: str) -> tuple[Source, int]:
        if name[0] == "/":
            return self.ruleset.sources[name[1:]], 0
        return self._named[name].piece, 0

    def _token(self, need: Need) -> str:
        """What a look-up finds, so that it can be compared with what it found before."""
        known = self._tokens.get(need)
        if known is None:
            known = self._tokens[need] = self._found_at(*need)
        return known

    def _found_at(self, kind: str, key: str) -> str:
        names = self._scope.names
        if kind == "broken":
            return digest(repr(sorted(names.broken))) if key == EVERY else str(key in names.broken)
        among: Mapping[str, object] = getattr(names, kind)
        if key == EVERY:
            return digest(repr(list(among)))
        if key not in among:
            return ""
        if kind == "rules":
            return names.rules[key].title
        if kind == "letters":
            return digest(self.ruleset.emails[key])
        one = self._named[key]
        file = self.ruleset.sources.get(one.file or "")
        return digest(f"{one.piece.path}\n{one.piece.text}\n{file.text if file else ''}")

    # -- one edit

    def _spliced(self, path: str, text: str) -> bool:
        """Puts the new text of a file in the place of the old one, where the edit concerns rules alone and can be seen to
        leave all other statements as they are. Else everything is taken apart again."""
        old = self.files.get(path)
        if old is None or self.whole or too_much(text):
            return False
        if any(unclosed(each.code, each.span.text) for one in old.statements for each in one.syntax):
            return False
        if any(each.code == TWICE for each in self._found):
            return False
        region = edited_region(old, text)
        cut = chunks.cut(text[region.start : region.stop])
        if cut.slips or any(
            unclosed(slip.code, cut.text[slip.start : slip.end])
            for chunk in cut.chunks
            for slip in chunk.slips
        ):
            return False
        gone = old.statements[region.first : region.last]
        pool: dict[str, list[Statement]] = {}
        for one in gone:
            pool.setdefault(one.piece.text, []).append(one)
        stretches = [(c.start, cut.text[c.start : c.end]) for c in cut.chunks if c.end > c.start]
        came = [self._statement(path, stretch, pool) for _, stretch in stretches]
        if [one for one in gone if one.named or one.files] != [one for one in came if one.named or one.files]:
            return False
        shift = len(text) - len(old.source.text)
        source = Source(path, text)
        statements = [*old.statements[: region.first], *came, *old.statements[region.last :]]
        starts = [
            *old.starts[: region.first],
            *[region.start + start for start, _ in stretches],
            *[start + shift for start in old.starts[region.last :]],
        ]
        if mistakes(statements) >= MOST_MISTAKES or len(statements) > chunks.MOST_STATEMENTS:
            return False
        self._stand(RulesFile(source, starts, statements))
        self.recorded.hashes[path] = hashlib.sha256(self._edits[path]).digest()
        before = self.ruleset.unread
        unclear = unread(self._statements()) if unread(gone) != unread(came) else before
        if any(name.isidentifier() for name in unclear ^ before):
            return False  # it may be a name that definitions use
        self.ruleset = replace(
            self.ruleset,
            sources={**self.ruleset.sources, path: source},
            unread=unclear,
            digest=digest_of(self.recorded.hashes),
        )
        same = unclear == before and titles(gone) == titles(came)
        if not self._retitled(came if same else None):
            return False
        self._judge(came if same else self._statements())
        if (
            self._scope.names.parts > MOST_PARTS
        ):  # with those of what was edited away: all are judged and counted anew
            for one in self._statements():
                one.judged = None
            return False
        self._hold_advice({one.piece for one in gone}, facts_for_all(gone) == facts_for_all(came))
        return True

    def _retitled(self, came: Iterable[Statement] | None) -> bool:
        """Rules by title, once more: those with the titles they had, or else all of them. False where a title is there
        twice, which is said with the names."""
        names = self._scope.names
        rules = rules_of(self._statements() if came is None else came)
        titled = {fold(rule.title): rule for rule in rules}
        if len(titled) < len(rules):
            return False
        if came is None:
            dict.clear(names.rules)
            set.clear(names.broken)
            set.update(names.broken, self._broken, self.ruleset.unread)
            self._tokens = {n: token for n, token in self._tokens.items() if n[0] not in ("rules", "broken")}
        dict.update(names.rules, titled)
        return True

    def _hold_advice(self, gone: set[Piece], same: bool) -> None:
        """Advice about all rules together still holds where the edited ones are to others what they were."""
        if self._about is not None and (not same or any(each.span.source in gone for each in self._about)):
            self._about = None

    # -- what is to be said

    def _settled(self, today: dt.date | None) -> Settled:
        found, hints = list(self._found), list[Diagnostic]()
        syntax: list[Diagnostic] = []
        labels = checking.labels_of(self.schema)
        lowered = set(self._lowered)
        for one in self._statements():
            if one.syntax:
                syntax += one.syntax
            judged = one.judged
            if judged is None:
                continue
            if judged.found:
                found += judged.found
            if judged.advice:
                hints += judged.advice
            if judged.labels:
                labels.update(judged.labels)
            if judged.lowered:
                lowered |= judged.lowered
        found += syntax
        if not any(each.severity is Severity.ERROR for each in found):
            found += hints
            found += self._advice(labels)
        allows = [
            ast.File(
                path,
                (),
                (),
                tuple([allow for one in file.statements if one.allows for allow in one.allowed()]),
            )
            for path, file in self.files.items()
        ]
        ruleset = self.ruleset
        told = checking.told(Report([placed(each) for each in found]), replace(ruleset, files=allows), today)
        outer = Report([placed(each) for each in (*ruleset.diagnostics, *syntax)])
        places = self.places()
        files = tuple(self.files.values())
        tables = {key: table for key, table in self._scope.names.lowered.items() if key in lowered}
        folder = self.recorded.folder
        anew = cache(lambda: Session(folder).settled().checked)
        rules = Forms(rule_entries(files), self.settings, places, lambda: anew().form.rules)
        form = f.Form(rules, tables, self.schema.store, labels, ruleset.config.chain_limit)
        ruleset = replace(ruleset, files=Files(places.files), diagnostics=tuple(outer.sorted()))
        return Settled(
            ruleset,
            self.schema,
            Checked(form, TestForms(test_entries(files), places, lambda: anew().tests), tuple(told)),
        )

    def _advice(self, labels: Mapping[str, str]) -> list[Diagnostic]:
        """What is only seen in all rules together."""
        if self._about is None:
            about = Report()
            judged = [one.judged for one in self._statements() if one.judged is not None]
            links = [each.link for each in judged if each.link is not None]
            self._scope.names.used = set(self._used).union(*[each.used for each in judged if each.used])
            advice.about_all([*links, *self._setting_links], labels, replace(self._scope, report=about))
            self._about = about.found
        return self._about

    def places(self) -> Places:
        numbers = {path: number for number, path in enumerate(self.files)}
        named = {name: (numbers[one.piece.path], one.piece.base) for name, one in self._named.items()}
        return Places([file.source for file in self.files.values()], named, self.ruleset.sources)


def _path(source: Source) -> str:
    return f"/{source.path}"


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without looking for garbage: what is made here is kept, and looking through all of it again and again takes a third
    of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
