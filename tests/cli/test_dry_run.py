"""`ordinance dry-run`: which orders, which event, what is answered, and the exit code."""

from __future__ import annotations

import json
import weakref
from pathlib import Path
from typing import Any

import pytest

from engine.cli import deciding
from engine.cli.opening import decidable
from tests.cli.conftest import Call, Said, Shop

ORDER = '{"id": "77", "source_name": "Shopify", "order_items": [{"id": "1", "name": "Tee", "code": "TEE-1"}]}'

RULES = """
rule "Say what happened"
  on   "Folder is Changed" or button "Approve artwork" or every day at 09:00 for orders in ("New", "Unpaid")
  do   add note "now {moment}"

define moment = now

rule "Say where from"
  on   "Folder is Changed"
  do   add note "{event.from} to {event.to}"

rule "Look at big deliveries"
  on   "Order is Split"
  when event.part >= 2
  do   add tag "part"
"""
YAML = """
language: 1
store: {name: Acme Tees, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, Unpaid, Needs attention, In production, Shipped, Cancelled]
connections:
  podos: {project: x, token: "${PODOS_TOKEN}", default_mail_class: Standard, shipping_methods: [Standard]}
buttons: [Approve artwork]
"""


def lines(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


@pytest.fixture
def more(shop: Shop) -> Path:
    """A shop that also has a button, a schedule and rules on events with fields."""
    return shop("podos", files={"ordinance.yaml": YAML, "rules/8.rules": RULES})


def notes(said: Said) -> list[str]:
    return [n["content"] for line in lines(said) for n in (line["changes"].get("notes") or {"to": []})["to"]]


def test_the_samples_are_given_order_is_imported(call: Call, shop: Shop) -> None:
    shop("podos")
    said = call("dry-run", "--format", "json")
    assert said.code == 0
    first = [line for line in lines(said) if line["cause"] is None]
    assert [(line["order"], line["event_id"]) for line in first] == [
        ("1001", "order.imported"),
        ("1002", "order.imported"),
    ]


def test_named_orders_files_and_folders_are_all_tried(call: Call, shop: Shop, tmp_path: Path) -> None:
    shop()
    (tmp_path / "a.json").write_text(ORDER)
    (tmp_path / "more").mkdir()
    for number in (1, 2):
        (tmp_path / f"more/{number}.json").write_text(ORDER.replace("77", f"8{number}"))
    (tmp_path / "more/notes.txt").write_text("no order")
    said = call("dry-run", "--orders", tmp_path / "a.json", tmp_path / "more", "--format", "json")
    assert [line["order"] for line in lines(said)] == ["77", "81", "82"]


def test_an_order_without_a_folder_is_in_the_first(call: Call, shop: Shop, tmp_path: Path) -> None:
    shop(
        files={
            "rules/9.rules": 'rule "First"\n on "Order is Imported"\n when order.folder is "New"\n do add tag "first"'
        }
    )
    (tmp_path / "a.json").write_text(ORDER)
    (line,) = lines(call("dry-run", "--orders", tmp_path / "a.json", "--format", "json"))
    assert line["fired"] == ["First"]


def test_an_answer_is_followed_to_its_end(call: Call, more: Path) -> None:
    said = call(
        "dry-run",
        "--orders",
        "samples/podos.json",
        "--answer",
        "podOS=Invalid SKU: TEE-1 is not known",
        "--format",
        "json",
    )
    assert said.code == 0
    refused = next(line for line in lines(said) if line["event_id"] == "podos.not_submitted.invalid_sku")
    assert refused["changes"]["folder"] == {"from": "New", "to": "Needs attention"}
    assert "podOS: TEE-1 is not known" in notes(said)


@pytest.mark.parametrize(
    ("event", "event_id"),
    [
        ("Folder is Changed", "order.folder_changed"),
        ("folder is changed", "order.folder_changed"),
        ("order.folder_changed", "order.folder_changed"),
        ('button "Approve artwork"', "button.approve_artwork"),
        ("button approve artwork", "button.approve_artwork"),
        ("every day at 09:00", "schedule.every day at 09:00"),
        ("Every  day at 09:00 ", "schedule.every day at 09:00"),
    ],
)
def test_an_event_is_named_as_people_and_as_files_name_it(
    event: str, event_id: str, call: Call, more: Path
) -> None:
    said = call("dry-run", "--event", event, "--orders", "samples/order.json", "--format", "json")
    assert said.code == 0, said.err
    assert lines(said)[0]["event_id"] == event_id
    assert "Say what happened" in lines(said)[0]["fired"]


def test_an_event_has_the_values_that_it_is_given(call: Call, more: Path) -> None:
    said = call(
        "dry-run", "--event", "Folder is Changed", "--with", "from=New", "to=In production",
        "--orders", "samples/order.json", "--format", "json",
    )  # fmt: skip
    assert "New to In production" in notes(said)


def test_numbers_of_an_event_are_numbers(call: Call, more: Path) -> None:
    """As text, "10" would be smaller than "2"."""
    said = call("dry-run", "--event", "Order is Split", "--with", "part=10", "--format", "json")
    assert all(line["fired"] == ["Look at big deliveries"] for line in lines(said))
    wrong = call("dry-run", "--event", "Order is Split", "--with", "part=ten")
    assert (wrong.code, wrong.err) == (2, "ordinance: `part` is a number, and `ten` is none\n")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-03-01 09:30", "2026-03-01 09:30"),
        ("2026-03-01", "2026-03-01 00:00"),
        ("2026-03-01T09:30:00Z", "2026-03-01 04:30"),
    ],
)
def test_the_time_is_the_stores(at: str, shown: str, call: Call, more: Path) -> None:
    """New York is five hours behind UTC in winter."""
    said = call(
        "dry-run",
        "--event",
        "order.folder_changed",
        "--at",
        at,
        "--orders",
        "samples/order.json",
        "--format",
        "json",
    )
    assert f"now {shown}-05:00" in notes(said)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--event", "Order is Importd"], "similar names exist: `Order is Imported`"),
        (["--event", "order.folder_chnged"], "exists: `order.folder_changed`"),
        (["--event", "every day at 10:00"], "similar name exists: `every day at 09:00`"),
        (["--event", "button Aprove artwork"], "similar name exists: `Approve artwork`"),
        (["--event", "Order Scheduled to POV"], "it comes with `pov:` under `connections:`"),
        (["--event", "order.folder_changed", "--with", "too=x"], "`Folder is Changed` has no field `too`"),
        (["--with", "x=1"], "`Order is Imported` has no fields"),
        (["--event", "order.folder_changed", "--with", "to"], "write `--with to=VALUE`"),
        (["--answer", "podoz=accepts"], "similar name exists: `podos`"),
        (["--answer", "podos"], "write `podos=accepts`"),
        (
            ["--answer", "podos=Invalid SKUs"],
            "podOS has no reason `Invalid SKUs`; a reason with a similar name",
        ),
        (["--at", "yesterday"], "write it as 2026-03-01 09:00"),
        (["--at", "2026-13-41"], "is no time"),
        (["--orders", "none.json"], "there is no file `none.json`"),
        (["--orders", "rules"], "the folder `rules` holds no .json"),
        (["--output", "none/x.html"], "`none/x.html` cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_stderr(
    words: list[str], sentence: str, call: Call, more: Path
) -> None:
    said = call("dry-run", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("ordinance: ")
    assert said.err.count("\n") == 1
    assert sentence in said.err


def test_an_order_that_cannot_be_read_is_2_and_the_others_are_shown(call: Call, shop: Shop) -> None:
    shop(files={"samples/broken.json": "{"})
    said = call("dry-run", "--format", "json")
    assert said.code == 2
    assert [(line.get("order"), "error" in line) for line in lines(said)] == [
        ("samples/broken.json, line 1", True),
        ("1001", False),
    ]
    assert "1 order could not be read" in said.err


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"[" * 100_000, b'{"id": NaN}', b"\x00" * 50, b'[[{"a": 1e999999}]]']
)
def test_no_bytes_of_an_order_are_more_than_an_error(
    data: bytes, call: Call, shop: Shop, tmp_path: Path
) -> None:
    shop()
    (tmp_path / "x.json").write_bytes(data)
    said = call("dry-run", "--orders", tmp_path / "x.json")
    assert said.code == 2
    assert "mistake" not in said.err


