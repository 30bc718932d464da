"""The protocol: what an editor asks, in the order in which it asks, and what it is told by itself.

Called by `ordinance lsp`. Everything that looks at rulesets runs in one thread of its own (the desk), one thing after the
other, so that a request sees all that was typed before it, and reading the next message waits for nothing. What samples
do is found out in a second thread (the lens). Requests that the editor takes back are not begun. A mistake of ours is an
empty answer and a line on stderr, never the end of the server; texts, keys and values are never logged.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from engine.folder import FolderError
from engine.lsp import completion, fixes, formatting, hover, lenses, names, rename, symbols
from engine.lsp.client import Client
from engine.lsp.diagnostics import findings
from engine.lsp.live import Live
from engine.lsp.text import Unit
from engine.lsp.workspace import Place, Workspace

PAUSE = 0.03
"""Seconds without typing after which findings are shown."""

LATEST = 0.3
"""Seconds of typing without a pause after which they are shown all the same."""

QUIET = 0.6
"""Seconds without typing after which samples are tried."""

WATCHED = ("**/*.rules", "**/*.{yaml,yml}", "**/*.csv", "**/*.{json,jsonl}", "**/emails/**")

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
        register(self)

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


def register(server: Server) -> None:
    """What the server can do, each under the protocol's name for it."""
    feature = server.feature
    known = server.known

    # -- documents

    @feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.client = Client.of(params.capabilities)
        folders = [each.uri for each in params.workspace_folders or ()] or [params.root_uri or ""]
        for uri in folders:
            if path := uris.to_fs_path(uri) if uri.startswith("file:") else None:
                server.later(partial(known.look_for, Path(path)))

    @feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        known.unit = server.server_capabilities.position_encoding or Unit.Utf16
        if server.client.watches:
            watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
            server.client_register_capability(
                types.RegistrationParams(
                    [
                        types.Registration(
                            "ordinance-files",
                            types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                            types.DidChangeWatchedFilesRegistrationOptions(watchers),
                        )
                    ]
                ),
                lambda _: None,
            )
        server.changed()

    @feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.later(lambda: known.open(document.uri, document.text, document.version))
        server.changed()

    @feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def typed(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        server.later(lambda: known.change(document.uri, params.content_changes, document.version))
        server.changed()

    @feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.later(lambda: known.close(params.text_document.uri))
        server.changed()

    @feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.later(lambda: known.saved(params.text_document.uri))
        server.changed()

    @feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def touched(params: types.DidChangeWatchedFilesParams) -> None:
        server.later(lambda: known.touched([change.uri for change in params.changes]))
        server.changed()

    @feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        for each in params.event.added:
            if path := uris.to_fs_path(each.uri):
                server.later(partial(known.look_for, Path(path)))
        server.changed()

    @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        """There is nothing to set; editors say it all the same."""

    # -- questions

    async def at(params: Any, answer: Callable[[Place], T], otherwise: T) -> T:
        def work() -> T:
            position = getattr(params, "position", None) or types.Position(0, 0)
            place = known.place(params.text_document.uri, position)
            return answer(place) if place is not None else otherwise

        return await server.at_desk(work, otherwise)

    @feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=completion.TRIGGERS))
    async def completing(params: types.CompletionParams) -> types.CompletionList | None:
        return await at(params, lambda place: completion.completion(place, server.client), None)

    @feature(types.TEXT_DOCUMENT_HOVER)
    async def hovering(params: types.HoverParams) -> types.Hover | None:
        return await at(params, lambda place: hover.hover(place, server.client), None)

    @feature(types.TEXT_DOCUMENT_DEFINITION)
    async def defining(params: types.DefinitionParams) -> list[types.Location]:
        return await at(params, names.definition, [])

    @feature(types.TEXT_DOCUMENT_REFERENCES)
    async def referring(params: types.ReferenceParams) -> list[types.Location]:
        every = params.context.include_declaration
        return await at(params, lambda place: names.references(place, with_definition=every), [])

    @feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlighting(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        return await at(params, names.highlights, [])

    @feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def preparing(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        return await refusing(params, rename.prepare, None)

    @feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renaming(params: types.RenameParams) -> types.WorkspaceEdit | None:
        def edited(place: Place) -> types.WorkspaceEdit | None:
            edits = rename.rename(place, params.new_name)
            return fixes.workspace_edit(edits, known.versions, server.client)

        return await refusing(params, edited, None)

    async def refusing(params: Any, answer: Callable[[Place], T], otherwise: T) -> T:
        """A refusal is an answer of the protocol: the sentence is shown."""

        def said(place: Place) -> T | rename.Refused:
            try:
                return answer(place)
            except rename.Refused as refused:
                return refused

        found: T | rename.Refused = await at(params, said, otherwise)
        if isinstance(found, rename.Refused):
            raise lenses.request_failed(str(found))
        return found

    @feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlining(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return await at(params, symbols.outline, [])

    @feature(types.WORKSPACE_SYMBOL)
    async def looking(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        return await server.at_desk(lambda: symbols.everywhere(known, known.lives(), params.query), [])

    @feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        return await at(params, symbols.folds, [])

    @feature(types.TEXT_DOCUMENT_FORMATTING)
    async def laying_out(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        return await at(params, formatting.formatting, [])

    @feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, fixes.ALL]),
    )
    async def mending(params: types.CodeActionParams) -> list[types.CodeAction]:
        def found(place: Place) -> list[types.CodeAction]:
            end = place.text.offset(params.range.end)
            return fixes.actions(place, end, params.context.only, server.client)

        where = types.TextDocumentPositionParams(params.text_document, params.range.start)
        return await at(where, found, [])

    # -- the lens

    @feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    async def counting(params: types.CodeLensParams) -> list[types.CodeLens]:
        return await at(params, server.lenses.of, [])

    @server.command(lenses.COMMAND)
    async def shown(uri: str, rule: str) -> None:
        """Which samples make a rule fire."""
        text = await server.at_desk(lambda: server.lenses.told(known.whole(uri), rule), "")
        if text:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))


def serve(version: str, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
    """Until the editor ends it, or goes away."""
    logging.getLogger(
        "pygls"
    ).disabled = True  # it would log whole messages, and with them what somebody wrote
    for name in ("pygls", *[each for each in logging.root.manager.loggerDict if each.startswith("pygls")]):
        logging.getLogger(name).disabled = True
    server = Server(version)
    try:
        server.start_io(stdin, stdout)
    finally:
        for pool in (server.desk, server.trying):
            pool.shutdown(wait=False, cancel_futures=True)
