"""An editor for tests: pygls's own client, which talks to `ordinance lsp` in a process of its own over stdio.

`with_editor(root, doing)` runs an async function with an `Editor`; everything it is told is kept. Offsets in the tests' texts are
marked with `|`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
PATIENCE = 30
"""Seconds until a test gives up; nothing takes nearly as long."""

EVERYTHING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(
                snippet_support=True, documentation_format=[types.MarkupKind.Markdown]
            )
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
    ),
    workspace=types.WorkspaceClientCapabilities(
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
    ),
)


class Editor:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.client = LanguageClient("editor", "1")
        self.found: dict[str, list[types.Diagnostic]] = {}
        self.versions: dict[str, int | None] = {}
        self.messages: list[str] = []
        self.registered: list[types.Registration] = []
        self.refreshed = 0
        self.told = asyncio.Event()
        self.numbers: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        client = self.client

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.found[params.uri] = list(params.diagnostics)
            self.versions[params.uri] = params.version
            self.told.set()

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self.told.set()

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def registering(params: types.RegistrationParams) -> None:
            self.registered += params.registrations

        @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
        def refreshing(_: None) -> None:
            self.refreshed += 1
            self.told.set()

    async def start(self, capabilities: types.ClientCapabilities = EVERYTHING) -> types.InitializeResult:
        await self.client.start_io(sys.executable, "-m", "engine.cli", "lsp", "--stdio")
        folder = types.WorkspaceFolder(self.root.as_uri(), self.root.name)
        result = await self.client.initialize_async(
            types.InitializeParams(capabilities, root_uri=self.root.as_uri(), workspace_folders=[folder])
        )
        self.client.initialized(types.InitializedParams())
        return result

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def uri(self, path: str) -> str:
        return path if ":" in path else (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> str:
        uri = self.uri(path)
        text = (self.root / path).read_bytes().decode() if text is None else text
        self.numbers[uri], self.texts[uri] = 1, text
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "ordinance", 1, text))
        )
        return uri

    def write(self, path: str, text: str) -> str:
        """All of a document's text at once, as some editors send it."""
        uri = self.uri(path)
        self.texts[uri] = text
        self._send(uri, types.TextDocumentContentChangeWholeDocument(text))
        return uri

    def type(self, path: str, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        """A stretch of it, in UTF-16 units."""
        where = types.Range(types.Position(*start), types.Position(*end))
        self._send(self.uri(path), types.TextDocumentContentChangePartial(where, text))

    def _send(self, uri: str, change: Any) -> None:
        self.numbers[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.numbers[uri], uri), [change]
            )
        )

    def close(self, path: str) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(path)))
        )

    def on_disk(self, path: str, text: str | None) -> None:
        """A file is written by somebody else, and the editor says so."""
        target = self.root / path
        kind = types.FileChangeType.Changed if target.exists() else types.FileChangeType.Created
        if text is None:
            target.unlink()
            kind = types.FileChangeType.Deleted
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        self.client.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams([types.FileEvent(target.as_uri(), kind)])
        )

    async def until(self, true: Callable[[], T]) -> T:
        """What the condition gives, once it is true of what was told."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (value := true()):
                    self.told.clear()
                    await self.told.wait()
                return value
        except TimeoutError:
            said = {
                uri: [f"{d.range.start.line}: {d.code} {d.message}" for d in each]
                for uri, each in self.found.items()
            }
            raise AssertionError(f"never happened; told were {said}, {self.messages}") from None

    async def codes(self, path: str, *expected: str) -> list[types.Diagnostic]:
        """The findings of a file, once they are these."""
        uri = self.uri(path)
        await self.until(
            lambda: uri in self.found and sorted(str(d.code) for d in self.found[uri]) == sorted(expected)
        )
        return self.found[uri]

    def at(self, path: str) -> dict[str, Any]:
        """Document and position of the `|` in what was opened or written last; without one, its beginning."""
        uri = self.uri(path)
        before = self.texts[uri].partition("|")[0] if "|" in self.texts[uri] else ""
        lines = before.split("\n")
        column = len(lines[-1].encode("utf-16-le")) // 2
        return {
            "text_document": types.TextDocumentIdentifier(uri),
            "position": types.Position(len(lines) - 1, column),
        }


def with_editor(
    root: Path, doing: Callable[[Editor], Awaitable[T]], capabilities: types.ClientCapabilities = EVERYTHING
) -> T:
    async def run() -> T:
        editor = Editor(root)
        await editor.start(capabilities)
        try:
            return await doing(editor)
        finally:
            await editor.stop()

    return asyncio.run(run())