def test_rules_with_errors_decide_nothing(call: Call, shop: Shop) -> None:
    shop(
        files={
            "rules/9.rules": 'rule "Wrong"\n  on "Order is Imported"\n  when order.contry is "DE"\n  do stop\n'
        }
    )
    said = call("dry-run", "--format", "json")
    assert (said.code, said.out) == (2, "")
    assert "E201" in said.err
    assert "the rules have errors (1 error in 1 file)" in said.err


def test_strict_is_1_where_the_checker_warns_or_an_order_has_a_problem(call: Call, shop: Shop) -> None:
    shop()
    assert call("dry-run", "--strict").code == 0
    shop(files={"rules/9.rules": "define unused = order.email is present\n"})
    warned = call("dry-run")
    assert warned.code == 0
    assert "the rules: 1 warning in 1 file; `ordinance check` shows them" in warned.err
    assert call("dry-run", "--strict").code == 1


def test_strict_is_1_where_an_order_cannot_be_submitted(call: Call, shop: Shop) -> None:
    shop("pov")
    text = Path("samples/pov.json").read_text()
    Path("samples/pov.json").write_text(text.replace("print_url", "print_link"))
    assert call("dry-run").code == 0
    assert call("dry-run", "--strict").code == 1


def test_output_goes_into_a_file_whole_or_not_at_all(call: Call, shop: Shop, tmp_path: Path) -> None:
    folder = shop("podos")
    said = call("dry-run", "--format", "html", "--output", tmp_path / "report.html")
    assert (said.code, said.out) == (0, "")
    assert said.err == f"wrote {tmp_path / 'report.html'}\n"
    assert "Print at podOS" in (tmp_path / "report.html").read_text("utf-8")
    for place in (folder, "", "..", "/"):
        said = call("dry-run", "--output", place)
        assert (said.code, said.out) == (2, "")
        assert "is a folder; name a file in it" in said.err
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


