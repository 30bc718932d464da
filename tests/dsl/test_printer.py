"""What is written from a tree is read as the same tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl import ast
from dsl.parser import parse
from dsl.printer import write, write_file
from dsl.source import Source
from tests.strategies import KINDS, expressions, statements


def read(text: str) -> tuple[ast.Statement, ...]:
    parsed = parse(Source("shop.rules", text))
    assert not parsed.diagnostics, (text, parsed.diagnostics)
    return parsed.file.statements


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_as_the_same_tree(kind: str) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(KINDS[kind]())
    def same(statement: Any) -> None:
        assert read(write(statement)) == (statement,)

    same()


@settings(max_examples=50, deadline=None)
@given(st.lists(statements(), max_size=3))
def test_a_file_is_its_statements(found: list[Any]) -> None:
    text = write_file(ast.File("shop.rules", tuple(found)))
    assert read(text) == tuple(found)
    assert write_file(ast.File("shop.rules", read(text))) == text


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions())
def test_the_place_of_a_value_is_its_text(expression: Any) -> None:
    """Every part of an expression stands where its span says: read by itself, it is the same part."""
    (define,) = read(f"define x = {write(expression)}")
    for node in parts(define):
        assert read(f"define x = {node.span.text}") == (ast.Define("x", node),)


def parts(node: ast.Node) -> Iterator[ast.Expr]:
    """The values and conditions below a node, but for the inside of texts and the patterns."""
    if isinstance(node, (ast.Template, ast.Path)) or (
        isinstance(node, ast.Comparison) and node.operator == "matches"
    ):
        return
    for each in fields(node):
        value = getattr(node, each.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, ast.Node):
                yield child  # type: ignore[misc]
                yield from parts(child)


def test_the_canonical_text_of_rules() -> None:
    """Worked by hand: one clause or one action a line, the second word of each under the title."""
    canonical = """\
rule "Hold express orders"
  because "somebody looks at them"
  mode    shadow
  on      "Order is Imported" or every 2 hours for orders in ("Backorder", "New")
  when    order.a is "US" and (order.b > $20 or not order.has_gift)
  for each item where item.print_url is missing
  do      set item.print_url to "{item.metadata["url"]}.png"
          add note \"\"\"
          Dear {order.email},
          the "{{artwork}}" is missing.
          \"\"\"
          split items where (item.sku starts with "MUG") into new order in folder "Mugs"

table mail (method, total) -> class, days
  | "Standard" | up to 10   -> "A", 1
  | any        | 50 or more -> "B", 2
  otherwise nothing

list EU = "AT", "DE"

define late = order.date_added is older than 3 days and number of items - 1 > 2

test "express orders are held"
  given order "samples/tee.json"
        with item 1 sku "TEE-1"
  given podOS rejects because of "Invalid SKU" with message "unknown"
  when  "Order is Imported" happens
  expect order 2.folder is "Hold"
  expect no submit to "podOS EU"
"""
    assert write_file(ast.File("shop.rules", read(canonical))) == canonical
    untidy = re.sub(r"(?m)^ +(?!Dear|the|\"\"\")", "\t", canonical)
    assert write_file(ast.File("shop.rules", read(untidy))) == canonical
