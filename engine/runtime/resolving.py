"""A person's word on an effect that waits for one: try it again, it did happen, or give it up.

Called by `ordinance outbox retry` and `resolve`. The word is kept beside the effect until a worker acts on it, so that the
order's submission, its history and the event that answers the effect come in one transaction, as they always do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.runtime.runtime import Runtime
from events.jsontext import dumps, loads
from events.store import Conflict, Store


@dataclass(frozen=True)
class Word:
    """said: `again` (also under other credentials or in another mode), `happened` (under this number at the provider), or
    `given up`. who: the person."""

    said: Literal["again", "happened", "given up"]
    provider_order_id: str = ""
    who: str = ""


def resolve(runtime: Runtime, effect_id: int, word: Word) -> None:
    """Raises Conflict where the effect is settled or a worker has it, LookupError where there is none."""
    entry = runtime.store.entry(effect_id)
    if entry is None:
        raise LookupError(f"there is no effect {effect_id} in the outbox")
    message = {
        "again": "to be tried again",
        "happened": "a person says that it happened",
        "given up": "given up",
    }
    runtime.store.set_note(_name(entry.new.key), dumps(vars(word)))
    by = f" ({word.who})" if word.who else ""
    try:
        runtime.store.resolve(effect_id, "waiting", message[word.said] + by, runtime.clock.now())
    except Conflict:
        forget_word(runtime.store, entry.new.key)
        raise


def word_on(store: Store, key: str) -> Word | None:
    text = store.note(_name(key))
    return None if text is None else Word(**loads(text))


def forget_word(store: Store, key: str) -> None:
    if store.note(_name(key)) is not None:
        store.set_note(_name(key), None)


def _name(key: str) -> str:
    return f"word on {key}"
