"""What every test run has: the switch that rewrites the expected sections of the cases."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The machine may be busy, and CI must not find today what it did not find yesterday: `make fuzz` looks further.
settings.register_profile("ordinance", deadline=None, derandomize=True)
settings.load_profile("ordinance")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite the expected sections of tests/cases; read the diff line by line before committing it",
    )
