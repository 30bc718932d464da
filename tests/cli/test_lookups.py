"""`ordinance catalog`, `explain`, `import` and `export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dsl.codes import codes
from engine.wiring import everything
from tests.cli.conftest import Call, Shop

ROOT = Path(__file__).parent.parent.parent
ORDERS = ROOT.parent / "shared" / "samples"

ORDER = """{"id": "5", "email": "kate.miller@gmail.com", "folder_id": 2, "shipping": {"first_name": "Kate",
"last_name": "Miller", "address1": "9 Elm Street", "country": "US"}, "order_total": 1234567890.123456789,
"order_items": [{"name": "Tee", "code": "TEE-1", "price": 1.10}]}"""


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that no ruleset is above of."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# catalog


def test_typing_a_printers_name_shows_its_events(call: Call, nowhere: Path) -> None:
    said = call("catalog", "events", "podos")
    assert said.code == 0
    for event in everything().events.values():
        if event.integration == "podos":
            assert event.label in " ".join(said.out.split())
    assert "action " not in said.out


def test_brief_is_a_line_each_and_integration_is_only_what_comes_with_it(call: Call, nowhere: Path) -> None:
    lines = call("catalog", "--integration", "POV", "--brief").out.splitlines()
    assert "action    submit to pov" in lines
    assert all(line.split()[0] in ("event", "action", "field", "function") for line in lines)
    assert not any("podos" in line.lower() for line in lines)


def test_nothing_found_is_1_and_an_unknown_integration_2(call: Call, nowhere: Path) -> None:
    none = call("catalog", "events", "zebra")
    assert (none.code, none.out) == (1, "")
    unknown = call("catalog", "--integration", "podoz")
    assert unknown.code == 2
    assert "`podos`" in unknown.err


def test_a_ruleset_in_reach_adds_its_own_names(call: Call, shop: Shop) -> None:
    yaml = (
        "language: 1\nfolders: [New]\nevents: [Artwork approved]\nbuttons: [Approve artwork]\n"
        "connections:\n  podos-eu: {uses: podos, label: podOS EU, project: x, token: '${T}'}\n"
    )
    shop(files={"ordinance.yaml": yaml})
    assert 'event     "Artwork approved"' in call("catalog", "events", "approved", "--brief").out
    assert 'event     button "Approve artwork"' in call("catalog", "events", "approve", "--brief").out
    assert '"Order Scheduled to podOS EU"' in call("catalog", "events", "scheduled").out
    assert "(needs `pov:` under `connections:` in ordinance.yaml)" in call("catalog", "events", "pov").out


# explain


def test_a_code_is_explained_whatever_its_case(call: Call) -> None:
    said = call("explain", "e181")
    assert said.code == 0
    assert said.out.startswith("error[E181]: ")
    assert " ".join(codes()["E181"].text.split()) in " ".join(said.out.split())


def test_an_unknown_code_is_2_with_the_near_ones(call: Call) -> None:
    said = call("explain", "E18I")
    assert (said.code, said.out) == (2, "")
    assert "E181" in said.err
    assert call("explain", "zebra").err == (
        "ordinance: there is no code `zebra`; a code is a letter and three digits, such as E201\n"
    )


# import


def test_one_order_is_our_json_with_every_digit(call: Call, nowhere: Path) -> None:
    (nowhere / "a.json").write_text(ORDER)
    said = call("import", "a.json")
    assert said.code == 0
    assert '"order_total": 1234567890.123456789,' in said.out
    assert json.loads(said.out)["email"] == "kate.miller@gmail.com"
    assert "a.json: folder_id 2 has no name" in said.err


def test_redacted_nothing_personal_is_left(call: Call, nowhere: Path) -> None:
    (nowhere / "a.json").write_text(ORDER)
    said = call("import", "a.json", "--redact")
    assert not any(word in said.out for word in ("kate", "Kate", "Miller", "gmail", "Elm"))
    assert json.loads(said.out)["email"].endswith("@example.com")


def test_folders_have_the_names_of_the_ruleset_in_reach(call: Call, shop: Shop) -> None:
    shop(files={"ordinance.yaml": "language: 1\nfolders: {New: 1, Printing: 2}\n"})
    Path("a.json").write_text(ORDER)
    assert json.loads(call("import", "a.json").out)["folder"] == "Printing"


def test_several_orders_are_a_line_each_and_a_bad_one_is_2(call: Call, nowhere: Path) -> None:
    (nowhere / "all.jsonl").write_text(
        f'{" ".join(ORDER.split())}\n{{"refund": {{"id": 1}}}}\n{{"id": "6", "order_items": []}}\n'
    )
    said = call("import", "all.jsonl")
    assert said.code == 2
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == ["5", "6"]
    assert "all.jsonl, line 2: not read: " in said.err


def test_what_is_piped_in_is_read(call: Call, nowhere: Path) -> None:
    assert json.loads(call("import", "-", stdin=ORDER.encode()).out)["id"] == "5"


def test_each_order_into_a_file_of_its_own_and_none_is_overwritten(call: Call, nowhere: Path) -> None:
    (nowhere / "a.json").write_text(
        f'[{ORDER}, {{"id": "../6", "order_items": []}}, {{"id": "5", "order_items": []}}]'
    )
    said = call("import", "a.json", "--output", "samples")
    assert (said.code, said.out) == (0, "")
    assert sorted(path.name for path in Path("samples").iterdir()) == ["5-2.json", "5.json", "6.json"]
    again = call("import", "a.json", "--output", "samples")
    assert again.code == 2
    assert "is there already, so nothing was written" in again.err


def test_ids_that_differ_in_capitals_only_are_two_files_on_any_disk(call: Call, nowhere: Path) -> None:
    (nowhere / "a.jsonl").write_text('{"id": "a", "order_items": []}\n{"id": "A", "order_items": []}\n')
    assert call("import", "a.jsonl", "--output", "samples").code == 0
    assert sorted(path.name for path in Path("samples").iterdir()) == ["A-2.json", "a.json"]


def test_an_id_is_cut_to_what_a_disk_takes(call: Call, nowhere: Path) -> None:
    (nowhere / "a.json").write_text(f'{{"id": "{chr(0x20000) * 300}", "order_items": []}}', "utf-8")
    assert call("import", "a.json", "--output", "samples").code == 0


def test_a_file_that_is_not_there_is_2(call: Call, nowhere: Path) -> None:
    said = call("import", "none.json")
    assert (said.code, said.out) == (2, "")
    assert "there is no file `none.json`" in said.err


@pytest.mark.skipif(not ORDERS.is_dir(), reason="the sample orders are not beside the repository")
def test_what_import_prints_imports_again_as_the_same(call: Call, nowhere: Path) -> None:
    first = call("import", ORDERS / "woocommerce")
    (nowhere / "all.jsonl").write_text(first.out)
    assert first.out.count("\n") >= 10
    assert call("import", "all.jsonl").out == first.out


# export


def nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [each for member in value for each in nodes(member)]
    if isinstance(value, dict):
        return ([value] if "node" in value else []) + [
            each for member in value.values() for each in nodes(member)
        ]
    return []


def test_the_form_is_json_with_every_name_resolved(call: Call, shop: Shop) -> None:
    rules = (
        'rule "R"\n  on "Order is Imported"\n  when order.order_total > $1.50 and order.date_added is after 2026-01-31\n'
        '    and order.date_added is older than 36 hours\n  do add tag "x"\n'
        'table t (country) -> method\n  | "US" -> "USPS"\n  otherwise nothing\n'
        'rule "S"\n  on "Order is Imported"\n  do set order.shipping_method to lookup t(order.shipping.country)\n'
    )
    shop(files={"rules/1-orders.rules": rules})
    said = call("export")
    assert said.code == 0
    found = json.loads(said.out)
    assert found["schema"] == "ordinance.form/1"
    (event,) = found["events"]
    assert (event["id"], event["label"]) == ("order.imported", "Order is Imported")
    first, second = event["rules"]
    assert (first["node"], first["title"], first["at"]) == ("RuleForm", "R", "rules/1-orders.rules:1:6")
    less = next(node for node in nodes(first) if node["node"] == "Less")
    assert (less["kind"], less["at"]) == ("amount", "rules/1-orders.rules:3:8")
    constants = [node["value"] for node in nodes(first) if node["node"] == "Const"]
    assert {"date": "2026-01-31"} in constants
    assert {"seconds": 129600} in constants
    assert "1.50" in said.out
    assert second["acts"][0]["values"]["value"]["node"] == "Lookup"
    (table,) = found["tables"]
    assert (table["name"], table["rows"][0]["cells"][0]["values"]) == ("t", ["US"])


def test_the_same_rules_export_the_same_bytes_and_others_do_not(call: Call, shop: Shop) -> None:
    shop("podos", "pov")
    first = call("export").out
    assert call("export").out == first
    Path("rules/1-orders.rules").write_text(Path("rules/1-orders.rules").read_text().replace("rush", "hurry"))
    assert call("export").out != first


def test_rules_with_errors_are_not_exported(call: Call, shop: Shop) -> None:
    shop(files={"rules/9.rules": "rule"})
    said = call("export")
    assert (said.code, said.out) == (2, "")