@pytest.mark.parametrize("into", ["human", "markdown", "html"])
def test_every_readable_format_names_the_rule_that_fired(into: str, call: Call, shop: Shop) -> None:
    shop("podos")
    said = call("dry-run", "--format", into)
    assert said.code == 0
    assert "Print at podOS" in said.out


def test_a_dry_run_changes_nothing_in_the_folder(call: Call, shop: Shop) -> None:
    folder = shop("podos", "pov")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    call("dry-run")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_ruleset_without_orders_says_how_to_get_some(call: Call, shop: Shop) -> None:
    shop(
        files={"samples/order.json": None, "rules/1-orders.rules": None, "rules/9.rules": 'list EU = "DE"\n'}
    )
    said = call("dry-run")
    assert said.code == 2
    assert "put some into `samples/`, or name them with `--orders`" in said.err


def test_of_many_orders_only_some_are_held(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(deciding, "AT_ONCE", 2)
    folder = shop()
    many = tmp_path / "many.jsonl"
    many.write_text("".join(f'{{"id": "{n}", "order_items": []}}\n' for n in range(5)), "utf-8")
    orders, number = deciding.each_wanted(decidable(folder), [many])
    assert number is None
    seen = [weakref.ref(next(orders)) for _ in range(4)]
    assert [each() for each in seen[:3]] == [None, None, None]
    assert next(orders).order is not None
    orders, number = deciding.each_wanted(decidable(folder), [])
    assert number is not None
    assert len(list(orders)) == number


def test_a_file_that_is_not_there_ends_it_before_anything_is_shown(call: Call, shop: Shop) -> None:
    shop()
    said = call("dry-run", "--orders", "samples/order.json", "nowhere.json")
    assert (said.code, said.out) == (2, "")
    assert "there is no file `nowhere.json`" in said.err
