"""The inventory file: what is read, and what is told about a slip, with its line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.inventory import InventoryItem, read_inventory


def test_every_kind_of_column() -> None:
    items, problems = read_inventory(
        "\ufeffCode,name,location,stock,weight,price,metadata.print_sku,variation.Size\r\n"
        'TEE-1,"Tee, red",podos,12,0.4,9.50,PRT-1,M\r\n'
        "\r\n"
        "mug,,,,,,,\r\n"
    )
    assert problems == []
    assert items == {
        "tee-1": InventoryItem(
            "TEE-1",
            "Tee, red",
            "podos",
            Decimal(12),
            Decimal("0.4"),
            Decimal("9.50"),
            {"print_sku": "PRT-1"},
            {"Size": "M"},
        ),
        "mug": InventoryItem("mug"),
    }


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "the file is empty"),
        ("name,price\nTee,1", 1, "there is no column `code`"),
        ("code,colour\nA,red", 1, "unknown column `colour`"),
        ("code;price\nA;1", 1, "semicolons"),
        ("code,Code\nA,B", 1, "`Code` occurs twice"),
        ("code,price\nA,1\n\nB,cheap", 4, "price: `cheap` is not a plain number"),
        ("code,stock\nA,1e3", 2, "stock: `1e3` is not a plain number"),
        ("code,price\n ,1", 2, "the code is blank"),
        ("code\nTEE\ntee ", 3, "`tee` stands in line 2 already"),
        ("code\nA,1", 2, "2 cells"),
        ('code\n"A', 2, "not CSV"),
    ],
)
def test_a_slip_is_told_with_its_line(text: str, line: int, says: str) -> None:
    _, problems = read_inventory(text)
    assert [problem.line for problem in problems] == [line]
    assert says in problems[0].message


def test_the_other_rows_are_read_all_the_same() -> None:
    items, problems = read_inventory("code,price\nA,1\nB,x\nC,3")
    assert list(items) == ["a", "c"]
    assert len(problems) == 1


@given(st.text(max_size=80))
def test_no_text_makes_it_raise(text: str) -> None:
    items, problems = read_inventory("code,price\n" + text)
    assert all(item.code.strip() for item in items.values())
    assert all(problem.message and problem.line >= 1 for problem in problems)
