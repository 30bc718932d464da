"""The language server in a process of its own, asked by a real client over stdio: outline, folds, layout, fixes, lenses."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from tests.lsp.editor import Editor, with_editor
from tests.lsp.shop import RULES, shop

Id = types.TextDocumentIdentifier
NOT_TAKEN = [
    f"Order Not Submitted to podOS Because {why}"
    for why in ("of Invalid SKU", "of General Error", "No Products Available")
]


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
