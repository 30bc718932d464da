"""The protocol: what an editor asks, in the order in which it asks, and what it is told by itself.

Made by `serving`. Everything that looks at rulesets runs in one thread of its own (the desk), one thing after the
other, so that a request sees all that was typed before it, and reading the next message waits for nothing. What samples
do is found out in a second thread (the lens). Requests that the editor takes back are not begun. A mistake of ours is an
empty answer and a line on stderr, never the end of the server; texts, keys and values are never logged.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from engine.folder import FolderError
from engine.lsp import lenses
from engine.lsp.client import Client
from engine.lsp.diagnostics import findings
from engine.lsp.live import Live
from engine.lsp.workspace import Workspace

PAUSE = 0.03
"""Seconds without typing after which findings are shown."""

LATEST = 0.3
"""Seconds of typing without a pause after which they are shown all the same."""

QUIET = 0.6
"""Seconds without typing after which samples are tried."""

T = TypeVar("T")
Told = tuple[str, int | None, list[types.Diagnostic]]
"""A document, its version, and what is found in it."""


class Protocol(LanguageServerProtocol):
    """Without pygls's own copy of every document: it splits lines at characters at which editors do not."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Any:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Any:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Any:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Server(LanguageServer):
    def __init__(self, version: str) -> None:
        super().__init__("ordinance", version, protocol_cls=Protocol)
        self.known = Workspace()
        self.client = Client()
        self.desk = ThreadPoolExecutor(1, "desk")
        self.trying = ThreadPoolExecutor(1, "lens")
        self.lenses = lenses.Lenses()
        self.published: dict[str, Told] = {}
        self._doing: set[asyncio.Future[None]] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._since: float | None = None
        self._quiet: asyncio.TimerHandle | None = None

    # -- the desk

    async def at_desk(self, work: Callable[[], T], otherwise: T) -> T:
        """One thing at the desk. A folder that is gone is no mistake of anybody here."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.desk, lambda: guarded(work, otherwise))

    def later(self, work: Callable[[], object]) -> None:
        """At the desk, in turn; nobody waits for it."""
        self.desk.submit(guarded, work, None)

    def soon(self, doing: Coroutine[Any, Any, None]) -> None:
        """In the loop, held until it is done."""
        task = asyncio.ensure_future(doing)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    # -- findings

    def changed(self) -> None:
        """Something was typed, opened, closed or written: findings follow when there is a pause."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._since = now if self._since is None else self._since
        if self._pause is not None:
            self._pause.cancel()
        due = min(now + PAUSE, max(now, self._since + LATEST))
        self._pause = loop.call_at(due, lambda: self.soon(self.publish()))
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = loop.call_later(QUIET, lambda: self.soon(self.try_samples()))

    async def publish(self) -> None:
        self._pause, self._since = None, None
        nothing: list[Told] = []
        for uri, version, found in await self.at_desk(self._findings, nothing):
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def _findings(self) -> list[Told]:
        """What is new: of documents that were changed, of others where they have other findings than before."""
        told: dict[str, list[types.Diagnostic]] = {}
        for live in self.known.lives():
            for uri, each in findings(self.known, live, self.lenses.about_samples(live)).items():
                told.setdefault(uri, []).extend(each)
        versions = self.known.versions
        now: dict[str, Told] = {
            uri: (uri, versions.get(uri), told.get(uri, [])) for uri in (*versions, *told)
        }
        gone: list[Told] = [(uri, None, []) for uri in self.published.keys() - now.keys()]
        new = [each for uri, each in now.items() if self.published.get(uri) != each]
        self.published = now
        return [*gone, *new]

    # -- samples

    async def try_samples(self) -> None:
        """Counts for the lenses, and findings in samples, beside everything else."""
        nothing: list[Live] = []
        for live in await self.at_desk(self.known.lives, nothing):
            asked = await self.at_desk(partial(self.lenses.asked, live), None)
            if asked is None:
                continue
            loop = asyncio.get_running_loop()
            if await loop.run_in_executor(
                self.trying, partial(guarded, partial(self.lenses.find_out, asked), False)
            ):
                if self.client.lens_refresh:
                    self.workspace_code_lens_refresh(None, lambda _: None)
                await self.publish()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """pygls would show it to whoever is writing, who cannot help it. What comes here is mostly a message that is none."""
        print(
            f"ordinance lsp: a message of the editor was not understood ({type(error).__name__})",
            file=sys.stderr,
        )


def guarded(work: Callable[[], T], otherwise: T) -> T:
    try:
        return work()
    except FolderError:
        return otherwise
    except Exception as bug:  # noqa: BLE001 - only our own mistakes come here, and typing goes on
        our_mistake(bug)
        return otherwise


def our_mistake(bug: BaseException) -> None:
    """Only what kind of mistake, and where in our own code: its text may hold what somebody wrote."""
    where = bug.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    at = f" in {Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where is not None else ""
    print(
        f"ordinance lsp: this is our mistake, not yours ({type(bug).__name__}{at}); please report it",
        file=sys.stderr,
    )
    if os.environ.get("ORDINANCE_DEBUG"):
        import traceback

        traceback.print_exception(bug)
