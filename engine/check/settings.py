"""Settings that act, as the rules nobody wrote: `podOS setting: after import, move to "In production"`."""

from __future__ import annotations

from actions.catalogue import integrations
from dsl import types
from dsl.schema import ConnectionSpec, Schema, fold
from engine import form as f

FOLDER_WRITES = frozenset({"order.folder", "order.folder_id"})


def setting_rules(schema: Schema) -> list[tuple[str, f.RuleForm]]:
    """Event id and rule, for every acting setting of every connection, in order."""
    found: list[tuple[str, f.RuleForm]] = []
    for connection in dict.fromkeys(c.name for c in schema.connections.values()):
        found += of_connection(schema.connections[fold(connection)], schema)
    return found


def of_connection(connection: ConnectionSpec, schema: Schema) -> list[tuple[str, f.RuleForm]]:
    found = []
    integration = integrations()[connection.integration]
    for setting in integration.settings:
        value = connection.settings.get(setting.name)
        if setting.acts is None or not isinstance(value, str) or not value.strip():
            continue
        event_id = (
            f"{connection.name}{setting.acts.on}" if setting.acts.on.startswith(".") else setting.acts.on
        )
        folder = schema.folders.get(fold(value), value)
        title = f'{connection.label} setting: {setting.acts.title} "{folder}"'
        act = f.Act(
            "move to folder",
            f'{setting.acts.title} "{folder}"',
            args={"folder": folder},
            writes=FOLDER_WRITES,
        )
        when = through(connection.name) if setting.acts.own else None
        found.append(
            (event_id, f.RuleForm(title, (event_id,), (act,), when, setting=True, reads=f.reads_of(when)))
        )
    return found


def through(connection: str) -> f.Condition:
    """Only for what came through this connection."""
    return f.Equal("text", f.Read("event", ("connection",), "field", types.TEXT), f.Const(connection))
