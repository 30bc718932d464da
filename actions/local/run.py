"""`run podos.some_action(name: value)`: writes down what one integration adds; its adapter does it."""

from __future__ import annotations

from actions.work import Done, Task, World, not_done
from dsl.values import missing
from events.effect import Effect
from events.order import Order


def run(order: Order, task: Task, world: World) -> Done:
    """args: connection, action; values: the parameters that the rule gives. A blank one would not be what it says."""
    for name, value in task.values.items():
        if missing(value):
            return not_done(f"the value for {name} is missing")
    connection, action = task.args["connection"], task.args["action"]
    effect = Effect("run", order.id, task.rule, connection, values={**task.values, "action": action})
    return Done("planned", effects=(effect,))
