"""What a name means, where it stands, and giving it another."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import Editor, with_editor
from tests.lsp.shop import RULES, shop

Id = types.TextDocumentIdentifier


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


async def shown(editor: Editor, marked: str) -> dict[str, object]:
    """A document with its cursor."""
    uri = editor.uri("try.rules")
    place = editor.write("try.rules", marked) if uri in editor.numbers else editor.open("try.rules", marked)
    at = editor.at(place)
    editor.write("try.rules", marked.replace("|", ""))
    return at
