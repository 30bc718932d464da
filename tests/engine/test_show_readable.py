"""What a merchant reads: the story at the terminal, the reasons, the comment and the page."""

from __future__ import annotations

import base64
import gc
import hashlib
import re
import weakref
from html.parser import HTMLParser
from io import StringIO

import pytest

from engine.dry_run import Told
from engine.show import Options, Shown, Tally, formats
from engine.show.markdown import STORIES, TABLE, code, prose
from tests.engine.shown_runs import decided, opened, order, reasons, written
from tests.engine.test_show_lines import PODOS_READY, failing_submission, setting, shadow, split, stopped_loop

RULES = """
rule "Mark what leaves the country"
  because "customs forms are made by hand"
  on   "Order is Imported"
  when order.shipping.country is not "US" and order.shipping.country is present
  do   add tag "abroad"
       set order.shipping.company to order.checkout_data["company"]

rule "Look at big orders"
  on   "Order is Imported"
  when (order.order_total >= $500 or order has tag "b2b") and any item where (item.quantity > 50)
  do   move to folder "Artwork needed"

rule "Use the shopper's artwork"
  on   "Order is Imported"
  for each item where item.print_url is missing
  do   set item.print_url to item.variation["Artwork"]
"""
RULESET = opened(RULES)
ORDER = order(
    source_name="Shopify",
    source_id="#5",
    order_total="59.8",
    shipping={"country": "FR"},
    items=[
        {"id": "7", "code": "TEE", "quantity": 2, "variation_list": {"Artwork": "https://art.example/a.png"}},
        {"id": "8", "code": "MUG", "metadata": {"print_url": "https://art.example/b.png"}},
    ],
)


def test_an_order_is_a_block_with_what_fired_and_what_it_changed() -> None:
    text = written(RULESET, [decided(RULESET, ORDER)])
    assert text.splitlines()[2:16] == [
        "Order 1001  from Shopify #5, to FR, 2 items (3 pieces), 59.80 USD, in New",
        "  samples/a.json",
        "  Order is Imported",
        "    Mark what leaves the country",
        "      customs forms are made by hand",
        '      add tag "abroad"',
        "        tags: + abroad",
        '      set order.shipping.company to order.checkout_data["company"]  not done:',
        "        the value for order.shipping.company is missing",
        "    Use the shopper's artwork",
        '      set item.print_url to item.variation["Artwork"]  item 7 (TEE)',
        "        metadata.print_url: missing -> https://art.example/a.png",
        "    1 rule did not fire; `--all` or `ordinance why` shows them",
        "",
    ]


def test_without_traces_the_changes_stand_under_the_event() -> None:
    text = written(RULESET, [decided(RULESET, ORDER, traced=False)])
    assert "    changed  tags: + abroad\n" in text
    assert "    changed  item 7: metadata.print_url: missing -> https://art.example/a.png\n" in text


def test_with_all_every_rule_and_every_condition_is_shown() -> None:
    text = written(RULESET, [decided(RULESET, ORDER)], everything=True)
    assert '      met      order.shipping.country is not "US"  it is "FR"\n' in text
    assert "    Look at big orders: did not fire\n" in text
    assert "        not met  order.order_total >= $500  it is 59.80 USD\n" in text
    assert "did not fire; `--all`" not in text


def test_what_would_be_sent_is_shown_item_by_item() -> None:
    ruleset, shown = setting()
    text = written(ruleset, shown)
    assert "  What would be sent to podOS\n    1 x TEE, 0 USD each\n" in text
    assert "      podos_variant_id: v-1 (from item metadata)\n" in text
    assert "    shipping class: DHL Express (by shipping_class_match)\n" in text
    assert text.index("Before Order Submitted") < text.index("What would be sent") < text.index("After Order")


def test_a_setting_and_a_rule_in_shadow_are_marked() -> None:
    assert 'podOS setting: after import, move to "In production" (a setting)' in written(*setting())
    text = written(*shadow())
    assert "    Try a new folder (in shadow: nothing of this is done)\n" in text
    assert '      move to folder "Shipped"  would be done\n' in text


def test_what_was_not_sent_is_a_problem_with_its_reason_and_what_was_skipped() -> None:
    text = written(*failing_submission())
    assert (
        "  Not sent to POV (unverified)\n    skipped: item 3 (GIFT): `GIFT` is in product_code_skip\n" in text
    )
    assert "    problem: item 2 (TEE-2) has no print_url\n" in text


def test_a_told_rejection_is_said_to_be_one() -> None:
    ruleset, _ = setting()
    shown = decided(ruleset, order(**PODOS_READY), told={"podos": Told("invalid_sku", "TEE is not known")})
    text = written(ruleset, [shown])
    assert "    podOS was told to reject it: TEE is not known\n" in text
    assert re.search(r"rejected by podOS, as told +1\n", text)


