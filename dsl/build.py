"""From the grammar's matches to the tree, last third: statements, events, actions and the steps of tests.

Called by lark through `dsl.parser`; see `dsl.expressions`. Every method is called as its rule in `grammar.lark` and
gets the tokens and nodes the rule is made of, so that positions here are those of the grammar's lines.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from dsl import ast, words
from dsl.expressions import Expressions
from dsl.literals import Children


class Builder(Expressions):
    # -- statements

    def rule(self, c: Children) -> ast.Rule:
        title, because, owner, mode, on, when, for_each, do = c[1:]
        each, where = for_each or (None, None)
        self._not_in_tests()
        return ast.Rule(
            title.value, on, do, because, owner, mode or "live", when, each, where,
            title_span=title.span, span=self.span([c[0], do[-1]]),
        )  # fmt: skip

    def because(self, c: Children) -> ast.Text:
        return cast(ast.Text, c[1])

    owner = because

    def mode(self, c: Children) -> str:
        return str(c[1])

    def on(self, c: Children) -> tuple[ast.EventRef, ...]:
        return tuple(c[1::2])

    def when(self, c: Children) -> ast.Expr:
        return cast("ast.Expr", c[1])

    def for_each(self, c: Children) -> tuple[str, ast.Expr | None]:
        return str(c[2]), c[4]

    def do(self, c: Children) -> tuple[ast.Action, ...]:
        return tuple(c[1:])

    def _not_in_tests(self) -> None:
        for path in self.numbered:
            fix = f"write `{path.span.text.replace(f'{path.nth}', '', 1).replace('  ', ' ')}`".replace(
                " .", "."
            )
            self.wrong("E133", "found an order by its number, which only a test can name", path.span, fix)

    def table_here(self, c: Children) -> ast.Table:
        name, inputs, outputs, rows, otherwise = c[1], c[3], c[6], c[7:-1], c[-1]
        return ast.Table(
            str(name), inputs, outputs, tuple(rows), otherwise[0],
            name_span=self.at(name), span=self.span([c[0], otherwise[1]]),
        )  # fmt: skip

    def table_from(self, c: Children) -> ast.Table:
        return ast.Table(str(c[1]), file=c[3], name_span=self.at(c[1]), span=self.span(c))

    def columns(self, c: Children) -> tuple[str, ...]:
        return tuple([str(name) for name in c[::2]])

    def row(self, c: Children) -> ast.Row:
        outputs = c[-1]
        return ast.Row(tuple(c[:-2]), outputs, span=self.span([c[0], outputs[-1]]))

    def outputs(self, c: Children) -> tuple[ast.Literal_, ...]:
        return tuple(c[::2])

    def otherwise(self, c: Children) -> tuple[tuple[ast.Literal_, ...] | None, Any]:
        """The outputs, and what the line ends with."""
        return (tuple(c[1::2]) if isinstance(c[1], ast.Node) else None), c[-1]

    def any_cell(self, c: Children) -> ast.AnyCell:
        return ast.AnyCell(span=self.at(c[1]))

    def values_cell(self, c: Children) -> ast.ValuesCell:
        return ast.ValuesCell(tuple(c[1::2]), span=self.span(c[1:]))

    def range_cell(self, c: Children) -> ast.RangeCell:
        return ast.RangeCell(c[1], c[3], span=self.span(c[1:]))

    def up_to_cell(self, c: Children) -> ast.RangeCell:
        return ast.RangeCell(None, c[3], span=self.span(c[1:]))

    def or_more_cell(self, c: Children) -> ast.RangeCell:
        return ast.RangeCell(c[1], None, span=self.span(c[1:]))

    def list(self, c: Children) -> ast.ListOf:
        self._free(c[1])
        return ast.ListOf(str(c[1]), tuple(c[3::2]), name_span=self.at(c[1]), span=self.span(c))

    def define(self, c: Children) -> ast.Define:
        self._free(c[1])
        self._not_in_tests()
        return ast.Define(str(c[1]), c[3], name_span=self.at(c[1]), span=self.span(c))

    def _free(self, name: Any) -> None:
        if words.taken(str(name)):
            fix = f"choose another name, such as `my_{name}`"
            self.wrong("E128", f"`{name}` is a word of the language and cannot be a name", self.at(name), fix)

    # -- events

    def event_label(self, c: Children) -> ast.EventLabel:
        return ast.EventLabel(c[0].value, span=c[0].span)

    def event_id(self, c: Children) -> ast.EventId:
        return ast.EventId("".join(c), span=self.span(c))

    def every(self, c: Children) -> ast.Schedule:
        return ast.Schedule(self.duration(c[1:2]), None, None, self.folders_of(c), span=self.span(c))

    def daily(self, c: Children) -> ast.Schedule:
        hour, minute = (int(part) for part in c[3].split(":"))
        at = dt.time(0, 0)
        if hour < 24 and minute < 60:
            at = dt.time(hour, minute)
        else:
            self.wrong(
                "E113",
                f"`{c[3]}` is no time of day",
                self.at(c[3]),
                "write hours and minutes, such as `09:00`",
            )
        return ast.Schedule(None, str(c[1]), at, self.folders_of(c), span=self.span(c))

    def folders_of(self, c: Children) -> tuple[ast.Text, ...]:
        return tuple([child for child in c if isinstance(child, ast.Text)])

    def button(self, c: Children) -> ast.Button:
        return ast.Button(c[1].value, span=self.span(c))

    # -- actions

    def connection(self, c: Children) -> ast.Text:
        if c[0][0] == '"':
            return self.plain(c)
        return ast.Text(str(c[0]), span=self.at(c[0]))

    def move_to_folder(self, c: Children) -> ast.MoveToFolder:
        return ast.MoveToFolder(c[3], span=self.span(c))

    def add_tag(self, c: Children) -> ast.AddTag:
        return ast.AddTag(c[2], span=self.span(c))

    def remove_tag(self, c: Children) -> ast.RemoveTag:
        return ast.RemoveTag(c[2], span=self.span(c))

    def add_note(self, c: Children) -> ast.AddNote:
        return ast.AddNote(c[2], span=self.span(c))

    def set_to(self, c: Children) -> ast.Set:
        return ast.Set(c[1], c[3], span=self.span(c))

    def clear(self, c: Children) -> ast.Clear:
        return ast.Clear(c[1], span=self.span(c))

    def increase(self, c: Children) -> ast.Increase:
        return ast.Increase(c[1], c[3], span=self.span(c))

    def decrease(self, c: Children) -> ast.Decrease:
        return ast.Decrease(c[1], c[3], span=self.span(c))

    def remove_item(self, c: Children) -> ast.RemoveItem:
        return ast.RemoveItem(span=self.span(c))

    def apply_inventory(self, c: Children) -> ast.ApplyInventory:
        return ast.ApplyInventory(span=self.span(c))

    def add_item(self, c: Children) -> ast.AddItem:
        return ast.AddItem(c[2], c[4], c[6], span=self.span(c))

    def add_shipment(self, c: Children) -> ast.AddShipment:
        return ast.AddShipment(c[3], c[5], span=self.span(c))

    def split_items(self, c: Children) -> ast.SplitItems:
        return ast.SplitItems(c[4], c[-1] if isinstance(c[-1], ast.Text) else None, span=self.span(c))

    def split_by(self, c: Children) -> ast.SplitBy:
        return ast.SplitBy(c[2], c[8], span=self.span(c))

    def submit(self, c: Children) -> ast.Submit:
        return ast.Submit(c[2], span=self.span(c))

    def resubmit(self, c: Children) -> ast.Resubmit:
        return ast.Resubmit(c[2], span=self.span(c))

    def cancel(self, c: Children) -> ast.Cancel:
        return ast.Cancel(c[2], span=self.span(c))

    def send_email(self, c: Children) -> ast.SendEmail:
        return ast.SendEmail(c[3], c[5], body=c[7], span=self.span(c))

    def send_email_from(self, c: Children) -> ast.SendEmail:
        return ast.SendEmail(c[3], c[5], file=c[8], span=self.span(c))

    def post_to(self, c: Children) -> ast.PostTo:
        return ast.PostTo(c[2], span=self.span(c))

    def raise_event(self, c: Children) -> ast.Raise:
        return ast.Raise(c[1], span=self.span(c))

    def stop(self, c: Children) -> ast.Stop:
        return ast.Stop(span=self.at(c[0]))

    def run(self, c: Children) -> ast.Run:
        args = tuple([child for child in c if isinstance(child, ast.Argument)])
        return ast.Run(c[1], str(c[2][1:]), args, span=self.span(c))

    def argument(self, c: Children) -> ast.Argument:
        return ast.Argument(str(c[0]), c[2], span=self.span(c))

    # -- tests of rules

    def test(self, c: Children) -> ast.Test:
        for path in self.numbered:
            if path.root != "order":
                fix = f"write `order {path.nth}`"
                self.wrong(
                    "E133", f"found a number after `{path.root}`, expected it after `order`", path.span, fix
                )
        return ast.Test(c[1].value, tuple(c[2:]), title_span=c[1].span, span=self.span(c))

    def given_order(self, c: Children) -> ast.GivenOrder:
        return ast.GivenOrder(c[2], tuple(c[3:]), span=self.span(c))

    def with_field(self, c: Children) -> ast.WithField:
        target = ast.Path("order", tuple(c[2:-1]), span=self.span(c[1:-1]))
        return ast.WithField(target, c[-1], span=self.span(c))

    def with_item(self, c: Children) -> ast.WithItem:
        number, word = self.whole(c[2], least=1), c[3]
        steps = (ast.Field(str(word), span=self.at(word)), *c[4:-1])
        return ast.WithItem(
            number, ast.Path("item", steps, span=self.span(c[3:-1])), c[-1], span=self.span(c)
        )

    def with_tag(self, c: Children) -> ast.WithTag:
        return ast.WithTag(c[2], span=self.span(c))

    def given_now(self, c: Children) -> ast.GivenNow:
        return ast.GivenNow(c[3], span=self.span(c))

    def given_accepts(self, c: Children) -> ast.GivenAnswer:
        return ast.GivenAnswer(c[1], span=self.span(c))

    def given_rejects(self, c: Children) -> ast.GivenAnswer:
        return ast.GivenAnswer(c[1], c[5], c[8], span=self.span(c))

    def when_happens(self, c: Children) -> ast.When:
        return ast.When(c[1], tuple(c[3:]), span=self.span(c))

    def when_pressed(self, c: Children) -> ast.When:
        return ast.When(ast.Button(c[2].value, span=self.span(c[1:3])), span=self.span(c))

    def detail(self, c: Children) -> ast.Detail:
        return ast.Detail(str(c[1]), c[2], span=self.span(c))

    def expect_condition(self, c: Children) -> ast.ExpectCondition:
        return ast.ExpectCondition(c[1], span=self.span(c))

    def expect_rule(self, c: Children) -> ast.ExpectRule:
        return ast.ExpectRule(c[2], c[3] == "fired", span=self.span(c))

    def expect_action(self, c: Children) -> ast.ExpectAction:
        return ast.ExpectAction(c[-1], c[1] != "no", span=self.span(c))

    def expect_orders(self, c: Children) -> ast.ExpectOrders:
        return ast.ExpectOrders(self.whole(c[1], least=0), span=self.span(c))
