"""The words of a line and how they hang together: what stands close, what may go on a line of its own.

Called by `statements`, line after line in the order of the text; takes the comments along, each to the word that it stands
beside. One method for each rule of the grammar that is more than its words with a blank between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dsl import words as language
from dsl.formatting import literals
from dsl.formatting.concrete import Part, Tree
from dsl.formatting.layout import Group, Run, Word, words
from dsl.lalr import Word as Token

_CLOSE = frozenset("),]:[")
"""What stands close to what is before it, wherever it stands."""
_OPEN = frozenset("([")
"""What the next word stands close to."""


@dataclass(frozen=True, slots=True)
class Comment:
    """start, end: in the file. alone: nothing stands before it on its line."""

    text: str
    start: int
    end: int
    alone: bool


class Runs:
    """text: the file's. start: where the statement begins in it. comments: of the file, in order; next: the first that no
    word has taken yet. end: of what was read so far. kept: the lines that an `# allow` covers; line_starts: of all lines."""

    def __init__(
        self,
        text: str,
        start: int,
        comments: Sequence[Comment],
        following: int,
        kept: frozenset[int],
        line_starts: Sequence[int],
    ) -> None:
        self.text, self.start, self.comments, self.next = text, start, comments, following
        self.kept, self.line_starts = kept, line_starts
        self.end = start
        self.indent = 0
        self._glue = False
        self._line = 0
        self._last: Word | None = None

    def of(self, parts: Sequence[Part]) -> Run:
        found: Run = []
        for part in parts:
            found += [self.word(part)] if isinstance(part, Token) else self.tree(part)
        return found

    def tree(self, tree: Tree) -> Run:
        special = _SPECIAL.get(tree.kind)
        return special(self, tree) if special is not None else self.plain(tree.parts)

    def ends_with(self, comment: Comment) -> None:
        """A comment on the line of the last word."""
        if self._last is not None:
            self._last.after = comment.text

    # -- words

    def word(self, token: Token, *, glued: bool = False, text: str | None = None) -> Word:
        begin, end = self.start + token.start_pos, self.start + token.end_pos
        said = literals.tidy(str(token), " " * self.indent) if text is None else text
        word = Word(
            said, glued=glued or self._glue or token[0] in _CLOSE or (token[0] == "." and len(token) > 1)
        )
        self._take_comments(word, begin)
        if self.kept:
            line = bisect_right(self.line_starts, begin)
            word.stays = line == self._line and line in self.kept
            self._line = bisect_right(self.line_starts, end)
        self._glue = token[-1] in _OPEN
        self.end, self._last = end, word
        return word

    def _take_comments(self, word: Word, begin: int) -> None:
        end = self.end
        first = True
        while self.next < len(self.comments) and self.comments[self.next].start < begin:
            comment = self.comments[self.next]
            self.next += 1
            if not comment.alone and self._last is not None:
                self._last.after = comment.text
            else:
                word.blank = word.blank or (first and self._empty_line(end, comment.start))
                first = False
                word.above.append(comment.text)
            end = comment.end
        word.blank = word.blank or (first and self._empty_line(end, begin))

    def _empty_line(self, end: int, begin: int) -> bool:
        return self.text.count("\n", end, begin) > 1

    # -- what hangs together

    def plain(self, parts: Sequence[Part]) -> Run:
        """Words with a blank between; values with commas between go on on the next line."""
        signs = [(at, str(part)) for at, part in enumerate(parts) if isinstance(part, Token)]
        commas = [at for at, sign in signs if sign == ","]
        if not commas:
            return self.of(parts)
        first = max([at + 1 for at, sign in signs if sign in _BEFORE and at < commas[0]], default=0)
        last = min([at for at, sign in signs if sign == ")" and at > commas[-1]], default=len(parts))
        before = self.of(parts[:first])
        listed = self.several(parts[first:last], {","}, ends=True, fill=True)
        return [*before, listed, *self.of(parts[last:])]

    def several(
        self,
        parts: Sequence[Part],
        between: set[str],
        *,
        ends: bool = False,
        indent: int = 0,
        fill: bool = False,
    ) -> Group:
        """A group of what stands before, between and after certain words; ends: these end an item, else they begin one."""
        items: list[Run] = [[]]
        for part in parts:
            if isinstance(part, Token) and part in between and not ends and items[-1]:
                items.append([])
            items[-1] += [self.word(part)] if isinstance(part, Token) else self.tree(part)
            if isinstance(part, Token) and part in between and ends:
                items.append([])
        return Group([item for item in items if item], indent, fill)

    def joined(self, tree: Tree) -> Run:
        """Conditions joined by `and` or `or`. A comment after the word belongs to the condition before it."""
        group = self.several(tree.parts, {"and", "or"})
        for item, following in zip(group.items, group.items[1:], strict=False):
            *_, last = words(item)
            first = next(words(following))
            if first.after and not last.after:
                last.after, first.after = first.after, ""
        return [group]

    def events(self, tree: Tree) -> Run:
        on, *events = tree.parts
        return [*self.of([on]), self.several(events, {"or"})] if len(events) > 1 else self.of(tree.parts)

    def define(self, tree: Tree) -> Run:
        return [Group([self.of(tree.parts[:3]), self.of(tree.parts[3:])], indent=2)]

    def email(self, tree: Tree) -> Run:
        return [self.several(tree.parts, {"subject", "body"}, indent=2)]

    def set_to(self, tree: Tree) -> Run:
        return [self.several(tree.parts, {"to"}, indent=2)]

    def split(self, tree: Tree) -> Run:
        return [self.several(tree.parts, {"into"}, indent=2)]

    def answer(self, tree: Tree) -> Run:
        return [self.several(tree.parts, {"with"}, indent=6)]

    def happens(self, tree: Tree) -> Run:
        rest = len([part for part in tree.parts if not (isinstance(part, Tree) and part.kind == "detail")])
        items = [self.of(tree.parts[:rest]), *[self.of([detail]) for detail in tree.parts[rest:]]]
        return [Group(items, indent=6)]

    # -- what stands close

    def called(self, tree: Tree) -> Run:
        """`round(`: the bracket stands close to the name."""
        at = next((n for n, part in enumerate(tree.parts) if isinstance(part, Token) and part == "("), None)
        if at is None:
            return self.of(tree.parts)
        name = self.of(tree.parts[:at])
        self._glue = True
        return [*name, *self.plain(tree.parts[at:])]

    def negative(self, tree: Tree) -> Run:
        sign, value = tree.parts
        run = self.of([sign])
        self._glue = True
        return [*run, *self.of([value])]

    def connection(self, tree: Tree) -> Run:
        """A name needs no quotes where the language can tell where it ends."""
        (token,) = tree.parts
        assert isinstance(token, Token)
        name = token[1:-1] if token[0] == '"' else ""
        return [self.word(token, text=name if language.is_connection(name) else None)]

    def pattern(self, tree: Tree) -> Run:
        """Backslashes and braces belong to the pattern; there is nothing to choose."""
        (token,) = tree.parts
        assert isinstance(token, Token)
        return [self.word(token, text=str(token))]


_BEFORE = frozenset("(=")
"""What a list of values begins after."""

_SPECIAL: dict[str, Callable[[Runs, Tree], Run]] = {
    "alternatives": Runs.joined,
    "conditions": Runs.joined,
    "on": Runs.events,
    "define": Runs.define,
    "set_to": Runs.set_to,
    "send_email": Runs.email,
    "send_email_from": Runs.email,
    "split_items": Runs.split,
    "split_by": Runs.split,
    "given_rejects": Runs.answer,
    "when_happens": Runs.happens,
    "call": Runs.called,
    "lookup": Runs.called,
    "run": Runs.called,
    "minus": Runs.negative,
    "negative": Runs.negative,
    "connection": Runs.connection,
    "pattern": Runs.pattern,
}
