"""Where two versions cannot decide differently, so that deciding once is enough.

Asked by `comparing` with what the older version decided. INVARIANT: a turn depends on its event, the order, what the chain
has seen, the rules bound to the event with the tables they look into, and on nothing else that two versions of the same
surroundings have. A rule that does not fire leaves no mark. So by induction, where in every turn of a chain only rules
differ that did not fire and cannot, the chain is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from actions.work import World
from engine import form as f
from engine.compile.paths import SUBJECTS, concerned, paths_of
from engine.compile.program import compile as compile_form
from engine.decision import Turn
from engine.dry_run import Run
from engine.facts import Facts
from engine.matcher import Reader
from engine.opened import Opened
from engine.ruleset import INVENTORY

ANSWERED = {"email": "email.sent", "post": "order.posted"}
"""Events that happen only where a rule is bound to them: their absence from a run says nothing."""


@dataclass(frozen=True)
class Others:
    """How the rules of an event differ. gone: titles of those that only the older version has. came: those that only the newer
    one has, as rules of an event of their own. disturbing: titles of older rules that write what those that came may read, so
    that their conditions may be others later in the turn."""

    gone: frozenset[str] = frozenset()
    came: Reader | None = None
    disturbing: frozenset[str] = frozenset()

    @property
    def none(self) -> bool:
        return not self.gone and self.came is None


@dataclass(frozen=True)
class Alike:
    """surroundings: all that an order meets beside the rules is the same: store, printers, inventory, folders, limits."""

    before: f.Form
    after: f.Form
    world: World
    surroundings: bool
    _events: dict[str, Others | None] = field(default_factory=dict)

    @classmethod
    def of(cls, before: Opened, after: Opened) -> Alike:
        same = surroundings(before) == surroundings(after)
        return cls(before.checked.form, after.checked.form, after.world, same)

    def run(self, run: Run) -> bool:
        """Whether the newer version gives this very run of the older one."""
        if not self.surroundings:
            return False
        for some in run.performed.values():
            for each in some:
                answer = ANSWERED.get(each.effect.kind)
                if answer is not None and not ((others := self.others(answer)) and others.none):
                    return False
        return all(self.turn(turn) for turn in run.turns)

    def turn(self, turn: Turn) -> bool:
        others = self.others(turn.event.id)
        if others is None or not others.gone.isdisjoint((*turn.fired, *turn.shadow)):
            return False
        if others.came is None:
            return True
        return others.disturbing.isdisjoint(turn.fired) and (
            others.came.begin(Facts(turn.before, turn.event, self.world)).next(0) is None
        )

    def others(self, event_id: str) -> Others | None:
        """None where what stays stands in another order, or the event has another label."""
        if event_id not in self._events:
            self._events[event_id] = self._others(event_id)
        return self._events[event_id]

    def _others(self, event_id: str) -> Others | None:
        if self.before.labels.get(event_id) != self.after.labels.get(event_id):
            return None
        old = [(decisive(rule, self.before), rule) for rule in self.before.rules.get(event_id, ())]
        new = [(decisive(rule, self.after), rule) for rule in self.after.rules.get(event_id, ())]
        stay = {text for text, _ in old} & {text for text, _ in new}
        if [text for text, _ in old if text in stay] != [text for text, _ in new if text in stay]:
            return None
        came = tuple(rule for text, rule in new if text not in stay)
        return Others(
            frozenset(rule.title for text, rule in old if text not in stay),
            compile_form(replace(self.after, rules={event_id: came})) if came else None,
            disturbing([rule for _, rule in old], frozenset(path for rule in came for path in reads(rule))),
        )


def disturbing(rules: Iterable[f.RuleForm], paths: Collection[str]) -> frozenset[str]:
    return frozenset(
        rule.title
        for rule in rules
        if any(concerned(paths, path) for act in rule.acts for path in act.writes)
    )


def reads(rule: f.RuleForm) -> set[str]:
    """What a rule may look at, in canonical paths; too many do no harm."""
    over = {
        node.over for node in f.walk((rule.when, rule.where)) if isinstance(node, (f.Aggregate, f.Quantified))
    }
    subjects = {SUBJECTS[each] for each in (*over, *([rule.over] if rule.over else []))}
    return {"order.currency", *subjects, *(path for ref in rule.reads for path in paths_of(ref))}


def decisive(rule: f.RuleForm, form: f.Form) -> str:
    """All of a rule that its outcome depends on, and the tables that it looks into; not what is for people, and not the other
    events that it is bound to. As text, because Python takes `1` for `1.0` and for `true`, and a note does not."""
    acts = tuple(replace(act, text="", writes=frozenset()) for act in rule.acts)
    looked_into = {
        node.table for node in f.walk((rule.when, rule.where, rule.acts)) if isinstance(node, f.Lookup)
    }
    return repr((
        replace(rule, because="", owner="", events=(), acts=acts),
        [sorted(act.writes) for act in rule.acts],
        [form.tables.get(name) for name in sorted(looked_into)],
    ))  # fmt: skip


def surroundings(opened: Opened) -> Sequence[str]:
    """To be compared with another version's."""
    form, ruleset, connections = opened.checked.form, opened.ruleset, opened.ruleset.config.connections
    files = [INVENTORY, *(str(each.settings.get("catalogue")) for each in connections)]
    return [
        repr((form.store, form.chain_limit, ruleset.config.folders)),
        repr(sorted(opened.schema.connections.items())),
        repr(ruleset.own),
        *(ruleset.sources[path].text if path in ruleset.sources else "" for path in files),
    ]