def test_a_stopped_loop_and_a_new_order_are_told() -> None:
    assert '    problem: loop stopped: rule "Back" fired before' in written(*stopped_loop())
    assert "    new order 2001-1 in Artwork needed: 1 x MUG, 34.50 USD\n" in written(*split())


def test_the_sums_stand_at_the_end() -> None:
    ruleset, shown = failing_submission()
    bad = Shown("b.json", error="this is a refund, not an order")
    text = written(ruleset, [*shown, bad])
    assert "b.json\n  could not be read: this is a refund, not an order\n" in text
    assert re.findall(r"^  (\S.*?) +(\d+)$", text[text.index("In all") :], re.MULTILINE) == [
        ("orders", "1"),
        ("not submitted to POV (unverified)", "1"),
        ("moved to SKU problems", "1"),
        ("orders with problems", "1"),
        ("could not be read", "1"),
    ]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for ruleset, shown in (setting(), failing_submission(), split(), (RULESET, [decided(RULESET, ORDER)])):
        for everything in (False, True):
            lines = written(ruleset, shown, width=width, everything=everything).splitlines()
            assert max(map(len, lines)) <= width
            assert all(line == line.rstrip() for line in lines)


def test_colours_only_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [decided(RULESET, ORDER)]
    assert "\x1b[" not in written(RULESET, shown)
    assert "\x1b[" in written(RULESET, shown, color=True)
    out = StringIO()
    monkeypatch.setenv("NO_COLOR", "1")
    printer = formats()["human"](out, RULESET, Options())
    printer.order(shown[0])
    assert "\x1b[" not in out.getvalue()


NASTY = (
    "\x1b[31m[bold]<img src=x onerror=alert(1)>|`@octocat #1 www.x.example https://x.example \u202e\r\nlast"
)


def nasty() -> Shown:
    one = order(
        id=NASTY, source_name=NASTY, folder="New", shipping={"country": "FR"}, checkout_data={"company": NASTY},
        items=[{"id": "7", "name": NASTY, "code": NASTY, "variation_list": {"Artwork": NASTY}}],
    )  # fmt: skip
    return decided(RULESET, one, warnings=[NASTY])


def test_text_of_an_order_does_nothing_to_a_terminal() -> None:
    for text in (written(RULESET, [nasty()], everything=True, width=200), reasons(RULESET, nasty())):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\r" not in text
        assert r"\u{1B}[31m[bold]<img" in text


# why


def test_why_tells_of_each_rule_what_was_read_and_what_it_would_take() -> None:
    text = reasons(RULESET, decided(RULESET, ORDER), "look at BIG orders")
    assert text.splitlines()[2:] == [
        "  Order is Imported",
        "    Look at big orders: did not fire",
        "      not met  one of these",
        "        not met  order.order_total >= $500  it is 59.80 USD",
        '        not met  order has tag "b2b"  order.tags is "abroad"',
        "      not met  any item where (item.quantity > 50)",
        "        not met  item 7 (TEE): item.quantity > 50  it is 2",
        "        not met  item 8 (MUG): item.quantity > 50  it is 1",
        "      it would fire if all of these held",
        "        order.order_total >= $500 (it is 59.80 USD)",
        "        item.quantity > 50 for item 7 (TEE) (it is 2)",
    ]


def test_why_tells_where_a_value_came_from_and_what_was_missing() -> None:
    text = reasons(RULESET, decided(RULESET, ORDER), "Use the shopper's artwork")
    assert "      met      item 7 (TEE): item.print_url is missing  it is missing\n" in text
    flat = " ".join(text.split())
    assert '"https://art.example/b.png" (from item metadata)' in flat


def test_why_says_when_a_value_could_not_be_compared() -> None:
    shown = decided(RULESET, order(currency="EUR", order_total="600"))
    flat = " ".join(reasons(RULESET, shown, "Look at big orders").split())
    assert "500 USD cannot be compared: the order is in EUR" in flat
    ruleset = opened('rule "R" on "Order is Imported" when order.metadata["n"] > 3 do add tag "x"')
    text = reasons(ruleset, decided(ruleset, order(order_metadata={"n": "1,5"})))
    assert 'it is "1,5", which is not a number' in " ".join(text.split())


def test_why_of_a_rule_that_waits_for_something_else_says_for_what() -> None:
    ruleset, _ = stopped_loop()
    text = reasons(ruleset, decided(ruleset, order(), event="Order is Split"), "Back")
    assert 'not looked at: it waits for "Folder is Changed"; what happened was "Order is Split"' in " ".join(
        text.split()
    )


