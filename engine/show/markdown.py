"""A dry run for the comment of a pull request: the sums, a row for each order, and the story of each to unfold.

Called by `dry-run --format markdown`. A comment holds only so much, so the stories stop where it would be full, and it is
said how many are left out. Orders' texts can neither mention a person, link to an issue nor begin a markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from dsl.counting import count
from engine.opened import Opened
from engine.report.place import visible
from engine.show.evidence import Clue, clues, verdict, ways_out
from engine.show.format import Options
from engine.show.shown import Shown
from engine.show.story import Act, Chapter, Sending, Story, Told
from engine.show.sums import sums
from engine.show.tally import Tally
from engine.show.teller import tell
from engine.show.words import Words

TABLE, STORIES = 20_000, 40_000
"""Characters of each: GitHub takes 65,536 in a comment."""

_MARKUP = re.compile(r"([\\`*_{}\[\]~|$])")
_LINKED = re.compile(r"[@#]|:(?=//)|www(?=\.)", re.IGNORECASE)
_KINDS = {"setting": " (a setting)", "shadow": " (in shadow: nothing of this is done)", "rule": ""}


@dataclass
class Kept:
    """Texts as long as there is room, and how many there was none for. The first always fits: a comment says something."""

    room: int
    texts: list[str] = field(default_factory=list)
    more: int = 0

    def keep(self, text: str) -> None:
        if self.more or (self.texts and len(text) > self.room):
            self.more += 1
            return
        self.texts.append(text)
        self.room -= len(text)


class Markdown:
    def __init__(self, out: TextIO, opened: Opened, options: Options) -> None:
        self.out = out
        self.opened = opened
        self.options = options
        self.rows = Kept(TABLE)
        self.stories = Kept(STORIES)

    def start(self) -> None:
        what = f": {prose(self.options.event)}" if self.options.event else ""
        self.out.write(f"### Dry run{what}\n\nNothing was sent; answers are assumed.\n")

    def order(self, shown: Shown) -> None:
        """Kept, because the table stands before the stories; never more than fits."""
        story = tell(shown, self.opened, whole=self.options.all)
        self.rows.keep(_row(story))
        if story.error is None:
            self.stories.keep("\n".join(self.story(story)) + "\n")

    def end(self, tally: Tally) -> None:
        write = self.out.write
        said = []
        for name, number, bad in sums(tally, self.opened):
            said.append(f"{prose(name)} **{number:,}**" if bad else f"{prose(name)} {number:,}")
        write("\n" + " · ".join(said) + "\n")
        if self.rows.texts:
            write("\n| Order | | How it came out | To look at |\n|---|---|---|---|\n")
            self.out.writelines(self.rows.texts)
        if self.rows.more:
            write(f"\n{count(self.rows.more, 'more order')} would not fit into a comment.\n")
        self.out.writelines("\n" + each for each in self.stories.texts)
        if self.stories.more:
            left = count(self.stories.more, "more order")
            write(f"\nThe details of {left} would not fit; `ordinance dry-run` has them all.\n")

    def story(self, story: Story) -> Iterator[str]:
        ending = ", ".join(story.ending) or "nothing came of it"
        yield f"<details><summary>Order {_html(story.number)}: {_html(ending)}</summary>\n"
        yield f"{prose('; '.join(story.facts))}"
        for part in story.parts:
            yield ""
            yield from self.chapter(part, story.words) if isinstance(part, Chapter) else _sending(part)
        yield "\n</details>"

    def chapter(self, part: Chapter, words: Words) -> Iterator[str]:
        details = f": {code(part.details)}" if part.details else ""
        idle = "" if part.bound else " (no rule waits for it)"
        yield f"{_whose(part.order_id)}**{prose(part.event)}**{details}{idle}\n"
        told = {rule.title: rule for rule in part.rules}
        for rule in part.rules:
            yield from _rule(rule)
        for trace in part.traces:
            if trace.title in told:
                continue
            yield f"- **{prose(trace.title)}** {prose(verdict(trace, part.stopped_by))}"
            if self.options.all:
                yield from (_clue(clue) for clue in clues(trace, words))
            yield from (f"  - it would take {code(way)}" for way in ways_out(trace, words))
        if part.idle and not part.traces:
            yield f"- {count(part.idle, 'rule')} did not fire"
        yield from (f"- {code(line)}" for line in (*part.changes, *part.new_orders))
        yield from (f"- **problem:** {prose(problem)}" for problem in part.problems)


def _row(story: Story) -> str:
    if story.error is not None:
        return f"| {code(story.name)} | | could not be read | {prose(story.error)} |\n"
    troubles = "<br>".join(
        prose(story.words.short(trouble)) for trouble in (*story.problems, *story.warnings)
    )
    ending = ", ".join(prose(each) for each in story.ending) or "nothing"
    return f"| {code(story.number)} | {prose(', '.join(story.facts))} | {ending} | {troubles} |\n"


def _rule(rule: Told) -> Iterator[str]:
    because = f": {prose(rule.because)}" if rule.because else ""
    yield f"- **{prose(rule.title)}**{_KINDS[rule.kind]}{because}"
    for act in rule.acts:
        yield from _act(act, rule.kind == "shadow")


def _act(act: Act, shadow: bool) -> Iterator[str]:
    target = f" ({code(act.target)})" if act.target else ""
    how = {"done": "", "planned": ": planned", "not done": f": not done, {prose(act.reason)}"}[act.outcome]
    if act.text or how:
        yield f"  - {code(act.text) if act.text else ''}{target}{f': {prose(act.reason)}' if shadow else how}"
    yield from (f"    - {code(line)}" for line in act.lines)


def _clue(clue: Clue) -> str:
    read = f": {code('; '.join(clue.read))}" if clue.read else ""
    return f"{'  ' * (clue.depth + 1)}- {clue.mark} {code(clue.text)}{read}"


def _sending(part: Sending) -> Iterator[str]:
    verb = "Not sent to" if part.parcel is None else "What would be sent to"
    yield f"{_whose(part.order_id)}**{verb} {prose(part.connection)}**\n"
    if part.parcel is not None:
        for heading, lines in part.parcel.items:
            yield f"- {code(heading)}"
            yield from (f"  - {code(line)}" for line in lines)
        yield from (f"- {code(line)}" for line in part.parcel.about)
    yield from (f"- skipped: {prose(line)}" for line in part.skipped)
    yield from (f"- **problem:** {prose(problem)}" for problem in part.problems)
    yield from (f"- warning: {prose(warning)}" for warning in part.warnings)
    if part.unlike:
        yield f"- {prose(part.unlike)}"


def _whose(order_id: str) -> str:
    return f"Order {code(order_id)}: " if order_id else ""


def code(text: str) -> str:
    """A code span: nothing in it is markup, a mention or a link. A bar ends a table's cell even there."""
    text = " ".join(visible(text).split()).replace("|", "\\|") or " "
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str) -> str:
    """Words as they are. The empty comment keeps GitHub from seeing a mention, an issue or an address."""
    text = html.escape(" ".join(visible(text).split()), quote=False)
    return _LINKED.sub(lambda found: f"{found[0]}<!-- -->", _MARKUP.sub(r"\\\1", text))


def _html(text: str) -> str:
    """In the heading of something to unfold, which is no Markdown."""
    return f"<code>{html.escape(' '.join(visible(text).split()))}</code>"
