"""A ruleset held statement by statement: after an edit only what changed, and what depends on it, is read and judged again.

Every command opens its ruleset through a session (`engine.opened`); an editor and `test --watch` keep one. What a session
says is what `engine.check.check` says of the same files, whatever the edits before: tests hold it to that. A ruleset with
a file that cannot be taken apart (control characters, hundreds of mistakes) is simply checked whole.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial

from dsl import ast
from dsl.diagnostics import Diagnostic, Report, Severity
from dsl.parser import Parsed
from dsl.schema import fold
from dsl.source import Source
from engine import check as checking
from engine import form as f
from engine import wiring
from engine.cache import codec
from engine.cache.block import Block, Lines
from engine.cache.dividing import Divider
from engine.cache.folders import Edited, Recorded
from engine.cache.forms import Files, Forms, Part, Places, TestForms
from engine.cache.judging import EVERY, Need, judge, watch
from engine.cache.rulesfile import RulesFile
from engine.cache.statement import Piece, Statement, digest, placed
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
    """before: by path the blocks of an earlier run, as they were written; environment: of all else that they depended on."""

    def __init__(
        self, folder: Folder, before: Mapping[str, Sequence[Lines]] | None = None, environment: str = ""
    ) -> None:
        self._folder = folder
        self._edits: dict[str, bytes] = {}
        self._before: dict[str, Sequence[Block]] = {}
        for path, kept in (before or {}).items():
            with suppress(codec.Unreadable):
                self._before[path] = [Block.of_before(each, self._there) for each in kept]
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
        self._before |= {path: file.blocks for path, file in self.files.items()}
        self.files = {}
        self.whole = False
        self.recorded = Recorded(Edited(self._folder, self._edits) if self._edits else self._folder)
        divider = Divider()
        self.ruleset = load(self.recorded, wiring.integrations(), lambda source: self._read(source, divider))
        self._before = {}
        if self.whole:
            self._check_whole()
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
                for block in self._blocks():
                    block.forget()
            self._judge(self._blocks())
            if self._scope.names.parts > MOST_PARTS:  # said of all statements together
                self._check_whole()

    def _check_whole(self) -> None:
        self.whole, self.files = True, {}
        self.ruleset = load(self.recorded, wiring.integrations())

    def _read(self, source: Source, divider: Divider) -> Parsed:
        """In the parser's place: a block whose text was read before is not read again."""
        for path in self._before.keys() - set(self.recorded.listed):  # renamed, perhaps
            divider.spare(self._before.pop(path))
        found = None if self.whole else divider.divided(source, self._before.pop(source.path, ()))
        if found is None:
            self.whole = True
            return Parsed(ast.File(source.path, ()), ())
        blocks, _ = found
        self._stand(RulesFile(source, blocks))
        noted = [one for block in blocks for one in block.noted]
        outlines = tuple([one.outline for one in noted if one.outline is not None])
        return Parsed(ast.File(source.path, outlines), (), unread(blocks))

    def _stand(self, file: RulesFile) -> None:
        file.stand()
        self.files[file.source.path] = file

    def _blocks(self) -> Iterator[Block]:
        for file in self.files.values():
            yield from file.blocks

    # -- names, and what names them

    def _name(self) -> None:
        """What rules and tests may name, and what is wrong with that."""
        ruleset, report = self.ruleset, Report(list(self.ruleset.diagnostics))
        blocks = list(self._blocks())
        twice = self._twice()
        outlines = [
            one.outline
            for block in blocks
            for one in (block.noted if twice.isdisjoint(folded(block)) else block.statements)
            if one.outline is not None
        ]
        self._scope, self.settings = checking.scope_of(outlines, ruleset, self.schema, report)
        names = self._scope.names
        self._title()
        checking.check_names(self._scope)
        self._named: dict[str, Statement] = {}
        for block in blocks:
            for one in block.noted:
                if one.named:
                    self._named.setdefault(one.name, one)
        self._pieces = {one.piece: name for name, one in self._named.items()}
        self._found = report.found
        self._broken = names.broken - ruleset.unread
        self._used = frozenset(names.used)
        self._lowered = frozenset(names.lowered)
        self._setting_links = [link_of([one], self.schema) for one in self.settings]
        self._asked = watch(names)
        self._tokens: dict[Need, str] = {}
        self._about: list[Diagnostic] | None = None

    def _twice(self) -> set[str]:
        """Titles, folded, that two rules have, or two tests."""
        rules = Counter([fold(title) for block in self._blocks() for title in block.facts.rules])
        tests = Counter([fold(title) for block in self._blocks() for title in block.facts.tests])
        return {title for found in (rules, tests) for title, count in found.items() if count > 1}

    def _title(self) -> None:
        """Rules by title; of two the first."""
        names = self._scope.names
        dict.clear(names.rules)
        for block in self._blocks():
            for title in block.facts.rules:
                dict.setdefault(names.rules, fold(title), title)

    def _judge(self, blocks: Iterable[Block]) -> None:
        """What does not hold any more, or was never judged."""
        for block in blocks:
            found = block.verdicts
            if (
                found is not None
                and all(self._token(need) == old for need, old in found.needs.items())
                and not any(block.statement(number).unjudged for number in found.telling)
            ):
                self._hold(found.put_in, found.lowered)
            else:
                self._judge_each(block.statements)
                block.judged_anew()

    def _judge_each(self, found: Iterable[Statement]) -> None:
        for one in found:
            judged = one.judged
            if judged is not None and all(self._token(need) == old for need, old in judged.needs):
                self._hold(judged.put_in, judged.lowered)
            elif (tree := one.whole) is not None and not one.named:
                dump = partial(codec.dump, naming=self.naming(one))
                one.verdict = judge(tree, self._scope, self._asked, self._token, dump)
                one.tree = None

    def _hold(self, put_in: int, lowered: Iterable[str]) -> None:
        """What judging left behind, of what need not be judged again."""
        self._scope.names.parts += put_in
        for key in lowered:
            lower_again(key, self._scope)

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
            return names.rules[key]
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
        if old is None or self.whole or any(each.code == TWICE for each in self._found):
            return False
        standing = [one for block in old.blocks for one in block.noted if one.named or one.files]
        source = Source(path, text)
        found = Divider().divided(source, old.blocks)
        if found is None:
            return False
        blocks, region = found
        gone = old.blocks[region.first : region.last]
        came = blocks[region.first : len(blocks) - len(old.blocks) + region.last]
        new = [block for block in came if block not in gone]
        before, links = self.ruleset.unread, facts_for_all(gone)
        unclear, titles = unread(gone), titles_of(gone)
        self._stand(RulesFile(source, blocks))
        if standing != [one for block in blocks for one in block.noted if one.named or one.files]:
            return False
        self.recorded.hashes[path] = hashlib.sha256(self._edits[path]).digest()
        now = unread(self._blocks()) if unclear != unread(came) else before
        if any(name.isidentifier() for name in now ^ before):
            return False  # it may be a name that definitions use
        self.ruleset = replace(
            self.ruleset,
            sources={**self.ruleset.sources, path: source},
            unread=now,
            digest=digest_of(self.recorded.hashes),
        )
        if now == before and titles == titles_of(came):
            self._judge_each([one for block in new for one in block.statements if one.unjudged])
        elif self._retitled():
            self._judge(self._blocks())
        else:
            return False
        if (
            self._scope.names.parts > MOST_PARTS
        ):  # with those of what was edited away: all are judged and counted anew
            for block in self._blocks():
                block.forget()
            return False
        self._hold_advice(gone, came, links == facts_for_all(came))
        return True

    def _retitled(self) -> bool:
        """Rules by title, once more. False where a title is there twice, which is said with the names."""
        if self._twice():
            return False
        names = self._scope.names
        self._title()
        set.clear(names.broken)
        set.update(names.broken, self._broken, self.ruleset.unread)
        self._tokens = {n: token for n, token in self._tokens.items() if n[0] not in ("rules", "broken")}
        return True

    def _hold_advice(self, gone: Iterable[Block], came: Iterable[Block], same: bool) -> None:
        """Advice about all rules together still holds where the edited ones are to others what they were."""
        if self._about is not None:
            left = {one.piece for block in gone for one in block.made}
            left -= {one.piece for block in came for one in block.made}
            shown = {
                span.source for each in self._about for span in (each.span, *[n.span for n in each.notes])
            }
            if not same or not left.isdisjoint(shown):
                self._about = None

    # -- what is to be said

    def _settled(self, today: dt.date | None) -> Settled:
        found, hints = list(self._found), list[Diagnostic]()
        syntax: list[Diagnostic] = []
        labels = checking.labels_of(self.schema)
        lowered = set(self._lowered)
        for block in self._blocks():
            for one in block.noted:
                syntax += one.syntax
            verdicts = block.verdicts
            if verdicts is not None:
                for number in verdicts.telling:
                    if (judged := block.statement(number).judged) is not None:
                        found += judged.found
                        hints += judged.advice
                labels.update(verdicts.labels)
                lowered |= verdicts.lowered
        found += syntax
        if not any(each.severity is Severity.ERROR for each in found):
            found += hints
            found += self._advice(labels)
        allows = [
            ast.File(
                path,
                (),
                (),
                tuple([allow for block in file.blocks for one in block.noted for allow in one.allowed()]),
            )
            for path, file in self.files.items()
        ]
        ruleset = self.ruleset
        told = checking.told(Report([placed(each) for each in found]), replace(ruleset, files=allows), today)
        outer = Report([placed(each) for each in (*ruleset.diagnostics, *syntax)])
        places = self.places()
        parts = self.parts()
        tables = {key: table for key, table in self._scope.names.lowered.items() if key in lowered}
        folder = self.recorded.folder
        anew = cache(lambda: Session(folder).settled().checked)
        rules = Forms(parts, self.settings, places, lambda: anew().form.rules)
        form = f.Form(rules, tables, self.schema.store, labels, ruleset.config.chain_limit)
        ruleset = replace(ruleset, files=Files(places.files), diagnostics=tuple(outer.sorted()))
        return Settled(
            ruleset,
            self.schema,
            Checked(form, TestForms.of(parts, places, lambda: anew().tests), tuple(told)),
        )

    def _advice(self, labels: Mapping[str, str]) -> list[Diagnostic]:
        """What is only seen in all rules together."""
        if self._about is None:
            about = Report()
            found = [each for block in self._blocks() if (each := block.verdicts) is not None]
            links = [link for each in found for link in each.links]
            self._scope.names.used = set(self._used).union(*[each.used for each in found])
            try:
                advice.about_all([*links, *self._setting_links], labels, replace(self._scope, report=about))
            except codec.Unreadable:  # where a rule stands that was judged by an earlier run
                for block in self._blocks():
                    block.forget()
                self._judge(self._blocks())
                return self._advice(labels)
            self._about = about.found
        return self._about

    def parts(self) -> list[Part]:
        """The forms of all blocks."""
        return [
            Part(block.forming, block.forms, number, block.home.begins)
            for number, file in enumerate(self.files.values())
            for block in file.blocks
        ]

    def places(self) -> Places:
        numbers = {path: number for number, path in enumerate(self.files)}
        named = {name: (numbers[one.piece.path], one.piece.base) for name, one in self._named.items()}
        return Places([file.source for file in self.files.values()], named, self.ruleset.sources)


def folded(block: Block) -> set[str]:
    return {fold(title) for title in (*block.facts.rules, *block.facts.tests)}


def titles_of(blocks: Iterable[Block]) -> list[str]:
    return [title for block in blocks for title in block.facts.rules]


def unread(blocks: Iterable[Block]) -> frozenset[str]:
    return frozenset([name for block in blocks for one in block.noted for name in one.unread])


def facts_for_all(blocks: Iterable[Block]) -> tuple[list[object], frozenset[str]]:
    """What advice about all rules together looks at."""
    found = [each for block in blocks if (each := block.verdicts) is not None]
    return [link[:4] for each in found for link in each.links], frozenset().union(*[e.used for e in found])


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
