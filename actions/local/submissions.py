"""`submit to X`, `resubmit to X`, `cancel at X`: two rules that both submit make one print (language.md section 6)."""

from __future__ import annotations

from decimal import Decimal

from actions.work import Caused, Done, Task, World, not_done
from dsl.schema import ConnectionSpec, fold
from events.effect import Effect
from events.order import Order, Submission


def submit(order: Order, task: Task, world: World) -> Done:
    """args: connection. Only where nothing stands there: none yet, or the last one failed or was cancelled."""
    connection = _connection(task, world)
    stands = standing_at(order, connection)
    if stands is not None and stands.state in ("scheduled", "accepted"):
        return not_done(_where(connection, stands))
    if (nameless := _at_a_name_that_is_gone(order, world)) is not None:
        return not_done(
            f"{nameless}, and ordinance.yaml has no connection of that name any more: it may be the same printer under "
            f"another name; `resubmit to {connection.label}` sends it all the same"
        )
    return _begin(order, task, connection, stands)


def resubmit(order: Order, task: Task, world: World) -> Done:
    """args: connection. Said in so many words, so an accepted order is sent again; one that is on its way is not."""
    connection = _connection(task, world)
    stands = standing_at(order, connection)
    if stands is not None and stands.state == "scheduled":
        return not_done(_where(connection, stands))
    return _begin(order, task, connection, stands)


def cancel(order: Order, task: Task, world: World) -> Done:
    """args: connection. What was accepted is canceled there; what has not left yet is kept from leaving."""
    connection = _connection(task, world)
    stands = standing_at(order, connection)
    if stands is None:
        return not_done(f"the order was not submitted to {connection.label}")
    if stands.state == "cancelled":
        return not_done(f"the order is already canceled at {connection.label}")
    if stands.state == "failed":
        return not_done(f"{connection.label} did not accept the order, so there is nothing to cancel")
    if order.submission(connection.name) is None:
        order.submissions.append(stands)
    effect = Effect("cancel", order.id, task.rule, connection.name, stands.number)
    return Done("planned", effects=(effect,))


def standing_at(order: Order, connection: ConnectionSpec) -> Submission | None:
    """What stands at a connection. An order that Order Desk shows as fulfilled there counts as accepted."""
    own = order.submission(connection.name)
    if own is not None or not order.fulfillment_id.strip():
        return own
    if fold(order.fulfillment_name) not in (fold(connection.label), fold(connection.name)):
        return None
    return Submission(connection=connection.name, state="accepted", provider_order_id=order.fulfillment_id)


def _at_a_name_that_is_gone(order: Order, world: World) -> str | None:
    """A connection that was given another name is the same printer, and would print the order again."""
    names = {fold(each.name) for each in world.connections.values()}
    for stands in order.submissions:
        if stands.state in ("scheduled", "accepted") and fold(stands.connection) not in names:
            return _where(ConnectionSpec(stands.connection, f"`{stands.connection}`", ""), stands)
    return None


def held_by(order: Order, world: World) -> str | None:
    """Who has the order or is being sent it, as a reason: what may be printed there must not be printed elsewhere."""
    for stands in order.submissions:
        if stands.state in ("scheduled", "accepted"):
            known = world.connections.get(fold(stands.connection))
            return _where(known or ConnectionSpec(stands.connection, stands.connection, ""), stands)
    name, number = order.fulfillment_name.strip(), order.fulfillment_id.strip()
    if not name or not number:
        return None
    connection = world.connections.get(fold(name)) or ConnectionSpec(name, name, "")
    stands_there = standing_at(order, connection)
    if stands_there is None or stands_there.state not in ("scheduled", "accepted"):
        return None
    return _where(connection, stands_there)


def _connection(task: Task, world: World) -> ConnectionSpec:
    return world.connections[fold(task.args["connection"])]


def _where(connection: ConnectionSpec, stands: Submission) -> str:
    if stands.state == "scheduled":
        return f"the order is already scheduled to {connection.label} and has no answer yet"
    number = stands.provider_order_id.strip()
    return f"the order was already accepted by {connection.label}" + (f" as {number}" if number else "")


def _begin(order: Order, task: Task, connection: ConnectionSpec, last: Submission | None) -> Done:
    """One record for each connection: a new submission takes the last one's place and counts one more."""
    new = Submission(connection=connection.name, number=1 if last is None else last.number + 1)
    others = [each for each in order.submissions if each.connection != connection.name]
    order.submissions = [*others, new]
    caused = Caused(
        f"{connection.name}.scheduled",
        order.id,
        {"connection": connection.name, "attempt": Decimal(new.number)},
    )
    effect = Effect("submit", order.id, task.rule, connection.name, new.number)
    return Done("planned", caused=(caused,), effects=(effect,))
