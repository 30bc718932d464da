"""Where two versions cannot decide differently, so that deciding once is enough.

Asked by `comparing` with what the older version decided. INVARIANT: a turn depends on its event, the order, what the chain
has seen, the rules bound to the event with the tables they look into, and on nothing else that two versions of the same
surroundings have. So by induction, where every event of a chain has the same rules in both, the chain is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine import form as f
from engine.dry_run import Run
from engine.opened import Opened
from engine.ruleset import INVENTORY

ANSWERED = {"email": "email.sent", "post": "order.posted"}
"""Events that happen only where a rule is bound to them: their absence from a run says nothing."""


@dataclass(frozen=True)
class Alike:
    """surroundings: all that an order meets beside the rules is the same: store, printers, inventory, folders, limits."""

    before: f.Form
    after: f.Form
    surroundings: bool
    _events: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, before: Opened, after: Opened) -> Alike:
        return cls(before.checked.form, after.checked.form, surroundings(before) == surroundings(after))

    def run(self, run: Run) -> bool:
        """Whether the newer version gives this very run of the older one."""
        return (
            self.surroundings
            and all(self.event(turn.event.id) for turn in run.turns)
            and all(
                self.event(ANSWERED[each.effect.kind])
                for some in run.performed.values()
                for each in some
                if each.effect.kind in ANSWERED
            )
        )

    def event(self, event_id: str) -> bool:
        """Whether the same rules are bound to it, in the same order, under the same label."""
        found = self._events.get(event_id)
        if found is None:
            old, new = self.before.rules.get(event_id, ()), self.after.rules.get(event_id, ())
            found = self.before.labels.get(event_id) == self.after.labels.get(event_id) and (
                [decisive(rule, self.before) for rule in old] == [decisive(rule, self.after) for rule in new]
            )
            self._events[event_id] = found
        return found


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


def surroundings(opened: Opened) -> tuple[str, ...]:
    """To be compared with another version's."""
    form, ruleset, connections = opened.checked.form, opened.ruleset, opened.ruleset.config.connections
    files = [INVENTORY, *(str(each.settings.get("catalogue")) for each in connections)]
    return (
        repr((form.store, form.chain_limit, ruleset.config.folders)),
        repr(sorted(opened.schema.connections.items())),
        repr(ruleset.own),
        *(ruleset.sources[path].text if path in ruleset.sources else "" for path in files),
    )
