"""The examples of the checker's own codes are minimal: each gives its code and nothing else; and each code has a case."""

from __future__ import annotations

import re

import pytest

from dsl.codes import codes
from tests.cases_harness import CASES, USUAL
from tests.evaluate import findings_of

OURS = [
    code.code
    for code in codes().values()
    if code.example_file == "shop.rules" and code.one_file and code.code[:2] in ("E2", "E3", "E4", "W5")
]


@pytest.mark.parametrize("code", OURS)
def test_the_example_gives_its_code_and_no_other(code: str) -> None:
    files = {
        "ordinance.yaml": USUAL.read_text("utf-8"),
        "samples/tee.json": '{"id": "1001", "order_items": []}',
        "shop.rules": codes()[code].example,
    }
    assert [str(finding.code) for finding in findings_of(files)] == [code]


def test_every_code_has_a_case() -> None:
    cases = "".join(path.read_text("utf-8") for path in CASES.rglob("*.txt"))
    assert [code for code in OURS if not re.search(rf"# .*{code}|\[{code}\]", cases)] == []
