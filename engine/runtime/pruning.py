"""What of a store nobody needs any more: rules that decided nothing that is still there, and effects settled long ago.

Called by `ordinance prune`. INVARIANT: whatever is told of an order that is kept, or decided again, is told after it as
before: orders, their history and journal stay, and every text that their decisions were made with.
"""

from __future__ import annotations

import datetime as dt

from engine.runtime.journal import Context
from events.store import Pruned, Store
from events.stores import encode


def prune(store: Store, before: dt.datetime) -> Pruned:
    """Nothing else may be at work on the store."""
    return store.prune(before, needed(store))


def needed(store: Store) -> set[str]:
    """Digests of the lists of files that a kept decision names, and of the files in them."""
    lists = {
        Context.read(entry).files for stored in store.orders() for entry in store.journal(stored.order.id)
    }
    found = set(lists)
    for each in lists:
        if (listing := store.blob(each)) is not None:
            found |= set(encode.members(listing.decode()).values())
    return found
