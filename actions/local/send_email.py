"""`send email to ... subject ... body ...`: writes the e-mail down; a performer sends it."""

from __future__ import annotations

import re

from actions.local.wording import quoted
from actions.work import Done, Task, World, not_done
from dsl.values import plain, present
from events.effect import Effect
from events.order import Order

_ADDRESS = re.compile(
    r"[^\s@,;:<>()\"\x00-\x1f\x7f]+@[^\s@,;:<>()\"\x00-\x1f\x7f]+\.[^\s@,;:<>()\".\x00-\x1f\x7f]+"
)
_LONGEST_ADDRESS = 254
"""RFC 5321: longer ones cannot be delivered."""


def send_email(order: Order, task: Task, world: World) -> Done:
    """values: to (one address, or several with commas), subject, body."""
    to, subject, body = (plain(present(task.values.get(part))) for part in ("to", "subject", "body"))
    if to is None:
        return not_done("the address to send the e-mail to is missing")
    addresses = [each.strip() for each in to.split(",")]
    for address in addresses:
        if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
            return not_done(f"{quoted(address)} is not an e-mail address")
    if subject is None:
        return not_done("the e-mail's subject is missing")
    if body is None:
        return not_done("the e-mail's body is missing")
    # A line end from an order's data would end the subject's header and begin another.
    values = {"to": ", ".join(addresses), "subject": " ".join(subject.split()), "body": body}
    return Done("planned", effects=(Effect("email", order.id, task.rule, values=values),))
