"""What is offered at the cursor, and that all of it can be read where it goes."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from lsprotocol import types

from engine.lsp.client import Client
from engine.lsp.completion import completion
from engine.lsp.walk import walk
from engine.lsp.workspace import Workspace
from tests.lsp.shop import shop

CASES = Path(__file__).parent / "completion" / "what_fits.txt"
SNIPPETS = Client(snippets=True, markdown_completion=True)


def cases() -> dict[str, tuple[str, list[str]]]:
    """Name -> the text with its cursor, the expectations."""
    found = {}
    _, *sections = re.split(r"^-- (.+) --\n", CASES.read_text("utf-8"), flags=re.MULTILINE)
    for name, body in zip(sections[::2], sections[1::2], strict=True):
        lines = body.rstrip("\n").split("\n")
        expected = [line for line in lines if line[:2] in ("+ ", "- ", "= ")]
        text = lines[: len(lines) - len(expected)]
        assert "|" in "".join(text), f"{name} has no cursor"
        assert expected, f"{name} says nothing"
        found[name] = "\n".join(text), expected
    return found


def offered(root: Path, marked: str, client: Client = SNIPPETS) -> tuple[str, list[types.CompletionItem]]:
    at = marked.index("|")
    text = marked[:at] + marked[at + 1 :]
    workspace = Workspace()
    uri = (root / "zz.rules").as_uri()
    workspace.open(uri, text, 1)
    place = workspace.place(uri, workspace.documents[uri].text.position(at))
    assert place is not None
    return text, list(completion(place, client).items)


def taken(text: str, item: types.CompletionItem) -> str:
    edit = item.text_edit
    assert isinstance(edit, types.TextEdit)
    lines = text.split("\n")
    line = lines[edit.range.start.line]
    return line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop(tmp_path_factory.mktemp("shop"))


@pytest.mark.parametrize("name", cases())
def test_what_fits(name: str, root: Path) -> None:
    marked, expected = cases()[name]
    text, items = offered(root, marked, Client())
    labels = {item.label: item for item in items}
    for line in expected:
        if line.startswith("+ "):
            assert line[2:] in labels, f"not offered: {line[2:]}, but {sorted(labels)[:40]}"
        elif line.startswith("- "):
            assert line[2:] not in labels, f"offered: {line[2:]}"
        else:
            label, _, whole = line[2:].partition(": ")
            assert taken(text, labels[label]).rstrip() == whole.rstrip()


def test_each_offer_says_what_it_is_and_what_it_means(root: Path) -> None:
    _, items = offered(root, 'rule "x"\n  on "Order is Imported"\n  when order.|')
    country = next(item for item in items if item.label == "shipping.country")
    assert country.detail == "text"
    assert isinstance(country.documentation, types.MarkupContent)
    assert "country" in country.documentation.value
    assert "Source: Order Desk order object" in country.documentation.value


def test_the_text_of_an_e_mail_takes_fields_and_definitions_between_braces(root: Path) -> None:
    workspace = Workspace()
    uri = (root / "emails/soon.txt").as_uri()
    workspace.open(uri, "Hello {order.em, bye", 1)

    def labels(column: int) -> set[str]:
        place = workspace.place(uri, types.Position(0, column))
        assert place is not None
        return {item.label for item in completion(place, Client()).items}

    assert {"order.email", "wholesale"} <= labels(15)
    assert not labels(5)


def test_snippets_only_for_editors_that_have_them(root: Path) -> None:
    marked = 'rule "x"\n  on "Order is Imported"\n  when lookup |'
    for client, text in ((SNIPPETS, "mail_class(${1:method}, ${2:country})"), (Client(), "mail_class(")):
        _, items = offered(root, marked, client)
        edit = next(item.text_edit for item in items if item.label == "mail_class")
        assert isinstance(edit, types.TextEdit)
        assert edit.new_text == text


def test_what_is_offered_can_be_read_where_it_goes(root: Path) -> None:
    """At every word of the shop's rules, cut off there as if it were being written."""
    random = Random(5)
    seen = 0
    for path in ("names.rules", "rules/orders.rules", "rules/tests.rules"):
        whole = (root / path).read_text("utf-8")
        starts = [m.start() for m in re.finditer(r"^(?:rule|test|table|list|define)", whole, re.MULTILINE)]
        for start, end in zip(starts, [*starts[1:], len(whole)], strict=True):
            statement = whole[start:end]
            places = [m.end() for m in re.finditer(r'[\s."(\[{]', statement)]
            for at in random.sample(places, min(len(places), 12)):
                before = statement[:at]
                text, items = offered(root, before + "|", Client())
                for item in items:
                    edit = item.text_edit
                    assert isinstance(edit, types.TextEdit)
                    lines = text.split("\n")[: edit.range.start.line]
                    made = "\n".join(
                        [*lines, text.split("\n")[edit.range.start.line][: edit.range.start.character]]
                    )
                    made += edit.new_text
                    if item.kind == types.CompletionItemKind.Snippet:
                        continue
                    if made.count('"') % 2:  # within a text that goes on: as if it were closed
                        made += '}"' if "{" in made.rpartition('"')[2] else '"'
                    elif re.search(r'\{[^{}"]*\["[^"]*"\]$', made):
                        made += '}"'
                    assert walk(made).whole, f"{item.label!r} makes {made!r}"
                    seen += 1
    assert seen > 1000
