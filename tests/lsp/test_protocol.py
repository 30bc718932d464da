"""The protocol itself: requests that are wrong or taken back, poor editors, what stands on stdout."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from lsprotocol import types

from tests.lsp.editor import EVERYTHING, Editor, with_editor
from tests.lsp.shop import NAMES, shop

Id = types.TextDocumentIdentifier
RULE = 'rule "{}"\n  on "{}"\n  do add tag "x"\n'


def test_what_is_asked_wrongly_or_taken_back(tmp_path: Path) -> None:
    """Unknown documents, places that are not there, requests that are cancelled: the next one is answered."""

    async def doing(editor: Editor) -> None:
        client = editor.client
        nowhere = {"text_document": Id(editor.uri("nowhere.rules")), "position": types.Position(7, 7)}
        assert await client.text_document_hover_async(types.HoverParams(**nowhere)) is None
        uri = editor.open("try.rules", 'rule "x"\n')
        far = {"text_document": Id(uri), "position": types.Position(999, 999)}
        assert await client.text_document_completion_async(types.CompletionParams(**far)) is not None
        editor.numbers[uri] = -1
        editor.write("try.rules", "older than what is known\n")  # a change that comes too late is no change
        asked = [
            asyncio.ensure_future(client.text_document_completion_async(types.CompletionParams(**far)))
            for _ in range(20)
        ]
        for number in range(1, 60):
            client.cancel_request(types.CancelParams(number))
        await asyncio.gather(*asked, return_exceptions=True)
        found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(Id(uri)))
        assert found is not None

    with_editor(shop(tmp_path), doing)


def test_an_editor_that_can_show_little(tmp_path: Path) -> None:
    """No snippets, no Markdown, no watching, no versions in edits."""

    async def doing(editor: Editor) -> None:
        uri = editor.open("try.rules", 'rule "x"\n  on "Order is Imported"\n  when order.email is "x"\n')
        place = {"text_document": Id(uri), "position": types.Position(2, 12)}
        hover = await editor.client.text_document_hover_async(types.HoverParams(**place))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.kind == types.MarkupKind.PlainText
        assert "**" not in hover.contents.value
        assert not editor.registered
        editor.write("try.rules", RULE.format("x", "Order is Imported"))
        await editor.codes("try.rules")
        # It tells of no files that others change: a document that is saved makes the server look.
        (editor.root / "names.rules").write_text(NAMES.replace("EU =", "EUROPE ="), "utf-8")
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(Id(uri)))
        await editor.codes("rules/orders.rules", "E207")
        (editor.root / "names.rules").write_text(NAMES, "utf-8")
        names = editor.open("names.rules")
        edit = await editor.client.text_document_rename_async(
            types.RenameParams(Id(names), types.Position(3, 9), "b2b")
        )
        assert edit is not None
        assert edit.document_changes is None
        assert len(edit.changes or {}) == 3

    with_editor(shop(tmp_path), doing, types.ClientCapabilities())


def test_nothing_but_the_protocol_is_on_stdout_and_no_text_on_stderr(tmp_path: Path) -> None:
    """A message that is none, and a request that no server knows, in between."""
    root = shop(tmp_path)
    secret = "a-secret-that-nobody-may-log"

    def message(**parts: object) -> bytes:
        body = json.dumps({"jsonrpc": "2.0", **parts}).encode()
        return b"Content-Length: %d\r\n\r\n" % len(body) + body

    uri = (root / "try.rules").as_uri()
    item = {"uri": uri, "languageId": "ordinance", "version": 1, "text": secret}
    sent = [
        message(
            id=1,
            method="initialize",
            params={"capabilities": {}, "processId": None, "rootUri": root.as_uri()},
        ),
        message(method="initialized", params={}),
        message(method="textDocument/didOpen", params={"textDocument": item}),
        b"Content-Length: 9\r\n\r\n" + b'{"' + secret[:7].encode(),
        message(id=2, method="textDocument/hover", params={"textDocument": {"uri": uri}, "position": secret}),
        message(id=3, method="ordinance/unknown", params={"x": secret}),
        message(id=4, method="shutdown", params=None),
        message(method="exit"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli", "lsp"],
        input=b"".join(sent),
        capture_output=True,
        timeout=60,
        check=False,
    )
    left, answered = done.stdout, set[object]()
    while left:
        head, _, rest = left.partition(b"\r\n\r\n")
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        body = json.loads(rest[:length])
        answered.add(body.get("id"))
        left = rest[length:]
    assert {1, 3, 4} <= answered
    assert secret.encode() not in done.stderr
    assert done.returncode == 0


def test_capabilities_are_those_that_are_told(tmp_path: Path) -> None:
    async def run() -> types.ServerCapabilities:
        editor = Editor(shop(tmp_path))
        result = await editor.start(EVERYTHING)
        await editor.stop()
        return result.capabilities

    told = asyncio.run(run())
    assert told.position_encoding == types.PositionEncodingKind.Utf16
    for each in (
        told.completion_provider, told.hover_provider, told.definition_provider, told.references_provider,
        told.document_highlight_provider, told.rename_provider, told.document_symbol_provider, told.code_lens_provider,
        told.workspace_symbol_provider, told.folding_range_provider, told.document_formatting_provider,
        told.code_action_provider, told.execute_command_provider,
    ):  # fmt: skip
        assert each
