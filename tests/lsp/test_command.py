"""`ordinance lsp` where the extra is not installed."""

from __future__ import annotations

import sys

import pytest

from engine.cli import run


def test_without_the_extra_it_says_how_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    assert run(["lsp"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "ordinance: the language server is an extra that is not installed here; "
        '`uv tool install "ordinance[lsp]"` or `pip install "ordinance[lsp]"` adds it\n'
    )
