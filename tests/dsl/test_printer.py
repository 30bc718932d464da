"""What is written from a tree is read as the same tree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl import ast
from dsl.parser import parse
from dsl.printer import write, write_file
from dsl.source import Source
from tests.strategies import KINDS


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
