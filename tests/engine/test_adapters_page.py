"""docs/adapters.md: its example checks, and sends what the page says it sends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.declarative.connecting import connect
from actions.declarative.spec import AdapterSpec, Auth, Connect, Errors, Operation, Reading, Rule
from actions.declarative.template import FUNCTIONS
from actions.preparing.prepare import prepare
from actions.preparing.prepared import Prepared
from actions.provider import Submitting
from actions.secret import Secret
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from events.jsontext import loads
from events.outcome import Done, Failed
from tests.actions.declarative.acme import NOW, Script, says
from tests.actions.declarative.world import lines
from tests.actions.preparing_orders import order

PAGE = (Path(__file__).parents[2] / "docs" / "adapters.md").read_text("utf-8")
BLOCKS = re.findall(r"```(yaml|json)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def opened() -> Opened:
    (_, acme), (_, connections), _ = BLOCKS
    config = f"language: 1\nfolders: [New, In production]\n{connections}"
    files = {
        "ordinance.yaml": config,
        "integrations/acme.yaml": acme,
        "shop.rules": 'rule "Print"\n  on "Order is Imported"\n  do submit to acme\n',
    }
    return open_ruleset(MemoryFolder({path: text.encode() for path, text in files.items()}))


def test_the_example_checks(opened: Opened) -> None:
    """But for the events of failure, which the page's three lines of rules handle none of."""
    assert [each.code for each in opened.checked.findings] == ["W505"]


def test_the_example_sends_what_the_page_says(opened: Opened) -> None:
    connection = opened.schema.connections["acme"]
    first, second = lines("pov")
    address = {"first_name": "Ada", "last_name": "Byron", "postal_code": "LS1 1AA"}
    made = order({**first, "variation_list": {"Size": "M"}}, second, shipping=address)
    prepared = prepare(made, connection, {}, opened.submission(connection))
    assert isinstance(prepared, Prepared)
    spec = opened.ruleset.printers["acme"].adapter
    assert spec is not None
    client = Script(
        says(201, {"id": "A-1", "number": "1001.1"}),
        says(422, {"error": "sku_unknown", "text": "no PRT-1", "line": "102"}),
    )
    adapter = connect(spec, connection, {"token": Secret("key")}, client=client, now=lambda: NOW)
    work = Submitting(prepared, "1001.1", "submit|1001.1", {}, lambda steps: None)
    assert adapter.submit(work) == Done("A-1")
    assert loads(client.asked[0].body or b"") == loads(BLOCKS[2][1])
    refused = adapter.submit(work)
    assert isinstance(refused, Failed)
    assert [(f.kind.value, f.item_ids, f.message) for f in refused.failures] == [
        ("InvalidSku", ("102",), "Acme Print: no PRT-1")
    ]


@pytest.mark.parametrize(
    "model", [AdapterSpec, Connect, Auth, Operation, Reading, Errors, Rule], ids=lambda model: model.__name__
)
def test_the_page_names_every_part(model: type[AdapterSpec]) -> None:
    assert [name for name in model.model_fields if not re.search(rf"\b{name}\b", PAGE)] == []


def test_the_page_names_every_function() -> None:
    assert [name for name in FUNCTIONS if f"`{name}`" not in PAGE] == []
