"""The one place that makes an adapter for a connection, and the one that looks a secret up.

Called by the commands that speak to the world: `run`, `apply`, `integrations`. A connection that cannot be used is left out
and says why; what waits for it goes on waiting. Which effects are done, and when, is the runtime's.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from actions.catalogue import Setting, outgoing
from actions.http import Client, HttpClient
from actions.preparing import settings
from actions.provider import Provider
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from engine.connections import variable_for
from engine.masking import REFERENCE
from engine.opened import Opened
from engine.runtime.limits import Rate
from engine.runtime.performers import Live, Mailer, Poster, fingerprint, mode_of
from engine.wiring import integrations
from events.store import Store

if TYPE_CHECKING:
    from actions.declarative.spec import AdapterSpec
    from actions.integrations.podos.api import Api
    from actions.mail import SmtpMailer

Now = Callable[[], dt.datetime]
Environment = Mapping[str, str]

SANDBOX = "sandbox"
"""The mode of whatever speaks to the sandbox: what was planned there is never sent to a real printer."""


class Unusable(Exception):
    """Why a connection cannot be used here: a lower-case sentence with the way out."""


@dataclass(frozen=True)
class Adapters:
    """missing: why not, by connection or kind (`email`). idle: kinds that are set up, but not in this process."""

    live: Mapping[str, Live] = field(default_factory=dict)
    mailer: Mailer | None = None
    poster: Poster | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()

    def close(self) -> None:
        for each in self.live.values():
            each.close()


def adapters(opened: Opened, store: Store, now: Now, environment: Environment) -> Adapters:
    """All that can be used with the secrets that are set here."""
    live: dict[str, Live] = {}
    missing: dict[str, str] = {}
    for connection in printers(opened):
        try:
            live[connection.name] = connected(opened, connection, store, now, environment)
        except Unusable as why:
            missing[connection.name] = str(why)
    mailer: Mailer | None = None
    poster: Poster | None = None
    try:
        mailer = mail_of(opened, now, environment)
    except Unusable as why:
        missing["email"] = str(why)
    try:
        poster = post_of(opened, environment)
    except Unusable as why:
        missing["post"] = str(why)
    return Adapters(live, mailer, poster, missing, frozenset({"email", "post"} & missing.keys()))


def sandboxed(
    opened: Opened, store: Store, now: Now, addresses: Mapping[str, str], mailbox: Path
) -> Adapters:
    """As if every printer were the one of the sandbox; e-mails and posts go into a folder. addresses: by connection."""
    from actions.mail import FolderMailer
    from actions.posting import FolderPoster

    live: dict[str, Live] = {}
    missing: dict[str, str] = {}
    for connection in printers(opened):
        address = addresses.get(connection.name)
        if address is None:
            missing[connection.name] = f"there is no sandbox for {connection.label}, so what is for it waits"
            continue
        any_key = {
            setting.name: Secret(SANDBOX) for setting in _own(opened, connection) if setting.type == "secret"
        }
        provider, rate, _, close = _made(opened, connection, any_key, store, now, address)
        live[connection.name] = Live(provider, SANDBOX, SANDBOX, rate, close)
    sender = settings_of(opened.ruleset.config.mail).get("from", "shop@example.com")
    return Adapters(live, FolderMailer(mailbox, sender, now), FolderPoster(mailbox), missing)


def printers(opened: Opened) -> list[ConnectionSpec]:
    """The connections that orders are submitted to, in the order of ordinance.yaml."""
    found = (opened.schema.connection(each.name) for each in opened.ruleset.config.connections)
    return [each for each in found if each is not None and each.can_submit]


def connected(
    opened: Opened, connection: ConnectionSpec, store: Store, now: Now, environment: Environment
) -> Live:
    """Raises Unusable."""
    secrets = secrets_of(opened, connection, environment)
    known = {name: secret.reveal() for name, secret in secrets.items()}
    known |= {
        setting.name: settings.text(connection, setting.name)
        for setting in _own(opened, connection)
        if setting.required and setting.type != "secret"
    }
    provider, rate, address, close = _made(opened, connection, secrets, store, now)
    return Live(provider, mode_of(connection), fingerprint({**known, "": address}), rate, close)


def secrets_of(opened: Opened, connection: ConnectionSpec, environment: Environment) -> dict[str, Secret]:
    """A connection's, by setting. Raises Unusable, also where another setting is missing that it cannot do without."""
    place = f"connection `{connection.name}` in ordinance.yaml"
    without = f"{connection.label} is not used"
    found: dict[str, Secret] = {}
    for setting in _own(opened, connection):
        text = settings.text(connection, setting.name)
        if not text and setting.required:
            variable = variable_for(connection.name, setting.name)
            written = f"${{{variable}}}" if setting.type == "secret" else "..."
            raise Unusable(f"{without}: {place} has no `{setting.name}`; write `{setting.name}: {written}`")
        if text and setting.type == "secret":
            found[setting.name] = looked_up(text, environment, without, f"`{setting.name}` of {place}")
    return found


