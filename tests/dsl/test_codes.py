"""The registry and the source agree: what is found has a paragraph, what has a paragraph is found, and by its example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsl.codes import FAMILIES, Code, Entry, codes, explain
from dsl.diagnostics import Severity
from tests.cases_harness import USUAL
from tests.evaluate import findings_of

ROOT = Path(__file__).parent.parent.parent
USED = re.compile(r"""["']([EW]\d{3})["']""")


def used_in_source() -> dict[str, str]:
    """Code -> one file that finds it."""
    return {
        code: str(path.relative_to(ROOT))
        for floor in ("dsl", "events", "actions", "engine")
        for path in sorted((ROOT / floor).rglob("*.py"))
        for code in USED.findall(path.read_text("utf-8"))
    }


def test_every_code_that_the_source_finds_has_a_paragraph() -> None:
    unknown = {code: file for code, file in used_in_source().items() if code not in codes()}
    assert unknown == {}


def test_every_paragraph_is_of_a_code_that_the_source_finds() -> None:
    unused = {code for code, entry in codes().items() if not entry.retired} - used_in_source().keys()
    assert unused == set()


def test_a_retired_code_is_not_found_any_more() -> None:
    assert not {code for code, entry in codes().items() if entry.retired} & used_in_source().keys()


@pytest.mark.parametrize("code", codes().values(), ids=lambda code: code.code)
def test_a_paragraph_is_for_a_merchant(code: Code) -> None:
    """House style: a short title without full stop, a paragraph of sentences, an example, none of Python's words."""
    assert len(code.title) <= 60
    assert not code.title.endswith(".")
    assert code.title[0].islower() or not code.title.split()[0].isalpha() or code.title.split()[0].isupper()
    assert code.text.endswith((".", ":", "`"))
    assert len(code.text.split()) >= 8
    assert code.example or code.retired
    assert not re.search(
        r"\b(None|traceback|exception|dict|regex|parser|token|null)\b", code.title + code.text
    )
    assert code.family in FAMILIES.values()


@pytest.mark.parametrize("code", codes().values(), ids=lambda code: code.code)
def test_the_explanation_has_title_paragraph_and_example(code: Code) -> None:
    text = explain(code.code.lower()) or ""
    assert text.startswith(f"{code.severity}[{code.code}]: {code.title}\n")
    assert code.text in text
    assert all(line.strip() in text for line in code.example.splitlines())


def test_there_is_no_explanation_of_what_is_no_code() -> None:
    assert explain("E999") is None
    assert explain("") is None
    assert explain("order.country") is None


def test_the_letter_is_the_severity_and_the_number_says_where_the_example_stands() -> None:
    entry = Entry(title="an unknown name", text="A name that nothing has.", example="x")
    written = {code: Code(code=code, **entry.model_dump()) for code in ("E201", "E280", "W501")}
    assert written["E201"].severity is Severity.ERROR
    assert written["W501"].severity is Severity.WARNING
    assert written["E201"].example_file == "shop.rules"
    assert written["E280"].example_file == "ordinance.yaml"
    csv = Code(code="E280", **{**entry.model_dump(), "file": "tables/a.csv"})
    assert csv.example_file == "tables/a.csv"


def test_codes_are_of_the_families_of_the_language() -> None:
    with pytest.raises(ValueError, match="pattern"):
        Code(code="E601", title="x", text="y")


def test_what_the_text_of_one_file_cannot_give_is_planted_by_a_test_of_its_own() -> None:
    elsewhere = {code.code for code in codes().values() if not code.one_file and not code.retired}
    tests = (ROOT / "tests").rglob("test_*.py")
    planted = {
        code for path in tests if path != Path(__file__) for code in USED.findall(path.read_text("utf-8"))
    }
    assert elsewhere <= planted


@pytest.mark.parametrize(
    "code",
    [code for code in codes().values() if code.one_file and not code.retired],
    ids=lambda code: code.code,
)
def test_the_example_gives_the_code(code: Code) -> None:
    usual = {} if code.example_file == "ordinance.yaml" else {"ordinance.yaml": USUAL.read_text("utf-8")}
    found = findings_of({**usual, code.example_file: code.example})
    assert code.code in {finding.code for finding in found}
