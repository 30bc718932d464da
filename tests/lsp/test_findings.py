"""What an editor is told as files are typed in, change on disk, and lie in several rulesets."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from tests.lsp.editor import Editor, with_editor
from tests.lsp.shop import NAMES, RULES, shop

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
