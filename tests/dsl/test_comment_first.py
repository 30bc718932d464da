"""A file may begin with any comment."""

import pytest

from dsl.parser import parse
from dsl.source import Source


@pytest.mark.parametrize("comment", ["# What happens first", "#", "# rule", "\ufeff# What\r\n\r\n# and why"])
def test_a_file_may_begin_with_a_comment(comment: str) -> None:
    read = parse(Source("shop.rules", f'{comment}\n\nlist EU = "AT"\n'))
    assert read.diagnostics == ()
    assert len(read.file.statements) == 1
