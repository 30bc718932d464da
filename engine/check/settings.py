"""Settings that act, as the rules nobody wrote: `podOS setting: after import, move to "In production"`."""

from __future__ import annotations

from collections.abc import Mapping

from dsl import types
from dsl.schema import ConnectionSpec, Schema, SettingRule
from engine import form as f

FOLDER_WRITES = frozenset({"order.folder", "order.folder_id"})


def setting_rules(schema: Schema, folder_ids: Mapping[str, int]) -> list[tuple[str, f.RuleForm]]:
    """Event id and rule, for every acting setting of every connection, in order."""
    connections = {c.name: c for c in schema.connections.values()}
    return [(one.event, rule_of(one, c, folder_ids)) for c in connections.values() for one in c.rules]


def rule_of(one: SettingRule, connection: ConnectionSpec, folder_ids: Mapping[str, int]) -> f.RuleForm:
    args = {**one.args, "folder_id": folder_ids.get(one.args["folder"])}
    act = f.Act(one.verb, one.title.split(": ", 1)[-1], args=args, writes=FOLDER_WRITES)
    when = through(connection.name) if one.own else None
    return f.RuleForm(one.title, (one.event,), (act,), when, setting=True, reads=f.reads_of(when))


def through(connection: str) -> f.Condition:
    """Only for what came through this connection."""
    return f.Equal("text", f.Read("event", ("connection",), "field", types.TEXT), f.Const(connection))
