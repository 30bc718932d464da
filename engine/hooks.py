"""Which connections may post to us, each with the secret that shows that it is they.

Called by `ordinance run --listen` and `ordinance integrations`. What they post is `engine.runtime.webhooks`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions.cart import cart_spec
from actions.declarative.spec import Webhook
from actions.preparing import settings
from dsl.schema import ConnectionSpec, fold
from engine.adapters import Environment, Unusable, described, secrets_of
from engine.opened import Opened
from engine.runtime.carts import Cart
from engine.runtime.webhooks import Hook


@dataclass(frozen=True)
class Hooks:
    """Both by connection. missing: why not."""

    usable: Mapping[str, Hook]
    missing: Mapping[str, str]


def hooks_of(opened: Opened, environment: Environment) -> Hooks:
    usable: dict[str, Hook] = {}
    missing: dict[str, str] = {}
    for connection in listened_to(opened):
        try:
            usable[connection.name] = hook_of(opened, connection, environment)
        except Unusable as why:
            missing[connection.name] = str(why)
    return Hooks(usable, missing)


def listened_to(opened: Opened) -> list[ConnectionSpec]:
    """The connections of which it is known what they post, in the order of ordinance.yaml."""
    found = (opened.schema.connection(each.name) for each in opened.ruleset.config.connections)
    return [each for each in found if each is not None and posted_by(opened, each) is not None]


def posted_by(opened: Opened, connection: ConnectionSpec) -> Webhook | None:
    if (cart := cart_spec(connection.integration)) is not None:
        return cart.webhook
    spec = described(opened, connection.integration) if connection.can_submit else None
    return spec.webhook if spec is not None else None


def hook_of(opened: Opened, connection: ConnectionSpec, environment: Environment) -> Hook:
    """Raises Unusable."""
    webhook = posted_by(opened, connection)
    assert webhook is not None, "only for those that post"
    secrets = secrets_of(opened, connection, environment)
    for name in needed(webhook):
        if name not in secrets:
            raise Unusable(
                f"{connection.label} is not listened to: `{name}` of connection `{connection.name}` in ordinance.yaml "
                "is not set"
            )
    spec = cart_spec(connection.integration)
    if spec is None:
        return Hook(connection, webhook, secrets)
    prefix = settings.text(connection, "order_prefix")
    for other in listened_to(opened):
        alike = fold(settings.text(other, "order_prefix")) == fold(prefix)
        if alike and other.integration == connection.integration and other.name != connection.name:
            raise Unusable(
                f"{connection.label} is not listened to: its orders have the same numbers as those of {other.label}; "
                "give one of them an `order_prefix`"
            )
    return Hook(connection, webhook, secrets, Cart(spec, connection, prefix))


def needed(webhook: Webhook) -> list[str]:
    """The settings that hold what is signed with."""
    template = (
        webhook.signature.key if webhook.signature else webhook.secret.value if webhook.secret else None
    )
    paths = template.paths() if template is not None else ()
    return [
        str(getattr(path.steps[0], "name", "")) for path in paths if path.root == "connection" and path.steps
    ]
