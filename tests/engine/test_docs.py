from __future__ import annotations

from pathlib import Path

import pytest

from dsl.codes import codes
from engine import docs


def test_the_pages_of_this_checkout_are_up_to_date() -> None:
    assert docs.outdated() == []


def test_a_page_that_is_absent_or_changed_is_out_of_date_until_it_is_written(tmp_path: Path) -> None:
    page = tmp_path / "docs/diagnostics.md"
    assert docs.outdated(tmp_path) == docs.write(tmp_path) == list(docs.PAGES)
    assert docs.outdated(tmp_path) == docs.write(tmp_path) == []
    page.write_text(page.read_text("utf-8") + "by hand\n", "utf-8")
    assert docs.outdated(tmp_path) == ["docs/diagnostics.md"]


def test_every_code_has_an_anchor_that_does_not_change_with_its_title() -> None:
    lines = docs.diagnostics().splitlines()
    for code in codes().values():
        assert (f"### {code.code}" in lines) == (not code.retired)


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err
