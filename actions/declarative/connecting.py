"""A description, a connection's settings and its secrets, put together into an adapter that can be used.

Called by whoever starts the service, and by the tests. INVARIANT: in test mode nothing is ever sent to the live address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from actions.declarative.adapter import Adapter
from actions.declarative.scope import connection_scope, in_test
from actions.declarative.spec import AdapterSpec
from actions.http import Client, HttpClient, Limits
from actions.secret import Secret
from dsl.schema import ConnectionSpec


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def connect(
    spec: AdapterSpec,
    connection: ConnectionSpec,
    secrets: Mapping[str, Secret],
    *,
    base_url: str | None = None,
    client: Client | None = None,
    now: Callable[[], dt.datetime] = _utc_now,
) -> Adapter:
    """secrets: the connection's, by setting. base_url: the sandbox's, in place of those of the description."""
    url = base_url or address(spec, connection)
    if client is None:
        seconds = spec.connection.timeouts
        client = HttpClient(url, Limits(connect=float(seconds.connect), read=float(seconds.read)))
        problem = "" if url else no_address(spec, connection)
    else:
        problem = ""
    return Adapter(spec, connection, dict(secrets), client, now, problem)


def address(spec: AdapterSpec, connection: ConnectionSpec) -> str:
    """The base URL of the connection's mode; blank where it has none."""
    urls = spec.connection.base_url
    template = urls.test if in_test(connection) else urls.live
    return template.words({"connection": connection_scope(connection, {})}) if template is not None else ""


def no_address(spec: AdapterSpec, connection: ConnectionSpec) -> str:
    """What is missing, and the way out."""
    urls, test = spec.connection.base_url, in_test(connection)
    place = f"connection `{connection.name}` in ordinance.yaml"
    what = f"{connection.label} has no address for {'test orders' if test else 'orders'}"
    template = urls.test if test else urls.live
    if template is None:
        return f"{what}: say `order_mode: live` of {place} when all is as you want it"
    names = [f"`{getattr(path.steps[0], 'name', '')}`" for path in template.paths() if path.steps]
    return f"{what}: set {' and '.join(names)} of {place}" if names else what
