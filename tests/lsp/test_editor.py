"""The language server in a process of its own, asked by a real client over stdio."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import EVERYTHING, Editor, with_editor
from tests.lsp.shop import NAMES, RULES, shop

Id = types.TextDocumentIdentifier
NOT_TAKEN = [
    f"Order Not Submitted to podOS Because {why}"
    for why in ("of Invalid SKU", "of General Error", "No Products Available")
]
RULE = 'rule "{}"\n  on "{}"\n  do add tag "x"\n'


def first(found: list[types.Diagnostic]) -> tuple[int, int, int, int]:
    where = found[0].range
    return where.start.line, where.start.character, where.end.line, where.end.character


def test_findings_follow_what_is_typed(tmp_path: Path) -> None:
    """In the document, in other files that depend on it, with places in UTF-16, and gone again."""

    async def doing(editor: Editor) -> None:
        names = editor.open("names.rules")
        await editor.codes("names.rules")
        editor.write("names.rules", NAMES.replace("list EU", "list EUROPE"))
        [found] = await editor.codes("rules/orders.rules", "E207")
        assert "EU" in found.message
        assert found.source == "ordinance"
        editor.write("names.rules", NAMES)
        await editor.codes("rules/orders.rules")
        await editor.codes("names.rules")

        uri = editor.open("new.rules", 'rule "😀 שלום" on "Order is Imported"\r\n  do stop\r\n')
        await editor.codes("new.rules")
        editor.type("new.rules", (0, 36), (0, 37), "")  # takes the quote away; the emoji is two units wide
        await editor.codes("new.rules", "E104")
        editor.type("new.rules", (0, 36), (0, 36), '"')
        await editor.codes("new.rules")
        editor.type("new.rules", (0, 30), (0, 31), "")
        assert first(await editor.codes("new.rules", "E202")) == (0, 18, 0, 36)
        assert editor.versions[uri] == editor.numbers[uri]
        assert names in editor.found

    with_editor(shop(tmp_path), doing)


def test_settings_tables_and_samples_are_looked_at_too(tmp_path: Path) -> None:
    async def doing(editor: Editor) -> None:
        editor.open("rules/orders.rules")
        await editor.codes("rules/orders.rules")
        config = (editor.root / "ordinance.yaml").read_text("utf-8")
        editor.open("ordinance.yaml", config)
        editor.write("ordinance.yaml", config.replace("Artwork needed", "Artwork is needed"))
        await editor.codes("rules/orders.rules", "E203", "E203")
        editor.write("ordinance.yaml", config.replace("USD", "dollars"))
        [found] = await editor.codes("ordinance.yaml", "E383")
        assert found.range.start.line == 1
        editor.close("ordinance.yaml")  # not saved: what is on disk counts again
        await editor.codes("ordinance.yaml")
        await editor.codes("rules/orders.rules")

        table = editor.open("tables/artwork.csv")
        editor.write("tables/artwork.csv", "sku,-> url\nTEE,\notherwise,none\n")
        found = await editor.until(lambda: editor.found.get(table))
        assert found[0].range.start.line == 1
        editor.on_disk("samples/small.json", '{"id": "2", "folder_id": 77, "order_items": []}\n')
        sample = editor.uri("samples/small.json")
        found = await editor.until(lambda: editor.found.get(sample))
        assert found[0].code == "W510"

    with_editor(shop(tmp_path), doing)


def test_files_that_change_on_disk(tmp_path: Path) -> None:
    async def doing(editor: Editor) -> None:
        editor.open("rules/orders.rules")
        await editor.codes("rules/orders.rules")
        watched = [each.method for each in editor.registered]
        assert watched == ["workspace/didChangeWatchedFiles"]
        editor.on_disk("names.rules", NAMES.replace("EU =", "EUROPE ="))
        await editor.codes("rules/orders.rules", "E207")
        editor.on_disk("names.rules", NAMES)
        await editor.codes("rules/orders.rules")
        editor.on_disk("names.rules", None)
        await editor.until(lambda: len(editor.found[editor.uri("rules/orders.rules")]) >= 2)
        editor.on_disk("names.rules", NAMES)
        await editor.codes("rules/orders.rules")
        # What is open counts, whatever is on disk.
        editor.on_disk("rules/orders.rules", "rule")
        editor.write("rules/orders.rules", RULES + "\n")
        await editor.codes("rules/orders.rules")

    with_editor(shop(tmp_path), doing)


def test_several_rulesets_and_files_outside(tmp_path: Path) -> None:
    shop(tmp_path / "one")
    shop(tmp_path / "two", **{"bad.rules": RULE.format("x", "Order is Importd")})
    (tmp_path / "alone.rules").write_text("rule\n", "utf-8")

    async def above(editor: Editor) -> None:
        """The folder above both is opened: each is looked at, though nothing of it is open."""
        await editor.codes("two/bad.rules", "E202")
        editor.open("one/rules/orders.rules")
        editor.open("two/rules/orders.rules")
        await editor.codes("one/rules/orders.rules")
        editor.open("one/names.rules")
        editor.write("one/names.rules", "")
        await editor.until(lambda: editor.found.get(editor.uri("one/rules/orders.rules")))
        assert not editor.found[editor.uri("two/rules/orders.rules")]
        # Outside of any only the syntax counts.
        editor.open("alone.rules", RULE.format("x", "Order is Importd"))
        editor.open("untitled:Untitled-1", 'rule "x" on "No such event" do move to folder "Nowhere"\n')
        await editor.codes("alone.rules")
        await editor.codes("untitled:Untitled-1")
        editor.write("untitled:Untitled-1", 'rule "x" on "No such event" do do\n')
        await editor.until(lambda: [d for d in editor.found["untitled:Untitled-1"] if str(d.code) < "E2"])
        # An ordinance.yaml makes it a ruleset.
        editor.on_disk("ordinance.yaml", "language: 1\nfolders: [New]\n")
        await editor.codes("alone.rules", "E202")
        editor.on_disk("ordinance.yaml", None)
        await editor.codes("alone.rules")

    with_editor(tmp_path, above)

    async def below(editor: Editor) -> None:
        editor.open("orders.rules", RULES.replace("Order is Imported", "Order is Importd"))
        await editor.codes("orders.rules", "E202")

    with_editor(tmp_path / "one" / "rules", below)


def test_meaning_and_places_of_names(tmp_path: Path) -> None:
    root = shop(tmp_path)

    async def doing(editor: Editor) -> None:
        client = editor.client

        async def hovered(marked: str) -> str:
            place = await shown(editor, marked)
            found = await client.text_document_hover_async(types.HoverParams(**place))
            assert found is not None
            assert isinstance(found.contents, types.MarkupContent)
            return found.contents.value

        rule = 'rule "x"\n  on "Order is Imp|orted"\n  do stop'
        assert "an order arrives from a cart" in (await hovered(rule)).lower()
        rule = 'rule "x"\n  on "Order is Imported"\n  when {}\n  do {}'
        assert (
            "what the customer pays in all"
            in (await hovered(rule.format("order.order_|total > 1", "stop"))).lower()
        )
        for path in ("or|der.shipping.country", "order.ship|ping.country"):
            assert "country" in await hovered(rule.format(f'{path} is "US"', "stop"))
        said = await hovered(rule.format('order.meta|data["gift"] is "yes"', "stop"))
        assert "metadata" in said
        assert "The entry" not in said
        assert "order.order_total >= $500" in await hovered(rule.format("whole|sale", "stop"))
        assert "First Class" in await hovered(rule.format('lookup mail_|class("a", "b").days > 1', "stop"))
        assert "https://example.com/tee.png" in await hovered(
            rule.format('lookup art|work("a") is "b"', "stop")
        )
        assert "moves the order" in (await hovered(rule.format("wholesale", 'mo|ve to folder "New"'))).lower()
        assert "New orders land in it" in await hovered(rule.format("wholesale", 'move to folder "N|ew"'))
        assert "E203" in await hovered(rule.format("wholesale", 'move to folder "Nowh|ere"'))
        assert "podos" in await hovered(rule.format("wholesale", "submit to pod|os"))

        async def defined(marked: str) -> list[tuple[str, int]]:
            place = await shown(editor, marked)
            found = await client.text_document_definition_async(types.DefinitionParams(**place))
            assert isinstance(found, list | tuple)
            return [(Path(each.uri).name, each.range.start.line) for each in found]  # type: ignore[union-attr]

        assert await defined(rule.format("whole|sale", "stop")) == [("names.rules", 3)]
        assert await defined(rule.format("order.email is one of E|U", "stop")) == [("names.rules", 1)]
        assert await defined(rule.format('lookup mail_|class("a", "b").days > 1', "stop")) == [
            ("names.rules", 5)
        ]
        assert await defined(rule.format("wholesale", 'move to folder "Artwork n|eeded"')) == [
            ("ordinance.yaml", 2)
        ]
        assert await defined(rule.format("wholesale", "submit to pod|os")) == [("ordinance.yaml", 4)]
        assert await defined(rule.format("wholesale", 'raise "Artwork app|roved"')) == [("ordinance.yaml", 5)]
        assert await defined('test "y"\n  expect rule "big orders W|AIT" fired') == [("orders.rules", 0)]
        assert await defined('test "y"\n  given order "samples/b|ig.json"\n  expect 1 orders') == [
            ("big.json", 0)
        ]

        names = editor.open("names.rules")
        where = {"text_document": Id(names), "position": types.Position(3, 9)}
        context = types.ReferenceContext(include_declaration=True)
        found = await client.text_document_references_async(types.ReferenceParams(context, **where))
        config = editor.open("ordinance.yaml")
        on_folder = {"text_document": Id(config), "position": types.Position(2, 20)}
        uses = await client.text_document_references_async(
            types.ReferenceParams(types.ReferenceContext(include_declaration=False), **on_folder)
        )
        assert {(Path(each.uri).name, each.range.start.line) for each in uses or ()} == {
            ("orders.rules", 6),
            ("orders.rules", 18),
            ("tests.rules", 4),
        }
        places = {(Path(each.uri).name, each.range.start.line) for each in found or ()}
        assert {("names.rules", 3), ("orders.rules", 3), ("orders.rules", 5), ("soon.txt", 0)} <= places

    with_editor(root, doing)


async def shown(editor: Editor, marked: str) -> dict[str, object]:
    """A document with its cursor."""
    uri = editor.uri("try.rules")
    place = editor.write("try.rules", marked) if uri in editor.numbers else editor.open("try.rules", marked)
    at = editor.at(place)
    editor.write("try.rules", marked.replace("|", ""))
    return at


def test_names_become_others_everywhere_or_nowhere(tmp_path: Path) -> None:
    root = shop(tmp_path)

    async def doing(editor: Editor) -> None:
        client = editor.client
        names = editor.open("names.rules")
        orders = editor.open("rules/orders.rules")
        editor.open("emails/soon.txt")

        async def renamed(uri: str, line: int, column: int, new: str) -> dict[str, list[str]]:
            """The lines that it changes, as they are then."""
            params = types.RenameParams(Id(uri), types.Position(line, column), new)
            edit = await client.text_document_rename_async(params)
            assert edit is not None
            found: dict[str, list[str]] = {}
            for change in edit.document_changes or ():
                assert isinstance(change, types.TextDocumentEdit)
                assert change.text_document.version == editor.numbers.get(change.text_document.uri)
                path = Path(change.text_document.uri).name
                text = (
                    (root / Path(change.text_document.uri.removeprefix("file://")))
                    .read_text("utf-8")
                    .split("\n")
                )
                for each in sorted(change.edits, key=lambda each: each.range.start.character, reverse=True):
                    assert isinstance(each, types.TextEdit)
                    line = text[each.range.start.line]
                    text[each.range.start.line] = (
                        line[: each.range.start.character] + each.new_text + line[each.range.end.character :]
                    )
                    found.setdefault(path, []).append(text[each.range.start.line].strip())
            return found

        assert await renamed(names, 3, 9, "b2b") == {
            "names.rules": ['define b2b = order.order_total >= $500 or order has tag "b2b"'],
            "orders.rules": [
                'add note "from {order.checkout_data["Gift note"]}, {b2b}"',
                "when    b2b and order.shipping.country is one of EU",
            ],
            "soon.txt": ["Hello {order.customer.first_name}, big: {b2b}"],
        }
        assert await renamed(orders, 0, 10, 'Say "wait"') == {
            "orders.rules": ['rule "Say \\"wait\\""'],
            "tests.rules": ['expect rule "Say \\"wait\\"" fired'],
        }
        assert (await renamed(names, 5, 8, "classes"))["orders.rules"] == [
            "do set order.mail_class to lookup classes(order.shipping_method, order.shipping.country).service"
        ]

        async def refused(uri: str, line: int, column: int, new: str) -> str:
            with pytest.raises(JsonRpcException) as caught:
                await client.text_document_rename_async(
                    types.RenameParams(Id(uri), types.Position(line, column), new)
                )
            return str(caught.value)

        assert "already" in await refused(names, 3, 9, "EU")
        assert "word of the language" in await refused(names, 3, 9, "when")
        assert "is no name" in await refused(names, 3, 9, "two words")
        assert "already" in await refused(orders, 0, 10, "print what IS approved")
        assert "ordinance.yaml" in await refused(orders, 6, 30, "Elsewhere")
        editor.write(
            "rules/orders.rules", RULES.replace("when    wholesale and", "when wholesale wholesale and")
        )
        assert "mend it first" in await refused(names, 3, 9, "b2b")

        prepared = await client.text_document_prepare_rename_async(
            types.PrepareRenameParams(Id(names), types.Position(3, 9))
        )
        assert isinstance(prepared, types.PrepareRenamePlaceholder)
        assert prepared.placeholder == "wholesale"

    with_editor(root, doing)


def test_outline_folds_layout_fixes_and_highlights(tmp_path: Path) -> None:
    async def doing(editor: Editor) -> None:
        client = editor.client
        orders = editor.open("rules/orders.rules")
        found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(Id(orders)))
        assert [
            (each.name, each.detail) for each in found or () if isinstance(each, types.DocumentSymbol)
        ] == [
            ("Big orders wait", "Order is Imported"),
            ("Print what is approved", "Artwork approved"),
            ("Look at what podOS does not take", ", ".join(NOT_TAKEN)),
        ]
        symbols = await client.workspace_symbol_async(types.WorkspaceSymbolParams("bigwait"))
        assert [each.name for each in symbols or ()] == ["Big orders wait", "a big order waits"]
        folds = await client.text_document_folding_range_async(types.FoldingRangeParams(Id(orders)))
        assert [(each.start_line, each.end_line) for each in folds or ()] == [(0, 6), (8, 13), (15, 18)]
        place = {"text_document": Id(orders), "position": types.Position(3, 12)}
        marked = await client.text_document_document_highlight_async(types.DocumentHighlightParams(**place))
        assert [each.range.start.line for each in marked or ()] == [3, 5]

        editor.open("try.rules", 'rule   "x"\n  on "Order is Imported"\n  do   stop\n')
        layout = types.DocumentFormattingParams(Id(editor.uri("try.rules")), types.FormattingOptions(2, True))
        assert await client.text_document_formatting_async(layout)
        editor.write("try.rules", "rule   x\n")
        assert not await client.text_document_formatting_async(layout)

        uri = editor.write("try.rules", 'rule "x"\n  on "Order is Importde"\n  do stop\n')
        [found] = await editor.codes("try.rules", "E202")
        offered = await client.text_document_code_action_async(
            types.CodeActionParams(Id(uri), found.range, types.CodeActionContext([found]))
        )
        edits = [
            change.edits[0].new_text
            for action in offered or ()
            if isinstance(action, types.CodeAction) and action.edit is not None
            for change in action.edit.document_changes or ()
            if isinstance(change, types.TextDocumentEdit) and isinstance(change.edits[0], types.TextEdit)
        ]
        assert '"Order is Imported"' in edits

    with_editor(shop(tmp_path), doing)


def test_the_lens_says_which_samples_a_rule_fires_for(tmp_path: Path) -> None:
    async def doing(editor: Editor) -> None:
        client = editor.client
        orders = editor.open("rules/orders.rules")

        async def lenses() -> dict[int, types.Command]:
            found = await client.text_document_code_lens_async(types.CodeLensParams(Id(orders)))
            return {each.range.start.line: each.command for each in found or () if each.command is not None}

        await editor.until(lambda: editor.refreshed)
        found = await lenses()
        # The big order is of 600 dollars and goes to DE; what waits for `Artwork approved` takes any order.
        assert {line: each.title for line, each in found.items()} == {
            0: "fires for 1 of 2 samples",
            8: "fires for 2 of 2 samples",
            15: "fires for 2 of 2 samples",
        }
        command = found[0]
        await client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        [said] = await editor.until(lambda: editor.messages)
        assert "samples/big.json: order 1" in said
        assert '--rule "Big orders wait"' in said

        editor.write(
            "rules/orders.rules", RULES.replace("wholesale and order", 'order.email is "nobody" and order')
        )
        await editor.until(lambda: editor.refreshed > 1)
        assert (await lenses())[0].title == "fires for none of 2 samples"
        editor.write("rules/orders.rules", RULES + "rule")
        await editor.until(lambda: editor.found[orders])
        assert not await lenses()  # with errors nothing is decided

    with_editor(shop(tmp_path), doing)


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