def test_why_shortens_a_long_list_of_items_and_all_does_not() -> None:
    many = order(items=[{"id": str(n), "quantity": 60 if n == 33 else 1} for n in range(1, 41)])
    ruleset = opened(
        'rule "R" on "Order is Imported" when every item where (item.quantity > 50) do add tag "x"'
    )
    text = reasons(ruleset, decided(ruleset, many))
    assert "item 33: item.quantity > 50  it is 60" in text
    assert "and 36 more: 0 met, 36 not" in text
    assert text.count("item 20:") == 0
    assert reasons(ruleset, decided(ruleset, many), everything=True).count("item 20:") == 1


def test_why_after_stop_names_the_rule_that_stopped() -> None:
    ruleset = opened(
        'rule "First" on "Order is Imported" do stop\nrule "Second" on "Order is Imported" do add tag "x"'
    )
    text = reasons(ruleset, decided(ruleset, order()))
    assert 'Second: not looked at: rule "First" stopped the rules of this event' in text


# markdown


def test_a_comment_has_a_row_for_each_order_and_its_story() -> None:
    ruleset, shown = failing_submission()
    text = written(ruleset, shown, "markdown")
    row = next(line for line in text.splitlines() if line.startswith("| `1001`"))
    assert row.count(" | ") == 3
    assert "not submitted to POV, moved to SKU problems" in row
    assert "item 2 (TEE-2) has no print\\_url" in row
    assert "<details><summary>Order <code>1001</code>: " in text
    assert "- **Print at POV**\n  - `submit to POV`: planned\n" in text


def test_text_of_an_order_is_no_markup_in_a_comment() -> None:
    text = written(RULESET, [nasty()], "markdown")
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "@octocat" not in re.sub(r"<code>.*?</code>", "", outside)
    assert "<img" not in outside
    assert all(line.count("|") - line.count("\\|") == 5 for line in text.splitlines() if line.startswith("|"))


def test_code_and_prose_keep_what_they_are_given() -> None:
    assert code("a|b") == "`a\\|b`"
    assert code("``x") == "``` ``x ```"
    assert code("") == "` `"
    assert prose("*a* <b> @me #1 https://x") == "\\*a\\* &lt;b&gt; @<!-- -->me #<!-- -->1 https:<!-- -->//x"


def test_a_comment_is_never_longer_than_it_may_be_and_says_what_is_left_out() -> None:
    out = StringIO()
    printer, tally = formats()["markdown"](out, RULESET, Options()), Tally()
    shown = decided(RULESET, ORDER)
    printer.start()
    for _ in range(1000):
        tally.add(shown)
        printer.order(shown)
    printer.end(tally)
    assert len(out.getvalue()) < 65_536
    assert re.search(r"\d+ more orders would not fit into a comment", out.getvalue())
    assert out.getvalue().count("<details>") > 10
    assert TABLE + STORIES < 65_536


# html


class Page(HTMLParser):
    """Which tags are open at the end, which there were, and their attributes."""

    VOID = frozenset({"meta", "input", "br", "!doctype"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_loads_nothing() -> None:
    for ruleset, shown in (setting(), failing_submission(), split(), shadow(), stopped_loop()):
        page = Page(written(ruleset, [*shown, Shown("b.json", error="no order")], "html"))
        assert page.open == []
        names = {name for _, attributes in page.seen for name in attributes}
        assert not names & {"src", "href", "style", "onclick"}
        assert sum(tag == "article" for tag, _ in page.seen) == 2


def test_the_policy_of_the_page_takes_its_own_style_and_script_only() -> None:
    text = written(*setting(), "html")
    policy = next(a["content"] or "" for t, a in Page(text).seen if t == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        body = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert body is not None
        assert base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode() in policy


def test_text_of_an_order_is_no_tag_on_the_page() -> None:
    text = written(RULESET, [nasty()], "html", everything=True)
    assert "img" not in {tag for tag, _ in Page(text).seen}
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "\u202e" not in text


def test_the_page_tells_the_same_story() -> None:
    text = written(RULESET, [decided(RULESET, ORDER)], "html")
    for said in ("Mark what leaves the country", "customs forms are made by hand", "tags: + abroad", "1 rule did not fire",
                 "order.order_total &gt;= $500 (it is 59.80 USD)"):  # fmt: skip
        assert said in text


# all


@pytest.mark.parametrize("into", ["human", "json", "markdown", "html"])
def test_no_secret_is_ever_shown(into: str) -> None:
    assert "PODOS_TOKEN" not in written(*setting(), into)


@pytest.mark.parametrize("into", ["human", "json", "html"])
def test_nothing_of_an_order_is_kept_once_it_is_written(into: str) -> None:
    printer, tally = formats()[into](StringIO(), RULESET, Options(width=80)), Tally()
    printer.start()
    shown = decided(RULESET, ORDER)
    assert shown.run is not None
    run = weakref.ref(shown.run)
    tally.add(shown)
    printer.order(shown)
    del shown
    gc.collect()
    assert run() is None
    printer.end(tally)
