"""The page that `ordinance doc` writes: whole, from nowhere else, without a secret, and of every shipped ruleset."""

from __future__ import annotations

import base64
import hashlib
import html as standard
import io
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.booklet.content import Booklet, booklet
from engine.booklet.html import html
from engine.booklet.markdown import markdown
from engine.cli import run
from engine.folder import DiskFolder, MemoryFolder
from engine.opened import open_ruleset
from tests.cases_harness import USUAL

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path.parent.name for path in (ROOT / "rulesets").glob("*/ordinance.yaml"))
VOID = {"meta", "input", "br"}


@cache
def shipped(name: str) -> Booklet:
    return booklet(open_ruleset(DiskFolder(ROOT / "rulesets" / name)))


def page(book: Booklet) -> str:
    out = io.StringIO()
    html(book, out)
    return out.getvalue()


def of(rules: str, **files: bytes) -> Booklet:
    opened = open_ruleset(
        MemoryFolder({"ordinance.yaml": USUAL.read_bytes(), "a.rules": rules.encode(), **files})
    )
    assert not opened.checked.errors
    return booklet(opened)


class Reader(HTMLParser):
    """Tags that are open, what is led to, and what has a name."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert name != "src"
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_ruleset_is_told_whole(name: str) -> None:
    book = shipped(name)
    said = page(book)
    reader = Reader()
    reader.feed(said)
    assert not reader.open
    assert len(reader.ids) == len(set(reader.ids))
    assert {link.removeprefix("#") for link in reader.links} <= set(reader.ids), "a link leads nowhere"
    assert all(link.startswith("#") for link in reader.links), "a link leads outside"
    for file in (ROOT / "rulesets" / name).glob("rules/*.rules"):
        for title in re.findall(r'(?m)^rule "((?:[^"\\]|\\.)*)"', file.read_text("utf-8")):
            assert standard.escape(title.replace('\\"', '"')) in said
    pieces = re.findall(r"<pre>(.*?)</pre>", said, re.DOTALL)
    rules = [rule for _, group in book.rules for rule in group]
    assert [standard.unescape(re.sub(r"<[^>]+>", "", piece)) for piece in pieces] == [
        r.written for r in rules
    ]


def test_the_policy_lets_only_its_own_style_in() -> None:
    said = page(shipped("podos"))
    (style,) = re.findall(r"<style>(.*?)</style>", said, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in said
    assert "<script" not in said
    assert " style=" not in said


def test_a_secret_is_not_told_nor_where_it_is_kept() -> None:
    for name in SHIPPED:
        out = io.StringIO()
        markdown(shipped(name), out)
        for said in (page(shipped(name)), out.getvalue()):
            assert "_TOKEN" not in said
            assert "${" not in said


def test_what_is_written_is_no_markup() -> None:
    book = of('rule "<b>" because "a & <script>" on "Order is Imported" do add note "<i>{order.email}</i>"')
    said = page(book)
    assert "<script>" not in said
    assert "<b>" not in said
    assert "&lt;i&gt;[its e-mail address]&lt;/i&gt;" in said
    out = io.StringIO()
    markdown(of('rule "a [x](y) *b*" on "Order is Imported" do stop'), out)
    assert "### 1. a \\[x\\](y) \\*b\\*" in out.getvalue()


def test_what_is_known_of_a_rule_stands_beside_it() -> None:
    rules = """
rule "first"
  owner "office@acme.example"
  on "Order is Imported"
  when order.shipping.country is "US"
  do move to folder "Shipped"
rule "second"
  mode off
  on "Order is Imported"
  do stop
test "it is shipped"
  given order "samples/a.json"
  when "Order is Imported" happens
  expect rule "first" fired
"""
    orders = {
        f"samples/{name}.json": b'{"id": "%s", "shipping": {"country": "%s"}, "order_items": []}'
        % (name.encode(), to)
        for name, to in (("a", b"US"), ("b", b"DE"))
    }
    book = of(rules, **orders)
    ((path, (first, second)),) = book.rules
    assert (path, first.number, first.owner, first.at) == ("a.rules", 1, "office@acme.example", "a.rules:2")
    assert list(first.tests) == [("it is shipped", "a.rules:11")]
    assert [each.place for each in first.firing] == ["samples/a.json"]
    assert (second.mode, list(second.firing)) == ("off", [])
    assert book.samples == 2
    said = page(book)
    assert "1 of 2 makes it run: <code>samples/a.json</code></dd>" in said
    assert "switched off" in said
    shipped_folder = next(one for one in book.folders if one.name == "Shipped")
    assert list(shipped_folder.into) == [1]


def test_a_table_is_a_table() -> None:
    rules = """
table speeds (country, weight) -> days
  | "US", "CA" | up to 1 lb   -> 2
  | any        | 1 lb to 5 lb -> 5
  otherwise 9
rule "r" on "Order is Imported" do set order.metadata["x"] to text(lookup speeds(order.shipping.country, order.weight_total))
"""
    (grid,) = of(rules).tables
    assert [list(row) for row in grid.rows] == [
        ["US or CA", "up to 1 lb", "2"],
        ["anything", "1 lb to 5 lb", "5"],
    ]
    assert (list(grid.inputs), list(grid.outputs), grid.otherwise) == (["country", "weight"], ["days"], "9")


def test_the_command_writes_a_file_and_refuses_broken_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doc", str(ROOT / "rulesets/pov"), "--out", str(tmp_path / "a.html")]) == 0
    assert (tmp_path / "a.html").read_text("utf-8").startswith("<!doctype html>")
    assert run(["doc", str(ROOT / "rulesets/pov"), "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("# The rules of Harbor Prints\n")
    (tmp_path / "ordinance.yaml").write_bytes(USUAL.read_bytes())
    (tmp_path / "a.rules").write_text('rule "r" on "Order is Imported" do add tog "x"')
    assert run(["doc", str(tmp_path)]) == 2
    assert capsys.readouterr().out == ""


def test_a_rule_is_shown_with_the_tests_that_name_it_or_in_which_it_fires() -> None:
    book = of(
        'rule "Tag"\n  on "Order is Imported"\n  do add tag "seen"\n\n'
        'rule "Never"\n  on "Order is Imported"\n  when order.email is "nobody@example.com"\n  do add tag "x"\n\n'
        'rule "Untried"\n  on "Shipment is Added"\n  do add tag "y"\n\n'
        'test "named"\n  given order "samples/a.json"\n  when "Order is Imported" happens\n  expect rule "Never" did not fire\n\n'
        'test "by what it does"\n  given order "samples/a.json"\n  when "Order is Imported" happens\n  expect order.tags contains "seen"\n',
        **{"samples/a.json": b'{"id": "1", "order_items": [], "source_name": "x"}'},
    )
    tests = {rule.title: [title for title, _ in rule.tests] for _, rules in book.rules for rule in rules}
    assert tests == {"Tag": ["named", "by what it does"], "Never": ["named"], "Untried": []}