@contextmanager
def podos_api(
    opened: Opened, connection: ConnectionSpec, now: Now, environment: Environment
) -> Iterator[Api]:
    """For looking things up in podOS's catalogue. Raises Unusable."""
    from actions.integrations.podos import adapter as podos

    token = secrets_of(opened, connection, environment)["token"]
    client = HttpClient(podos.setting(connection, "base_url"))
    try:
        yield podos.api_of(connection, token, client, now)
    finally:
        client.close()


def looked_up(reference: str, environment: Environment, without: str, place: str) -> Secret:
    """`${PODOS_TOKEN}` as the secret that it stands for. Raises Unusable."""
    assert REFERENCE.fullmatch(reference), "a secret that is no reference is an error of the ruleset"
    variable = reference[2:-1]
    secret = Secret(environment.get(variable, "").strip())
    if not secret:
        raise Unusable(f"{without}: the variable {variable} is not set ({place})")
    return secret


def _made(
    opened: Opened,
    connection: ConnectionSpec,
    secrets: Mapping[str, Secret],
    store: Store,
    now: Now,
    address: str = "",
) -> tuple[Provider, Rate, str, Callable[[], None]]:
    """The adapter, how fast it may be used, the address that it speaks to, and how to hang up. Raises Unusable."""
    if connection.integration == "podos":
        from actions.integrations.podos import adapter as podos

        token = secrets.get("token", Secret(""))
        memory = Notes(store, connection.name)
        provider = podos.connect(connection, token, memory, now, address)
        return (
            provider,
            Rate(),
            address or podos.setting(connection, "base_url"),
            _ending(provider.api.client),
        )
    spec = described(opened, connection.integration)
    if spec is None:
        raise Unusable(f"nothing here can send orders to {connection.label} yet; they can be dry-run")
    from actions.declarative import connecting

    pace = spec.connection.pace
    adapter = connecting.connect(spec, connection, secrets, base_url=address or None, now=now)
    rate = Rate(float(pace.per_second), pace.burst)
    return adapter, rate, address or connecting.address(spec, connection), _ending(adapter.client)


def _ending(client: Client) -> Callable[[], None]:
    return client.close if isinstance(client, HttpClient) else lambda: None


def described(opened: Opened, integration: str) -> AdapterSpec | None:
    """An adapter that is data: one that ships, or one of the ruleset's own."""
    from actions.declarative.reading import adapter_spec

    if (shipped := adapter_spec(integration)) is not None:
        return shipped
    own = opened.ruleset.printers.get(integration)
    return own.adapter if own is not None else None


def _own(opened: Opened, connection: ConnectionSpec) -> tuple[Setting, ...]:
    """The settings of the integration that a connection uses."""
    known = {**integrations(), **{each.id: each for each in opened.ruleset.own}}
    return known[connection.integration].settings


def mail_of(opened: Opened, now: Now, environment: Environment) -> SmtpMailer | None:
    """None where ordinance.yaml has no `mail`. Raises Unusable."""
    mail = opened.ruleset.config.mail
    if mail is None:
        return None
    from actions.mail import Server, SmtpMailer, sender_problem

    said, without = settings_of(mail), "e-mails are not sent"
    for setting in outgoing().mail.settings:
        if setting.required and not said.get(setting.name):
            raise Unusable(f"{without}: `{setting.name}` of `mail` in ordinance.yaml is not set")
    if (problem := sender_problem(said["from"])) is not None:
        raise Unusable(f"{without}: `from` of `mail` in ordinance.yaml: {problem}")
    password = None
    if "password" in said:
        password = looked_up(said["password"], environment, without, "`password` of `mail` in ordinance.yaml")
    security = said.get("security", "starttls")
    if security == "none" and not _on_this_machine(said["server"]):
        raise Unusable(
            f"{without}: `security: none` of `mail` in ordinance.yaml is only for a server on this machine"
        )
    port = mail.get("port")
    if port is not None and not (isinstance(port, (int, Decimal)) and 0 < port < 65536 and port == int(port)):
        raise Unusable(f"{without}: `port` of `mail` in ordinance.yaml is a whole number from 1 to 65535")
    server = Server(
        said["server"], said["from"], int(port) if isinstance(port, (int, Decimal)) else None,
        "tls" if security == "tls" else "none" if security == "none" else "starttls", said.get("user", ""), password,
    )  # fmt: skip
    return SmtpMailer(server, now)


def post_of(opened: Opened, environment: Environment) -> Poster:
    """Raises Unusable."""
    from actions.posting import HttpPoster

    said = settings_of(opened.ruleset.config.post)
    key = None
    if "api_key" in said:
        key = looked_up(
            said["api_key"], environment, "nothing is posted", "`api_key` of `post` in ordinance.yaml"
        )
    return HttpPoster(said.get("store_id", ""), key)


def settings_of(section: Mapping[str, object] | None) -> dict[str, str]:
    """As text; what is not said is left out."""
    return {name: str(value).strip() for name, value in (section or {}).items() if str(value).strip()}


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True)
class Notes:
    """What an adapter remembers, kept in the store: `actions.provider.Memory`."""

    store: Store
    connection: str

    def recall(self, name: str) -> str | None:
        return self.store.note(f"{self.connection} remembers {name}")

    def remember(self, name: str, value: str) -> None:
        self.store.set_note(f"{self.connection} remembers {name}", value)
