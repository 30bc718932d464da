"""E-mail texts in files of their own: parts are read, and what is wrong has its place in that file."""

from __future__ import annotations

from dsl import ast
from dsl.letters import parse_letter
from dsl.source import Source


def read(text: str) -> tuple[ast.Expr, list[tuple[str, int, int]]]:
    node, found = parse_letter(Source("emails/late.txt", text))
    return node, [(d.code, d.span.line, d.span.column) for d in found]


def test_plain_text_is_a_text() -> None:
    assert read("Dear you,\nlate.\n") == (ast.Text("Dear you,\nlate.\n"), [])


def test_parts_are_fields_with_their_place() -> None:
    node, found = read('Dear {order.customer.first_name},\n"{item.variation["Design"]}" \\n {{x}}\n')
    assert found == []
    assert isinstance(node, ast.Template)
    name = ast.Path("order", (ast.Field("customer"), ast.Field("first_name")))
    design = ast.Path("item", (ast.Field("variation"), ast.Key("Design")))
    assert node.parts == (
        ast.Text("Dear "), name, ast.Text(',\n"'), design, ast.Text('" \\n {x}\n'),
    )  # fmt: skip
    assert node.parts[1].span.text == "order.customer.first_name"
    assert (node.parts[3].span.line, node.parts[3].span.column) == (2, 3)


def test_a_brace_alone_and_a_part_that_cannot_be_read_are_told_where_they_stand() -> None:
    _, found = read("Dear } you\n{order.}\n")
    assert ("E108", 1, 6) in found
    assert any(line == 2 and code.startswith("E1") for code, line, _ in found)


def test_only_a_field_or_a_definition_stands_between_braces_as_in_a_text() -> None:
    for wrong in (
        "{order.id + 1}",
        "{round(order.total)}",
        "{(order.id)}",
        "{}",
        '{"a"}',
        "{lookup t(order.id)}",
    ):
        node, found = read(f"Dear {wrong}")
        assert [code for code, _, _ in found] == ["E108"], wrong
        assert isinstance(node, ast.Template)
    assert read("{greeting}")[1] == []


def test_an_adapters_template_takes_whole_expressions() -> None:
    node, found = parse_letter(Source("pov.yaml", 'Dear {first_of(order.id, "you")}'), expressions=True)
    assert found == []
    assert isinstance(node, ast.Template)
    assert isinstance(node.parts[1], ast.Call)
