"""What the server can do, each under the protocol's name for it.

Called by `serving` once. What happens then is each capability's own file; here is only who is asked, and when.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls import uris

from engine.lsp import completion, fixes, formatting, hover, lenses, names, rename, symbols
from engine.lsp.client import Client
from engine.lsp.server import Server
from engine.lsp.text import Unit
from engine.lsp.workspace import Place

T = TypeVar("T")
WATCHED = ("**/*.rules", "**/*.{yaml,yml}", "**/*.csv", "**/*.{json,jsonl}", "**/emails/**")


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
