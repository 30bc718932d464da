"""`ordinance sandbox`: printers on this machine that print nothing, for trying things out and for tests."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress

import click

from actions.sandbox.clock import Clock
from actions.sandbox.server import Server
from engine.cli.storing import aligned
from engine.cli.terminal import CannotDo, note, reason
from engine.sandboxes import SITES
from engine.wiring import integrations

FIRST_PORT = 8701


@click.command()
@click.option(
    "--port", default=FIRST_PORT, show_default=True, type=click.IntRange(0, 65535 - len(SITES)),
    help="Of the first printer; the others have those after it. 0: whichever are free.",
)  # fmt: skip
def command(port: int) -> None:
    """Run printers on this machine that behave as the real ones do, and print nothing.

    They take any key. Orders go into production after half a minute and ship after one. What is to go wrong is said in
    the order itself, as a SKU or the customer's name: `sandbox.out-of-stock`, `sandbox.500`,
    `sandbox.timeout-after.confirm.2` (at that call, twice); in the header X-Sandbox-Fault; or with POST
    ADDRESS/sandbox/faults. ADDRESS/sandbox/state shows what they have, POST ADDRESS/sandbox/tick lets time pass.

    \b
      unknown-sku, out-of-stock, bad-address, bad-artwork, no-shipping,
      payment-failed, duplicate, refused     the printer says no
      401, 402, 403, 404, 409, 429, 500 ...  that status; 429 with Retry-After
      reset, timeout, html, error-200        nothing is done; error-200 says so
                                             under the status of success
      reset-after, timeout-after, html-after it is done, and nobody hears it
      half, other-id                         it is done; half of the answer, or
                                             one about another order

    Write the address that is printed as `base_url` of the connection. `ordinance run --sandbox` needs none of this.

    \b
      ordinance sandbox
      curl http://127.0.0.1:8701/sandbox/state

    Exit code: 0 Ctrl-C ended it, 2 a port cannot be used.
    """
    with suppress(KeyboardInterrupt), ExitStack() as running:
        servers: list[tuple[str, Server]] = []
        for at, (name, make) in enumerate(SITES.items()):
            try:
                server = Server(make(Clock(), []), port + at if port else 0)
            except OSError as error:
                raise CannotDo(
                    f"port {port + at} cannot be used: {reason(error)}; name another with `--port`"
                ) from None
            known = integrations()[name]
            label = f"{known.label} (unverified)" if known.unverified else known.label
            servers.append((label, running.enter_context(server)))
        for line in aligned(
            [(label, server.url, f"http://{server.host}/sandbox/state") for label, server in servers]
        ):
            click.echo(line)
        note("running; Ctrl-C ends it")
        threading.Event().wait()
