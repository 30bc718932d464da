"""`ordinance run --listen`: the address at which carts and printers post to us, opened and told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from engine.cli.terminal import CannotDo, note
from engine.cli.working import Desk
from engine.hooks import hooks_of
from engine.runtime.listening import Listener
from engine.runtime.service import Service
from engine.runtime.webhooks import PATH, Webhooks

_ADDRESS = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:]+\]|[^:\s]+):)?(?P<port>[0-9]{1,5})")
HERE = "127.0.0.1"


@contextmanager
def listening(desk: Desk, service: Service, address: str) -> Iterator[None]:
    host, port = parts_of(address)
    hooks = hooks_of(desk.opened, os.environ)
    for why in hooks.missing.values():
        note(why)
    if not hooks.usable:
        also = (
            "" if hooks.missing else ": no connection of ordinance.yaml posts to us; Shopify, for one, does"
        )
        raise CannotDo(f"there is nothing to listen for{also}")
    webhooks = Webhooks(desk.runtime, hooks.usable, hooks.missing, service.told.put)
    try:
        listener = Listener(host, port, webhooks)
    except OSError as error:
        why = (os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)).lower()
        raise CannotDo(f"nothing can be listened for at {host}:{port}: {why}") from None
    with listener:
        shown = f"[{host}]" if ":" in host else host
        for name, hook in hooks.usable.items():
            hint = (
                ""
                if hook.cart or hook.webhook.signature or hook.webhook.secret
                else ", unsigned: it is asked before it is believed"
            )
            note(f"listening for {hook.connection.label} at http://{shown}:{listener.port}{PATH}{name}{hint}")
        yield


def parts_of(address: str) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(address.strip())
    if found is None or int(found["port"]) > 65535:
        raise CannotDo(
            f"`--listen {address}` is no address; write `--listen 8080` or `--listen 127.0.0.1:8080`"
        )
    return (found["host"] or HERE).strip("[]"), int(found["port"])
