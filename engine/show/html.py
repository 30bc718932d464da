"""A dry run as one page that a merchant can open, print and mail: the sums, then a card for each order.

Called by `dry-run --format html`. It is written order by order; the sums come last and are shown first by the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from dsl.counting import count
from engine.opened import Opened
from engine.show.evidence import Clue, clues, verdict, ways_out, ways_title
from engine.show.format import Options
from engine.show.page import bottom, listing, part, text, top
from engine.show.shown import Shown
from engine.show.story import Act, Chapter, Part, Sending, Story, Told
from engine.show.sums import sums
from engine.show.tally import Tally
from engine.show.teller import tell
from engine.show.words import Words
from engine.trace import RuleTrace

DEEPEST = 5
"""Conditions in conditions that are set further in; the style sheet has as many."""

UNFOLDED = 3
"""Stories that are open from the start, so that nobody has to look for them."""


class Html:
    def __init__(self, out: TextIO, opened: Opened, options: Options) -> None:
        self.out = out
        self.opened = opened
        self.options = options
        self.cards = 0
        self.script = part("engine.show", "page.js")

    def start(self) -> None:
        store = self.opened.schema.store.name
        title = f"Dry run: {store}" if store else "Dry run"
        what = f"When “{self.options.event}” happens. " if self.options.event else ""
        self.out.write(
            f"{top(title, script=self.script)}"
            f"<header><h1>{text(title)}</h1><p>{text(what)}Nothing was sent; answers are assumed.</p></header>\n"
            f'<input id="find" type="search" hidden aria-label="show only orders with these words" '
            f'placeholder="Show only orders with …">\n'
        )

    def order(self, shown: Shown) -> None:
        self.cards += 1
        self.out.write(self.card(tell(shown, self.opened, whole=self.options.all)) + "\n")

    def end(self, tally: Tally) -> None:
        rows = "".join(
            f"<div{' class=bad' if bad else ''}><dt>{text(name)}</dt><dd>{number:,}</dd></div>"
            for name, number, bad in sums(tally, self.opened)
        )
        self.out.write(f'<dl id="sums">{rows}</dl>\n{bottom(script=self.script)}')

    def card(self, story: Story) -> str:
        if story.error is not None:
            return (
                f'<article class="bad"><h2>{text(story.name)}</h2>'
                f'<ul class="problems"><li>could not be read: {text(story.error)}</li></ul></article>'
            )
        bad = bool(story.problems)
        notes = "".join(f'<p class="note">{text(warning)}</p>' for warning in story.warnings)
        problems = listing("problems", (text(problem) for problem in story.problems))
        told = "\n".join(self.part(part, story.words) for part in story.parts)
        unfolded = " open" if self.cards <= UNFOLDED else ""
        return (
            f"<article{' class=bad' if bad else ''}><h2>Order {text(story.number)}</h2>"
            f'<p class="facts">{text(", ".join(story.facts))}</p><p class="name">{text(story.name)}</p>'
            f"{_chips(story.ending)}{notes}{problems}"
            f'<details{unfolded}><summary>What happened</summary><ol class="story">\n{told}\n</ol></details></article>'
        )

    def part(self, part: Part, words: Words) -> str:
        return _sending(part) if isinstance(part, Sending) else self.chapter(part, words)

    def chapter(self, part: Chapter, words: Words) -> str:
        details = f" <small>{text(part.details)}</small>" if part.details else ""
        if not part.bound and not part.problems:
            return f'<li class="idle">{_whose(part.order_id)}{text(part.event)}{details}: no rule waits for it</li>'
        traces = {trace.title: trace for trace in part.traces}
        rules = "".join(self.rule(rule, traces.get(rule.title), words) for rule in part.rules)
        told = {rule.title for rule in part.rules}
        idle = [self.idle_rule(t, part.stopped_by, words) for t in part.traces if t.title not in told]
        if idle:
            rules += f"<details><summary>{count(part.idle, 'rule')} did not fire</summary>{''.join(idle)}</details>"
        elif part.idle:
            rules += f'<p class="because">{count(part.idle, "rule")} did not fire</p>'
        changes = listing("plain", (_change(line) for line in (*part.changes, *part.new_orders)))
        problems = listing("problems", (text(problem) for problem in part.problems))
        heading = f"<h3>{_whose(part.order_id)}{text(part.event)}{details}</h3>"
        return f"<li>{heading}{rules}{changes}{problems}</li>"

    def rule(self, rule: Told, trace: RuleTrace | None, words: Words) -> str:
        tags = {
            "setting": ' <span class="tag">setting</span>',
            "shadow": ' <span class="tag shadow">in shadow: nothing of this is done</span>',
            "rule": "",
        }
        because = f'<p class="because">{text(rule.because)}</p>' if rule.because else ""
        acts = listing("plain", (_act(act, rule.kind == "shadow") for act in rule.acts))
        found = clues(trace, words) if trace else []
        why = f"<details><summary>why it fired</summary>{_clues(found)}</details>" if found else ""
        return f'<div class="rule"><strong>{text(rule.title)}</strong>{tags[rule.kind]}{because}{acts}{why}</div>'

    def idle_rule(self, trace: RuleTrace, stopped_by: str | None, words: Words) -> str:
        ways = ways_out(trace, words)
        lines = listing("plain", map(text, ways))
        needed = f'<div class="ways">{ways_title(ways).capitalize()}{lines}</div>' if ways else ""
        return (
            f'<div class="rule"><strong>{text(trace.title)}</strong> '
            f'<span class="undone">{text(verdict(trace, stopped_by))}</span>'
            f"{_clues(clues(trace, words))}{needed}</div>"
        )


def _chips(ending: Iterable[str]) -> str:
    words = list(ending)
    if not words:
        return '<ul class="chips"><li class="quiet">nothing came of it</li></ul>'
    chips = (f"<li{' class=bad' if each.startswith('not ') else ''}>{text(each)}</li>" for each in words)
    return f'<ul class="chips">{"".join(chips)}</ul>'


def _whose(order_id: str) -> str:
    return f"Order {text(order_id)}: " if order_id else ""


def _change(line: str) -> str:
    return f'<span class="change">{text(line)}</span>'


def _act(act: Act, shadow: bool) -> str:
    target = f' <span class="read">{text(act.target)}</span>' if act.target else ""
    how = ""
    if shadow:
        how = f' <span class="undone">{text(act.reason)}</span>'
    elif act.outcome == "not done":
        how = f' <span class="undone">not done: {text(act.reason)}</span>'
    elif act.outcome == "planned":
        how = ' <span class="planned">planned</span>'
    written = f"<code>{text(act.text)}</code>" if act.text else ""
    return f"{written}{target}{how}{listing('plain', map(_change, act.lines))}"


def _clues(found: Iterable[Clue]) -> str:
    lines = "".join(
        f'<li class="deep{min(clue.depth, DEEPEST)}">'
        f'<span class="mark{" met" if clue.mark == "met" else ""}">{clue.mark}</span> {text(clue.text)}'
        f"{_read(clue)}</li>"
        for clue in found
    )
    return f'<ul class="plain">{lines}</ul>' if lines else ""


def _read(clue: Clue) -> str:
    return f' <span class="read">{text("; ".join(clue.read))}</span>' if clue.read else ""


def _sending(part: Sending) -> str:
    if part.parcel is None:
        heading, body = f"Not sent to {part.connection}", ""
    else:
        heading = f"What would be sent to {part.connection}"
        body = listing(
            "plain",
            (
                *(
                    f"{text(item)}{listing('plain', map(_detail, lines))}"
                    for item, lines in part.parcel.items
                ),
                *map(_detail, part.parcel.about),
            ),
        )
    skipped = listing(
        "plain", (f'<span class="undone">skipped: {text(line)}</span>' for line in part.skipped)
    )
    problems = listing("problems", (text(problem) for problem in part.problems))
    warnings = "".join(f'<p class="note">{text(warning)}</p>' for warning in part.warnings)
    unlike = f'<p class="note">{text(part.unlike)}</p>' if part.unlike else ""
    return (
        f"<li><h3>{_whose(part.order_id)}{text(heading)}</h3>{body}{skipped}{problems}{warnings}{unlike}</li>"
    )


def _detail(line: str) -> str:
    return f'<span class="read">{text(line)}</span>'
