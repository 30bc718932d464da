"""Every text file under `tests/cases` is a test. `pytest --update-cases` rewrites what they expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases_harness import CASES, differences, read, updated
from tests.evaluate import evaluate

PATHS = sorted(CASES.rglob("*.txt"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(CASES).with_suffix("").as_posix())
def test_case(path: Path, request: pytest.FixtureRequest) -> None:
    case = read(path)
    found = evaluate(case)
    if request.config.getoption("--update-cases"):
        path.write_text(updated(case, found), "utf-8")
        case = read(path)
    if difference := differences(case, found):
        pytest.fail(f"{path}:\n{difference}", pytrace=False)
