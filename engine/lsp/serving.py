"""The server, with all that it can do, from the editor's first message to its last. Called by `ordinance lsp`."""

from __future__ import annotations

import logging
from typing import BinaryIO

from engine.lsp.features import register
from engine.lsp.server import Server


def serve(version: str, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
    """Until the editor ends it, or goes away."""
    logging.getLogger(
        "pygls"
    ).disabled = True  # it would log whole messages, and with them what somebody wrote
    for name in ("pygls", *[each for each in logging.root.manager.loggerDict if each.startswith("pygls")]):
        logging.getLogger(name).disabled = True
    server = Server(version)
    register(server)
    try:
        server.start_io(stdin, stdout)
    finally:
        for pool in (server.desk, server.trying):
            pool.shutdown(wait=False, cancel_futures=True)
