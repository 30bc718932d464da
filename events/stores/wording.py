"""What the stores say when they refuse: the same sentence from every store, on one screen."""

from __future__ import annotations

from collections.abc import Sequence


def known(key: str) -> str:
    return f"the event `{key}` was handled before"


def order_moved(order_id: str) -> str:
    return f"order {order_id} was changed by somebody else since it was read"


def chain_moved(chain_id: str) -> str:
    return f"the chain `{chain_id}` went on since it was read"


def key_used(key: str) -> str:
    return f"an effect with the key `{key}` was asked for before"


def unsettled(order_id: str) -> str:
    return (
        f"order {order_id} still has something to be sent, or that waits for a person; settle it first "
        f"(`ordinance outbox list` shows it)"
    )


def not_open(effect_id: int) -> str:
    return f"effect {effect_id} is settled, or there is none of this number"


def not_held(effect_id: int, owner: str) -> str:
    return f"effect {effect_id} is not held by {owner}"


def lease_over(effect_id: int) -> str:
    return f"effect {effect_id} was held too long; somebody else may take it"


def under_way(effect_id: int) -> str:
    return f"effect {effect_id} is being done at this moment; look again in a minute"


def expect(state: str, states: Sequence[str]) -> None:
    """A caller's bug, not the world's."""
    if state not in states:
        raise ValueError(f"an effect cannot be settled as `{state}`; only as {', '.join(states)}")
