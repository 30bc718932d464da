"""`post to "https://..."`: writes down that the order is to be posted as JSON; a performer signs and sends it."""

from __future__ import annotations

from urllib.parse import urlsplit

from actions.local.wording import quoted
from actions.work import Done, Task, World, not_done
from dsl.values import plain, present
from events.effect import Effect
from events.order import Order


def post_to(order: Order, task: Task, world: World) -> Done:
    """values: url."""
    url = plain(present(task.values.get("url")))
    if url is None:
        return not_done("the address to post to is missing")
    url = url.strip()
    if not _web_address(url):
        return not_done(f"{quoted(url)} is not a web address that begins with http:// or https://")
    return Done("planned", effects=(Effect("post", order.id, task.rule, values={"url": url}),))


def _web_address(url: str) -> bool:
    if any(each.isspace() or not each.isprintable() for each in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
