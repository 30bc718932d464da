"""Any question at any place of any document is answered, however much of it is wrong.

Through the same functions as the server calls, without what catches our mistakes there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from lsprotocol import types

from engine.lsp import completion, fixes, formatting, hover, names, rename, symbols
from engine.lsp.client import Client
from engine.lsp.diagnostics import findings
from engine.lsp.lenses import Lenses
from engine.lsp.text import Unit
from engine.lsp.workspace import Place, Workspace
from tests.lsp.shop import FILES, shop

JUNK = (
    '"', "{", "}", '"""', "\n", "\r\n", "\r", "#", ".", "[", "](", "rule ", 'test "x"', "on ", "when ", "is ", "😀",
    "\u2028", "\x0b", "\ufeff", "\ud800", "and ", "-> ", "|", "table x", "define y = ", "move to ", "lookup ", "order.",
    "item.", "event.", "# allow ", "given ", "expect ", "with item 1 ", "\u00a0", "“", "\x00", "folders:", "- ", ": ",
)  # fmt: skip
ALL = Client(True, True, True, True, True, True)
ROUNDS = max(40, int(os.environ.get("FUZZ", "0")) // 100)


def ask(place: Place, workspace: Workspace, random: Random) -> None:
    """Everything that an editor asks."""
    completion.completion(place, random.choice([ALL, Client()]))
    hover.hover(place, ALL)
    names.definition(place)
    names.references(place, with_definition=True)
    names.highlights(place)
    symbols.outline(place)
    symbols.folds(place)
    symbols.everywhere(workspace, workspace.lives(), random.choice(["", "a", "Big orders"]))
    formatting.formatting(place)
    fixes.actions(place, place.offset + random.randrange(50), None, ALL)
    Lenses().of(place)
    findings(workspace, place.live)
    with suppress(rename.Refused):
        rename.prepare(place)
        rename.rename(place, random.choice(["x", "rule", "two words", '"quoted"', "", "EU"]))


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(4))
def test_any_question_at_any_place_of_any_document_is_answered(seed: int, tmp_path: Path) -> None:
    root, random = shop(tmp_path), Random(seed)
    for _ in range(ROUNDS // 4):
        workspace = Workspace(random.choice(list(Unit)))
        path = random.choice([*FILES, "rules/orders.rules", "rules/tests.rules", "names.rules"])
        uri = (root / path).as_uri() if random.random() < 0.9 else "untitled:draft"
        workspace.open(uri, FILES[path], 1)
        for version in range(2, 8):
            text = workspace.documents[uri].text
            start = random.randrange(len(text.text) + 1)
            end = min(len(text.text), start + random.choice([0, 0, 0, 1, 3, 30, 300]))
            change = types.TextDocumentContentChangePartial(text.range(start, end), random.choice(JUNK))
            workspace.change(uri, [change], version)
            text = workspace.documents[uri].text
            near = text.position(start + random.randrange(6))
            anywhere = types.Position(random.randrange(len(text.starts) + 2), random.randrange(120))
            for position in (near, anywhere):
                place = workspace.place(uri, position)
                if place is not None:
                    ask(place, workspace, random)
        workspace.close(uri)


def test_what_is_told_after_many_edits_is_what_check_says(tmp_path: Path) -> None:
    """The documents overlay the disk; saved, the same is said by a ruleset that is opened anew."""
    root, random = shop(tmp_path), Random(9)
    workspace = Workspace()
    uris = {path: (root / path).as_uri() for path in FILES if path.endswith((".rules", ".yaml"))}
    for path, uri in uris.items():
        workspace.open(uri, FILES[path], 1)
    for _ in range(25):
        uri = random.choice(list(uris.values()))
        text = workspace.documents[uri].text
        start = random.randrange(len(text.text) + 1)
        change = types.TextDocumentContentChangePartial(
            text.range(start, start + random.choice([0, 1, 5])), random.choice(["x", '"', "\n", " and ", ""])
        )
        workspace.change(uri, [change])
        [live] = workspace.lives()
        told = findings(workspace, live)
    for path, uri in uris.items():
        (root / path).write_text(workspace.documents[uri].text.text, "utf-8")
    anew = Workspace()
    anew.look_for(root)
    [live] = anew.lives()
    assert told == findings(anew, live)
    assert any(told.values())
